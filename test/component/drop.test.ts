/** systemd/palisade-drop: what drops the boards when nobody of the box is left, and before anybody of it is there. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import { EMPTY_CONFIG } from "../../server/domain/config.ts";
import type { GuardianBoard } from "../../server/domain/relay.ts";
import { rememberBoards } from "../../server/guard.ts";
import { dropList } from "../../server/relay/drop_list.ts";
import { ModbusRtuRig, ModbusTcpRig } from "../rigs/modbus.ts";
import type { BoardRig } from "../rigs/relays.ts";
import { ShellyRig, TasmotaRig } from "../rigs/relays_http.ts";
import { LcusRig, serialMissing } from "../rigs/relays_serial.ts";
import { watchBoard } from "../support/board-watch.ts";
import { type Box, startBox } from "../support/box.ts";
import { energise } from "../support/operator.ts";
import { ROOT } from "../support/runtime.ts";
import { until } from "../support/until.ts";

const SCRIPT = join(ROOT, "systemd/palisade-drop");
const PASSWORD = 'one "zwo" %20\\3';

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly tookMs: number;
}

/** As a unit runs it: nothing of ours in the environment. */
async function drop(folder: string): Promise<Run> {
  const from = monotonicMs();
  const child = spawn(SCRIPT, [folder], {
    env: { PATH: "/usr/bin:/bin" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const text = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    text.out += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk) => {
    text.err += chunk;
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...text, tookMs: monotonicMs() - from };
}

async function folder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "palisade-drop-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

async function writeList(dataFolder: string, boards: readonly GuardianBoard[]): Promise<void> {
  const config = { dataFolder, leaseMs: 400, outputs: [], boards };
  await writeFile(join(dataFolder, "drop.list"), dropList(config));
}

const simulated = async (data: string): Promise<{ channels: boolean[]; writes: number; wallAt: string }> =>
  JSON.parse(await readFile(join(data, "simulated-board-sim.json"), "utf8"));

test("every kind of board that needs no USB is dropped by the script alone", {
  skip: serialMissing(),
}, async (t) => {
  await using data = await folder();
  await using tcp = new ModbusTcpRig({ channels: 12, unit: 3 });
  await using rtu = new ModbusRtuRig({ channels: 4 });
  await using lcus = new LcusRig(4);
  await using shelly = new ShellyRig({ channels: 2 });
  await using locked = new ShellyRig({ channels: 2, password: PASSWORD });
  await using tasmota = new TasmotaRig({ channels: 3, password: PASSWORD });
  const rigs: readonly BoardRig[] = [tcp, rtu, lcus, shelly, locked, tasmota];
  for (const rig of rigs) {
    await rig.plugIn();
    rig.relays.setAll(rig.relays.states.map(() => true));
  }
  const sim = { channels: [true, true, true], writes: 41, wallAt: "", monotonicNs: "1" };
  await writeFile(join(data.path, "simulated-board-sim.json"), JSON.stringify(sim));
  const curl =
    (
      await once(
        spawn("curl", ["--version"], { stdio: "ignore" }).on("error", () => undefined),
        "close",
      )
    )[0] === 0;
  await writeList(data.path, [
    { id: "sim", driver: "simulated", channels: 3 },
    { id: "tcp", driver: "modbus-tcp", channels: 12, unit: 3, address: tcp.address },
    { id: "rtu", driver: "modbus-rtu", channels: 4, address: rtu.adapter.path },
    { id: "lcus", driver: "lcus", channels: 4, address: lcus.adapter.path },
    { id: "shelly", driver: "shelly", channels: 2, address: shelly.address() },
    { id: "tasmota", driver: "tasmota", channels: 3, address: tasmota.address() },
    ...(curl ? [{ id: "locked", driver: "shelly" as const, channels: 2, address: locked.address() }] : []),
  ]);
  const run = await drop(data.path);
  assert.deepEqual([run.code, run.err], [0, ""], run.out);
  const dropped = rigs.filter((rig) => curl || rig !== locked);
  await until({
    what: "the last relay has followed its order",
    ms: 500,
    check: () => dropped.every(({ relays }) => relays.states.every((energised) => !energised)),
  });
  const { channels, writes, wallAt } = await simulated(data.path);
  assert.deepEqual([channels, writes], [[false, false, false], 42]);
  assert.ok(Math.abs(Date.parse(wallAt) - Date.now()) < 5_000, wallAt);
  t.diagnostic(
    `${run.out.trim()}; ${run.tookMs.toFixed(0)} ms with its start${curl ? "" : "; no curl here"}`,
  );
});

test("a board that fails is told with its cure, holds up no other one, and keeps the exit code from being 0", async (t) => {
  await using data = await folder();
  const sockets: Socket[] = [];
  const mute = createServer((socket) => void sockets.push(socket)).listen(0, "127.0.0.1");
  await once(mute, "listening");
  const { port } = mute.address() as { port: number };
  try {
    await using refuses = new ModbusTcpRig({ channels: 2 });
    await refuses.plugIn();
    const shut = new ShellyRig({ channels: 1, password: PASSWORD });
    await shut.plugIn();
    const gone = shut.address();
    await shut.unplug();
    await writeList(data.path, [
      { id: "mute", driver: "modbus-tcp", channels: 4, address: `127.0.0.1:${port}` },
      { id: "small", driver: "modbus-tcp", channels: 8, address: refuses.address },
      { id: "gone", driver: "tasmota", channels: 1, address: gone },
      { id: "usb", driver: "dct-hid", channels: 2, address: "99-9.9" },
      { id: "serial", driver: "lcus", channels: 2, address: "/dev/palisade-none" },
      { id: "sim", driver: "simulated", channels: 3 },
    ]);
    const running = drop(data.path);
    const from = monotonicMs();
    await until({
      what: "the good board is dropped while another hangs",
      ms: 1_000,
      everyMs: 2,
      check: async () => (await simulated(data.path).catch(() => undefined)) !== undefined,
    });
    const simMs = monotonicMs() - from;
    const { code, err, out, tookMs } = await running;
    assert.equal(code, 1);
    for (const line of [
      /board mute: did not take the order within 2 s; check its cable/,
      /board small: 127\.0\.0\.1 port \d+ refuses the order \(Modbus exception 02\)/,
      /board gone: cannot connect to 127\.0\.0\.1 port \d+; check the network/,
      /board usb: no such board is plugged in at USB port 99-9\.9/,
      /board serial: there is no serial device/,
    ])
      assert.match(err, line);
    assert.equal(err.trimEnd().split("\n").length, 5, err);
    assert.match(out, /1 of 6 boards were written to/);
    assert.equal(err.includes("zwo"), false, "no password");
    assert.ok(tookMs >= 1_990 && tookMs < 2_500, `ended after ${tookMs} ms`);
    t.diagnostic(
      `the good board was dropped ${simMs.toFixed(0)} ms after the start, the whole took ${tookMs.toFixed(0)} ms`,
    );
  } finally {
    for (const socket of sockets) socket.destroy();
    mute.close();
  }
});

test("without a list there is nothing to drop, and the list is for its owner only", async () => {
  await using data = await folder();
  const none = await drop(join(data.path, "never"));
  assert.deepEqual([none.code, none.err], [0, ""]);
  assert.match(none.out, /nothing to drop/);
  const address = "http://admin:hunter2@10.0.0.9";
  const boards = [
    { id: "lamps", driver: "tasmota", channels: 1, address, ratedOperations: 100_000 } as const,
  ];
  assert.equal(await rememberBoards({ ...EMPTY_CONFIG, boards: [...boards] }, data.path), undefined);
  for (const file of ["drop.list", "boards.json"]) {
    assert.match(
      await readFile(join(data.path, file), "utf8"),
      /hunter2/,
      "else the next lines prove nothing",
    );
    assert.equal((await stat(join(data.path, file))).mode & 0o777, 0o600);
  }
  const odd = {
    id: "odd",
    driver: "lcus",
    channels: 1,
    address: "/dev/a\tb",
    ratedOperations: 100_000,
  } as const;
  const wrong = await rememberBoards({ ...EMPTY_CONFIG, boards: [odd] }, data.path);
  assert.match(wrong ?? "", /^Cannot write down the boards/);
});

const corner = [
  [0, 0],
  [0.1, 0],
  [0.1, 0.1],
  [0, 0.1],
];

function provision(address: string) {
  return {
    site: { fullView: true },
    cameras: [{ id: "front", name: "Front", source: `file:${join(ROOT, "models/demo/cell-front.mp4")}` }],
    zones: [{ id: "corner", camera: "front", name: "Corner", kind: "stop", polygon: corner }],
    boards: [
      { id: "sim", driver: "simulated", channels: 4 },
      { id: "net", driver: "modbus-tcp", channels: 4, address, acceptNoDeadMan: true },
    ],
    outputs: [
      { id: "permit", board: "sim", channel: 1, role: "run-permit", zones: ["corner"] },
      { id: "permit-2", board: "net", channel: 1, role: "run-permit", zones: ["corner"] },
    ],
  };
}

/** Everybody at once, as a power fault of the unit or the kernel's out-of-memory killer would. */
async function killAll(box: Box): Promise<void> {
  const all = box.processes();
  for (const { pid } of all) process.kill(pid, "SIGSTOP");
  for (const { pid } of all) process.kill(pid, "SIGKILL");
  await until({
    what: "every process is gone",
    ms: 2_000,
    everyMs: 2,
    check: () => box.processes().length === 0,
  });
}

test("all processes killed at once leave the boards energised, and the script drops them in milliseconds", async (t) => {
  await using rig = new ModbusTcpRig({ channels: 4 });
  await rig.plugIn();
  await using box = await startBox({ provision: provision(rig.address) });
  using board = watchBoard(box);
  await energise(box, board, 20_000);
  await box.waitFor(({ outputs }) => outputs.every(({ readback }) => readback === "energised"), 3_000);
  await killAll(box);
  await wait(600); // longer than a lease: nobody is left to let it run out
  assert.equal(box.board("sim")?.channels[0], true, "else the script has nothing to do");
  assert.equal(rig.relays.states[0], true);

  const from = monotonicMs();
  const running = drop(box.data);
  const at: Record<string, number> = {};
  await until({
    what: "both boards are dropped",
    ms: 2_000,
    everyMs: 1,
    check: () => {
      if (box.board("sim")?.channels[0] === false) at.sim ??= monotonicMs() - from;
      if (rig.relays.states[0] === false) at.net ??= monotonicMs() - from;
      return at.sim !== undefined && at.net !== undefined;
    },
  });
  const { code, err, out } = await running;
  assert.deepEqual([code, err], [0, ""]);
  t.diagnostic(
    `simulated after ${at.sim?.toFixed(0)} ms, Modbus after ${at.net?.toFixed(0)} ms; ${out.trim()}`,
  );
  assert.ok(Math.max(at.sim ?? 0, at.net ?? 0) < 500, JSON.stringify(at));

  // Early boot: the machine came up again and nobody of the box runs yet.
  rig.relays.setAll([true, true, true, true]);
  const boot = await drop(box.data);
  assert.deepEqual([boot.code, rig.relays.states.includes(true)], [0, false]);
});
