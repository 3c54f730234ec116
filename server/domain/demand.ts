/** What every output should be now, by its role; a permit's is decided by the interlock alone. */
import { START_GRACE_MS } from "./annunciate.ts";
import { isLeftOut } from "./bypass.ts";
import { isAudible, soundsNow } from "./horn.ts";
import type { Demand } from "./relay.ts";
import type { OutputRule, Rules } from "./rules.ts";
import { listedAlarms, type Supervision } from "./supervision.ts";
import { lampCondition } from "./tower.ts";
import { assertNever, type Drive, type OutputId, type ZoneId } from "./units.ts";

/** Slow enough for a mechanical relay: 1,440 operations a day. */
const HEARTBEAT_MS = 30_000;

/** Starts and ends the pulses: none outlives its time or the box. */
export function advancePulses(before: Supervision, state: Supervision, rules: Rules): Supervision {
  let { pulses } = state;
  for (const { id, role, zones, pulseMs } of rules.outputs) {
    if (role !== "pulse") continue;
    if (!state.ended && zones.some((zone) => becameOccupied(before, state, zone)))
      pulses = new Map(pulses).set(id, state.at + pulseMs);
  }
  const running = [...pulses].filter(([, end]) => !state.ended && end > state.at);
  if (running.length < pulses.size) pulses = new Map(running);
  return pulses === state.pulses ? state : { ...state, pulses };
}

/** Whether the zone acts as occupied: one that is bypassed does not. */
function isOccupied(state: Supervision, zone: ZoneId): boolean {
  const verdict = state.verdicts.get(zone)?.verdict;
  return (verdict === "stop" || verdict === "warn") && !isLeftOut(state, zone);
}

function becameOccupied(before: Supervision, state: Supervision, zone: ZoneId): boolean {
  return isOccupied(state, zone) && !isOccupied(before, zone);
}

/** What every output should be now; the same object where nothing changed. */
export function demandOf(state: Supervision, rules: Rules): Demand {
  const demand: Record<OutputId, Drive> = {};
  for (const output of rules.outputs)
    demand[output.id] = !state.ended && wanted(state, output, rules) ? "energised" : "dropped";
  const same = Object.entries(demand).every(([id, drive]) => state.demand[id] === drive);
  return same ? state.demand : demand;
}

/** A test shows what an output can do; it never keeps one from acting that has to. */
function wanted(state: Supervision, output: OutputRule, rules: Rules): boolean {
  const drive = state.tests.get(output.id)?.drive;
  const tested = drive === "energised";
  switch (output.role) {
    case "run-permit":
      return state.permits.get(output.id)?.kind === "energised";
    case "while-active":
      if (tested) return true;
      return output.horn
        ? isSounding(state, output, rules)
        : output.zones.some((zone) => acts(state, zone, rules));
    case "pulse":
      return tested || state.pulses.has(output.id);
    case "lamp-red":
    case "lamp-amber":
    case "lamp-green":
    case "lamp-blue":
    case "lamp-white":
      return drive === undefined ? lampCondition(state, output, rules) !== undefined : tested;
    case "heartbeat":
      // What it tells a watchdog stays true while it is tested.
      return (
        isSeeing(state) && (drive === undefined ? Math.floor(state.at / HEARTBEAT_MS) % 2 === 0 : tested)
      );
    default:
      return assertNever(output.role);
  }
}

function isSeeing(state: Supervision): boolean {
  return [...state.verdicts].every(([zone, { verdict }]) => verdict !== "blind" || isLeftOut(state, zone));
}

/** A zone that is occupied, or blind for any other reason than that the box is still coming up. */
function acts(state: Supervision, id: ZoneId, rules: Rules): boolean {
  if (isLeftOut(state, id)) return false;
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

/**
 * A horn follows the alarms of its zones: unacknowledged, not silenced, not longer than its limit. It warns who stands
 * there, so what is shelved on the screen still sounds here.
 */
function isSounding(state: Supervision, output: OutputRule, rules: Rules): boolean {
  const zones = rules.zones.filter((zone) => output.zones.includes(zone.id) && !isLeftOut(state, zone.id));
  const heard = listedAlarms(state).filter((alarm) => {
    if (!isAudible(state, alarm)) return false;
    return (
      alarm.definition.startsWith("prot.detector.") ||
      zones.some((zone) => zone.id === alarm.source && alarm.definition.startsWith("zone.")) ||
      zones.some((zone) => zone.camera === alarm.source && alarm.definition.startsWith("prot.camera."))
    );
  });
  return soundsNow(heard, state.at);
}
