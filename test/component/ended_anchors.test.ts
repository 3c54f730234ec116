/** Anchors of a record that a backup replaced: told apart from forgeries by the record that is kept, never by the row alone. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Environment } from "../../server/environment.ts";
import { audit } from "../../server/shell/audit.ts";
import { codeOf, type ToldAnchor } from "../../server/store/anchor.ts";
import { finish, order, Stick } from "../fakes/backup_folder.ts";
import { TrailFolder } from "../fakes/trail_folder.ts";

/** A box with a record of its own, which ended when the backup of another box was brought back. */
const box = new TrailFolder();
const stick = new Stick();
/** What was noted outside while its own record ran. */
const noted: ToldAnchor[] = [];
let third = "";

before(async () => {
  using another = new TrailFolder();
  another.write(12);
  const backup = await stick.backup(another.path);
  using other = new TrailFolder();
  other.write(7);
  third = await stick.backup(other.path);
  for (const rows of [10, 15, 15]) {
    box.write(rows);
    const [newest] = box.rows().toReversed();
    if (newest === undefined) throw new Error("A row was written");
    noted.push({ seq: newest.seq, value: codeOf(newest.hash) });
  }
  assert.equal((await box.verify({ told: noted })).ok, true);
  await order(box.path, backup);
  assert.ok((await finish(box.path))?.ok);
});
after(() => {
  for (const each of [box, stick]) each[Symbol.dispose]();
});

/** The box, to be changed by hand, and its ended record. */
class Copy implements Disposable {
  readonly place: TrailFolder;
  readonly ended: TrailFolder;
  constructor() {
    const path = mkdtempSync(join(tmpdir(), "palisade-trail-"));
    cpSync(box.path, path, { recursive: true });
    this.place = new TrailFolder(path);
    this.ended = new TrailFolder(join(path, "replaced", this.marker.folder));
  }

  /** What the row that tells of the restore says of the record that ended. */
  get marker(): { readonly folder: string; readonly seq: number; readonly hash: string } {
    const after = this.place.rows().at(-1)?.after as { readonly replaced: Copy["marker"] };
    return after.replaced;
  }

  /** Writes that row anew, as somebody may who has the whole box. */
  forgeMarker(more: object, wallAt?: string): void {
    const row = this.place.rows().at(-1);
    const told = row?.after as { readonly replaced: object };
    const after = JSON.stringify({ ...told, replaced: { ...told.replaced, ...more } });
    const { seq = 0 } = row ?? {};
    const when = wallAt === undefined ? "" : `, wall_at = '${wallAt}'`;
    this.place.forge(`UPDATE audit SET after = '${after}'${when} WHERE seq = ${seq}`);
    this.place.rechain(seq);
  }

  [Symbol.dispose](): void {
    rmSync(this.place.path, { recursive: true, force: true });
  }
}

test("anchors of the record that ended are told as its own, with how many and from when, and are no faults", async () => {
  using copy = new Copy();
  const rows = copy.ended.rows();
  const report = await box.verify({ told: noted });
  assert.deepEqual([report.faults, report.anchors], [[], 0]);
  const [restored] = report.restored ?? [];
  assert.equal(restored?.kept, "holds");
  assert.deepEqual(restored.anchors, { count: 3, from: rows[9]?.wallAt, to: rows[39]?.wallAt });
  assert.equal((await box.verify()).restored?.[0]?.anchors, undefined);

  const said: string[] = [];
  const told = noted.flatMap(({ seq, value }) => ["--anchor", `${seq}:${value}`]);
  const code = await audit(["verify", ...told], {
    environment: { dataFolder: box.path } as Environment,
    say: (line: string) => said.push(line),
    complain: (line: string) => said.push(line),
  });
  assert.equal(code, 0, said.join("\n"));
  assert.ok(said.some((line) => /agree with that trail, not with this one: 3, rows of 2026-/.test(line)));
});

test("what is of neither record stays a fault", async () => {
  const elsewhere = codeOf("5".repeat(64));
  for (const [anchor, why] of [
    [{ seq: 10, value: elsewhere }, /row 10 had another hash/],
    [{ seq: 40, value: elsewhere }, /Row 40 stood in the trail/],
    [{ seq: 41, value: noted[2]?.value ?? "" }, /Row 41 stood in the trail/],
  ] as const) {
    const report = await box.verify({ told: [...noted, anchor] });
    assert.deepEqual([report.ok, report.restored?.[0]?.anchors?.count], [false, 3]);
    assert.match(report.why ?? "", why);
  }
});

