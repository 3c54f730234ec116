/** The frame that tripped, as it is kept: its JPEG lies beside it, and boxes and zones are lines, never painted into it. */
import type { Box, CameraId, Millis, Point, Size, ZoneId } from "./units.ts";
import type { ZoneKind } from "./zone.ts";

export interface StopPicture {
  /** Of the event, and the name of its files. */
  readonly id: string;
  /** Definition and source of the alarm that it belongs to. */
  readonly alarm: string;
  readonly camera: CameraId;
  readonly cameraName: string;
  /** The machine cycle that it ended, or the last one before it. */
  readonly cycle: number;
  readonly takenWallAt: Millis;
  /** From the frame that tripped to this picture; below 0 where the picture is the older one. */
  readonly offMs: Millis;
  readonly size: Size;
  /** Who counted in the frame that tripped. */
  readonly boxes: readonly { readonly label: string; readonly score: number; readonly box: Box }[];
  readonly zones: readonly {
    readonly id: ZoneId;
    readonly name: string;
    readonly kind: ZoneKind;
    readonly polygon: readonly Point[];
  }[];
}

/** What the trail's row says of a picture, and so what a shift report knows of it. */
export interface PictureRow {
  readonly picture: string;
  readonly camera: CameraId;
  readonly cycle: number;
  readonly takenWallAt: Millis;
  readonly offMs: Millis;
  /** SHA-256 of the JPEG and of the file of lines beside it, in hex. */
  readonly sha256: string;
  readonly linesSha256: string;
}

export const PICTURED = "alarm.pictured";
export const NOT_PICTURED = "alarm.not-pictured";

/** "80 ms after the frame that tripped". */
export function offText(offMs: Millis): string {
  const ms = Math.round(Math.abs(offMs));
  if (ms < 1) return "the frame that tripped";
  return `${ms} ms ${offMs < 0 ? "before" : "after"} the frame that tripped`;
}
