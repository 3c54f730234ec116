/** Holds rows against the chain, against anchors and against their clocks, one after the other, and says what it found. */
import { codeOf, isAnchorOf, type ToldAnchor } from "./anchor.ts";
import { type AuditRow, type ChainPlace, GENESIS, hashRow } from "./chain.ts";
import { type DeletedRun, deletionOf } from "./deletion.ts";
import type { Segment } from "./protocol.ts";
import { type Restored, restoredBy } from "./restored.ts";

/** More are only counted. */
const LISTED_MAX = 50;
/** Less is the ordinary work of a time server, or a row that was told late. */
const STEP_MS = 2_000;

export interface Fault {
  /** Where it is; null where it is about no single row. */
  readonly seq: number | null;
  readonly why: string;
}

/** Rows that are missing, between two that stand. */
export interface Gap {
  readonly after: number;
  readonly before: number;
}

/** The wall clock was set before this row was written. No fault: it explains times that do not follow each other. */
export interface ClockStep {
  readonly seq: number;
  readonly byMs: number;
}

/** An anchor, and where it was kept. */
export interface KeptAnchor extends ToldAnchor {
  readonly from: string;
  /** ISO 8601; undefined where a person told it. */
  readonly wallAt?: string;
  /** It comes from outside the box. */
  readonly outside?: true;
}

/** An anchor and the row that agrees with it, by when that was written. */
export interface Agreed {
  readonly anchor: KeptAnchor;
  readonly wallAt: string;
}

/** An anchor that a row does not agree with. */
interface Missed {
  readonly anchor: KeptAnchor;
  readonly hash: string;
  /** The last row before it that an anchor agrees with. */
  readonly held: number;
}

export class Checker {
  place: ChainPlace = GENESIS;
  count = 0;
  readonly faults: Fault[] = [];
  faultCount = 0;
  readonly gaps: Gap[] = [];
  readonly steps: ClockStep[] = [];
  stepCount = 0;
  #anchors = new Map<number, KeptAnchor[]>();
  #sought = new Map<number, KeptAnchor[]>();
  /** The last row that an anchor agrees with. */
  #held = 0;
  readonly #missed: Missed[] = [];
  /** Anchors that were sought and found, up to the first row that is wrong. */
  readonly agreed: Agreed[] = [];
  /** No row was wrong so far: what was read is what the newest hash stands for. */
  isSound = true;
  /** ISO 8601, of the newest row that was read. */
  lastWallAt = "";
  /** Segments whose file is not there; a row must tell that they were deleted. */
  #missing: Segment[] = [];
  readonly #deleted: DeletedRun[] = [];
  /** Backups that were brought back, oldest first. */
  readonly restored: Restored[] = [];
  /** Those before the first row that is wrong. */
  readonly vouched = new Set<Restored>();
  #clock: { readonly bootId: string; readonly offsetMs: number } | undefined;

  /** Before the first row: the places that were told elsewhere. */
  expect(anchors: readonly KeptAnchor[]): void {
    this.#anchors = Map.groupBy(anchors, ({ seq }) => seq);
  }

  /** Before the first row: anchors that may be of this trail, and are no fault where they are not. */
  seek(anchors: readonly KeptAnchor[]): void {
    this.#sought = Map.groupBy(anchors, ({ seq }) => seq);
  }

  /** The next row. After a fault it goes on from the row as it stands, so that one is not told twice. */
  take(row: AuditRow): void {
    const { hash, prevHash, ...fields } = row;
    const { seq } = fields;
    const next = this.place.seq + 1;
    this.count++;
    if (seq > next) {
      this.fault(seq, `Row ${next}${seq - next > 1 ? ` to ${seq - 1}` : ""} is missing before row ${seq}`);
      if (this.gaps.length < LISTED_MAX) this.gaps.push({ after: this.place.seq, before: seq });
    } else if (seq < next) this.fault(seq, `Row ${seq} stands after row ${this.place.seq}`);
    else if (prevHash !== this.place.hash) this.fault(seq, `Row ${seq} does not follow the row before it`);
    if (hash !== hashOf(prevHash, fields)) this.fault(seq, `Row ${seq} is not what was written`);
    this.place = { seq, hash };
    this.lastWallAt = row.wallAt;
    this.#anchored(seq, hash, row.wallAt);
    this.#timed(row);
    const deleted = deletionOf(row);
    if (deleted !== undefined) this.#deleted.push(deleted);
    const restored = restoredBy(row);
    if (restored === undefined) return;
    this.restored.push(restored);
    if (this.isSound) this.vouched.add(restored);
  }

  /** The next rows are not there to be looked at; what is known of them is where they began and how they ended. */
  pass(segment: Segment): void {
    const { firstSeq, lastSeq, prevHash, lastHash, maxWallAt, file } = segment;
    if (firstSeq !== this.place.seq + 1 || prevHash !== this.place.hash)
      this.fault(firstSeq, `Segment "${file}" does not follow the row before it`);
    this.#missing.push(segment);
    this.place = { seq: lastSeq, hash: lastHash };
    this.#anchored(lastSeq, lastHash, maxWallAt);
  }

