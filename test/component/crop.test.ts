/** The part of a picture that is looked at: ffmpeg cuts what we reckon, and an eye finds people where they are. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { openLog } from "../../server/base/log.ts";
import { Cameras } from "../../server/camera/cameras.ts";
import { cropFilter, inPicture, partOf } from "../../server/camera/crop.ts";
import { findFfmpeg } from "../../server/camera/ffmpeg.ts";
import { DEMONSTRATION_FOLDER } from "../../server/demonstration.ts";
import { resolveModel } from "../../server/detect/find.ts";
import type { EyeReport } from "../../server/domain/eye.ts";
import { iou } from "../../server/domain/geometry.ts";
import { distance } from "../../server/domain/ground.ts";
import type { Box, Point, Size } from "../../server/domain/units.ts";
import { until } from "../support/until.ts";

const run = promisify(execFile);
const MODEL = { width: 416, height: 256 };
const WHOLE = { x0: 0, y0: 0, x1: 1, y1: 1 };
const log = openLog("test", { write: () => undefined });

function ffmpegPath(): string {
  const found = findFfmpeg();
  assert.ok(found.ok);
  return found.path;
}

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "palisade-crop-"));
});
after(async () => await rm(folder, { recursive: true, force: true }));

/** What ffmpeg leaves of a picture whose every pixel says where it is: its first and its last pixel. */
async function cut(crop: Box, { width, height }: Size): Promise<{ from: number[]; to: number[] }> {
  const places = "geq=r='mod(X,256)':g='mod(Y,256)':b='floor(X/256)+16*floor(Y/256)'";
  const source = `nullsrc=s=${width}x${height}:r=1:d=1,format=rgb24,${places},${cropFilter(crop, MODEL)}`;
  const args = ["-v", "error", "-nostdin", "-f", "lavfi", "-i", source, "-frames:v", "1"];
  const raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"];
  const { stdout } = await run(ffmpegPath(), [...args, ...raw], {
    encoding: "buffer",
    maxBuffer: 2 ** 24,
    timeout: 30_000,
  });
  const place = ([r = 0, g = 0, b = 0]: Iterable<number> & { [n: number]: number }): number[] => [
    r + 256 * (b & 15),
    g + 256 * (b >> 4),
  ];
  return { from: place(stdout.subarray(0, 3)), to: place(stdout.subarray(-3)) };
}

const CASES: readonly [name: string, crop: Box, size: Size, cropped: boolean][] = [
  ["a far zone", { x0: 0.31, y0: 0.12, x1: 0.67, y1: 0.51 }, { width: 1280, height: 720 }, true],
  ["a zone in the corner", { x0: 0.83, y0: 0.7, x1: 1, y1: 1 }, { width: 768, height: 432 }, true],
  ["a high part", { x0: 0.4, y0: 0.05, x1: 0.5, y1: 0.77 }, { width: 641, height: 361 }, true],
  ["4:3", { x0: 0.1, y0: 0.3, x1: 0.7, y1: 0.62 }, { width: 640, height: 480 }, true],
  ["hardly less than the whole", { x0: 0, y0: 0.07, x1: 0.97, y1: 1 }, { width: 640, height: 360 }, false],
  ["a picture on end", { x0: 0.3, y0: 0.3, x1: 0.6, y1: 0.5 }, { width: 360, height: 640 }, false],
];
for (const [name, crop, size, cropped] of CASES)
  test(`ffmpeg cuts out the part that boxes are told by: ${name}`, async () => {
    const part = partOf(crop, size, MODEL);
    const { from, to } = await cut(crop, size);
    assert.deepEqual(from, [part.x, part.y]);
    assert.deepEqual(to, [part.x + part.width - 1, part.y + part.height - 1]);
    assert.equal(part.width < size.width, cropped);
    const shown = inPicture(WHOLE, part, size);
    const near = 2 / Math.min(size.width, size.height);
    assert.ok(shown.x0 <= crop.x0 + near && shown.x1 >= crop.x1 - near);
    assert.ok(shown.y0 <= crop.y0 + near && shown.y1 >= crop.y1 - near);
  });

