/** Why each output is as it is, in one sentence for people. */
import { isInactive } from "./activity.ts";
import { isBypassed, isLeftOut } from "./bypass.ts";
import type { LampCondition } from "./config.ts";
import type { OutputRule, Rules } from "./rules.ts";
import type { Supervision } from "./supervision.ts";
import { lampCondition } from "./tower.ts";
import type { Verdict } from "./units.ts";

const LAMP_SENTENCES: Record<LampCondition, string> = {
  tripped: "A run permit is dropped",
  "critical-alarm": "An alarm of priority 1 is listed",
  "other-alarm": "An alarm of priority 2 or 3 is listed",
  warn: "A person is in a warn zone",
  blind: "A zone is not seen",
  bypassed: "A zone is bypassed",
  watching: "Every zone is watched and every permit is energised",
  "reset-possible": "Reset is possible",
  testing: "An output is being tested",
};

/** Why the output is demanded as it is, and what contradicts that, one sentence. */
export function outputSentence(state: Supervision, output: OutputRule, rules: Rules): string {
  const test = state.tests.get(output.id);
  const demand = state.demand[output.id] ?? "dropped";
  const tested = test?.drive === demand ? `Output test by ${test.by}` : undefined;
  const why = tested ?? roleSentence(state, output, rules);
  return `${why}${leftOutNote(state, output, rules)}${contactNote(state, output)}`;
}

function roleSentence(state: Supervision, output: OutputRule, rules: Rules): string {
  const energised = state.demand[output.id] === "energised";
  switch (output.role) {
    case "run-permit":
      return permitSentence(state, output);
    case "heartbeat":
      return energised ? "First half of the slow beat" : "Second half of the slow beat, or a zone is blind";
    case "while-active":
    case "pulse":
      return zoneSentence(state, output, rules);
    default: {
      const condition = energised ? lampCondition(state, output, rules) : undefined;
      return condition === undefined ? "Nothing lights it" : LAMP_SENTENCES[condition];
    }
  }
}

function permitSentence(state: Supervision, output: OutputRule): string {
  const permit = state.permits.get(output.id);
  if (permit?.kind !== "dropped") {
    const watched = output.zones.filter((id) => !isLeftOut(state, id));
    if (watched.length === output.zones.length) return "Every zone is proven clear";
    return watched.length === 0 ? "None of its zones is watched" : "Every other zone is proven clear";
  }
  const { withheld } = state.maintenance;
  return withheld === undefined ? permit.why : `${permit.why}. ${withheld}`;
}

function zoneSentence(state: Supervision, output: OutputRule, rules: Rules): string {
  const energised = state.demand[output.id] === "energised";
  const verdictOf = (id: string): Verdict | undefined =>
    isLeftOut(state, id) ? "clear" : state.verdicts.get(id)?.verdict;
  const cause = rules.zones.find(({ id }) => output.zones.includes(id) && verdictOf(id) !== "clear");
  if (cause === undefined && energised)
    return output.role === "pulse" ? "Its pulse still runs" : "An alarm is not yet acknowledged";
  if (cause === undefined)
    return output.zones.some((id) => isLeftOut(state, id)) ? "Not acting" : "Its zones are clear";
  const sentence =
    verdictOf(cause.id) === "blind" ? `${cause.name} is not seen` : `A person is in ${cause.name}`;
  if (energised) return sentence;
  return output.horn
    ? `${sentence}; silenced, acknowledged, timed out or between two sounds`
    : `${sentence}; not acting`;
}

/** Names the zones that are left out. */
function leftOutNote(state: Supervision, output: OutputRule, rules: Rules): string {
  const own = rules.zones.filter(({ id }) => output.zones.includes(id));
  const bypassed = own.filter(({ id }) => isBypassed(state, id));
  const inactive = own.filter(({ id }) => isInactive(state, id) && !isBypassed(state, id));
  return `${named(bypassed, "bypassed")}${named(inactive, "inactive")}`;
}

function named(zones: readonly { readonly name: string }[], what: string): string {
  if (zones.length === 0) return "";
  return `; ${zones.map(({ name }) => name).join(", ")} ${zones.length === 1 ? "is" : "are"} ${what}`;
}

/** What the second channel or the feedback contact says against it. */
function contactNote(state: Supervision, output: OutputRule): string {
  const known = state.relay.kind === "held" ? state.relay.report.outputs[output.id] : undefined;
  if (known?.feedbackMismatch === true) return "; its feedback contact contradicts it";
  // A moment after each order the two differ: only what the guardian holds against them counts.
  const apart = output.second !== undefined && known?.mismatch === true && known.second !== known.readback;
  return apart ? "; its second channel does not agree" : "";
}
