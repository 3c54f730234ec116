/** A camera against programs that behave worse than ffmpeg, and real ffmpeg against real cameras. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import { Camera } from "../../server/camera/camera.ts";
import type { CapturedFrame } from "../../server/camera/capture.ts";
import type { CameraState } from "../../server/domain/camera.ts";
import type { CameraOrder } from "../../server/domain/eye.ts";
import * as missing from "../support/missing.ts";
import { type RtspCamera, startRtsp } from "../support/rtsp.ts";

const LETTERBOX = { width: 416, height: 256, pad: 114 };
/** A file that is there: whatever stands in ffmpeg's place never reads it. */
const SOURCE = `file:${import.meta.filename}`;
const version = (number: string): string =>
  `[ "$1" = -version ] && echo 'ffmpeg version ${number} of a test' && exit 0`;

/** Runs a camera on a shell script in ffmpeg's place, and gives its states once it is stopped. */
async function withProgram(
  script: string,
  act: (camera: Camera, states: readonly CameraState[]) => Promise<void>,
  source = SOURCE,
  number = "5.1.9",
): Promise<CameraState[]> {
  const folder = await mkdtemp(join(tmpdir(), "palisade-"));
  const program = join(folder, "ffmpeg");
  await writeFile(program, `#!/bin/sh\n${version(number)}\n${script}\n`);
  await chmod(program, 0o755);
  const before = process.env.FFMPEG_PATH;
  process.env.FFMPEG_PATH = program;
  const states: CameraState[] = [];
  try {
    await using camera = new Camera({
      order: { id: "press", source, fps: 10, transport: "tcp" },
      letterbox: LETTERBOX,
      onState: (state) => states.push(state),
      onTrust: () => undefined,
      onScene: () => undefined,
      onFrame: () => undefined,
      onPicture: () => undefined,
      random: () => 0.2,
      firstFrameMs: 300,
    });
    camera.start();
    await act(camera, states);
  } finally {
    if (before === undefined) delete process.env.FFMPEG_PATH;
    else process.env.FFMPEG_PATH = before;
    await rm(folder, { recursive: true });
  }
  return states;
}

async function until(holds: () => boolean, withinMs = 5_000): Promise<void> {
  const end = monotonicMs() + withinMs;
  while (!holds() && monotonicMs() < end) await wait(10);
  assert.ok(holds(), `not so within ${withinMs} ms: ${holds}`);
}

const told = (states: readonly CameraState[]): string | undefined =>
  states.find((state) => state.kind === "error")?.message;

/** Something on a port that accepts and says nothing. */
async function listener(): Promise<{ port: number } & Disposable> {
  const server = createServer((socket) => socket.on("error", () => undefined));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { port, [Symbol.dispose]: () => void server.close() };
}

test("a decoder that sends nothing is stalled, ended although it ignores SIGTERM, and tried again", async () => {
  const states = await withProgram("trap '' TERM\nwhile :; do sleep 0.05; done", async (_camera, seen) => {
    await until(() => seen.filter(({ kind }) => kind === "starting").length === 2);
  });
  assert.deepEqual(
    states.map(({ kind }) => kind),
    ["starting", "error", "starting", "stopping", "idle"],
  );
  const error = states[1];
  assert.ok(error?.kind === "error" && error.why === "stalled");
  assert.equal(
    error.message,
    'Cannot open camera "press": no picture within 0.3 s; check its power and network',
  );
});

test("what cannot be decoded is told as that", async () => {
  const opened = "echo '[info]   Stream #0:0: Video: h264 (High), yuv420p' >&2";
  // Two lines about each picture, which count once.
  const line = "echo '[error] Error while decoding stream #0:0: Invalid data' >&2";
  const damage = `${line}; ${line}; sleep 0.06`;
  const states = await withProgram(`${opened}; while :; do ${damage}; done`, async (camera, seen) => {
    await until(() => seen.some(({ kind }) => kind === "error"));
    const { unreadable, codec } = camera.counts(monotonicMs());
    assert.ok(unreadable >= 1 && unreadable <= 10, `${unreadable} unreadable`);
    assert.equal(codec, "h264");
  });
  assert.ok(states[1]?.kind === "error" && states[1].why === "stalled");
  assert.match(states[1].message, /what it sends cannot be decoded/);
});

test("a stop ends a decoder that ignores SIGTERM within half a second", async () => {
  await withProgram("trap '' TERM\nwhile :; do sleep 0.05; done", async (camera) => {
    await wait(100);
    const started = monotonicMs();
    await camera.stop();
    assert.ok(monotonicMs() - started < 600, `${monotonicMs() - started} ms`);
    assert.equal(camera.state.kind, "idle");
  });
});

