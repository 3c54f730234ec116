/** One picture as it comes over the tiles' WebSocket: header length (uint16, big endian), header JSON, JPEG. */

export interface Packet {
  readonly camera: string;
  readonly seq: number;
  /** How old the picture was when the box sent it, milliseconds. */
  readonly ageMs: number;
  readonly jpeg: Uint8Array<ArrayBuffer>;
}

/** The packet, or undefined where the message is not one: a broken message costs one picture, not the screen. */
export function parsePacket(message: ArrayBuffer): Packet | undefined {
  if (message.byteLength < 2) return undefined;
  const length = new DataView(message).getUint16(0);
  if (length === 0 || 2 + length >= message.byteLength) return undefined;
  const header = parseHeader(new Uint8Array(message, 2, length));
  return header && { ...header, jpeg: new Uint8Array(message, 2 + length) };
}

function parseHeader(bytes: Uint8Array): Omit<Packet, "jpeg"> | undefined {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined; // said by the return value: the caller asks for the next picture
  }
  if (typeof header !== "object" || header === null) return undefined;
  const { camera, seq, ageMs } = header as Record<string, unknown>;
  if (typeof camera !== "string" || !Number.isSafeInteger(seq)) return undefined;
  if (typeof ageMs !== "number" || !(ageMs >= 0)) return undefined;
  return { camera, seq: seq as number, ageMs };
}
