/** What an eye may say, and which camera it speaks of. */
import type { EyeReport } from "../domain/eye.ts";
import type { CameraId } from "../domain/units.ts";

const KINDS: readonly string[] = [
  "detector",
  "camera",
  "observed",
  "counts",
  "trust",
  "scene",
  "overload",
  "picture",
] satisfies EyeReport["kind"][];

export function isReport(message: unknown): message is EyeReport {
  return (
    typeof message === "object" && message !== null && KINDS.includes((message as { kind: string }).kind)
  );
}

export function cameraOf(report: Exclude<EyeReport, { kind: "detector" }>): CameraId {
  return report.kind === "observed" ? report.observation.camera : report.camera;
}
