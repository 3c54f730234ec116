/** What the server's loop and the database's thread say to each other. Types only; both sides import it. */

import type { ReasonCode } from "../domain/reason_code.ts";
import type { Shift } from "../domain/shift.ts";
import type { ShiftReport } from "../domain/shift_report.ts";
import type { Scene } from "../domain/trust.ts";
import type { Point } from "../domain/units.ts";
import type { Cancelled, WalkAttempt } from "../domain/walk_test.ts";
import type { AuditRow, ChainPlace, ChainReport } from "./chain.ts";
import type { Origin } from "./origins.ts";
import type { PinHash } from "./pin.ts";
import type { LockedAddress } from "./seal.ts";

export interface Actor {
  readonly type: AuditRow["actorType"];
  readonly id: string;
  readonly role?: string;
}

/** What a caller tells of one event; the store adds number, identity, versions and hashes. */
export interface AuditEntry {
  /** Dotted code, such as `alarm.acknowledged`. */
  readonly action: string;
  readonly actor: Actor;
  /** Panel or address it came from. */
  readonly origin?: string;
  readonly object?: { readonly type: string; readonly id: string };
  /** Anything JSON can carry; never a PIN, and addresses only without their password. */
  readonly before?: unknown;
  readonly after?: unknown;
  readonly reason?: string;
  /** Told where the reason itself is none of the list. */
  readonly reasonCode?: ReasonCode;
  /** `ok` unless told. */
  readonly result?: AuditRow["result"];
  /** Rows with the same one belong together. */
  readonly correlation?: string;
  /** When it happened, monotonic and Unix milliseconds. */
  readonly monoMs: number;
  readonly wallAt: number;
}

/** A row before it has a place in the chain. `before` and `after` are JSON text already. */
export type AuditDraft = Omit<
  AuditRow,
  "seq" | "configVersion" | "prevHash" | "hash" | "before" | "after"
> & { readonly before: string | null; readonly after: string | null };

export interface Appended {
  readonly seq: number;
  readonly hash: string;
}

export interface AuditQuery {
  /** Unix milliseconds, from this instant on. */
  readonly from?: number;
  /** Unix milliseconds, before this instant. */
  readonly to?: number;
  /** 1..1000 rows. */
  readonly limit: number;
  /** Only rows with a smaller number: the next page. */
  readonly beforeSeq?: number;
  /** Only these actions; one that ends with a full stop stands for all that begin with it. */
  readonly actions?: readonly string[];
  readonly results?: readonly AuditRow["result"][];
}

export interface AlarmQuery extends Omit<AuditQuery, "limit"> {
  /** Of these definitions only. */
  readonly definitions?: readonly string[];
  readonly source?: string;
  /** 1..500 rows. */
  readonly limit: number;
}

/** What the trail tells of an alarm. */
export type AlarmRow = Pick<
  AuditRow,
  "seq" | "wallAt" | "action" | "after" | "reason" | "result" | "correlation"
> & { readonly alarm: string };

export interface PersonRow {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly active: boolean;
  /** Came from a provisioning file. */
  readonly provisioned: boolean;
  /** Whether they have one. */
  readonly badge: boolean;
  /** ISO 8601 in UTC. */
  readonly createdWallAt: string;
}

/** A person with the hashes; stays between the store and its thread. */
export interface PersonSecret extends Omit<PersonRow, "badge"> {
  readonly key: string;
  readonly pin: PinHash;
  readonly badge: string | null;
}

export interface StoredConfig {
  readonly version: number;
  /** Canonical JSON, addresses of cameras and boards whole. */
  readonly body: string;
  /** Of the body, as the program numbers shapes that wrote it. */
  readonly shape: number;
  /** Whose address came out without its credentials, because the key does not open them. */
  readonly locked: readonly LockedAddress[];
  readonly demonstration: boolean;
  /** Of the last provisioning file that was applied, in this version or an earlier one. */
  readonly provisionHash: string | null;
}

/** What is known of a version besides what it says. */
export interface VersionRow {
  readonly version: number;
  /** ISO 8601 in UTC. */
  readonly wallAt: string;
  /** `user:Sam`, `system:provisioning file`. */
  readonly author: string;
  readonly reason: string;
  readonly demonstration: boolean;
  /** SHA-256 of the provisioning file it came from. */
  readonly provisionHash: string | null;
}

export interface VersionQuery {
  readonly limit: number;
  /** Only versions with a smaller number: the next page. */
  readonly before?: number;
}

