/** Which panels there are, and who of those that are expected is missing. Names outlast a start. */
import { z } from "zod";
import { monotonicMs } from "./base/clock.ts";
import type { Answer, Asker } from "./commands.ts";
import {
  type OfflinePanel,
  offlinePanels,
  PANEL_SILENT_MS,
  type PanelPresence,
  type PanelShows,
} from "./domain/panel.ts";
import type { Millis } from "./domain/units.ts";
import { type JournalEntry, stamp } from "./journal.ts";

/** The name under which the names are kept. */
export const PANELS_KEPT = "panels";
/** More screens than any machine has; the one that was heard longest ago makes room. */
const PANELS_MAX = 32;
const NAMED_MAX = 16;
/** A screen that nobody named is forgotten when it has been silent for so long. */
const FORGOTTEN_MS = 60_000;
const LOOK_MS = 1_000;

export interface Beat {
  readonly id: string;
  readonly shows: PanelShows;
  /** Such as `live` or `alarms`. */
  readonly page: string;
  /** Of the program that the page came from. */
  readonly version: string;
  readonly origin: string;
}

export interface KnownPanel extends PanelPresence {
  readonly page?: string;
  readonly version?: string;
  readonly origin?: string;
}

export interface ListedPanel {
  readonly id: string;
  readonly name?: string;
  readonly online: boolean;
  readonly shows?: PanelShows;
  readonly page?: string;
  readonly version?: string;
  readonly origin?: string;
  /** How long ago it was heard; absent where it was not since the start. */
  readonly heardMs?: Millis;
}

export interface PanelsOptions {
  /** As it was kept; undefined where nothing was. */
  readonly kept: string | undefined;
  readonly keep: (name: string, value: string) => void;
  readonly tell: (entry: JournalEntry) => void;
  /** Another panel is missing, or one is back. */
  readonly onChange: () => void;
  readonly now?: () => Millis;
}

const kept = z.array(z.object({ id: z.string(), name: z.string() }));

/** Names that cannot be read are none: somebody gives them anew. */
function namesFrom(text: string | undefined): readonly KnownPanel[] {
  if (text === undefined) return [];
  try {
    return kept.parse(JSON.parse(text)).slice(0, NAMED_MAX);
  } catch {
    return [];
  }
}

export class Panels implements Disposable {
  readonly #options: PanelsOptions;
  readonly #now: () => Millis;
  readonly #startedAt: Millis;
  readonly #panels = new Map<string, KnownPanel>();
  readonly #timer: NodeJS.Timeout;
  #offline: readonly OfflinePanel[] = [];

  constructor(options: PanelsOptions) {
    this.#options = options;
    this.#now = options.now ?? monotonicMs;
    this.#startedAt = this.#now();
    for (const panel of namesFrom(options.kept)) this.#panels.set(panel.id, panel);
    this.#timer = setInterval(() => this.look(), LOOK_MS);
  }

  /** A sign of life. */
  hear({ id, ...told }: Beat): void {
    this.#panels.set(id, { ...this.#panels.get(id), id, ...told, heardAt: this.#now() });
    if (this.#panels.size > PANELS_MAX) this.#dropOldest();
    this.look();
  }

  #dropOldest(): void {
    const nobodys = [...this.#panels.values()].filter(({ name }) => name === undefined);
    const [oldest] = nobodys.toSorted((a, b) => (a.heardAt ?? 0) - (b.heardAt ?? 0));
    if (oldest !== undefined) this.#panels.delete(oldest.id);
  }

  /** Looks who is silent; tells where that has changed. */
  look(): void {
    const at = this.#now();
    for (const { id, name, heardAt = at } of this.#panels.values())
      if (name === undefined && at - heardAt > FORGOTTEN_MS) this.#panels.delete(id);
    const offline = offlinePanels([...this.#panels.values()], { at, startedAt: this.#startedAt });
    const changed = JSON.stringify(offline) !== JSON.stringify(this.#offline);
    this.#offline = offline;
    if (changed) this.#options.onChange();
  }

  /** The expected panels that show nobody anything. */
  get offline(): readonly OfflinePanel[] {
    return this.#offline;
  }

  /** Those with a name first, by name. */
  list(): readonly ListedPanel[] {
    const at = this.#now();
    const listed = [...this.#panels.values()].map(({ heardAt, ...panel }): ListedPanel => {
      const heardMs = heardAt === undefined ? undefined : Math.round(at - heardAt);
      const online = heardMs !== undefined && heardMs <= PANEL_SILENT_MS;
      return { ...panel, online, ...(heardMs === undefined ? {} : { heardMs }) };
    });
    const order = ({ name, id }: ListedPanel): string => (name === undefined ? `1${id}` : `0${name}`);
    return listed.toSorted((a, b) => order(a).localeCompare(order(b)));
  }

  /** Gives a panel its name: from now on it is expected. */
  name(id: string, name: string, asker: Asker): Answer {
    const panel = this.#panels.get(id);
    if (panel === undefined) return UNKNOWN;
    const others = [...this.#panels.values()].filter((one) => one.id !== id && one.name !== undefined);
    if (others.some((one) => one.name === name))
      return conflict(`Another panel is called ${name}; choose another name`);
    if (others.length >= NAMED_MAX)
      return conflict(`At most ${NAMED_MAX} panels are expected; forget one that is no longer there`);
    this.#panels.set(id, { ...panel, name });
    this.#changed("panel.named", { id, asker, before: panel.name, after: name });
    return { ok: true };
  }

  /** Nobody expects the panel any more. */
  forget(id: string, asker: Asker): Answer {
    const panel = this.#panels.get(id);
    if (panel === undefined) return UNKNOWN;
    const { name, ...rest } = panel;
    if (name === undefined) return { ok: true };
    if (panel.heardAt === undefined) this.#panels.delete(id);
    else this.#panels.set(id, rest);
    this.#changed("panel.forgotten", { id, asker, before: name });
    return { ok: true };
  }

  #changed(
    action: string,
    what: { readonly id: string; readonly asker: Asker; readonly before?: unknown; readonly after?: unknown },
  ): void {
    const named = [...this.#panels.values()].flatMap(({ id, name }) =>
      name === undefined ? [] : [{ id, name }],
    );
    this.#options.keep(PANELS_KEPT, JSON.stringify(named));
    const { asker, before, after } = what;
    const { type, id, role, origin } = asker;
    this.#options.tell({
      ...stamp(),
      action,
      actor: { type, id, ...(role === undefined ? {} : { role }) },
      ...(origin === undefined ? {} : { origin }),
      object: { type: "panel", id: what.id },
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    });
    this.look();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

const UNKNOWN: Answer = {
  ok: false,
  status: 404,
  detail: "No such panel has been heard; open its page first",
};

function conflict(detail: string): Answer {
  return { ok: false, status: 409, detail };
}
