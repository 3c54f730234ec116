/**
 * Which outputs may be energised. The restart interlock lives here: what has dropped once comes back only by a
 * person's reset, whatever happens in between.
 */
import { ALARMS, type Alarm, isActive, needsAcknowledge } from "./alarm.ts";
import { DROP_CAUSES, START_GRACE_MS } from "./annunciate.ts";
import type { Demand } from "./relay.ts";
import type { OutputRule, Rules } from "./rules.ts";
import { listedAlarms, type Supervision } from "./supervision.ts";
import type { Drive, OutputId } from "./units.ts";
import { assertNever } from "./units.ts";

/** A horn gives up after this long; the lights stay (EU and US noise practice: 180 s). */
const HORN_LIMIT_MS = 180_000;
/** A permit that a reset gave back must read energised by then. */
const ENERGISE_LIMIT_MS = 1_000;
/** Slow enough for a mechanical relay: 1,440 operations a day. */
const HEARTBEAT_MS = 30_000;

/** Drops permits for whatever is wrong now, and starts and ends the pulses. Never energises a permit. */
export function advanceOutputs(before: Supervision, state: Supervision, rules: Rules): Supervision {
  let { permits, pulses } = state;
  for (const output of rules.outputs) {
    if (output.role === "run-permit") {
      const permit = permits.get(output.id);
      if (permit?.kind !== "energised") continue;
      const why = tripCause(state, output, rules);
      if (why !== undefined)
        permits = new Map(permits).set(output.id, { kind: "dropped", since: state.at, why });
    } else if (output.role === "pulse") {
      if (output.zones.some((zone) => becameOccupied(before, state, zone)))
        pulses = new Map(pulses).set(output.id, state.at + output.pulseMs);
      else if ((pulses.get(output.id) ?? Number.POSITIVE_INFINITY) <= state.at) {
        const rest = new Map(pulses);
        rest.delete(output.id);
        pulses = rest;
      }
    }
  }
  return permits === state.permits && pulses === state.pulses ? state : { ...state, permits, pulses };
}

function isOccupiedVerdict(verdict: string | undefined): boolean {
  return verdict === "stop" || verdict === "warn";
}

function becameOccupied(before: Supervision, state: Supervision, zone: string): boolean {
  return (
    isOccupiedVerdict(state.verdicts.get(zone)?.verdict) &&
    !isOccupiedVerdict(before.verdicts.get(zone)?.verdict)
  );
}

/** Why this permit may not be energised now, the most telling cause first; undefined where nothing is wrong. */
function tripCause(state: Supervision, output: OutputRule, rules: Rules): string | undefined {
  if (state.ended) return DROP_CAUSES.bye;
  const permit = state.permits.get(output.id);
  for (const id of output.zones) {
    const verdict = state.verdicts.get(id)?.verdict ?? "blind";
    if (verdict !== "clear") return zoneSentence(state, id, rules);
  }
  if (state.stopRequested) return "A stop was requested at the panel";
  const wrong = relaySentence(state, output);
  if (wrong !== undefined) return wrong;
  if (state.relay.kind !== "held" || permit?.kind !== "energised") return undefined;
  const { epoch, at, lastDrop, outputs } = state.relay.report;
  if (permit.epoch !== epoch) return DROP_CAUSES[lastDrop.cause];
  // Refused for a reason of its own: what the board does counts, not what was asked of it.
  const overdue = at - permit.since > ENERGISE_LIMIT_MS;
  return overdue && outputs[output.id]?.readback !== "energised"
    ? "The guardian did not energise it"
    : undefined;
}

function zoneSentence(state: Supervision, id: string, rules: Rules): string {
  const zone = rules.zones.find((candidate) => candidate.id === id);
  if (zone === undefined) return `Zone ${id} is not known`;
  const verdict = state.verdicts.get(id)?.verdict ?? "blind";
  const dwells = verdict === "clear" && state.zones.get(id)?.presence.kind === "occupied";
  if (verdict === "stop" || verdict === "warn" || dwells) return `A person is in ${zone.name}`;
  const camera = state.cameras.get(zone.camera);
  const name = rules.cameras.find((candidate) => candidate.id === zone.camera)?.name ?? zone.camera;
  if (camera?.state.kind !== "running") return `${zone.name} is not seen: camera ${name} gives no picture`;
  if (state.detector.kind === "failed") return `${zone.name} is not seen: the detector does not work`;
  if (camera.trust.kind === "distrusted") {
    const fault = camera.trust.faults[0]?.why ?? "frozen";
    return `${zone.name} is not seen: ${ALARMS[`prot.camera.${fault}`].text.replace("{source}", () => name).replace(/^Camera/, "camera")}`;
  }
  return `${zone.name} is not yet proven clear`;
}

