/**
 * The walk test of one stop zone: a person goes to its points one after the other, and what the rules see and do
 * meanwhile is written down. It only watches; nothing here is asked before an output moves.
 */
import { isBypassed, isLeftOut } from "./bypass.ts";
import { footPoint } from "./geometry.ts";
import type { OutputRule, Rules } from "./rules.ts";
import { isFresh, type Supervision } from "./supervision.ts";
import type { Millis, OutputId, Point, Verdict, ZoneId } from "./units.ts";
import { distance, reachOf, walkPoints } from "./walk_points.ts";
import { isHit, NEW_ZONE } from "./zone.ts";

/** Longer than five points need; a test that was left is not open for ever. */
export const WALK_LIMIT_MS = 15 * 60_000;
/** The guardian answers within 350 ms and a contact within 300 ms more, or something is at fault. */
const DROP_LIMIT_MS = 1_000;
/** Each point some times over; further goings belong into another test. */
const ATTEMPTS_MAX = 40;

/** What one run permit did when a person entered. */
export type PermitDrop = { readonly output: OutputId } & (
  | {
      /** Read back as dropped, on every channel and by the feedback contact where one is wired. */
      readonly kind: "proven";
      /** From the capture of the first frame with the person to the read-back. */
      readonly ms: Millis;
      /** A feedback contact said so as well. */
      readonly contact: boolean;
    }
  /** Not measured: it was dropped before, or for another reason. */
  | { readonly kind: "already" }
  /** It was energised, and nothing proves that it dropped in time. */
  | { readonly kind: "failed" }
  /** Not measured: the zone was not occupied yet when the person gave up. */
  | { readonly kind: "unmeasured" }
);

/** One going to one point. A point that is repeated has several. */
export interface WalkAttempt {
  /** Its index, from 0. */
  readonly point: number;
  /** `missed`: the person stood there and says so, the box did not see them there. `skipped`: nobody went. */
  readonly outcome: "detected" | "missed" | "skipped";
  readonly reason?: string;
  readonly score?: number;
  /** Where the feet were seen. */
  readonly foot?: Point;
  readonly drops: readonly PermitDrop[];
}

type Waiting = { readonly output: OutputId; readonly kind: "waiting"; readonly readMs?: Millis };

export type WalkPhase =
  /** The zone must be proven clear before somebody enters. */
  | { readonly kind: "clearing"; readonly point: number }
  /** Nobody is in the zone. `energised`: the permits whose drop can be measured. */
  | { readonly kind: "awaiting"; readonly point: number; readonly energised: readonly OutputId[] }
  | {
      readonly kind: "entered";
      readonly point: number;
      /** Capture of the first frame that shows the person in the zone. */
      readonly enteredAt: Millis;
      /** Since when the zone counts as occupied. */
      readonly occupiedAt: Millis | undefined;
      readonly seen: { readonly score: number; readonly foot: Point } | undefined;
      readonly drops: readonly (PermitDrop | Waiting)[];
    }
  /** Every point has its result; the person may repeat one or end the test. */
  | { readonly kind: "review" }
  | { readonly kind: "ended"; readonly outcome: "passed" | "failed" }
  | { readonly kind: "ended"; readonly outcome: "cancelled"; readonly why: Cancelled };

export type Cancelled = "time" | "person" | "bypass" | "change" | "restart";

export interface WalkTest {
  readonly zone: ZoneId;
  readonly untilAt: Millis;
  readonly points: readonly Point[];
  readonly reach: number;
  /** Every run permit that follows the zone. */
  readonly permits: readonly OutputId[];
  readonly attempts: readonly WalkAttempt[];
  readonly phase: WalkPhase;
}

/** What the box knows of the zone after one step of the rules. */
export interface WalkSight {
  readonly verdict: Verdict;
  /** No frame that still counts shows anybody. */
  readonly quiet: boolean;
  /** Capture of the newest frame, where it shows somebody in the zone. */
  readonly hitAt: Millis | undefined;
  readonly people: readonly { readonly foot: Point; readonly score: number }[];
  readonly bypassed: boolean;
  readonly permits: readonly PermitSight[];
  /** When the boards were last read back. */
  readonly readAt: Millis | undefined;
}

