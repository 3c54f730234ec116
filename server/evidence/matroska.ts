/**
 * Motion JPEG in Matroska (RFC 9559), as every player opens it. Each picture is a cluster of its own in a segment of
 * unknown size, so that a file cut short anywhere plays up to its last whole picture; what makes seeking quick is added
 * at the end, into room that was left for it.
 */
import type { Millis, Size } from "../domain/units.ts";

/** Element IDs with their markers. */
const ID = {
  ebml: 0x1a45dfa3,
  ebmlVersion: 0x4286,
  ebmlReadVersion: 0x42f7,
  ebmlMaxIdLength: 0x42f2,
  ebmlMaxSizeLength: 0x42f3,
  docType: 0x4282,
  docTypeVersion: 0x4287,
  docTypeReadVersion: 0x4285,
  segment: 0x18538067,
  void: 0xec,
  seekHead: 0x114d9b74,
  seek: 0x4dbb,
  seekId: 0x53ab,
  seekPosition: 0x53ac,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  duration: 0x4489,
  dateUtc: 0x4461,
  title: 0x7ba9,
  muxingApp: 0x4d80,
  writingApp: 0x5741,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackUid: 0x73c5,
  trackType: 0x83,
  flagLacing: 0x9c,
  codecId: 0x86,
  video: 0xe0,
  pixelWidth: 0xb0,
  pixelHeight: 0xba,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
  cues: 0x1c53bb6b,
  cuePoint: 0xbb,
  cueTime: 0xb3,
  cueTrackPositions: 0xb7,
  cueTrack: 0xf7,
  cueClusterPosition: 0xf1,
  chapters: 0x1043a770,
  editionEntry: 0x45b9,
  chapterAtom: 0xb6,
  chapterUid: 0x73c4,
  chapterTimeStart: 0x91,
  chapterDisplay: 0x80,
  chapString: 0x85,
  chapLanguage: 0x437c,
} as const;

const APP = "Palisade";
/** 2001-01-01, from which Matroska counts. */
const EPOCH_MS = Date.UTC(2001, 0, 1);
/** Cluster, timestamp and block before a picture's bytes; every size in four bytes. */
export const PICTURE_HEAD = 4 + 4 + (1 + 1 + 4) + (1 + 4) + 4;
const CLUSTER_TAIL = PICTURE_HEAD - 8;
const BLOCK_HEAD = 4;

function idBytes(id: number): Buffer {
  const length = id > 0xff_ffff ? 4 : id > 0xffff ? 3 : id > 0xff ? 2 : 1;
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(id, 0, length);
  return bytes;
}

function element(id: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(0x1000_0000 + body.length);
  return Buffer.concat([idBytes(id), size, body]);
}

function uint(id: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(Math.round(value)));
  return element(id, bytes);
}

const text = (id: number, value: string): Buffer => element(id, Buffer.from(value, "utf8"));

function float(id: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return element(id, bytes);
}

function date(id: number, wallAt: Millis): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(Math.round(wallAt - EPOCH_MS)) * 1_000_000n);
  return element(id, bytes);
}

/** Room to be filled later, of exactly this many bytes. */
const room = (bytes: number): Buffer => element(ID.void, Buffer.alloc(bytes - 5));

const seek = (id: number, position: number): Buffer =>
  element(ID.seek, element(ID.seekId, idBytes(id)), uint(ID.seekPosition, position));
const seekHead = (cues: number, chapters: number): Buffer =>
  element(ID.seekHead, seek(ID.cues, cues), seek(ID.chapters, chapters));

export interface Opening {
  readonly title: string;
  /** When its first picture was taken. */
  readonly wallAt: Millis;
  readonly size: Size;
}

/** Everything before the first picture, and where in it something is put at the end. */
export interface Head {
  readonly bytes: Buffer;
  readonly segmentSizeAt: number;
  /** Where the segment's content begins, from which positions are counted. */
  readonly contentAt: number;
  readonly durationAt: number;
}

