/**
 * Random events against a second, independent account of the alarm's life: bits and the table of states they stand
 * for, where the rules have state names and the table of steps. ALARM_STEPS=1000000 runs the long way.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { needsAcknowledge } from "../../../server/domain/alarm.ts";
import { alarmViews } from "../../../server/domain/alarm_list.ts";
import { listedState } from "../../../server/domain/annunciation.ts";
import { EMPTY_CONFIG } from "../../../server/domain/config.ts";
import { compileRules } from "../../../server/domain/rules.ts";
import { type Input, supervise } from "../../../server/domain/supervise.ts";
import { initialSupervision } from "../../../server/domain/supervision.ts";

const STEPS = Number(process.env.ALARM_STEPS ?? 40_000);
const MINUTE = 60_000;

interface Bits {
  readonly latches: boolean;
  readonly wantsAcknowledge: boolean;
  readonly offDelay: number;
  readonly longestShelf: number;
  readonly service: boolean;
  readonly anewAfter: number;
  present: boolean;
  goneAt: number | undefined;
  listed: boolean;
  active: boolean;
  acked: boolean;
  ackedAt: number;
  hidden: { as: "shelved" | "out-of-service"; until: number } | undefined;
  raises: number;
}

const bits = (of: Partial<Bits>): Bits => ({
  latches: false,
  wantsAcknowledge: false,
  offDelay: 0,
  longestShelf: 0,
  service: true,
  anewAfter: 8 * 60 * MINUTE,
  present: false,
  goneAt: undefined,
  listed: false,
  active: false,
  acked: true,
  ackedAt: 0,
  hidden: undefined,
  raises: 0,
  ...of,
});

/** What a box without cameras and outputs can raise; the figures are written down here a second time. */
const catalogue = (): Map<string, Bits> =>
  new Map([
    [
      "sys.audit.fail:record",
      bits({ wantsAcknowledge: true, offDelay: 5_000, longestShelf: 480, anewAfter: 60 * MINUTE }),
    ],
    ["test.overdue:relay", bits({ longestShelf: 480 })],
    ["test.overdue:proof", bits({ longestShelf: 480 })],
    ["test.overdue.long:walk", bits({ longestShelf: 480, anewAfter: 240 * MINUTE })],
    [
      "prot.detector.stalled:detector",
      bits({ latches: true, wantsAcknowledge: true, offDelay: 5_000, anewAfter: 30 * MINUTE }),
    ],
    [
      "op.stop.requested:panel",
      bits({ latches: true, wantsAcknowledge: true, service: false, anewAfter: 30 * MINUTE }),
    ],
  ]);

function stateOf(it: Bits): string {
  if (it.hidden !== undefined) return it.hidden.as;
  if (!it.listed) return "normal";
  if (it.active) return it.acked ? "acknowledged" : "unacknowledged";
  if (it.latches) return it.acked ? "latched-acknowledged" : "latched-unacknowledged";
  return "returned-unacknowledged";
}

function acknowledge(it: Bits, at: number): void {
  if (!it.listed || it.acked) return;
  it.acked = true;
  it.ackedAt = at;
  if (!it.active && !it.latches) it.listed = false;
}

/** What time and the conditions bring, before anybody's command. */
function pass(all: Map<string, Bits>, at: number): void {
  for (const it of all.values()) {
    if (it.present) {
      it.goneAt = undefined;
      if (!it.active) Object.assign(it, { active: true, acked: false, listed: true, raises: it.raises + 1 });
    } else {
      it.goneAt ??= at;
      if (it.active && at - it.goneAt >= it.offDelay) {
        it.active = false;
        it.listed = it.latches || (it.wantsAcknowledge && !it.acked);
      }
    }
    if (it.hidden !== undefined && it.hidden.until <= at) bringBack(it);
    if (it.hidden === undefined && it.active && it.acked && at - it.ackedAt >= it.anewAfter) it.acked = false;
  }
}

function bringBack(it: Bits): void {
  it.hidden = undefined;
  if (it.active) it.acked = false;
}

function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

