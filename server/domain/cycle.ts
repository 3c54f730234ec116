/** Machine cycles: each runs from a reset that energises to the next trip, and bears a number. */
import type { Cycle, Permit, Supervision } from "./supervision.ts";

/** The first permit that has dropped between two states. */
export function tripped(before: Supervision, after: Supervision): (Permit & { kind: "dropped" }) | undefined {
  if (before.permits === after.permits) return undefined;
  for (const [id, permit] of after.permits)
    if (permit.kind === "dropped" && before.permits.get(id)?.kind === "energised") return permit;
  return undefined;
}

/** Whether a permit has come back between two states. */
function cameBack(before: Supervision, after: Supervision): boolean {
  return [...after.permits].some(
    ([id, permit]) => permit.kind === "energised" && before.permits.get(id)?.kind !== "energised",
  );
}

/** @param by who has reset in this step; undefined where nobody has */
export function advanceCycle(before: Supervision, state: Supervision, by: string | undefined): Supervision {
  if (before.permits === state.permits) return state;
  let cycle: Cycle = state.cycle;
  const { at } = state;
  if (cycle.kind === "running" && tripped(before, state) !== undefined)
    cycle = { kind: "waiting", number: cycle.number, since: at };
  if (cycle.kind === "waiting" && by !== undefined && cameBack(before, state))
    cycle = { kind: "running", number: cycle.number + 1, since: at, by };
  return cycle === state.cycle ? state : { ...state, cycle };
}
