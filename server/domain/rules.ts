/** The configuration as the rules need it: looked up once, then frozen. A changed configuration is a new one. */
import type { BoardDriver } from "./board.ts";
import { type Config, isHorn, type OutputRole, type TowerConfig } from "./config.ts";
import type { CoilPlace, Feedback } from "./relay.ts";
import type { BoardId, CameraId, Millis, OutputId, ZoneId } from "./units.ts";
import { CLEAR_MS, confirmation, KEEP_SHARE, PERSON, type ZoneRule } from "./zone.ts";

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

export interface BoardRule {
  readonly id: BoardId;
  readonly driver: BoardDriver;
}

export interface Rules {
  readonly cameras: readonly CameraRule[];
  readonly zones: readonly ZoneRule[];
  readonly outputs: readonly OutputRule[];
  readonly boards: readonly BoardRule[];
  /** What each lamp of the signal tower tells. */
  readonly tower: TowerConfig;
  /** No permit comes back before the day's relay test has passed. */
  readonly withholdPermit: boolean;
  /** The panel overlooks every zone: Reset needs no PIN. */
  readonly fullView: boolean;
}

/**
 * Silence for a second is blindness: at 1.6 m/s (ISO 13855) a person has then walked 1.6 m.
 * Slow cameras get five of their own frame periods.
 */
export function staleMs(fps: number): Millis {
  return Math.max(1_000, 5_000 / fps);
}

/** A stop zone counts people, whatever it counts besides. */
function classesOf(kind: ZoneRule["kind"], classes: readonly string[]): readonly string[] {
  return kind === "stop" && !classes.includes(PERSON) ? [PERSON, ...classes] : classes;
}

/** @param threshold the score from which a detection counts: the configured one, or the model's own */
export function compileRules(config: Config, threshold: number): Rules {
  const fpsOf = new Map(config.cameras.map((camera) => [camera.id, camera.fps]));
  return Object.freeze({
    cameras: config.cameras.map((camera) => ({
      id: camera.id,
      name: camera.name,
      staleMs: staleMs(camera.fps),
    })),
    zones: config.zones.map((zone) => ({
      id: zone.id,
      camera: zone.camera,
      name: zone.name,
      kind: zone.kind,
      polygon: zone.polygon,
      dwellMs: zone.dwellMs,
      ...(zone.classes === undefined ? {} : { classes: classesOf(zone.kind, zone.classes) }),
      ...confirmation(zone.kind, fpsOf.get(zone.camera) ?? 10),
      clearMs: CLEAR_MS[zone.kind],
      threshold,
      // A warning that ends a moment early harms nobody; one that a shadow keeps alive is soon ignored.
      keepThreshold: zone.kind === "stop" ? threshold * KEEP_SHARE : threshold,
    })),
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
    tower: config.tower,
    withholdPermit: config.tests.withholdPermit,
    fullView: config.site.fullView,
  });
}
