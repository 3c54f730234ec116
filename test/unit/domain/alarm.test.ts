/** The life of one alarm: every state and every input of ISA-18.2's core, and the list's order. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  ALARMS,
  type Alarm,
  type AlarmDefinition,
  type AlarmDefinitionId,
  type AlarmInput,
  type AlarmStateName,
  alarmId,
  isActive,
  needsAcknowledge,
  normalAlarm,
  reduceAlarm,
} from "../../../server/domain/alarm.ts";
import { compareAlarms } from "../../../server/domain/alarm_order.ts";
import { DROP_CAUSES } from "../../../server/domain/annunciate.ts";

/** One definition of each nature; the catalogue holds no other. */
const NATURES = {
  latching: "zone.stop.occupied",
  "to be acknowledged": "sys.audit.fail",
  plain: "zone.warn.occupied",
} as const satisfies Record<string, AlarmDefinitionId>;

type Nature = keyof typeof NATURES;
type Next = AlarmStateName | "same";

const KINDS = ["raise", "clear", "acknowledge", "reset"] as const;

/** From each state by raise, clear, acknowledge and reset; `same` means the very same object. */
const TABLE: readonly (readonly [AlarmStateName, Nature, readonly [Next, Next, Next, Next]])[] = [
  ["normal", "latching", ["unacknowledged", "same", "same", "same"]],
  ["normal", "to be acknowledged", ["unacknowledged", "same", "same", "same"]],
  ["normal", "plain", ["unacknowledged", "same", "same", "same"]],
  ["unacknowledged", "latching", ["same", "latched-unacknowledged", "acknowledged", "same"]],
  ["unacknowledged", "to be acknowledged", ["same", "returned-unacknowledged", "acknowledged", "same"]],
  ["unacknowledged", "plain", ["same", "normal", "acknowledged", "same"]],
  ["acknowledged", "latching", ["same", "latched-acknowledged", "same", "same"]],
  ["acknowledged", "to be acknowledged", ["same", "normal", "same", "same"]],
  ["acknowledged", "plain", ["same", "normal", "same", "same"]],
  ["returned-unacknowledged", "to be acknowledged", ["unacknowledged", "same", "normal", "same"]],
  ["latched-unacknowledged", "latching", ["unacknowledged", "same", "latched-acknowledged", "same"]],
  ["latched-acknowledged", "latching", ["unacknowledged", "same", "same", "normal"]],
];

function input(kind: AlarmInput["kind"], at: number): AlarmInput {
  if (kind === "acknowledge") return { kind, at, by: "Sam" };
  return kind === "raise" ? { kind, at, detail: "why" } : { kind, at };
}

/** An alarm in this state, reached the way a box reaches it. */
function alarmIn(state: AlarmStateName, definition: AlarmDefinitionId): Alarm {
  const ways: Record<AlarmStateName, readonly AlarmInput["kind"][]> = {
    normal: [],
    unacknowledged: ["raise"],
    acknowledged: ["raise", "acknowledge"],
    "returned-unacknowledged": ["raise", "clear"],
    "latched-unacknowledged": ["raise", "clear"],
    "latched-acknowledged": ["raise", "clear", "acknowledge"],
  };
  const alarm = ways[state].reduce(
    (now, kind, i) => reduceAlarm(now, input(kind, 10 + i)),
    normalAlarm(definition, "cell"),
  );
  assert.equal(alarm.state, state);
  return alarm;
}

for (const [state, nature, row] of TABLE) {
  for (const [i, kind] of KINDS.entries()) {
    const next = row[i] as Next;
    test(`a ${nature} alarm, ${state}, by ${kind}: ${next}`, () => {
      const before = alarmIn(state, NATURES[nature]);
      const frozen = Object.freeze({ ...before });
      const after = reduceAlarm(frozen, input(kind, 50));
      if (next === "same") {
        assert.equal(after, frozen);
        return;
      }
      assert.equal(after.state, next);
      assert.equal(after.version, before.version + 1);
      assert.equal(after.id, "zone.stop.occupied:cell".replace("zone.stop.occupied", NATURES[nature]));
    });
  }
}

