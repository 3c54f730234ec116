/** What the doctor finds, and that looking changes nothing. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { GuardianConfig } from "../../../server/domain/relay.ts";
import type { CameraView } from "../../../server/domain/view.ts";
import type { Finding } from "../../../server/shell/finding.ts";
import { clock, disk, judgeFfmpeg, runtime } from "../../../server/shell/machine.ts";
import {
  boardOfBox,
  boards,
  cameraOfBox,
  model,
  trail,
  upkeep,
  usbBoard,
} from "../../../server/shell/parts.ts";

async function all(findings: AsyncIterable<Finding>): Promise<Finding[]> {
  return await Array.fromAsync(findings);
}

async function folder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "palisade-doctor-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

test("the runtime is judged by what runs, Deno before the Node that it stands for", () => {
  assert.equal(runtime().mark, "ok");
  assert.equal(runtime({ ...process.versions, node: "22.1.0", deno: "2.9.5" } as never).text, "Deno 2.9.5");
  const { deno: _, ...node }: NodeJS.ProcessVersions = { ...process.versions, node: "20.1.0" };
  assert.deepEqual(runtime(node as never).mark, "FAIL");
  assert.equal(runtime({ ...node, node: "24.0.0" } as never).mark, "ok");
});

test("ffmpeg is judged by its version: 4 shows passwords, older ones cannot be used", () => {
  const marks = (version: string) => judgeFfmpeg("/x/ffmpeg", `ffmpeg version ${version} Copyright (c)`).mark;
  for (const fine of ["5.1.9-0+deb12u1", "5.1", "n5.1.2", "6.0", "n7.1", "10.0.1", "7.0.2-static"])
    assert.equal(marks(fine), "ok", fine);
  for (const old of ["4.4.2-0ubuntu0", "n4.3"]) assert.equal(marks(old), "note", old);
  for (const old of ["3.4.11", "0.11"]) assert.equal(marks(old), "FAIL", old);
  assert.equal(marks("N-118193-gabcdef"), "ok");
  assert.equal(judgeFfmpeg("/bin/true", "").mark, "FAIL");
});

test("a clock before this program or in another age fails", () => {
  assert.equal(clock(new Date("1970-01-01T00:10:00Z")).mark, "FAIL");
  assert.equal(clock(new Date("2025-12-31T23:59:59Z")).mark, "FAIL");
  assert.equal(clock(new Date("2026-11-21T00:00:00Z")).mark, "ok");
  assert.equal(clock(new Date("2106-02-07T06:28:15Z")).mark, "FAIL");
});

test("the data folder is tried and left as it was; one that is not there yet is no fault", async () => {
  await using data = await folder();
  assert.deepEqual(
    (await all(disk(data.path))).map(({ about, mark }) => (about === "disk" ? about : mark)),
    ["ok", "disk"],
  );
  assert.equal((await all(disk(join(data.path, "a", "b"))))[0]?.mark, "note");
  assert.deepEqual(await readdir(data.path), []);
  await writeFile(join(data.path, "file"), "");
  assert.equal((await all(disk(join(data.path, "file"))))[0]?.mark, "FAIL");
});

test("boards are read and never written: dropped is fine, energised without a box fails", async () => {
  await using data = await folder();
  const config: GuardianConfig = {
    ...{ dataFolder: data.path, leaseMs: 400, outputs: [] },
    boards: [
      { id: "sim", driver: "simulated", channels: 2 },
      { id: "odd", driver: "unheard-of" as "simulated", channels: 2 },
    ],
  };
  assert.deepEqual(
    (await all(boards(config))).map(({ mark }) => mark),
    ["note", "FAIL"],
  );
  assert.deepEqual(await readdir(data.path), [], "no board was made by looking");
  const file = join(data.path, "simulated-board-sim.json");
  for (const [channels, mark] of [
    [[false, false], "ok"],
    [[false, true], "FAIL"],
  ] as const) {
    const text = JSON.stringify({ channels, writes: 4, wallAt: "", monotonicNs: "1" });
    await writeFile(file, text);
    const [finding] = await all(boards(config));
    assert.equal(finding?.mark, mark);
    assert.equal(await readFile(file, "utf8"), text);
    if (mark === "FAIL") assert.match(finding?.text ?? "", /channel 2 reads energised.*outputs drop/);
  }
});

test("a USB board is judged by what is plugged in at its port", () => {
  const hid = (address: string, over = {}) => ({ address, product: "USBRelay4", channels: 4, ...over });
  const board = { id: "usb", driver: "dct-hid", channels: 4 } as const;
  const find = (found: readonly ReturnType<typeof hid>[], over = {}, problems: string[] = []) =>
    usbBoard({ ...board, ...over }, { hid: found, serial: [], problems });
  assert.deepEqual(find([hid("1-2", { identity: "HW554" })]), {
    mark: "ok",
    about: "board usb",
    text: "USBRelay4 at USB port 1-2, its id is HW554",
  });
  const at = { address: "1-3" };
  assert.equal(find([hid("1-2"), hid("1-3")], at).mark, "ok");
  for (const [finding, says] of [
    [find([]), /no USBRelay board is plugged in: check its cable/],
    [find([hid("1-2")], at), /plugged in at USB port 1-3/],
    [find([], at, ["Cannot look for boards: pull it out"]), /Cannot look for boards/],
    [find([hid("1-2"), hid("1-3")]), /two boards are plugged in \(1-2, 1-3\): set its address/],
    [find([hid("1-2", { problem: "No permission; add the udev rule" })]), /udev rule/],
    [find([hid("1-2", { product: "USBRelay2", channels: 2 })]), /has 2 channels .* 4 are configured/],
  ] as const) {
    assert.equal(finding.mark, "FAIL");
    assert.match(finding.text, says);
  }
});

test("a serial board that tells nothing is judged by its line", async () => {
  await using data = await folder();
  const config = (address: string): GuardianConfig => ({
    ...{ dataFolder: data.path, leaseMs: 400, outputs: [] },
    boards: [{ id: "lcus", driver: "lcus", channels: 2, address }],
  });
  const [gone] = await all(boards(config("/dev/palisade-none")));
  assert.deepEqual([gone?.mark, /is not there: plug its adapter in/.test(gone?.text ?? "")], ["FAIL", true]);
  assert.equal((await all(boards(config("/dev/null"))))[0]?.mark, "ok");
});

test("a running box's board is taken at its word, and tests that are due are told", () => {
  const view = { id: "sim", driver: "simulated", title: "Simulated board", state: "ok" } as const;
  assert.equal(boardOfBox(view).mark, "ok");
  assert.match(boardOfBox({ ...view, identity: "HW554" }).text, /its id is HW554/);
  assert.deepEqual(boardOfBox({ ...view, state: "lost", why: "Pulled out; plug it in" }), {
    mark: "FAIL",
    about: "board sim",
    text: "Pulled out; plug it in",
  });
  assert.deepEqual(
    [...upkeep({ overdue: [], worn: [] })].map(({ mark }) => mark),
    ["ok"],
  );
  const told = [
    ...upkeep({
      withheld: "Withheld",
      overdue: [{ test: "relay", message: "Overdue" }],
      worn: [{ output: "horn", message: "Worn" }],
    }),
  ];
  assert.deepEqual(
    told.map(({ mark, text }) => [mark, text]),
    [
      ["note", "Overdue"],
      ["note", "Withheld"],
      ["note", "Worn"],
    ],
  );
});

test("a running box's camera is taken at its word", () => {
  const view = {
    ...{ id: "front", name: "Front", fps30s: 9.96, frameCount: 3, verdict: "clear" },
    people: [],
  };
  const mark = (change: Partial<CameraView>) => cameraOfBox({ ...view, ...change } as CameraView).mark;
  assert.equal(mark({ state: "RUNNING", frameAgeMs: 80 }), "ok");
  assert.equal(mark({ state: "RUNNING", why: "The detector does not answer" }), "FAIL");
  assert.equal(mark({ state: "ERROR", why: "Refused" }), "FAIL");
  assert.equal(mark({ state: "STARTING" }), "FAIL");
  assert.equal(mark({ state: "IDLE" }), "note");
});

test("the model's own weights are whole, and one that is not here fails with its cure", async () => {
  assert.equal((await model("palisade-person-256x416")).mark, "ok");
  const finding = await model("no-such-model");
  assert.equal(finding.mark, "FAIL");
  assert.match(finding.text, /choose one of/);
});

test("a broken trail fails with the row", () => {
  assert.equal(trail({ ok: true, count: 3, head: "x" }).mark, "ok");
  const finding = trail({ ok: false, firstBadSeq: 7, why: "Row 7 is not what was written" });
  assert.equal(finding.mark, "FAIL");
  assert.match(finding.text, /row 7/);
});
