/** One walk test at a time: who may answer what when, what the trail says, and how every end is recorded. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { monotonicMs } from "../../../server/base/clock.ts";
import { openLog } from "../../../server/base/log.ts";
import type { Point } from "../../../server/domain/units.ts";
import type { Guard } from "../../../server/guard.ts";
import type { Journal, JournalEntry } from "../../../server/journal.ts";
import type { Actor, WalkRecord } from "../../../server/store/protocol.ts";
import type { WalkRecords } from "../../../server/walk_records.ts";
import { Walks } from "../../../server/walks.ts";
import { configOf, Play, person } from "../domain/scenario.ts";

const KIM = { type: "user", id: "Kim", role: "operator", origin: "panel-1" } as const;
const SAM = { type: "user", id: "Sam", role: "supervisor", origin: "panel-2" } as const;
const CONFIG = configOf();
const READY = new Play(CONFIG, monotonicMs()).guarding();

/** Walks beside rules that are played, with lists in the place of trail and database. */
function desk(interrupted?: string) {
  const play = READY.fork();
  const told: JournalEntry[] = [];
  const added: { record: WalkRecord; by: Actor }[] = [];
  const kept: Record<string, string> = {};
  let full = false;
  const records = {
    records: [],
    takeInterrupted: () => interrupted,
    add: async (record: WalkRecord, by: Actor) => {
      added.push({ record, by });
      return full ? "the disk is full; make room on it" : undefined;
    },
  };
  const guard = () =>
    ({
      ...{ config: CONFIG, rules: play.rules, model: { name: "m" }, lookAfter: () => undefined },
      pipeline: { state: play.state },
    }) as unknown as Guard;
  const walks = new Walks({
    guard,
    records: records as unknown as WalkRecords,
    journal: { tell: (entry: JournalEntry) => void told.push(entry) } as unknown as Journal,
    keep: (name, value) => {
      kept[name] = value;
    },
    log: openLog("test", { write: () => undefined }),
  });
  return {
    ...{ walks, play, told, added, kept },
    fill: () => {
      full = true;
    },
    /** Frames with these people, the guardian obeying, and the walk told of each step. */
    watch(ms: number, foot?: Point): void {
      const people =
        foot === undefined
          ? []
          : [person({ x0: foot[0] - 0.03, x1: foot[0] + 0.03, y0: foot[1] - 0.3, y1: foot[1] })];
      for (let left = ms; left > 0; left -= 100) {
        play.watch(100, ...people);
        walks.watch(play.state, play.rules);
        play.relay();
        walks.watch(play.state, play.rules);
      }
    },
    view: () => walks.view(CONFIG),
  };
}

const said = (told: readonly JournalEntry[]): readonly string[] => told.map(({ action }) => action);

test("a test that is walked to its end is in the trail step by step, and in the record as a whole", async () => {
  const at = desk();
  assert.deepEqual(at.walks.begin("cell", KIM), { ok: true });
  const points = at.view()?.points ?? [];
  for (const [i, point] of points.entries()) {
    at.watch(3_300);
    assert.deepEqual([at.view()?.phase, at.view()?.point, at.view()?.measures], ["awaiting", i, i === 0]);
    at.watch(500, point);
  }
  assert.equal(at.view()?.phase, "review");
  assert.equal(at.view()?.point, undefined);
  assert.deepEqual(await at.walks.finish(SAM), { ok: true });
  assert.equal(at.view(), undefined);
  const [{ record, by } = {}] = at.added;
  assert.deepEqual(
    [record?.outcome, record?.walkedBy, record?.role, by?.id],
    ["passed", "Kim", "operator", "Sam"],
  );
  assert.equal(record?.attempts.length, points.length);
  assert.deepEqual(said(at.told), ["walk-test.begun", ...points.map(() => "walk-test.point")]);
  const [, first] = at.told;
  assert.deepEqual([first?.actor.id, first?.object], ["Kim", { type: "zone", id: "cell" }]);
  assert.equal((first?.after as { outcome?: string } | undefined)?.outcome, "detected");
  assert.equal(at.kept["walk-running"], "", "forgotten only when it is written");
});