export function headOf({ title, wallAt, size }: Opening): Head {
  const ebml = element(
    ID.ebml,
    ...[uint(ID.ebmlVersion, 1), uint(ID.ebmlReadVersion, 1), uint(ID.ebmlMaxIdLength, 4)],
    ...[uint(ID.ebmlMaxSizeLength, 8), text(ID.docType, "matroska")],
    ...[uint(ID.docTypeVersion, 4), uint(ID.docTypeReadVersion, 2)],
  );
  const segment = Buffer.concat([idBytes(ID.segment), Buffer.from("01ffffffffffffff", "hex")]);
  const forSeeking = room(seekHead(0, 0).length);
  const forDuration = room(float(ID.duration, 0).length);
  const info = element(
    ID.info,
    ...[forDuration, uint(ID.timestampScale, 1_000_000), date(ID.dateUtc, wallAt)],
    ...[text(ID.title, title), text(ID.muxingApp, APP), text(ID.writingApp, APP)],
  );
  const tracks = element(
    ID.tracks,
    element(
      ID.trackEntry,
      ...[uint(ID.trackNumber, 1), uint(ID.trackUid, 1), uint(ID.trackType, 1), uint(ID.flagLacing, 0)],
      text(ID.codecId, "V_MJPEG"),
      element(ID.video, uint(ID.pixelWidth, size.width), uint(ID.pixelHeight, size.height)),
    ),
  );
  const contentAt = ebml.length + segment.length;
  return {
    bytes: Buffer.concat([ebml, segment, forSeeking, info, tracks]),
    segmentSizeAt: ebml.length + 4,
    contentAt,
    durationAt: contentAt + forSeeking.length + 8,
  };
}

/** Writes what stands before a picture of this length at `at`, which has `PICTURE_HEAD` bytes of room. */
export function writePictureHead(to: Buffer, at: number, ms: Millis, length: number): void {
  to.writeUInt32BE(ID.cluster, at);
  to.writeUInt32BE(0x1000_0000 + CLUSTER_TAIL + length, at + 4);
  to.writeUInt8(ID.timestamp, at + 8);
  to.writeUInt8(0x84, at + 9);
  to.writeUInt32BE(ms, at + 10);
  to.writeUInt8(ID.simpleBlock, at + 14);
  to.writeUInt32BE(0x1000_0000 + BLOCK_HEAD + length, at + 15);
  // Track 1, at the cluster's own time, a key frame.
  to.writeUInt32BE(0x8100_0080, at + 19);
}

/** Of the picture whose head this is: its time and length; undefined where it is none of ours. */
export function readPictureHead(head: Buffer): { readonly ms: Millis; readonly length: number } | undefined {
  if (head.length < PICTURE_HEAD || head.readUInt32BE(0) !== ID.cluster) return undefined;
  const length = head.readUInt32BE(4) - 0x1000_0000 - CLUSTER_TAIL;
  const isWhole = length > 0 && head.readUInt32BE(15) === 0x1000_0000 + BLOCK_HEAD + length;
  return isWhole ? { ms: head.readUInt32BE(10), length } : undefined;
}

/** Where one picture lies in its file. */
export interface Indexed {
  /** From the first picture of the file. */
  readonly ms: Millis;
  /** Where its cluster begins. */
  readonly at: number;
  /** Of its JPEG, which begins `PICTURE_HEAD` later. */
  readonly length: number;
}

export interface Mark {
  readonly ms: Millis;
  readonly text: string;
}

/** What goes behind the last picture and into the room that was left, each with its place in the file. */
export function endingOf(
  { segmentSizeAt, contentAt, durationAt }: Pick<Head, "segmentSizeAt" | "contentAt" | "durationAt">,
  pictures: readonly Indexed[],
  marks: readonly Mark[],
): readonly { readonly at: number; readonly bytes: Buffer }[] {
  const last = pictures.at(-1);
  if (last === undefined) return [];
  const endAt = last.at + PICTURE_HEAD + last.length;
  const cues = element(
    ID.cues,
    ...pictures.map(({ ms, at }) =>
      element(
        ID.cuePoint,
        uint(ID.cueTime, ms),
        element(ID.cueTrackPositions, uint(ID.cueTrack, 1), uint(ID.cueClusterPosition, at - contentAt)),
      ),
    ),
  );
  const chapters = element(
    ID.chapters,
    element(
      ID.editionEntry,
      ...marks.map(({ ms, text: name }, i) =>
        element(
          ID.chapterAtom,
          ...[uint(ID.chapterUid, i + 1), uint(ID.chapterTimeStart, ms * 1e6)],
          element(ID.chapterDisplay, text(ID.chapString, name), text(ID.chapLanguage, "und")),
        ),
      ),
    ),
  );
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(0x0100_0000_0000_0000n + BigInt(endAt + cues.length + chapters.length - contentAt));
  // The head is changed only once what it points at lies behind.
  return [
    { at: endAt, bytes: Buffer.concat([cues, chapters]) },
    { at: contentAt, bytes: seekHead(endAt - contentAt, endAt + cues.length - contentAt) },
    { at: durationAt, bytes: float(ID.duration, Math.max(1, last.ms)) },
    { at: segmentSizeAt, bytes: size },
  ];
}
