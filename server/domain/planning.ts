/**
 * How far from the hazard a stop zone's edge should lie, as ISO 13855 reckons: S = K * T + C. A figure for planning:
 * it proves nothing.
 */
import type { Millis } from "./units.ts";

/** Walking, millimetres a second (ISO 13855). */
const WALKING = 1_600;
/** Reach beyond a floor zone that is judged by where the feet are, millimetres (ISO 13855, height of detection 0). */
const REACH = 1_200;

export const PLAN_LABEL = "Planning value with no safety rating: prove the distance at the machine.";

/** What the distance of one zone follows from. */
export interface PlanInput {
  /** The slowest of a hundred frames, from its arrival to the boards' answer; absent before any was measured. */
  readonly reactionMs?: Millis;
  /** From a person's first step in until enough frames have shown them. */
  readonly confirmMs: Millis;
  readonly dwellMs: Millis;
  /** From the drop of the output to the standstill, as a person has measured it. */
  readonly stopTimeMs: Millis;
  /** How near the zone's edge comes to the hazard; absent where nobody has said where that is. */
  readonly edgeMm?: number;
}

export interface Plan extends PlanInput {
  readonly label: string;
  readonly totalMs?: Millis;
  readonly distanceMm?: number;
  /** The zone's edge is nearer to the hazard than the distance. */
  readonly tooNear: boolean;
  /** One sentence. */
  readonly says: string;
}

const metres = (mm: number): string => `${(mm / 1_000).toFixed(2)} m`;

export function planOf(input: PlanInput): Plan {
  const { reactionMs, confirmMs, dwellMs, stopTimeMs, edgeMm } = input;
  if (reactionMs === undefined)
    return { ...input, label: PLAN_LABEL, tooNear: false, says: "No reaction is measured yet" };
  const totalMs = Math.round(reactionMs + confirmMs + dwellMs + stopTimeMs);
  const distanceMm = Math.ceil((WALKING * totalMs) / 1_000 + REACH);
  const tooNear = edgeMm !== undefined && edgeMm < distanceMm;
  const plan = `1.6 m/s in ${(totalMs / 1_000).toFixed(2)} s and 1.2 m of reach make ${metres(distanceMm)}, without the camera's own delay`;
  const edge =
    edgeMm === undefined
      ? ""
      : tooNear
        ? `draw the zone larger, or have the machine stop sooner: its edge is only ${metres(edgeMm)} from the hazard; `
        : `; the zone's edge is ${metres(edgeMm)} from the hazard`;
  return {
    ...input,
    label: PLAN_LABEL,
    totalMs,
    distanceMm,
    tooNear,
    says: tooNear ? `${edge}${plan}` : `${plan}${edge}`,
  };
}
