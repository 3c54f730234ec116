/** A request that needs the session: where the box has ended it, Maintenance locks and says so. */
import { call, type Outcome, type Request, type Upload, upload } from "./call.ts";
import { session, tell } from "./state.ts";
import { SET_UP } from "./words.ts";

function noted<T>(outcome: Outcome<unknown>): Outcome<T> {
  if (outcome.kind === "failed" && outcome.status === 401 && session.peek() !== undefined) {
    session.value = undefined;
    tell("refused", SET_UP.sessionOver, [SET_UP.sessionOverHow]);
  }
  return outcome as Outcome<T>;
}

export async function ask<T>(request: Request, command?: string): Promise<Outcome<T>> {
  return noted(await call(request, command));
}

/** The same with a file as the body. */
export async function send(what: Upload): Promise<Outcome<unknown>> {
  return noted(await upload(what));
}
