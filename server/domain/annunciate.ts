/** Which alarm conditions are present, and what their delays make of them. */
import {
  ALARMS,
  type AlarmDefinition,
  type AlarmDefinitionId,
  alarmId,
  normalAlarm,
  reduceAlarm,
} from "./alarm.ts";
import { isUnlooked } from "./alarm_past.ts";
import { CHATTER_COUNT } from "./alarm_policy.ts";
import { isLeftOut } from "./bypass.ts";
import { needsPerson } from "./camera.ts";
import type { DropCause } from "./relay.ts";
import type { CameraRule, Rules } from "./rules.ts";
import { isTestOverdue, selfTestFault } from "./self_test.ts";
import { type AlarmTrack, isLookedAt, type Supervision } from "./supervision.ts";
import type { Millis, OutputId } from "./units.ts";
import { isOccupied, NEW_ZONE, type ZoneKind } from "./zone.ts";

interface Condition {
  readonly definition: AlarmDefinitionId;
  readonly source: string;
  readonly detail?: string;
}

/** A camera, a model or a board may take this long to come up before its absence is an alarm. */
export const START_GRACE_MS = 10_000;
/**
 * After this, silence about one camera alone is its own fault: a detector that stops is silent about all of them
 * sooner, and a camera that stalls is told as that once its decoder has been ended.
 */
const OWN_FAULT_MS = 1_500;

/** Steps every alarm by what is present now. */
export function advanceAlarms(state: Supervision, rules: Rules): Supervision {
  const present = new Map(conditions(state, rules).map((c) => [alarmId(c.definition, c.source), c]));
  let alarms = state.alarms;
  for (const [id, condition] of present) {
    const track = alarms.get(id) ?? {
      alarm: normalAlarm(condition.definition, condition.source, state.firstVersion),
      presentSince: undefined,
      goneSince: undefined,
      raises: [],
    };
    const next = stepPresent(track, condition, state.at);
    if (next !== track) alarms = new Map(alarms).set(id, next);
  }
  for (const [id, track] of alarms) {
    if (present.has(id) || (track.restored === true && isUnlooked(state, track, START_GRACE_MS))) continue;
    const next = stepGone(track, state.at);
    if (next !== track) alarms = new Map(alarms).set(id, next);
  }
  return alarms === state.alarms ? state : { ...state, alarms };
}

function stepPresent(track: AlarmTrack, condition: Condition, at: Millis): AlarmTrack {
  const definition: AlarmDefinition = ALARMS[condition.definition];
  const presentSince = track.presentSince ?? at;
  const due = at - presentSince >= definition.onDelayMs;
  const { detail } = condition;
  const raise = { kind: "raise", at, ...(detail === undefined ? {} : { detail }) } as const;
  const alarm = due ? reduceAlarm(track.alarm, raise) : track.alarm;
  if (alarm === track.alarm && presentSince === track.presentSince && track.goneSince === undefined)
    return track;
  const raises = alarm === track.alarm ? track.raises : [...track.raises, at].slice(-CHATTER_COUNT);
  return { alarm, presentSince, goneSince: undefined, raises };
}

function stepGone(track: AlarmTrack, at: Millis): AlarmTrack {
  if (track.alarm.state === "normal" && track.goneSince !== undefined) return track;
  const definition: AlarmDefinition = ALARMS[track.alarm.definition];
  const goneSince = track.goneSince ?? at;
  const due = at - goneSince >= definition.offDelayMs;
  const alarm = due ? reduceAlarm(track.alarm, { kind: "clear", at }) : track.alarm;
  if (alarm === track.alarm && goneSince === track.goneSince && track.presentSince === undefined)
    return track;
  return { alarm, presentSince: undefined, goneSince, raises: track.raises };
}

const OCCUPIED = {
  stop: "zone.stop.occupied",
  warn: "zone.warn.occupied",
  dwell: "zone.dwell",
} as const satisfies Record<ZoneKind, AlarmDefinitionId>;

