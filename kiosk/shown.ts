/** What a zone and a camera come to on the screen: a zone that is bypassed is never called clear. Pure. */
import type { BypassView, CameraView, Verdict, ZoneView } from "../server/domain/view.ts";

export type Shown = Verdict | "bypassed";

/** The gravest last, as the box has them; a bypass is graver than nothing only. */
const ORDER: readonly Shown[] = ["clear", "bypassed", "warn", "stop", "blind"];

export function bypassOf(zone: ZoneView, bypasses: readonly BypassView[]): BypassView | undefined {
  return bypasses.find((bypass) => bypass.zone === zone.id);
}

export function shownZone(zone: ZoneView, bypasses: readonly BypassView[]): Shown {
  return bypassOf(zone, bypasses) === undefined ? zone.verdict : "bypassed";
}

/**
 * What stands under a camera's picture: the worst of its zones.
 * @param zones the camera's own
 */
export function shownCamera(
  camera: CameraView,
  zones: readonly ZoneView[],
  bypasses: readonly BypassView[],
): Shown {
  if (!zones.some((zone) => bypassOf(zone, bypasses) !== undefined)) return camera.verdict;
  const worst = Math.max(...zones.map((zone) => ORDER.indexOf(shownZone(zone, bypasses))));
  return ORDER[worst] ?? "blind";
}
