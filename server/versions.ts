/**
 * Every configuration that was ever in force, what each changed, and the way back to one of them: as a version of its
 * own, held against the rules, the boards and the models of today before anything drops.
 */
import type { Answer, Asker, Box } from "./box.ts";
import { noteOf } from "./commands.ts";
import { type Config, EMPTY_CONFIG } from "./domain/config.ts";
import { difference } from "./domain/difference.ts";
import { told as toldWhy, type Why } from "./domain/reason_code.ts";
import { Draft } from "./draft.ts";
import { workOf } from "./guard.ts";
import type { VersionQuery, VersionRow } from "./store/protocol.ts";
import type { CurrentConfig } from "./store/store.ts";

/** What is different, or why that cannot be said. */
export type Told =
  | { readonly ok: true; readonly changes: readonly string[] }
  | { readonly ok: false; readonly why: string };

export interface VersionDetails {
  readonly row: VersionRow;
  /** From the version before it. */
  readonly made: Told;
  /** What putting it in force would change now. */
  readonly wouldMake: Told;
  /** Why it cannot be put in force; undefined where nothing is known to speak against it. */
  readonly refusal?: string;
}

type Refused = Extract<Answer, { ok: false }>;
type Read =
  | { readonly ok: true; readonly stored: CurrentConfig | undefined }
  | { readonly ok: false; readonly why: string };

const denied = (status: 404 | 409 | 503, detail: string): Refused => ({ ok: false, status, detail });
const NO_DATABASE = "There is no database to read the versions from";

export class Versions {
  readonly draft: Draft;
  readonly #box: Box;

  constructor(box: Box) {
    this.#box = box;
    this.draft = new Draft(box, async (config) => modelFault(config) ?? (await this.#modelRefusal(config)));
  }

  /** Newest first. Undefined where there is no database. */
  async list(query: VersionQuery): Promise<readonly VersionRow[] | undefined> {
    return await this.#box.store?.versions(query);
  }

  /** One version; undefined where there is none of this number. */
  async details(number: number): Promise<VersionDetails | undefined> {
    const [row] = (await this.list({ limit: 1, before: number + 1 })) ?? [];
    if (row?.version !== number) return undefined;
    const [read, before] = [await this.#read(number), await this.#read(number - 1)];
    const refusal = (await this.#refusal(number, read))?.detail;
    return {
      row,
      made: told(before, read),
      wouldMake: told({ ok: true, stored: this.#inForce() }, read),
      ...(refusal === undefined ? {} : { refusal }),
    };
  }

  /** Puts an earlier version in force, as a new one. Every output drops. */
  async revert(number: number, why: Why, asker: Asker): Promise<Answer> {
    const read = await this.#read(number);
    const wanted = read.ok ? read.stored?.config : undefined;
    const refused = (await this.#refusal(number, read)) ?? (wanted && (await this.#modelRefusal(wanted)));
    if (refused !== undefined || !read.ok || read.stored === undefined)
      return this.#denied(number, refused ?? denied(404, `There is no version ${number}`), asker);
    try {
      await this.#box.publish({
        config: read.stored.config,
        demonstration: false,
        author: asker,
        ...toldWhy(`Back to version ${number}`, why),
      });
      return { ok: true };
    } catch (error) {
      return denied(503, `Cannot put version ${number} in force: ${(error as Error).message}`);
    }
  }

  #denied(number: number, refused: Refused, asker: Asker): Answer {
    const object = { type: "config", id: String(number) };
    const entry = {
      action: "config.revert-refused",
      object,
      result: "denied",
      reason: refused.detail,
    } as const;
    this.#box.journal.tell(noteOf(asker, entry));
    return refused;
  }

  #inForce(): CurrentConfig {
    const { guard, inForce = 0, demonstration } = this.#box;
    return { version: inForce, config: guard.config, demonstration };
  }

  async #read(number: number): Promise<Read> {
    try {
      return { ok: true, stored: await this.#box.store?.version(number) };
    } catch (error) {
      return { ok: false, why: (error as Error).message };
    }
  }

  /** What is known to speak against it without trying anything. */
  async #refusal(number: number, read: Read): Promise<Refused | undefined> {
    const { store, demonstration, inForce } = this.#box;
    if (store === undefined) return denied(503, NO_DATABASE);
    if (demonstration) return denied(409, "The demonstration runs: end it first, then set up your cameras");
    if (!read.ok) return denied(409, read.why);
    if (read.stored === undefined) return denied(404, `There is no version ${number}`);
    const newest = (await store.versions({ limit: 1 }))[0]?.version;
    // One that was fallen back to is put in force by a person before it is the newest again.
    if (newest === inForce) {
      if (number === inForce) return denied(409, `Version ${number} is in force already`);
      if (difference(this.#box.guard.config, read.stored.config).length === 0)
        return denied(409, `Version ${number} says the same as version ${inForce}, which is in force`);
    }
    const { config, demonstration: shown, locked } = read.stored;
    if (shown) return denied(409, `Version ${number} was a demonstration, which cannot be put in force`);
    const [lock] = locked?.values() ?? [];
    if (lock !== undefined) return denied(409, lock);
    return modelFault(config);
  }

  /** A model that does not watch now proves itself first, as for any change of the detector. */
  async #modelRefusal({ detector }: Config): Promise<Refused | undefined> {
    if (detector.model === this.#box.guard.model.name) return undefined;
    return await this.#box.models.refusal(detector);
  }
}

function modelFault(config: Config): Refused | undefined {
  if (config.cameras.length === 0 && config.detector.model === EMPTY_CONFIG.detector.model) return undefined;
  const { model } = workOf(config).plan;
  return "failed" in model ? denied(409, model.failed) : undefined;
}

function told(from: Read, to: Read): Told {
  if (!from.ok) return from;
  if (!to.ok) return to;
  return {
    ok: true,
    changes: difference(from.stored?.config ?? EMPTY_CONFIG, to.stored?.config ?? EMPTY_CONFIG),
  };
}
