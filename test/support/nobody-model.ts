/**
 * A detector that never sees anybody and costs next to nothing: for tests of cameras, which need their pictures
 * looked at, not well. An ONNX file with one constant (onnx.proto3, opset 13), written field by field.
 */
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

const WIDTH = 416;
const HEIGHT = 256;
export const FLOAT = 1;

export type Bytes = readonly number[];

/** A whole number below 2^28, seven bits a byte. */
function varint(value: number): Bytes {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}
export const whole = (field: number, value: number): Bytes => [...varint(field << 3), ...varint(value)];
export const nested = (field: number, ...parts: readonly Bytes[]): Bytes => {
  const body = parts.flat();
  return [...varint((field << 3) | 2), ...varint(body.length), ...body];
};
export const text = (field: number, value: string): Bytes => nested(field, [...Buffer.from(value)]);

export function valueInfo(field: number, name: string, shape: readonly number[]): Bytes {
  const dimensions = shape.map((size) => nested(1, whole(1, size)));
  const tensor = nested(1, whole(1, FLOAT), nested(2, ...dimensions));
  return nested(field, text(1, name), nested(2, tensor));
}

/** One box without a size or a score, whatever the picture. */
function weights(): Uint8Array {
  const shape = [1, 1, 5];
  const zeros = nested(9, new Array<number>(4 * 5).fill(0));
  const tensor = nested(5, ...shape.map((size) => whole(1, size)), whole(2, FLOAT), zeros);
  const constant = nested(
    1,
    text(2, "boxes"),
    text(4, "Constant"),
    nested(5, text(1, "value"), tensor, whole(20, 4)),
  );
  const graph = nested(
    7,
    constant,
    text(2, "nobody"),
    valueInfo(11, "images", [1, 3, HEIGHT, WIDTH]),
    valueInfo(12, "boxes", shape),
  );
  return Uint8Array.from([...whole(1, 8), ...graph, ...nested(8, whole(2, 13))]);
}

/** Writes the model into a folder; with `PALISADE_MODELS` naming that folder, a box finds it as `nobody`. */
export async function writeNobodyModel(folder: string): Promise<void> {
  const bytes = weights();
  await writeFile(join(folder, "nobody.onnx"), bytes);
  await writeFile(
    join(folder, "nobody.json"),
    JSON.stringify({
      name: "nobody",
      family: "boxes5",
      file: "nobody.onnx",
      sha256: createHash("sha256").update(bytes).digest("hex"),
      bytes: bytes.length,
      input: { name: "images", width: WIDTH, height: HEIGHT, colour: "rgb", pad: 114 },
      output: { name: "boxes" },
      classes: [{ index: 0, label: "person" }],
      nmsIou: 0.6,
      threshold: 0.4,
      licence: "Apache-2.0",
      origin: "a test",
      grade: "Sees nobody",
      quality: "Sees nobody",
    }),
  );
}
