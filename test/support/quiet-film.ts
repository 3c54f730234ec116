/** A film of the demonstration's cell with nobody in it, small, and with the noise that every real sensor has. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { findFfmpeg } from "../../server/camera/ffmpeg.ts";
import { DEMONSTRATION_FOLDER } from "../../server/demonstration.ts";

const run = promisify(execFile);

export interface QuietFilm {
  readonly size: string;
  readonly fps: number;
  readonly codec?: "h264" | "h265";
}

/** Four seconds, made to be looped; without frames that refer forward, and whole pictures every second. */
export async function makeQuietFilm(to: string, { size, fps, codec = "h264" }: QuietFilm): Promise<void> {
  const ffmpeg = findFfmpeg();
  if (!ffmpeg.ok) throw new Error(ffmpeg.why);
  const scale = size.replace("x", ":");
  const encode =
    codec === "h264"
      ? ["-c:v", "libx264", "-preset", "veryfast", "-crf", "24", "-bf", "0", "-g", String(fps)]
      : ["-c:v", "libx265", "-x265-params", `bframes=0:keyint=${fps}:log-level=error`, "-crf", "26"];
  // The noise is drawn anew for every frame.
  const input = [
    "-loop",
    "1",
    "-framerate",
    String(fps),
    "-t",
    "4",
    "-i",
    `${DEMONSTRATION_FOLDER}/empty.jpg`,
  ];
  const filter = ["-an", "-vf", `scale=${scale},noise=alls=8:allf=t,format=yuv420p`];
  await run(ffmpeg.path, ["-nostdin", "-v", "error", "-y", ...input, ...filter, ...encode, to], {
    timeout: 60_000,
  });
}
