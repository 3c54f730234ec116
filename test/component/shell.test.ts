/** The box from a shell, with its real processes: what is said, the exit code, and what was changed. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type AuditRow, verifyChain } from "../../server/store/chain.ts";
import { startBox } from "../support/box.ts";
import { program, ROOT, type Runtime } from "../support/runtime.ts";

const FILM = `file:${join(ROOT, "models/demo/cell-front.mp4")}`;
const PROVISION = {
  site: { name: "Press 4" },
  cameras: [{ id: "front", name: "Front", source: FILM }],
  zones: [
    {
      ...{ id: "corner", camera: "front", name: "Corner", kind: "stop" },
      polygon: [
        [0, 0],
        [0.1, 0],
        [0.1, 0.1],
        [0, 0.1],
      ],
    },
  ],
  boards: [{ id: "sim", driver: "simulated", channels: 4 }],
  outputs: [{ id: "permit", board: "sim", channel: 1, role: "run-permit", zones: ["corner"] }],
  users: [{ name: "Sam", role: "supervisor", pin: "730146" }],
};

interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface RunOptions {
  readonly data: string;
  readonly file?: "palisade" | "doctor";
  readonly runtime?: Runtime;
}

async function shell(
  args: readonly string[],
  { data, file = "palisade", runtime }: RunOptions,
): Promise<Said> {
  const { command, args: before } = program(`server/${file}.ts`, runtime);
  const inherited = Object.entries(process.env).filter(([name]) => !/^(PALISADE_(?!RUN_)|NODE_)/.test(name));
  const child = spawn(command, [...before, ...args], {
    cwd: ROOT,
    env: { ...Object.fromEntries(inherited), PALISADE_DATA: data },
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
  assert.doesNotMatch(text.out + text.err, /^\s+at .*:\d+:\d+/m, "no stack trace is for people");
  return { code, ...text };
}

async function folder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "palisade-shell-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

for (const runtime of ["node", "deno"] as const) {
  test(`under ${runtime} what cannot be understood exits with 2, what cannot be done with 1, and each says so`, async () => {
    await using data = await folder();
    const run = (...args: string[]) => shell(args, { data: data.path, runtime });
    assert.match((await run()).err, /audit verify[\s\S]*outputs drop/);
    for (const args of [
      [],
      ["nope"],
      ["audit"],
      ["outputs"],
      ["outputs", "raise"],
      ["pin", "reset"],
      ["pin", "show", "Sam"],
      ["audit", "export", "--x"],
    ])
      assert.equal((await run(...args)).code, 2, args.join(" "));
    for (const args of [["backup"], ["restore", "x"]]) {
      const { code, err } = await run(...args);
      assert.equal(code, 1);
      assert.match(err, /no box has run there|There is no file/);
    }
    assert.deepEqual(await readdir(data.path), []);
  });
}

test("without a box and a database the verbs say what is missing, and make nothing", async () => {
  await using data = await folder();
  const run = (...args: string[]) => shell(args, { data: data.path });
  const status = await run("status");
  assert.equal(status.code, 1);
  assert.match(status.out, /^No box runs on the data folder/);
  for (const args of [
    ["audit", "verify"],
    ["audit", "export"],
  ]) {
    const { code, err } = await run(...args);
    assert.equal(code, 1);
    assert.match(err, /There is no database in /);
  }
  const drop = await run("outputs", "drop");
  assert.equal(drop.code, 1);
  assert.match(drop.err, /No boards are known/);
  const models = await run("model", "list");
  assert.equal(models.code, 0);
  assert.match(models.out, /^palisade-person-256x416 +installed/m);
  assert.match(models.out, /^yolox-tiny-416 .*recommended/m);
  assert.deepEqual(await readdir(data.path), []);
});

test("a wrong provisioning file changes nothing, and every error stands on its own line with its path", async () => {
  await using data = await folder();
  await using files = await folder();
  const file = join(files.path, "wrong.json");
  const zones = PROVISION.zones.map((zone) => ({ ...zone, camera: "none" }));
  await writeFile(file, JSON.stringify({ ...PROVISION, zones, extra: 1, users: [{ name: "A" }] }));
  const { code, err } = await shell(["provision", file], { data: data.path });
  assert.equal(code, 1);
  const lines = err.trimEnd().split("\n");
  assert.deepEqual(
    lines.slice(0, -1).map((line) => line.split(" ", 1)[0]),
    ["extra", "users[0].pin", "users[0].role", "zones[0].camera"],
  );
  assert.match(lines.at(-1) ?? "", /^Nothing was changed: 4 errors/);
  assert.deepEqual(await readdir(data.path), []);
});

test("a provisioning file is put in force once, and the trail that tells of it can be exported and checked", async () => {
  await using data = await folder();
  await using files = await folder();
  const file = join(files.path, "press.json");
  await writeFile(file, JSON.stringify(PROVISION));
  const run = (...args: string[]) => shell(args, { data: data.path });
  const first = await run("provision", file);
  assert.deepEqual([first.code, first.err], [0, ""]);
  assert.match(first.out, /Configuration 1 is in force .* 1 camera, 1 zone, 1 output, 1 person/);
  assert.match((await run("provision", file)).out, /^Nothing to change/);
  assert.match((await run("audit", "verify")).out, /^The audit trail holds: 2 rows, head [0-9a-f]{64}$/m);
  const target = join(files.path, "trail.jsonl");
  assert.equal((await run("audit", "export", target)).code, 0);
  assert.equal((await stat(target)).mode & 0o777, 0o600);
  const rows = (await readFile(target, "utf8")).trimEnd().split("\n");
  assert.equal(verifyChain(rows.map((row) => JSON.parse(row) as AuditRow)).ok, true);
  const csv = await run("audit", "export", "--format", "csv");
  assert.match(csv.out, /^seq,id,wallAt,/);
  assert.match(csv.out, /config\.published/);
  assert.equal((await run("audit", "export", "--to", "2001-01-01")).out, "");
  const lost = await run("audit", "export", join(files.path, "none", "x"));
  assert.equal(lost.code, 1);
  assert.match(lost.err, /ENOENT/);
});

test("outputs drop works without a box and without a database, and says which board it could not reach", async () => {
  await using data = await folder();
  const boards = [{ id: "sim", driver: "simulated", channels: 2 }];
  const config = { dataFolder: data.path, leaseMs: 400, boards, outputs: [] };
  const board = join(data.path, "simulated-board-sim.json");
  await writeFile(join(data.path, "boards.json"), JSON.stringify(config));
  await writeFile(board, JSON.stringify({ channels: [true, true], writes: 9, wallAt: "", monotonicNs: "1" }));
  // A database that nobody can open is no obstacle.
  await writeFile(join(data.path, "palisade.db"), "no database");
  const doctor = await shell([], { data: data.path, file: "doctor" });
  assert.equal(doctor.code, 1);
  assert.match(doctor.out, /^FAIL {2}board sim: channel 1, 2 reads energised/m);
  assert.match(doctor.out, /^FAIL {2}database: /m);
  const { code, out } = await shell(["outputs", "drop"], { data: data.path });
  assert.equal(code, 0);
  assert.match(out, /Board sim: all 2 channels are dropped, read back/);
  assert.deepEqual(JSON.parse(await readFile(board, "utf8")).channels, [false, false]);

  const further = [...boards, { id: "far", driver: "unheard-of", channels: 2 }];
  await writeFile(join(data.path, "boards.json"), JSON.stringify({ ...config, boards: further }));
  const half = await shell(["outputs", "drop"], { data: data.path });
  assert.equal(half.code, 1);
  assert.match(half.err, /Cannot open board "far"/);
});

test("the doctor reads the cameras of a box that does not run, and shows no password", async () => {
  await using data = await folder();
  await using files = await folder();
  const file = join(files.path, "press.json");
  const gone = { id: "gone", name: "Gone", source: "rtsp://viewer:s3cret@127.0.0.1:9/stream" };
  await writeFile(file, JSON.stringify({ ...PROVISION, cameras: [...PROVISION.cameras, gone] }));
  assert.equal((await shell(["provision", file], { data: data.path })).code, 0);
  const { code, out } = await shell([], { data: data.path, file: "doctor" });
  assert.equal(code, 1);
  assert.match(out, /^ok {4}camera front: gives h264, 640x360, [\d.]+ frames\/s$/m);
  assert.match(out, /^FAIL {2}camera gone: Cannot open camera "gone": the connection was refused/m);
  assert.match(out, /^ok {4}audit: the chain of 2 rows holds$/m);
  assert.match(out, /^ok {4}ffmpeg: /m);
  assert.match(out, /1 failed$/m);
  assert.doesNotMatch(out, /s3cret/);
});

test("a running box is asked: its status, its trail, a stop, and no provisioning beside it", async () => {
  await using box = await startBox({ provision: PROVISION });
  const run = (...args: string[]) => shell(args, { data: box.data });
  await box.waitFor((view) => view.reset.possible || view.cameras[0]?.state === "RUNNING", 20_000);
  const status = await run("status");
  assert.equal(status.code, 0);
  assert.match(status.out, /site "Press 4"\nTripped: at least one run permit is dropped/);
  assert.match(status.out, /^ {2}front +RUNNING +[\d.]+ frames\/s/m);
  assert.match(status.out, /^ {2}permit +sim\/1 +run-permit +dropped/m);

  const before = await box.view();
  const drop = await run("outputs", "drop");
  assert.equal(drop.code, 0, drop.err);
  assert.match(drop.out, /^A stop was requested of the box at http/);
  assert.match(drop.out, /permit +run-permit +reads dropped/);
  assert.equal(before.stopRequested, false);
  assert.equal((await box.view()).stopRequested, true);

  assert.match((await run("audit", "verify")).out, /^The audit trail holds: /);
  const rows = (await run("audit", "export")).out.trimEnd().split("\n");
  assert.equal(verifyChain(rows.map((row) => JSON.parse(row) as AuditRow)).ok, true);
  assert.ok(rows.some((row) => row.includes("command.stop-request")));
  assert.match((await run("model", "list")).out, /^palisade-person-256x416 +installed, ACTIVE/m);

  const refused = await run("provision", join(box.data, "provision.json"));
  assert.equal(refused.code, 1);
  assert.match(refused.err, /Nothing was changed: .*stop it first, or start it with PALISADE_PROVISION/);
  const doctor = await shell([], { data: box.data, file: "doctor" });
  assert.match(doctor.out, /^ok {4}box: runs at http/m);
  assert.match(doctor.out, /^ok {4}camera front: the box reads/m);
  assert.match(doctor.out, /^ok {4}board sim: /m);
  assert.equal(doctor.code, 0, doctor.out);
});

test("a box that hangs is told of instead of waited for", async () => {
  await using box = await startBox({ provision: PROVISION });
  process.kill(box.pid, "SIGSTOP");
  try {
    for (const args of [["status"], ["outputs", "drop"]]) {
      const { code, err } = await shell(args, { data: box.data });
      assert.equal(code, 1);
      assert.match(err, /^The box \(process \d+\) does not answer at http/);
    }
  } finally {
    process.kill(box.pid, "SIGCONT");
  }
});
