/**
 * What keeps the audit trail believable over years: anchors outside of it, checks, exports, and the sealing of old
 * rows. All of it stands beside the stop path and never in it.
 */
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Backups } from "./backups.ts";
import { wait, wallMs } from "./base/clock.ts";
import type { Log } from "./base/log.ts";
import type { Asker } from "./commands.ts";
import type { ExportReason } from "./domain/reason_code.ts";
import type { RecordConfig } from "./domain/record_config.ts";
import type { SentTo } from "./domain/sending.ts";
import type { Shift } from "./domain/shift.ts";
import type { ShiftPaper } from "./domain/shift_paper.ts";
import { sendSyslog } from "./integrate/syslog.ts";
import { RecordBroker, type Sent } from "./record_broker.ts";
import {
  anchorLine,
  appendAnchors,
  codeOf,
  readAnchorFile,
  type ToldAnchor,
  toldAnchor,
} from "./store/anchor.ts";
import { Clerk } from "./store/clerk.ts";
import type { ExportFormat, ExportStatement } from "./store/export.ts";
import type { Anchor, AuditEntry, Segment } from "./store/protocol.ts";
import { type RecordKey, recordKey } from "./store/record_key.ts";
import type { Store } from "./store/store.ts";
import { SEGMENT_FOLDER } from "./store/trail.ts";
import type { TrailReport } from "./store/verify.ts";

export const EXPORT_FOLDER = "exports";
/** Exports that are kept; an older one goes, since it can be made again. */
const EXPORTS_KEPT = 20;
const EVERY_MS = 60 * 60_000;
/** Not in the minute in which a box starts and everything else wants the disk. */
const FIRST_MS = 60_000;
/** The clock, and the plan of the shifts, may be set meanwhile. */
const SHIFT_LOOK_MS = 60_000;
const SYSLOG_MS = 3_000;
const END_SYSLOG_MS = 700;
const DAY_MS = 24 * 60 * 60_000;
const LISTED = 50;
/** One row names them all. */
const DELETED_AT_ONCE = 100;
const EXPORT_NAME = /^record-\d{8}-\d{6}\.(jsonl|csv|pdf)$/;

/** The newest row as a person may write it down, what was kept of earlier ones, and what left the database. */
export interface RecordState {
  readonly head: {
    readonly seq: number;
    readonly hash: string;
    readonly code: string;
    readonly wallAt: string;
  } | null;
  /** Newest first, at most 50. */
  readonly anchors: readonly (Anchor & { readonly code: string })[];
  /** Newest first. */
  readonly segments: readonly Segment[];
  /** Newest first. */
  readonly exports: readonly { readonly name: string; readonly bytes: number; readonly wallAt: string }[];
  /** PEM, and the first 16 hex letters of its SHA-256. */
  readonly publicKey: string;
  readonly fingerprint: string;
}

export interface ExportAsk {
  readonly format: ExportFormat;
  /** Unix milliseconds. */
  readonly from?: number;
  readonly to?: number;
  readonly by: Asker;
  readonly reason: string;
  readonly reasonCode?: ExportReason;
}

export interface RecorderOptions {
  readonly dataFolder: string;
  readonly store: Store;
  readonly config: () => RecordConfig;
  /** The one that runs now. */
  readonly shift: () => Shift;
  /** Writes a row; it may come later. */
  readonly tell: (entry: Omit<AuditEntry, "monoMs" | "wallAt">) => void;
  /** What people should know is wrong; undefined where nothing is. */
  readonly setFault: (sentence: string | undefined) => void;
  readonly log: Log;
}

