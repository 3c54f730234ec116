/** Where somebody is in the cameras' pages, and what is being entered: outlives a lost link, never a session. */
import { effect, signal } from "@preact/signals";
import type { FieldError } from "../call.ts";
import { writing } from "../parts/writing.ts";
import { notice, room, session } from "../state.ts";
import type { CameraDraft, Tested, Transport } from "./calls.ts";

export type Place =
  | { readonly kind: "list" }
  | { readonly kind: "camera"; readonly id: string }
  | { readonly kind: "remove"; readonly id: string }
  | { readonly kind: "scene"; readonly id: string }
  | { readonly kind: "add" }
  | { readonly kind: "find"; readonly what: "onvif" | "usb" }
  | { readonly kind: "form" };
export const place = signal<Place>({ kind: "list" });

export type Trial =
  | { readonly kind: "none" }
  | { readonly kind: "running" }
  /** The box did not even try: that says nothing about the camera. */
  | { readonly kind: "unmade"; readonly reasons: readonly string[] }
  | { readonly kind: "done"; readonly answer: Tested };

/** A camera as it is being entered. */
export interface Draft {
  /** The camera that is changed; undefined for a new one. */
  readonly id?: string;
  /** Its stored address holds a password that stays unless another is entered. */
  readonly stored: boolean;
  readonly name: string;
  readonly source: string;
  readonly user: string;
  readonly password: string;
  readonly fps: number;
  readonly transport: Transport;
  readonly errors: readonly FieldError[];
  readonly trial: Trial;
}
export const EMPTY_DRAFT: Draft = {
  stored: false,
  name: "",
  source: "",
  user: "",
  password: "",
  fps: 10,
  transport: "tcp",
  errors: [],
  trial: { kind: "none" },
};
export const draft = signal<Draft>(EMPTY_DRAFT);

/** Opens the form with these values. */
export function openForm(values: Partial<Draft>): void {
  draft.value = { ...EMPTY_DRAFT, ...values };
  place.value = { kind: "form" };
}

const FIELDS = ["name", "source", "user", "password", "fps"] as const;
export type Field = (typeof FIELDS)[number];

/** The field that an error stands under; undefined where the form has none for it. */
export function fieldOf({ path }: FieldError): Field | undefined {
  return FIELDS.find((field) => path === field || path.endsWith(`.${field}`));
}

/** What has a user and a password of its own. */
export function isNetwork(source: string): boolean {
  return /^(rtsps?|https?):/i.test(source.trim());
}

/** Changes what is entered; a test of something else proves nothing any more. */
export function enter(change: Partial<Pick<Draft, Field | "transport">>): void {
  const names = Object.keys(change);
  const errors = draft.peek().errors.filter((error) => {
    const field = fieldOf(error);
    return field !== undefined && !names.includes(field);
  });
  const trial = names.every((name) => name === "name") ? draft.peek().trial : ({ kind: "none" } as const);
  draft.value = { ...draft.peek(), ...change, errors, trial };
}

/** What the box is sent of it. */
export function sendable({ name, source, fps, transport, user, password }: Draft): CameraDraft {
  const named = isNetwork(source) && (user !== "" || password !== "");
  const login = named ? { credentials: { user, password } } : {};
  return { name: name.trim(), source: source.trim(), fps, transport, ...login };
}

function forget(): void {
  room.value = "workshop";
  place.value = { kind: "list" };
  draft.value = EMPTY_DRAFT;
}

effect(() => {
  if (session.value === undefined) forget();
});

/** What was told of the last deed would lie over the keys and buttons of the next one. */
effect(() => {
  const told = place.value.kind === "list" || place.value.kind === "camera";
  if (writing.value !== undefined || !told) notice.value = undefined;
});
