/**
 * Shows a detector a picture whose people are known, through the same session as the cameras' frames: before it is
 * used, and again and again while it is. A model that answers late, nothing, no numbers or something else than at
 * first must not go on looking as if nobody were there.
 */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { Detection } from "../domain/eye.ts";
import { iou } from "../domain/geometry.ts";
import type { Box, Millis, Size } from "../domain/units.ts";
import { PERSON } from "../domain/zone.ts";
import type { Manifest } from "./manifest.ts";
import type { Detector } from "./session.ts";

/** Once in ten minutes costs one frame in thousands. */
const EVERY_MS = 10 * 60_000;
/** A camera that nobody looks at for a second is blind; a model this slow would make every one so. */
const SLOW_MS = 1_000;
/** A busy box may hold up a run or two. */
const TRIES = 3;
/** A box at the right place, and one that did not move. */
const SAME_PERSON = 0.5;
const UNCHANGED = 0.99;
/** The same weights, picture and thread give the same numbers; half a percent is another model. */
const SCORE_CHANGE = 0.005;

const share = z.number().min(0).max(1);
const truthSchema = z.object({
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  persons: z.array(z.object({ box: z.tuple([share, share, share, share]) })),
});

interface Golden {
  readonly planes: Uint8Array;
  readonly size: Size;
  /** Undefined where the manifest names no picture: then only numbers, time and sameness are looked at. */
  readonly people: readonly Box[] | undefined;
}

export interface SelfTestOptions {
  readonly manifest: Manifest;
  /** The golden picture lies beneath this file's folder. */
  readonly manifestPath: string;
  readonly readPicture: (path: string, input: Manifest["input"]) => Promise<Uint8Array>;
}

/** A picture of nothing, always the same. */
function pattern({ width, height }: Size): Golden {
  const planes = Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * 97 + (i >> 8) * 31) & 255);
  return { planes, size: { width, height }, people: undefined };
}

async function readGolden({ manifest, manifestPath, readPicture }: SelfTestOptions): Promise<Golden> {
  const { golden, input } = manifest;
  if (golden === undefined) return pattern(input);
  const folder = dirname(manifestPath);
  const planes = await readPicture(join(folder, golden.picture), input);
  const { width, height, persons } = truthSchema.parse(
    JSON.parse(await readFile(join(folder, golden.truth), "utf8")),
  );
  const people = persons.map(({ box: [x, y, w, h] }) => ({ x0: x, y0: y, x1: x + w, y1: y + h }));
  return { planes, size: { width, height }, people };
}

function isSame(before: readonly Detection[], now: readonly Detection[]): boolean {
  return (
    before.length === now.length &&
    before.every((was, i) => {
      const is = now[i];
      if (is === undefined || is.label !== was.label) return false;
      return Math.abs(is.score - was.score) <= SCORE_CHANGE && iou(is.box, was.box) >= UNCHANGED;
    })
  );
}

/** The model was wrong on its golden picture, too slow for it, or could not be shown it. */
export class SelfTestFault extends Error {}

export class SelfTest {
  readonly #manifest: Manifest;
  readonly #golden: Golden;
  #first: readonly Detection[] | undefined;
  #dueAt: Millis = Number.NEGATIVE_INFINITY;
  #testedAt: Millis | undefined;

  private constructor(manifest: Manifest, golden: Golden) {
    this.#manifest = manifest;
    this.#golden = golden;
  }

  /** Reads the golden picture and where its people are. Throws one sentence with the cure. */
  static async open(options: SelfTestOptions): Promise<SelfTest> {
    const { name } = options.manifest;
    try {
      return new SelfTest(options.manifest, await readGolden(options));
    } catch (error) {
      const why = (error as Error).message.split("\n")[0];
      throw new SelfTestFault(
        `Cannot test model "${name}" on its golden picture (${why}); correct its manifest`,
        {
          cause: error,
        },
      );
    }
  }

  /** When it was last right. */
  get testedAt(): Millis | undefined {
    return this.#testedAt;
  }

  isDue(now: Millis): boolean {
    return now >= this.#dueAt;
  }

  /** Resolves where the detector does what it should. Throws one sentence with the cure. One run, three at most. */
  async run(detector: Pick<Detector, "detect">, now: Millis): Promise<void> {
    this.#dueAt = now + EVERY_MS;
    const { planes, size } = this.#golden;
    const { threshold } = this.#manifest;
    let fastest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < TRIES && fastest > SLOW_MS; i++) {
      const { detections, inferenceMs } = await detector.detect(planes, size, () => undefined, threshold);
      fastest = Math.min(fastest, inferenceMs);
      this.#judge(detections);
    }
    if (fastest > SLOW_MS)
      this.#fail(`it takes ${Math.round(fastest)} ms for a picture`, "choose a lighter one for this box");
    this.#testedAt = now;
  }

  #judge(found: readonly Detection[]): void {
    const { people } = this.#golden;
    if (this.#first !== undefined) {
      if (!isSame(this.#first, found))
        this.#fail("it answers otherwise than at its start", "start the box again");
      return;
    }
    if (people !== undefined) {
      const persons = found.filter(({ label }) => label === PERSON);
      const missed = people.filter((person) => !persons.some(({ box }) => iou(box, person) >= SAME_PERSON));
      if (missed.length > 0 || persons.length !== people.length)
        this.#fail(
          `of ${people.length} people it found ${people.length - missed.length}, and told ${persons.length}`,
          "install its weights again",
        );
    }
    this.#first = found;
  }

  #fail(what: string, cure: string): never {
    throw new SelfTestFault(
      `Model "${this.#manifest.name}" failed its self-test on the golden picture: ${what}; ${cure}`,
    );
  }
}