test(`${STEPS} random events leave every alarm in the state that its bits say`, () => {
  const random = chance(20_261_121);
  const among = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const rules = compileRules({ ...EMPTY_CONFIG }, 0.5);
  let state = initialSupervision(rules, 0);
  let at = 0;
  const model = catalogue();
  const ids = [...model.keys()];
  const bit = (id: string): Bits => model.get(id) as Bits;
  let firstOut: string | undefined;
  const seen = new Map<string, number>();
  for (let step = 0; step < STEPS; step++) {
    at += among([
      0,
      100,
      100,
      100,
      1_000,
      5_000,
      61_000,
      31 * MINUTE,
      ...(random() < 0.05 ? [9 * 60 * MINUTE] : []),
    ]);
    const id = among(ids);
    const version = state.alarms.get(id)?.alarm.version ?? 0;
    const stale = random() < 0.2;
    // A reset ends it at once; whatever trips after that is the first.
    const wasListed = firstOut !== undefined && bit(firstOut).listed;
    const raised = new Map([...model].map(([name, it]) => [name, it.raises]));
    bit("op.stop.requested:panel").present = false;
    const input = ((): Input => {
      switch (
        among([
          "tick",
          "record",
          "overdue",
          "overdue",
          "detector",
          "stop",
          "ack",
          "ack",
          "silence",
          "reset",
          "hide",
          "hide",
          "back",
          "comment",
        ])
      ) {
        case "record": {
          const writable = random() < 0.5;
          bit("sys.audit.fail:record").present = !writable;
          return { at, kind: "record", writable };
        }
        case "overdue": {
          const due = (["relay", "proof"] as const).filter(() => random() < 0.5);
          const long = random() < 0.5;
          for (const name of ["relay", "proof"] as const)
            bit(`test.overdue:${name}`).present = due.includes(name);
          bit("test.overdue.long:walk").present = long;
          const overdue = [
            ...due.map((test) => ({ test, message: "m" })),
            ...(long ? [{ test: "walk" as const, message: "m", long }] : []),
          ];
          return { at, kind: "maintenance", overdue, worn: [] };
        }
        case "detector": {
          const fails = random() < 0.5;
          bit("prot.detector.stalled:detector").present = fails;
          return {
            at,
            kind: "detector",
            state: fails ? { kind: "failed", why: "w" } : { kind: "ready", warmupMs: 1 },
          };
        }
        case "stop":
          bit("op.stop.requested:panel").present = true;
          return { at, kind: "stop-request", by: "panel" };
        case "ack":
          return {
            at,
            kind: "acknowledge",
            alarm: id,
            by: "Kim",
            ...(stale ? { version: version - 1 } : {}),
          };
        case "silence":
          return { at, kind: "silence", by: "Kim" };
        case "reset":
          return { at, kind: "reset", by: "Sam" };
        case "hide": {
          const as = among(["shelved", "out-of-service"] as const);
          const minutes = among([0.5, 1, 30, 480, 600, 7 * 24 * 60, 8 * 24 * 60]);
          const order = { alarm: id, as, reason: among(["known", ""]), untilAt: at + minutes * MINUTE };
          return { at, kind: "hide-alarm", by: "Sam", ...order, ...(stale ? { version: version - 1 } : {}) };
        }
        case "back":
          return { at, kind: "bring-back-alarm", alarm: id, by: "Sam" };
        case "comment":
          return { at, kind: "comment", alarm: id, text: "Looked at it", by: "Kim" };
        default:
          return { at, kind: "tick" };
      }
    })();
    state = supervise(state, input, rules);
    pass(model, at);
    const fresh = ids.filter((name) => bit(name).latches && bit(name).raises > (raised.get(name) ?? 0));
    const isListed = (name: string | undefined): boolean => name !== undefined && bit(name).listed;
    if (!wasListed) firstOut = fresh[0];
    // The version named is always a wrong one: such an order does nothing.
    const it = bit(id);
    const isStale = "version" in input;
    if (input.kind === "acknowledge" && !isStale) acknowledge(it, at);
    if (input.kind === "bring-back-alarm" && it.hidden !== undefined) bringBack(it);
    if (input.kind === "reset") {
      const acked = ids.filter((name) => stateOfBeneath(bit(name)) === "latched-acknowledged");
      for (const name of acked) bit(name).listed = false;
    }
    if (
      input.kind === "hide-alarm" &&
      !isStale &&
      it.listed &&
      it.hidden === undefined &&
      input.reason !== ""
    ) {
      const lasts = (input.untilAt - at) / MINUTE;
      const shelved = ids.filter((name) => bit(name).hidden?.as === "shelved").length;
      const longest = input.as === "shelved" ? it.longestShelf : it.service ? 7 * 24 * 60 : 0;
      if (lasts >= 1 && lasts <= longest && (input.as !== "shelved" || shelved < 5))
        it.hidden = { as: input.as, until: input.untilAt };
    }
    if (isListed(state.firstOut) || isListed(firstOut))
      assert.equal(state.firstOut, firstOut, `step ${step}`);
    for (const name of ids) {
      const alarm = state.alarms.get(name)?.alarm;
      const says = alarm === undefined ? "normal" : listedState(state, alarm);
      assert.equal(says, stateOf(bit(name)), `${name} at step ${step} after ${JSON.stringify(input)}`);
      seen.set(`${says} ${input.kind}`, (seen.get(`${says} ${input.kind}`) ?? 0) + 1);
    }
    if (step % 500 === 0) checkList();
  }
  function stateOfBeneath(it: Bits): string {
    return stateOf({ ...it, hidden: undefined });
  }
  function checkList(): void {
    const { alarms, hidden } = alarmViews(state, rules, (when) => when);
    for (const { id, state: says } of [...alarms, ...hidden]) assert.equal(says, stateOf(bit(id)));
    assert.equal(alarms.length + hidden.length, ids.filter((name) => stateOf(bit(name)) !== "normal").length);
    const waits = alarms.map((alarm) => needsAcknowledge(alarm.state));
    assert.ok(
      waits.lastIndexOf(true) < (waits.indexOf(false) === -1 ? waits.length : waits.indexOf(false)) ||
        !waits.includes(true),
    );
  }
  const met = (word: string): number =>
    [...seen].reduce((sum, [key, n]) => sum + (key.startsWith(`${word} `) ? n : 0), 0);
  for (const word of [
    "unacknowledged",
    "acknowledged",
    "returned-unacknowledged",
    "latched-unacknowledged",
    "latched-acknowledged",
    "shelved",
    "out-of-service",
  ])
    assert.ok(met(word) > STEPS / 300, `the events must meet ${word}; they met it ${met(word)} times`);
});
