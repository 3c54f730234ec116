/**
 * The whole check of the trail: guards, sealed segments, the rows in the database, and every anchor. Reads only; made
 * for a process of its own, because a million rows take a minute.
 */
import { createPublicKey, type KeyObject, verify as verifySignature } from "node:crypto";
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { monotonicMs } from "../base/clock.ts";
import { codeOf, readAnchorFile, type ToldAnchor } from "./anchor.ts";
import { EARLIER_KEYS_FILE } from "./backup_format.ts";
import { type AuditRow, type ChainPlace, canonicalJson, GENESIS } from "./chain.ts";
import { type Agreed, Checker, type ClockStep, type Fault, type Gap, type KeptAnchor } from "./checker.ts";
import { explain } from "./faults.ts";
import type { Anchor, Segment } from "./protocol.ts";
import { PUBLIC_KEY_FILE, type Signed } from "./record_key.ts";
import { REPLACED_FOLDER, type Restored } from "./restored.ts";
import { SEGMENT_FOLDER, segmentRows, TrailFiles } from "./trail.ts";

export interface TrailReport {
  readonly ok: boolean;
  /** Rows that were looked at, in segments and in the database. */
  readonly count: number;
  /** Hash of the newest row. */
  readonly head: string;
  readonly headSeq: number;
  /** The same as letters that a person can compare. */
  readonly code: string;
  /** The first that is wrong; 0 where that is no row. Only where not ok. */
  readonly firstBadSeq?: number;
  readonly why?: string;
  /** The first 50 of them. */
  readonly faults: readonly Fault[];
  readonly faultCount: number;
  readonly gaps: readonly Gap[];
  /** The first 50 of them. */
  readonly clockSteps: readonly ClockStep[];
  readonly clockStepCount: number;
  readonly anchors: number;
  readonly segments: number;
  /** Sealed files that were deleted after their time, as a row tells; the last row that went with them. */
  readonly deleted?: { readonly segments: number; readonly throughSeq: number };
  /** Backups that were brought back, as rows tell, oldest first; absent where none was. */
  readonly restored?: readonly RestoredReport[];
  readonly tookMs: number;
}

export interface RestoredReport extends Restored {
  /** The record that ended then: whether it holds where it is kept, did not when it ended, or lies with another box. */
  readonly kept?: "holds" | "broken" | "elsewhere";
  /** Anchors from outside that are of that record, or of one that ended in it, and between which times their rows are. */
  readonly anchors?: { readonly count: number; readonly from: string; readonly to: string };
}

/** Sees every row once, in order, some at a time. Must not throw: that would be taken for a fault of the trail. */
export type Visitor = (rows: readonly AuditRow[]) => Promise<void>;

export interface VerifyOptions {
  /** What a person kept outside the box. */
  readonly told?: readonly ToldAnchor[];
  readonly visit?: Visitor;
  /** `unseen`: records that backups replaced are not looked at, because they lie elsewhere. */
  readonly replaced?: "unseen";
}

const MISSING = "ENOENT";
/** A record ends seconds before the row that tells of it; a clock may be set in between, but hardly by more. */
const ENDED_LATER_MS = 60_000;

function keptIn(from: string): (anchor: Anchor) => KeptAnchor {
  return ({ id, seq, hash, wallAt }) => ({ seq, value: hash, wallAt, from: `anchor ${id} in ${from}` });
}

/** Every anchor there is, and where the two lists of the box disagree. */
async function anchorsOf(
  trail: TrailFiles,
  told: readonly ToldAnchor[],
): Promise<{ readonly anchors: readonly KeptAnchor[]; readonly faults: readonly string[] }> {
  const file = await readAnchorFile(trail.folder);
  const table = trail.anchors();
  const inTable = new Map(table.map((anchor) => [anchor.id, anchor]));
  const inFile = new Set(file.anchors.map(({ id }) => id));
  const newest = table.at(-1)?.id;
  const other = file.anchors.filter(({ id, seq, hash }) => {
    const same = inTable.get(id);
    return same === undefined || same.seq !== seq || same.hash !== hash;
  });
  // A cut of the power may keep the newest one out of the file, which is written second.
  const lacking = table.filter(({ id }) => !inFile.has(id) && id !== newest);
  return {
    anchors: [
      ...file.anchors.map(keptIn("the file of anchors")),
      ...table.map(keptIn("the database")),
      ...told.map(
        (anchor): KeptAnchor => ({
          ...anchor,
          from: anchor.from ?? "the anchor that was told",
          outside: true,
        }),
      ),
    ],
    faults: [
      ...file.unreadable.map((line) => `Line ${line} of the file of anchors cannot be read`),
      ...other.map(({ id }) => `Anchor ${id} stands otherwise in the database than in the file of anchors`),
      ...lacking.map(({ id }) => `Anchor ${id} is missing in the file of anchors`),
    ],
  };
}