export interface PermitSight {
  readonly id: OutputId;
  /** The rules want it so. */
  readonly wanted: boolean;
  readonly readback: "energised" | "dropped" | "unknown";
  /** Its second channel and its feedback contact, as far as there are any, say dropped. */
  readonly confirmed: boolean;
  readonly contact: boolean;
}

export type WalkInput = { readonly at: Millis } & (
  | { readonly kind: "saw"; readonly sight: WalkSight }
  /** The person stands at the point, and nothing happens. */
  | { readonly kind: "missed" }
  | { readonly kind: "skip"; readonly reason: string }
  /** Once more to a point, when every point has its result. */
  | { readonly kind: "repeat"; readonly point: number }
  /** The person has looked at the results. Ends the test only where every point has one. */
  | { readonly kind: "finish" }
  | { readonly kind: "cancel"; readonly why: Cancelled }
);

function permitsOf(rules: Rules, zone: ZoneId): readonly OutputRule[] {
  return rules.outputs.filter(({ role, zones }) => role === "run-permit" && zones.includes(zone));
}

/** Whether the zone is one that is walked: it stops a machine, by a run permit. */
export function isWalked(rules: Rules, zone: ZoneId): boolean {
  return (
    rules.zones.some(({ id, kind }) => id === zone && kind === "stop") && permitsOf(rules, zone).length > 0
  );
}

/** Why this zone cannot be walked now, one sentence each; empty where it can. */
export function walkRefusals(state: Supervision, rules: Rules, id: ZoneId): string[] {
  const zone = rules.zones.find((candidate) => candidate.id === id);
  if (zone === undefined) return [`Zone ${id} is not known`];
  const list: string[] = [];
  if (zone.kind !== "stop") list.push(`${zone.name} is no stop zone: only those are walked`);
  else if (!isWalked(rules, id)) list.push(`No run permit follows ${zone.name}: bind one under Outputs`);
  if (isBypassed(state, id)) list.push(`${zone.name} is bypassed: end the bypass first`);
  else if (isLeftOut(state, id))
    list.push(`${zone.name} does not guard now, by its times or its contact: walk it when it does`);
  if (state.ended) list.push("The box is shutting down");
  if (!state.record.writable) list.push("The record cannot be written");
  return list;
}

export function beginWalk(rules: Rules, id: ZoneId, at: Millis): WalkTest {
  const points = walkPoints(rules.zones.find((zone) => zone.id === id)?.polygon ?? []);
  return {
    zone: id,
    untilAt: at + WALK_LIMIT_MS,
    points,
    reach: reachOf(points),
    permits: permitsOf(rules, id).map((output) => output.id),
    attempts: [],
    phase: { kind: "clearing", point: 0 },
  };
}

export function sightOf(state: Supervision, rules: Rules, id: ZoneId): WalkSight | undefined {
  const rule = rules.zones.find((zone) => zone.id === id);
  if (rule === undefined) return undefined;
  const zone = state.zones.get(id) ?? NEW_ZONE;
  const watch = state.cameras.get(rule.camera);
  const detections = isFresh(state, rule.camera, rules) ? (watch?.detections ?? []) : [];
  const report = state.relay.kind === "held" ? state.relay.report : undefined;
  return {
    verdict: state.verdicts.get(id)?.verdict ?? "blind",
    quiet: zone.presence.kind !== "occupied" && !zone.hits.includes(true),
    hitAt: zone.hits[0] === true ? watch?.observedAt : undefined,
    people: detections
      .filter((detection) => isHit(rule, zone, detection))
      .map(({ box, score }) => ({ foot: footPoint(box), score })),
    bypassed: isBypassed(state, id),
    permits: permitsOf(rules, id).map((output): PermitSight => {
      const known = report?.outputs[output.id];
      const second = output.second === undefined || known?.second === "dropped";
      const contact = output.feedback !== undefined && known?.feedback === "dropped";
      return {
        id: output.id,
        wanted: state.permits.get(output.id)?.kind === "energised",
        readback: known?.readback ?? "unknown",
        confirmed: second && (output.feedback === undefined || contact),
        contact,
      };
    }),
    readAt: report?.at,
  };
}

