/**
 * Which zones are out of the rules because it is not their time, or because a contact says that nothing can happen.
 * Only what is proven takes a zone out: an unknown clock and an unknown contact leave it in.
 */

import type { Rules } from "./rules.ts";
import { type Schedule, type Span, spanAt } from "./schedule.ts";
import { type Supervision, withEntry } from "./supervision.ts";
import type { Millis, ZoneId } from "./units.ts";
import type { ZoneCondition } from "./zone_config.ts";

/** Why a zone is out of the rules now. */
export interface Inactive {
  readonly since: Millis;
  readonly why: "schedule" | "condition";
  /** When its schedule takes it in again, Unix milliseconds. */
  readonly untilWallAt?: Millis;
}

/** The wall clock as it was last told. `trusted`: the machine follows a time server and nobody has set it since. */
export interface WallClock {
  readonly at: Millis;
  readonly wallAt: Millis;
  readonly trusted: boolean;
}

/** It is told every second; after this nobody knows the time any more. */
const CLOCK_FRESH_MS = 5_000;
/** 1 January 2100: a clock that shows more has never been set. */
const LAST_YEAR = 4_102_444_800_000;
/** Inputs are read every 100 ms; after this nobody knows what a contact says. */
const INPUT_FRESH_MS = 1_000;
/** A contact that bounces or is touched in passing takes no zone out. */
export const CONDITION_HOLDS_MS = 1_000;

/** The newest span of each schedule: it is asked ten times a second and changes a few times a day. */
const SPANS = new WeakMap<Schedule, { readonly timezone: string; readonly span: Span }>();

function span(schedule: Schedule, timezone: string, wallAt: Millis): Span {
  const known = SPANS.get(schedule);
  if (known?.timezone === timezone && known.span.fromWallAt <= wallAt && wallAt < known.span.untilWallAt)
    return known.span;
  const made = spanAt(schedule, timezone, wallAt);
  SPANS.set(schedule, { timezone, span: made });
  return made;
}

/** The time at the site now; undefined where it cannot be relied on. */
function wallNow({ clock, at }: Supervision): Millis | undefined {
  if (clock === undefined || !clock.trusted || at - clock.at > CLOCK_FRESH_MS) return undefined;
  const wallAt = clock.wallAt + (at - clock.at);
  return wallAt >= 0 && wallAt < LAST_YEAR ? wallAt : undefined;
}

/** What a contact says; anything but a reading of it that is young enough is unknown. */
export function contactOf(
  state: Supervision,
  { board, input }: ZoneCondition,
): "closed" | "open" | "unknown" {
  if (state.relay.kind !== "held") return "unknown";
  const { boards, inputs } = state.relay.report;
  const reading = inputs?.[board];
  if (boards[board]?.kind !== "ok" || reading === undefined) return "unknown";
  const age = state.at - reading.at;
  const closed = reading.closed[input - 1];
  if (!(age <= INPUT_FRESH_MS) || closed === undefined) return "unknown";
  return closed ? "closed" : "open";
}

/** Whether the zone is out of the rules by its schedule or its condition. */
export function isInactive(state: Supervision, zone: ZoneId): boolean {
  return state.inactive.has(zone);
}

/** What is not known of a zone's schedule or condition, so that it guards all the same: one sentence with the cure. */
export function doubtOf(state: Supervision, zone: Rules["zones"][number]): string | undefined {
  if (zone.schedule !== undefined && wallNow(state) === undefined)
    return `The schedule of ${zone.name} does not count: the clock follows no time server; switch that on (timedatectl set-ntp true)`;
  const { condition } = zone;
  if (condition !== undefined && contactOf(state, condition) === "unknown")
    return `The condition of ${zone.name} does not count: input ${condition.input} of board ${condition.board} cannot be read; check the board`;
  return undefined;
}

/** Takes zones out and in again by what is known now. */
export function advanceActivity(state: Supervision, rules: Rules): Supervision {
  let { inactive, closedSince } = state;
  for (const { id, schedule, condition } of rules.zones) {
    if (schedule === undefined && condition === undefined) continue;
    const closed = condition !== undefined && contactOf(state, condition) === "closed";
    const since = closed ? (closedSince.get(id) ?? state.at) : undefined;
    if (since !== closedSince.get(id)) closedSince = withOptional(closedSince, id, since);
    const held = since !== undefined && state.at - since >= CONDITION_HOLDS_MS;
    const wallAt = schedule === undefined ? undefined : wallNow(state);
    const now =
      schedule === undefined || wallAt === undefined ? undefined : span(schedule, rules.timezone, wallAt);
    inactive = withOptional(inactive, id, inactiveNow(state, id, { held, span: now }));
  }
  return inactive === state.inactive && closedSince === state.closedSince
    ? state
    : { ...state, inactive, closedSince };
}

function inactiveNow(
  state: Supervision,
  id: ZoneId,
  { held, span: now }: { readonly held: boolean; readonly span: Span | undefined },
): Inactive | undefined {
  const out = now !== undefined && !now.active;
  if (!held && !out) return undefined;
  const why = held ? "condition" : "schedule";
  const until = !held && now !== undefined ? { untilWallAt: now.untilWallAt } : {};
  const before = state.inactive.get(id);
  const same = before?.why === why && before.untilWallAt === until.untilWallAt;
  return same ? before : { since: before?.since ?? state.at, why, ...until };
}

function withOptional<K, V>(map: ReadonlyMap<K, V>, key: K, value: V | undefined): ReadonlyMap<K, V> {
  if (value !== undefined) return withEntry(map, key, value);
  if (!map.has(key)) return map;
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}
