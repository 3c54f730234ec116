/** What each kind of fact is in the audit trail and in the log. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { normalAlarm } from "../../../server/domain/alarm.ts";
import type { Fact } from "../../../server/domain/fact.ts";
import { entriesOf, type JournalEntry, logFacts } from "../../../server/journal.ts";
import { logbook } from "./logbook.ts";

const ALARM = {
  ...normalAlarm("prot.camera.lost", "front", 3),
  state: "unacknowledged",
  returns: 1,
} as const;

const FACTS: readonly (readonly [Fact, object | undefined, level: string, line: object])[] = [
  [
    {
      at: 5,
      kind: "output-changed",
      output: "permit",
      from: "energised",
      to: "dropped",
      demand: "dropped",
      why: "w",
      cycle: 7,
    },
    {
      action: "output.dropped",
      object: { type: "output", id: "permit" },
      before: { readback: "energised" },
      after: { readback: "dropped", demand: "dropped", cycle: 7 },
      reason: "w",
      result: "ok",
    },
    "info",
    { msg: "output changed", output: "permit", cycle: 7, from: "energised", to: "dropped", why: "w" },
  ],
  [
    {
      at: 5,
      kind: "output-changed",
      output: "permit",
      from: "energised",
      to: "unknown",
      demand: "dropped",
      why: "w",
      cycle: 7,
    },
    {
      action: "output.unknown",
      object: { type: "output", id: "permit" },
      before: { readback: "energised" },
      after: { readback: "unknown", demand: "dropped", cycle: 7 },
      reason: "w",
      result: "failed",
    },
    "info",
    { msg: "output changed", to: "unknown" },
  ],
  [
    {
      ...{ at: 5, kind: "alarm-changed", from: "normal", event: "raise", firstOut: true },
      alarm: { ...ALARM, detail: "No answer" },
    },
    {
      action: "alarm.unacknowledged",
      object: { type: "alarm", id: "prot.camera.lost:front" },
      before: { state: "normal" },
      after: { event: "raise", state: "unacknowledged", version: 3, returns: 1, priority: 1, firstOut: true },
      reason: "No answer",
      correlation: "prot.camera.lost:front@3",
    },
    "info",
    { msg: "alarm changed", alarm: "prot.camera.lost:front", from: "normal", to: "unacknowledged" },
  ],
  [
    {
      ...{ at: 5, kind: "alarm-changed", from: "latched-acknowledged", event: "raise", firstOut: false },
      alarm: ALARM,
    },
    {
      action: "alarm.unacknowledged",
      object: { type: "alarm", id: "prot.camera.lost:front" },
      before: { state: "latched-acknowledged" },
      after: { event: "raise", state: "unacknowledged", version: 3, returns: 1, priority: 1 },
      correlation: "prot.camera.lost:front@3",
    },
    "info",
    { msg: "alarm changed" },
  ],
  [
    {
      ...{ at: 5, kind: "alarm-changed", from: "unacknowledged", event: "acknowledge", firstOut: false },
      alarm: { ...ALARM, state: "acknowledged", acknowledgedBy: "Sam" },
    },
    {
      action: "alarm.acknowledged",
      object: { type: "alarm", id: "prot.camera.lost:front" },
      before: { state: "unacknowledged" },
      after: { event: "acknowledge", state: "acknowledged", version: 3, returns: 1, priority: 1, by: "Sam" },
      correlation: "prot.camera.lost:front@3",
    },
    "info",
    { msg: "alarm changed" },
  ],
  [
    {
      ...{ at: 5, kind: "alarm-hidden", alarm: ALARM },
      hiding: { as: "out-of-service", by: "Max", reason: "repair", untilAt: 60_005 },
    },
    {
      action: "alarm.out-of-service",
      object: { type: "alarm", id: "prot.camera.lost:front" },
      after: { by: "Max", forMs: 60_000 },
      reason: "repair",
      correlation: "prot.camera.lost:front@3",
    },
    "warn",
    { msg: "alarm is taken from the list", as: "out-of-service", by: "Max" },
  ],
  ...(["shelved", "out-of-service"] as const).map((was): (typeof FACTS)[number] => [
    { at: 5, kind: "alarm-hidden", alarm: ALARM, was, ended: was === "shelved" ? "time" : "restart" },
    {
      action: was === "shelved" ? "alarm.unshelved" : "alarm.in-service",
      object: { type: "alarm", id: "prot.camera.lost:front" },
      reason: was === "shelved" ? "time" : "restart",
      correlation: "prot.camera.lost:front@3",
    },
    "info",
    { msg: "alarm is listed again" },
  ]),
  [
    { at: 5, kind: "alarm-suppressed", alarm: ALARM, by: "prot.detector.stalled:detector" },
    {
      action: "alarm.suppressed",
      object: { type: "alarm", id: "prot.camera.lost:front" },
      after: { by: "prot.detector.stalled:detector" },
      correlation: "prot.camera.lost:front@3",
    },
    "info",
    { msg: "suppression of an alarm changed" },
  ],
  [
    { at: 5, kind: "alarm-suppressed", alarm: ALARM },
    {
      action: "alarm.unsuppressed",
      object: { type: "alarm", id: "prot.camera.lost:front" },
      correlation: "prot.camera.lost:front@3",
    },
    "info",
    { msg: "suppression of an alarm changed" },
  ],
  [
    { at: 5, kind: "alarm-commented", alarm: ALARM, by: "Kim", text: "The cable is loose" },
    {
      action: "alarm.commented",
      object: { type: "alarm", id: "prot.camera.lost:front" },
      after: { by: "Kim" },
      reason: "The cable is loose",
      correlation: "prot.camera.lost:front@3",
    },
    "info",
    { msg: "alarm has a comment", by: "Kim" },
  ],
  [
    { at: 5, kind: "guardian-dropped", cause: "lease" },
    { action: "guardian.dropped", after: { cause: "lease" }, result: "failed" },
    "warn",
    { msg: "guardian dropped every output", cause: "lease" },
  ],
  [
    { at: 5, kind: "relay-link-changed", link: "lost", why: "The guardian ended" },
    { action: "guardian.lost", reason: "The guardian ended", result: "failed" },
    "warn",
    { msg: "guardian is lost", why: "The guardian ended" },
  ],
  [
    { at: 5, kind: "relay-link-changed", link: "held" },
    { action: "guardian.held", result: "ok" },
    "info",
    { msg: "guardian holds the outputs" },
  ],
  [
    { at: 5, kind: "verdict-changed", zone: "cell", camera: "front", cycle: 7, from: "clear", to: "stop" },
    undefined,
    "info",
    { msg: "verdict changed", zone: "cell", camera: "front", cycle: 7, from: "clear", to: "stop" },
  ],
  [
    { at: 5, kind: "camera-changed", camera: "front", state: { kind: "idle" } },
    undefined,
    "info",
    { msg: "camera changed", camera: "front", state: "idle" },
  ],
  [
    {
      at: 5,
      kind: "camera-changed",
      camera: "front",
      state: { kind: "error", why: "lost", message: "No answer", attempt: 2, since: 5, retryAt: 9 },
    },
    undefined,
    "warn",
    { msg: "camera is in error", camera: "front", why: "lost", message: "No answer", attempt: 2 },
  ],
  [
    { at: 5, kind: "cycle-begun", cycle: 7, by: "Sam" },
    { action: "cycle.begun", object: { type: "cycle", id: "7" }, after: { by: "Sam" } },
    "info",
    { msg: "machine cycle begun", cycle: 7, by: "Sam" },
  ],
  [
    { at: 5, kind: "cycle-ended", cycle: 7, why: "A person is in Cell" },
    { action: "cycle.ended", object: { type: "cycle", id: "7" }, reason: "A person is in Cell" },
    "info",
    { msg: "machine cycle ended", cycle: 7, why: "A person is in Cell" },
  ],
  [
    {
      at: 5,
      kind: "bypass-changed",
      zone: "cell",
      bypass: { by: "Sam", reason: "cleaning", untilAt: 600_005 },
    },
    {
      action: "bypass.begun",
      object: { type: "zone", id: "cell" },
      after: { by: "Sam", reason: "cleaning", forMs: 600_000 },
      reasonCode: "cleaning",
    },
    "warn",
    { msg: "zone is bypassed", zone: "cell", by: "Sam", reason: "cleaning" },
  ],
  [
    { at: 5, kind: "bypass-changed", zone: "cell", ended: "time" },
    { action: "bypass.ended", object: { type: "zone", id: "cell" }, reason: "time" },
    "info",
    { msg: "bypass ended", zone: "cell", by: "time" },
  ],
  [
    {
      at: 5,
      kind: "output-test-changed",
      output: "horn",
      test: { by: "Sam", drive: "energised", untilAt: 2_005 },
    },
    {
      action: "output-test.begun",
      object: { type: "output", id: "horn" },
      after: { by: "Sam", drive: "energised", forMs: 2_000 },
    },
    "info",
    { msg: "output is tested", output: "horn", by: "Sam", drive: "energised" },
  ],
  [
    { at: 5, kind: "output-test-changed", output: "horn", ended: "trip" },
    { action: "output-test.ended", object: { type: "output", id: "horn" }, reason: "trip" },
    "info",
    { msg: "output test ended", output: "horn", by: "trip" },
  ],
  [
    { at: 5, kind: "detector-changed", state: { kind: "ready", warmupMs: 3 } },
    undefined,
    "info",
    { msg: "detector changed", kind: "ready", warmupMs: 3 },
  ],
  [
    { at: 5, kind: "detector-changed", state: { kind: "ready", warmupMs: 3, fallback: "On the processor" } },
    { action: "detector.fallback", reason: "On the processor" },
    "info",
    { msg: "detector changed", kind: "ready", warmupMs: 3, fallback: "On the processor" },
  ],
  [
    { at: 5, kind: "detector-changed", state: { kind: "failed", why: "Install it again" } },
    undefined,
    "error",
    { msg: "detector failed", why: "Install it again" },
  ],
];

/** The kind and what tells it from others of its kind. */
function nameOf(fact: Fact): string {
  switch (fact.kind) {
    case "output-changed":
    case "verdict-changed":
      return `${fact.kind} ${fact.to}`;
    case "relay-link-changed":
      return `${fact.kind} ${fact.link}`;
    case "camera-changed":
    case "detector-changed":
      return `${fact.kind} ${fact.state.kind}`;
    case "alarm-changed":
      return `${fact.kind} from ${fact.from}, first out ${fact.firstOut}, to ${fact.alarm.state}`;
    case "alarm-hidden":
      return `${fact.kind} ${fact.hiding?.as ?? fact.was} ${fact.ended ?? "begun"}`;
    case "alarm-suppressed":
      return `${fact.kind} ${fact.by ?? "ended"}`;
    case "alarm-commented":
      return fact.kind;
    case "guardian-dropped":
      return `${fact.kind} ${fact.cause}`;
    case "bypass-changed":
    case "output-test-changed":
      return `${fact.kind} ${fact.ended ?? "begun"}`;
    case "cycle-begun":
    case "cycle-ended":
      return fact.kind;
    case "activity-changed":
      return `${fact.kind} ${fact.inactive === undefined ? "active" : "inactive"}`;
    default:
      return fact satisfies never;
  }
}

