/** Cameras that are stopped and started again and again leave nothing behind: 40 times, or PALISADE_CYCLES. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import { type Belongings, belongingsOf } from "../support/belongings.ts";
import { type Box, startBox } from "../support/box.ts";
import { labProvision } from "../support/camera-lab.ts";
import { type CameraWatch, watchCameras } from "../support/camera-watch.ts";
import { connectionsOf, startMjpeg } from "../support/mjpeg.ts";
import { writeNobodyModel } from "../support/nobody-model.ts";
import { makeQuietFilm } from "../support/quiet-film.ts";
import { until } from "../support/until.ts";

const CYCLES = Number(process.env.PALISADE_CYCLES ?? 40);
/** Every fifth cycle waits for pictures; the others stop the camera wherever its start has come to. */
const WHOLE_EVERY = 5;
const FPS = 5;
const SIZE = "416x234";
/** Heaps grow and shrink by themselves; a decoder's buffers left behind each time are many times this. */
const GROWTH_MB = 60;

async function all(watch: CameraWatch, ids: readonly string[], state: string): Promise<void> {
  const from = monotonicMs();
  const is = (id: string) =>
    watch.first(id, from, 15_000, state, (seen) => seen.camera.state === state).then(() => undefined);
  await Promise.all(ids.map(is));
}

async function cycle(box: Box, watch: CameraWatch, ids: readonly string[], turn: number): Promise<void> {
  const post = (path: string) => box.send("POST", path, {}, { connection: "close" });
  assert.equal((await post("/stop")).status, 200);
  if (turn % 2 === 0) await all(watch, ids, "IDLE");
  assert.equal((await post("/start")).status, 200);
  if (turn % WHOLE_EVERY === 0) await all(watch, ids, "RUNNING");
  else await wait((turn * 37) % 200);
}

/** What it holds once it has come to rest: the same twice in a row. */
async function atRest(box: Box, watch: CameraWatch, ids: readonly string[]): Promise<Belongings> {
  await all(watch, ids, "RUNNING");
  let last = belongingsOf(box);
  return await until({
    what: "the box to come to rest",
    ms: 15_000,
    everyMs: 500,
    check: () => {
      const before = last;
      last = belongingsOf(box);
      const same =
        last.threads === before.threads && JSON.stringify(last.open) === JSON.stringify(before.open);
      return same ? last : undefined;
    },
  });
}

test(`${CYCLES} stops and starts leave no process, socket, pipe, thread or file behind`, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "palisade-cycles-"));
  try {
    const [film, temporary] = [join(folder, "quiet.mp4"), join(folder, "temporary")];
    await Promise.all([makeQuietFilm(film, { size: SIZE, fps: FPS }), writeNobodyModel(folder)]);
    await mkdir(temporary);
    await using rig = await startMjpeg([{ name: "web", file: film, size: SIZE, fps: FPS }]);
    const cameras = [
      { id: "web", source: rig.url("web") },
      { id: "film", source: `file:${film}` },
    ];
    const ids = cameras.map(({ id }) => id);
    const provision = labProvision(cameras, FPS, ids);
    await using box = await startBox({ provision, env: { TMPDIR: temporary, PALISADE_MODELS: folder } });
    await using watch = watchCameras(box);
    await all(watch, ids, "RUNNING");
    for (let turn = 0; turn < WHOLE_EVERY; turn++) await cycle(box, watch, ids, turn);
    const before = await atRest(box, watch, ids);
    const files = await readdir(temporary);
    const pids = { eyes: box.eyePids(), first: box.pid };

    const began = monotonicMs();
    for (let turn = 1; turn <= CYCLES; turn++) await cycle(box, watch, ids, turn);
    const tookMs = monotonicMs() - began;
    const after = await atRest(box, watch, ids);
    const told = ({ open, threads, mb }: Belongings): string =>
      `${JSON.stringify(open)}, ${threads} threads, ${mb.toFixed(0)} MB`;
    t.diagnostic(`${CYCLES} cycles in ${(tookMs / 1000).toFixed(1)} s`);
    t.diagnostic(`before: ${before.processes.length} processes, ${told(before)}`);
    t.diagnostic(`after:  ${after.processes.length} processes, ${told(after)}`);

    assert.deepEqual(box.eyePids(), pids.eyes, "the eye is the same: nothing was hidden by a restart");
    assert.deepEqual(after.processes, before.processes);
    assert.deepEqual(after.open, before.open);
    assert.ok(after.threads <= before.threads, `${before.threads} threads became ${after.threads}`);
    assert.ok(after.mb - before.mb < GROWTH_MB, `${before.mb} MB became ${after.mb} MB`);
    const camera = await rig.camera("web");
    assert.deepEqual([camera.clients, connectionsOf(camera)], [1, 1], "one reader at the camera, one socket");
    assert.deepEqual(await readdir(temporary), files, "no new file in the folder for temporary ones");

    await box.send("POST", "/stop", {}, { connection: "close" });
    await all(watch, ids, "IDLE");
    const idle = await rig.camera("web");
    assert.deepEqual([idle.clients, connectionsOf(idle)], [0, 0], "stopped: nobody reads, no socket is open");
    assert.deepEqual(
      box.processes().filter(({ command }) => /ffmpeg/.test(command)),
      [],
    );
    assert.equal(await box.stop(), 0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