function relaySentence(state: Supervision, output: OutputRule): string | undefined {
  if (state.relay.kind === "lost") return `Outputs do not answer: ${state.relay.why}`;
  const { boards, outputs } = state.relay.report;
  const board = boards[output.board];
  if (board === undefined) return `Board ${output.board} is not known to the guardian`;
  if (board.kind === "lost") return `Board ${output.board} does not answer: ${board.why}`;
  if (outputs[output.id]?.mismatch !== false) return `Output ${output.name} is not what it should be`;
  return undefined;
}

/** Alarms that must be gone before this permit may come back. */
function blocks(alarm: Alarm, output: OutputRule, rules: Rules): boolean {
  switch (alarm.definition) {
    case "zone.stop.occupied":
      return output.zones.includes(alarm.source);
    case "prot.camera.lost":
    case "prot.camera.refused":
    case "prot.camera.mismatch":
    case "prot.camera.clock":
    case "prot.camera.late":
    case "prot.camera.dark":
    case "prot.camera.glare":
    case "prot.camera.blind":
    case "prot.camera.frozen":
    case "prot.camera.moved":
    case "prot.camera.defocus":
      return rules.zones.some((zone) => output.zones.includes(zone.id) && zone.camera === alarm.source);
    case "prot.detector.stalled":
    case "out.comm.lost":
    case "out.mismatch":
    case "op.stop.requested":
      return true;
    case "zone.warn.occupied":
    case "sys.audit.fail":
      return false;
    default:
      return assertNever(alarm.definition);
  }
}

function permitRefusals(state: Supervision, output: OutputRule, rules: Rules): string[] {
  const list: string[] = state.ended ? [DROP_CAUSES.bye] : [];
  // Stricter than what trips: a person who may dwell a while stops no machine, but none is started around them.
  for (const id of output.zones)
    if (state.verdicts.get(id)?.verdict !== "clear" || state.zones.get(id)?.presence.kind !== "clear")
      list.push(zoneSentence(state, id, rules));
  for (const alarm of listedAlarms(state)) {
    if (!blocks(alarm, output, rules)) continue;
    const text = alarmText(alarm, rules);
    if (needsAcknowledge(alarm.state)) list.push(`Acknowledge first: ${text}`);
    else if (isActive(alarm.state)) list.push(`Still present: ${text}`);
  }
  const wrong = relaySentence(state, output);
  if (wrong !== undefined) list.push(wrong);
  if (!state.record.writable) list.push("The record cannot be written");
  return list;
}

/** The alarm's text with the name of what it is about. */
export function alarmText(alarm: Alarm, rules: Rules): string {
  const { definition, source } = alarm;
  // A zone and a camera may bear the same id; the kind of alarm tells which is meant.
  const kind = definition.startsWith("zone.")
    ? rules.zones
    : definition.startsWith("prot.camera.")
      ? rules.cameras
      : rules.outputs;
  const name = kind.find((item) => item.id === source)?.name ?? source;
  return ALARMS[definition].text.replace("{source}", () => name);
}

function droppedPermits(state: Supervision, rules: Rules): OutputRule[] {
  return rules.outputs.filter((output) => state.permits.get(output.id)?.kind === "dropped");
}

/** Whether there is anything for Reset to do. */
export function resetNeeded(state: Supervision, rules: Rules): boolean {
  return (
    droppedPermits(state, rules).length > 0 ||
    listedAlarms(state).some((alarm) => ALARMS[alarm.definition].latching)
  );
}

/**
 * Why Reset is refused, one sentence each; empty where it can do something: bring back at least one permit, or
 * end a latched alarm where no permit is dropped.
 */
