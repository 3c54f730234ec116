/**
 * The database itself: the one connection that writes, and every statement. Synchronous; it runs in the
 * writer's thread. Nothing here knows the chain's rule or the hashing, only how rows are kept.
 */
import { chmodSync, closeSync, openSync } from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import {
  and,
  asc,
  desc,
  eq,
  gt,
  gte,
  inArray,
  isNotNull,
  like,
  lt,
  lte,
  max,
  notInArray,
  or,
  sql,
} from "drizzle-orm";
import { type BetterSQLite3Database, drizzle } from "drizzle-orm/better-sqlite3";
import { migrate } from "drizzle-orm/better-sqlite3/migrator";
import { Archive } from "./archive.ts";
import { findKey, keyForSealing } from "./camera_key.ts";
import { type AuditRow, type ChainPlace, type ChainReport, GENESIS, hashRow, verifyChain } from "./chain.ts";
import { guardFault } from "./guards.ts";
import { Ledger } from "./ledger.ts";
import type {
  Appended,
  AuditDraft,
  AuditQuery,
  Calls,
  OutputTestRecord,
  PersonSecret,
  PublishDraft,
  RelayOperations,
  SceneRow,
  StoredConfig,
  VersionQuery,
  VersionRow,
  WalkRecord,
  WriterOptions,
} from "./protocol.ts";
import { jsonOf, rowOf } from "./row.ts";
import { audit, cameraScene, configVersion, person } from "./schema.ts";
import { cameraIds, openBody, type SealFile, sealBody } from "./seal.ts";
import { ShiftReader } from "./shift_reader.ts";

type Sqlite = InstanceType<typeof Database>;

const BUSY_TIMEOUT_MS = 2_000;

/** The file's `user_version` while its free space may hold passwords of cameras in clear; else 0. */
const TO_WIPE = 1;

/** Of one action, or of all that begin so where it ends with a full stop. */
const doing = (action: string) =>
  action.endsWith(".") ? like(audit.action, `${action}%`) : eq(audit.action, action);

/** Opens, or makes, the database and brings its tables up to date. Throws the driver's errors. */
export class Book implements Disposable {
  readonly ledger: Ledger;
  readonly archive: Archive;
  readonly shifts: ShiftReader;
  readonly #sqlite: Sqlite;
  readonly #db: BetterSQLite3Database;
  readonly #seal: SealFile;

