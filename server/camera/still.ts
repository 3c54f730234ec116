/** One picture, from a file or a JPEG in memory, decoded as a camera's frames are. */
import { spawn } from "node:child_process";
import { stopChild } from "../base/child.ts";
import { type Letterbox, stillArgs } from "./args.ts";
import { findFfmpeg } from "./ffmpeg.ts";

const LIMIT_MS = 10_000;

/** The planes G, B, R at the model's input size. Throws one sentence with the cure. */
export async function readStill(picture: string | Uint8Array, model: Letterbox): Promise<Uint8Array> {
  const ffmpeg = findFfmpeg();
  if (!ffmpeg.ok) throw new Error(ffmpeg.why);
  const path = typeof picture === "string" ? picture : undefined;
  const child = spawn(ffmpeg.path, stillArgs(path, model), { stdio: ["pipe", "pipe", "ignore"] });
  child.on("error", () => undefined); // told by the bytes that do not come
  child.stdin.on("error", () => undefined);
  child.stdin.end(path === undefined ? picture : undefined);
  const late = setTimeout(() => void stopChild(child, 0), LIMIT_MS);
  const planes = new Uint8Array(3 * model.width * model.height);
  let filled = 0;
  try {
    for await (const chunk of child.stdout as AsyncIterable<Uint8Array>) {
      if (filled + chunk.length > planes.length) break;
      planes.set(chunk, filled);
      filled += chunk.length;
    }
  } finally {
    clearTimeout(late);
    await stopChild(child, 0);
  }
  if (filled !== planes.length)
    throw new Error(
      path === undefined
        ? "Cannot read a camera's picture: try again"
        : `Cannot read the picture ${path}: install it again`,
    );
  return planes;
}