/** The test after one input. What ended stays as it ended; time alone ends every other. */
export function advanceWalk(walk: WalkTest, input: WalkInput): WalkTest {
  const { phase } = walk;
  if (phase.kind === "ended") return walk;
  if (input.at >= walk.untilAt) return phase.kind === "review" ? finish(walk) : cancel(walk, "time");
  switch (input.kind) {
    case "saw":
      return see(walk, input.sight, input.at);
    case "missed":
      return miss(walk);
    case "skip":
      if (phase.kind === "review") return walk;
      return conclude(walk, skipped(phase, input.reason));
    case "repeat":
      if (phase.kind !== "review" || walk.points[input.point] === undefined) return walk;
      if (walk.attempts.length >= ATTEMPTS_MAX) return walk;
      return { ...walk, phase: { kind: "clearing", point: input.point } };
    case "finish":
      return phase.kind === "review" ? finish(walk) : walk;
    case "cancel":
      return cancel(walk, input.why);
  }
}

function cancel(walk: WalkTest, why: Cancelled): WalkTest {
  const { attempts } = leave(walk);
  return { ...walk, attempts, phase: { kind: "ended", outcome: "cancelled", why } };
}

function finish(walk: WalkTest): WalkTest {
  return { ...walk, phase: { kind: "ended", outcome: hasPassed(walk) ? "passed" : "failed" } };
}

/**
 * Whether every point was seen at its last going, every permit was once proven to drop, and none ever failed to.
 */
export function hasPassed({
  points,
  permits,
  attempts,
}: Pick<WalkTest, "points" | "permits" | "attempts">): boolean {
  const drops = attempts.flatMap((attempt) => attempt.drops);
  const proven = (id: OutputId): boolean =>
    drops.some(({ output, kind }) => output === id && kind === "proven");
  return (
    points.every((_, point) => attempts.findLast((one) => one.point === point)?.outcome === "detected") &&
    permits.length > 0 &&
    permits.every(proven) &&
    !drops.some(({ kind }) => kind === "failed")
  );
}

/** From the first frame with the person to the last permit's read-back; undefined where none was measured. */
export function reactionOf({ drops }: WalkAttempt): Millis | undefined {
  const measured = drops.flatMap((drop) => (drop.kind === "proven" ? [drop.ms] : []));
  return measured.length === 0 ? undefined : Math.max(...measured);
}

function conclude(walk: WalkTest, attempt: WalkAttempt): WalkTest {
  const attempts = [...walk.attempts, attempt];
  const next = walk.points.findIndex((_, point) => !attempts.some((one) => one.point === point));
  return { ...walk, attempts, phase: next < 0 ? { kind: "review" } : { kind: "clearing", point: next } };
}

type AtPoint = WalkPhase & { readonly point: number };

/** What the permits did until now. */
function dropsUntilNow(phase: AtPoint): readonly PermitDrop[] {
  if (phase.kind !== "entered") return [];
  return phase.drops.map((drop) =>
    drop.kind === "waiting" ? { output: drop.output, kind: "unmeasured" } : drop,
  );
}

function skipped(phase: AtPoint, reason: string): WalkAttempt {
  return { point: phase.point, outcome: "skipped", reason, drops: dropsUntilNow(phase) };
}

function miss(walk: WalkTest): WalkTest {
  const { phase } = walk;
  if (phase.kind !== "awaiting" && phase.kind !== "entered") return walk;
  const elsewhere = phase.kind === "entered" && phase.occupiedAt !== undefined;
  const reason = elsewhere ? { reason: "Seen in the zone, but not at the point" } : {};
  return conclude(walk, { point: phase.point, outcome: "missed", ...reason, drops: dropsUntilNow(phase) });
}

/** Somebody has left before they came to the point. It counts for nothing, but a drop that failed is never lost. */
function leave(walk: WalkTest): WalkTest {
  const { phase } = walk;
  if (phase.kind !== "entered") return walk;
  if (phase.drops.some(({ kind }) => kind === "failed"))
    return conclude(walk, skipped(phase, "Left before the point"));
  return { ...walk, phase: { kind: "clearing", point: phase.point } };
}