interface Golden {
  readonly persons: readonly { readonly box: readonly [x: number, y: number, w: number, h: number] }[];
}

test("an eye that looks at a part finds its people where they are in the whole picture", {
  timeout: 60_000,
}, async () => {
  // The golden picture in the midst of one four times as large.
  const [at, size] = [
    { x: 400, y: 200, width: 640, height: 360 },
    { width: 1280, height: 720 },
  ];
  const film = join(folder, "far.avi");
  const golden = join(DEMONSTRATION_FOLDER, "golden.jpg");
  const drawn = `scale=640:360,pad=1280:720:${at.x}:${at.y}:gray,format=yuvj420p`;
  const input = ["-v", "error", "-nostdin", "-loop", "1", "-framerate", "10", "-t", "2", "-i", golden];
  await run(ffmpegPath(), [...input, "-vf", drawn, "-c:v", "mjpeg", "-q:v", "2", film], { timeout: 30_000 });
  const truth = JSON.parse(await readFile(join(DEMONSTRATION_FOLDER, "golden.json"), "utf8")) as Golden;
  const people = truth.persons.map(({ box: [x, y, w, h] }) =>
    inPicture({ x0: x, y0: y, x1: x + w, y1: y + h }, at, size),
  );

  // The floor as the film's truth knows it, and a zone on it.
  const { zone, zone_floor } = JSON.parse(
    await readFile(join(DEMONSTRATION_FOLDER, "cell-front.truth.json"), "utf8"),
  ) as { readonly zone: Point[]; readonly zone_floor: readonly [Point, Point, Point, Point] };
  const points = zone.map(([x, y]): [number, number] => [
    (at.x + x * at.width) / size.width,
    (at.y + y * at.height) / size.height,
  ]);
  const [a, b, c, d] = zone_floor;
  const sides = [distance(a, b), distance(b, c), distance(c, d), distance(d, a)];
  const ground = { points, sides, diagonal: distance(a, c) };
  const camera = { id: "far", name: "Far", source: `file:${film}`, fps: 10, transport: "tcp" } as const;
  const onFloor = {
    id: "door",
    camera: "far",
    name: "Door",
    kind: "warn",
    polygon: points,
    dwellMs: 0,
  } as const;

  const found = resolveModel("palisade-person-256x416", { further: undefined });
  assert.ok(found.ok);
  const { manifestPath, weightsPath } = found.model;
  await using cameras = new Cameras({ store: undefined, scenes: [], log });
  const seen = Promise.withResolvers<Extract<EyeReport, { kind: "observed" }>>();
  using _ = cameras.follow((report) => {
    if (report.kind === "observed") seen.resolve(report);
  });
  await cameras.configure({
    config: { cameras: [{ ...camera, ground }], zones: [onFloor] },
    model: { manifestPath, weightsPath, keepThreshold: 0.3 },
    threshold: 0.3,
  });
  cameras.start("far");
  const late = setTimeout(() => seen.reject(new Error("nothing was looked at within 30 s")), 30_000);
  const { observation } = await seen.promise;
  clearTimeout(late);
  for (const person of people)
    assert.ok(
      observation.detections.some(({ box }) => iou(box, person) >= 0.5),
      JSON.stringify(observation.detections),
    );
  const told = (): Box | undefined => cameras.counters.newest("far")?.looked?.part;
  await until({ what: "the part is told", ms: 10_000, check: () => told() !== undefined });
  const part = told();
  // Of the film, which is half as wide as the picture, the part around the zone.
  assert.ok(part !== undefined && part.x1 - part.x0 < 0.45 && part.y1 - part.y0 < 0.45, JSON.stringify(part));
});
