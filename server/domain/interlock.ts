/**
 * Which run permits may be energised. The restart interlock lives here: what has dropped once comes back only by a
 * person's reset, whatever happens in between.
 */
import { ALARMS, type Alarm, alarmText, isActive, needsAcknowledge } from "./alarm.ts";
import { DROP_CAUSES } from "./annunciate.ts";
import { isLeftOut } from "./bypass.ts";
import { boardsOf, type OutputState } from "./relay.ts";
import type { OutputRule, Rules } from "./rules.ts";
import { listedAlarms, type Supervision } from "./supervision.ts";
import { assertNever, type BoardId, type OutputId } from "./units.ts";

/** A permit that a reset gave back must read energised by then. */
const ENERGISE_LIMIT_MS = 1_000;

/** Drops permits for whatever is wrong now. Never energises one. */
export function dropPermits(state: Supervision, rules: Rules): Supervision {
  let { permits } = state;
  for (const output of rules.outputs) {
    if (permits.get(output.id)?.kind !== "energised") continue;
    const why = tripCause(state, output, rules);
    if (why !== undefined)
      permits = new Map(permits).set(output.id, { kind: "dropped", since: state.at, why });
  }
  return permits === state.permits ? state : { ...state, permits };
}

/** Why this permit may not be energised now, the most telling cause first; undefined where nothing is wrong. */
function tripCause(state: Supervision, output: OutputRule, rules: Rules): string | undefined {
  if (state.ended) return DROP_CAUSES.bye;
  const permit = state.permits.get(output.id);
  for (const id of output.zones) {
    const verdict = state.verdicts.get(id)?.verdict ?? "blind";
    if (verdict !== "clear" && !isLeftOut(state, id)) return zoneSentence(state, id, rules);
  }
  if (state.stopRequested) return "A stop was requested at the panel";
  const wrong = relaySentence(state, output);
  if (wrong !== undefined) return wrong;
  if (state.relay.kind !== "held" || permit?.kind !== "energised") return undefined;
  const { epoch, at, lastDrop, outputs } = state.relay.report;
  if (permit.epoch !== epoch) return DROP_CAUSES[lastDrop.cause];
  // Refused for a reason of its own: what the board does counts, not what was asked of it.
  const overdue = at - permit.since > ENERGISE_LIMIT_MS;
  return overdue ? unprovenSentence(outputs[output.id], output) : undefined;
}

