/** The configuration as the rules need it: looked up once, then frozen. A changed configuration is a new one. */
import type { BoardDriver } from "./board.ts";
import type { CameraConfig, Config, OutputRole, TowerConfig, ZoneConfig } from "./config.ts";
import type { CountRule } from "./count.ts";
import { meet, type Polygon } from "./geometry.ts";
import { borderDistance, calibrate } from "./ground.ts";
import type { CoilPlace, Feedback } from "./relay.ts";
import { isHorn } from "./sounder.ts";
import type { BoardId, CameraId, Millis, OutputId, ZoneId } from "./units.ts";
import { CLEAR_MS, confirmation, KEEP_SHARE, PERSON, type ZoneKind, type ZoneRule } from "./zone.ts";

export interface CameraRule {
  readonly id: CameraId;
  readonly name: string;
  /** An observation older than this says nothing any more. */
  readonly staleMs: Millis;
}

export interface OutputRule {
  readonly id: OutputId;
  readonly name: string;
  readonly board: BoardId;
  readonly channel: number;
  readonly role: OutputRole;
  readonly zones: readonly ZoneId[];
  readonly pulseMs: Millis;
  readonly horn: boolean;
  readonly second?: CoilPlace;
  readonly feedback?: Feedback;
}

export interface MaskRule {
  readonly id: ZoneId;
  readonly camera: CameraId;
  readonly name: string;
  readonly polygon: Polygon;
  /** Why it may cover a stop zone; without one it takes nothing from any stop zone. */
  readonly reason?: string;
}

export interface BoardRule {
  readonly id: BoardId;
  readonly driver: BoardDriver;
}

export interface Rules {
  readonly cameras: readonly CameraRule[];
  /** Those that guard. */
  readonly zones: readonly ZoneRule[];
  readonly counts: readonly CountRule[];
  readonly masks: readonly MaskRule[];
  /** The site's, which schedules go by. */
  readonly timezone: string;
  readonly outputs: readonly OutputRule[];
  readonly boards: readonly BoardRule[];
  /** Score from which a detection counts. */
  readonly threshold: number;
  /** What each lamp of the signal tower tells. */
  readonly tower: TowerConfig;
  /** No permit comes back before the day's relay test has passed. */
  readonly withholdPermit: boolean;
  /** The panel overlooks every zone: Reset needs no PIN. */
  readonly fullView: boolean;
}

/** From the silence that is too long to the dropped permit: the next tick, and the way to the board. */
const TO_DROPPED_MS = 100;

/**
 * Silence for a second is blindness and has dropped the permit: at 1.6 m/s (ISO 13855) a person has then walked
 * 1.6 m. Slow cameras get five of their own frame periods.
 */
export function staleMs(fps: number): Millis {
  return Math.max(1_000, 5_000 / fps) - TO_DROPPED_MS;
}

function isMask(zone: ZoneConfig): zone is ZoneConfig & { readonly kind: "mask" } {
  return zone.kind === "mask";
}

/** The masks that count for a zone: for a stop zone only those that lie over it for a reason. */
function masksOver(zone: ZoneConfig, config: Config): readonly Polygon[] {
  return config.zones
    .filter((mask) => isMask(mask) && mask.camera === zone.camera)
    .filter(
      ({ reason, polygon }) => zone.kind !== "stop" || (reason !== undefined && meet(polygon, zone.polygon)),
    )
    .map(({ polygon }) => polygon);
}

/** How near the zone's edge comes to its hazard on the floor; undefined where nobody has measured that. */
function edgeMm({ polygon, hazard }: ZoneConfig, camera: CameraConfig | undefined): number | undefined {
  if (hazard === undefined || camera?.ground === undefined) return undefined;
  const metres = borderDistance(calibrate(camera.ground), polygon, hazard);
  return metres === undefined ? undefined : Math.floor(metres * 1_000);
}

/** A stop zone counts people, whatever it counts besides. */
function classesOf(kind: ZoneKind, classes: readonly string[]): readonly string[] {
  return kind === "stop" && !classes.includes(PERSON) ? [PERSON, ...classes] : classes;
}

function zoneRule(
  zone: ZoneConfig & { readonly kind: ZoneKind },
  config: Config,
  threshold: number,
): ZoneRule {
  const { id, camera, name, kind, polygon, dwellMs, schedule, condition, stopTimeMs, classes } = zone;
  const host = config.cameras.find((candidate) => candidate.id === camera);
  const fps = host?.fps ?? 10;
  const counted = confirmation(kind, fps);
  const edge = edgeMm(zone, host);
  return {
    ...{ id, camera, name, kind, polygon, dwellMs },
    ...counted,
    ...(classes === undefined ? {} : { classes: classesOf(kind, classes) }),
    masks: masksOver(zone, config),
    minHeight: zone.minHeight ?? 0,
    clearMs: CLEAR_MS[kind],
    threshold,
    // A warning that ends a moment early harms nobody; one that a shadow keeps alive is soon ignored.
    keepThreshold: kind === "stop" ? threshold * KEEP_SHARE : threshold,
    confirmMs: (counted.confirm * 1_000) / fps,
    ...(schedule === undefined ? {} : { schedule }),
    ...(condition === undefined ? {} : { condition }),
    ...(stopTimeMs === undefined ? {} : { stopTimeMs }),
    ...(edge === undefined ? {} : { edgeMm: edge }),
  };
}

/** @param threshold the score from which a detection counts: the configured one, or the model's own */
export function compileRules(config: Config, threshold: number): Rules {
  return Object.freeze({
    cameras: config.cameras.map((camera) => ({
      id: camera.id,
      name: camera.name,
      staleMs: staleMs(camera.fps),
    })),
    zones: config.zones.flatMap((zone) => {
      const { kind } = zone;
      return kind === "count" || kind === "mask" ? [] : [zoneRule({ ...zone, kind }, config, threshold)];
    }),
    counts: config.zones
      .filter(({ kind }) => kind === "count")
      .map((zone) => {
        const { id, camera, name, polygon, minHeight = 0 } = zone;
        return { id, camera, name, polygon, minHeight, masks: masksOver(zone, config), threshold };
      }),
    masks: config.zones.filter(isMask).map(({ id, camera, name, polygon, reason }) => {
      return { id, camera, name, polygon, ...(reason === undefined ? {} : { reason }) };
    }),
    timezone: config.site.timezone,
    outputs: config.outputs.map((output) => ({
      id: output.id,
      name: output.name ?? output.id,
      board: output.board,
      channel: output.channel,
      role: output.role,
      zones: output.zones,
      pulseMs: output.pulseMs,
      horn: isHorn(output),
      ...(output.second === undefined ? {} : { second: output.second }),
      ...(output.feedback === undefined ? {} : { feedback: output.feedback }),
    })),
    boards: config.boards.map(({ id, driver }) => ({ id, driver })),
    threshold,
    tower: config.tower,
    withholdPermit: config.tests.withholdPermit,
    fullView: config.site.fullView,
  });
}
