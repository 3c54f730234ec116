/**
 * Reads an ONNX file (onnx.proto3) as far as must be known before the runtime does: that it is whole, that it is
 * all in one file, and that its work has an end. Pure; every length is held against the bytes there are.
 */

type Message = "model" | "training" | "function" | "graph" | "node" | "attribute" | "sparse" | "tensor";

/** Where messages lie in one another, by field number. The rest is passed over. */
const PARTS: Readonly<Record<Message, Readonly<Record<number, Message>>>> = {
  model: { 7: "graph", 20: "training", 25: "function" },
  training: { 1: "graph", 2: "graph" },
  function: { 7: "node", 11: "attribute" },
  graph: { 1: "node", 5: "tensor", 15: "sparse" },
  node: { 5: "attribute" },
  attribute: { 5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse" },
  sparse: { 1: "tensor", 2: "tensor" },
  tensor: {},
};
const NODE_OPERATOR = 4;
const TENSOR_SIZES = 1;
const TENSOR_ELSEWHERE = [13, 14];

/** Graphs in graphs; those of detectors have none. */
const MAX_DEPTH = 40;
/** How often they run is a number that the file makes up. */
const LOOPS = ["Loop", "Scan"];
/** The smallest numbers take half a byte each. */
const MAX_NUMBERS_PER_BYTE = 2;

class Fault extends Error {}
const cut = (): never => {
  throw new Fault("it is no ONNX model, or was cut short");
};

class Reader {
  readonly #bytes: Uint8Array;
  #at: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, from = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = end;
  }

  get done(): boolean {
    return this.#at >= this.#end;
  }

  /** Whole numbers are exact up to 2^53; a larger one is as wrong here as one that is too large by far. */
  number(): number {
    let [value, factor] = [0, 1];
    for (let i = 0; i < 10; i++, factor *= 128) {
      if (this.done) return cut();
      const byte = this.#bytes[this.#at++] as number;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    return cut();
  }

  part(): Reader {
    const length = this.number();
    if (length > this.#end - this.#at) return cut();
    this.#at += length;
    return new Reader(this.#bytes, this.#at - length, this.#at);
  }

  text(): string {
    return new TextDecoder().decode(this.#bytes.subarray(this.#at, this.#end));
  }

  skip(wire: number): void {
    if (wire === 0) this.number();
    else if (wire === 2) this.part();
    else if (wire === 1 || wire === 5) this.#at += wire === 1 ? 8 : 4;
    else cut();
    if (this.#at > this.#end) cut();
  }
}

function checkTensor(tensor: Reader, fileBytes: number): void {
  let numbers = 1;
  while (!tensor.done) {
    const tag = tensor.number();
    const [field, wire] = [Math.floor(tag / 8), tag % 8];
    if (TENSOR_ELSEWHERE.includes(field) && !(wire === 0 && tensor.number() === 0))
      throw new Fault("it keeps weights in another file, and a model must be a single one");
    else if (field === TENSOR_SIZES && wire === 0) numbers *= tensor.number();
    else if (field === TENSOR_SIZES && wire === 2) {
      for (const sizes = tensor.part(); !sizes.done; ) numbers *= sizes.number();
    } else if (!TENSOR_ELSEWHERE.includes(field)) tensor.skip(wire);
  }
  if (numbers > fileBytes * MAX_NUMBERS_PER_BYTE)
    throw new Fault("it says that it holds more numbers than fit into it");
}

function checkMessage(kind: Message, reader: Reader, fileBytes: number, depth: number): void {
  if (depth > MAX_DEPTH) throw new Fault(`its graphs lie in one another ${MAX_DEPTH} deep`);
  while (!reader.done) {
    const tag = reader.number();
    const [field, wire] = [Math.floor(tag / 8), tag % 8];
    const part = PARTS[kind][field];
    if (part !== undefined && wire === 2) {
      if (part === "tensor") checkTensor(reader.part(), fileBytes);
      else checkMessage(part, reader.part(), fileBytes, depth + 1);
    } else if (kind === "node" && field === NODE_OPERATOR && wire === 2) {
      const operator = reader.part().text();
      if (LOOPS.includes(operator))
        throw new Fault(`it has a loop (${operator}), and nobody knows how long that takes`);
    } else reader.skip(wire);
  }
}

/** What is wrong with a model's file, in a few words; undefined where the runtime may have it. Never throws. */
export function onnxFault(bytes: Uint8Array): string | undefined {
  try {
    if (bytes.length === 0) cut();
    checkMessage("model", new Reader(bytes), bytes.length, 0);
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
}