test("a row that tells of a restore excuses nothing by itself: without the record it names the anchors are faults", async () => {
  using copy = new Copy();
  renameSync(copy.ended.path, `${copy.place.path}-gone`);
  try {
    const report = await copy.place.verify({ told: noted });
    assert.equal(report.restored?.[0]?.anchors, undefined);
    assert.equal(report.firstBadSeq, 10);
    assert.deepEqual(
      report.faults.map(({ seq }) => seq),
      [10, 13, 25],
    );
  } finally {
    rmSync(`${copy.place.path}-gone`, { recursive: true });
  }
});

test("a record that was written anew before it was put aside has other rows than the anchors, whatever the row says of it", async () => {
  using copy = new Copy();
  copy.ended.forge("UPDATE audit SET reason = 'nobody was there' WHERE seq = 20");
  copy.ended.rechain(20);
  assert.match(
    (await copy.place.verify({ told: noted })).faults.at(-1)?.why ?? "",
    /Row 25 stood in the trail/,
  );
  const [newest] = copy.ended.rows().toReversed();
  copy.forgeMarker({ hash: newest?.hash });
  const report = await copy.place.verify({ told: noted });
  assert.equal(report.restored?.[0]?.anchors?.count, 1, "row 10 stands as it did");
  assert.match(report.why ?? "", /Row 25 stood in the trail.* and is gone/);
  assert.equal((await copy.place.verify()).ok, true, "without anchors nobody could tell");
});

test("of a record that did not hold, only what stands before its first wrong row is believed", async () => {
  using copy = new Copy();
  copy.ended.forge("UPDATE audit SET reason = 'nobody was there' WHERE seq = 20");
  assert.match((await copy.place.verify()).why ?? "", /cannot be believed: Row 20 is not what was written/);
  copy.forgeMarker({ held: false });
  const report = await copy.place.verify({ told: noted });
  const [restored] = report.restored ?? [];
  assert.deepEqual([restored?.kept, restored?.anchors?.count], ["broken", 1]);
  assert.equal(report.firstBadSeq, 25);
});

test("a record that went on after it is said to have ended explains no anchor", async () => {
  using copy = new Copy();
  copy.forgeMarker(
    {},
    new Date(Date.parse(copy.ended.rows().at(-1)?.wallAt ?? "") - 3_600_000).toISOString(),
  );
  const report = await copy.place.verify({ told: noted });
  assert.equal(report.restored?.[0]?.anchors, undefined);
  assert.ok(report.faults.some(({ why }) => /its newest row was written after it had ended/.test(why)));
});

test("a row beyond a wrong one proves nothing, so it explains nothing either", async () => {
  using copy = new Copy();
  copy.place.forge("UPDATE audit SET reason = 'nobody was there' WHERE seq = 3");
  const report = await copy.place.verify({ told: noted });
  assert.deepEqual([report.firstBadSeq, report.restored?.[0]?.anchors], [3, undefined]);
});

test("anchors of records that ended one after the other are found through each other's rows", async () => {
  using copy = new Copy();
  const second = copy.place.rows().at(-1);
  await order(copy.place.path, third);
  assert.ok((await finish(copy.place.path))?.ok);
  const told = [...noted, { seq: second?.seq ?? 0, value: second?.hash ?? "" }];
  const report = await copy.place.verify({ told });
  assert.deepEqual([report.faults, report.restored?.length], [[], 1]);
  assert.equal(report.restored?.[0]?.anchors?.count, 4);
});

test("what is put aside takes no name that is there already, also where the clock was set back", async () => {
  using copy = new Copy();
  const stampOf = (at: number): string =>
    new Date(at)
      .toISOString()
      .replace(/[-:]|\.\d+Z/g, "")
      .replace("T", "-");
  const taken = [0, 1, 2, 3].map((s) => `ended-${stampOf(Date.now() + s * 1_000)}`);
  for (const name of taken) mkdirSync(join(copy.place.path, "replaced", name), { recursive: true });
  await order(copy.place.path, third);
  const done = await finish(copy.place.path);
  assert.ok(done?.ok);
  assert.ok(taken.map((name) => `${name}-2`).includes(done.order.kept), done.order.kept);
});
