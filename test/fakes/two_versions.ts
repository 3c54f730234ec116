/** Two versions of a configuration as the store hands them to its thread, and what holds of a book with either. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Book } from "../../server/store/book.ts";
import { GENESIS } from "../../server/store/chain.ts";
import { draftRow } from "../../server/store/change.ts";
import type { AuditDraft, PersonSecret, PublishDraft } from "../../server/store/protocol.ts";

export const migrationsFolder = join(import.meta.dirname, "../../migrations");

const FIRST_SOURCE = "rtsp://viewer:first@h/s";
const SECOND_SOURCE = "rtsp://viewer:second@h/s";
/** Longer than a page of the database, so that its writing takes several. */
const LONG = "n".repeat(9_000);

function row(action: string, n: number): AuditDraft {
  return draftRow(
    { action, actor: { type: "user", id: "Sam" }, after: { n }, monoMs: n, wallAt: 1_000 * n },
    { bootId: "boot", appVersion: "0.1.0" },
  );
}

function person(id: string): PersonSecret {
  const pin = { hash: `hash of ${id}`, salt: "s", pepperId: "p" } as unknown as PersonSecret["pin"];
  const createdWallAt = "2026-11-21T04:00:00.000Z";
  return {
    id,
    name: id,
    key: id,
    role: "operator",
    pin,
    badge: null,
    active: true,
    provisioned: false,
    createdWallAt,
  };
}

function draft(basedOn: number, source: string, people: readonly PersonSecret[]): PublishDraft {
  const body = JSON.stringify({ cameras: [{ id: "front", name: "Front", source }], padding: LONG });
  return {
    basedOn,
    config: {
      ...{ body, shape: 1, demonstration: false, provisionHash: null, author: "user:Sam" },
      ...{ reason: "test", wallAt: "2026-11-21T04:00:00.000Z" },
    },
    people,
    entries: [row("config.published", basedOn + 1), ...people.map((_, i) => row("user.added", i))],
  };
}

export const FIRST = draft(0, FIRST_SOURCE, []);
export const SECOND = draft(1, SECOND_SOURCE, [person("kim"), person("lee")]);

/**
 * Opens the book of a folder as a start does, and holds everything in it against the version that is in force.
 * @returns that version
 */
export function wholeVersion(folder: string): number {
  using book = new Book({ file: join(folder, "palisade.db"), migrationsFolder });
  const config = book.config();
  assert.ok(config !== undefined, "a configuration is in force");
  const { version, body, locked, shape } = config;
  const sourceOf = (text: string): unknown => JSON.parse(text).cameras[0].source;
  assert.equal(shape, 1);
  assert.deepEqual(locked, []);
  assert.equal(sourceOf(body), version === 1 ? FIRST_SOURCE : SECOND_SOURCE);
  assert.equal(sourceOf(book.version(1)?.body ?? ""), FIRST_SOURCE, "the first stays as it was");
  const rows = FIRST.entries.length + (version === 1 ? 0 : SECOND.entries.length);
  const report = book.verify(GENESIS, 100);
  assert.ok(report.ok && report.count === rows, JSON.stringify(report));
  assert.deepEqual(
    book.people().map(({ id }) => id),
    version === 1 ? [] : ["kim", "lee"],
  );
  assert.equal(book.guards(), undefined);
  return version;
}