export class Recorder implements AsyncDisposable {
  readonly #options: RecorderOptions;
  readonly #clerk: Clerk;
  /** Of its own: nobody waits with a report for the check of a million rows. */
  readonly #printer: Clerk;
  readonly #broker: RecordBroker;
  readonly backups: Backups;
  readonly #closing = new AbortController();
  readonly #round: Promise<unknown>;
  #anchoring: Promise<unknown> = Promise.resolve();
  #verifying: Promise<TrailReport> | undefined;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#clerk = new Clerk(options.dataFolder);
    this.#printer = new Clerk(options.dataFolder);
    this.#broker = new RecordBroker(options);
    this.backups = new Backups(options);
    this.#round = Promise.all([this.#rounds(), this.#quietly("shifts", () => this.#shifts())]);
  }

  /** The whole check, in a process of its own. Who asks while one runs gets its answer. */
  async verify(told: readonly ToldAnchor[] = []): Promise<TrailReport> {
    if (told.length > 0) return await this.#clerk.verify([...told, ...(await this.#broker.kept())]);
    this.#verifying ??= this.#broker
      .kept()
      .then((kept) => this.#clerk.verify(kept))
      .finally(() => {
        this.#verifying = undefined;
      });
    return await this.#verifying;
  }

  /** A shift report as a PDF, made in a process of its own: laying out pages would hold up whoever guards. */
  async pdf(paper: ShiftPaper): Promise<Uint8Array<ArrayBuffer>> {
    return await this.#printer.paper(paper);
  }

  /** Anchors as people tell them: `NUMBER:HASH` or `NUMBER:CODE`. */
  told(
    texts: readonly string[],
  ):
    | { readonly ok: true; readonly anchors: readonly ToldAnchor[] }
    | { readonly ok: false; readonly why: string } {
    try {
      return { ok: true, anchors: texts.map(toldAnchor) };
    } catch (error) {
      return { ok: false, why: (error as Error).message };
    }
  }

  async state(): Promise<RecordState> {
    const { store, dataFolder } = this.#options;
    const [head, anchors, segments, exports, key] = await Promise.all([
      store.archive.head(),
      store.archive.anchors(LISTED),
      store.archive.segments(),
      exportsIn(dataFolder),
      this.#key(),
    ]);
    return {
      head: head === undefined ? null : { ...head, code: codeOf(head.hash) },
      anchors: anchors.map((anchor) => ({ ...anchor, code: codeOf(anchor.hash) })),
      segments: segments.toReversed(),
      exports,
      publicKey: key.publicKey,
      fingerprint: key.fingerprint,
    };
  }

  #key(): Promise<RecordKey> {
    return recordKey(this.#options.dataFolder);
  }

  /** Notes the newest row outside the trail. Undefined where it is noted already, or there is none. */
  async anchor(kind: Anchor["kind"]): Promise<Anchor | undefined> {
    const result = this.#anchoring.then(() => this.#anchor(kind));
    this.#anchoring = result.catch(() => undefined);
    return await result;
  }

  async #anchor(kind: Anchor["kind"]): Promise<Anchor | undefined> {
    const { store, dataFolder } = this.#options;
    const head = await store.archive.head();
    const [newest] = await store.archive.anchors(1);
    if (head === undefined || head.hash === newest?.hash) return undefined;
    const { seq, hash } = head;
    const wallAt = new Date(wallMs()).toISOString();
    // A box that ends waits for nobody.
    const sent = await this.#send({ seq, hash, wallAt }, kind === "end" ? END_SYSLOG_MS : SYSLOG_MS);
    const anchor = await store.archive.keepAnchor({ seq, hash, wallAt, kind, sent });
    await appendAnchors(dataFolder, [anchor]);
    return anchor;
  }

  /** To every place that the settings name. What failed is told first: nobody may take it for sent. */
  async #send(anchor: Pick<Anchor, "seq" | "hash" | "wallAt">, timeoutMs: number): Promise<string | null> {
    const sent = await Promise.all([this.#toSyslog(anchor, timeoutMs), this.#broker.send(anchor, timeoutMs)]);
    const told = sent.filter((each) => each !== undefined);
    const faults = told.flatMap(({ fault }) => fault ?? []);
    this.#options.setFault(faults.length === 0 ? undefined : faults.join("; "));
    const failed = told.flatMap(({ where, why }) => (why === undefined ? [] : [`failed: ${where}: ${why}`]));
    const taken = told.flatMap(({ where, why }) => (why === undefined ? [where] : []));
    return told.length === 0 ? null : [...failed, ...taken].join("; ");
  }

  /** Sends the newest row's hash to one place now. Undefined where the settings name none. */
  async tryOut(to: SentTo): Promise<Sent | undefined> {
    const head = await this.#options.store.archive.head();
    if (head === undefined) return undefined;
    const anchor = { ...head, wallAt: new Date(wallMs()).toISOString() };
    return to === "syslog"
      ? await this.#toSyslog(anchor, SYSLOG_MS)
      : await this.#broker.send(anchor, SYSLOG_MS);
  }

  async #toSyslog(
    anchor: Pick<Anchor, "seq" | "hash" | "wallAt">,
    timeoutMs: number,
  ): Promise<Sent | undefined> {
    const { config, log } = this.#options;
    const { syslog } = config();
    if (syslog === undefined) return undefined;
    const where = `syslog ${syslog.transport} ${syslog.address}`;
    const text = `audit trail at ${anchorLine(anchor)} sha256 ${anchor.hash}`;
    try {
      await sendSyslog(syslog, { wallAt: anchor.wallAt, id: "anchor", text }, timeoutMs);
      return { where };
    } catch (error) {
      const why = (error as Error).message;
      log.warn({ why, where }, "anchor of the record cannot be sent");
      const fault = `The record's anchor cannot be sent to ${where}: ${why}; check the server and the network`;
      return { where, why, fault };
    }
  }

  /** Writes the trail to a file with its signature beside it, and a row that tells who has it. */
  async export({ format, from, to, by, reason, reasonCode }: ExportAsk): Promise<ExportStatement> {
    const folder = join(this.#options.dataFolder, EXPORT_FOLDER);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const wallAt = new Date(wallMs()).toISOString();
    const stamp = wallAt.replace(/[-:]|\.\d+Z/g, "").replace("T", "-");
    const statement = await this.#clerk.export({
      file: join(folder, `record-${stamp}.${format}`),
      ...{ format, by: by.id, reason, wallAt, ...(reasonCode === undefined ? {} : { reasonCode }) },
      ...(from === undefined ? {} : { from: new Date(from).toISOString() }),
      ...(to === undefined ? {} : { to: new Date(to).toISOString() }),
    });
    const { file, rows, sha256, first, last, trail } = statement;
    this.#options.tell({
      action: "record.exported",
      actor: { type: by.type, id: by.id, ...(by.role === undefined ? {} : { role: by.role }) },
      ...(by.origin === undefined ? {} : { origin: by.origin }),
      object: { type: "export", id: file },
      after: { format, rows, sha256, first, last, trail },
      reason,
      ...(reasonCode === undefined ? {} : { reasonCode }),
    });
    const kept = await exportsIn(this.#options.dataFolder);
    for (const { name } of kept.slice(EXPORTS_KEPT)) await remove(join(folder, name));
    await this.anchor("export");
    return statement;
  }

  /** The path of an export and its signature; undefined where there is none of this name. */
  exportPath(name: string): string | undefined {
    return EXPORT_NAME.test(name.replace(/\.sig$/, ""))
      ? join(this.#options.dataFolder, EXPORT_FOLDER, name)
      : undefined;
  }

  async #rounds(): Promise<void> {
    const { signal } = this.#closing;
    await this.#quietly("start", async () => {
      await this.#key();
      await repairAnchorFile(this.#options);
      await clearHalf(this.#options.dataFolder);
    });
    await wait(FIRST_MS, signal);
    let kind: Anchor["kind"] = "start";
    while (!signal.aborted) {
      await this.#quietly("anchor", () => this.anchor(kind));
      await this.#quietly("seal", () => this.seal());
      await this.#quietly("delete", () => this.deleteSealed());
      kind = "hour";
      await wait(EVERY_MS, signal);
    }
  }

  /** At the end of each shift, so that its report ends with a row that is noted outside the trail. */
  async #shifts(): Promise<void> {
    const { signal } = this.#closing;
    await Promise.resolve(); // whoever makes the recorder is being made
    let running = this.#options.shift();
    while (!signal.aborted) {
      const leftMs = running.untilWallAt - wallMs();
      await wait(Math.max(1, Math.min(leftMs, SHIFT_LOOK_MS)), signal);
      const shift = this.#options.shift();
      if (signal.aborted || shift.id === running.id) continue;
      running = shift;
      await this.#quietly("anchor", () => this.anchor("shift"));
    }
  }

  /** Takes old rows out of the database, a segment at a time, each once its file lies on the disk. */
  async seal(): Promise<void> {
    const { store, config } = this.#options;
    await store.archive.trim();
    while (!this.#closing.signal.aborted) {
      const { keepRows, keepDays } = config();
      const segment = await this.#clerk.seal({
        keepRows,
        keepSince: new Date(wallMs() - keepDays * DAY_MS).toISOString(),
        wallAt: new Date(wallMs()).toISOString(),
      });
      if (segment === undefined) return;
      await store.archive.seal(segment);
      await this.anchor("seal");
      await store.archive.trim();
    }
  }

  /** Whole sealed files whose every row is too old go, oldest first, once a row tells of them. Their statements stay. */
  async deleteSealed(): Promise<void> {
    const { store, config, dataFolder } = this.#options;
    const { keepSealedDays } = config();
    if (keepSealedDays === undefined) return;
    const since = new Date(wallMs() - keepSealedDays * DAY_MS).toISOString();
    const there = new Set(await namesIn(join(dataFolder, SEGMENT_FOLDER)));
    const due: Segment[] = [];
    for (const segment of await store.archive.segments()) {
      if (segment.maxWallAt >= since || due.length === DELETED_AT_ONCE) break;
      if (there.has(segment.file)) due.push(segment);
    }
    if (due.length === 0) return;
    await store.archive.tellDeleted(due, `Sealed files are kept for ${keepSealedDays} days`);
    for (const { file } of due) await rm(join(dataFolder, SEGMENT_FOLDER, file), { force: true });
  }

  /** What fails here is tried again in an hour. */
  async #quietly(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!this.#closing.signal.aborted)
        this.#options.log.error({ err: error, what }, "record is not looked after");
    }
  }

  /** A last anchor, so that what is missing after the next start shows. Before the database closes. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await Promise.all(
      [this.#clerk, this.#printer, this.backups].map(async (each) => await each[Symbol.asyncDispose]()),
    );
    await this.#round;
    await this.#quietly("anchor", () => this.anchor("end"));
    await this.#broker[Symbol.asyncDispose]();
  }
}

/** A cut of the power may have kept the newest anchor out of the file, which is written second. */
async function repairAnchorFile({ dataFolder, store }: RecorderOptions): Promise<void> {
  const [newest, before] = await store.archive.anchors(2);
  const last = (await readAnchorFile(dataFolder)).anchors.at(-1)?.id ?? 0;
  if (newest !== undefined && newest.id === last + 1 && (before?.id ?? 0) === last)
    await appendAnchors(dataFolder, [newest]);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Exports that a stop cut short. */
async function clearHalf(dataFolder: string): Promise<void> {
  const folder = join(dataFolder, EXPORT_FOLDER);
  for (const name of await namesIn(folder)) if (name.endsWith(".part")) await remove(join(folder, name));
}

async function remove(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(`${path}.sig`, { force: true });
}

async function exportsIn(dataFolder: string): Promise<RecordState["exports"]> {
  const folder = join(dataFolder, EXPORT_FOLDER);
  const names = (await namesIn(folder)).filter((name) => EXPORT_NAME.test(name));
  return await Promise.all(
    names
      .toSorted()
      .toReversed()
      .map(async (name) => {
        const { size, mtimeMs } = await stat(join(folder, name));
        return { name, bytes: size, wallAt: new Date(mtimeMs).toISOString() };
      }),
  );
}
