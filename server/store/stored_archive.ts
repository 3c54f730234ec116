/** Anchors and sealed segments as the server sees them, by promises. */
import { monotonicMs, wallMs } from "../base/clock.ts";
import type { ChainPlace } from "./chain.ts";
import { draftRow, type Stamp } from "./change.ts";
import { type DeletedRun, keptRun, SEGMENTS_DELETED } from "./deletion.ts";
import type { Line } from "./line.ts";
import type { Anchor, AnchorDraft, Head, Segment } from "./protocol.ts";

/** Rows that leave the table in one transaction: whoever wants to write waits for one of them at most. */
const TRIM_ROWS = 1_000;
/** The name under which the run of deleted rows is kept. */
const DELETED_RUN = "deleted-segments";

export class StoredArchive {
  readonly #line: Pick<Line, "ask" | "append">;
  readonly #stamp: Stamp;

  constructor(line: Pick<Line, "ask" | "append">, stamp: Stamp) {
    this.#line = line;
    this.#stamp = stamp;
  }

  /** The newest row; undefined in an empty trail. */
  async head(): Promise<Head | undefined> {
    return await this.#line.ask("head", undefined);
  }

  /** The last row that left the database for a segment, or the place before the first. */
  async base(): Promise<ChainPlace> {
    return await this.#line.ask("base", undefined);
  }

  /** Rejects where the row does not stand as it is told. */
  async keepAnchor(draft: AnchorDraft): Promise<Anchor> {
    return await this.#line.ask("keepAnchor", draft);
  }

  /** Newest first. */
  async anchors(limit: number): Promise<readonly Anchor[]> {
    return await this.#line.ask("anchors", { limit });
  }

  /** Oldest first. */
  async segments(): Promise<readonly Segment[]> {
    return await this.#line.ask("segments", undefined);
  }

  /** The rows of a file that lies sealed on the disk leave the database. */
  async seal(segment: Segment): Promise<void> {
    const entry = draftRow(
      {
        action: "record.segment-sealed",
        actor: { type: "system", id: "palisade" },
        object: { type: "segment", id: segment.file },
        after: segment,
        monoMs: monotonicMs(),
        wallAt: wallMs(),
      },
      this.#stamp,
    );
    await this.#line.ask("seal", { segment, entry });
  }

  /**
   * The row that tells of sealed files which are about to go, on the disk when it resolves.
   * @param gone oldest first
   */
  async tellDeleted(gone: readonly Segment[], reason: string): Promise<void> {
    const [first, last] = [gone[0], gone.at(-1)];
    if (first === undefined || last === undefined) return;
    const before = keptRun((await this.#line.ask("kept", undefined))[DELETED_RUN]);
    // A file that went missing otherwise ends the run, and so stays missing for every check.
    const goesOn = before !== undefined && first.firstSeq <= before.throughSeq + 1;
    const run: DeletedRun = {
      ...{ firstSeq: goesOn ? before.firstSeq : first.firstSeq },
      ...{ throughSeq: last.lastSeq, throughHash: last.lastHash },
    };
    const entry = draftRow(
      {
        action: SEGMENTS_DELETED,
        actor: { type: "system", id: "palisade" },
        object: { type: "segment", id: last.file },
        after: { ...run, files: gone.map(({ file, sha256 }) => ({ file, sha256 })) },
        reason,
        monoMs: monotonicMs(),
        wallAt: wallMs(),
      },
      this.#stamp,
    );
    await this.#line.append(entry);
    await this.#line.ask("keep", { name: DELETED_RUN, value: JSON.stringify(run) });
  }

  /** Takes out of the database what segments hold; also what a power cut left over. */
  async trim(): Promise<void> {
    while ((await this.#line.ask("trim", { limit: TRIM_ROWS })) > 0);
  }
}
