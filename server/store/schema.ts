/**
 * The tables of palisade.db: settings as versions, people, taught scenes, tests and wear of the outputs, and the
 * audit trail. The guards of the trail are triggers, which stand in a migration of their own and are repeated here so that `verify` can compare them.
 */
import { sql } from "drizzle-orm";
import { blob, check, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Every configuration that was ever in force; the newest row is. Rows are added, never changed. */
export const configVersion = sqliteTable("config_version", {
  version: integer("version").primaryKey(),
  /** ISO 8601 in UTC. */
  wallAt: text("wall_at").notNull(),
  author: text("author").notNull(),
  reason: text("reason").notNull(),
  /** Canonical JSON of a `Config`; addresses are without credentials, `sealed` beside one holds the whole. */
  body: text("body").notNull(),
  /** SHA-256 of the provisioning file it came from, in hex. */
  provisionHash: text("provision_hash"),
  demonstration: integer("demonstration", { mode: "boolean" }).notNull(),
  /** Which shape the body has: `CONFIG_SHAPE` of the program that wrote it. */
  shape: integer("shape").notNull().default(1),
});

/** People are never deleted: the trail names them. Who may no longer enter is not active. */
export const person = sqliteTable("person", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  /** The name as it is compared: NFC, lower case. */
  key: text("key").notNull().unique(),
  role: text("role").notNull(),
  /** JSON of a `PinHash`: algorithm, its parameters, salt and hash. */
  pin: text("pin").notNull(),
  /** What the person's badge types, hashed with the pepper; empty where they have none. */
  badge: text("badge").unique(),
  active: integer("active", { mode: "boolean" }).notNull(),
  /** Came from a provisioning file, and goes when a later file no longer names it. */
  provisioned: integer("provisioned", { mode: "boolean" }).notNull(),
  createdWallAt: text("created_wall_at").notNull(),
});

/** The reference picture of each camera; a new one replaces the old. */
export const cameraScene = sqliteTable(
  "camera_scene",
  {
    camera: text("camera").primaryKey(),
    /** What it was taken for; a scene with another key says nothing about the camera. */
    key: text("key").notNull(),
    /** ISO 8601 in UTC. */
    takenWallAt: text("taken_wall_at").notNull(),
    takenBy: text("taken_by").notNull(),
    width: integer("width").notNull(),
    height: integer("height").notNull(),
    /** One byte a pixel. */
    luma: blob("luma", { mode: "buffer" }).notNull(),
    pictureWidth: integer("picture_width").notNull(),
    pictureHeight: integer("picture_height").notNull(),
    jpeg: blob("jpeg", { mode: "buffer" }),
  },
  (table) => [
    check("camera_scene_luma", sql`length(${table.luma}) = ${table.width} * ${table.height}`),
    check("camera_scene_size", sql`length(${table.luma}) <= 65536 AND length(${table.jpeg}) <= 307200`),
  ],
);

/** Tests of the outputs that people ran. Rows are added, never changed. */
export const outputTest = sqliteTable("output_test", {
  id: integer("id").primaryKey(),
  /** ISO 8601 in UTC. */
  wallAt: text("wall_at").notNull(),
  testedBy: text("tested_by").notNull(),
  role: text("role"),
  /** `relay` or `proof`. */
  test: text("test").notNull(),
  /** How boards and outputs were wired then: a test says nothing about another wiring. */
  wiring: text("wiring").notNull(),
  passed: integer("passed", { mode: "boolean" }).notNull(),
  /** JSON: one entry for each output. */
  results: text("results").notNull(),
  note: text("note"),
});

/** Walk tests of stop zones. Rows are added, never changed. */
export const walkTest = sqliteTable("walk_test", {
  id: integer("id").primaryKey(),
  /** Of one test: what is written twice is kept once. */
  test: text("test").notNull().unique(),
  /** When it ended, ISO 8601 in UTC. */
  wallAt: text("wall_at").notNull(),
  begunWallAt: text("begun_wall_at").notNull(),
  walkedBy: text("walked_by").notNull(),
  role: text("role"),
  zone: text("zone").notNull(),
  zoneName: text("zone_name").notNull(),
  camera: text("camera").notNull(),
  model: text("model").notNull(),
  /** Stands for zone, camera, model and outputs as they were: a test says nothing about others. */
  subject: text("subject").notNull(),
  /** `passed`, `failed` or `cancelled`. */
  outcome: text("outcome").notNull(),
  /** Why it was cancelled. */
  why: text("why"),
  /** How often somebody stood at a point, and how often they were seen there. */
  walked: integer("walked").notNull(),
  detected: integer("detected").notNull(),
  /** JSON: the points, and every going to one of them. */
  course: text("course").notNull(),
});

/** How often each relay was energised since its board came, or since somebody said that it was replaced. */
export const relayOperations = sqliteTable(
  "relay_operations",
  {
    board: text("board").notNull(),
    channel: integer("channel").notNull(),
    count: integer("count").notNull(),
  },
  (table) => [primaryKey({ columns: [table.board, table.channel] })],
);

/** Single values that outlast a start, such as the number of the last machine cycle. */
export const kept = sqliteTable("kept", {
  name: text("name").primaryKey(),
  value: text("value").notNull(),
});