export interface PublishDraft {
  /** The version this was compared with; 0 where there was none. */
  readonly basedOn: number;
  /** Absent where only people change. */
  readonly config?: {
    /** Addresses of cameras and boards whole; the thread seals them. */
    readonly body: string;
    readonly shape: number;
    readonly demonstration: boolean;
    readonly provisionHash: string | null;
    readonly author: string;
    readonly reason: string;
    readonly wallAt: string;
  };
  readonly people: readonly PersonSecret[];
  /** The rows that tell of it, in the same transaction. */
  readonly entries: readonly AuditDraft[];
}

/** A scene to keep; it replaces the one the camera had. */
export interface SaveScene {
  readonly camera: string;
  /** What it was taken for; only who asks with the same key should use it. */
  readonly key: string;
  readonly scene: Scene;
  /** The picture as people saw it; at most 300 KB. */
  readonly jpeg: Uint8Array | null;
  readonly takenBy: Actor;
}

export interface StoredScene extends Omit<SaveScene, "takenBy"> {
  /** ISO 8601 in UTC. */
  readonly takenWallAt: string;
  /** The person's name, or what took it by itself. */
  readonly takenBy: string;
}

export interface SceneRow {
  readonly camera: string;
  readonly key: string;
  readonly takenWallAt: string;
  readonly takenBy: string;
  readonly width: number;
  readonly height: number;
  readonly luma: Uint8Array;
  readonly pictureWidth: number;
  readonly pictureHeight: number;
  readonly jpeg: Uint8Array | null;
}

/** What one output did in a test. */
export interface OutputTestResult {
  readonly output: string;
  readonly passed: boolean;
  readonly note?: string;
  /** How long its drop took, to the feedback contact where there is one. */
  readonly dropMs?: number;
}

/** A test of the outputs that a person ran. */
export interface OutputTestRecord {
  /** ISO 8601 in UTC. */
  readonly wallAt: string;
  readonly testedBy: string;
  readonly role: string | null;
  /** `relay`: every output, as its board tells it. `proof`: with the machine, the contacts themselves. */
  readonly test: "relay" | "proof";
  /** Stands for how boards and outputs were wired then. */
  readonly wiring: string;
  readonly passed: boolean;
  readonly results: readonly OutputTestResult[];
  readonly note: string | null;
}

/** A walk test that has ended. */
export interface WalkRecord {
  /** Of its own; the same one again is written once. */
  readonly test: string;
  /** When it ended and began, ISO 8601 in UTC. */
  readonly wallAt: string;
  readonly begunWallAt: string;
  readonly walkedBy: string;
  readonly role: string | null;
  readonly zone: string;
  readonly zoneName: string;
  readonly camera: string;
  readonly model: string;
  /** Stands for zone, camera, model and outputs as they were then. */
  readonly subject: string;
  readonly outcome: "passed" | "failed" | "cancelled";
  readonly why: Cancelled | null;
  readonly points: readonly Point[];
  readonly attempts: readonly WalkAttempt[];
}

/** How often somebody stood at a point in one test, and how often they were seen there. */
export interface WalkCount {
  readonly zone: string;
  /** ISO 8601 in UTC. */
  readonly wallAt: string;
  readonly walked: number;
  readonly detected: number;
}

/** The newest test that passed of one zone as it was then. */
export interface WalkPass {
  readonly zone: string;
  readonly subject: string;
  /** ISO 8601 in UTC. */
  readonly wallAt: string;
}

export interface Walked {
  /** Newest first. */
  readonly records: readonly WalkRecord[];
  readonly counts: readonly WalkCount[];
  readonly passes: readonly WalkPass[];
}

/** How often a relay was energised. */
export interface RelayOperations {
  readonly board: string;
  readonly channel: number;
  readonly count: number;
}

/** The newest row of the trail. */
export interface Head extends ChainPlace {
  /** ISO 8601 in UTC. */
  readonly wallAt: string;
}

/** A place of the chain that is also told outside of it. */
export interface Anchor extends ChainPlace {
  /** Counts from 1. */
  readonly id: number;
  /** When it was taken, ISO 8601 in UTC. */
  readonly wallAt: string;
  readonly kind: "start" | "hour" | "shift" | "end" | "seal" | "export" | "person";
  /** Where it was sent, or why not; null where nowhere is configured. */
  readonly sent: string | null;
}
export type AnchorDraft = Omit<Anchor, "id">;

/** A run of rows that left the table for a file. */
export interface Segment {
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Of its first row. */
  readonly prevHash: string;
  readonly lastHash: string;
  /** The earliest and the latest time in it, ISO 8601 in UTC. */
  readonly minWallAt: string;
  readonly maxWallAt: string;
  /** Its name in the folder `record`. */
  readonly file: string;
  /** Of the file, in hex. */
  readonly sha256: string;
  readonly sealedWallAt: string;
}

/** A shift's report, and the hash of its canonical JSON (RFC 8785). */
export interface HashedReport {
  readonly report: ShiftReport;
  readonly hash: string;
}