test("a start that comes while the camera stops is not lost", async () => {
  const states = await withProgram("exec sleep 60", async (camera, seen) => {
    await wait(50);
    const stopped = camera.stop();
    camera.start();
    await stopped;
    await until(() => seen.filter(({ kind }) => kind === "starting").length >= 2);
  });
  assert.deepEqual(
    states.slice(0, 4).map(({ kind }) => kind),
    ["starting", "stopping", "idle", "starting"],
  );
});

test("a start while a camera waits for its next try is a try at once", async () => {
  const words = "echo 'file: Permission denied' >&2; exit 1";
  const states = await withProgram(words, async (camera, seen) => {
    await until(() => seen.at(-1)?.kind === "error");
    const before = seen.length;
    camera.start();
    assert.equal(camera.state.kind, "starting");
    await until(() => seen.length >= before + 2 && seen.at(-1)?.kind === "error");
  });
  const errors = states.filter((state) => state.kind === "error");
  assert.ok(errors.length === 2 && errors.every(({ why, attempt }) => why === "refused" && attempt === 1));
});

test("a decoder that floods stderr and ends is told by its last line, without the password", async () => {
  using camera = await listener();
  const address = `127.0.0.1:${camera.port}/a`;
  const flood = "i=0; while [ $i -lt 3000 ]; do echo noise $i >&2; i=$((i+1)); done";
  const script = `${flood}; echo "rtsp://admin:swordfish@${address}: Odd failure" >&2; exit 1`;
  const states = await withProgram(
    script,
    async (_camera, seen) => until(() => seen.some(({ kind }) => kind === "error")),
    `rtsp://admin:swordfish@${address}`,
  );
  const error = states[1];
  assert.ok(error?.kind === "error" && error.why === "lost");
  assert.equal(error.message, `Cannot open camera "press": rtsp://***@${address}: Odd failure`);
});

test("a source of no known kind is unsupported and ends nothing else", async () => {
  const states = await withProgram(
    "exec sleep 60",
    async (_camera, seen) => until(() => seen.some(({ kind }) => kind === "error")),
    "gopher://192.0.2.1/a",
  );
  assert.ok(states[1]?.kind === "error" && states[1].why === "unsupported");
});

/** Options that are no options any more, or not yet, or mean something else. */
const WRONG: Readonly<Record<string, string>> = {
  "4.4.2": "-fps_mode|-timeout|concat|checksum=0",
  "5.0.3": "-fps_mode|-stimeout",
  "5.1.9": "-stimeout",
  "7.0.2": "-stimeout|-vsync",
};

test("no version of ffmpeg is given an option that it does not know, and one that is too old is told", async () => {
  using camera = await listener();
  const source = `rtsp://127.0.0.1:${camera.port}/a`;
  const failed = async (_camera: Camera, seen: readonly CameraState[]): Promise<void> =>
    await until(() => seen.some(({ kind }) => kind === "error"));
  for (const [number, wrong] of Object.entries(WRONG)) {
    const checks = `echo "$*" | grep -qE -- '${wrong}' && echo 'Unrecognized option' >&2 && exit 1`;
    const states = await withProgram(`${checks}\nexec sleep 60`, failed, source, number);
    assert.ok(states[1]?.kind === "error" && states[1].why === "stalled", `${number}: ${told(states)}`);
  }
  const states = await withProgram("exit 1", failed, source, "3.4.11");
  assert.match(told(states) ?? "", /^Cannot use ffmpeg: version 3\.4\.11 is too old; install ffmpeg 5\.1/);
});

test("where nobody answers no decoder is started, and where none ever did the cure is told", async () => {
  let port: number;
  {
    using camera = await listener();
    port = camera.port;
  }
  const folder = await mkdtemp(join(tmpdir(), "palisade-"));
  try {
    const mark = join(folder, "started");
    const states = await withProgram(
      `touch ${mark}; exec sleep 60`,
      async (_camera, seen) => until(() => seen.filter(({ kind }) => kind === "error").length >= 3),
      `rtsp://admin:swordfish@127.0.0.1:${port}/a`,
    );
    assert.ok(!existsSync(mark), "a decoder was started");
    const error = states[1];
    assert.ok(error?.kind === "error" && error.why === "lost");
    assert.equal(
      error.message,
      'Cannot open camera "press": the connection was refused; check the camera and its port',
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** A camera that runs, with what came of it. */
interface Watched extends AsyncDisposable {
  readonly camera: Camera;
  readonly states: CameraState[];
  /** The frames without their planes. */
  readonly frames: Omit<CapturedFrame, "planes">[];
}

function watch(source: string, transport: CameraOrder["transport"] = "tcp"): Watched {
  const states: CameraState[] = [];
  const frames: Omit<CapturedFrame, "planes">[] = [];
  const camera: Camera = new Camera({
    order: { id: "press", source, fps: 10, transport },
    letterbox: LETTERBOX,
    onState: (state) => states.push(state),
    onTrust: () => undefined,
    onScene: () => undefined,
    onFrame: () => {
      const frame = camera.poll();
      if (frame === undefined) return;
      const { planes: _planes, ...rest } = frame;
      frames.push(rest);
      camera.release(frame);
    },
    onPicture: () => undefined,
  });
  camera.start();
  return { camera, states, frames, [Symbol.asyncDispose]: async () => await camera.stop() };
}

/** Arguments of every process that runs. */
function processLists(): string {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, "utf8");
      } catch {
        return ""; // it ended meanwhile
      }
    })
    .filter((line) => line.includes("repeat+level+info"))
    .join("\n");
}

