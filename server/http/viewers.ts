/**
 * Who has signed in at a panel on the network. Over the network nothing is shown to nobody: such a session lets look
 * and do what needs no PIN at the box, in its person's name. It lasts until the shift ends, 12 hours at most, and takes
 * its connections with it.
 */
import { randomBytes, randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import { monotonicMs, wallMs } from "../base/clock.ts";
import type { Asker, Box } from "../box.ts";
import type { Why } from "../domain/reason_code.ts";
import { shiftAt } from "../domain/shift.ts";
import { DEFAULT_SHIFTS } from "../domain/shift_config.ts";
import type { Millis } from "../domain/units.ts";
import type { Known } from "../store/people.ts";

const LONGEST_MS: Millis = 12 * 60 * 60_000;
/** Who comes this shortly before the next shift belongs to it. */
const EARLY_MS: Millis = 15 * 60_000;
const VIEWERS_MAX = 32;
/** How soon somebody who may not enter any more is put out. */
const LOOK_MS = 5_000;

export interface Viewer {
  /** By which others name it: its token is told to nobody. */
  readonly id: string;
  readonly token: string;
  /** As they were when last looked at. */
  person: Known;
  readonly origin: string;
  readonly since: Millis;
  readonly until: Millis;
  /** When anything was asked in it last. */
  seen: Millis;
  readonly sockets: Set<Socket>;
}

/** Why a session has ended; `off`: panels on the network are not let in any more. */
export type ViewEnd = "closed" | "over" | "refused" | "off" | { readonly by: Asker; readonly why: Why };

export interface ViewersOptions {
  readonly box: Pick<Box, "guard" | "store">;
  /** One has ended. */
  readonly onEnd: (viewer: Viewer, why: ViewEnd) => void;
  readonly now?: () => Millis;
}

export class Viewers {
  readonly #options: ViewersOptions;
  readonly #now: () => Millis;
  readonly #open = new Map<string, Viewer>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ViewersOptions) {
    this.#options = options;
    this.#now = options.now ?? monotonicMs;
  }

  open(person: Known, origin: string): Viewer {
    const { site, shifts = DEFAULT_SHIFTS } = this.#options.box.guard.config;
    const wallAt = wallMs();
    const left = shiftAt(shifts, site.timezone, wallAt + EARLY_MS).untilWallAt - wallAt;
    const since = this.#now();
    const viewer: Viewer = {
      ...{ id: randomUUID(), token: randomBytes(32).toString("base64url"), person, origin },
      ...{ since, until: since + Math.min(LONGEST_MS, left), seen: since, sockets: new Set<Socket>() },
    };
    const [oldest] = this.#open.values();
    if (oldest !== undefined && this.#open.size >= VIEWERS_MAX) this.end(oldest, "over");
    this.#open.set(viewer.token, viewer);
    this.#timer ??= setInterval(() => void this.look(), LOOK_MS).unref();
    return viewer;
  }

  find(token: string | undefined): Viewer | undefined {
    const viewer = token === undefined ? undefined : this.#open.get(token);
    if (viewer === undefined || viewer.until > this.#now()) return viewer;
    this.end(viewer, "over");
    return undefined;
  }

  /** The connection ends with the session: a stream that was begun in it must not outlast it. */
  use(viewer: Viewer, socket: Socket): void {
    const { sockets } = viewer;
    viewer.seen = this.#now();
    if (sockets.has(socket)) return;
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  }

  /** For how long nothing was asked in it. */
  idleMs({ seen }: Viewer): Millis {
    return Math.floor(this.#now() - seen);
  }

  leftMs({ until }: Viewer): Millis {
    return Math.max(0, Math.floor(until - this.#now()));
  }

  list(): readonly Viewer[] {
    return [...this.#open.values()].filter(({ until }) => until > this.#now());
  }

  /** @param besides the connection over which that is told */
  end(viewer: Viewer, why: ViewEnd, besides?: Socket): void {
    if (!this.#open.delete(viewer.token)) return;
    for (const socket of viewer.sockets) if (socket !== besides) socket.destroy();
    if (this.#open.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    this.#options.onEnd(viewer, why);
  }

  endAll(why: ViewEnd, besides?: Socket): void {
    for (const viewer of this.#open.values()) this.end(viewer, why, besides);
  }

  /** Ends what is over, and whoever may not enter any more. A database that does not answer puts nobody out. */
  async look(): Promise<void> {
    for (const viewer of this.#open.values()) {
      if (viewer.until <= this.#now()) {
        this.end(viewer, "over");
        continue;
      }
      const standing = await this.#options.box.store?.crew.standing(viewer.person).catch(() => viewer.person);
      if (standing === undefined) this.end(viewer, "refused");
      else viewer.person = standing;
    }
  }
}
