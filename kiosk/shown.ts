/** What a zone and a camera come to on the screen: a zone that is bypassed or inactive is never called clear. Pure. */
import type { BypassView, CameraView, Verdict, ZoneView } from "../server/domain/view.ts";

export type Shown = Verdict | "bypassed" | "inactive";

/** The gravest last, as the box has them; what is out of the rules is graver than nothing only. */
const ORDER: readonly Shown[] = ["clear", "inactive", "bypassed", "warn", "stop", "blind"];

export function bypassOf(zone: ZoneView, bypasses: readonly BypassView[]): BypassView | undefined {
  return bypasses.find((bypass) => bypass.zone === zone.id);
}

export function shownZone(zone: ZoneView, bypasses: readonly BypassView[]): Shown {
  if (bypassOf(zone, bypasses) !== undefined) return "bypassed";
  return zone.activity?.active === false ? "inactive" : zone.verdict;
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
  const shown = zones.map((zone) => shownZone(zone, bypasses));
  if (!shown.includes("bypassed") && !shown.includes("inactive")) return camera.verdict;
  const worst = Math.max(...shown.map((word) => ORDER.indexOf(word)));
  return ORDER[worst] ?? "blind";
}