/** A row of the trail that tells of a shift: a hand-over note, or a signature. */
export interface ShiftEntry {
  readonly seq: number;
  readonly shift: string;
  readonly action: "shift.noted" | "shift.signed";
  readonly wallAt: number;
  readonly by: string;
  readonly role: string | null;
  /** JSON, as it was written. */
  readonly after: unknown;
}

export interface ShiftEntries {
  /** When the first row was written. */
  readonly beganWallAt: number | null;
  /** Oldest first. */
  readonly entries: readonly ShiftEntry[];
}

/** Every call to the thread: what is asked, and what is answered. */
export interface Calls {
  append: { ask: readonly AuditDraft[]; answer: readonly Appended[] };
  publish: { ask: PublishDraft; answer: number };
  config: { ask: undefined; answer: StoredConfig | undefined };
  version: { ask: number; answer: StoredConfig | undefined };
  /** Newest first. */
  versions: { ask: VersionQuery; answer: readonly VersionRow[] };
  /** Of members by their paths, such as `site.name`. */
  origins: { ask: readonly string[]; answer: readonly Origin[] };
  people: { ask: undefined; answer: readonly PersonSecret[] };
  scenes: { ask: undefined; answer: readonly SceneRow[] };
  saveScene: { ask: { readonly row: SceneRow; readonly entry: AuditDraft }; answer: undefined };
  /** Whether there was one. */
  forgetScene: { ask: { readonly camera: string; readonly entry: AuditDraft }; answer: boolean };
  recordTest: { ask: { readonly row: OutputTestRecord; readonly entry: AuditDraft }; answer: undefined };
  tests: { ask: { readonly limit: number }; answer: readonly OutputTestRecord[] };
  recordWalk: { ask: { readonly row: WalkRecord; readonly entry: AuditDraft }; answer: undefined };
  /** The newest records, the counts since then, and every pass. */
  walks: { ask: { readonly limit: number; readonly since: string }; answer: Walked };
  operations: { ask: undefined; answer: readonly RelayOperations[] };
  addOperations: { ask: readonly RelayOperations[]; answer: undefined };
  forgetOperations: {
    ask: { readonly board: string; readonly channel?: number; readonly entry: AuditDraft };
    answer: undefined;
  };
  alarmRows: { ask: AlarmQuery; answer: readonly AlarmRow[] };
  kept: { ask: undefined; answer: Readonly<Record<string, string>> };
  keep: { ask: { readonly name: string; readonly value: string }; answer: undefined };
  audit: { ask: AuditQuery; answer: readonly AuditRow[] };
  /** One slice of the rows of a shift; undefined until the last one. */
  readShift: {
    ask: { readonly job: string; readonly shift: Shift; readonly toWallAt: number };
    answer: HashedReport | undefined;
  };
  /** Of the shifts from the first id to the last; ids are in the order of time. */
  shiftEntries: { ask: { readonly first: string; readonly last: string }; answer: ShiftEntries };
  /** One slice of the chain; slices keep a long check from holding up the appends. */
  verify: { ask: { readonly after: ChainPlace; readonly limit: number }; answer: ChainReport };
  head: { ask: undefined; answer: Head | undefined };
  /** Where the rows in the database begin: after the last sealed segment, or at the genesis. */
  base: { ask: undefined; answer: ChainPlace };
  keepAnchor: { ask: AnchorDraft; answer: Anchor };
  anchors: { ask: { readonly limit: number }; answer: readonly Anchor[] };
  segments: { ask: undefined; answer: readonly Segment[] };
  /** The segment and the row that tells of it. Its rows stay until they are trimmed. */
  seal: { ask: { readonly segment: Segment; readonly entry: AuditDraft }; answer: undefined };
  /** Takes some rows out of the table that a segment holds; how many went. */
  trim: { ask: { readonly limit: number }; answer: number };
  /** Whether the triggers are as they must be; a sentence where not. */
  guards: { ask: undefined; answer: string | undefined };
  /** Joins the side file to the database and lets go of memory. */
  tidy: { ask: undefined; answer: undefined };
}

export type CallKind = keyof Calls;

export type WriterCall = {
  [K in CallKind]: { readonly id: number; readonly kind: K; readonly ask: Calls[K]["ask"] };
}[CallKind];

export type ToWriter = WriterCall | { readonly kind: "close" };

export type FromWriter =
  | { readonly kind: "opened" }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "closed" }
  | { readonly kind: "done"; readonly id: number; readonly answer: unknown }
  | { readonly kind: "failed"; readonly id: number; readonly why: string };

export interface WriterOptions {
  /** Path of palisade.db. */
  readonly file: string;
  readonly migrationsFolder: string;
}
