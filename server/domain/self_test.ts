/** Whether the model has proven itself lately: what it says counts for so long after it was right on its golden picture. */
import type { Supervision } from "./supervision.ts";
import type { CameraId, Millis } from "./units.ts";

/** An eye tests its model every ten minutes; one that was left out may be a busy moment, two are a fault. */
export const SELF_TEST_LIMIT_MS: Millis = 20 * 60_000;

/** The detector that looked at this camera last has not been tested for too long. An eye that tells no test is not judged. */
export function isTestOverdue({ cameras, at }: Supervision, camera: CameraId): boolean {
  const testedAt = cameras.get(camera)?.testedAt;
  return testedAt !== undefined && at - testedAt > SELF_TEST_LIMIT_MS;
}

/** Why the model is not proven, in words; undefined where it is. */
export function selfTestFault(state: Supervision): string | undefined {
  const { detector, cameras } = state;
  if (detector.kind === "failed") return detector.selfTest === true ? detector.why : undefined;
  const overdue = [...cameras.keys()].some((id) => isTestOverdue(state, id));
  return overdue ? "The model was not tested on its golden picture for over 20 minutes" : undefined;
}
