/** Which panels there are, and who of those that are expected is missing. Names outlast a start. */
import { z } from "zod";
import { monotonicMs } from "./base/clock.ts";
import type { Answer, Asker } from "./commands.ts";
import {
  type OfflinePanel,
  offlinePanels,
  PANEL_SILENT_MS,
  type PanelPresence,
  type PanelSettings,
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
/** Nobody needs a PIN for them: a panel's settings fill the record no faster, and what changed meanwhile is in its next row. */
const SETTINGS_EVERY_MS = 60_000;

export interface Beat {
  readonly id: string;
  readonly shows: PanelShows;
  /** Such as `live` or `alarms`. */
  readonly page: string;
  /** Of the program that the page came from. */
  readonly version: string;
  readonly origin: string;
  readonly settings?: PanelSettings;
}

export interface KnownPanel extends PanelPresence {
  readonly page?: string;
  readonly version?: string;
  readonly origin?: string;
  /** As the record has them. */
  readonly settings?: PanelSettings;
  /** When a change of them was recorded last. */
  readonly settingsAt?: Millis;
}

export interface ListedPanel {
  readonly id: string;
  readonly name?: string;
  readonly online: boolean;
  readonly shows?: PanelShows;
  readonly page?: string;
  readonly version?: string;
  readonly origin?: string;
  readonly settings?: PanelSettings;
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

interface Change {
  readonly id: string;
  readonly asker: Asker;
  readonly before?: unknown;
  readonly after?: unknown;
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
  hear({ id, settings, ...told }: Beat): void {
    this.#panels.set(id, { ...this.#panels.get(id), id, ...told, heardAt: this.#now() });
    if (settings !== undefined) this.#hearSettings(id, settings, told.origin);
    if (this.#panels.size > PANELS_MAX) this.#dropOldest();
    this.look();
  }

  /** The panel stands for who chose them: nobody is asked for a name there. */
  #hearSettings(id: string, settings: PanelSettings, origin: string): void {
    const panel = this.#panels.get(id);
    if (panel === undefined) return;
    const { settings: before, settingsAt = Number.NEGATIVE_INFINITY } = panel;
    if (before === undefined) this.#panels.set(id, { ...panel, settings });
    if (before === undefined || JSON.stringify(before) === JSON.stringify(settings)) return;
    if (this.#now() - settingsAt < SETTINGS_EVERY_MS) return;
    this.#panels.set(id, { ...panel, settings, settingsAt: this.#now() });
    const asker: Asker = { type: "panel", id: panel.name ?? id, origin };
    this.#record("panel.settings", { id, asker, before, after: settings });
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
    const listed = [...this.#panels.values()].map(({ heardAt, settingsAt: _, ...panel }): ListedPanel => {
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

  #changed(action: string, what: Change): void {
    const named = [...this.#panels.values()].flatMap(({ id, name }) =>
      name === undefined ? [] : [{ id, name }],
    );
    this.#options.keep(PANELS_KEPT, JSON.stringify(named));
    this.#record(action, what);
    this.look();
  }

  #record(action: string, what: Change): void {
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
