/** Why each output is as it is, in one sentence for people. */
import { isBypassed } from "./bypass.ts";
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
  return `${why}${bypassNote(state, output, rules)}${contactNote(state, output)}`;
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
    const watched = output.zones.filter((id) => !isBypassed(state, id));
    if (watched.length === output.zones.length) return "Every zone is proven clear";
    return watched.length === 0 ? "None of its zones is watched" : "Every other zone is proven clear";
  }
  const { withheld } = state.maintenance;
  return withheld === undefined ? permit.why : `${permit.why}. ${withheld}`;
}

function zoneSentence(state: Supervision, output: OutputRule, rules: Rules): string {
  const energised = state.demand[output.id] === "energised";
  const verdictOf = (id: string): Verdict | undefined =>
    isBypassed(state, id) ? "clear" : state.verdicts.get(id)?.verdict;
  const cause = rules.zones.find(({ id }) => output.zones.includes(id) && verdictOf(id) !== "clear");
  if (cause === undefined && energised)
    return output.role === "pulse" ? "Its pulse still runs" : "An alarm is not yet acknowledged";
  if (cause === undefined)
    return output.zones.some((id) => isBypassed(state, id)) ? "Not acting" : "Its zones are clear";
  const sentence =
    verdictOf(cause.id) === "blind" ? `${cause.name} is not seen` : `A person is in ${cause.name}`;
  if (energised) return sentence;
  return output.horn ? `${sentence}; silenced, acknowledged or timed out` : `${sentence}; not acting`;
}

/** Names the zones that are left out. */
function bypassNote(state: Supervision, output: OutputRule, rules: Rules): string {
  const names = rules.zones
    .filter(({ id }) => output.zones.includes(id) && isBypassed(state, id))
    .map(({ name }) => name);
  if (names.length === 0) return "";
  return `; ${names.join(", ")} ${names.length === 1 ? "is" : "are"} bypassed`;
}

/** What the second channel or the feedback contact says against it. */
function contactNote(state: Supervision, output: OutputRule): string {
  const known = state.relay.kind === "held" ? state.relay.report.outputs[output.id] : undefined;
  if (known?.feedbackMismatch === true) return "; its feedback contact contradicts it";
  // A moment after each order the two differ: only what the guardian holds against them counts.
  const apart = output.second !== undefined && known?.mismatch === true && known.second !== known.readback;
  return apart ? "; its second channel does not agree" : "";
}
