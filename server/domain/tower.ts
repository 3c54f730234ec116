/**
 * The lamps of a signal tower: each is lit while one of the conditions holds that it was given. None ever flashes:
 * a mechanical relay would not last, and lamps flash by themselves where they should.
 */
import { isInactive } from "./activity.ts";
import { ALARMS, type Alarm } from "./alarm.ts";
import { isLeftOut } from "./bypass.ts";
import type { LampCondition, TowerConfig } from "./config.ts";
import { canComeBack, droppedPermits, isResetPossible } from "./interlock.ts";
import type { OutputRule, Rules } from "./rules.ts";
import { listedAlarms, type Supervision } from "./supervision.ts";
import { assertNever, type ZoneId } from "./units.ts";

/** The condition that lights the lamp now, the first where there are several; undefined while it is dark. */
export function lampCondition(state: Supervision, lamp: OutputRule, rules: Rules): LampCondition | undefined {
  const colour = lamp.role.slice("lamp-".length) as keyof TowerConfig;
  return rules.tower[colour].find((condition) => holds(condition, state, lamp, rules));
}

/** One that names zones tells of these and their permits only. */
function holds(condition: LampCondition, state: Supervision, lamp: OutputRule, rules: Rules): boolean {
  switch (condition) {
    case "tripped":
      return droppedPermits(state, rules).some((permit) => isShared(permit, lamp));
    case "critical-alarm":
      return listedAlarms(state).some(
        (alarm) => ALARMS[alarm.definition].priority === 1 && concerns(alarm, lamp, rules),
      );
    case "other-alarm":
      return listedAlarms(state).some(
        (alarm) => [2, 3].includes(ALARMS[alarm.definition].priority) && concerns(alarm, lamp, rules),
      );
    case "warn":
    case "blind":
      return zonesOf(lamp, rules).some((id) => verdictOf(state, id) === condition && !isLeftOut(state, id));
    case "bypassed":
      return zonesOf(lamp, rules).some((id) => state.bypasses.has(id));
    case "watching":
      return isWatching(state, lamp, rules);
    case "reset-possible":
      return comesBack(state, lamp, rules);
    case "testing":
      return state.tests.size > 0;
    default:
      return assertNever(condition);
  }
}

function verdictOf(state: Supervision, id: ZoneId): string {
  return state.verdicts.get(id)?.verdict ?? "blind";
}

function zonesOf(lamp: OutputRule, rules: Rules): readonly ZoneId[] {
  return lamp.zones.length > 0 ? lamp.zones : rules.zones.map(({ id }) => id);
}

/** Whether the other output has to do with what the lamp tells of. */
function isShared(other: OutputRule, lamp: OutputRule): boolean {
  return lamp.zones.length === 0 || other.zones.some((id) => lamp.zones.includes(id));
}

/** What is wrong with the box as a whole concerns every lamp. */
function concerns(alarm: Alarm, lamp: OutputRule, rules: Rules): boolean {
  if (lamp.zones.length === 0) return true;
  const { definition, source } = alarm;
  if (definition.startsWith("zone.") || definition === "bypass.active") return lamp.zones.includes(source);
  if (definition.startsWith("prot.camera."))
    return rules.zones.some(({ id, camera }) => camera === source && lamp.zones.includes(id));
  const output = definition.startsWith("out.") ? rules.outputs.find(({ id }) => id === source) : undefined;
  return output === undefined || output.zones.length === 0 || isShared(output, lamp);
}

/** Every zone proven, none of them bypassed, and every permit energised. */
function isWatching(state: Supervision, lamp: OutputRule, rules: Rules): boolean {
  const proven = (id: ZoneId): boolean => ["clear", "warn"].includes(verdictOf(state, id));
  // What is out of its time is not watched, and nothing is told of it; where all is, nobody watches.
  const zones = zonesOf(lamp, rules).filter((id) => !isInactive(state, id));
  return (
    zones.length > 0 &&
    zones.every((id) => proven(id) && !state.bypasses.has(id)) &&
    !droppedPermits(state, rules).some((permit) => isShared(permit, lamp))
  );
}

function comesBack(state: Supervision, lamp: OutputRule, rules: Rules): boolean {
  if (lamp.zones.length === 0) return isResetPossible(state, rules);
  return droppedPermits(state, rules).some(
    (permit) => isShared(permit, lamp) && canComeBack(state, permit, rules),
  );
}
