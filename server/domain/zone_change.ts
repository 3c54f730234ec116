/** What a publication did to the outlines of zones, camera by camera: for the picture that the trail keeps of it. */
import type { Config, ZoneConfig } from "./config.ts";
import type { CameraId, Millis, Point, Size, ZoneId } from "./units.ts";

export interface Outline {
  readonly id: ZoneId;
  readonly name: string;
  readonly kind: ZoneConfig["kind"];
  readonly polygon: readonly Point[];
}

export interface ZoneChange {
  readonly camera: CameraId;
  readonly before: readonly Outline[];
  readonly after: readonly Outline[];
}

/** What the trail's row says: the outlines themselves, and the hash of the picture that they lie on. */
export interface ZonePictureRow extends ZoneChange {
  /** The name of its file. Without it the camera gave no picture. */
  readonly picture?: string;
  readonly sha256?: string;
  readonly takenWallAt?: Millis;
  readonly size?: Size;
}

export const ZONE_PICTURED = "zone.pictured";

const outlineOf = ({ id, name, kind, polygon }: ZoneConfig): Outline => ({ id, name, kind, polygon });

/** The cameras on whose pictures a zone came, went, moved or became of another kind. */
export function zoneChanges(before: Config, after: Config): readonly ZoneChange[] {
  const of = (config: Config, camera: CameraId): readonly Outline[] =>
    config.zones.filter((zone) => zone.camera === camera).map(outlineOf);
  const drawn = (outlines: readonly Outline[]): string =>
    JSON.stringify(outlines.map(({ id, kind, polygon }) => [id, kind, polygon]));
  return after.cameras
    .map(({ id }) => ({ camera: id, before: of(before, id), after: of(after, id) }))
    .filter((change) => drawn(change.before) !== drawn(change.after));
}