export function refusals(state: Supervision, rules: Rules): string[] {
  const dropped = droppedPermits(state, rules);
  if (dropped.length === 0) {
    const latched = listedAlarms(state).filter((alarm) => ALARMS[alarm.definition].latching);
    if (latched.some((alarm) => alarm.state === "latched-acknowledged")) return [];
    if (latched.length === 0) return ["There is nothing to reset"];
    return latched.map((alarm) =>
      needsAcknowledge(alarm.state)
        ? `Acknowledge first: ${alarmText(alarm, rules)}`
        : `Still present: ${alarmText(alarm, rules)}`,
    );
  }
  const each = dropped.map((output) => permitRefusals(state, output, rules));
  return each.some((list) => list.length === 0) ? [] : [...new Set(each.flat())];
}

/** Energises every dropped permit that nothing speaks against. The caller has fed a person's reset. */
export function resetPermits(state: Supervision, rules: Rules): Supervision {
  const { relay } = state;
  if (relay.kind !== "held") return state;
  const permits = new Map(state.permits);
  for (const output of droppedPermits(state, rules)) {
    if (permitRefusals(state, output, rules).length > 0) continue;
    permits.set(output.id, { kind: "energised", since: state.at, epoch: relay.report.epoch });
  }
  return { ...state, permits };
}

/** What every output should be now. */
export function demandOf(state: Supervision, rules: Rules): Demand {
  const demand: Record<OutputId, Drive> = {};
  for (const output of rules.outputs)
    demand[output.id] = !state.ended && wanted(state, output, rules) ? "energised" : "dropped";
  const same = Object.entries(demand).every(([id, drive]) => state.demand[id] === drive);
  return same ? state.demand : demand;
}

function wanted(state: Supervision, output: OutputRule, rules: Rules): boolean {
  const permits = [...state.permits.values()];
  const verdicts = [...state.verdicts.values()].map((known) => known.verdict);
  const listed = listedAlarms(state);
  switch (output.role) {
    case "run-permit":
      return state.permits.get(output.id)?.kind === "energised";
    case "while-active":
      return output.horn
        ? isSounding(state, output, rules)
        : output.zones.some((zone) => acts(state, zone, rules));
    case "pulse":
      return state.pulses.has(output.id);
    case "lamp-red":
      return (
        permits.some((permit) => permit.kind === "dropped") ||
        listed.some((alarm) => ALARMS[alarm.definition].priority === 1)
      );
    case "lamp-amber":
      return (
        verdicts.some((verdict) => verdict === "warn" || verdict === "blind") ||
        listed.some((alarm) => [2, 3].includes(ALARMS[alarm.definition].priority))
      );
    case "lamp-green":
      return (
        verdicts.length > 0 &&
        verdicts.every((verdict) => verdict === "clear" || verdict === "warn") &&
        permits.every((permit) => permit.kind === "energised")
      );
    case "lamp-blue":
      return resetNeeded(state, rules) && refusals(state, rules).length === 0;
    case "lamp-white":
      return false; // maintenance and test: neither exists yet
    case "heartbeat":
      return (
        verdicts.every((verdict) => verdict !== "blind") && Math.floor(state.at / HEARTBEAT_MS) % 2 === 0
      );
    default:
      return assertNever(output.role);
  }
}

/** A zone that is occupied, or blind for any other reason than that the box is still coming up. */
function acts(state: Supervision, id: string, rules: Rules): boolean {
  const known = state.verdicts.get(id);
  if (known?.verdict !== "blind") return known?.verdict !== "clear";
  const camera = rules.zones.find((zone) => zone.id === id)?.camera ?? "";
  const watch = state.cameras.get(camera);
  const comingUp =
    known.since === state.startedAt &&
    state.at - state.startedAt <= START_GRACE_MS &&
    watch !== undefined &&
    watch.trouble === undefined &&
    watch.trust.kind !== "distrusted" &&
    state.detector.kind !== "failed";
  return !comingUp;
}

/** A horn follows the alarms of its zones: unacknowledged, not silenced, not longer than its limit. */
function isSounding(state: Supervision, output: OutputRule, rules: Rules): boolean {
  const zones = rules.zones.filter((zone) => output.zones.includes(zone.id));
  return listedAlarms(state).some((alarm) => {
    if (alarm.state !== "unacknowledged" || alarm.raisedAt <= state.silencedAt) return false;
    if (state.at - alarm.raisedAt > HORN_LIMIT_MS) return false;
    return (
      alarm.definition === "prot.detector.stalled" ||
      zones.some((zone) => zone.id === alarm.source && alarm.definition.startsWith("zone.")) ||
      zones.some((zone) => zone.camera === alarm.source && alarm.definition.startsWith("prot.camera."))
    );
  });
}
