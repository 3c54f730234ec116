/**
 * How much of the network is let in: so many connections, so many new ones a second, and so many requests. A handshake
 * costs a millisecond of the process that guards, so what comes too often is turned away before it.
 */
import { monotonicMs } from "../base/clock.ts";
import type { Millis } from "../domain/units.ts";

/** Eight tablets with a spare page each: a browser opens seven connections to one host. */
export const CONNECTIONS_MAX = 128;
const OF_ONE_ADDRESS = 16;

interface Pace {
  readonly perSecond: number;
  readonly burst: number;
}
/** New connections, each a handshake. */
const NEW_OF_ONE: Pace = { perSecond: 4, burst: 24 };
const NEW_OF_ALL: Pace = { perSecond: 16, burst: 64 };
/** A page asks for thirty files when it is opened, and for one or two things a second after that. */
const REQUESTS_OF_ONE: Pace = { perSecond: 30, burst: 200 };
const ADDRESSES_MAX = 256;

/** Fills by its pace, and is emptied one by one. */
class Bucket {
  readonly #pace: Pace;
  #left: number;
  #at: Millis;

  constructor(pace: Pace, now: Millis) {
    this.#pace = pace;
    this.#left = pace.burst;
    this.#at = now;
  }

  take(now: Millis): boolean {
    const { perSecond, burst } = this.#pace;
    this.#left = Math.min(burst, this.#left + ((now - this.#at) / 1_000) * perSecond);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}

interface Comer {
  open: number;
  readonly connections: Bucket;
  readonly requests: Bucket;
}

export class Door {
  readonly #now: () => Millis;
  readonly #comers = new Map<string, Comer>();
  readonly #all: Bucket;
  #open = 0;

  constructor(now: () => Millis = monotonicMs) {
    this.#now = now;
    this.#all = new Bucket(NEW_OF_ALL, now());
  }

  /** Connections that were let in and not left. */
  get open(): number {
    return this.#open;
  }

  /** Whether a new connection of this address may begin. One that may is told of again by `left`. */
  enters(address: string): boolean {
    const comer = this.#comer(address);
    if (this.#open >= CONNECTIONS_MAX || comer.open >= OF_ONE_ADDRESS) return false;
    // The address first: one that is too busy takes nothing from the others.
    if (!comer.connections.take(this.#now()) || !this.#all.take(this.#now())) return false;
    comer.open++;
    this.#open++;
    return true;
  }

  left(address: string): void {
    this.#comer(address).open--;
    this.#open--;
  }

  /** Whether another request of this address is heard. */
  asks(address: string): boolean {
    return this.#comer(address).requests.take(this.#now());
  }

  /** The one that came longest ago makes room; whoever is connected stays known. */
  #comer(address: string): Comer {
    const known = this.#comers.get(address);
    if (known !== undefined) return known;
    if (this.#comers.size >= ADDRESSES_MAX)
      for (const [other, { open }] of this.#comers) {
        if (open > 0) continue;
        this.#comers.delete(other);
        break;
      }
    const now = this.#now();
    const comer = {
      ...{ open: 0, connections: new Bucket(NEW_OF_ONE, now), requests: new Bucket(REQUESTS_OF_ONE, now) },
    };
    this.#comers.set(address, comer);
    return comer;
  }
}
