/**
 * People and how they prove who they are. One PIN is checked at a time, because each takes a core for a tenth of a
 * second, and after a wrong one there is a pause: whoever guesses, from however many panels and under however many
 * names, never has more than a third of one core, and what else the box does is not held up.
 */
import { monotonicMs, wait } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { UserConfig } from "../domain/config.ts";
import type { Stamp } from "./change.ts";
import type { Line } from "./line.ts";
import { orderedPerson, type PersonAnswer, type PersonAsked, personDraft, rowOf } from "./person_order.ts";
import { hashBadge, loadPepper, matchesPin, nameKey, nobodysHash, type Pepper } from "./pin.ts";
import type { PersonRow } from "./protocol.ts";

/** Somebody who has proven who they are. */
export interface Known {
  readonly id: string;
  readonly name: string;
  readonly role: UserConfig["role"];
  /** Of the PIN they proved it with: another PIN has another. */
  readonly proof: string;
}

export type PinCheck = { readonly ok: true; readonly person: Known } | { readonly ok: false };

export interface PeopleOptions {
  /** Where the pepper is. */
  readonly folder: string;
  readonly line: Pick<Line, "ask">;
  readonly stamp: Stamp;
  /** One change of the database's settings after the other. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  readonly log: Log;
}

/** PIN checks that may wait. */
const MAX_CHECKS = 10;
/** The pause after a wrong PIN, by the time that its check took. */
const PAUSE_SHARE = 2;

export class People {
  readonly #options: PeopleOptions;
  readonly #nobody = nobodysHash();
  #pepper: Promise<Pepper> | undefined;
  #pepperTold = false;
  #checks: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(options: PeopleOptions) {
    this.#options = options;
  }

  /** Everybody the box knows, without hashes. */
  async all(): Promise<readonly PersonRow[]> {
    return (await this.#options.line.ask("people", undefined)).map(rowOf);
  }

  /** Adds or changes one person with the row that tells of it, or says what speaks against it. */
  async change(asked: PersonAsked): Promise<PersonAnswer> {
    const { line, stamp, inTurn } = this.#options;
    return await inTurn(async () => {
      const known = await line.ask("people", undefined);
      const change = await orderedPerson(asked.order, known, await this.pepper());
      if ("ok" in change) return change;
      const version = (await line.ask("config", undefined))?.version ?? 0;
      const draft = personDraft(change, asked, version, stamp);
      if (draft !== undefined) await line.ask("publish", draft);
      const { pin } = change.now;
      return { ok: true, person: rowOf(change.now), changed: draft !== undefined, proof: pin.salt };
    });
  }

  /** The person as they are now; undefined where they left, or their PIN is another one than they proved. */
  async standing({ id, proof }: Pick<Known, "id" | "proof">): Promise<Known | undefined> {
    const found = (await this.#options.line.ask("people", undefined)).find((row) => row.id === id);
    if (found === undefined || !found.active || found.pin.salt !== proof) return undefined;
    return { id, name: found.name, role: found.role as Known["role"], proof };
  }

  /** Whose badge types this. */
  async ofBadge(badge: string): Promise<PersonRow | undefined> {
    const hash = hashBadge(badge, await this.pepper());
    const people = await this.#options.line.ask("people", undefined);
    const found = people.find((row) => row.badge === hash && row.active);
    return found && rowOf(found);
  }

  /**
   * Whether this is the person's PIN. The answer, and the time it takes, is the same for a name nobody has.
   * Limits on repeated tries are the caller's. Rejects when more than 10 checks wait.
   */
  async checkPin(name: string, pin: string): Promise<PinCheck> {
    if (this.#waiting >= MAX_CHECKS)
      throw new Error(`Cannot check the PIN: ${MAX_CHECKS} checks are waiting; try again in a few seconds`);
    this.#waiting++;
    let began = 0;
    const result = this.#checks.then(() => {
      began = monotonicMs();
      return this.#check(name, pin);
    });
    this.#checks = result.then(
      ({ ok }) => (ok ? undefined : wait(PAUSE_SHARE * (monotonicMs() - began))),
      () => undefined,
    );
    try {
      return await result;
    } finally {
      this.#waiting--;
    }
  }

  async #check(name: string, pin: string): Promise<PinCheck> {
    const { line, log } = this.#options;
    const key = nameKey(name);
    const found = (await line.ask("people", undefined)).find((row) => row.key === key && row.active);
    const pepper = await this.pepper();
    if (found !== undefined && found.pin.pepperId !== pepper.id && !this.#pepperTold) {
      this.#pepperTold = true;
      log.error("pepper was replaced, no PIN can match: restore the file or set every PIN again");
    }
    const matches = await matchesPin(pin, pepper, found?.pin ?? this.#nobody);
    if (found === undefined || !matches) return { ok: false };
    const { id, role, pin: kept } = found;
    return { ok: true, person: { id, name: found.name, role: role as Known["role"], proof: kept.salt } };
  }

  /** Read once; tried again where that failed. */
  pepper(): Promise<Pepper> {
    const pepper = this.#pepper ?? loadPepper(this.#options.folder);
    this.#pepper = pepper;
    pepper.catch(() => {
      if (this.#pepper === pepper) this.#pepper = undefined;
    });
    return pepper;
  }
}
