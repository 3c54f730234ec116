/** Zones that are out of the rules by schedule or condition: what takes them out, and that nothing unknown does. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CONDITION_HOLDS_MS } from "../../../server/domain/activity.ts";
import { type Fact, factsBetween } from "../../../server/domain/fact.ts";
import { refusals } from "../../../server/domain/interlock.ts";
import { viewOf } from "../../../server/domain/screen.ts";
import type { Supervision } from "../../../server/domain/supervision.ts";
import type { View } from "../../../server/domain/view.ts";
import { configOf, IN_CELL, Play, PROVISION, person } from "./scenario.ts";

/** Nobody works on a Saturday. */
const SATURDAY = Date.parse("2026-11-21T10:00:00Z");
const FRIDAY = Date.parse("2026-11-20T10:00:00Z");
const WORK = [{ days: ["mon", "tue", "wed", "thu", "fri"], from: "06:00", to: "14:00" }];
const SET_UP = { board: "sim", input: 2, name: "Set-up" };

function play(members: Record<string, unknown>): Play {
  const file = structuredClone(PROVISION) as Record<string, unknown> & typeof PROVISION;
  const zones = file.zones.map((zone) => (zone.id === "cell" ? { ...zone, ...members } : zone));
  const boards = file.boards.map((board) => ({ ...board, inputs: 4 }));
  return new Play(configOf({ ...file, zones, boards }));
}

const clock = (it: Play, wallAt: number, trusted = true): Supervision =>
  it.feed({ kind: "clock", wallAt, trusted });

/** What the contact of the set-up switch says, read now. */
function contact(it: Play, closed: boolean | undefined, ageMs = 0): Supervision {
  if (closed === undefined) return it.relay();
  return it.relay({ inputs: { sim: { closed: [false, closed], at: it.at - ageMs } } });
}

/** The contact stays so for a while. */
function hold(it: Play, closed: boolean | undefined, ms: number, ageMs = 0): Play {
  for (const end = it.at + ms; it.at < end; ) {
    it.watch(100);
    contact(it, closed, ageMs);
  }
  return it;
}

function view(it: Play): View {
  return viewOf(it.state, it.rules, {
    ...{ seq: 1, boot: "b", version: "0", wallAt: 0, at: it.at, demonstration: false, faults: [] },
    site: { name: "s", timezone: "UTC" },
    pictures: new Map(),
    reaction: { count: 0 },
    model: { name: "m", grade: "", quality: "" },
  });
}

test("a zone out of its schedule trips nothing, and trips at once when its time comes with somebody inside", () => {
  const it = play({ schedule: WORK });
  clock(it, SATURDAY);
  it.guarding();
  clock(it, SATURDAY);
  it.watch(1_000, person(IN_CELL));
  assert.equal(it.demand("permit"), "energised");
  assert.equal(it.demand("horn"), "dropped");
  assert.equal(it.alarm("zone.stop.occupied:cell"), "normal");
  assert.equal(view(it).zones[0]?.verdict, "stop", "what is seen is still told");
  clock(it, FRIDAY);
  assert.equal(it.demand("permit"), "dropped");
  assert.equal(it.demand("horn"), "energised");
  assert.equal(it.demand("pulse"), "energised");
  assert.equal(it.alarm("zone.stop.occupied:cell"), "unacknowledged");
});

test("a zone guards until its schedule ends, to the millisecond", () => {
  const it = play({ schedule: WORK });
  const end = Date.parse("2026-11-20T13:00:00Z");
  const from = it.at;
  clock(it, end - 1_000);
  it.wait(900);
  assert.equal(it.state.inactive.has("cell"), false, `${it.at - from} ms`);
  it.wait(100);
  assert.deepEqual(it.state.inactive.get("cell"), {
    since: from + 1_000,
    why: "schedule",
    untilWallAt: Date.parse("2026-11-23T05:00:00Z"),
  });
});