function conditions(state: Supervision, rules: Rules): Condition[] {
  const list: Condition[] = [];
  for (const rule of rules.zones) {
    const zone = state.zones.get(rule.id) ?? NEW_ZONE;
    if (!isOccupied(zone, rule) || isLeftOut(state, rule.id)) continue;
    list.push({ definition: OCCUPIED[rule.kind], source: rule.id });
  }
  for (const camera of rules.cameras) {
    list.push(...cameraConditions(state, camera, rules));
  }
  const unproven = selfTestFault(state);
  list.push(...told("prot.detector.selftest", "detector", unproven));
  const stalled = unproven === undefined ? detectorStalled(state, rules) : undefined;
  if (stalled !== undefined)
    list.push({ definition: "prot.detector.stalled", source: "detector", detail: stalled });
  const overload = overloaded(state, rules);
  if (overload !== undefined)
    list.push({ definition: "prot.latency.high", source: "detector", detail: overload });
  if (state.stopRequested) list.push({ definition: "op.stop.requested", source: "panel" });
  if (state.guessing !== undefined)
    list.push({ definition: "sec.pin.guessing", source: "panel", detail: state.guessing });
  if (!state.record.writable)
    list.push({
      definition: "sys.audit.fail",
      source: "record",
      ...(state.record.why === undefined ? {} : { detail: state.record.why }),
    });
  if (state.clock?.trusted === false) list.push({ definition: "sys.time.unsynced", source: "clock" });
  return [...list, ...relayConditions(state, rules), ...reminders(state)];
}

function told(definition: AlarmDefinitionId, source: string, detail: string | undefined): Condition[] {
  return detail === undefined ? [] : [{ definition, source, detail }];
}

/** What asks for a person without stopping anything. */
function reminders(state: Supervision): Condition[] {
  const { overdue, worn, diskLow, fellBack, backupDue, certificateDue, offline = [] } = state.maintenance;
  return [
    ...told("sys.disk.low", "data", diskLow),
    ...told("sys.config.fallback", "settings", fellBack),
    ...told("sys.backup.due", "backup", backupDue),
    ...told("sys.certificate.due", "network", certificateDue),
    ...[...state.bypasses].map(
      ([source, { by, reason }]): Condition => ({
        definition: "bypass.active",
        source,
        detail: `By ${by}: ${reason}`,
      }),
    ),
    ...worn.map(
      ({ output, message }): Condition => ({ definition: "out.worn", source: output, detail: message }),
    ),
    ...overdue.map(
      ({ test, message, long }): Condition => ({
        definition: long === true ? "test.overdue.long" : "test.overdue",
        source: test,
        detail: message,
      }),
    ),
    ...offline.map(
      ({ name, message }): Condition => ({ definition: "ui.panel.offline", source: name, detail: message }),
    ),
  ];
}

/** A camera that gives no picture is that alone: its older pictures are not held against it as well. */
function cameraConditions(state: Supervision, rule: CameraRule, rules: Rules): Condition[] {
  const watch = state.cameras.get(rule.id);
  const source = rule.id;
  // What a check has found explains why nothing was looked at; the other way round explains nothing.
  const found =
    watch?.state.kind === "running" && watch.trust.kind === "distrusted" ? watch.trust.faults : [];
  const lost = found.length > 0 ? undefined : cameraLost(state, rule, rules);
  if (lost !== undefined) {
    const why = watch?.trouble?.why;
    const refused = why !== undefined && why !== "stopped" && needsPerson(why);
    return [{ definition: refused ? "prot.camera.refused" : "prot.camera.lost", source, detail: lost }];
  }
  return found.map(({ why, message }) => ({ definition: `prot.camera.${why}`, source, detail: message }));
}

/** Why the camera guards nothing, in words; undefined while it is looked at or is still coming up. */
function cameraLost(state: Supervision, rule: CameraRule, rules: Rules): string | undefined {
  const watch = state.cameras.get(rule.id);
  if (watch === undefined) return undefined;
  if (watch.state.kind === "running") {
    // Where somebody looks at another camera, it is this camera's frames that fail, not the detector.
    const own =
      !isTestOverdue(state, rule.id) &&
      isUnseen(state, rule, rules, OWN_FAULT_MS) &&
      rules.cameras.some(({ id }) => isLookedAt(state, id, rules));
    if (own) return "Pictures come, but none that could be looked at for over two seconds";
    const unproven = watch.trust.kind === "proving" && state.at - watch.trust.since > START_GRACE_MS;
    return unproven && isLookedAt(state, rule.id, rules) ? "Its pictures cannot be checked" : undefined;
  }
  const again = watch.state.kind === "starting" && watch.trouble?.why === "stopped";
  if (watch.trouble !== undefined && !again) return watch.trouble.message;
  const overdue = state.at - state.startedAt > START_GRACE_MS;
  return again || overdue ? "It is being started" : undefined;
}

