/** Asks why something is changed before it is sent, in the page's place. */
import { effect, signal } from "@preact/signals";
import type { ReasonCode, Why } from "../../server/domain/reason_code.ts";
import { underway } from "../first/place.ts";
import { page, session } from "../state.ts";

export interface Asking {
  readonly codes: readonly ReasonCode[];
  readonly done: (why: Why | undefined) => void;
}

export const askingWhy = signal<Asking | undefined>(undefined);

/** Undefined where nobody says it, or somebody is asked already. During the first start it needs no asking. */
export async function askWhy(codes: readonly ReasonCode[]): Promise<Why | undefined> {
  if (underway.peek() && codes.includes("first-set-up")) return { code: "first-set-up" };
  if (askingWhy.peek() !== undefined) return undefined;
  return await new Promise((resolve) => {
    askingWhy.value = {
      codes,
      done: (why) => {
        askingWhy.value = undefined;
        resolve(why);
      },
    };
  });
}

/** Whoever goes to another page, or is signed out, has not said it. */
effect(() => {
  if (session.value === undefined || page.value !== "maintenance") askingWhy.peek()?.done(undefined);
});

/** As the box reads it beside any body. */
export function told(path: string, { code, words }: Why): string {
  const query = new URLSearchParams();
  if (code !== undefined) query.set("reasonCode", code);
  if (words !== undefined) query.set("reason", words);
  return `${path}${path.includes("?") ? "&" : "?"}${query}`;
}