test("every codec and transport runs, with its size, codec and lateness, and no process list has the password", {
  skip: missing.rtsp(),
}, async () => {
  const login = { user: "admin", pass: "swordfish" };
  const kinds: readonly (RtspCamera & { wanted: string; transport?: "udp" })[] = [
    { name: "digest", codec: "h264", ...login, auth: "digest", wanted: "h264" },
    { name: "basic", codec: "h265", ...login, auth: "basic", wanted: "hevc" },
    { name: "jpeg", codec: "mjpeg", wanted: "mjpeg" },
    { name: "datagrams", codec: "h264", transport: "udp", wanted: "h264" },
    { name: "tls", codec: "h264", ...login, tls: 1, wanted: "h264" },
  ];
  await using rig = await startRtsp(kinds.map(({ wanted: _w, transport: _t, ...camera }) => camera));
  await using stack = new AsyncDisposableStack();
  const watched = kinds.map(({ name, transport }) => stack.use(watch(rig.url(name), transport)));
  await until(() => watched.every(({ frames }) => frames.length >= 15), 15_000);
  assert.match(processLists(), /showinfo/);
  assert.doesNotMatch(processLists(), /swordfish|rtsps?:\/\//);
  for (const [i, { camera, states, frames }] of watched.entries()) {
    const { name, wanted } = kinds[i] ?? assert.fail();
    assert.deepEqual(
      states.map(({ kind }) => kind),
      ["starting", "running"],
      name,
    );
    assert.equal(camera.counts(monotonicMs()).codec, wanted, name);
    assert.deepEqual(frames.at(-1)?.size, { width: 640, height: 360 }, name);
    for (const [a, b] of frames.slice(1).map((frame, j) => [frames[j], frame] as const))
      assert.ok(a !== undefined && b.capturedAt > a.capturedAt, `${name}: a frame is older than the last`);
    const late = frames.filter(({ lateMs }) => lateMs === undefined || lateMs > 500);
    assert.ok(late.length <= 3, `${name}: ${late.length} of ${frames.length} frames are late`);
  }
});

test("a camera's clock that is set, stands still or has a new size behind it is each told apart", {
  skip: missing.rtsp(),
}, async () => {
  const names = ["ahead", "behind", "still", "larger", "narrow"];
  await using rig = await startRtsp(names.map((name) => ({ name, gop: 5 })));
  await using stack = new AsyncDisposableStack();
  const watched = names.map((name) => stack.use(watch(rig.url(name))));
  const [ahead, behind, still, larger, narrow] = watched as [Watched, Watched, Watched, Watched, Watched];
  await until(() => watched.every(({ frames }) => frames.length >= 10), 15_000);

  await Promise.all([
    rig.fault("ahead", "jump", { by_s: 3_600 }),
    rig.fault("behind", "jump", { by_s: -1 }),
    rig.fault("still", "pace", { ratio: 0 }),
    rig.fault("larger", "resize", { size: "1280x720" }),
    rig.fault("narrow", "resize", { size: "640x480" }),
  ]);
  const setAt = monotonicMs();
  await until(() => [larger, narrow].every(({ states }) => states.at(-1)?.kind === "error"), 3_000);
  await until(
    () =>
      [larger, narrow].every(({ states }) => states.filter(({ kind }) => kind === "running").length === 2),
    8_000,
  );
  assert.equal(
    told(larger.states),
    'Camera "press" changed its picture from 640x360 to 1280x720; connecting again',
  );
  assert.equal(
    told(narrow.states),
    'Camera "press" changed its picture from 640x360 to 640x480; connecting again',
  );
  const again = larger.states.findLast((state) => state.kind === "running");
  assert.deepEqual(again?.size, { width: 1280, height: 720 });

  await until(() => (still.frames.at(-1)?.pace?.ratio ?? 1) < 0.2, 6_000);
  assert.equal(still.states.length, 2, "frames of a clock that stands still go on");
  assert.ok((still.frames.at(-1)?.lateMs ?? 0) > 2_000, "their age is not known any more");
  await wait(Math.max(0, setAt + 3_000 - monotonicMs()));
  for (const { states, frames } of [ahead, behind]) {
    assert.equal(states.length, 2, told(states) ?? "a clock that was set ends no run");
    assert.ok(frames.filter(({ capturedAt }) => capturedAt > setAt).length > 15);
    assert.ok((frames.at(-1)?.lateMs ?? Infinity) < 500, `late by ${frames.at(-1)?.lateMs}`);
  }
});