/** The public key of the box, and those of boxes whose backups were brought back here. */
async function publicKeys(folder: string): Promise<readonly KeyObject[]> {
  const texts: string[] = [];
  for (const name of [PUBLIC_KEY_FILE, EARLIER_KEYS_FILE])
    try {
      texts.push(await readFile(join(folder, name), "utf8"));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== MISSING) throw error;
    }
  return (texts.join("\n").match(/-----BEGIN[\s\S]*?-----END[^\n]*/g) ?? []).map((pem) =>
    createPublicKey(pem),
  );
}

/** Throws a sentence where the statement beside a segment is not the one that was signed with it. */
async function checkStatement(folder: string, segment: Segment, keys: readonly KeyObject[]): Promise<void> {
  const text = await readFile(join(folder, SEGMENT_FOLDER, `${segment.file}.sig`), "utf8");
  const { statement, signature } = JSON.parse(text) as Signed<Partial<Segment>>;
  const same = (["sha256", "firstSeq", "lastSeq", "prevHash", "lastHash"] as const).every(
    (member) => statement[member] === segment[member],
  );
  if (!same) throw new Error("its signed statement is about another file");
  const bytes = Buffer.from(canonicalJson(statement), "utf8");
  if (!keys.some((key) => verifySignature(null, bytes, key, Buffer.from(signature, "base64"))))
    throw new Error("its signature is not that of this box");
}

function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code === MISSING ? "it is missing" : explain(error);
}

const isMissing = async (folder: string, { file }: Segment): Promise<boolean> =>
  !(await isThere(join(folder, SEGMENT_FOLDER, file)));

/** Sealed segments, oldest first. @returns the place at which the rows in the database must go on */
async function checkSegments(
  trail: TrailFiles,
  checker: Checker,
  visit: Visitor,
): Promise<ChainPlace | undefined> {
  const keys = await publicKeys(trail.folder);
  const inDatabase = trail.firstSeq();
  let goesOn = inDatabase === 1 ? GENESIS : undefined;
  for (const segment of trail.segments()) {
    const { file, lastSeq, lastHash } = segment;
    try {
      await checkStatement(trail.folder, segment, keys);
      if (await isMissing(trail.folder, segment)) {
        checker.pass(segment);
        if (lastSeq + 1 === inDatabase) goesOn = checker.place;
        continue;
      }
      for await (const rows of segmentRows(trail.folder, segment)) {
        for (const row of rows) {
          checker.take(row);
          if (row.seq + 1 === inDatabase) goesOn = checker.place;
        }
        await visit(rows);
      }
      if (checker.place.seq !== lastSeq || checker.place.hash !== lastHash)
        checker.fault(lastSeq, `Segment "${file}" does not end with row ${lastSeq} as the database has it`);
    } catch (error) {
      checker.fault(segment.firstSeq, `Segment "${file}" cannot be believed: ${reasonOf(error)}`);
      checker.place = { seq: lastSeq, hash: lastHash };
    }
  }
  return goesOn;
}

/**
 * The rows in the database. What is sealed already and still stands there, because a cut of the power came before it
 * was taken out, must be what was sealed.
 */
async function checkRows(
  trail: TrailFiles,
  checker: Checker,
  { goesOn, visit }: { readonly goesOn: ChainPlace | undefined; readonly visit: Visitor },
): Promise<void> {
  const sealed = checker.place;
  if (goesOn !== undefined && goesOn.seq < sealed.seq) checker.place = goesOn;
  for await (const rows of trail.rows()) {
    for (const row of rows) {
      checker.take(row);
      if (row.seq === sealed.seq && row.hash !== sealed.hash)
        checker.fault(row.seq, `Row ${row.seq} is not the one that was sealed`);
    }
    const fresh = goesOn === undefined ? rows : rows.filter(({ seq }) => seq > sealed.seq);
    checker.count -= rows.length - fresh.length;
    await visit(fresh);
  }
}

/** What was found of a record that ended when a backup was brought back. */
interface Ended {
  readonly kept: NonNullable<RestoredReport["kept"]>;
  /** Why it cannot be believed. */
  readonly bad?: string;
  readonly agreed: readonly Agreed[];
}

/**
 * The record that a row says ended there, where it is kept. The row alone explains no anchor, since whoever writes a
 * trail anew writes such a row as well: the anchor must be of a row that stands in the kept record, before anything that
 * is wrong in it, and that record must end as the row says, and not be younger than it.
 */
async function checkEnded(
  folder: string,
  { replaced, wallAt }: Restored & Required<Pick<Restored, "replaced">>,
  sought: readonly KeptAnchor[],
): Promise<Ended> {
  const there = join(folder, REPLACED_FOLDER, replaced.folder);
  if (!(await isThere(join(there, "palisade.db")))) return { kept: "elsewhere", agreed: [] };
  const { report, checker } = await check(there, { replaced: "unseen" }, sought);
  const kept = report.ok ? "holds" : "broken";
  const { headSeq, head, why = "it does not hold" } = report;
  const bad = (reason: string): Ended => ({ kept, bad: reason, agreed: [] });
  if (!report.ok && replaced.held) return bad(why);
  if (headSeq !== replaced.seq || head !== replaced.hash)
    return bad(`it ends with row ${headSeq}, and ended with row ${replaced.seq}`);
  if (Date.parse(checker.lastWallAt) - Date.parse(wallAt) > ENDED_LATER_MS)
    return bad("its newest row was written after it had ended");
  const agreed = [...checker.agreed];
  // It may have begun with a backup itself.
  for (const earlier of checker.vouched) {
    const left = without(sought, agreed);
    if (left.length > 0 && isEnd(earlier)) agreed.push(...(await checkEnded(folder, earlier, left)).agreed);
  }
  return { kept, agreed };
}

