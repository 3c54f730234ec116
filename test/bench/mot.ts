/**
 * How well people were followed, against where they really were: CLEAR MOT (Bernardin and Stiefelhagen, 2008) and
 * IDF1 (Ristani et al., arXiv 1609.01775).
 */
import { bestPairs } from "../../server/domain/assign.ts";
import { iou } from "../../server/domain/geometry.ts";
import type { Box } from "../../server/domain/units.ts";

/** A box that bears a number. */
export interface Placed {
  readonly id: number;
  readonly box: Box;
}

/** Somebody who is really there. */
export interface Present {
  /** Of this visit: whoever was gone and comes back is another one. */
  readonly visit: string;
  /** Bounds of the whole body and of what can be seen of it: either finds them. None where their place is not known. */
  readonly boxes: readonly Box[];
  /** So little of them is seen that a box there counts neither for nor against. */
  readonly unsure: boolean;
}

export interface MotFrame {
  readonly truth: readonly Present[];
  readonly told: readonly Placed[];
}

export interface MotFigures {
  /** 1 less the share of people missed, invented and exchanged. */
  readonly mota: number;
  /** Share of people and boxes that the best pairing of visits with numbers explains. */
  readonly idf1: number;
  /** How often somebody's number became another one. */
  readonly switches: number;
  /** How often somebody who was followed was not, and then was again. */
  readonly fragmentations: number;
  /** Stretches under one number and without a break that a visit falls into. */
  readonly stretchesPerVisit: number;
  /** All numbers given, also to nobody. */
  readonly numbersPerVisit: number;
  readonly missed: number;
  readonly invented: number;
  /** People in frames, all together. */
  readonly present: number;
}

/** The overlap from which a box has found a person, in all such figures. */
const MIN_IOU = 0.5;

/** How well the box finds the person; 0 where it does not. */
function finds({ boxes }: Present, { box }: Placed): number {
  if (boxes.length === 0) return 1;
  const best = Math.max(...boxes.map((each) => iou(each, box)));
  return best >= MIN_IOU ? best : 0;
}

/** What became of one visit so far. */
interface Story {
  number: number | undefined;
  followed: boolean;
  /** For each number, in how many frames it was there. */
  readonly together: Map<number, number>;
}

class Tally {
  readonly stories = new Map<string, Story>();
  readonly numbers = new Set<number>();
  missed = 0;
  invented = 0;
  switches = 0;
  fragmentations = 0;
  stretches = 0;
  present = 0;
  told = 0;

  take({ truth, told }: MotFrame): void {
    // Whoever has a number keeps it where that is possible: another box that fits better is no exchange.
    const pairs = bestPairs(
      truth.map((person) =>
        told.map((one) => {
          const value = finds(person, one);
          const kept = value > 0 && this.stories.get(person.visit)?.number === one.id;
          return kept ? value + truth.length : value;
        }),
      ),
    );
    truth.forEach((person, i) => {
      if (!person.unsure) this.#follow(person, told[pairs[i] ?? -1]);
    });
    const sure = truth.filter(({ unsure }) => !unsure);
    told.forEach((one, k) => {
      const paired = truth[pairs.indexOf(k)];
      const doubtful = truth.some((person) => person.unsure && finds(person, one) > 0);
      if (paired === undefined ? doubtful : paired.unsure) return;
      this.told++;
      this.numbers.add(one.id);
      if (paired === undefined) this.invented++;
      for (const person of sure) {
        const together = this.stories.get(person.visit)?.together;
        if (finds(person, one) > 0) together?.set(one.id, (together.get(one.id) ?? 0) + 1);
      }
    });
  }

  #follow({ visit }: Present, one: Placed | undefined): void {
    const story = this.stories.get(visit) ?? { number: undefined, followed: false, together: new Map() };
    this.stories.set(visit, story);
    this.present++;
    if (one === undefined) {
      this.missed++;
    } else {
      const [known, another] = [story.number !== undefined, story.number !== one.id];
      if (known && another) this.switches++;
      if (known && !story.followed) this.fragmentations++;
      if (another || !story.followed) this.stretches++;
      story.number = one.id;
    }
    story.followed = one !== undefined;
  }

  /** People in frames whose number is the one that is theirs in the best pairing. */
  explained(): number {
    const numbers = [...this.numbers];
    const counts = [...this.stories.values()].map(({ together }) =>
      numbers.map((number) => together.get(number) ?? 0),
    );
    return bestPairs(counts).reduce<number>((sum, column, i) => sum + (counts[i]?.[column ?? -1] ?? 0), 0);
  }
}

/** @param frames in their order, at least one of them with somebody in it */
export function motFigures(frames: readonly MotFrame[]): MotFigures {
  const tally = new Tally();
  for (const frame of frames) tally.take(frame);
  const { missed, invented, switches, fragmentations, present, told } = tally;
  const visits = tally.stories.size;
  return {
    mota: 1 - (missed + invented + switches) / present,
    idf1: (2 * tally.explained()) / (present + told),
    switches,
    fragmentations,
    stretchesPerVisit: tally.stretches / visits,
    numbersPerVisit: tally.numbers.size / visits,
    missed,
    invented,
    present,
  };
}
