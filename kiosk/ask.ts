/** A request that needs the session: where the box has ended it, Maintenance locks and says so. */
import { call, type Outcome, type Request } from "./call.ts";
import { session, tell } from "./state.ts";
import { SET_UP } from "./words.ts";

export async function ask<T>(request: Request, command?: string): Promise<Outcome<T>> {
  const outcome = await call(request, command);
  if (outcome.kind === "failed" && outcome.status === 401 && session.peek() !== undefined) {
    session.value = undefined;
    tell("refused", SET_UP.sessionOver, [SET_UP.sessionOverHow]);
  }
  return outcome as Outcome<T>;
}
