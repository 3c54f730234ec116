/** Shift reports: read by anybody, written under by whoever has a PIN, signed by a supervisor. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { monotonicMs, wallMs } from "../base/clock.ts";
import type { Asker, Box } from "../box.ts";
import { type Shift, shiftAt, shiftId, shiftStart } from "../domain/shift.ts";
import { DEFAULT_SHIFTS } from "../domain/shift_config.ts";
import { type PaperPicture, type ShiftPaper, shiftPaper, wantedPictures } from "../domain/shift_paper.ts";
import type { ShiftNote, ShiftSignature, ToldShift } from "../domain/shift_sheet.ts";
import type { Millis } from "../domain/units.ts";
import type { JournalEntry } from "../journal.ts";
import type { ShiftEntry } from "../store/protocol.ts";
import type { Store } from "../store/store.ts";
import { type Access, anybody, type Env } from "./access.ts";
import { askerOf, bodyAs } from "./fields.ts";
import { problem } from "./problem.ts";
import { shiftPage, shiftTable } from "./shift_page.ts";

/** A shift without its report. */
export interface ShiftEntryOfList extends Shift {
  readonly running: boolean;
  /** Of its hand-over note; 0 where there is none. */
  readonly noteVersion: number;
  readonly signedBy: readonly string[];
}

export interface ShiftList {
  readonly timezone: string;
  /** Newest first. */
  readonly shifts: readonly ShiftEntryOfList[];
  /** There are earlier ones. */
  readonly more: boolean;
}

const PAGE_MAX = 50;
const PAGE = 20;
const NOTE_MAX = 1_000;
const VERSIONS_MAX = 50;
const SIGNATURES_MAX = 20;
const NO_CLOCK = 8.64e15;

const line = (min: number, max: number) =>
  z
    .string("must be a text")
    .trim()
    .min(min, "must not be empty")
    .max(max, `must be at most ${max} characters`)
    .regex(/^[\P{Cc}\n]*$/u, "must not contain control characters");
const person = { name: z.string("must be a text"), pin: z.string("must be a text") };
const note = z.strictObject({
  text: line(1, NOTE_MAX),
  version: z.int("must be a whole number").min(0, "is 0 for the first note"),
  name: person.name.optional(),
  pin: person.pin.optional(),
});
const signature = z.strictObject({
  ...person,
  hash: z.string("must be a text").regex(/^[0-9a-f]{64}$/, "is the hash that came with the report"),
  comment: line(0, 300).optional(),
});

const shiftShape = z.object({
  ...{ id: z.string(), name: z.string(), fromWallAt: z.number(), untilWallAt: z.number() },
  clockForwardMs: z.number(),
});
const noted = z.object({ shift: shiftShape, version: z.int(), text: z.string() });
const signedShape = z.object({
  ...{ shift: shiftShape, hash: z.string(), noteVersion: z.int(), comment: z.string().nullable() },
});

type Written = { readonly shift: Shift } & Pick<ShiftEntry, "by" | "role" | "wallAt">;
type Noted = Written & z.infer<typeof noted>;
type Signed = Written & z.infer<typeof signedShape>;

/** What was written under shifts; a row that cannot be understood is left out, and the chain still has it. */
function written(entries: readonly ShiftEntry[]): { notes: readonly Noted[]; signatures: readonly Signed[] } {
  const of = <T extends object>(action: ShiftEntry["action"], shape: z.ZodType<T>) =>
    entries.flatMap((entry) => {
      const parsed = shape.safeParse(entry.after);
      const { by, role, wallAt } = entry;
      return entry.action === action && parsed.success ? [{ ...parsed.data, by, role, wallAt }] : [];
    });
  return { notes: of("shift.noted", noted), signatures: of("shift.signed", signedShape) };
}

/** With their JPEGs, as far as they are still kept. */
async function keptPictures(box: Box, ids: readonly string[]): Promise<ShiftPaper["pictures"]> {
  const kept = new Map<string, PaperPicture>();
  for (const id of ids) {
    const [picture, jpeg] = await Promise.all([
      box.evidence.pictures.picture(id),
      box.evidence.pictures.jpeg(id),
    ]);
    if (picture !== undefined && jpeg !== undefined) kept.set(id, { picture, jpeg });
  }
  return kept;
}