const isEnd = (one: Restored): one is Restored & Required<Pick<Restored, "replaced">> =>
  one.replaced !== undefined;

function without(anchors: readonly KeptAnchor[], agreed: readonly Agreed[]): readonly KeptAnchor[] {
  const found = new Set(agreed.map(({ anchor }) => anchor));
  return anchors.filter((anchor) => !found.has(anchor));
}

/**
 * The records that ended when backups were brought back, each checked where it is kept. Only the newest must be there:
 * a backup of another box tells of records that stayed with that one.
 */
async function checkReplaced(
  folder: string,
  checker: Checker,
): Promise<{ readonly reports: readonly RestoredReport[]; readonly explained: ReadonlySet<KeptAnchor> }> {
  const newest = checker.restored.findLast(isEnd);
  const reports: RestoredReport[] = [];
  let strangers = checker.strangers();
  const all = new Set(strangers);
  for (const each of checker.restored) {
    if (!isEnd(each)) {
      reports.push(each);
      continue;
    }
    const { seq, replaced } = each;
    const { kept, bad, agreed } = await checkEnded(folder, each, checker.vouched.has(each) ? strangers : []);
    strangers = without(strangers, agreed);
    const times = agreed.map(({ wallAt }) => wallAt).toSorted();
    const [from = "", to = ""] = [times[0], times.at(-1)];
    const anchors = { count: agreed.length, from, to };
    reports.push({ ...each, kept, ...(agreed.length === 0 ? {} : { anchors }) });
    const missing = kept === "elsewhere" && each === newest;
    const why = missing ? `"${REPLACED_FOLDER}/${replaced.folder}" is missing` : bad;
    if (why !== undefined)
      checker.fault(seq, `The record that ended at row ${seq} cannot be believed: ${why}`);
  }
  return { reports, explained: all.difference(new Set(strangers)) };
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === MISSING) return false;
    throw error;
  }
}

/** Checks everything. Never throws for what it finds; a database that cannot be opened is a fault too. */
export async function verifyTrail(folder: string, options: VerifyOptions = {}): Promise<TrailReport> {
  return (await check(folder, options, [])).report;
}

/** @param sought anchors that may be of this trail; the checker has those that are */
async function check(
  folder: string,
  options: VerifyOptions,
  sought: readonly KeptAnchor[],
): Promise<{ readonly report: TrailReport; readonly checker: Checker }> {
  const { told = [], visit = async () => undefined } = options;
  const began = monotonicMs();
  const checker = new Checker();
  const counts = { segments: 0, anchors: told.length };
  try {
    using trail = new TrailFiles(folder);
    const guards = trail.guards();
    if (guards !== undefined) checker.fault(null, guards);
    const { anchors, faults } = await anchorsOf(trail, told);
    checker.expect(anchors);
    checker.seek(sought);
    for (const why of faults) checker.fault(null, why);
    Object.assign(counts, { segments: trail.segments().length, anchors: anchors.length });
    const goesOn = await checkSegments(trail, checker, visit);
    await checkRows(trail, checker, { goesOn, visit });
  } catch (error) {
    checker.fault(checker.place.seq + 1, `The database cannot be read on from here: ${explain(error)}`);
  }
  const deleted = checker.deleted();
  const { reports: restored, explained } =
    options.replaced === "unseen"
      ? { reports: checker.restored, explained: new Set<KeptAnchor>() }
      : await checkReplaced(folder, checker);
  checker.end(explained);
  const report = reportOf(checker, {
    ...counts,
    anchors: counts.anchors - (deleted?.anchors ?? 0) - explained.size,
    ...(deleted === undefined
      ? {}
      : { deleted: { segments: deleted.segments, throughSeq: deleted.throughSeq } }),
    ...(restored.length === 0 ? {} : { restored }),
    tookMs: Math.round(monotonicMs() - began),
  });
  return { report, checker };
}

function reportOf(
  checker: Checker,
  counts: Pick<TrailReport, "anchors" | "segments" | "deleted" | "restored" | "tookMs">,
): TrailReport {
  const { faults, faultCount, gaps, place, count } = checker;
  // A row that is wrong says more than a list that is.
  const first = faults.find(({ seq }) => seq !== null) ?? faults[0];
  return {
    ok: first === undefined,
    count,
    head: place.hash,
    headSeq: place.seq,
    code: codeOf(place.hash),
    ...(first === undefined ? {} : { firstBadSeq: first.seq ?? 0, why: first.why }),
    faults,
    faultCount,
    gaps,
    clockSteps: checker.steps,
    clockStepCount: checker.stepCount,
    ...counts,
  };
}