function see(walk: WalkTest, sight: WalkSight, at: Millis): WalkTest {
  const { phase } = walk;
  if (sight.bypassed) return cancel(walk, "bypass");
  switch (phase.kind) {
    case "clearing":
      if (sight.verdict !== "clear" || !sight.quiet) return walk;
      return { ...walk, phase: { kind: "awaiting", point: phase.point, energised: energisedIn(sight) } };
    case "awaiting":
      return awaitEntry(walk, phase, sight, at);
    case "entered":
      return follow(walk, phase, sight, at);
    case "review":
    case "ended":
      return walk;
  }
}

function energisedIn({ permits }: WalkSight): readonly OutputId[] {
  return permits.filter(({ wanted, readback }) => wanted && readback === "energised").map(({ id }) => id);
}

type Awaiting = WalkPhase & { readonly kind: "awaiting" };
type Entered = WalkPhase & { readonly kind: "entered" };

function awaitEntry(walk: WalkTest, phase: Awaiting, sight: WalkSight, at: Millis): WalkTest {
  const { point } = phase;
  if (sight.hitAt !== undefined) {
    const entered: Entered = {
      ...{ kind: "entered", point, enteredAt: sight.hitAt, occupiedAt: undefined, seen: undefined },
      drops: walk.permits.map((output) => ({
        output,
        kind: phase.energised.includes(output) ? "waiting" : "already",
      })),
    };
    return follow({ ...walk, phase: entered }, entered, sight, at);
  }
  if (sight.verdict !== "clear") return { ...walk, phase: { kind: "clearing", point } };
  const energised = energisedIn(sight);
  if (energised.join() === phase.energised.join()) return walk;
  return { ...walk, phase: { kind: "awaiting", point, energised } };
}

function follow(walk: WalkTest, phase: Entered, sight: WalkSight, at: Millis): WalkTest {
  const { point } = phase;
  if (sight.verdict === "blind" || sight.quiet) return leave(walk);
  const occupiedAt = phase.occupiedAt ?? (sight.verdict === "stop" ? at : undefined);
  const drops = phase.drops.map((drop) =>
    drop.kind === "waiting" ? dropAfter(drop, sight, { at, enteredAt: phase.enteredAt, occupiedAt }) : drop,
  );
  const there = sight.people.find(({ foot }) => distance(foot, walk.points[point] ?? [0, 0]) <= walk.reach);
  const seen = phase.seen ?? (sight.verdict === "stop" ? there : undefined);
  const settled = drops.filter((drop) => drop.kind !== "waiting");
  if (seen === undefined || settled.length < drops.length)
    return { ...walk, phase: { ...phase, occupiedAt, seen, drops } };
  const foot: Point = [rounded(seen.foot[0], 1_000), rounded(seen.foot[1], 1_000)];
  return conclude(walk, {
    ...{ point, outcome: "detected", score: rounded(seen.score, 100), foot, drops: settled },
  });
}

/** A drop counts for this zone only where the zone was occupied when it came. */
function dropAfter(
  drop: Waiting,
  sight: WalkSight,
  time: { readonly at: Millis; readonly enteredAt: Millis; readonly occupiedAt: Millis | undefined },
): PermitDrop | Waiting {
  const { output } = drop;
  const permit = sight.permits.find(({ id }) => id === output);
  if (time.occupiedAt === undefined) return permit?.wanted === true ? drop : { output, kind: "already" };
  const dropped = permit?.readback === "dropped" && sight.readAt !== undefined;
  const readMs = dropped ? (drop.readMs ?? (sight.readAt ?? 0) - time.enteredAt) : drop.readMs;
  if (dropped && readMs !== undefined && permit.confirmed)
    return { output, kind: "proven", ms: rounded(readMs, 10), contact: permit.contact };
  if (time.at - time.occupiedAt > DROP_LIMIT_MS) return { output, kind: "failed" };
  return readMs === undefined ? drop : { ...drop, readMs };
}

function rounded(value: number, parts: number): number {
  return Math.round(value * parts) / parts;
}
