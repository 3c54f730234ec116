/** The rules as they would be with a drawn zone in them, and the distance that it should keep to its hazard. Pure. */
import type { Config, ZoneConfig } from "../../server/domain/config.ts";
import { calibrate, type Ground, inPicture, onFloor } from "../../server/domain/ground.ts";
import { type Plan, planOf } from "../../server/domain/planning.ts";
import { compileRules, type Rules } from "../../server/domain/rules.ts";
import type { Point } from "../../server/domain/units.ts";
import type { View } from "../../server/domain/view.ts";
import { heard } from "../heard.ts";
import type { ListedCamera, Settings } from "./calls.ts";

/** What is known of the configuration. */
export interface Known {
  readonly zones: readonly ZoneConfig[];
  readonly cameras: readonly ListedCamera[];
  readonly settings: Settings | undefined;
}

const NO_TOWER = { red: [], amber: [], green: [], blue: [], white: [] } as const;

/** The rules with this zone in the place of the one of its id; undefined while the box has not told enough. */
export function rulesWith(known: Known, zone: ZoneConfig, threshold: number): Rules | undefined {
  if (known.settings === undefined) return undefined;
  const others = known.zones.filter(({ id }) => id !== zone.id);
  const config = { ...known.settings, cameras: known.cameras, zones: [...others, zone] };
  return compileRules({ ...config, boards: [], tower: NO_TOWER } as unknown as Config, threshold);
}

/** The same figure that the box makes of a zone in force. Undefined without a stop time. */
export function planFor(known: Known, zone: ZoneConfig, view: View): Plan | undefined {
  const rule = rulesWith(known, zone, 0.5)?.zones.find(({ id }) => id === zone.id);
  if (rule?.stopTimeMs === undefined) return undefined;
  const { p99Ms, lastTripMs = 0 } = view.reaction;
  const looked = view.cameras.find(({ id }) => id === zone.camera)?.looked;
  const slower =
    looked === undefined ? 1 : looked.configuredFps / Math.min(looked.paceFps, looked.configuredFps);
  const plan = planOf({
    ...(p99Ms === undefined ? {} : { reactionMs: Math.max(p99Ms, lastTripMs) }),
    confirmMs: Math.round(rule.confirmMs * slower),
    ...{ dwellMs: rule.dwellMs, stopTimeMs: rule.stopTimeMs },
    ...(rule.edgeMm === undefined ? {} : { edgeMm: rule.edgeMm }),
  });
  return { ...plan, says: heard(plan.says) };
}

export function groundOf(known: Pick<Known, "cameras">, camera: string): Ground | undefined {
  const ground = known.cameras.find(({ id }) => id === camera)?.ground;
  return ground === undefined ? undefined : calibrate(ground);
}

const RING_POINTS = 72;

/** A circle of so many metres around the hazard on the floor, as it lies in the picture; parts behind the camera are left out. */
export function ringAround(ground: Ground, hazard: Point, metres: number): readonly Point[] {
  const middle = onFloor(ground, hazard);
  if (middle === undefined) return [];
  return Array.from({ length: RING_POINTS }, (_, i) => {
    const angle = (2 * Math.PI * i) / RING_POINTS;
    return inPicture(ground, [middle[0] + metres * Math.cos(angle), middle[1] + metres * Math.sin(angle)]);
  }).flatMap((point) => (point === undefined ? [] : [point]));
}
