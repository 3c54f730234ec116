/** A clip: what a camera showed before and after an event. Its pictures lie in a file of their own beside these lines. */

import type { StopPicture } from "./stop_picture.ts";
import type { CameraId, Millis } from "./units.ts";

/** Something that happened while it was recorded. */
export interface ClipEvent {
  /** Definition and source of its alarm. */
  readonly alarm: string;
  /** The same for all that belongs to one occurrence of the alarm. */
  readonly occurrence: string;
  /** Such as "Person in Cell". */
  readonly text: string;
  readonly wallAt: Millis;
  /** From the clip's first picture. */
  readonly ms: Millis;
}

export interface Clip {
  /** Begins with the instant of the event, and names its camera, alarm and cycle. */
  readonly id: string;
  readonly camera: CameraId;
  readonly cameraName: string;
  /** The machine cycle that its first event ended, or the last one before it. */
  readonly cycle: number;
  /** When its first picture was taken. */
  readonly wallAt: Millis;
  readonly events: readonly ClipEvent[];
  readonly zones: StopPicture["zones"];
  /** Absent while it is recorded. */
  readonly ended?: {
    readonly durationMs: Millis;
    readonly pictures: number;
    readonly bytes: number;
    /** Of its file, in hex. */
    readonly sha256: string;
    /** Pictures that the disk was too slow for. */
    readonly lost: number;
    /** The box ended, or the disk was full, before the clip was over. */
    readonly cut: boolean;
  };
}

/** What the trail's row says of a clip. */
export interface ClipRow {
  readonly clip: string;
  readonly camera: CameraId;
  readonly cycle: number;
  readonly wallAt: Millis;
  readonly durationMs: Millis;
  readonly pictures: number;
  readonly sha256: string;
}

export const RECORDED = "alarm.recorded";
export const NOT_RECORDED = "alarm.not-recorded";
export const TRIMMED = "evidence.trimmed";

/** Why evidence went by itself. */
export const TRIM_REASONS = ["count", "bytes", "age", "room"] as const;
export type TrimReason = (typeof TRIM_REASONS)[number];

/** Of one kind. */
export interface TrimRow {
  readonly clips?: number;
  /** Of stops. */
  readonly pictures?: number;
  readonly bytes: number;
  /** When the oldest and the newest of them were recorded. */
  readonly from: Millis;
  readonly to: Millis;
}
