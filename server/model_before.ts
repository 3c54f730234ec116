/** Which model was in force before, as the box keeps it: what a rollback brings back. */
import { z } from "zod";
import type { DetectorConfig } from "./domain/config.ts";

const detector = z.object({ model: z.string(), threshold: z.number().optional() });
const keptShape = z.object({ now: detector, before: detector.optional() });

/** Without members that are there and undefined. */
const plain = ({ model, threshold }: z.infer<typeof detector>): DetectorConfig =>
  threshold === undefined ? { model } : { model, threshold };

/** What a rollback brings back, of what was kept, where this model is in force now. Throws where it is not that. */
export function modelBefore(
  text: string | undefined,
  inForce: string | undefined,
): DetectorConfig | undefined {
  if (text === undefined) return undefined;
  const kept = keptShape.parse(JSON.parse(text));
  const before = kept.now.model === inForce ? kept.before : kept.now;
  return before === undefined ? undefined : plain(before);
}
