/**
 * A person tries an output out, for seconds. A run permit can only be dropped so: it comes back by Reset alone, as
 * after any trip.
 */
import { tripped } from "./cycle.ts";
import { relaySentence } from "./interlock.ts";
import type { Rules } from "./rules.ts";
import type { Supervision } from "./supervision.ts";
import type { Drive, Millis, OutputId } from "./units.ts";

export interface OutputTest {
  readonly by: string;
  readonly drive: Drive;
  readonly since: Millis;
  readonly untilAt: Millis;
}

export interface OutputTestRequest {
  readonly output: OutputId;
  readonly drive: Drive;
  readonly untilAt: Millis;
}

const MAX_MS = 10_000;
/** The request, its record and the step that obeys it are a moment apart. */
const SLACK_MS = 1_000;
const NONE: Supervision["tests"] = new Map();

/** Why this test cannot begin, one sentence each; empty where it can. */
export function testRefusals(state: Supervision, rules: Rules, request: OutputTestRequest): string[] {
  const { output: id, drive, untilAt } = request;
  const output = rules.outputs.find((candidate) => candidate.id === id);
  if (output === undefined) return [`Output ${id} is not known`];
  const list: string[] = [];
  if (state.ended) list.push("The box is shutting down");
  const lasts = untilAt - state.at;
  if (!(lasts > 0 && lasts <= MAX_MS + SLACK_MS)) list.push("A test must last 1 to 10 seconds");
  const permit = state.permits.get(id);
  if (output.role === "run-permit" && drive === "energised")
    list.push(`${output.name} is a run permit: it is energised by Reset alone`);
  else if (permit?.kind === "dropped")
    list.push(`${output.name} is dropped already; reset it first, then see it drop`);
  const wrong = relaySentence(state, output);
  if (wrong !== undefined) list.push(wrong);
  if (!state.record.writable) list.push("The record cannot be written");
  return list;
}

/** The state with this test, where nothing speaks against it. */
export function beginTest(
  state: Supervision,
  rules: Rules,
  request: OutputTestRequest & { readonly by: string },
): Supervision {
  if (testRefusals(state, rules, request).length > 0) return state;
  const { output, by, drive, untilAt } = request;
  const tests = new Map(state.tests).set(output, { by, drive, since: state.at, untilAt });
  if (!state.permits.has(output)) return { ...state, tests };
  const why = `Output test by ${by}`;
  const permits = new Map(state.permits).set(output, { kind: "dropped", since: state.at, why });
  return { ...state, tests, permits };
}

/** Why a test is over without anybody having ended it; undefined where it goes on. */
export function testOver(
  state: Supervision,
  rules: Rules,
  id: OutputId,
  test: OutputTest,
): "time" | "fault" | "shutdown" | undefined {
  if (state.ended) return "shutdown";
  if (test.untilAt <= state.at) return "time";
  const output = rules.outputs.find((candidate) => candidate.id === id);
  // A board that comes back finds nothing of what was tried out on it.
  return output === undefined || relaySentence(state, output) !== undefined ? "fault" : undefined;
}

/** Without the tests that are over. */
export function endTests(state: Supervision, rules: Rules): Supervision {
  if (state.tests.size === 0) return state;
  const rest = [...state.tests].filter(([id, test]) => testOver(state, rules, id, test) === undefined);
  return rest.length === state.tests.size ? state : { ...state, tests: new Map(rest) };
}

/** Without the test of this output. */
export function endTest(state: Supervision, output: OutputId): Supervision {
  if (!state.tests.has(output)) return state;
  return { ...state, tests: new Map([...state.tests].filter(([id]) => id !== output)) };
}

/** Without any test where a permit trips or somebody asks for a stop: now it is in earnest. */
export function endTestsOnTrip(before: Supervision, state: Supervision): Supervision {
  const earnest = state.stopRequested || tripped(before, state) !== undefined;
  return earnest && state.tests.size > 0 ? { ...state, tests: NONE } : state;
}
