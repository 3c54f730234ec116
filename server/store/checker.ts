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
  /** The last row that an anchor agrees with. */
  #held = 0;
  #missed = false;
  /** Segments whose file is not there; a row must tell that they were deleted. */
  #missing: Segment[] = [];
  readonly #deleted: DeletedRun[] = [];
  /** Backups that were brought back, oldest first. */
  readonly restored: Restored[] = [];
  #clock: { readonly bootId: string; readonly offsetMs: number } | undefined;

  /** Before the first row: the places that were told elsewhere. */
  expect(anchors: readonly KeptAnchor[]): void {
    this.#anchors = Map.groupBy(anchors, ({ seq }) => seq);
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
    this.#anchored(seq, hash);
    this.#timed(row);
    const deleted = deletionOf(row);
    if (deleted !== undefined) this.#deleted.push(deleted);
    const restored = restoredBy(row);
    if (restored !== undefined) this.restored.push(restored);
  }

  /** The next rows are not there to be looked at; what is known of them is where they began and how they ended. */
  pass(segment: Segment): void {
    const { firstSeq, lastSeq, prevHash, lastHash, file } = segment;
    if (firstSeq !== this.place.seq + 1 || prevHash !== this.place.hash)
      this.fault(firstSeq, `Segment "${file}" does not follow the row before it`);
    this.#missing.push(segment);
    this.place = { seq: lastSeq, hash: lastHash };
    this.#anchored(lastSeq, lastHash);
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
    if (this.faults.length < LISTED_MAX) this.faults.push({ seq, why });
  }

  /** After the last row: what anchors name and nobody has met. */
  end(): void {
    const left = [...this.#anchors.values()].flat();
    const [first] = left.toSorted((a, b) => a.seq - b.seq);
    if (first === undefined) return;
    this.fault(
      first.seq,
      `Row ${first.seq} stood in the trail${at(first)} (${first.from}) and is gone; the trail ends at row ${this.place.seq}`,
    );
  }

  #anchored(seq: number, hash: string): void {
    const anchors = this.#anchors.get(seq);
    if (anchors === undefined) return;
    this.#anchors.delete(seq);
    for (const anchor of anchors) {
      if (isAnchorOf(anchor, hash)) {
        if (!this.#missed) this.#held = seq;
        continue;
      }
      this.#missed = true;
      this.fault(
        seq,
        `The trail was rebuilt after row ${this.#held}: row ${seq} had another hash${at(anchor)} (${anchor.from}); its code now is ${codeOf(hash)}`,
      );
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
