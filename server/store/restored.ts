/**
 * The row that tells of a backup which was brought back: how old it was, and where the record lies that stood here
 * before, if that does not go on in this one.
 */
import { z } from "zod";
import type { AuditRow } from "./chain.ts";

export const RESTORED = "backup.restored";
/** In the data folder: what stood there before a backup was brought back, each a data folder of its own. */
export const REPLACED_FOLDER = "replaced";

const place = z.object({ seq: z.int(), hash: z.string() });
const after = z.object({
  backup: place.extend({ wallAt: z.string() }),
  /** The record that ended here, and whether it held until then; absent where it goes on. */
  replaced: z.exactOptional(place.extend({ folder: z.string().regex(/^[a-z0-9-]+$/), held: z.boolean() })),
});

export interface Restored extends z.infer<typeof after> {
  readonly seq: number;
  readonly wallAt: string;
}

/** Undefined where the row tells of something else. */
export function restoredBy({ seq, wallAt, action, after: told, result }: AuditRow): Restored | undefined {
  if (action !== RESTORED || result !== "ok") return undefined;
  const { data } = after.safeParse(told);
  return data && { seq, wallAt, ...data };
}
