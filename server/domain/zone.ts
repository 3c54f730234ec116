/**
 * One zone: is a person in it, is it proven clear, or is that unknown?
 * Fast in, slow out: N of the last M frames make it occupied, only an unbroken run of empty frames clears it.
 */
import type { Detection, Observation } from "./eye.ts";
import { contains, footPoint, overlapOfBox, type Polygon } from "./geometry.ts";
import type { Box, CameraId, Millis, Verdict, ZoneId } from "./units.ts";

export interface ZoneRule {
  readonly id: ZoneId;
  readonly camera: CameraId;
  readonly name: string;
  readonly kind: "stop" | "warn";
  readonly polygon: Polygon;
  readonly dwellMs: Millis;
  /** Frames of the last `window` that must show a person. */
  readonly confirm: number;
  readonly window: number;
  /** Unbroken emptiness that proves the zone clear. */
  readonly clearMs: Millis;
  /** Score from which a person enters a zone, and from which one already in it stays. */
  readonly threshold: number;
  readonly keepThreshold: number;
  /** Of a detector's classes, the ones that count; people where absent. */
  readonly classes?: readonly string[];
}

export type Presence =
  /** Nothing is proven: after the start, and after the camera was silent. */
  | { readonly kind: "unproven" }
  | { readonly kind: "clear" }
  | {
      readonly kind: "occupied";
      readonly since: Millis;
      /** The newest frame that showed somebody: a dwell ends with it, not with the proof that they left. */
      readonly seen: Millis;
      readonly wasClear: boolean;
    };

export interface ZoneState {
  readonly presence: Presence;
  /** Newest first, at most the rule's window: did the frame show a person in the zone? */
  readonly hits: readonly boolean[];
  /** Capture time of the first frame of the present unbroken run of empty frames. */
  readonly quietSince: Millis | undefined;
}

export const NEW_ZONE: ZoneState = { presence: { kind: "unproven" }, hits: [], quietSince: undefined };

/** Of a detector's classes, the one that means people. */
export const PERSON = "person";
const PEOPLE: readonly string[] = [PERSON];
/** A person already inside is kept at this share of the threshold (ByteTrack's second association, in one number). */
export const KEEP_SHARE = 0.6;
/** The foot point trembles by about this share of the picture. */
const ENTER_MARGIN = 0.02;
const LEAVE_MARGIN = 0.04;
/** Share of the box's lower third, and of the whole box, that counts as being in a stop zone. */
const LOWER_THIRD_SHARE = 0.1;
const WHOLE_BOX_SHARE = 0.5;
/** A box that ends this low has its feet below the picture. */
const PICTURE_EDGE = 0.99;

/** Frames that must agree, by rate: about 0.1 s of confirmation for a stop zone at 10 frames a second. */
export function confirmation(
  kind: "stop" | "warn",
  fps: number,
): { readonly confirm: number; readonly window: number } {
  if (fps <= 3) return { confirm: 1, window: 1 };
  if (kind === "stop") {
    if (fps <= 12) return { confirm: 2, window: 3 };
    return fps <= 20 ? { confirm: 2, window: 4 } : { confirm: 3, window: 5 };
  }
  if (fps <= 7) return { confirm: 2, window: 3 };
  if (fps <= 12) return { confirm: 3, window: 5 };
  return fps <= 20 ? { confirm: 4, window: 6 } : { confirm: 5, window: 8 };
}

/** Emptiness that proves a zone clear: long for stop, so that a person who is missed for a moment holds it. */
export const CLEAR_MS = { stop: 3_000, warn: 1_500 } as const;

/**
 * Whether a person with this box counts as being in the zone.
 * A warn zone asks where the feet are. A stop zone also counts what the feet cannot tell: a body that leans
 * in, feet below the picture's edge, a box mostly inside.
 * @param occupied the zone is occupied already, so its border is wider (hysteresis)
 */
export function isInside(rule: Pick<ZoneRule, "kind" | "polygon">, box: Box, occupied: boolean): boolean {
  const wide = occupied ? LEAVE_MARGIN : ENTER_MARGIN;
  const margin = rule.kind === "stop" ? wide : wide - ENTER_MARGIN;
  if (contains(rule.polygon, footPoint(box), margin)) return true;
  if (rule.kind === "warn") return false;
  const lowerThird = { ...box, y0: box.y1 - (box.y1 - box.y0) / 3 };
  const third = overlapOfBox(rule.polygon, lowerThird);
  if (third >= LOWER_THIRD_SHARE) return true;
  if (box.y1 >= PICTURE_EDGE && third > 0) return true;
  return overlapOfBox(rule.polygon, box) >= WHOLE_BOX_SHARE;
}

/** Whether this detection is a person in the zone now. */
export function isHit(rule: ZoneRule, state: ZoneState, detection: Detection): boolean {
  const occupied = state.presence.kind === "occupied";
  if (!(rule.classes ?? PEOPLE).includes(detection.label)) return false;
  if (!(detection.score >= (occupied ? rule.keepThreshold : rule.threshold))) return false;
  return isInside(rule, detection.box, occupied);
}

/** The zone after one more frame of its camera. */
export function observeZone(state: ZoneState, rule: ZoneRule, observation: Observation): ZoneState {
  const at = observation.capturedAt;
  const hit = observation.detections.some((detection) => isHit(rule, state, detection));
  const hits = [hit, ...state.hits].slice(0, rule.window);
  const quietSince = hit ? undefined : (state.quietSince ?? at);
  const confirmed = hits.filter(Boolean).length >= rule.confirm;
  const { presence } = state;
  if (presence.kind !== "occupied" && confirmed) {
    const wasClear = presence.kind === "clear";
    return { presence: { kind: "occupied", since: at, seen: at, wasClear }, hits, quietSince };
  }
  const proven = quietSince !== undefined && at - quietSince >= rule.clearMs;
  if (presence.kind !== "clear" && proven) return { presence: { kind: "clear" }, hits, quietSince };
  const stays = hit && presence.kind === "occupied" ? { ...presence, seen: at } : presence;
  return { presence: stays, hits, quietSince };
}

/** What silence leaves of it: who is inside stays inside, and nothing counts as clear from before. */
function unproven(presence: Presence): Presence {
  if (presence.kind === "clear") return { kind: "unproven" };
  return presence.kind === "occupied" && presence.wasClear ? { ...presence, wasClear: false } : presence;
}

/**
 * The zone after its camera went silent: what was clear is unproven, what was occupied stays so.
 * Emptiness is counted from the beginning again.
 */
export function loseZone(state: ZoneState): ZoneState {
  const presence = unproven(state.presence);
  if (presence === state.presence && state.hits.length === 0 && state.quietSince === undefined) return state;
  return { presence, hits: [], quietSince: undefined };
}

/** Whether a person has been in the zone for longer than may be. */
export function isOccupied(state: ZoneState, rule: ZoneRule): boolean {
  return state.presence.kind === "occupied" && state.presence.seen - state.presence.since >= rule.dwellMs;
}

/**
 * What the zone means for the machine.
 * @param fresh the camera runs and its newest observation is young enough
 */
export function verdictOf(state: ZoneState, rule: ZoneRule, fresh: boolean): Verdict {
  if (!fresh) return "blind";
  if (isOccupied(state, rule)) return rule.kind;
  if (state.presence.kind === "clear") return "clear";
  return state.presence.kind === "occupied" && state.presence.wasClear ? "clear" : "blind";
}
