/** Pictures that differ: one JPEG with its number in a comment. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./runtime.ts";

const JPEG = readFileSync(join(ROOT, "models/demo/golden.jpg"));

export function numbered(n: number): Buffer {
  const comment = Buffer.alloc(8);
  comment.writeUInt32BE(0xfffe0006);
  comment.writeUInt32BE(n, 4);
  return Buffer.concat([JPEG.subarray(0, 2), comment, JPEG.subarray(2)]);
}

export function numberOf(jpeg: Uint8Array): number {
  return Buffer.from(jpeg).readUInt32BE(6);
}
