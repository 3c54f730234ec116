/**
 * One zone: is a person in it, is it proven clear, or is that unknown?
 * Fast in, slow out: N of the last M frames make it occupied, only an unbroken run of empty frames clears it.
 */
import type { Detection, Observation } from "./eye.ts";
import { contains, footPoint, overlapOfBox, type Polygon } from "./geometry.ts";
import type { Schedule } from "./schedule.ts";
import type { Box, CameraId, Millis, Verdict, ZoneId } from "./units.ts";
import type { ZoneCondition } from "./zone_config.ts";

/** The kinds that guard. A dwell zone warns of who stays; counting and masks are no part of it. */
export type ZoneKind = "stop" | "warn" | "dwell";

export interface ZoneRule {
  readonly id: ZoneId;
  readonly camera: CameraId;
  readonly name: string;
  readonly kind: ZoneKind;
  readonly polygon: Polygon;
  readonly dwellMs: Millis;
  /** Who stands in one of these is not looked for. A stop zone has only those that somebody gave a reason for. */
  readonly masks: readonly Polygon[];
  /** A box less high than this share of the picture is nobody. */
  readonly minHeight: number;
  /** Absent: it guards always. */
  readonly schedule?: Schedule;
  readonly condition?: ZoneCondition;
  /** Frames of the last `window` that must show a person. */
  readonly confirm: number;
  readonly window: number;
  /** Unbroken emptiness that proves the zone clear. */
  readonly clearMs: Millis;
  /** Score from which a person enters a zone, and from which one already in it stays. */
  readonly threshold: number;
  readonly keepThreshold: number;
  /** Until enough frames have shown a person who has just come. */
  readonly confirmMs: Millis;
  /** From the drop of the output to the machine's standstill. */
  readonly stopTimeMs?: Millis;
  /** How near its edge comes to the hazard on the floor. */
  readonly edgeMm?: number;
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
  kind: ZoneKind,
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
export const CLEAR_MS = { stop: 3_000, warn: 1_500, dwell: 2_000 } as const;

export function isPerson(label: string): boolean {
  return label === PERSON;
}

/** Whether the feet are where somebody said that nobody is to be looked for. */
export function isMasked(masks: readonly Polygon[], box: Box): boolean {
  return masks.length > 0 && masks.some((mask) => contains(mask, footPoint(box)));
}

/** Whether the box is high enough for a person. One that the picture cuts off may go on for any length. */
export function isTall(minHeight: number, box: Box): boolean {
  return (
    minHeight === 0 || box.y1 - box.y0 >= minHeight || box.y1 >= PICTURE_EDGE || box.y0 <= 1 - PICTURE_EDGE
  );
}

/**
 * Whether a person with this box counts as being in the zone.
 * A warn or dwell zone asks where the feet are. A stop zone also counts what the feet cannot tell: a body that leans
 * in, feet below the picture's edge, a box mostly inside.
 * @param occupied the zone is occupied already, so its border is wider (hysteresis)
 */
export function isInside(rule: Pick<ZoneRule, "kind" | "polygon">, box: Box, occupied: boolean): boolean {
  const wide = occupied ? LEAVE_MARGIN : ENTER_MARGIN;
  const margin = rule.kind === "stop" ? wide : wide - ENTER_MARGIN;
  if (contains(rule.polygon, footPoint(box), margin)) return true;
  if (rule.kind !== "stop") return false;
  // Somebody inside is held as if the box could be anywhere within its trembling.
  const by = occupied ? LEAVE_MARGIN - ENTER_MARGIN : 0;
  const third = coverage(rule.polygon, { ...box, y0: box.y1 - (box.y1 - box.y0) / 3 }, by);
  if (third >= LOWER_THIRD_SHARE) return true;
  if (box.y1 + by >= PICTURE_EDGE && third > 0) return true;
  return coverage(rule.polygon, box, by) >= WHOLE_BOX_SHARE;
}

/** What the polygon covers of the box grown by so much on every side, against the box's own area. */
function coverage(polygon: Polygon, box: Box, by: number): number {
  const area = ({ x0, y0, x1, y1 }: Box): number => (x1 - x0) * (y1 - y0);
  if (!(area(box) > 0)) return 0;
  const grown = { x0: box.x0 - by, y0: box.y0 - by, x1: box.x1 + by, y1: box.y1 + by };
  return (overlapOfBox(polygon, grown) * area(grown)) / area(box);
}

/** Whether this detection is a person in the zone now. */
export function isHit(rule: ZoneRule, state: ZoneState, detection: Detection): boolean {
  const occupied = state.presence.kind === "occupied";
  if (!(rule.classes ?? PEOPLE).includes(detection.label)) return false;
  if (!(detection.score >= (occupied ? rule.keepThreshold : rule.threshold))) return false;
  if (!isTall(rule.minHeight * (occupied ? KEEP_SHARE : 1), detection.box)) return false;
  if (isMasked(rule.masks, detection.box)) return false;
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
  if (isOccupied(state, rule)) return rule.kind === "stop" ? "stop" : "warn";
  if (state.presence.kind === "clear") return "clear";
  return state.presence.kind === "occupied" && state.presence.wasClear ? "clear" : "blind";
}
