/** Films as a camera's frames for the trust checks, played faster than time, in other light and with faults. */
import { spawn } from "node:child_process";
import { findFfmpeg } from "../../server/camera/ffmpeg.ts";
import { Watcher } from "../../server/camera/look.ts";
import type { Scene, TrustFault } from "../../server/domain/trust.ts";
import type { Millis, Size } from "../../server/domain/units.ts";

/** The model's input as every box has it. Only the first plane is looked at, so only that is kept. */
export const MODEL = { width: 416, height: 256, pad: 114 };
const PLANE = MODEL.width * MODEL.height;

export interface Film {
  readonly name: string;
  readonly picture: Size;
  readonly fps: number;
  readonly frames: readonly Uint8Array[];
}

/** What ffmpeg is to do with a film before it is looked at. */
export interface Reading {
  readonly name: string;
  readonly path: string;
  readonly picture: Size;
  readonly fps: number;
  readonly seconds?: number;
  /** Filters before the frame is scaled. */
  readonly filter?: string;
  /** Encodes with these first, and looks at what comes out. */
  readonly encode?: readonly string[];
}

/** Decodes a film as the product does: to the model's size, the picture at the top left. */
export async function readFilm(reading: Reading): Promise<Film> {
  const { name, path, picture, fps, seconds, filter, encode } = reading;
  const ffmpeg = findFfmpeg();
  if (!ffmpeg.ok) throw new Error(ffmpeg.why);
  const { width, height } = MODEL;
  const scale = `scale=${width}:${height}:force_original_aspect_ratio=decrease:flags=fast_bilinear`;
  const fit = `${scale},format=gbrp,pad=${width}:${height}:0:0:0x727272`;
  const before = filter === undefined ? [] : [filter];
  const cut = seconds === undefined ? [] : ["-t", String(seconds)];
  const quiet = ["-v", "error", "-nostdin"];
  const raw = [...["-an", "-f", "rawvideo"], "pipe:1"];
  const input = [...cut, "-i", path, "-r", String(fps)];
  if (encode === undefined)
    return {
      name,
      picture,
      fps,
      frames: await planes([...quiet, ...input, "-vf", [...before, fit].join(), ...raw]),
    };
  const chain = before.length === 0 ? [] : ["-vf", before.join()];
  const encoder = spawn(
    ffmpeg.path,
    [...quiet, ...input, ...chain, "-an", ...encode, "-f", "matroska", "pipe:1"],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const frames = await planes([...quiet, "-i", "pipe:0", "-vf", fit, ...raw], encoder.stdout);
  return { name, picture, fps, frames };

  async function planes(args: readonly string[], from?: NodeJS.ReadableStream): Promise<Uint8Array[]> {
    const path = ffmpeg.ok ? ffmpeg.path : "";
    const child = spawn(path, args, { stdio: [from === undefined ? "ignore" : "pipe", "pipe", "inherit"] });
    if (child.stdin !== null) from?.pipe(child.stdin);
    const found: Uint8Array[] = [];
    const whole = new Uint8Array(3 * PLANE);
    let filled = 0;
    for await (const chunk of child.stdout as AsyncIterable<Uint8Array>) {
      for (let at = 0; at < chunk.length; ) {
        const part = chunk.subarray(at, at + whole.length - filled);
        whole.set(part, filled);
        at += part.length;
        filled += part.length;
        if (filled < whole.length) continue;
        found.push(whole.slice(0, PLANE));
        filled = 0;
      }
    }
    if (found.length === 0) throw new Error(`Cannot read any frame of ${path}`);
    return found;
  }
}

/** Changes a frame; `to` is the caller's to keep, `at` the camera's time. */
export type Change = (from: Uint8Array, to: Uint8Array, at: Millis) => void;

/** Forth and back, so that a loop has no seam. */
export function* played({ frames }: Film): Generator<Uint8Array, never> {
  const last = frames.length - 1;
  for (;;) {
    for (let i = 0; i < last; i++) yield frames[i] as Uint8Array;
    for (let i = last; i > 0; i--) yield frames[i] as Uint8Array;
    if (last === 0) yield frames[0] as Uint8Array;
  }
}

/** The same numbers every time. */
export function chance(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const NOISE = 1 << 20;

/** A sensor's noise of this many levels, added to what another change leaves. */
export function noisy(sigma: number, change: Change = same): Change {
  const random = chance(7);
  const noise = Float32Array.from({ length: NOISE }, () => {
    return sigma * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  });
  return (from, to, at) => {
    change(from, to, at);
    const start = Math.floor(random() * NOISE);
    for (let i = 0; i < PLANE; i++)
      to[i] = clamped((to[i] as number) + (noise[(start + i) & (NOISE - 1)] as number));
  };
}

/** Each level becomes another one, as light or exposure would have it. */
export function lit(level: (before: number, at: Millis) => number): Change {
  const table = new Uint8Array(256);
  return (from, to, at) => {
    for (let i = 0; i < 256; i++) table[i] = clamped(level(i, at));
    for (let i = 0; i < PLANE; i++) to[i] = table[from[i] as number] as number;
  };
}

export const same: Change = (from, to) => to.set(from);

function clamped(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : Math.round(value);
}

/** The picture elsewhere: by pixels of the model's input, turned by degrees; its border is drawn out. */
export function turned(dx: number, dy: number, degrees = 0): Change {
  const { width, height } = MODEL;
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const inside = (value: number, limit: number): number =>
    Math.max(0, Math.min(limit - 1, Math.round(value)));
  const origin = Int32Array.from({ length: PLANE }, (_, i) => {
    const [x, y] = [(i % width) - width / 2 - dx, Math.floor(i / width) - height / 2 - dy];
    const [fromX, fromY] = [cos * x + sin * y + width / 2, cos * y - sin * x + height / 2];
    return inside(fromY, height) * width + inside(fromX, width);
  });
  return (from, to) => {
    for (let i = 0; i < PLANE; i++) to[i] = from[origin[i] as number] as number;
  };
}

export interface Told {
  readonly why: TrustFault;
  readonly at: Millis;
}

/** One camera that lives as long as its film is played. */
export class Looker {
  readonly watcher: Watcher;
  readonly #film: Film;
  readonly #frames: Iterator<Uint8Array, never>;
  readonly #frame = new Uint8Array(PLANE);
  at: Millis = 1_000;
  /** Faults in the order in which they began. */
  readonly told: Told[] = [];
  #known = new Set<TrustFault>();

  constructor(film: Film, scene?: Scene) {
    this.#film = film;
    this.#frames = played(film);
    this.watcher = new Watcher(MODEL, film.fps, scene);
    this.watcher.begin(this.at);
  }

  /** Plays for so long; ends early once `until` says so. */
  play(seconds: number, change: Change, until: () => boolean = () => false): void {
    const end = this.at + 1000 * seconds;
    while (this.at < end && !until()) {
      change(this.#frames.next().value, this.#frame, this.at);
      const trust = this.watcher.look(this.#frame, this.#film.picture, this.at, 0, { ratio: 1 });
      const now = new Set(trust.kind === "distrusted" ? trust.faults.map(({ why }) => why) : []);
      for (const why of now) if (!this.#known.has(why)) this.told.push({ why, at: this.at });
      this.#known = now;
      this.at += 1000 / this.#film.fps;
    }
  }
}

/** The scene of a film's first seconds, as a person would teach it. */
export function sceneOf(film: Film): Scene {
  const looker = new Looker(film);
  looker.play(3, same);
  const scene = looker.watcher.scene();
  if (scene === undefined)
    throw new Error(`${film.name} shows no scene: ${JSON.stringify(looker.watcher.trust)}`);
  return scene;
}
