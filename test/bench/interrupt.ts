/** Ends a bench early without leaving processes: every wait of a bench throws, and what is open is closed. */
import { wait } from "../../server/base/clock.ts";

const stop = new AbortController();

/** Ctrl-C ends the wait that runs now with an error; what the bench started is then ended in order. */
export function endOnSignals(): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
}

export const interrupted: AbortSignal = stop.signal;

/** Waits on the monotonic clock. Throws where the bench is to end. */
export async function pause(ms: number): Promise<void> {
  await wait(ms, stop.signal);
  if (stop.signal.aborted) throw new Error("Interrupted");
}
