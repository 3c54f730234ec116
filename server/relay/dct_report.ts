/** What a DCT USBRelay board is told and answers: reports of eight bytes, behind one byte for the report's number. */

const DATA_BYTES = 8;
const ID_BYTES = 5;
/** Room for the report's number and its data. */
export const REPORT_BYTES = 1 + DATA_BYTES;

/** Bytes of the public usb-relay-hid and usbrelay clients. There is one more, which writes the id for good: never sent. */
const ENERGISE = 0xff;
const DROP = 0xfd;
const DROP_ALL = 0xfc;

export interface DctStatus {
  /** Five characters of the board's own. Whole batches share one, and some have lost theirs. */
  readonly identity?: string;
  /** Bit 0 is channel 1. */
  readonly coils: number;
}

function report(command: number, channel = 0): Uint8Array {
  const bytes = new Uint8Array(REPORT_BYTES);
  bytes[1] = command;
  bytes[2] = channel;
  return bytes;
}

/** Channels count from 1. */
export const energiseReport = (channel: number): Uint8Array => report(ENERGISE, channel);
export const dropReport = (channel: number): Uint8Array => report(DROP, channel);
export const dropAllReport = (): Uint8Array => report(DROP_ALL);

/**
 * Everything that drops such a board without a read-back: each is one write of its own to the board's /dev/hidrawN.
 * Dropping all at once is known from one client's library alone, so every channel is dropped by itself as well.
 */
export function dropBytes(channels: number): readonly Uint8Array[] {
  return [dropAllReport(), ...Array.from({ length: channels }, (_, i) => dropReport(i + 1))];
}

const isPrintable = (byte: number): boolean => byte >= 0x21 && byte <= 0x7e;

/**
 * Reads a status report, with or without the report's number before it: the systems disagree, and so do the lengths
 * they tell. Throws where it is too short to hold the coils.
 */
export function parseStatus(answer: ArrayLike<number>): DctStatus {
  const bytes = Array.from(answer);
  const start = bytes.length >= REPORT_BYTES && bytes[0] === 0 ? 1 : 0;
  const coils = bytes[start + DATA_BYTES - 1];
  if (coils === undefined) throw new Error(`its status has ${bytes.length} bytes instead of ${DATA_BYTES}`);
  const id = bytes.slice(start, start + ID_BYTES);
  if (!id.every(isPrintable) || bytes[start + ID_BYTES] !== 0) return { coils };
  return { coils, identity: String.fromCharCode(...id) };
}

/** How many channels a board of this product name has; undefined where it is no such board. */
export function channelsOf(product: string): number | undefined {
  const digit = /^USBRelay([1-8])$/.exec(product)?.[1];
  return digit === undefined ? undefined : Number(digit);
}
