/**
 * A request that needs the session. Where the box has ended it, Maintenance locks and says so; where only the minute
 * of a PIN is over, the PIN is asked for and the request goes on.
 */
import { call, type Outcome, type Request } from "./call.ts";
import { proveAgain } from "./people/prove.ts";
import { session, tell } from "./state.ts";
import { SET_UP } from "./words.ts";

export async function ask<T>(request: Request, command?: string): Promise<Outcome<T>> {
  const outcome = await call(request, command);
  const person = session.peek();
  if (outcome.kind === "failed" && outcome.status === 401 && person !== undefined) {
    if (person.role !== "maintenance" && (await proveAgain(person)))
      return (await call(request)) as Outcome<T>;
    if (person.role === "maintenance") {
      session.value = undefined;
      tell("refused", SET_UP.sessionOver, [SET_UP.sessionOverHow]);
    }
  }
  return outcome as Outcome<T>;
}