test("an alarm that comes back keeps its row, counts the return and has to be acknowledged again", () => {
  const before = alarmIn("latched-acknowledged", "zone.stop.occupied");
  assert.equal(before.acknowledgedBy, "Sam");
  const after = reduceAlarm(before, { kind: "raise", at: 50 });
  assert.deepEqual(after, {
    id: "zone.stop.occupied:cell",
    definition: "zone.stop.occupied",
    source: "cell",
    state: "unacknowledged",
    version: before.version + 1,
    occurrence: before.occurrence,
    raisedAt: 50,
    returns: 1,
  });
});

test("an alarm that begins anew forgets who acknowledged it last and how often it came back", () => {
  const again = reduceAlarm(alarmIn("latched-acknowledged", "zone.stop.occupied"), input("raise", 50));
  const ended = (["clear", "acknowledge", "reset"] as const).reduce(
    (now, kind, i) => reduceAlarm(now, input(kind, 60 + i)),
    again,
  );
  assert.equal(ended.state, "normal");
  const fresh = reduceAlarm(ended, { kind: "raise", at: 90 });
  assert.equal(fresh.returns, 0);
  assert.equal(fresh.acknowledgedBy, undefined);
  assert.equal(fresh.clearedAt, undefined);
  assert.equal(fresh.detail, undefined);
  assert.equal(fresh.version, ended.version + 1, "versions of one row never repeat");
});

test("an alarm notes when it was raised, cleared and acknowledged, by whom and why", () => {
  const alarm = alarmIn("latched-acknowledged", "prot.camera.lost");
  assert.equal(alarm.raisedAt, 10);
  assert.equal(alarm.clearedAt, 11);
  assert.equal(alarm.acknowledgedAt, 12);
  assert.equal(alarm.acknowledgedBy, "Sam");
  assert.equal(alarm.detail, "why");
});

const definitionId = fc.constantFrom(...(Object.keys(ALARMS) as AlarmDefinitionId[]));
const kinds = fc.array(fc.constantFrom(...KINDS), { maxLength: 30, size: "max" });

test("the version grows by one with every change and with nothing else", () => {
  fc.assert(
    fc.property(definitionId, kinds, (definition, list) => {
      let alarm = normalAlarm(definition, "x");
      list.forEach((kind, i) => {
        const next = reduceAlarm(alarm, input(kind, i));
        if (next !== alarm) assert.notEqual(next.state, alarm.state);
        assert.equal(next.version, alarm.version + (next === alarm ? 0 : 1));
        alarm = next;
      });
    }),
  );
});

test("a latching alarm reaches normal only by reset, after clear and acknowledge", () => {
  let ends = 0;
  fc.assert(
    fc.property(definitionId, kinds, (definition, list) => {
      let alarm = normalAlarm(definition, "x");
      const { latching, ackRequired }: AlarmDefinition = ALARMS[definition];
      const since = new Set<string>();
      list.forEach((kind, i) => {
        const next = reduceAlarm(alarm, input(kind, i));
        if (next.state === "unacknowledged" && next !== alarm) since.clear();
        else since.add(kind);
        if (next.state === "normal" && alarm.state !== "normal") {
          ends++;
          assert.ok(since.has("clear"));
          if (latching || ackRequired) assert.ok(since.has("acknowledge"));
          if (latching) assert.equal(kind, "reset");
        }
        alarm = next;
      });
    }),
    { numRuns: 500 },
  );
  assert.ok(ends > 50, `the property must meet alarms that end; it met ${ends}`);
});

test("isActive() and needsAcknowledge() answer for every state", () => {
  const answers: Record<AlarmStateName, readonly [active: boolean, waits: boolean]> = {
    normal: [false, false],
    unacknowledged: [true, true],
    acknowledged: [true, false],
    "returned-unacknowledged": [false, true],
    "latched-unacknowledged": [false, true],
    "latched-acknowledged": [false, false],
  };
  for (const [state, expected] of Object.entries(answers) as [AlarmStateName, readonly boolean[]][])
    assert.deepEqual([isActive(state), needsAcknowledge(state)], expected, state);
});

