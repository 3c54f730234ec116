/** Feeds recorded inputs to the rules again and tells what they decide. */
import type { Rules } from "../../server/domain/rules.ts";
import { type Input, supervise } from "../../server/domain/supervise.ts";
import { initialSupervision } from "../../server/domain/supervision.ts";
import type { Drive, Millis, OutputId } from "../../server/domain/units.ts";

export interface Transition {
  /** Since the start. */
  readonly ms: Millis;
  readonly output: OutputId;
  readonly to: Drive;
}

export function transitions(
  inputs: readonly Input[],
  { rules, startedAt }: { readonly rules: Rules; readonly startedAt: Millis },
): Transition[] {
  let state = initialSupervision(rules, startedAt);
  return inputs.flatMap((input) => {
    const before = state.demand;
    state = supervise(state, input, rules);
    if (state.demand === before) return [];
    return Object.entries(state.demand)
      .filter(([output, to]) => before[output] !== to)
      .map(([output, to]): Transition => ({ ms: Math.round(state.at - startedAt), output, to }));
  });
}
