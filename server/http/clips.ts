/** Clips of events: listed, played picture by picture, taken along with a reason, deleted with a reason; and the disk. */
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { type Context, Hono } from "hono";
import { z } from "zod";
import { monotonicMs } from "../base/clock.ts";
import type { DiskRoom } from "../base/disk.ts";
import type { Box } from "../box.ts";
import { type Clip, TRIMMED, type TrimReason, type TrimRow } from "../domain/clip.ts";
import type { ClipsConfig } from "../domain/evidence_config.ts";
import { EXPORT_REASONS } from "../domain/reason_code.ts";
import type { CameraId, Millis } from "../domain/units.ts";
import type { ListedClip } from "../evidence/shelf.ts";
import type { DiskUse } from "../system/disk_use.ts";
import { type Access, anybody, type Env } from "./access.ts";
import { instant } from "./audit.ts";
import { askerOf, bodyAs } from "./fields.ts";
import { problem } from "./problem.ts";

export type { ListedClip };

export interface ClipAnswer extends Clip {
  /** Of its pictures, from the first one; empty while it is recorded. */
  readonly times: readonly Millis[];
}

/** What was noted before somebody may fetch a file. */
export interface ClipExport {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly minutes: number;
}

export interface StorageAnswer {
  /** Null where it cannot be told. */
  readonly disk: DiskRoom | null;
  readonly parts: readonly DiskUse[];
  readonly clips: {
    readonly count: number;
    readonly bytes: number;
    readonly oldestWallAt: Millis | null;
    readonly newestWallAt: Millis | null;
    readonly limits: ClipsConfig;
    /** Of which a clip is recorded now. */
    readonly recording: readonly CameraId[];
    /** Events of which no clip could be kept, since the start. */
    readonly missed: number;
    /** Memory that the newest pictures of all cameras take. */
    readonly memoryBytes: number;
  };
  /** What went by itself, newest first. */
  readonly trimmed: readonly (TrimRow & { readonly wallAt: string; readonly why: TrimReason })[];
}

const LISTED_MAX = 200;
const REASON_MAX = 300;
/** For so long after its reason was noted a person may fetch the file. */
const FETCH_MINUTES = 60;
const FETCHES_MAX = 100;
const TRIMS_LISTED = 10;

const why = (wants: string) =>
  z.string("must be a text").trim().min(1, wants).max(REASON_MAX, `must be at most ${REASON_MAX} characters`);
const order = z.strictObject({
  reason: why("must say what the file is for: it shows people"),
  reasonCode: z.exactOptional(z.enum(EXPORT_REASONS, `must be one of ${EXPORT_REASONS.join(", ")}`)),
});
const deletion = z.strictObject({ reason: why("must say why the clip is deleted") });

const gone = (c: Context<Env>): Response =>
  problem(c, 404, "This clip is not kept any more, or never was; the record has its hash");
const unwritten = (c: Context<Env>, error: unknown): Response =>
  problem(c, 503, `The record cannot be written, so nothing was done: ${(error as Error).message}`);

function listed(c: Context<Env>, box: Box): Response {
  const { from: fromText, to: toText, camera, limit: limitText, before } = c.req.query();
  const [from = 0, to = Number.POSITIVE_INFINITY] = [instant(fromText), instant(toText)];
  const limit = Number(limitText ?? LISTED_MAX);
  if (Number.isNaN(from) || Number.isNaN(to))
    return problem(c, 400, '"from" and "to" are ISO 8601 instants or Unix milliseconds');
  if (!Number.isInteger(limit) || limit < 1 || limit > LISTED_MAX)
    return problem(c, 400, `"limit" is 1 to ${LISTED_MAX} clips`);
  const newest = box.evidence.clips.shelf.clips.toReversed();
  const start = before === undefined ? 0 : newest.findIndex(({ id }) => id === before) + 1;
  const found: readonly ListedClip[] = newest
    .slice(start)
    .filter((clip) => clip.wallAt >= from && clip.wallAt < to)
    .filter((clip) => camera === undefined || clip.camera === camera)
    .slice(0, limit);
  return c.json(found);
}

/** `bytes=0-99`, `bytes=100-`, `bytes=-100`; undefined where nothing or something else is asked, null where it is not there. */
export function rangeOf(
  header: string | undefined,
  bytes: number,
): { readonly start: number; readonly end: number } | null | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  const start = first === "" ? Math.max(0, bytes - Number(last)) : Number(first);
  const end = first === "" || last === "" ? bytes - 1 : Math.min(bytes - 1, Number(last));
  return start <= end && start < bytes ? { start, end } : null;
}