export const shifts = (box: Box, access: Access) => {
  const calendarAt = (wallAt: Millis): Shift => {
    const { site, shifts: told } = box.guard.config;
    return shiftAt(told ?? DEFAULT_SHIFTS, site.timezone, wallAt);
  };
  const noDatabase = (c: Context<Env>) => problem(c, 503, box.faults[0] ?? "There is no database");

  /** The shift of this id with what is written under it; one that was written under keeps the calendar it had. */
  const find = async (store: Store, asked: string, now: Millis) => {
    const id = asked === "current" ? calendarAt(now).id : asked;
    const start = shiftStart(id);
    if (start === undefined || start > now) return undefined;
    const { entries, beganWallAt } = await store.shifts.entries(id, id);
    const { notes, signatures } = written(entries);
    const shift = (signatures.at(-1) ?? notes.at(-1))?.shift ?? calendarAt(start);
    const recorded = beganWallAt !== null && shift.untilWallAt > beganWallAt;
    return shift.id === id && (recorded || asked === "current") ? { shift, notes, signatures } : undefined;
  };
  type Found = NonNullable<Awaited<ReturnType<typeof find>>>;

  const tell = async (store: Store, { shift, notes, signatures }: Found, now: Millis): Promise<ToldShift> => {
    const { report, hash } = await store.shifts.report(shift, Math.min(now, shift.untilWallAt));
    const version = notes.at(-1)?.version ?? 0;
    const holds = (signed: Signed): ShiftSignature["holds"] =>
      signed.hash !== hash ? "report-changed" : signed.noteVersion !== version ? "note-changed" : "yes";
    return {
      ...{ report, hash, running: now < shift.untilWallAt },
      notes: notes.map(({ shift: _, ...rest }): ShiftNote => rest),
      signatures: signatures.map(({ shift: _, ...rest }) => ({ ...rest, holds: holds({ shift, ...rest }) })),
    };
  };

  const entryOf = (asker: Asker, action: string, shift: Shift, after: object): JournalEntry => ({
    ...{ action, object: { type: "shift", id: shift.id }, after, monoMs: monotonicMs(), wallAt: wallMs() },
    actor: { type: asker.type, id: asker.id, ...(asker.role === undefined ? {} : { role: asker.role }) },
    ...(asker.origin === undefined ? {} : { origin: asker.origin }),
  });

  /** One after the other: of two notes on the same version the second is refused. */
  let writing: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = writing.then(work);
    writing = result.catch(() => undefined);
    return result;
  };
  const commit = async (c: Context<Env>, entry: JournalEntry): Promise<Response> => {
    try {
      await box.journal.commit(entry);
    } catch (error) {
      return problem(c, 503, `The record cannot be written: ${(error as Error).message}`);
    }
    return c.json({ ok: true });
  };

  return new Hono<Env>()
    .get("/api/shifts", anybody("look"), async (c) => {
      const { store } = box;
      if (store === undefined) return noDatabase(c);
      const limit = Number(c.req.query("limit") ?? PAGE);
      const before = c.req.query("before");
      const start = before === undefined ? NO_CLOCK : shiftStart(before);
      if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_MAX)
        return problem(c, 400, `"limit" is 1 to ${PAGE_MAX} shifts`);
      if (start === undefined) return problem(c, 400, '"before" is the id of a shift');
      const now = wallMs();
      const newest = calendarAt(Math.min(now, start - 1));
      const found = [newest];
      for (let oldest = newest; found.length < limit + 1; found.push(oldest))
        oldest = calendarAt(oldest.fromWallAt - 1);
      const oldest = found.at(-1) ?? newest;
      const { beganWallAt, entries } = await store.shifts.entries(oldest.id, shiftId(newest.untilWallAt));
      const { notes, signatures } = written(entries);
      // What was written under keeps the calendar that it had.
      const known = new Map(found.map((shift) => [shift.id, shift]));
      for (const { shift } of [...notes, ...signatures])
        if (start > shift.fromWallAt) known.set(shift.id, shift);
      const all = [...known.values()]
        .filter(
          ({ untilWallAt, fromWallAt }) =>
            untilWallAt > (beganWallAt ?? now) || (fromWallAt <= now && untilWallAt > now),
        )
        .sort((a, b) => b.fromWallAt - a.fromWallAt);
      const list: ShiftList = {
        timezone: box.guard.config.site.timezone,
        shifts: all.slice(0, limit).map((shift) => ({
          ...shift,
          running: now < shift.untilWallAt,
          noteVersion: notes.findLast((each) => each.shift.id === shift.id)?.version ?? 0,
          signedBy: signatures.filter((each) => each.shift.id === shift.id).map(({ by }) => by),
        })),
        more: all.length > limit,
      };
      return c.json(list);
    })
    .get("/api/shifts/:id", anybody("look"), async (c) => {
      const { store } = box;
      if (store === undefined) return noDatabase(c);
      const format = c.req.query("format") ?? "json";
      if (!["json", "csv", "html", "pdf"].includes(format))
        return problem(c, 400, '"format" is json, csv, html or pdf');
      const now = wallMs();
      const found = await find(store, c.req.param("id"), now);
      if (found === undefined) return problem(c, 404, "There is no such shift; GET /api/shifts lists them");
      const told = await tell(store, found, now);
      if (format === "json") return c.json(told);
      box.journal.tell(
        entryOf(askerOf(c, access), "shift.exported", found.shift, { format, hash: told.hash }),
      );
      const site = box.guard.config.site.name;
      const name = `shift-${found.shift.id}.${format}`;
      if (format !== "html") c.header("content-disposition", `attachment; filename="${name}"`);
      if (format === "csv") {
        c.header("content-type", "text/csv; charset=utf-8");
        return c.body(shiftTable(told, site));
      }
      const pictures = await keptPictures(box, wantedPictures(told));
      const paper = shiftPaper(told, { site, pictures, anchor: await store.archive.head() });
      if (format === "html") return c.html(shiftPage(paper));
      if (box.record === undefined) return noDatabase(c);
      c.header("content-type", "application/pdf");
      return c.body(await box.record.pdf(paper));
    })
    .post("/api/shifts/:id/note", access.ordering("hand-over"), async (c) => {
      const { store } = box;
      if (store === undefined) return noDatabase(c);
      const asker = await access.orderer(c, "hand-over");
      if (asker instanceof Response) return asker;
      const body = await bodyAs(c, note);
      if (body instanceof Response) return body;
      return await inTurn(async () => {
        const found = await find(store, c.req.param("id"), wallMs());
        if (found === undefined) return problem(c, 404, "There is no such shift; GET /api/shifts lists them");
        const version = found.notes.at(-1)?.version ?? 0;
        if (body.version !== version)
          return problem(
            c,
            409,
            "Somebody else has written meanwhile; read the note again, then write yours",
          );
        if (version >= VERSIONS_MAX)
          return problem(c, 409, `This note was changed ${VERSIONS_MAX} times; write into the next shift's`);
        const { shift } = found;
        return await commit(
          c,
          entryOf(asker, "shift.noted", shift, { shift, version: version + 1, text: body.text }),
        );
      });
    })
    .post("/api/shifts/:id/sign", access.ordering("shift.sign"), async (c) => {
      const { store } = box;
      if (store === undefined) return noDatabase(c);
      const asker = await access.orderer(c, "shift.sign");
      if (asker instanceof Response) return asker;
      const body = await bodyAs(c, signature);
      if (body instanceof Response) return body;
      return await inTurn(async () => {
        const now = wallMs();
        const found = await find(store, c.req.param("id"), now);
        if (found === undefined) return problem(c, 404, "There is no such shift; GET /api/shifts lists them");
        const told = await tell(store, found, now);
        if (told.running) return problem(c, 409, "The shift goes on: sign its report when it is over");
        if (told.hash !== body.hash)
          return problem(c, 409, "The report has changed since you read it; read it again, then sign");
        const noteVersion = told.notes.at(-1)?.version ?? 0;
        if (told.signatures.some(({ by, holds }) => by === asker.id && holds === "yes"))
          return c.json({ ok: true });
        if (told.signatures.length >= SIGNATURES_MAX)
          return problem(c, 409, `This report has ${SIGNATURES_MAX} signatures already`);
        const { shift } = found;
        const terms = {
          hash: told.hash,
          noteVersion,
          comment: body.comment === "" ? null : (body.comment ?? null),
        };
        return await commit(c, entryOf(asker, "shift.signed", shift, { shift, ...terms }));
      });
    });
};
