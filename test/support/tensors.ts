/** Answers of real models, kept small: of each output only the rows that say something. */
import type { OutputTensor } from "../../server/detect/family.ts";

/** A tensor whose other rows are all 0. */
export interface StoredTensor {
  readonly dims: readonly number[];
  readonly type: "float32" | "int64";
  readonly rows: Readonly<Record<number, readonly number[]>>;
}

export interface Stored {
  readonly model: string;
  readonly tensors: readonly StoredTensor[];
}

export function unpack({ dims, type, rows }: StoredTensor): OutputTensor {
  const data = new Float64Array(dims.reduce((product, size) => product * size, 1));
  const length = dims.length > 2 ? (dims.at(-1) ?? 1) : 1;
  for (const [row, values] of Object.entries(rows)) data.set(values, Number(row) * length);
  return {
    dims,
    data: type === "float32" ? Float32Array.from(data) : BigInt64Array.from(data, (value) => BigInt(value)),
  };
}

/** @param wanted the rows that are kept */
export function pack({ dims, data }: OutputTensor, wanted: ReadonlySet<number>): StoredTensor {
  const length = dims.length > 2 ? (dims.at(-1) ?? 1) : 1;
  const values = (row: number): number[] =>
    [...data.slice(row * length, (row + 1) * length)].map((value) => Number(Number(value).toPrecision(5)));
  const rows = Object.fromEntries(
    [...wanted].filter((row) => row * length < data.length).map((row) => [row, values(row)]),
  );
  return { dims, type: data instanceof Float32Array ? "float32" : "int64", rows };
}