for (const [what, tell] of [
  ["nobody has told the time", () => undefined],
  ["the clock follows no time server", (it: Play) => clock(it, SATURDAY, false)],
  ["the clock shows no number", (it: Play) => clock(it, Number.NaN)],
  ["the clock was never set", (it: Play) => clock(it, 4e15)],
  [
    "the time was told six seconds ago",
    (it: Play) => {
      clock(it, SATURDAY);
      it.wait(6_000);
    },
  ],
] as const) {
  test(`a zone out of its schedule guards all the same where ${what}, and says so`, () => {
    const it = play({ schedule: WORK });
    tell(it);
    it.guarding();
    tell(it);
    it.watch(300, person(IN_CELL));
    assert.equal(it.demand("permit"), "dropped");
    const why =
      "The schedule of Cell does not count: the clock follows no time server; switch that on (timedatectl set-ntp true)";
    assert.deepEqual(view(it).zones[0]?.activity, { active: true, why });
    it.wait(10_000);
    assert.deepEqual(view(it).faults, [why]);
  });
}

test("a contact takes a zone out only when it has been closed without a break, and brings it in at once", () => {
  const it = play({ condition: SET_UP });
  it.guarding();
  hold(it, true, CONDITION_HOLDS_MS);
  assert.equal(it.state.inactive.has("cell"), false, "one reading short of its time");
  hold(it, true, 100);
  assert.equal(it.state.inactive.get("cell")?.why, "condition");
  assert.deepEqual(view(it).zones[0]?.activity, { active: false, why: "Out of the rules: Set-up" });
  contact(it, false);
  assert.equal(it.state.inactive.has("cell"), false);
  for (let i = 0; i < 20; i++) hold(it, i % 5 !== 0, 200);
  assert.equal(it.state.inactive.has("cell"), false, "a contact that bounces takes nothing out");
});

for (const [what, lose] of [
  ["cannot be read", (it: Play) => contact(it, undefined)],
  ["was read a second ago", (it: Play) => contact(it, true, 1_001)],
  [
    "stands on a board that is lost",
    (it: Play) =>
      it.relay({
        boards: { sim: { kind: "lost", why: "pulled" } },
        inputs: { sim: { closed: [false, true], at: it.at } },
      }),
  ],
  [
    "has a board that reads fewer inputs",
    (it: Play) => it.relay({ inputs: { sim: { closed: [true], at: it.at } } }),
  ],
  [
    "has a guardian that is gone",
    (it: Play) => it.feed({ kind: "relay", state: { kind: "lost", why: "gone", since: it.at } }),
  ],
] as const) {
  test(`a zone whose condition ${what} guards`, () => {
    const it = play({ condition: SET_UP });
    it.guarding();
    hold(it, true, 1_200);
    assert.equal(it.state.inactive.has("cell"), true);
    lose(it);
    assert.equal(it.state.inactive.has("cell"), false);
    assert.match(
      view(it).zones[0]?.activity?.why ?? "",
      /^The condition of Cell does not count: input 2 of board sim/,
    );
  });
}

test("a zone that is out keeps nobody from Reset, and no reset is needed to bring it in", () => {
  const it = play({ condition: SET_UP });
  it.ready();
  hold(it, true, 1_200);
  for (let i = 0; i < 3; i++) it.watch(100, person(IN_CELL));
  contact(it, true);
  assert.deepEqual(refusals(it.state, it.rules), []);
  it.feed({ kind: "reset", by: "panel" });
  assert.equal(it.demand("permit"), "energised");
  assert.match(view(it).outputs[0]?.why ?? "", /^None of its zones is watched; Cell is inactive$/);
  it.relay({ inputs: { sim: { closed: [false, false], at: it.at } } });
  assert.equal(it.demand("permit"), "dropped");
});

test("no lamp tells of watching while every zone is out, and none is lit by what is out", () => {
  const it = play({ schedule: WORK });
  clock(it, SATURDAY);
  it.guarding();
  clock(it, SATURDAY);
  assert.equal(it.demand("green"), "energised", "the other zone is watched");
  it.watch(500, person(IN_CELL));
  assert.equal(it.demand("red"), "dropped");
  assert.equal(it.demand("amber"), "dropped");
});

