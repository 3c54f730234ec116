/** What can be wrong around a box: cameras, model, ffmpeg, boards, folders. Each is told in a sentence and drops. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import type { View } from "../../server/domain/view.ts";
import { watchBoard } from "../support/board-watch.ts";
import { type Box, startBox } from "../support/box.ts";
import { emptyCell } from "../support/empty-cell.ts";
import { makeEmptyFilm } from "../support/footage.ts";
import { startMjpeg } from "../support/mjpeg.ts";
import { energise, type ListedAlarm, type Problem } from "../support/operator.ts";
import { processesWith } from "../support/processes.ts";
import { program, ROOT } from "../support/runtime.ts";

const PASSWORD = "k4mera-word";
const WATCHED_MS = 15_000;

let folder = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "palisade-faults-"));
  await makeEmptyFilm(join(folder, "empty.mp4"));
});
after(async () => {
  await rm(folder, { recursive: true, force: true });
});

const provision = () => emptyCell(join(folder, "empty.mp4"));

/** House style: no full stop at the end, no password, and not only a code. */
function assertSentence(text: string | undefined, says: RegExp): void {
  assert.match(text ?? "", says);
  assert.match(text ?? "", /^[A-Z].*[^.]$/s);
  assert.ok((text ?? "").split(" ").length >= 5, `a sentence: ${text}`);
  assert.equal((text ?? "").includes(PASSWORD), false, "no password");
}

// --- cameras -------------------------------------------------------------------------------------------

interface Listener extends AsyncDisposable {
  readonly port: number;
}

/** A TCP server that accepts and never says a word. */
async function blackHole(): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The black hole has no port");
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

/** A port where nobody listens: one that was free a moment ago. */
async function closedPort(): Promise<number> {
  await using hole = await blackHole();
  return hole.port;
}

interface CameraStatus {
  readonly camera_state: string;
  readonly frame_count: number;
  readonly fps_30s: number;
  readonly why: string | null;
}

test("three cameras that fail in their own ways leave the fourth, its zone and its permit alone", async (t) => {
  await using hole = await blackHole();
  await using rig = await startMjpeg([{ name: "noise", user: "viewer", pass: PASSWORD }]);
  await rig.fault("noise", "garbage");
  const broken = (id: string, source: string) => ({ id, name: id, source, fps: 10 });
  const login = `viewer:${PASSWORD}@127.0.0.1`;
  const good = provision();
  await using box = await startBox({
    provision: {
      ...good,
      cameras: [
        ...good.cameras,
        broken("shut", `rtsp://${login}:${await closedPort()}/stream`),
        broken("mute", `rtsp://${login}:${hole.port}/stream`),
        broken("noise", rig.url("noise")),
      ],
    },
  });
  using board = watchBoard(box);
  await energise(box, board, 20_000);

  const status = async (id: string): Promise<CameraStatus> =>
    (await box.get<CameraStatus>(`/status/${id}`)).body;
  const from = { at: monotonicMs(), count: (await status("side")).frame_count };
  for (const [id, says] of [
    ["shut", /refused/],
    ["mute", /no picture|does not answer|no video/],
    ["noise", /Cannot open camera "noise"|lost|stalled/],
  ] as const) {
    const view = await box.waitFor(
      ({ cameras }) => cameras.find((camera) => camera.id === id)?.state === "ERROR",
      12_000,
    );
    const camera = view.cameras.find((one) => one.id === id);
    assertSentence(camera?.why, says);
    assert.equal(camera?.verdict, "blind");
    assert.ok((camera?.retryWallAt ?? 0) > view.wallAt - 1_000, "and when it is tried again");
    t.diagnostic(`${id}: ${camera?.fault}: ${camera?.why}`);
  }
  await wait(Math.max(0, from.at + WATCHED_MS - monotonicMs()));
  const to = await status("side");
  const fps = ((to.frame_count - from.count) * 1000) / (monotonicMs() - from.at);
  t.diagnostic(`the good camera gave ${fps.toFixed(2)} frames a second beside them`);
  assert.ok(fps > 9 && fps < 11, `${fps} frames a second`);
  assert.deepEqual(
    board.channel(1).map(({ energised }) => energised),
    [false, true],
    "energised once and ever since",
  );

  const running = await box.send<{ readonly status: string }>("POST", "/start", { camera: "side" });
  assert.equal(running.body.status, "already running");
  const stopAt = monotonicMs();
  assert.equal((await box.send("POST", "/stop", { camera: "side" })).status, 200);
  const droppedMs = (await board.permit(false, 1_000, stopAt)) - stopAt;
  await box.waitFor(({ cameras }) => cameras[0]?.state === "IDLE", 3_000);
  assert.equal((await box.send("POST", "/start", { camera: "side" })).status, 200);
  await box.waitFor(({ zones }) => zones[0]?.verdict === "clear", 15_000);
  await wait(1_000);
  assert.equal(board.permitNow(), false, "clear again, but nobody has reset");
  await energise(box, board, 10_000);
  t.diagnostic(`stopped to dropped ${droppedMs.toFixed(0)} ms`);

  const everything = `${box.lines.join("\n")}${JSON.stringify(await box.view())}`;
  const audit = JSON.stringify((await box.get("/api/audit")).body);
  assert.equal((everything + audit).includes(PASSWORD), false, "the password stands nowhere");
  assert.equal(await box.stop(), 0);
  assert.deepEqual(box.processes(), []);
});

// --- the box's own parts -------------------------------------------------------------------------------