/** The camera runs, and nobody has looked at a picture of it for too long. */
function isUnseen(state: Supervision, rule: CameraRule, rules: Rules, further: Millis = 0): boolean {
  const since = state.cameras.get(rule.id)?.runningSince;
  if (since === undefined || isLookedAt(state, rule.id, rules)) return false;
  const seen = state.cameras.get(rule.id)?.observedAt ?? since;
  return state.at - Math.max(since, state.detectorSince, seen) > rule.staleMs + further;
}

/** Why nobody looks at any of the pictures that come; undefined while somebody does, or none come. */
function detectorStalled(state: Supervision, rules: Rules): string | undefined {
  if (state.detector.kind === "failed") return state.detector.why;
  if (state.detector.kind === "loading" && state.at - state.detectorSince <= START_GRACE_MS) return undefined;
  if (rules.cameras.some(({ id }) => isLookedAt(state, id, rules))) return undefined;
  const unseen = rules.cameras.find(
    (camera) => isUnseen(state, camera, rules) && state.cameras.get(camera.id)?.trust.kind !== "distrusted",
  );
  return unseen === undefined
    ? undefined
    : `Nobody has looked at a picture of ${unseen.name} for over a second`;
}

/** Which cameras are looked at too seldom, in words. Whether one is not seen at all any more is told by its age. */
function overloaded(state: Supervision, rules: Rules): string | undefined {
  if (state.detector.kind !== "ready") return undefined;
  const told = rules.cameras.flatMap(({ id, name }) => {
    const why = state.cameras.get(id)?.overload;
    return why === undefined ? [] : [`${name} is ${why}`];
  });
  return told.length === 0 ? undefined : told.join("; ");
}

function relayConditions(state: Supervision, rules: Rules): Condition[] {
  if (rules.boards.length === 0) return [];
  const { relay } = state;
  if (relay.kind === "lost") {
    const starting = !state.relayHeld && state.at - state.startedAt <= START_GRACE_MS;
    return starting ? [] : [{ definition: "out.comm.lost", source: "guardian", detail: relay.why }];
  }
  const list: Condition[] = [];
  for (const [board, known] of Object.entries(relay.report.boards))
    if (known.kind === "lost") list.push({ definition: "out.comm.lost", source: board, detail: known.why });
  for (const { id } of rules.outputs) {
    const known = relay.report.outputs[id];
    if (known?.mismatch === true) list.push({ definition: "out.mismatch", source: id });
    if (known?.feedbackMismatch === true) list.push({ definition: "out.feedback", source: id });
  }
  const { epoch, lastDrop } = relay.report;
  for (const [id, permit] of state.permits)
    if (permit.kind === "energised" && permit.epoch !== epoch)
      list.push({ ...ownDrop(lastDrop.cause, id), detail: DROP_CAUSES[lastDrop.cause] });
  return list;
}

/** The alarm of a permit that the guardian has dropped by itself. */
function ownDrop(cause: DropCause, permit: OutputId): Condition {
  if (cause === "mismatch") return { definition: "out.mismatch", source: permit };
  if (cause === "feedback") return { definition: "out.feedback", source: permit };
  return { definition: "out.comm.lost", source: "guardian" };
}

/** Why the guardian dropped by itself, in words. */
export const DROP_CAUSES = {
  start: "The guardian was started again",
  lease: "The server gave no sign of life in time",
  late: "An order of the server came too late",
  malformed: "An order of the server could not be read",
  mismatch: "The board did not do what it was told",
  feedback: "The feedback contact contradicts the output",
  board: "The board was lost",
  disconnect: "The server went away",
  bye: "The box is shutting down",
} as const;

/** The alarms after one acknowledge; a version that is not the present one changes nothing. */
export function acknowledge(
  state: Supervision,
  input: { readonly alarm: string; readonly version?: number; readonly by: string },
): Supervision["alarms"] {
  const track = state.alarms.get(input.alarm);
  if (track === undefined) return state.alarms;
  if (input.version !== undefined && input.version !== track.alarm.version) return state.alarms;
  const alarm = reduceAlarm(track.alarm, { kind: "acknowledge", at: state.at, by: input.by });
  return alarm === track.alarm ? state.alarms : new Map(state.alarms).set(input.alarm, { ...track, alarm });
}

/** Ends every latch that was acknowledged and whose condition is gone. */
export function resetAlarms(state: Supervision): Supervision {
  const alarms = new Map(state.alarms);
  for (const [id, track] of alarms)
    alarms.set(id, { ...track, alarm: reduceAlarm(track.alarm, { kind: "reset", at: state.at }) });
  return { ...state, alarms };
}