test("every change of a zone's activity is one fact", () => {
  const it = play({ schedule: WORK, condition: SET_UP });
  const facts: Fact[] = [];
  const step = (act: () => unknown): void => {
    const before = it.state;
    act();
    facts.push(...factsBetween(before, it.state, it.rules).filter(({ kind }) => kind === "activity-changed"));
  };
  step(() => clock(it, SATURDAY));
  step(() => it.wait(100));
  step(() => clock(it, FRIDAY));
  assert.deepEqual(
    facts.map((fact) => ({ ...fact, at: 0 })),
    [
      {
        ...{ kind: "activity-changed", at: 0, zone: "cell" },
        inactive: { why: "schedule", untilWallAt: Date.parse("2026-11-23T05:00:00Z") },
      },
      { kind: "activity-changed", at: 0, zone: "cell" },
    ],
  );
});

type Step =
  | { readonly kind: "clock"; readonly wallAt: number; readonly trusted: boolean }
  | { readonly kind: "contact"; readonly closed: boolean | undefined }
  | { readonly kind: "tick"; readonly ms: number }
  | { readonly kind: "frames"; readonly frames: number }
  | { readonly kind: "reset" };

test("whatever is told of clock and contacts, only what is proven takes a zone out, and only Reset energises", () => {
  const clocks = fc.record({
    wallAt: fc.oneof(fc.double(), fc.constantFrom(SATURDAY, FRIDAY)),
    trusted: fc.boolean(),
  });
  const steps = fc.array(
    fc.oneof(
      clocks.map((told) => ({ kind: "clock", ...told }) as const),
      fc.constantFrom(true, false, undefined).map((closed) => ({ kind: "contact", closed }) as const),
      fc.integer({ min: 1, max: 3_000 }).map((ms) => ({ kind: "tick", ms }) as const),
      fc.nat(20).map((frames) => ({ kind: "frames", frames }) as const),
      fc.constant({ kind: "reset" } as const),
    ),
    { maxLength: 40 },
  );
  let met = 0;
  let resets = 0;
  const started = play({ schedule: WORK, condition: SET_UP }).ready();
  const take = (it: Play, step: Step): void => {
    if (step.kind === "contact") contact(it, step.closed);
    else if (step.kind === "frames")
      it.watch(step.frames * 100, ...(step.frames % 3 === 0 ? [person(IN_CELL)] : []));
    else if (step.kind === "reset") it.feed({ kind: "reset", by: "panel" });
    else if (step.kind === "tick") it.feed({ kind: "tick" });
    else it.feed(step);
  };
  fc.assert(
    fc.property(steps, (all) => {
      const it = started.fork();
      let told: { at: number; wallAt: number } | undefined;
      let closedSince: number | undefined;
      let read: { at: number; closed: boolean } | undefined;
      for (const step of all) {
        const before = it.demand("permit");
        if (step.kind === "tick") it.at += step.ms;
        if (step.kind === "clock") told = step.trusted ? { at: it.at, wallAt: step.wallAt } : undefined;
        if (step.kind === "contact")
          read = step.closed === undefined ? undefined : { at: it.at, closed: step.closed };
        take(it, step);
        const isClosed = read?.closed === true && it.at - read.at <= 1_000;
        closedSince = isClosed ? (closedSince ?? it.at) : undefined;
        if (it.demand("permit") === "energised" && before !== "energised") {
          assert.equal(step.kind, "reset");
          resets++;
        }
        const out = it.state.inactive.get("cell");
        if (out === undefined) continue;
        met++;
        if (out.why === "condition")
          assert.ok(closedSince !== undefined && it.at - closedSince >= CONDITION_HOLDS_MS);
        else assert.ok(told !== undefined && it.at - told.at <= 5_000 && Number.isFinite(told.wallAt));
      }
    }),
    { numRuns: 300 },
  );
  assert.ok(met > 100 && resets > 20, `met ${met}, resets ${resets}`);
});
