/** What the document tells of one route. */
import { CHANGE_REASONS } from "../domain/reason_code.ts";
import type { SchemaName } from "./schemas.ts";
import { WORDS_MAX } from "./why.ts";

export type Schema = Readonly<Record<string, unknown>>;

/** One body: a named schema, a list of one, or a media type that no schema describes. */
export type Content =
  | { readonly json: SchemaName | Schema }
  | { readonly list: SchemaName }
  | { readonly media: string; readonly what: string };

export interface Operation {
  readonly summary: string;
  readonly tag: "cameras" | "panel" | "audit" | "maintenance" | "health";
  /** Of a JSON body; every member may be left out unless `needs` names it. */
  readonly takes?: Schema;
  readonly needs?: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly answers: Content | { readonly nothing: true };
  /** Problems of its own, by status. */
  readonly problems?: Readonly<Record<number, string>>;
  /** It answers 201 where it made something. */
  readonly created?: true;
  /** Only with the cookie of POST /api/session; `changing`: of a supervisor or maintenance. */
  readonly session?: true | "changing";
}

export const string: Schema = { type: "string" };
export const number: Schema = { type: "number" };
/** Why something is changed, as a body tells it. */
export const whyFields = (codes: readonly string[]): Schema => ({
  reasonCode: { type: "string", enum: codes, description: "Stands in the trail; this, words, or both" },
  reason: { ...string, maxLength: WORDS_MAX, description: "In words of one's own; stands in the trail" },
});
/** The same in the address; a change without it is recorded as one whose reason was not given. */
export const whyQuery = (codes: readonly string[] = CHANGE_REASONS): Readonly<Record<string, string>> => ({
  reasonCode: `Why, for the trail: ${codes.join(", ")}; \`not-given\` where it is left out`,
  reason: `The same in words, at most ${WORDS_MAX} characters`,
});
export const done: Content = { json: "Done" };
export const noDatabase = { 503: "There is no database" };
export const wrongField = { 400: "A field is wrong; `errors` has each with its `path` and a `message`" };
export const notNow = { 409: "The demonstration runs" };
export const nameAndPin: Schema = { name: string, pin: { ...string, pattern: "^\\d{4,8}$" } };
export const wrongPin = {
  401: "Name and PIN do not belong together, or are needed and missing",
  429: "Too many wrong PINs; `retry-after` says the seconds",
};

export function list(summary: string, schema: SchemaName): Operation {
  return { tag: "maintenance", summary, answers: { list: schema }, session: true };
}
