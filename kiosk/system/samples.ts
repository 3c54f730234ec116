/** The samples that the screen holds: the newest 600, continued with what is newer. */
import { FIGURES, type Figure, SAMPLES_KEPT } from "../../server/domain/figures.ts";
import type { FiguresAnswer } from "./calls.ts";

/** `known` continued by an answer that was asked for with its number; the answer alone where it does not continue it. */
export function continued(known: FiguresAnswer | undefined, answer: FiguresAnswer): FiguresAnswer {
  if (known === undefined || answer.seq - answer.at.length !== known.seq) return answer;
  if (answer.at.length === 0) return known;
  const figures = FIGURES.map((figure) => [
    figure,
    [...known.figures[figure], ...answer.figures[figure]].slice(-SAMPLES_KEPT),
  ]);
  return {
    ...answer,
    at: [...known.at, ...answer.at].slice(-SAMPLES_KEPT),
    figures: Object.fromEntries(figures) as FiguresAnswer["figures"],
  };
}

/** The newest value; undefined where the newest sample has none. */
export function newest(samples: FiguresAnswer, figure: Figure): number | undefined {
  return samples.figures[figure].at(-1) ?? undefined;
}