/* ---- the list ---- */

function listed(definition: AlarmDefinitionId, state: AlarmStateName, raisedAt = 0): Alarm {
  return { ...normalAlarm(definition, `${state}@${raisedAt}`), state, raisedAt };
}

test("compareAlarms() puts unacknowledged first, then priority, then what is present, then the newest", () => {
  const order = [
    listed("prot.camera.lost", "unacknowledged", 9),
    listed("zone.stop.occupied", "unacknowledged", 5),
    listed("out.mismatch", "latched-unacknowledged", 8),
    listed("sys.audit.fail", "unacknowledged", 7),
    listed("sys.audit.fail", "returned-unacknowledged", 9),
    listed("zone.warn.occupied", "unacknowledged", 99),
    listed("zone.stop.occupied", "acknowledged", 3),
    listed("zone.stop.occupied", "latched-acknowledged", 4),
    listed("sys.audit.fail", "acknowledged", 90),
    listed("zone.warn.occupied", "acknowledged", 95),
  ];
  const names = (list: readonly Alarm[]): string[] => list.map(({ id }) => id);
  assert.deepEqual(names([...order].reverse().sort(compareAlarms)), names(order));
  const shuffled = order.map((_, i) => order[(i * 7) % order.length] as Alarm);
  assert.deepEqual(names(shuffled.sort(compareAlarms)), names(order));
});

test("compareAlarms() is a total order", () => {
  const states: readonly AlarmStateName[] = [
    "normal",
    "unacknowledged",
    "acknowledged",
    "returned-unacknowledged",
    "latched-unacknowledged",
    "latched-acknowledged",
  ];
  const any = fc
    .tuple(definitionId, fc.constantFrom(...states), fc.integer({ min: 0, max: 5 }))
    .map(([definition, state, at]) => listed(definition, state, at));
  fc.assert(
    fc.property(any, any, any, (a, b, c) => {
      // Math.sign, so that -0 and 0 are one.
      assert.equal(Math.sign(compareAlarms(a, b)) + Math.sign(compareAlarms(b, a)), 0);
      if (compareAlarms(a, b) <= 0 && compareAlarms(b, c) <= 0) assert.ok(compareAlarms(a, c) <= 0);
      if (needsAcknowledge(a.state) && !needsAcknowledge(b.state)) assert.ok(compareAlarms(a, b) < 0);
    }),
    { numRuns: 1_000 },
  );
});

/* ---- the catalogue ---- */

const CLAIMS = /\b(safe|safely|safety|protect\w*|guarantee\w*|fail-?safe|e-?stop)\b|\b(SIL|PL)\b/;

for (const [id, definition] of Object.entries(ALARMS) as [AlarmDefinitionId, AlarmDefinition][]) {
  test(`the catalogue's ${id} tells what is wrong and what to do, and claims nothing`, () => {
    assert.match(id, /^[a-z]+(\.[a-z]+)+$/);
    assert.ok([1, 2, 3, 4].includes(definition.priority));
    assert.match(definition.text, /^\p{Lu}.*[^.!?]$/u, "a heading without a full stop");
    assert.match(definition.response, /^\p{Lu}.*\.$/u, "an instruction with a full stop");
    for (const text of [definition.text, definition.response]) assert.doesNotMatch(text, CLAIMS);
    assert.ok(definition.onDelayMs >= 0 && definition.offDelayMs >= 0);
    if (definition.latching) {
      assert.equal(definition.ackRequired, true, "a latch is ended by acknowledge and reset");
      assert.equal(definition.onDelayMs, 0, "nothing that stops a machine waits");
      assert.equal(definition.priority, 1);
    }
  });
}

test("every cause of the guardian's own drop is told in a sentence that claims nothing", () => {
  for (const sentence of Object.values(DROP_CAUSES)) {
    assert.match(sentence, /^\p{Lu}.*[^.]$/u);
    assert.doesNotMatch(sentence, CLAIMS);
  }
});

test("alarmId() names the definition and its source", () => {
  assert.equal(alarmId("out.mismatch", "permit"), "out.mismatch:permit");
});
