/** Where somebody is in the zones' pages, and what is being drawn: outlives a lost link, never a session. */
import { effect, signal } from "@preact/signals";
import type { GroundConfig } from "../../server/domain/ground.ts";
import { writing } from "../parts/writing.ts";
import { notice, room, session } from "../state.ts";
import type { ZoneConfig } from "./calls.ts";
import { draftOf, type Kind, memberOf, newDraft, type ZoneDraft } from "./draft.ts";
import { type Drawing, draw, drawingOf, type Gesture } from "./draw.ts";
import { frame } from "./frame.ts";

export type Place =
  | { readonly kind: "list" }
  | { readonly kind: "zone" | "remove"; readonly id: string }
  | { readonly kind: "add" | "ground"; readonly camera: string }
  | { readonly kind: "draw" | "shapes" | "form" | "try" | "review" };
export const place = signal<Place>({ kind: "list" });

export const draft = signal<ZoneDraft | undefined>(undefined);

/** A floor as it is being measured: four corners, and the tape's lengths as they are written. */
export interface GroundDraft {
  readonly camera: string;
  readonly drawing: Drawing;
  /** A to B, B to C, C to D, D to A, and A to C. */
  readonly lengths: readonly [string, string, string, string, string];
  readonly stored: boolean;
}
export const groundDraft = signal<GroundDraft | undefined>(undefined);

const USUAL_FLOOR = [
  [0.3, 0.5],
  [0.7, 0.5],
  [0.85, 0.9],
  [0.15, 0.9],
] as const;

/** Each drawing begins on a picture of its own: the camera may have been moved since the last. */
export function beginZone(camera: string, kind: Kind, taken: readonly string[]): void {
  frame.value = undefined;
  draft.value = newDraft(camera, kind, taken);
  place.value = { kind: "draw" };
}

export function editZone(zone: ZoneConfig): void {
  frame.value = undefined;
  draft.value = draftOf(zone);
  place.value = { kind: "draw" };
}

export function beginGround(camera: string, ground: GroundConfig | undefined): void {
  frame.value = undefined;
  const [ab = "", bc = "", cd = "", da = ""] = ground?.sides.map(String) ?? [];
  groundDraft.value = {
    ...{ camera, stored: ground !== undefined },
    drawing: drawingOf(ground?.points ?? USUAL_FLOOR),
    lengths: [ab, bc, cd, da, ground === undefined ? "" : String(ground.diagonal)],
  };
  place.value = { kind: "ground", camera };
}

/** Changes what is entered; what has been entered anew is no longer wrong. */
export function enter(change: Partial<ZoneDraft>, members: readonly string[] = Object.keys(change)): void {
  const before = draft.peek();
  if (before === undefined) return;
  const errors = before.errors.filter((error) => !members.includes(memberOf(error)));
  draft.value = { ...before, errors, ...change };
}

export function drawZone(gesture: Gesture): void {
  const before = draft.peek();
  if (before === undefined) return;
  const drawing = draw(before.drawing, gesture);
  if (drawing !== before.drawing) enter({ drawing }, ["polygon"]);
}

/** Corners are moved only: a floor has four. */
export function drawGround(gesture: Gesture): void {
  const before = groundDraft.peek();
  if (before === undefined) return;
  const drawing = draw(before.drawing, gesture);
  if (drawing.points.length === 4) groundDraft.value = { ...before, drawing };
}

/** Leaves what was drawn. */
export function leave(): void {
  const of = draft.peek()?.of;
  draft.value = undefined;
  groundDraft.value = undefined;
  place.value = of === undefined ? { kind: "list" } : { kind: "zone", id: of };
}

effect(() => {
  if (session.value !== undefined) return;
  room.value = "workshop";
  place.value = { kind: "list" };
  draft.value = undefined;
  groundDraft.value = undefined;
});

/** What was told of the last deed would lie over the keys and buttons of the next one. */
effect(() => {
  const told = place.value.kind === "list" || place.value.kind === "zone";
  if (writing.value !== undefined || !told) notice.value = undefined;
});