/** What does not say that the output is energised, though it should have had the time. */
function unprovenSentence(known: OutputState | undefined, output: OutputRule): string | undefined {
  if (known?.readback !== "energised") return "The guardian did not energise it";
  if (output.second !== undefined && known.second !== "energised")
    return "The guardian did not energise its second channel";
  if (output.feedback !== undefined && known.feedback !== "energised")
    return "Its feedback contact does not confirm it";
  return undefined;
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

/** Why the boards cannot be relied on for this output; undefined where nothing is wrong with them. */
export function relaySentence(state: Supervision, output: OutputRule): string | undefined {
  if (state.relay.kind === "lost") return `Outputs do not answer: ${state.relay.why}`;
  const { boards, outputs } = state.relay.report;
  for (const id of boardsOf(output)) {
    const board = boards[id];
    if (board === undefined) return `Board ${id} is not known to the guardian`;
    if (board.kind === "lost") return `Board ${id} does not answer: ${board.why}`;
  }
  const known = outputs[output.id];
  if (known?.feedbackMismatch === true) return `The feedback contact of ${output.name} contradicts it`;
  if (known?.mismatch !== false) return `Output ${output.name} is not what it should be`;
  return undefined;
}

/** Why the contact does not prove that the dropped output is dropped; the guardian would refuse to arm it. */
function contactSentence({ relay }: Supervision, { id, name, feedback }: OutputRule): string | undefined {
  const known = relay.kind === "held" ? relay.report.outputs[id]?.feedback : undefined;
  if (feedback === undefined || known === "dropped") return undefined;
  return known === "energised"
    ? `The feedback contact of ${name} does not say yet that it is dropped`
    : `The feedback contact of ${name} is not read yet: if that stays so, check input ${feedback.input} of board ${feedback.board}`;
}

/** No permit needs the board: with it only its own horns and lamps are gone. */
function carriesSignalsOnly(board: BoardId, { boards, outputs }: Rules): boolean {
  return (
    boards.some(({ id }) => id === board) &&
    !outputs.some((output) => output.role === "run-permit" && boardsOf(output).includes(board))
  );
}

/** The output hangs on a lost board of horns and lamps: what it does not do is told with the board. */
function isGone({ relay }: Supervision, id: OutputId, rules: Rules): boolean {
  const output = rules.outputs.find((candidate) => candidate.id === id);
  if (output === undefined || relay.kind === "lost") return false;
  const { boards } = relay.report;
  return boardsOf(output).some((board) => boards[board]?.kind === "lost" && carriesSignalsOnly(board, rules));
}

/** Alarms that must be gone before this permit may come back. */
function blocks(alarm: Alarm, output: OutputRule, state: Supervision, rules: Rules): boolean {
  const counts = (zone: string): boolean => output.zones.includes(zone) && !isLeftOut(state, zone);
  switch (alarm.definition) {
    case "zone.stop.occupied":
      return counts(alarm.source);
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
      return rules.zones.some((zone) => counts(zone.id) && zone.camera === alarm.source);
    case "prot.latency.high":
      return rules.zones.some(
        (zone) => counts(zone.id) && state.cameras.get(zone.camera)?.overload !== undefined,
      );
    case "out.comm.lost":
      return !carriesSignalsOnly(alarm.source, rules);
    case "out.mismatch":
    case "out.feedback":
      return !isGone(state, alarm.source, rules);
    case "prot.detector.stalled":
    case "prot.detector.selftest":
    case "op.stop.requested":
      return true;
    case "zone.warn.occupied":
    case "zone.dwell":
    case "out.worn":
    case "test.overdue":
    case "test.overdue.long":
    case "bypass.active":
    case "sec.pin.guessing":
    case "ui.panel.offline":
    case "sys.audit.fail":
    case "sys.disk.low":
    case "sys.config.fallback":
    case "sys.backup.due":
    case "sys.certificate.due":
    case "sys.time.unsynced":
      return false;
    default:
      return assertNever(alarm.definition);
  }
}

/** Why this permit would not come back by a reset, one sentence each. */
function* permitRefusals(state: Supervision, output: OutputRule, rules: Rules): Generator<string> {
  if (state.ended) yield DROP_CAUSES.bye;
  // Stricter than what trips: a person who may dwell a while stops no machine, but none is started around them.
  for (const id of output.zones) {
    if (isLeftOut(state, id)) continue;
    if (state.verdicts.get(id)?.verdict !== "clear" || state.zones.get(id)?.presence.kind !== "clear")
      yield zoneSentence(state, id, rules);
  }
  for (const alarm of listedAlarms(state)) {
    if (!blocks(alarm, output, state, rules)) continue;
    if (needsAcknowledge(alarm.state)) yield `Acknowledge first: ${alarmText(alarm, rules)}`;
    else if (isActive(alarm.state)) yield `Still present: ${alarmText(alarm, rules)}`;
  }
  const wrong = relaySentence(state, output) ?? contactSentence(state, output);
  if (wrong !== undefined) yield wrong;
  if (state.maintenance.withheld !== undefined) yield state.maintenance.withheld;
  if (state.tests.has(output.id)) yield `${output.name} is being tested`;
  if (!state.record.writable) yield "The record cannot be written";
}

/** Whether a reset would give this permit back. */
export function canComeBack(state: Supervision, output: OutputRule, rules: Rules): boolean {
  return permitRefusals(state, output, rules).next().done === true;
}

/** The run permits that are dropped. */
export function droppedPermits(state: Supervision, rules: Rules): OutputRule[] {
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
  if (dropped.some((output) => canComeBack(state, output, rules))) return [];
  return [...new Set(dropped.flatMap((output) => [...permitRefusals(state, output, rules)]))];
}

/** Whether Reset would do something now. */
export function isResetPossible(state: Supervision, rules: Rules): boolean {
  const dropped = droppedPermits(state, rules);
  return dropped.length > 0
    ? dropped.some((output) => canComeBack(state, output, rules))
    : refusals(state, rules).length === 0;
}

/** Energises every dropped permit that nothing speaks against. The caller has fed a person's reset. */
export function resetPermits(state: Supervision, rules: Rules): Supervision {
  const { relay } = state;
  if (relay.kind !== "held") return state;
  const permits = new Map(state.permits);
  for (const output of droppedPermits(state, rules)) {
    if (!canComeBack(state, output, rules)) continue;
    permits.set(output.id, { kind: "energised", since: state.at, epoch: relay.report.epoch });
  }
  return { ...state, permits };
}
