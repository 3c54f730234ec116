/**
 * A test of the outputs one after the other, as one reducer: what is tried next, what the box measured of it, and
 * what the person saw. Pure; the shell gives the orders.
 */
import type { OutputRole } from "../../server/domain/config.ts";
import type { Drive } from "../../server/domain/units.ts";
import type { OutputView, View } from "../../server/domain/view.ts";

export interface Step {
  readonly output: string;
  readonly name: string;
  readonly role: OutputRole;
  readonly horn: boolean;
}

/** Whether each place that can tell has once said what was asked of it. */
interface Seen {
  readonly readback: boolean;
  readonly second: boolean;
  readonly feedback: boolean;
}

export interface Result {
  readonly output: string;
  readonly passed: boolean;
  readonly note?: string;
}

export interface Run {
  readonly test: "relay" | "proof";
  readonly steps: readonly Step[];
  /** Run permits that cannot move, because they are withheld. */
  readonly leftOut: readonly string[];
  /** Which step it is at; past the last one comes the summary. */
  readonly at: number;
  readonly seconds: number;
  readonly phase:
    | { readonly kind: "ready"; readonly refused: readonly string[] }
    | {
        readonly kind: "running";
        readonly drive: Drive;
        readonly since: number;
        /** The box has shown the test. */
        readonly begun: boolean;
        readonly seen: Seen;
      }
    /** The time is over, and the person has not answered yet. */
    | { readonly kind: "over"; readonly drive: Drive; readonly seen: Seen };
  readonly note: string;
  readonly results: readonly Result[];
  /** About the test as a whole. */
  readonly remark: string;
}

const READY: Run["phase"] = { kind: "ready", refused: [] };
const SECONDS = 3;
/** A test that does not show itself by then has ended at once, by a trip for instance. */
const BEGIN_LIMIT_MS = 2_000;

/** Acts on the machine itself: what the proof test is about. */
function movesMachine(role: OutputRole): boolean {
  return role === "run-permit" || role === "pulse";
}

/**
 * Begins a test. Run permits come last, because the machine stands after the first of them.
 * @param withheld permits cannot be energised, and so not be seen to drop, until this very test has passed
 */
export function beginRun(
  test: Run["test"],
  outputs: readonly Step[],
  { withheld }: { readonly withheld: boolean },
): Run {
  const tested = test === "relay" ? outputs : outputs.filter(({ role }) => movesMachine(role));
  const permit = ({ role }: Step): boolean => role === "run-permit";
  const left = withheld && test === "relay" ? tested.filter(permit) : [];
  const rest = tested.filter((step) => !left.includes(step));
  return {
    test,
    steps: [...rest.filter((step) => !permit(step)), ...rest.filter(permit)],
    leftOut: left.map(({ name }) => name),
    at: 0,
    seconds: SECONDS,
    phase: READY,
    note: "",
    results: [],
    remark: "",
  };
}

export function stepOf(run: Run): Step | undefined {
  return run.steps[run.at];
}

/** What is asked of the output so that something is to be seen: a run permit and a beat can only be ended. */
export function driveFor(step: Pick<Step, "role">, output: Pick<OutputView, "demand"> | undefined): Drive {
  if (step.role === "run-permit" || step.role === "heartbeat") return "dropped";
  return output?.demand === "energised" ? "dropped" : "energised";
}

export function started(run: Run, drive: Drive, at: number): Run {
  const seen = { readback: false, second: false, feedback: false };
  return { ...run, phase: { kind: "running", drive, since: at, begun: false, seen } };
}

export function refused(run: Run, reasons: readonly string[]): Run {
  return { ...run, phase: { kind: "ready", refused: reasons } };
}

/** Takes what the newest view measures. Instants on the page's monotonic clock. */
export function watched(run: Run, view: Pick<View, "tests" | "outputs">, at: number): Run {
  const { phase } = run;
  const id = stepOf(run)?.output;
  if (phase.kind !== "running") return run;
  const { drive, begun, since } = phase;
  const runs = view.tests.some((test) => test.output === id);
  const output = view.outputs.find((candidate) => candidate.id === id);
  const seen = runs && output !== undefined ? seenIn(phase.seen, output, drive) : phase.seen;
  if (runs) return { ...run, phase: { ...phase, begun: true, seen } };
  return begun || at - since > BEGIN_LIMIT_MS ? { ...run, phase: { kind: "over", drive, seen } } : run;
}

/** A place that is not there has nothing to say against it. */
function seenIn(before: Seen, output: OutputView, drive: Drive): Seen {
  return {
    readback: before.readback || output.readback === drive,
    second: before.second || output.second === undefined || output.second === drive,
    feedback: before.feedback || output.feedback === undefined || output.feedback === drive,
  };
}

/** Whether the person may answer: everything was measured, or its time is over. */
export function canAnswer({ phase }: Run): boolean {
  if (phase.kind === "over") return true;
  return phase.kind === "running" && phase.seen.readback && phase.seen.second && phase.seen.feedback;
}

/** The places that never said what was asked; empty before the test. */
export function lacks({ phase }: Run): readonly (keyof Seen)[] {
  if (phase.kind === "ready") return [];
  return (["readback", "second", "feedback"] as const).filter((part) => !phase.seen[part]);
}

/**
 * Takes the person's answer and goes on to the next output.
 * @param measured what the box has against it, one sentence each
 */
export function answered(run: Run, yes: boolean, measured: readonly string[]): Run {
  const step = stepOf(run);
  if (step === undefined) return run;
  const note = [...measured, run.note.trim()].filter((text) => text !== "").join("; ");
  const result: Result = {
    output: step.output,
    passed: yes && measured.length === 0,
    ...(note === "" ? {} : { note }),
  };
  return { ...run, at: run.at + 1, phase: READY, note: "", results: [...run.results, result] };
}

/** The same output once more. */
export function repeated(run: Run): Run {
  return { ...run, phase: READY };
}
