/**
 * The one function that decides: supervise(state, input, rules) -> state. No clock, no I/O; time is in the input.
 * Everything the box knows comes in here, everything it does is read off the result.
 */
import { advanceActivity, type WallClock } from "./activity.ts";
import { acknowledge, advanceAlarms, resetAlarms } from "./annunciate.ts";
import { advanceAnnunciation, bringBack, comment, type HideRequest, hide } from "./annunciation.ts";
import { type BypassRequest, beginBypass, endBypasses } from "./bypass.ts";
import type { CameraState } from "./camera.ts";
import { observeCount } from "./count.ts";
import { advanceCycle } from "./cycle.ts";
import { advancePulses, demandOf } from "./demand.ts";
import type { DetectorState, Observation } from "./eye.ts";
import { dropPermits, refusals, resetPermits } from "./interlock.ts";
import { beginTest, endTest, endTests, endTestsOnTrip, type OutputTestRequest } from "./output_test.ts";
import type { RelayLinkState } from "./relay.ts";
import type { Rules } from "./rules.ts";
import {
  type CameraWatch,
  isFresh,
  type Maintenance,
  type Supervision,
  type Trouble,
  withEntry,
} from "./supervision.ts";
import { advanceTracks } from "./track.ts";
import type { Trust } from "./trust.ts";
import { assertNever, type CameraId, type Millis, type OutputId, type ZoneId } from "./units.ts";
import { loseZone, NEW_ZONE, observeZone, verdictOf } from "./zone.ts";

/** Processes of one machine agree on the time to about this much. */
const CLOCK_TOLERANCE_MS = 50;

export type Input = { readonly at: Millis } & (
  | { readonly kind: "tick" }
  | { readonly kind: "observed"; readonly observation: Observation }
  | { readonly kind: "camera"; readonly camera: CameraId; readonly state: CameraState }
  | { readonly kind: "trust"; readonly camera: CameraId; readonly trust: Trust }
  | { readonly kind: "detector"; readonly state: DetectorState }
  /** Why the camera is looked at too seldom for its zones; without a why it no longer is. */
  | { readonly kind: "overload"; readonly camera: CameraId; readonly why?: string }
  | { readonly kind: "relay"; readonly state: RelayLinkState }
  /** Whether the audit trail can be written. */
  | { readonly kind: "record"; readonly writable: boolean; readonly why?: string }
  | {
      readonly kind: "acknowledge";
      readonly alarm: string;
      /** The version the person saw; another one is ignored. */
      readonly version?: number;
      readonly by: string;
    }
  | { readonly kind: "silence"; readonly by: string }
  /** Somebody tries PINs. */
  | { readonly kind: "guessing"; readonly why: string }
  /** Fed only after its audit row is committed. */
  | ({ readonly kind: "hide-alarm"; readonly by: string } & HideRequest)
  | { readonly kind: "bring-back-alarm"; readonly alarm: string; readonly by: string }
  | { readonly kind: "comment"; readonly alarm: string; readonly text: string; readonly by: string }
  /** The box, or this configuration of it, ends: everything drops and nothing comes back. */
  | { readonly kind: "shutdown" }
  | { readonly kind: "stop-request"; readonly by: string }
  /** Fed only after its audit row is committed: it is the one input that may energise a permit. */
  | { readonly kind: "reset"; readonly by: string }
  /** Fed only after its audit row is committed. */
  | ({ readonly kind: "bypass"; readonly by: string } & BypassRequest)
  | { readonly kind: "bypass-end"; readonly zone: ZoneId; readonly by: string }
  /** Fed only after its audit row is committed. */
  | ({ readonly kind: "output-test"; readonly by: string } & OutputTestRequest)
  | { readonly kind: "output-test-end"; readonly output: OutputId; readonly by: string }
  | ({ readonly kind: "maintenance" } & Maintenance)
  /** What the wall clock shows: for schedules, and for nothing else. */
  | ({ readonly kind: "clock" } & Pick<WallClock, "wallAt" | "trusted">)
);

/** The next state. Never throws on any sequence of inputs; time that runs backwards is held still. */
export function supervise(before: Supervision, input: Input, rules: Rules): Supervision {
  const at = Math.max(before.at, input.at);
  const told = take(
    { ...before, at, stopRequested: input.kind === "stop-request", guessing: guessed(input) },
    input,
    rules,
  );
  const timed = endTests(endBypasses(told), rules);
  const alarmed = advanceAlarms(judge(advanceActivity(timed, rules), rules), rules);
  const judged = advanceAnnunciation(before, alarmed);
  const commanded = command(judged, input, rules);
  const dropped = dropPermits(commanded, rules);
  const pulsed = advancePulses(before, endTestsOnTrip(commanded, dropped), rules);
  const settled = advanceCycle(before, pulsed, input.kind === "reset" ? input.by : undefined);
  return { ...settled, demand: demandOf(settled, rules) };
}

const guessed = (input: Input): string | undefined => (input.kind === "guessing" ? input.why : undefined);

