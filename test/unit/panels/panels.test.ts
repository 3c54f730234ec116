/** Panels: who is expected, who is missing, what outlasts a start, and the alarm that tells of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PANEL_GRACE_MS, PANEL_SILENT_MS } from "../../../server/domain/panel.ts";
import type { JournalEntry } from "../../../server/journal.ts";
import { type Beat, Panels } from "../../../server/panels.ts";

const SAM = { type: "user", id: "Sam", role: "maintenance" } as const;

const told = ({ offline }: Panels): string => offline.map(({ message }) => message).join();

function cell(kept?: string) {
  let now = 1_000;
  let changes = 0;
  const rows: JournalEntry[] = [];
  const values = new Map<string, string>();
  const panels = new Panels({
    kept,
    keep: (name, value) => void values.set(name, value),
    tell: (entry) => void rows.push(entry),
    onChange: () => {
      changes += 1;
    },
    now: () => now,
  });
  return {
    panels,
    rows,
    values,
    changes: () => changes,
    pass: (ms: number) => {
      now += ms;
      panels.look();
    },
    beat: (id: string, more: Partial<Beat> = {}) =>
      panels.hear({ id, shows: "live", page: "live", version: "1", origin: "127.0.0.1", ...more }),
    [Symbol.dispose]: () => panels[Symbol.dispose](),
  };
}

test("a panel without a name is expected by nobody, and forgotten", () => {
  using it = cell();
  it.beat("a");
  assert.equal(it.panels.list()[0]?.online, true);
  it.pass(PANEL_SILENT_MS + 1);
  assert.equal(it.panels.list()[0]?.online, false);
  assert.deepEqual(it.panels.offline, []);
  it.pass(60_000);
  assert.deepEqual(it.panels.list(), []);
  assert.equal(it.changes(), 0);
});

test("a panel with a name is missing when it is silent, hidden or shows nothing, and told once each", () => {
  using it = cell();
  it.beat("a");
  assert.deepEqual(it.panels.name("a", "Press 4", SAM), { ok: true });
  it.pass(PANEL_SILENT_MS);
  assert.deepEqual(it.panels.offline, []);
  it.pass(1);
  assert.deepEqual(it.panels.offline, [{ name: "Press 4", message: "It gives no sign of life" }]);
  it.pass(1_000);
  assert.equal(it.changes(), 1);
  it.beat("a");
  assert.deepEqual(it.panels.offline, []);
  it.beat("a", { shows: "hidden" });
  assert.match(told(it.panels), /lies over/);
  it.beat("a", { shows: "not-live" });
  assert.match(told(it.panels), /nothing to show/);
  assert.equal(it.changes(), 4);
});

test("names outlast a start; what is not heard soon after one is missing, until somebody forgets it", () => {
  using before = cell();
  before.beat("a");
  before.panels.name("a", "Press 4", SAM);
  using after = cell(before.values.get("panels"));
  assert.equal(after.panels.list()[0]?.name, "Press 4");
  after.pass(PANEL_GRACE_MS);
  assert.deepEqual(after.panels.offline, [], "a browser may still be starting");
  after.pass(1);
  assert.equal(after.panels.offline.length, 1);
  assert.deepEqual(after.panels.forget("a", SAM), { ok: true });
  assert.deepEqual([after.panels.offline, after.panels.list()], [[], []]);
  assert.equal(after.values.get("panels"), "[]");
  const rows = [...before.rows, ...after.rows].map(({ action, actor }) => `${action} by ${actor.id}`);
  assert.deepEqual(rows, ["panel.named by Sam", "panel.forgotten by Sam"]);
});

test("two panels never bear one name, nobody names one that was never heard, and their number is bounded", () => {
  using it = cell("not JSON");
  it.beat("a");
  it.beat("b");
  it.panels.name("a", "Press 4", SAM);
  const refused = it.panels.name("b", "Press 4", SAM);
  assert.ok(!refused.ok && refused.status === 409);
  const unknown = it.panels.name("c", "Press 5", SAM);
  assert.ok(!unknown.ok && unknown.status === 404);
  for (let n = 0; n < 100; n++) it.beat(`x${n}`);
  assert.equal(it.panels.list().length, 32);
  assert.equal(it.panels.list()[0]?.name, "Press 4", "those with a name stay");
});

test("what is chosen at a panel is recorded in its name, once a minute, and the first time it is heard not at all", () => {
  using it = cell();
  const rows = () =>
    it.rows.map(({ action, actor, object, before, after }) => ({ action, actor, object, before, after }));
  const settings = { language: "en", theme: "system", layout: "auto" } as const;
  it.beat("a", { settings });
  it.beat("a", { settings });
  it.beat("b");
  it.beat("b", { settings });
  assert.equal(rows().length, 0);
  const german = { ...settings, language: "de" };
  it.beat("a", { settings: german });
  const panel = { type: "panel", id: "a" };
  const row = { action: "panel.settings", actor: panel, object: panel };
  const first = { ...row, before: settings, after: german };
  assert.deepEqual(rows(), [first]);
  it.beat("a", { settings: { ...german, theme: "dim" } });
  it.pass(30_000);
  const dark = { ...german, theme: "dim", pxPerMm: 6.68 } as const;
  it.beat("a", { settings: dark });
  assert.deepEqual(rows(), [first], "nobody fills the record by it");
  it.pass(30_000);
  it.beat("a", { settings: dark });
  assert.deepEqual(rows(), [first, { ...row, before: german, after: dark }]);
  assert.deepEqual(it.panels.list()[0]?.settings, dark);
});
