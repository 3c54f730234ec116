/** Backups: made, taken along, written every day, and brought back after they were looked at. */
import { Readable } from "node:stream";
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { BackupState, Backups, TakenBackup } from "../backups.ts";
import type { Box } from "../box.ts";
import { PASSPHRASE_LEAST, PASSPHRASE_MOST } from "../domain/backup.ts";
import { type Config, parseProvision } from "../domain/config.ts";
import type { InspectionView } from "../restores.ts";
import { type Access, type Env, panel } from "./access.ts";
import { askerOf, bodyAs, type Edit, fieldProblem, publishEdit, unchangeable } from "./fields.ts";
import { jsonBody, problem } from "./problem.ts";

export type { InspectionView };

export interface BackupAnswer extends BackupState {
  /** What was looked at last, and can be ordered now. */
  readonly seen: InspectionView | null;
  /** Whether what stood here before the last restore can be brought back. */
  readonly canGoBack: boolean;
}

/** A body that may be long. */
export const UPLOAD_PATH = "/api/restore";
/** A slow stick; chunks that do not come hold a connection and a file open. */
const UPLOAD_MS = 30 * 60_000;

const length = `must be ${PASSPHRASE_LEAST} to ${PASSPHRASE_MOST} characters`;
const passphrase = z.string("must be a text").min(PASSPHRASE_LEAST, length).max(PASSPHRASE_MOST, length);
const making = z.strictObject({
  /** Keys and passwords are in it only with one. */
  passphrase: z.exactOptional(passphrase),
  to: z.enum(["download", "folder"], "must be download or folder").default("download"),
});
const target = z.strictObject({
  /** Empty: none is made by itself any more. */
  folder: z.string("must be a text").max(400, "must be at most 400 characters"),
  keep: z.exactOptional(z.number("must be a number")),
  dueDays: z.exactOptional(z.number("must be a number")),
});
const kept = z.strictObject({ passphrase: passphrase.or(z.literal("")) });
const prover = z.object({ name: z.string("must be a text"), pin: z.string("must be a text") });
const order = z.object({
  id: z.string("must be a text"),
  passphrase: z.exactOptional(z.string("must be a text").max(PASSPHRASE_MOST, length)),
  reason: z
    .string("must be a text")
    .trim()
    .min(1, "must say why a backup is brought back")
    .max(300, "must be at most 300 characters"),
});

const noDatabase = (c: Context<Env>, box: Box): Response =>
  problem(c, 503, box.faults[0] ?? "There is no database");

/** What they answer; where they cannot, why. */
async function answered(
  c: Context<Env>,
  box: Box,
  ask: (backups: Backups) => Promise<Response>,
): Promise<Response> {
  if (box.record === undefined) return noDatabase(c, box);
  try {
    return await ask(box.record.backups);
  } catch (error) {
    return problem(c, 409, (error as Error).message);
  }
}

async function stateOf(backups: Backups): Promise<BackupAnswer> {
  const { restores } = backups;
  return { ...(await backups.state()), seen: await restores.seen(), canGoBack: await restores.canGoBack() };
}

/** The body piece by piece; it fails where it takes too long. */
async function* chunksOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const reader = body.getReader();
  const late = setTimeout(() => void reader.cancel().catch(() => undefined), UPLOAD_MS);
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    clearTimeout(late);
    reader.releaseLock();
  }
}

function sent(c: Context<Env>, { name, bytes, content }: TakenBackup): Response {
  return c.body(Readable.toWeb(content) as ReadableStream, 200, {
    "content-type": "application/gzip",
    "content-length": String(bytes),
    "content-disposition": `attachment; filename="${name}"`,
    "cache-control": "no-store",
  });
}

/** The configuration with another place for its daily backups. */
function withTarget(config: Config, { folder, ...counts }: z.infer<typeof target>): Edit<Config["record"]> {
  const { backup: before, ...record } = config.record;
  const edited = folder === "" ? record : { ...record, backup: { ...before, ...counts, folder } };
  const parsed = parseProvision({ ...config, record: edited });
  if (!parsed.ok) {
    const errors = parsed.errors.map(({ path, message }) => ({
      path: path.replace("record.backup.", ""),
      message,
    }));
    return { ok: false, errors };
  }
  const { users: _, ...changed } = parsed.value;
  return {
    ok: true,
    config: changed,
    item: changed.record,
    reason: "The place of the daily backups was changed",
  };
}

export const backup = (box: Box, access: Access) =>
  new Hono<Env>()
    .get("/api/backup", access.may("backup"), (c) =>
      answered(c, box, async (backups) => c.json(await stateOf(backups))),
    )
    .post("/api/backup", access.may("backup"), async (c) => {
      const body = await bodyAs(c, making);
      if (body instanceof Response) return body;
      const by = askerOf(c, access);
      return await answered(c, box, async (backups) => {
        if (body.to === "download") return sent(c, await backups.forTaking(by, body.passphrase));
        await backups.now(by);
        return c.json(await stateOf(backups));
      });
    })
    .put("/api/backup/target", access.may("backup"), async (c) => {
      const body = await bodyAs(c, target);
      if (body instanceof Response) return body;
      const refused = unchangeable(c, box);
      if (refused !== undefined) return refused;
      const by = askerOf(c, access);
      const published = await publishEdit(c, { box, by }, (config) => withTarget(config, body));
      if (published instanceof Response) return published;
      return await answered(c, box, async (backups) => c.json(await stateOf(backups)));
    })
    .put("/api/backup/passphrase", access.may("backup"), async (c) => {
      const body = await bodyAs(c, kept);
      if (body instanceof Response) return body;
      return await answered(c, box, async (backups) => {
        await backups.setPassphrase(body.passphrase === "" ? undefined : body.passphrase);
        return c.json(await stateOf(backups));
      });
    })
    .post(UPLOAD_PATH, access.may("backup"), (c) =>
      answered(c, box, async ({ restores }) => {
        const bytes = c.req.header("content-length");
        const chunks = chunksOf(c.req.raw.body);
        return c.json(await restores.receive(chunks, bytes === undefined ? undefined : Number(bytes)));
      }),
    )
    .delete(UPLOAD_PATH, access.may("backup"), (c) =>
      answered(c, box, async ({ restores }) => {
        await restores.forget();
        return c.body(null, 204);
      }),
    )
    .post("/api/restore/before", access.may("backup"), (c) =>
      answered(c, box, async ({ restores }) => c.json(await restores.before())),
    )
    .post("/api/restore/apply", access.may("restore"), async (c) => {
      const given = prover.safeParse(await jsonBody(c));
      if (!given.success)
        return fieldProblem(c, [
          { path: "name", message: "and pin are needed: bringing a backup back asks for them" },
        ]);
      const person = await access.proven(c, "restore", given.data);
      if (person instanceof Response) return person;
      const body = await bodyAs(c, order);
      if (body instanceof Response) return body;
      const { origin = "unknown" } = panel(c);
      const by = { type: "user", id: person.name, role: person.role, origin } as const;
      return await answered(c, box, async ({ restores }) => {
        // A screen sends what was typed; nothing typed is no passphrase.
        const { passphrase: typed, ...rest } = body;
        await restores.apply({ ...rest, ...(typed ? { passphrase: typed } : {}) }, by);
        return c.json({ ok: true }, 202);
      });
    });
