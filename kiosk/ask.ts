/**
 * A request that needs the session. Where the box has ended it, Maintenance locks and says so; where only the minute
 * of a PIN is over, the PIN is asked for and the request goes on. What changes the settings is told with its reason.
 */
import type { ReasonCode } from "../server/domain/reason_code.ts";
import { call, type Outcome, type Request, type Upload, upload } from "./call.ts";
import { proveAgain } from "./people/prove.ts";
import { session, tell } from "./state.ts";
import { askWhy, told } from "./why/why.ts";
import { SET_UP } from "./words.ts";

async function proven<T>(
  outcome: Outcome<unknown>,
  again: () => Promise<Outcome<unknown>>,
): Promise<Outcome<T>> {
  const person = session.peek();
  if (outcome.kind === "failed" && outcome.status === 401 && person !== undefined) {
    if (person.role !== "maintenance" && (await proveAgain(person))) return (await again()) as Outcome<T>;
    if (person.role === "maintenance") {
      session.value = undefined;
      tell("refused", SET_UP.sessionOver, [SET_UP.sessionOverHow]);
    }
  }
  return outcome as Outcome<T>;
}

interface Reasoned extends Request {
  /** What somebody chooses from before it is sent; ignored where they do not. */
  readonly because?: readonly ReasonCode[];
}

export async function ask<T>({ because, ...asked }: Reasoned, command?: string): Promise<Outcome<T>> {
  const why = because === undefined ? {} : await askWhy(because);
  if (why === undefined) return { kind: "ignored" };
  const request = because === undefined ? asked : { ...asked, path: told(asked.path, why) };
  return await proven(await call(request, command), async () => await call(request));
}

/** The same with a file as the body. */
export async function send(what: Upload): Promise<Outcome<unknown>> {
  return await proven(await upload(what), async () => await upload(what));
}
