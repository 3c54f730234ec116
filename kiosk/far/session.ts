/** Whether this panel is on the network, and who has signed in at it. At the box's own screen nobody has to. */
import { signal } from "@preact/signals";
import type { FarSessionAnswer } from "../../server/http/far.ts";
import { call, type Outcome } from "../call.ts";

export type FarSession = FarSessionAnswer;

const PATH = "/api/far-session";
const HERE: FarSession = { needed: false };

/** As the box told it when the page was opened. */
export const farSession = signal<FarSession>(HERE);

/** Nobody is asked where the page comes from the machine itself: only the network's listener speaks TLS. */
export async function askFarSession(): Promise<FarSession> {
  if (location.protocol !== "https:") return HERE;
  const outcome = await call({ method: "GET", path: PATH });
  if (outcome.kind === "ok") farSession.value = outcome.value as FarSession;
  return farSession.value;
}

export async function signIn(name: string, pin: string): Promise<Outcome<unknown>> {
  return await call({ method: "POST", path: PATH, body: { name, pin } });
}

export async function signOut(): Promise<Outcome<unknown>> {
  return await call({ method: "DELETE", path: PATH });
}

/** The session was ended meanwhile: the page begins anew, by asking who it is. */
export async function leaveIfOver(): Promise<void> {
  if (!farSession.peek().needed) return;
  const before = farSession.peek();
  const now = await askFarSession();
  if (now !== before && now.person === undefined) location.reload();
}

/** A panel on the network overlooks no zone: nobody resets there. */
export const isFar = (): boolean => farSession.value.needed;