function sent(c: Context<Env>, name: string, { path, bytes }: { path: string; bytes: number }): Response {
  const range = rangeOf(c.req.header("range"), bytes);
  if (range === null) {
    c.header("content-range", `bytes */${bytes}`);
    return problem(c, 416, `The file has ${bytes} bytes`);
  }
  const { start, end } = range ?? { start: 0, end: bytes - 1 };
  const stream = Readable.toWeb(createReadStream(path, { start, end })) as ReadableStream;
  return c.body(stream, range === undefined ? 200 : 206, {
    "content-type": "video/x-matroska",
    "content-length": String(end - start + 1),
    "accept-ranges": "bytes",
    ...(range === undefined ? {} : { "content-range": `bytes ${start}-${end}/${bytes}` }),
    "content-disposition": `attachment; filename="${name}.mkv"`,
    "cache-control": "no-store",
  });
}

async function storage(box: Box): Promise<StorageAnswer> {
  const { clips } = box.evidence;
  const [{ disk, parts }, rows] = await Promise.all([
    box.self.disk(),
    box.store?.audit({ limit: TRIMS_LISTED, actions: [TRIMMED] }) ?? [],
  ]);
  const times = clips.shelf.clips.map(({ wallAt }) => wallAt);
  return {
    ...{ disk, parts },
    clips: {
      ...{ count: times.length, bytes: clips.shelf.bytes, limits: box.guard.config.record.clips },
      ...{ oldestWallAt: times[0] ?? null, newestWallAt: times.at(-1) ?? null },
      ...{ recording: clips.recording, missed: clips.missed, memoryBytes: clips.ringBytes },
    },
    trimmed: rows.map(({ wallAt, after, reason }) => ({
      ...(after as unknown as TrimRow),
      ...{ wallAt, why: (reason ?? "age") as TrimReason },
    })),
  };
}

export const clips = (box: Box, access: Access) => {
  /** Who may fetch which file until when. */
  const fetches = new Map<string, Millis>();
  const key = (c: Context<Env>, id: string): string => `${askerOf(c, access).id} ${id}`;
  const shelf = () => box.evidence.clips.shelf;

  return new Hono<Env>()
    .get("/api/clips", anybody("look"), (c) => listed(c, box))
    .get("/api/clips/:id", anybody("look"), async (c) => {
      const id = c.req.param("id");
      const [clip, pictures = []] = await Promise.all([shelf().clip(id), shelf().pictures(id)]);
      if (clip === undefined) return gone(c);
      return c.json({ ...clip, times: pictures.map(({ ms }) => ms) } satisfies ClipAnswer);
    })
    .get("/api/clips/:id/pictures/:number", anybody("look"), async (c) => {
      const jpeg = await shelf().jpeg(c.req.param("id"), Number(c.req.param("number")));
      if (jpeg === undefined) return gone(c);
      return c.body(jpeg, 200, { "content-type": "image/jpeg", "cache-control": "no-store" });
    })
    .post("/api/clips/:id/export", access.may("export"), async (c) => {
      const id = c.req.param("id");
      const clip = shelf().clips.find((one) => one.id === id);
      if (clip?.ended === undefined) return gone(c);
      const body = await bodyAs(c, order);
      if (body instanceof Response) return body;
      try {
        await box.evidence.clips.noteExport(clip, askerOf(c, access), body);
      } catch (error) {
        return unwritten(c, error);
      }
      fetches.set(key(c, id), monotonicMs() + FETCH_MINUTES * 60_000);
      for (const [oldest] of fetches) if (fetches.size > FETCHES_MAX) fetches.delete(oldest);
      const { bytes, sha256 } = clip.ended;
      const answer = { path: `/api/clips/${id}/file`, bytes, sha256, minutes: FETCH_MINUTES };
      return c.json(answer satisfies ClipExport);
    })
    .get("/api/clips/:id/file", access.may("export"), async (c) => {
      const id = c.req.param("id");
      const file = await shelf().file(id);
      if (file === undefined) return gone(c);
      if ((fetches.get(key(c, id)) ?? 0) < monotonicMs())
        return problem(c, 409, `Say first what the file is for, with POST /api/clips/${id}/export`);
      return sent(c, id, file);
    })
    .post("/api/clips/:id/delete", access.may("evidence.delete"), async (c) => {
      const id = c.req.param("id");
      const clip = shelf().clips.find((one) => one.id === id);
      if (clip?.ended === undefined) return gone(c);
      const body = await bodyAs(c, deletion);
      if (body instanceof Response) return body;
      try {
        await box.evidence.clips.remove(id, askerOf(c, access), body.reason);
      } catch (error) {
        return unwritten(c, error);
      }
      return c.json({ ok: true });
    })
    .get("/api/storage", access.may("setup.look"), async (c) => c.json(await storage(box)));
};