/** The permit of a box in which something is wrong: dropped, refused, and the refusal says why. */
async function assertHeldDown(box: Box): Promise<void> {
  const { status, body } = await box.send<Problem>("POST", "/api/reset");
  // 401: without its settings the box does not know that the panel overlooks every zone.
  assert.ok([401, 409, 503].includes(status), `status ${status}`);
  assert.ok((body.refusals?.length ?? 0) > 0 || (body.detail ?? "").length > 20, JSON.stringify(body));
  const outputs = (await box.get<readonly { id: string; demand: string; readback: string }[]>("/api/outputs"))
    .body;
  const permit = outputs.find(({ id }) => id === "permit");
  if (permit !== undefined) assert.equal(permit.demand, "dropped");
  assert.notEqual(permit?.readback, "energised");
  assert.equal((await box.get("/readyz")).status, 503, "and it does not call itself ready");
}

const modelFailed = ({ model }: View): boolean => model.state === "failed";

test("a model that does not exist is told with the names there are, and nothing is guarded", async () => {
  await using box = await startBox({ provision: { ...provision(), detector: { model: "no-such-model" } } });
  using board = watchBoard(box);
  const view = await box.waitFor(modelFailed, 10_000);
  assertSentence(view.model.why, /no-such-model.*palisade-person/);
  await box.waitFor(({ cameras }) => cameras[0]?.state === "RUNNING", 10_000);
  await assertHeldDown(box);
  assert.equal(board.permitNow(), false);
  assert.equal(await box.stop(), 0);
});

test("truncated weights are told with the file and what it should be, and nothing is guarded", async () => {
  const names = ["yolox-nano-416", "yolox-tiny-416", "yolox-s-640"];
  const model = names.find((name) => !existsSync(`${ROOT}models/${name}.onnx`));
  assert.ok(model !== undefined, "one model of the list is not installed");
  const models = await mkdtemp(join(folder, "models-"));
  await writeFile(join(models, `${model}.onnx`), new Uint8Array(100_000));
  await using box = await startBox({
    provision: { ...provision(), detector: { model } },
    env: { PALISADE_MODELS: models },
  });
  const view = await box.waitFor(modelFailed, 10_000);
  assertSentence(view.model.why, new RegExp(model));
  await assertHeldDown(box);
  assert.equal(await box.stop(), 0);
});

test("an FFMPEG_PATH that names nothing is told at the camera", async () => {
  await using box = await startBox({
    provision: provision(),
    env: { FFMPEG_PATH: join(folder, "no-ffmpeg") },
  });
  const view = await box.waitFor(({ cameras }) => cameras[0]?.state === "ERROR", 10_000);
  assertSentence(view.cameras[0]?.why, /FFMPEG_PATH/);
  assert.equal(view.cameras[0]?.fault, "unsupported");
  await assertHeldDown(box);
  assert.equal(await box.stop(), 0);
});

test("a board that cannot be written is an alarm with its reason", async () => {
  const data = await mkdtemp(join(folder, "board-"));
  await mkdir(join(data, "simulated-board-sim.json"));
  await using box = await startBox({ data, provision: provision() });
  const view = await box.waitFor(
    ({ alarms }) => alarms.some(({ definition }) => definition === "out.comm.lost"),
    10_000,
  );
  const alarm = view.alarms.find(({ definition }) => definition === "out.comm.lost");
  assertSentence(alarm?.detail, /simulated-board-sim\.json/);
  assert.equal(view.outputs.find(({ id }) => id === "permit")?.readback, "unknown");
  await box.waitFor(({ zones }) => zones[0]?.verdict === "clear", 10_000);
  await assertHeldDown(box);
  assert.equal(await box.stop(), 0);
});

test("a database that cannot be opened leaves a box that shows why and energises nothing", async () => {
  const data = await mkdtemp(join(folder, "database-"));
  await mkdir(join(data, "palisade.db"));
  await using box = await startBox({ data, provision: provision() });
  const view = await box.view();
  assertSentence(view.faults[0], /palisade\.db/);
  await assertHeldDown(box);
  assert.equal((await box.get("/api/audit")).status, 503);
  assert.equal(await box.stop(), 0);
});

test("a data folder that cannot be written leaves a box that shows why and energises nothing", async () => {
  const tag = `PALISADE_TEST_TAG=${randomUUID()}`;
  // Nobody can make a folder there, root neither.
  const env = { PALISADE_DATA: "/sys/palisade", PALISADE_TEST_TAG: tag.split("=")[1] ?? "" };
  try {
    await using box = await startBox({ provision: provision(), env });
    const view = await box.view();
    assertSentence(view.faults[0], /\/sys\/palisade/);
    await assertHeldDown(box);
    assert.equal(await box.stop(), 0);
    assert.deepEqual(processesWith(tag), []);
  } finally {
    for (const { pid } of processesWith(tag)) process.kill(pid, "SIGKILL");
  }
});

test("a second box on the same data folder refuses with a sentence and leaves the first alone", async () => {
  await using box = await startBox({ provision: provision() });
  using board = watchBoard(box);
  await energise(box, board, 20_000);
  const before = box.processes().map(({ pid }) => pid);
  const { command, args } = program("server/main.ts");
  const env = { ...process.env, PALISADE_PORT: "0", PALISADE_DATA: `${box.data}/` };
  const second = spawnSync(command, args, { cwd: ROOT, env, encoding: "utf8", timeout: 10_000 });
  assert.equal(second.status, 1, "it ends at once");
  assert.match(
    second.stderr,
    new RegExp(`Another box runs on the data folder "${box.data}" \\(process ${box.pid} at ${box.url}/\\)`),
  );
  await wait(1_000);
  assert.deepEqual(
    board.channel(1).map(({ energised }) => energised),
    [false, true],
    "the first one's permit did not move",
  );
  assert.deepEqual(
    box.processes().map(({ pid }) => pid),
    before,
  );
  assert.equal((await box.get<readonly ListedAlarm[]>("/api/alarms")).body.length, 0);
  assert.equal(await box.stop(), 0);
});
