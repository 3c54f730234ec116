/** Films made for one test with ffmpeg: an empty cell, or a piece of a longer clip. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { findFfmpeg } from "../../server/camera/ffmpeg.ts";
import { DEMONSTRATION_FOLDER } from "../../server/demonstration.ts";

const run = promisify(execFile);
const LIMIT_MS = 60_000;
/** Small and without frames that refer forward, as a camera sends them. */
const ENCODE = [
  "-an",
  "-c:v",
  "libx264",
  "-preset",
  "veryfast",
  "-bf",
  "0",
  "-g",
  "10",
  "-pix_fmt",
  "yuv420p",
];

async function ffmpeg(args: readonly string[]): Promise<void> {
  const found = findFfmpeg();
  if (!found.ok) throw new Error(found.why);
  await run(found.path, ["-nostdin", "-v", "error", "-y", ...args], { timeout: LIMIT_MS });
}

/** The demonstration's cell from the side with nobody in it, 2 s at 10 frames a second, made to be looped. */
export async function makeEmptyFilm(to: string): Promise<void> {
  await ffmpeg(["-i", `${DEMONSTRATION_FOLDER}/cell-side.mp4`, "-t", "2", ...ENCODE, to]);
}

export interface Cut {
  readonly from: string;
  readonly to: string;
  readonly startSeconds: number;
  readonly seconds: number;
}

/** A piece of a clip, encoded anew so that it begins with a whole picture. */
export async function cutFilm({ from, to, startSeconds, seconds }: Cut): Promise<void> {
  await ffmpeg(["-ss", String(startSeconds), "-i", from, "-t", String(seconds), ...ENCODE, to]);
}
