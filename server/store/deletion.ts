/**
 * The row that tells of sealed segments which were deleted after their time. It names the whole run of rows that went,
 * also with earlier ones, so that the newest such row is enough: the others may go with their own segments.
 */
import { z } from "zod";
import type { AuditRow } from "./chain.ts";

export const SEGMENTS_DELETED = "record.segments-deleted";

const run = z.object({ firstSeq: z.int(), throughSeq: z.int(), throughHash: z.string() });

/** Rows that are gone, and the hash of the last of them. */
export type DeletedRun = z.infer<typeof run>;

/** Undefined where the row tells of something else. */
export function deletionOf({ action, after, result }: AuditRow): DeletedRun | undefined {
  if (action !== SEGMENTS_DELETED || result !== "ok") return undefined;
  return run.safeParse(after).data;
}

/** The run that was kept; undefined where none was, or it cannot be understood. */
export function keptRun(text: string | undefined): DeletedRun | undefined {
  try {
    return run.safeParse(JSON.parse(text ?? "null")).data;
  } catch {
    return undefined;
  }
}