  constructor({ file, migrationsFolder }: WriterOptions) {
    const keyFile = join(dirname(file), "camera-key");
    this.#seal = { find: () => findKey(keyFile), forSealing: () => keyForSealing(keyFile) };
    // Made before SQLite opens it: SQLite would take the process's umask, and its side files take this mode.
    closeSync(openSync(file, "a", 0o600));
    chmodSync(file, 0o600);
    this.#sqlite = new Database(file);
    try {
      this.#sqlite.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
      this.#sqlite.pragma("journal_mode = WAL");
      // NORMAL lost hundreds of acknowledged rows at a power cut, FULL none.
      this.#sqlite.pragma("synchronous = FULL");
      this.#sqlite.pragma("foreign_keys = ON");
      // Without it, INSERT OR REPLACE deletes a row without asking the delete trigger.
      this.#sqlite.pragma("recursive_triggers = ON");
      // What is replaced is overwritten: a password, a picture of a scene.
      this.#sqlite.pragma("secure_delete = ON");
      this.#db = drizzle(this.#sqlite);
      this.ledger = new Ledger(this.#db);
      this.archive = new Archive(this.#db);
      this.shifts = new ShiftReader(this.#db);
      migrate(this.#db, { migrationsFolder });
      this.#sealOldVersions();
    } catch (error) {
      this.#sqlite.close();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#sqlite.close();
  }

  /** A reader elsewhere keeps what it reads; then less is joined, and the next time more. */
  tidy(): undefined {
    this.#sqlite.pragma("wal_checkpoint(TRUNCATE)");
    this.#sqlite.pragma("shrink_memory");
  }

  /** Adds rows in their order, all or none; they are on the disk when this returns. */
  append(drafts: readonly AuditDraft[]): readonly Appended[] {
    return this.#db.transaction(() => this.#chain(drafts, this.#version()), { behavior: "immediate" });
  }

  /**
   * Writes a version, people and their rows in one transaction.
   * @returns the version in force afterwards
   */
  publish(draft: PublishDraft): number {
    return this.#db.transaction(
      () => {
        const before = this.#inForce();
        const current = before?.version ?? 0;
        if (current !== draft.basedOn) {
          throw new Error(
            `Configuration ${current} is in force, but the change was made from ${draft.basedOn}; load it again`,
          );
        }
        const next = draft.config === undefined ? current : current + 1;
        if (draft.config !== undefined) {
          const body = sealBody(draft.config.body, before?.body, this.#seal);
          this.#db
            .insert(configVersion)
            .values({ version: next, ...draft.config, body })
            .run();
          this.#db
            .delete(cameraScene)
            .where(notInArray(cameraScene.camera, cameraIds(body)))
            .run();
        }
        for (const { pin, ...rest } of draft.people) {
          const row = { ...rest, pin: JSON.stringify(pin) };
          this.#db.insert(person).values(row).onConflictDoUpdate({ target: person.id, set: row }).run();
        }
        this.#chain(draft.entries, next === 0 ? null : next);
        return next;
      },
      { behavior: "immediate" },
    );
  }

  config(): StoredConfig | undefined {
    const current = this.#inForce();
    return current && this.#opened(current);
  }

  version(number: number): StoredConfig | undefined {
    const row = this.#db.select().from(configVersion).where(eq(configVersion.version, number)).get();
    return row && this.#opened(row);
  }

  #opened({ version, body, shape, demonstration }: typeof configVersion.$inferSelect): StoredConfig {
    const { provisionHash } = configVersion;
    const applied = this.#db
      .select({ hash: provisionHash })
      .from(configVersion)
      .where(and(isNotNull(provisionHash), lte(configVersion.version, version)))
      .orderBy(desc(configVersion.version))
      .limit(1)
      .get();
    const opened = openBody(body, this.#seal);
    return { version, ...opened, shape, demonstration, provisionHash: applied?.hash ?? null };
  }

  /** Newest first, without their bodies: one that is damaged must not hide the others. */
  versions({ limit, before }: VersionQuery): readonly VersionRow[] {
    const { version, wallAt, author, reason, demonstration, provisionHash } = configVersion;
    return this.#db
      .select({ version, wallAt, author, reason, demonstration, provisionHash })
      .from(configVersion)
      .where(before === undefined ? undefined : lt(version, before))
      .orderBy(desc(version))
      .limit(limit)
      .all();
  }

  people(): readonly PersonSecret[] {
    return this.#db
      .select()
      .from(person)
      .orderBy(asc(person.name))
      .all()
      .map((row) => ({ ...row, pin: JSON.parse(row.pin) as PersonSecret["pin"] }));
  }

  scenes(): readonly SceneRow[] {
    return this.#db.select().from(cameraScene).orderBy(asc(cameraScene.camera)).all();
  }

  /** Replaces the camera's scene and adds the row that tells of it. */
  saveScene(row: SceneRow, entry: AuditDraft): void {
    const values = { ...row, luma: Buffer.from(row.luma), jpeg: row.jpeg && Buffer.from(row.jpeg) };
    const target = cameraScene.camera;
    const write = this.#db.insert(cameraScene).values(values).onConflictDoUpdate({ target, set: values });
    this.#together(() => void write.run(), entry);
  }

  /** @returns whether there was one; without one nothing is written */
  forgetScene(camera: string, entry: AuditDraft): boolean {
    return this.#db.transaction(
      () => {
        const { changes } = this.#db.delete(cameraScene).where(eq(cameraScene.camera, camera)).run();
        if (changes > 0) this.#chain([entry], this.#version());
        return changes > 0;
      },
      { behavior: "immediate" },
    );
  }

  recordTest(row: OutputTestRecord, entry: AuditDraft): void {
    this.#together(() => this.ledger.addTest(row), entry);
  }

  /** A test that is written already stays as it is, and the trail tells of it once. */
  recordWalk(row: WalkRecord, entry: AuditDraft): void {
    this.#db.transaction(
      () => {
        if (this.ledger.addWalk(row)) this.#chain([entry], this.#version());
      },
      { behavior: "immediate" },
    );
  }

  addOperations(more: readonly RelayOperations[]): void {
    this.#db.transaction(() => this.ledger.addOperations(more), { behavior: "immediate" });
  }

  forgetOperations({ board, channel, entry }: Calls["forgetOperations"]["ask"]): void {
    this.#together(() => this.ledger.forgetOperations(board, channel), entry);
  }

  /** What `write` writes and the row that tells of it: both or neither. */
  #together(write: () => void, entry: AuditDraft): void {
    this.#db.transaction(
      () => {
        write();
        this.#chain([entry], this.#version());
      },
      { behavior: "immediate" },
    );
  }

  /** A segment is sealed, and the trail tells of it. */
  seal({ segment, entry }: Calls["seal"]["ask"]): void {
    this.#together(() => this.archive.addSegment(segment), entry);
  }

  /** Newest first. */
  audit({ from, to, limit, beforeSeq, actions, results }: AuditQuery): readonly AuditRow[] {
    return this.#db
      .select()
      .from(audit)
      .where(
        and(
          from === undefined ? undefined : gte(audit.wallAt, new Date(from).toISOString()),
          to === undefined ? undefined : lt(audit.wallAt, new Date(to).toISOString()),
          beforeSeq === undefined ? undefined : lt(audit.seq, beforeSeq),
          results === undefined ? undefined : inArray(audit.result, [...results]),
          actions === undefined ? undefined : or(...actions.map(doing)),
        ),
      )
      .orderBy(desc(audit.seq))
      .limit(limit)
      .all()
      .map(rowOf);
  }

  /** Checks at most `limit` rows that follow `after`. */
  verify(after: ChainPlace, limit: number): ChainReport {
    const rows = this.#db
      .select()
      .from(audit)
      // From the genesis on everything counts, numbers below 1 as well.
      .where(after.seq === GENESIS.seq ? undefined : gt(audit.seq, after.seq))
      .orderBy(asc(audit.seq))
      .limit(limit)
      .all();
    return verifyChain(rows.map(rowOf), after);
  }

  /** What is wrong with the triggers of the trail; undefined where nothing is. */
  guards(): string | undefined {
    return guardFault(
      this.#db.all(sql`SELECT name, tbl_name AS "table", sql FROM sqlite_master WHERE type = 'trigger'`),
    );
  }

  /**
   * Earlier versions of the program stored the addresses of cameras in clear. Their rows are sealed, then the whole
   * file is written anew, because pages keep copies of what once stood in them; a cut in between is made up for.
   */
  #sealOldVersions(): void {
    this.#db.transaction(() => {
      for (const { version, body } of this.#db.select().from(configVersion).all()) {
        const after = sealBody(body, undefined, this.#seal);
        if (after === body) continue;
        this.#db.update(configVersion).set({ body: after }).where(eq(configVersion.version, version)).run();
        this.#sqlite.pragma(`user_version = ${TO_WIPE}`);
      }
    });
    if (this.#sqlite.pragma("user_version", { simple: true }) !== TO_WIPE) return;
    this.#sqlite.exec("VACUUM");
    const [checkpoint] = this.#sqlite.pragma("wal_checkpoint(TRUNCATE)") as readonly { busy: number }[];
    // Somebody else reads in the old pages: the next opening tries again.
    if (checkpoint?.busy === 0) this.#sqlite.pragma("user_version = 0");
  }

  /** The newest configuration as it is stored. */
  #inForce(): typeof configVersion.$inferSelect | undefined {
    return this.#db.select().from(configVersion).orderBy(desc(configVersion.version)).limit(1).get();
  }

  #version(): number | null {
    return (
      this.#db
        .select({ version: max(configVersion.version) })
        .from(configVersion)
        .get()?.version ?? null
    );
  }

  /** Inside a transaction only: nobody else may write between the reading of the last row and the new ones. */
  #chain(drafts: readonly AuditDraft[], version: number | null): Appended[] {
    const last = this.#db
      .select({ seq: audit.seq, hash: audit.hash })
      .from(audit)
      .orderBy(desc(audit.seq))
      .limit(1)
      .get();
    let place: ChainPlace = last ?? GENESIS;
    return drafts.map((draft) => {
      const stored = { ...draft, seq: place.seq + 1, configVersion: version };
      const fields = { ...stored, before: jsonOf(draft.before), after: jsonOf(draft.after) };
      const hash = hashRow(place.hash, fields);
      this.#db
        .insert(audit)
        .values({ ...stored, prevHash: place.hash, hash })
        .run();
      place = { seq: stored.seq, hash };
      return place;
    });
  }
}
