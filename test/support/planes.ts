/** Pictures and films as the planes that a model is given, decoded and fitted as a camera's are. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Letterbox } from "../../server/camera/args.ts";
import { findFfmpeg } from "../../server/camera/ffmpeg.ts";

/** Of pictures in a row, each may have a size of its own. */
export function picturesInput(paths: readonly string[]): { args: readonly string[]; script: string } {
  const files = paths.map((path) => `file 'file:${path.replaceAll("'", "'\\''")}'`);
  const args = ["-f", "concat", "-safe", "0", "-protocol_whitelist", "file,pipe,fd", "-i", "pipe:0"];
  return { args, script: ["ffconcat version 1.0", ...files, ""].join("\n") };
}

/**
 * The planes G, B, R of every frame. Each is good until the next one is asked for: the buffer is filled again.
 * @param args ffmpeg's input options with `-i`
 * @param script what it reads on stdin
 */
export async function* planesOf(
  args: readonly string[],
  { width, height, pad }: Letterbox,
  script = "",
): AsyncGenerator<Uint8Array> {
  const ffmpeg = findFfmpeg();
  if (!ffmpeg.ok) throw new Error(ffmpeg.why);
  const grey = pad.toString(16).padStart(2, "0").repeat(3);
  const scale = `scale=${width}:${height}:force_original_aspect_ratio=decrease:flags=fast_bilinear`;
  const fit = `${scale},format=gbrp,pad=${width}:${height}:0:0:0x${grey}`;
  const quiet = ["-v", "error", "-nostdin", "-threads", "1"];
  const raw = ["-an", "-vf", fit, "-fps_mode", "passthrough", "-f", "rawvideo", "pipe:1"];
  const child = spawn(ffmpeg.path, [...quiet, ...args, ...raw], { stdio: ["pipe", "pipe", "inherit"] });
  const exit = once(child, "exit");
  child.stdin.on("error", () => undefined); // it ends before it has read what it does not need
  child.stdin.end(script);
  try {
    const planes = new Uint8Array(3 * width * height);
    let filled = 0;
    for await (const chunk of child.stdout as AsyncIterable<Uint8Array>) {
      for (let at = 0; at < chunk.length; ) {
        const part = chunk.subarray(at, at + planes.length - filled);
        planes.set(part, filled);
        at += part.length;
        filled += part.length;
        if (filled < planes.length) continue;
        filled = 0;
        yield planes;
      }
    }
  } finally {
    child.stdout.destroy();
    child.kill("SIGKILL");
    await exit;
  }
}
