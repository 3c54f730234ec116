/**
 * Several changes gathered and published at once, so that everything drops once. One draft a box, in memory alone: it
 * is nobody's word until it is published, and a restart forgets it.
 */
import { wallMs } from "./base/clock.ts";
import type { Answer, Asker, Box } from "./box.ts";
import { type Config, type ConfigError, parseProvision } from "./domain/config.ts";
import { difference } from "./domain/difference.ts";
import { hidesCredentials, shownBoard, wholeSource } from "./domain/edit.ts";
import { DRAFT_PUBLISHED, told, type Why } from "./domain/reason_code.ts";
import { redactSource } from "./domain/source.ts";
import type { Millis } from "./domain/units.ts";

export interface DraftView {
  readonly by: string;
  readonly begunWallAt: Millis;
  /** The version it began from. */
  readonly basedOn: number;
  /** Grows with every change of the draft; who sends one names the one they saw. */
  readonly revision: number;
  /** What publishing it would change. */
  readonly changes: readonly string[];
  /** With *** where passwords stand; sent back so, they stay. */
  readonly config: Config;
}

type Fault = Extract<Answer, { ok: false }>;
export type Drafted =
  | { readonly ok: true; readonly draft: DraftView }
  | { readonly ok: false; readonly errors: readonly ConfigError[] }
  | Fault;

interface Held {
  readonly by: string;
  readonly begunWallAt: Millis;
  readonly basedOn: number;
  readonly revision: number;
  readonly config: Config;
}

const denied = (status: 404 | 409 | 503, detail: string): Fault => ({ ok: false, status, detail });
const NONE = denied(404, "There is no draft: begin one with POST /api/draft");

export class Draft {
  readonly #box: Box;
  /** Why a configuration cannot be put to work. */
  readonly #unfit: (config: Config) => Promise<Fault | undefined>;
  #held: Held | undefined;

  constructor(box: Box, unfit: (config: Config) => Promise<Fault | undefined>) {
    this.#box = box;
    this.#unfit = unfit;
  }

  get view(): DraftView | undefined {
    const held = this.#held;
    if (held === undefined) return undefined;
    return {
      ...held,
      changes: difference(this.#box.guard.config, held.config),
      config: {
        ...held.config,
        cameras: held.config.cameras.map((camera) => ({ ...camera, source: redactSource(camera.source) })),
        boards: held.config.boards.map(shownBoard),
      },
    };
  }

  /** Begins with what is in force. */
  begin(asker: Asker): Drafted {
    const { store, demonstration, guard, inForce = 0 } = this.#box;
    if (store === undefined) return denied(503, "There is no database to publish a draft to");
    if (demonstration) return denied(409, "The demonstration runs: end it first, then set up your cameras");
    if (this.#held !== undefined)
      return denied(409, `A draft of ${this.#held.by} is open: publish it or throw it away first`);
    const begun = { by: asker.id, begunWallAt: wallMs(), basedOn: inForce };
    return this.#hold({ ...begun, revision: 1, config: guard.config });
  }

  /** Takes this configuration for the draft, held against every rule. */
  put(revision: number, file: unknown): Drafted {
    const held = this.#held;
    if (held === undefined) return NONE;
    const stale = this.#stale(held, revision);
    if (stale !== undefined) return stale;
    const whole = withPasswords(file, held.config);
    const parsed = parseProvision(whole.file);
    const errors = [...whole.errors, ...(parsed.ok ? [] : parsed.errors)];
    if (!parsed.ok || errors.length > 0) return { ok: false, errors };
    const { users, ...config } = parsed.value;
    if (users.length > 0)
      return { ok: false, errors: [{ path: "users", message: "have no place in a draft; remove them" }] };
    return this.#hold({ ...held, revision: revision + 1, config });
  }

  /** Puts it in force, all at once. Every output drops. */
  async publish(revision: number, why: Why, asker: Asker): Promise<Answer> {
    const held = this.#held;
    if (held === undefined) return NONE;
    const refused = this.#stale(held, revision) ?? (await this.#unfit(held.config));
    if (refused !== undefined) return refused;
    try {
      const published = await this.#box.change(
        // Asked again in its turn: an edit that waited before it makes it old.
        () =>
          this.#old(held) ? { ok: false } : { ok: true, config: held.config, ...told(DRAFT_PUBLISHED, why) },
        asker,
      );
      if (published === undefined) return this.#stale(held, revision) ?? NONE;
    } catch (error) {
      return denied(503, `Cannot publish the draft: ${(error as Error).message}`);
    }
    if (this.#held === held) this.#held = undefined;
    return { ok: true };
  }

  /** Whether there was one. */
  discard(): boolean {
    const was = this.#held !== undefined;
    this.#held = undefined;
    return was;
  }

  #hold(held: Held): Drafted {
    this.#held = held;
    const draft = this.view;
    return draft === undefined ? NONE : { ok: true, draft };
  }

  #old({ basedOn }: Held): boolean {
    return (this.#box.inForce ?? 0) !== basedOn;
  }

  /** Nobody overwrites what they have not seen: neither the draft's last change nor a version since it began. */
  #stale(held: Held, revision: number): Fault | undefined {
    if (held.revision !== revision)
      return denied(
        409,
        `The draft was changed since you read it (${held.revision}, not ${revision}): read it again`,
      );
    if (!this.#old(held)) return undefined;
    return denied(
      409,
      `Version ${this.#box.inForce ?? 0} came in force since this draft began from version ${held.basedOn}: throw it away and begin again`,
    );
  }
}

type Members = Readonly<Record<string, unknown>>;

/** The file with the passwords of the draft where *** stands for them. What has no shape yet is left to the rules. */
function withPasswords(
  file: unknown,
  { cameras, boards }: Config,
): { readonly file: unknown; readonly errors: readonly ConfigError[] } {
  const errors: ConfigError[] = [];
  const completed = (
    section: "cameras" | "boards",
    member: "source" | "address",
    known: ReadonlyMap<unknown, string>,
  ) => {
    const list = (file as Members | null)?.[section];
    if (!Array.isArray(list)) return {};
    const whole = list.map((item: Members | null, i) => {
      const text = item?.[member];
      if (typeof text !== "string" || !hidesCredentials(text)) return item;
      const made = wholeSource(text.trim(), known.get(item?.id), undefined);
      if (made.ok) return { ...item, [member]: made.source };
      errors.push({ path: `${section}[${i}].${member}`, message: made.error.message });
      return item;
    });
    return { [section]: whole };
  };
  const sources = new Map(cameras.map(({ id, source }) => [id, source]));
  const addresses = new Map(boards.map(({ id, address = "" }) => [id, address]));
  const more = {
    ...completed("cameras", "source", sources),
    ...completed("boards", "address", addresses),
  };
  const isObject = typeof file === "object" && file !== null && !Array.isArray(file);
  return { file: isObject ? { ...file, ...more } : file, errors };
}
