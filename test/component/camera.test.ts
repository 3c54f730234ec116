/** A camera against programs that behave worse than ffmpeg: they stand in for it through FFMPEG_PATH. */
import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import { Camera } from "../../server/camera/camera.ts";
import type { CameraState } from "../../server/domain/camera.ts";

/** Runs a camera on a shell script in ffmpeg's place, and gives its states once it is stopped. */
async function withProgram(
  script: string,
  act: (camera: Camera, states: readonly CameraState[]) => Promise<void>,
  source = "rtsp://192.0.2.1/a",
): Promise<CameraState[]> {
  const folder = await mkdtemp(join(tmpdir(), "palisade-"));
  const program = join(folder, "ffmpeg");
  await writeFile(program, `#!/bin/sh\n${script}\n`);
  await chmod(program, 0o755);
  const before = process.env.FFMPEG_PATH;
  process.env.FFMPEG_PATH = program;
  const states: CameraState[] = [];
  try {
    await using camera = new Camera({
      order: { id: "press", source, fps: 10, transport: "tcp" },
      letterbox: { width: 416, height: 256, pad: 114 },
      onState: (state) => states.push(state),
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

async function until(holds: () => boolean): Promise<void> {
  const end = monotonicMs() + 5_000;
  while (!holds() && monotonicMs() < end) await wait(10);
  assert.ok(holds());
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

test("a decoder that floods stderr and ends is told by its last line, without the password", async () => {
  const flood = "i=0; while [ $i -lt 3000 ]; do echo noise $i >&2; i=$((i+1)); done";
  const script = `${flood}; echo "rtsp://admin:swordfish@192.0.2.1/a: Odd failure" >&2; exit 1`;
  const states = await withProgram(
    script,
    async (_camera, seen) => until(() => seen.some(({ kind }) => kind === "error")),
    "rtsp://admin:swordfish@192.0.2.1/a",
  );
  const error = states[1];
  assert.ok(error?.kind === "error" && error.why === "lost");
  assert.equal(error.message, 'Cannot open camera "press": rtsp://***@192.0.2.1/a: Odd failure');
});

test("a source of no known kind is unsupported and ends nothing else", async () => {
  const states = await withProgram(
    "exec sleep 60",
    async (_camera, seen) => until(() => seen.some(({ kind }) => kind === "error")),
    "gopher://192.0.2.1/a",
  );
  assert.ok(states[1]?.kind === "error" && states[1].why === "unsupported");
});