  /** After the last row: whether the trail tells of every segment that is not there. Anchors of their rows say nothing. */
  deleted():
    | { readonly segments: number; readonly throughSeq: number; readonly anchors: number }
    | undefined {
    let [segments, throughSeq, anchors] = [0, 0, 0];
    for (const { file, firstSeq, lastSeq, lastHash } of this.#missing) {
      const told = this.#deleted.find((run) => run.firstSeq <= firstSeq && lastSeq <= run.throughSeq);
      if (told === undefined) {
        const why = "it is missing, and no row tells that it was deleted";
        this.fault(firstSeq, `Segment "${file}" cannot be believed: ${why}`);
        continue;
      }
      if (told.throughSeq === lastSeq && told.throughHash !== lastHash)
        this.fault(firstSeq, `Segment "${file}" was deleted with another end than the database has`);
      segments++;
      throughSeq = lastSeq;
    }
    for (const { firstSeq, lastSeq } of this.#missing)
      for (const at of [...this.#anchors.keys()])
        if (at >= firstSeq && at <= lastSeq) {
          anchors += this.#anchors.get(at)?.length ?? 0;
          this.#anchors.delete(at);
        }
    return segments === 0 ? undefined : { segments, throughSeq, anchors };
  }

  fault(seq: number | null, why: string): void {
    this.faultCount++;
    if (seq !== null) this.isSound = false;
    if (this.faults.length < LISTED_MAX) this.faults.push({ seq, why });
  }

  /** After the last row: anchors from outside that the trail does not agree with. Another trail may have ended here. */
  strangers(): readonly KeptAnchor[] {
    return [...this.#missed.map(({ anchor }) => anchor), ...[...this.#anchors.values()].flat()].filter(
      ({ outside }) => outside,
    );
  }

  /** Last of all: anchors that the trail does not agree with, but for those of a record that ended here. */
  end(explained: ReadonlySet<KeptAnchor>): void {
    const missed = this.#missed.filter(({ anchor }) => !explained.has(anchor));
    for (const { anchor, hash } of missed) {
      const { seq } = anchor;
      const why = `The trail was rebuilt after row ${missed[0]?.held}: row ${seq} had another hash${at(anchor)} (${anchor.from}); its code now is ${codeOf(hash)}`;
      this.#insert(seq, why);
    }
    const left = [...this.#anchors.values()].flat().filter((anchor) => !explained.has(anchor));
    const [first] = left.toSorted((a, b) => a.seq - b.seq);
    if (first === undefined) return;
    this.fault(
      first.seq,
      `Row ${first.seq} stood in the trail${at(first)} (${first.from}) and is gone; the trail ends at row ${this.place.seq}`,
    );
  }

  /** A fault among the others where its row stands. */
  #insert(seq: number, why: string): void {
    this.faultCount++;
    this.isSound = false;
    const later = this.faults.findIndex((fault) => fault.seq !== null && fault.seq > seq);
    this.faults.splice(later < 0 ? this.faults.length : later, 0, { seq, why });
    this.faults.splice(LISTED_MAX);
  }

  #anchored(seq: number, hash: string, wallAt: string): void {
    if (this.isSound)
      for (const anchor of this.#sought.get(seq) ?? [])
        if (isAnchorOf(anchor, hash)) this.agreed.push({ anchor, wallAt });
    const anchors = this.#anchors.get(seq);
    if (anchors === undefined) return;
    this.#anchors.delete(seq);
    const held = this.#held;
    for (const anchor of anchors) {
      if (isAnchorOf(anchor, hash)) this.#held = seq;
      else this.#missed.push({ anchor, hash, held });
    }
  }

  /** What lies between the two clocks stays as it is while nobody sets one of them. */
  #timed({ seq, bootId, monoMs, wallAt }: AuditRow): void {
    const offsetMs = Date.parse(wallAt) - monoMs;
    const before = this.#clock;
    this.#clock = { bootId, offsetMs };
    if (before === undefined || before.bootId !== bootId) return;
    const byMs = offsetMs - before.offsetMs;
    if (Math.abs(byMs) <= STEP_MS) return;
    this.stepCount++;
    if (this.steps.length < LISTED_MAX) this.steps.push({ seq, byMs });
  }
}

const at = ({ wallAt }: KeptAnchor): string => (wallAt === undefined ? "" : ` on ${wallAt}`);

/** A foreign hand may have written what JSON cannot carry: such a row has no hash. */
function hashOf(prevHash: string, fields: Parameters<typeof hashRow>[1]): string | undefined {
  try {
    return hashRow(prevHash, fields);
  } catch {
    return undefined;
  }
}
