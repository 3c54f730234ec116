/** Where somebody is in the settings' pages, and what is entered: outlives a lost link, never a session. */
import { effect, signal } from "@preact/signals";
import type { SettingPath } from "../../server/domain/setting_config.ts";
import type { FieldError } from "../call.ts";
import { writing } from "../parts/writing.ts";
import { notice, room, session } from "../state.ts";
import type { ListedSetting } from "./calls.ts";

export type Place =
  | { readonly kind: "list" }
  | { readonly kind: "one"; readonly path: SettingPath }
  | { readonly kind: "save"; readonly undo: boolean };
export const place = signal<Place>({ kind: "list" });

/** One group alone, and where its way back leads; every group where undefined. */
export const alone = signal<{ readonly group: string; readonly back: typeof room.value } | undefined>(
  undefined,
);

/** Opens the settings of one group. */
export function openGroup(group: string): void {
  alone.value = { group, back: room.peek() };
  place.value = { kind: "list" };
  room.value = "settings";
}

/** By path; null stands for the default. What says the same as what is in force is not entered. */
export type Entered = Readonly<Partial<Record<SettingPath, unknown>>>;
export const entered = signal<Entered>({});
export const errors = signal<readonly FieldError[]>([]);

/** What brings the values back that the last save has changed. */
export const undo = signal<Entered | undefined>(undefined);

/** Whether it is about the setting, or about a member of it. */
const isOf = (path: SettingPath, error: FieldError): boolean =>
  error.path === path || error.path.startsWith(`${path}[`);

export function errorOf(path: SettingPath): FieldError | undefined {
  return errors.value.find((error) => isOf(path, error));
}

/** What the setting would be: what is entered, else what is in force, else its default. */
export function currentOf({ path, value, default: standard }: ListedSetting): unknown {
  const at = entered.value;
  return (path in at ? at[path] : value) ?? standard;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** @param error what is wrong with it as far as the screen can tell */
export function enter({ path, value: inForce }: ListedSetting, value: unknown, error?: string): void {
  errors.value = [
    ...errors.peek().filter((one) => !isOf(path, one)),
    ...(error === undefined ? [] : [{ path, message: error }]),
  ];
  const { [path]: _, ...others } = entered.peek();
  entered.value = same(inForce, value) ? others : { ...others, [path]: value };
}

/** What was entered is done with, or given up. */
export function forget(): void {
  entered.value = {};
  errors.value = [];
}

effect(() => {
  if (session.value !== undefined) return;
  room.value = "workshop";
  place.value = { kind: "list" };
  undo.value = undefined;
  alone.value = undefined;
  forget();
});

/** What was told of the last deed would lie over the keys and buttons of the next one. */
effect(() => {
  if (writing.value !== undefined || place.value.kind !== "list") notice.value = undefined;
});
