/** An ordered shutdown: each step has a name, a deadline, and a line in the log; a hung one holds up nobody. */
import { monotonicMs } from "./clock.ts";
import type { Log } from "./log.ts";

export interface Step {
  readonly name: string;
  readonly deadlineMs: number;
  /** A promise is waited for, up to the deadline. */
  readonly run: () => unknown;
}

/** Runs one step. Never rejects: what fails or hangs is told and left behind. Returns whether it was done. */
export async function runStep(step: Step, log: Log): Promise<boolean> {
  const startedAt = monotonicMs();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), step.deadlineMs);
  });
  const work = (async () => {
    await step.run();
    return "done" as const;
  })();
  try {
    const outcome = await Promise.race([work, late]);
    const tookMs = Math.round(monotonicMs() - startedAt);
    if (outcome === "done") log.info({ step: step.name, tookMs }, "shutdown step done");
    else {
      log.error({ step: step.name, tookMs }, "shutdown step hangs and is left behind");
      work.catch((error: unknown) => log.error({ step: step.name, err: error }, "late shutdown step failed"));
    }
    return outcome === "done";
  } catch (error) {
    log.error({ step: step.name, err: error }, "shutdown step failed");
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** The step as something an AsyncDisposableStack can own. */
export function asDisposable(step: Step, log: Log): AsyncDisposable {
  return {
    async [Symbol.asyncDispose]() {
      await runStep(step, log);
    },
  };
}
