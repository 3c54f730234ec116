/**
 * `npm run bench -- crop`: how many people in far zones are found in the whole picture, and in the part around the
 * zone. The demonstration's films as a part of a larger picture: the same people, so much smaller, on a measured floor.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { stopChild } from "../../server/base/child.ts";
import { captureArgs } from "../../server/camera/args.ts";
import { inPicture, type Part, partOf } from "../../server/camera/crop.ts";
import { FrameAssembler, FramePool } from "../../server/camera/frames.ts";
import { DEMONSTRATION_FOLDER } from "../../server/demonstration.ts";
import { Detector } from "../../server/detect/session.ts";
import { cropOf } from "../../server/domain/crop.ts";
import type { Detection } from "../../server/domain/eye.ts";
import { iou } from "../../server/domain/geometry.ts";
import { distance } from "../../server/domain/ground.ts";
import type { Box, Point, Size } from "../../server/domain/units.ts";
import { isInside } from "../../server/domain/zone.ts";
import { type LookedAtFrame, tripsOf } from "./accuracy_score.ts";
import { benchModel, FILM_FPS, ffmpegPath, temporaryFolder } from "./floors.ts";
import { interrupted } from "./interrupt.ts";

const CAMERA: Size = { width: 1280, height: 720 };
/** How much of the camera's picture the film fills, as wide and as high. */
const SHARES = [0.625, 0.4, 0.3];
const KINDS = { "cell-front": "warn", "cell-side": "stop" } as const;
type Film = keyof typeof KINDS;
const STRIDE = 3;
const QUICK_SECONDS = 10;
/** Somebody of whom less can be seen is nobody whom a detector has to find. */
const MIN_VISIBLE = 0.5;
const FOUND = 0.3;
const STOP_MS = 300;

interface Truth {
  readonly zone: readonly Point[];
  readonly zone_floor: readonly Point[];
  readonly zone_intervals: readonly (readonly [number, number])[];
  readonly seconds: number;
  readonly frames: readonly {
    readonly persons: readonly {
      readonly box: readonly [x: number, y: number, width: number, height: number];
      readonly visible: number;
    }[];
  }[];
}

/** A film that lies in the midst of a camera's picture, and everything that is known of it, told by that picture. */
interface Far {
  readonly film: Film;
  readonly place: Part;
  readonly zone: readonly Point[];
  readonly crop: Box | undefined;
  readonly truth: Truth;
}

function farOf(film: Film, share: number): Far {
  const truth = JSON.parse(readFileSync(join(DEMONSTRATION_FOLDER, `${film}.truth.json`), "utf8")) as Truth;
  const even = (value: number): number => 2 * Math.round(value / 2);
  const [width, height] = [even(CAMERA.width * share), even(CAMERA.height * share)];
  const place = { width, height, x: even((CAMERA.width - width) / 2), y: even((CAMERA.height - height) / 2) };
  const zone = truth.zone.map(([x, y]): Point => {
    const { x0, y0 } = inPicture({ x0: x, y0: y, x1: x, y1: y }, place, CAMERA);
    return [x0, y0];
  });
  const [a, b, c, d] = truth.zone_floor as [Point, Point, Point, Point];
  const sides = [distance(a, b), distance(b, c), distance(c, d), distance(d, a)];
  const ground = { points: zone, sides, diagonal: distance(a, c) };
  const crop = cropOf({ id: film, ground }, [{ camera: film, kind: KINDS[film], polygon: zone }]);
  return { film, place, zone, crop, truth };
}

/** Writes the film as the camera sees it, with fewer frames; around it is the film itself, without a shape. */
async function write(
  { film, place: { width, height, x, y } }: Far,
  path: string,
  seconds: number,
): Promise<void> {
  const all = `select='not(mod(n,${STRIDE}))',split[a][b];[a]scale=1280:720,boxblur=20[c];[b]scale=${width}:${height}[d]`;
  const graph = `[0:v]${all};[c][d]overlay=${x}:${y},setpts=N/TB/10`;
  const input = [
    "-v",
    "error",
    "-nostdin",
    "-t",
    String(seconds),
    "-i",
    join(DEMONSTRATION_FOLDER, `${film}.mp4`),
  ];
  const output = ["-r", "10", "-c:v", "mjpeg", "-q:v", "2", path];
  const child = spawn(ffmpegPath(), [...input, "-filter_complex", graph, ...output], { stdio: "ignore" });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`Cannot write ${path}: ffmpeg ended with ${code}`);
}

const PACE: readonly string[] = ["-re", "-stream_loop", "-1"];