/** Notes what the input tells. */
function take(state: Supervision, input: Input, rules: Rules): Supervision {
  switch (input.kind) {
    case "observed":
      return observe(state, input.observation, rules);
    case "camera":
      return takeCamera(state, input.camera, input.state);
    case "trust":
      return takeTrust(state, input.camera, input.trust);
    case "detector":
      return { ...state, detector: input.state, detectorSince: state.at };
    case "overload":
      return takeOverload(state, input.camera, input.why);
    case "relay":
      return { ...state, relay: input.state, relayHeld: state.relayHeld || input.state.kind === "held" };
    case "record":
      return {
        ...state,
        record: { writable: input.writable, ...(input.why === undefined ? {} : { why: input.why }) },
      };
    case "shutdown":
      return { ...state, ended: true };
    // Before the zones are judged, so that the very same step goes by it.
    case "bypass":
      return beginBypass(state, rules, input);
    case "bypass-end":
      return endBypasses(state, input.zone);
    case "output-test-end":
      return endTest(state, input.output);
    case "maintenance": {
      const { kind: _, at: __, ...maintenance } = input;
      return { ...state, maintenance };
    }
    case "clock":
      return { ...state, clock: { at: state.at, wallAt: input.wallAt, trusted: input.trusted } };
    case "output-test":
    case "tick":
    case "acknowledge":
    case "silence":
    case "guessing":
    case "hide-alarm":
    case "bring-back-alarm":
    case "comment":
    case "stop-request":
    case "reset":
      return state;
    default:
      return assertNever(input);
  }
}

function takeCamera(state: Supervision, id: CameraId, to: CameraState): Supervision {
  const watch = state.cameras.get(id);
  if (watch === undefined) return state;
  const next: CameraWatch = {
    ...watch,
    state: to,
    trouble: troubleOf(watch, to),
    runningSince: to.kind === "running" ? (watch.runningSince ?? state.at) : undefined,
    detections: to.kind === "running" ? watch.detections : [],
    overload: to.kind === "running" ? watch.overload : undefined,
    // Its next run has to prove itself anew; a fault stays until a picture disproves it.
    trust:
      to.kind !== "running" && watch.trust.kind === "trusted"
        ? { kind: "proving", since: state.at }
        : watch.trust,
  };
  return { ...state, cameras: withEntry(state.cameras, id, next) };
}

function troubleOf(watch: CameraWatch, to: CameraState): Trouble | undefined {
  switch (to.kind) {
    case "running":
      return undefined;
    case "error":
      return { why: to.why, message: to.message };
    case "starting":
      return watch.trouble;
    case "idle":
    case "stopping":
      return to.kind === "idle" && watch.state.kind === "idle"
        ? watch.trouble
        : { why: "stopped", message: "It was stopped by a person" };
    default:
      return assertNever(to);
  }
}

function takeTrust(state: Supervision, id: CameraId, trust: Trust): Supervision {
  const watch = state.cameras.get(id);
  if (watch === undefined) return state;
  return { ...state, cameras: withEntry(state.cameras, id, { ...watch, trust }) };
}

function takeOverload(state: Supervision, id: CameraId, overload: string | undefined): Supervision {
  const watch = state.cameras.get(id);
  if (watch === undefined) return state;
  return { ...state, cameras: withEntry(state.cameras, id, { ...watch, overload }) };
}

/** Takes an observation that is young enough and newer than the last; any other says nothing. */
function observe(state: Supervision, observation: Observation, rules: Rules): Supervision {
  const watch = state.cameras.get(observation.camera);
  const rule = rules.cameras.find((camera) => camera.id === observation.camera);
  if (watch === undefined || rule === undefined) return state;
  const { capturedAt } = observation;
  const age = state.at - capturedAt;
  const newer = watch.observedAt === undefined || capturedAt > watch.observedAt;
  if (!Number.isFinite(capturedAt) || age < -CLOCK_TOLERANCE_MS || !newer || age > rule.staleMs) {
    return { ...state, cameras: withEntry(state.cameras, rule.id, { ...watch, late: watch.late + 1 }) };
  }
  // Frames that were lost in between count as unknown: the run of empty frames begins again.
  const gap = watch.observedAt !== undefined && capturedAt - watch.observedAt > rule.staleMs;
  const zones = new Map(state.zones);
  for (const zone of rules.zones) {
    if (zone.camera !== rule.id) continue;
    const known = zones.get(zone.id) ?? NEW_ZONE;
    zones.set(zone.id, observeZone(gap ? loseZone(known) : known, zone, observation));
  }
  const { detections } = observation;
  let { counts } = state;
  for (const count of rules.counts)
    if (count.camera === rule.id)
      counts = withEntry(counts, count.id, observeCount(counts.get(count.id) ?? [], count, detections));
  const tracks = advanceTracks(watch.tracks, detections, capturedAt, rules.threshold);
  const next: CameraWatch = { ...watch, observedAt: capturedAt, detections, tracks };
  return { ...state, zones, counts, cameras: withEntry(state.cameras, rule.id, next) };
}

/** Turns what is known, and what is not known any more, into a verdict for every zone. */
function judge(state: Supervision, rules: Rules): Supervision {
  let { zones, verdicts } = state;
  for (const rule of rules.zones) {
    const fresh = isFresh(state, rule.camera, rules);
    const known = zones.get(rule.id) ?? NEW_ZONE;
    const zone = fresh ? known : loseZone(known);
    zones = withEntry(zones, rule.id, zone);
    const verdict = verdictOf(zone, rule, fresh);
    if (verdicts.get(rule.id)?.verdict !== verdict)
      verdicts = withEntry(verdicts, rule.id, { verdict, since: state.at });
  }
  return zones === state.zones && verdicts === state.verdicts ? state : { ...state, zones, verdicts };
}

/** Carries out what a person asked for. Acknowledge, silence, stop and reset share no effect. */
function command(state: Supervision, input: Input, rules: Rules): Supervision {
  switch (input.kind) {
    case "acknowledge":
      return { ...state, alarms: acknowledge(state, input) };
    case "silence":
      return { ...state, silencedAt: state.at };
    case "hide-alarm":
      return hide(state, rules, input);
    case "bring-back-alarm":
      return bringBack(state, input.alarm);
    case "comment":
      return comment(state, input);
    case "output-test":
      return beginTest(state, rules, input);
    case "reset":
      return refusals(state, rules).length > 0 ? state : resetPermits(resetAlarms(state), rules);
    default:
      return state;
  }
}
