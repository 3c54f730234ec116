/**
 * What the server and an eye process say to each other. Two unions, imported by both sides.
 * Pictures travel only as JPEG; raw frames never leave the eye.
 */
import type { CameraState } from "./camera.ts";
import type { Provider } from "./detector_config.ts";
import type { LookRate } from "./pace.ts";
import type { CheckReading, Scene, Trust } from "./trust.ts";
import type { Tuning } from "./tuning.ts";
import type { Box, CameraId, Millis, Size } from "./units.ts";

export interface Detection {
  readonly label: string;
  /** 0..1. Not comparable between model families. */
  readonly score: number;
  readonly box: Box;
}

/** What the detector saw in one frame. */
export interface Observation {
  readonly camera: CameraId;
  /** Frames of this camera since its pipeline started, counted at capture, from 0. */
  readonly seq: number;
  /** When the first byte of the frame arrived from the camera's pipe. */
  readonly capturedAt: Millis;
  /** Everything at or above the keep threshold; the zone rules decide what counts. */
  readonly detections: readonly Detection[];
  readonly inferenceMs: Millis;
  /** When the detector that looked was last right on its golden picture. */
  readonly testedAt?: Millis;
}

/** What the detector process is doing about its model. */
export type DetectorState =
  | { readonly kind: "loading" }
  | {
      readonly kind: "ready";
      readonly warmupMs: Millis;
      /** What computes, and how; the processor in the usual way where absent. */
      readonly provider?: Provider;
      readonly tuning?: Tuning;
      /** Why it does not compute where it was told to, one sentence with the cure. */
      readonly fallback?: string;
    }
  /** `why` is one sentence with the cure; `selfTest` where it was wrong on its golden picture. */
  | { readonly kind: "failed"; readonly why: string; readonly selfTest?: true };

/** One camera as an eye needs it. */
export interface CameraOrder {
  readonly id: CameraId;
  /** Complete address, credentials and all: only an eye and ffmpeg ever see it. */
  readonly source: string;
  /** Frames a second to look at, 1..30. */
  readonly fps: number;
  readonly transport: "tcp" | "udp";
  /** The part of the picture that is looked at, where it has more pixels for a person than the whole. */
  readonly crop?: Box;
}

export type EyeOrder =
  | {
      readonly kind: "load";
      /** The model's manifest file and its weights, both absolute paths. */
      readonly manifestPath: string;
      readonly weightsPath: string;
      /** Detections below this are not reported at all. */
      readonly keepThreshold: number;
      /** The processor where absent. */
      readonly provider?: Provider;
      /** The usual one where absent. */
      readonly tuning?: Tuning;
    }
  /** `scene` is the one the camera's zones were taught on; absent where none is known yet. */
  | { readonly kind: "start"; readonly camera: CameraOrder; readonly scene?: Scene }
  | { readonly kind: "stop"; readonly camera: CameraId }
  /** Hold the camera against this scene from now on. */
  | { readonly kind: "teach"; readonly camera: CameraId; readonly scene: Scene }
  /** Frames a second that the camera's zones need; an eye that is not told takes all of them for needed. */
  | { readonly kind: "least"; readonly camera: CameraId; readonly leastFps: number }
  /** Answer with the scene as it is now, as soon as there is one. */
  | { readonly kind: "ask-scene"; readonly camera: CameraId };

/** Counted at capture since the camera was opened in its eye, told about once a second. */
export interface CameraCounts {
  readonly captured: number;
  /** Frames a newer one replaced before the detector was free. */
  readonly replaced: number;
  /** Pictures the camera sent that could not be read, and bytes thrown away because no picture ended in them. */
  readonly unreadable: number;
  /** Runs that began, the first included. */
  readonly runs: number;
  /** Frames per second over the last 30 s (or since the start, if shorter). */
  readonly fps30s: number;
  /** How much later than the best of this run the newest frame came, ms; absent where it cannot be told. */
  readonly lateMs?: Millis;
  /** What the camera sends, once known: the codec's name as ffmpeg gives it, such as `h264`. */
  readonly codec?: string;
  /** Absent until the camera was looked at. */
  readonly looked?: LookRate;
  /** Percent of its time that the eye has left at the configured rates; absent until looks were measured. */
  readonly headroom?: number;
  readonly checks: readonly CheckReading[];
}

export type EyeReport =
  | { readonly kind: "detector"; readonly state: DetectorState }
  | { readonly kind: "camera"; readonly camera: CameraId; readonly state: CameraState }
  | { readonly kind: "observed"; readonly observation: Observation }
  | { readonly kind: "counts"; readonly camera: CameraId; readonly counts: CameraCounts }
  | { readonly kind: "trust"; readonly camera: CameraId; readonly trust: Trust }
  | { readonly kind: "scene"; readonly camera: CameraId; readonly scene: Scene }
  /** Told on change only: why the camera is looked at too seldom for its zones, or that it no longer is. */
  | { readonly kind: "overload"; readonly camera: CameraId; readonly why?: string }
  | {
      readonly kind: "picture";
      readonly camera: CameraId;
      readonly seq: number;
      readonly capturedAt: Millis;
      readonly size: Size;
      readonly jpeg: Uint8Array;
    };