test("an answer counts only for the point that was seen, and only where somebody could stand there", () => {
  const at = desk();
  const missed = { kind: "missed" } as const;
  const nobody = at.walks.answer({ at: { point: 0, attempts: 0 }, ...missed }, KIM);
  assert.ok(!nobody.ok && nobody.status === 404);
  at.walks.begin("cell", KIM);
  const early = at.walks.answer({ at: { point: 0, attempts: 0 }, ...missed }, KIM);
  assert.ok(!early.ok && early.status === 409 && /proven clear/.test(early.detail));
  at.watch(200);
  for (const wrong of [
    { point: 1, attempts: 0 },
    { point: 0, attempts: 1 },
  ]) {
    const refused = at.walks.answer({ at: wrong, ...missed }, KIM);
    assert.ok(!refused.ok && refused.status === 409 && /gone on/.test(refused.detail));
  }
  assert.deepEqual(at.walks.answer({ at: { point: 0, attempts: 0 }, ...missed }, SAM), { ok: true });
  assert.equal(at.told.at(-1)?.actor.id, "Sam");
  assert.deepEqual(at.walks.answer({ at: { point: 1, attempts: 1 }, kind: "skip", reason: "r" }, KIM), {
    ok: true,
  });
  const beyond = at.walks.repeat(9);
  assert.ok(!beyond.ok && beyond.status === 404);
  const soon = at.walks.repeat(0);
  assert.ok(!soon.ok && soon.status === 409, "not before every point has its result");
  for (let point = 2; point < (at.view()?.points.length ?? 0); point++)
    at.walks.answer({ at: { point, attempts: point }, kind: "skip", reason: "r" }, KIM);
  assert.deepEqual(at.walks.repeat(0), { ok: true });
  assert.equal(at.view()?.point, 0);
});

test("one at a time; a zone that cannot be walked is refused with every reason; what is unfinished cannot be saved", async () => {
  const at = desk();
  const unknown = at.walks.begin("nowhere", KIM);
  assert.ok(!unknown.ok && unknown.status === 404);
  const warn = at.walks.begin("aisle", KIM);
  assert.ok(!warn.ok && warn.status === 409 && /is no stop zone/.test(warn.refusals?.join() ?? ""));
  at.walks.begin("cell", KIM);
  const second = at.walks.begin("cell", SAM);
  assert.ok(!second.ok && second.refusals?.[0] === "Kim walks Cell already");
  const early = await at.walks.finish(KIM);
  assert.ok(!early.ok && early.status === 409);
  assert.deepEqual(await at.walks.cancel(SAM), { ok: true });
  const [{ record } = {}] = at.added;
  assert.deepEqual([record?.outcome, record?.why], ["cancelled", "person"]);
  const none = await at.walks.cancel(SAM);
  assert.ok(!none.ok && none.status === 404);
});

test("what the box ended in the middle of is recorded as cancelled at the next start, with what was walked", () => {
  const first = desk();
  first.walks.begin("cell", KIM);
  first.watch(200);
  first.walks.answer({ at: { point: 0, attempts: 0 }, kind: "missed" }, KIM);
  const next = desk(first.kept["walk-running"]);
  const [{ record, by } = {}] = next.added;
  assert.deepEqual(
    [record?.outcome, record?.why, record?.walkedBy, by?.id],
    ["cancelled", "restart", "Kim", "Kim"],
  );
  assert.equal(record?.attempts[0]?.outcome, "missed");
  assert.equal(next.view(), undefined);
  assert.equal(desk("{broken").added.length, 0);
});

test("a record that waits for the disk is told to whoever saves, and is kept over a start", async () => {
  const at = desk();
  at.walks.begin("cell", KIM);
  at.fill();
  const answer = await at.walks.cancel(KIM);
  assert.ok(!answer.ok && answer.status === 503 && /waits to be written.*disk is full/.test(answer.detail));
  assert.notEqual(at.kept["walk-running"], "");
});

test("nothing that a walk test does reaches the rules: they are the same objects before and after", () => {
  const at = desk();
  const before = at.play.state;
  at.walks.begin("cell", KIM);
  at.walks.watch(at.play.state, at.play.rules);
  at.walks.end("change");
  assert.equal(at.play.state, before);
});