/** Every frame as a camera with a crop hands it on: the whole picture, then the part. */
async function* framesOf(
  path: string,
  crop: Box,
  model: Size & { readonly pad: number },
): AsyncGenerator<Uint8Array> {
  const order = { id: "far", source: `file:${path}`, fps: FILM_FPS, transport: "tcp", crop } as const;
  const args = captureArgs(order, model).filter((arg) => !PACE.includes(arg));
  const child = spawn(ffmpegPath(), args, { stdio: ["ignore", "pipe", "ignore", "pipe"] });
  try {
    (child.stdio[3] as Readable).resume();
    const pool = new FramePool(6 * model.width * model.height);
    const ready: Uint8Array[] = [];
    const assembler = new FrameAssembler(pool, ({ planes }) => ready.push(planes), 2);
    for await (const chunk of child.stdout as AsyncIterable<Uint8Array>) {
      assembler.push(chunk, 0);
      for (const planes of ready.splice(0)) {
        yield planes;
        pool.release(planes);
      }
    }
  } finally {
    await stopChild(child, STOP_MS);
  }
}

class Tally {
  readonly frames: LookedAtFrame[] = [];
  #people = 0;
  #found = 0;

  /** @param inZone everybody who is in the zone now */
  take(second: number, found: readonly Detection[], inZone: readonly Box[], threshold: number): void {
    this.frames.push({ second, found });
    const sure = found.filter(({ score }) => score >= threshold);
    this.#people += inZone.length;
    this.#found += inZone.filter((person) => sure.some(({ box }) => iou(box, person) >= FOUND)).length;
  }

  get share(): number {
    return this.#found / this.#people;
  }
}

async function measure(far: Far, crop: Box, detector: Detector, path: string, quick: boolean) {
  const { manifest } = benchModel();
  const { film, place, zone, truth } = far;
  const part = partOf(crop, CAMERA, manifest.input);
  const [whole, cropped] = [new Tally(), new Tally()];
  const bytes = 3 * manifest.input.width * manifest.input.height;
  let i = 0;
  for await (const planes of framesOf(path, crop, manifest.input)) {
    if (interrupted.aborted) break;
    const second = (i * STRIDE) / FILM_FPS;
    const inZone = (truth.frames[i++ * STRIDE]?.persons ?? []).flatMap(({ box: [x, y, w, h], visible }) => {
      const box = inPicture({ x0: x, y0: y, x1: x + w, y1: y + h }, place, CAMERA);
      return visible > MIN_VISIBLE && isInside({ kind: KINDS[film], polygon: zone }, box, false) ? [box] : [];
    });
    const all = await detector.detect(planes.subarray(0, bytes), CAMERA, () => undefined);
    whole.take(second, all.detections, inZone, manifest.threshold);
    const some = await detector.detect(planes.subarray(bytes), part, () => undefined);
    const told = some.detections.map((one) => ({ ...one, box: inPicture(one.box, part, CAMERA) }));
    cropped.take(second, told, inZone, manifest.threshold);
  }
  const seconds = (i * STRIDE) / FILM_FPS;
  const inside = truth.zone_intervals.filter(([from]) => from < seconds);
  const clip = { name: film, polygon: zone, inside, unsure: [], seconds: quick ? seconds : truth.seconds };
  const trips = (tally: Tally) =>
    tripsOf(clip, tally.frames, { confirm: 2, window: 3, threshold: manifest.threshold });
  return {
    part,
    whole: { found: whole.share, ...trips(whole) },
    cropped: { found: cropped.share, ...trips(cropped) },
  };
}

type Measured = Awaited<ReturnType<typeof measure>>;

function line(far: Far, share: number, { part, whole, cropped }: Measured): string {
  const { input } = benchModel().manifest;
  const scale = ({ width, height }: Size): number => Math.min(input.width / width, input.height / height);
  const round = (value: number): number => Number(value.toFixed(3));
  const told = (side: Measured["whole"]) => ({
    found: round(side.found),
    events: `${side.tripped} of ${side.events}`,
    falseTrips: side.wrong,
  });
  return JSON.stringify({
    ...{ bench: "crop", film: far.film, share, gain: round(scale(part) / scale(CAMERA)) },
    ...{ whole: told(whole), part: told(cropped) },
  });
}

/** Measures and prints. Returns how many films failed. */
export async function crop(quick: boolean): Promise<number> {
  const { manifest, weightsPath } = benchModel();
  const keepThreshold = manifest.threshold / 2;
  await using folder = await temporaryFolder();
  await using detector = await Detector.open({ manifest, weightsPath, keepThreshold });
  let failed = 0;
  for (const share of quick ? SHARES.slice(1, 2) : SHARES)
    for (const film of quick ? (["cell-front"] as const) : (Object.keys(KINDS) as Film[])) {
      if (interrupted.aborted) return failed;
      try {
        const far = farOf(film, share);
        const path = join(folder.path, `${film}-${share}.avi`);
        if (far.crop === undefined) throw new Error("its floor tells no part");
        await write(far, path, quick ? QUICK_SECONDS : far.truth.seconds);
        console.log(line(far, share, await measure(far, far.crop, detector, path, quick)));
      } catch (error) {
        failed++;
        console.error(`Cannot measure ${film} at ${share}: ${(error as Error).message}`);
      }
    }
  return failed;
}