for (const [fact, entry, level, line] of FACTS) {
  const what = nameOf(fact);

  test(`${what} ${entry === undefined ? "is no row of the trail" : "is one row of the trail"}`, () => {
    const before = Date.now();
    const made = entriesOf([fact]);
    if (entry === undefined) {
      assert.deepEqual(made, []);
      return;
    }
    assert.equal(made.length, 1);
    const { wallAt, ...rest } = made[0] as JournalEntry;
    assert.ok(wallAt >= before && wallAt <= Date.now());
    assert.deepEqual(rest, { ...entry, actor: { type: "system", id: "palisade" }, monoMs: 5 });
    assert.deepEqual(JSON.parse(JSON.stringify(rest)), rest, "a row is JSON");
  });

  test(`${what} is one line of the log, ${level}`, () => {
    const { log, lines } = logbook();
    logFacts([fact], log);
    assert.equal(lines().length, 1);
    const found = lines()[0] ?? {};
    assert.equal(found.level, level);
    for (const [key, value] of Object.entries(line)) assert.deepEqual(found[key], value, key);
  });
}

test("several facts keep their order in trail and log", () => {
  const facts = FACTS.map(([fact]) => fact);
  assert.deepEqual(
    entriesOf(facts).map(({ action }) => action),
    FACTS.flatMap(([, entry]) => (entry === undefined ? [] : [(entry as { action: string }).action])),
  );
  const { log, lines } = logbook();
  logFacts(facts, log);
  assert.deepEqual(
    lines().map(({ msg }) => msg),
    FACTS.map(([, , , line]) => (line as { msg: string }).msg),
  );
});
