/**
 * The auditor process as the server sees it: started for each task, bounded in time, ended with it, so that a check of
 * a million rows costs the box neither its loop nor, afterwards, its memory.
 */
import { join } from "node:path";
import { exited, killGroup, spawnOwn } from "../base/child.ts";
import { wait } from "../base/clock.ts";
import type { ShiftPaper } from "../domain/shift_paper.ts";
import type { ToldAnchor } from "./anchor.ts";
import type { BackupOrder, MadeBackup } from "./backup.ts";
import type { ExportOrder, ExportStatement } from "./export.ts";
import type { Segment } from "./protocol.ts";
import type { Inspection, InspectOrder } from "./restore.ts";
import type { Retention } from "./sealing.ts";
import type { TrailReport } from "./verify.ts";

export type AuditorTask = { readonly folder: string } & (
  | { readonly kind: "verify"; readonly told: readonly ToldAnchor[] }
  | { readonly kind: "export"; readonly order: ExportOrder }
  | { readonly kind: "seal"; readonly retention: Retention }
  | { readonly kind: "paper"; readonly paper: ShiftPaper }
  | { readonly kind: "backup"; readonly order: BackupOrder }
  | { readonly kind: "inspect"; readonly order: InspectOrder }
);

export type AuditorAnswer =
  | { readonly ok: true; readonly value: unknown }
  /** One sentence with the cure. */
  | { readonly ok: false; readonly why: string };

const PROGRAM = join(import.meta.dirname, "auditor.ts");
/** A million rows take a minute on a quiet box; on a busy one it stands behind everything else. */
const TASK_LIMIT_MS = 30 * 60_000;
const WAITING_MAX = 4;

export class Clerk implements AsyncDisposable {
  readonly #folder: string;
  readonly #closing = new AbortController();
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The whole check. Rejects only where it could not be made. */
  async verify(told: readonly ToldAnchor[] = []): Promise<TrailReport> {
    return (await this.#inTurn({ kind: "verify", folder: this.#folder, told })) as TrailReport;
  }

  async export(order: ExportOrder): Promise<ExportStatement> {
    return (await this.#inTurn({ kind: "export", folder: this.#folder, order })) as ExportStatement;
  }

  /** The file of the segment that is due; undefined where none is. */
  async seal(retention: Retention): Promise<Segment | undefined> {
    return (await this.#inTurn({ kind: "seal", folder: this.#folder, retention })) as Segment | undefined;
  }

  /** A shift report as a PDF. */
  async paper(paper: ShiftPaper): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.#inTurn({ kind: "paper", folder: this.#folder, paper })) as Uint8Array<ArrayBuffer>;
  }

  async backup(order: BackupOrder): Promise<MadeBackup> {
    return (await this.#inTurn({ kind: "backup", folder: this.#folder, order })) as MadeBackup;
  }

  /** What a backup would bring back; nothing is changed by it. */
  async inspect(order: InspectOrder): Promise<Inspection> {
    return (await this.#inTurn({ kind: "inspect", folder: this.#folder, order })) as Inspection;
  }

  /** One task after the other: each takes a core for as long as it gets one. */
  #inTurn(task: AuditorTask): Promise<unknown> {
    if (this.#waiting >= WAITING_MAX)
      return Promise.reject(
        new Error("The record is being checked, exported or printed already; try again later"),
      );
    this.#waiting++;
    const result = this.#last.then(() => this.#done(task)).finally(() => this.#waiting--);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #done(task: AuditorTask): Promise<unknown> {
    if (this.#closing.signal.aborted) throw new Error("The box ends: ask again when it runs");
    const over = new AbortController();
    const child = spawnOwn(PROGRAM, [], ["ignore", "inherit", "inherit", "ipc"]);
    try {
      const answer = new Promise<AuditorAnswer>((resolve) => {
        const failed = (why: string) => () => resolve({ ok: false, why });
        child.once("message", (said) => resolve(said as AuditorAnswer));
        child.once("error", failed("The process that checks the record cannot be started"));
        child.once("exit", failed("The process that checks the record ended without an answer; try again"));
        this.#closing.signal.addEventListener("abort", failed("The box ends: ask again when it runs"), {
          signal: over.signal,
        });
        void wait(TASK_LIMIT_MS, over.signal).then(
          failed("The record could not be read to its end in half an hour; check the disk"),
        );
        child.send(task);
      });
      const said = await answer;
      if (said.ok) return said.value;
      throw new Error(said.why);
    } finally {
      over.abort();
      killGroup(child);
      await exited(child);
    }
  }

  /** Ends what is running; nothing half done is left behind but a file that the next task removes. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#last;
  }
}