/** The trail. No UNIQUE column besides `seq`: a REPLACE that conflicts on another one would remove a row. */
export const audit = sqliteTable(
  "audit",
  {
    seq: integer("seq").primaryKey(),
    id: text("id").notNull(),
    wallAt: text("wall_at").notNull(),
    tzOffsetMin: integer("tz_offset_min").notNull(),
    bootId: text("boot_id").notNull(),
    monoMs: integer("mono_ms").notNull(),
    actorType: text("actor_type").notNull(),
    actor: text("actor").notNull(),
    role: text("role"),
    origin: text("origin"),
    action: text("action").notNull(),
    objectType: text("object_type"),
    objectId: text("object_id"),
    /** JSON, or NULL. */
    before: text("before"),
    after: text("after"),
    reason: text("reason"),
    result: text("result").notNull(),
    correlation: text("correlation"),
    appVersion: text("app_version").notNull(),
    configVersion: integer("config_version"),
    prevHash: text("prev_hash").notNull(),
    hash: text("hash").notNull(),
    /** `synced` or `unsynced`; NULL in rows from before it was noted. */
    clockState: text("clock_state"),
    /** One of a short list; NULL where nobody chose one, and in rows from before it was noted. */
    reasonCode: text("reason_code"),
  },
  // Few rows tell of alarms, and their history is asked for often.
  (table) => [
    index("audit_alarm").on(table.seq).where(sql`${table.objectType} = 'alarm'`),
    index("audit_wall_at").on(table.wallAt),
    // Notes and signatures of shifts are few among many rows.
    index("audit_shift").on(table.objectId).where(sql`object_type = 'shift'`),
  ],
);

/** Places of the chain that were also told outside of it, each as it was then. Rows are added, never changed. */
export const auditAnchor = sqliteTable("audit_anchor", {
  id: integer("id").primaryKey(),
  seq: integer("seq").notNull(),
  hash: text("hash").notNull(),
  /** ISO 8601 in UTC. */
  wallAt: text("wall_at").notNull(),
  /** What it was taken for: `start`, `hour`, `end`, `seal`, `export` or `person`. */
  kind: text("kind").notNull(),
  /** Where it was sent, or why not; NULL where nowhere is configured. */
  sent: text("sent"),
});

/** Runs of rows that left the table for a file, oldest first and without a gap. Rows are added, never changed. */
export const auditSegment = sqliteTable("audit_segment", {
  firstSeq: integer("first_seq").primaryKey(),
  lastSeq: integer("last_seq").notNull(),
  /** Of its first row. */
  prevHash: text("prev_hash").notNull(),
  lastHash: text("last_hash").notNull(),
  /** The earliest and the latest time in it, ISO 8601 in UTC. */
  minWallAt: text("min_wall_at").notNull(),
  maxWallAt: text("max_wall_at").notNull(),
  /** Its name in the folder `record`; its signed statement lies beside it. */
  file: text("file").notNull(),
  /** Of the file, in hex. */
  sha256: text("sha256").notNull(),
  sealedWallAt: text("sealed_wall_at").notNull(),
});

/** The triggers as the database must hold them, by name. */
export const AUDIT_GUARDS: Readonly<Record<string, string>> = {
  audit_no_update: `CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit rows are never changed'); END`,
  audit_no_delete: `CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
WHEN NOT EXISTS (SELECT 1 FROM audit_segment WHERE OLD.seq BETWEEN first_seq AND last_seq)
BEGIN SELECT RAISE(ABORT, 'audit rows are never deleted, but for those of a sealed segment'); END`,
  audit_append_only: `CREATE TRIGGER audit_append_only BEFORE INSERT ON audit
WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM audit)
  OR NEW.prev_hash IS NOT COALESCE((SELECT hash FROM audit ORDER BY seq DESC LIMIT 1), '${"0".repeat(64)}')
BEGIN SELECT RAISE(ABORT, 'audit rows are only appended, each to the last'); END`,
  audit_segment_no_update: `CREATE TRIGGER audit_segment_no_update BEFORE UPDATE ON audit_segment
BEGIN SELECT RAISE(ABORT, 'sealed segments are never changed'); END`,
  audit_segment_no_delete: `CREATE TRIGGER audit_segment_no_delete BEFORE DELETE ON audit_segment
BEGIN SELECT RAISE(ABORT, 'sealed segments are never deleted'); END`,
  audit_segment_append_only: `CREATE TRIGGER audit_segment_append_only BEFORE INSERT ON audit_segment
WHEN NEW.first_seq IS NOT (SELECT COALESCE(MAX(last_seq), 0) + 1 FROM audit_segment)
  OR NEW.last_seq < NEW.first_seq
  OR NEW.last_seq >= (SELECT MAX(seq) FROM audit)
  OR NEW.prev_hash IS NOT (SELECT prev_hash FROM audit WHERE seq = NEW.first_seq)
  OR NEW.last_hash IS NOT (SELECT hash FROM audit WHERE seq = NEW.last_seq)
BEGIN SELECT RAISE(ABORT, 'segments are sealed whole, from the oldest row on'); END`,
  audit_anchor_no_update: `CREATE TRIGGER audit_anchor_no_update BEFORE UPDATE ON audit_anchor
BEGIN SELECT RAISE(ABORT, 'anchors are never changed'); END`,
  audit_anchor_no_delete: `CREATE TRIGGER audit_anchor_no_delete BEFORE DELETE ON audit_anchor
BEGIN SELECT RAISE(ABORT, 'anchors are never deleted'); END`,
  audit_anchor_append_only: `CREATE TRIGGER audit_anchor_append_only BEFORE INSERT ON audit_anchor
WHEN NEW.id IS NOT (SELECT COALESCE(MAX(id), 0) + 1 FROM audit_anchor)
  OR NEW.hash IS NOT (SELECT hash FROM audit WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'anchors are only appended, each of a row that stands'); END`,
};
