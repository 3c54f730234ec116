/** What every emulated relay board has and can be made to do, whatever the protocol it speaks. */
import { setTimeout as later } from "node:timers";

export type BoardFault =
  | "none"
  /** Takes every order, carries out none, answers none. */
  | "hang"
  /** Answers as always, but no relay moves. */
  | "stuck"
  /** Answers, but nothing that can be understood, and no relay moves. */
  | "garbage";

/** The relays themselves. They keep their state whoever comes and goes; a timer drops one by itself. */
export class Relays {
  /** Channel 1 is the lowest bit of the first byte. */
  readonly bits: Buffer;
  readonly #count: number;
  readonly #timers = new Map<number, NodeJS.Timeout>();

  constructor(count: number) {
    this.#count = count;
    this.bits = Buffer.alloc(Math.ceil(count / 8));
  }

  get states(): readonly boolean[] {
    return Array.from({ length: this.#count }, (_, i) => ((this.bits[i >> 3] ?? 0) & (1 << (i & 7))) !== 0);
  }

  /** @param forMs it is what it was not after so long, as toggle timers do; without it, a timer ends */
  set(index: number, energised: boolean, forMs?: number): void {
    this.endTimer(index);
    const mask = 1 << (index & 7);
    const byte = this.bits[index >> 3] ?? 0;
    this.bits[index >> 3] = energised ? byte | mask : byte & ~mask;
    if (forMs !== undefined)
      this.#timers.set(
        index,
        later(() => this.set(index, !energised), forMs),
      );
  }

  setAll(states: readonly boolean[]): void {
    for (const [i, energised] of states.entries()) this.set(i, energised);
  }

  hasTimer(index: number): boolean {
    return this.#timers.has(index);
  }

  endTimer(index: number): void {
    clearTimeout(this.#timers.get(index));
    this.#timers.delete(index);
  }

  endTimers(): void {
    for (const index of this.#timers.keys()) this.endTimer(index);
  }
}

export interface BoardRig extends AsyncDisposable {
  readonly relays: Relays;
  fault: BoardFault;
  /** Nobody can reach it; its relays stay as they are. */
  unplug(): Promise<void>;
  plugIn(): Promise<void>;
}
