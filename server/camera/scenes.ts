/**
 * The scene that each camera's zones were taught on: taken by itself where one is missing, anew when a person asks,
 * and kept together with what it was taken for, so that it is never held against other zones or another address.
 */
import { createHash } from "node:crypto";
import { wallMs } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { CameraConfig, ZoneConfig } from "../domain/config.ts";
import { redactSource } from "../domain/source.ts";
import type { Scene, Trust } from "../domain/trust.ts";
import type { CameraId, Millis } from "../domain/units.ts";

/** Who had a scene taken. */
export interface Taker {
  readonly type: "user" | "panel" | "system" | "api";
  readonly id: string;
  readonly role?: string;
}

export interface KnownScene {
  readonly camera: CameraId;
  readonly key: string;
  readonly scene: Scene;
  /** The picture as people saw it. */
  readonly jpeg: Uint8Array | null;
  /** ISO 8601 in UTC. */
  readonly takenWallAt: string;
  readonly takenBy: string;
}

/** The database, as far as scenes need it. Resolves when the scene is on the disk. */
export interface SceneStore {
  saveScene(save: {
    readonly camera: CameraId;
    readonly key: string;
    readonly scene: Scene;
    readonly jpeg: Uint8Array | null;
    readonly takenBy: Taker;
  }): Promise<{ readonly takenWallAt: string }>;
}

export interface ScenesOptions {
  /** Undefined where there is no database: scenes then last as long as this process. */
  readonly store: SceneStore | undefined;
  readonly stored: readonly KnownScene[];
  /** Asks the camera's eye, which answers by `arrived`, or never. */
  readonly ask: (camera: CameraId) => void;
  readonly teach: (camera: CameraId, scene: Scene) => void;
  /** The camera's newest picture. */
  readonly picture: (camera: CameraId) => Uint8Array | undefined;
  readonly log: Log;
}

export type Taken =
  | { readonly ok: true; readonly known: KnownScene }
  | { readonly ok: false; readonly why: string };

/** A picture has been believed, and empty, for this long before it becomes the reference. */
const SETTLED_MS = 3_000;
/** The eye needs two seconds of pictures for a scene. */
const ANSWER_MS = 6_000;
/** What the store takes; without the picture the scene serves as well. */
const JPEG_MAX = 300 * 1024;
const OURSELVES: Taker = { type: "system", id: "palisade" };
/** Faults that an outdated scene may be the cause of. */
const OF_THE_SCENE: readonly string[] = ["mismatch", "moved", "defocus"];

interface Watched {
  key: string;
  hasZones: boolean;
  /** Since when the scene could be taken: the pictures are believed, or disbelieved only for an outdated scene. */
  goodSince: Millis | undefined;
  emptySince: Millis | undefined;
  /** A scene is on its way, for this key. */
  asked: { readonly at: Millis; readonly key: string } | undefined;
  wish:
    | { readonly by: Taker; readonly told: (taken: Taken) => void; readonly taken: Promise<Taken> }
    | undefined;
}

/** What a scene of this camera is taken for: the address without its credentials, and the zones drawn on it. */
export function sceneKey(camera: CameraConfig, zones: readonly ZoneConfig[]): string {
  const address = redactSource(camera.source).replace(/^([a-z]+:\/\/)[^/]*@/i, "$1");
  const drawn = zones
    .filter((zone) => zone.camera === camera.id)
    .map(({ id, polygon }) => [id, polygon] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([address, drawn]))
    .digest("hex")
    .slice(0, 32);
}

export class Scenes {
  readonly #options: ScenesOptions;
  readonly #known: Map<CameraId, KnownScene>;
  readonly #watched = new Map<CameraId, Watched>();

  constructor(options: ScenesOptions) {
    this.#options = options;
    this.#known = new Map(options.stored.map((known) => [known.camera, known]));
  }

  /** Follows another configuration: a scene whose key no longer fits waits to be replaced. */
  configure(cameras: readonly CameraConfig[], zones: readonly ZoneConfig[]): void {
    for (const id of [...this.#watched.keys(), ...this.#known.keys()])
      if (!cameras.some((camera) => camera.id === id)) this.#forget(id);
    for (const camera of cameras) {
      const key = sceneKey(camera, zones);
      const hasZones = zones.some((zone) => zone.camera === camera.id);
      const watched = this.#watched.get(camera.id);
      if (watched === undefined) {
        const nothing = { goodSince: undefined, emptySince: undefined, asked: undefined, wish: undefined };
        this.#watched.set(camera.id, { key, hasZones, ...nothing });
        continue;
      }
      if (watched.key !== key) watched.goodSince = undefined;
      watched.key = key;
      watched.hasZones = hasZones;
    }
  }

  #forget(camera: CameraId): void {
    const why = "The camera was removed";
    this.#watched.get(camera)?.wish?.told({ ok: false, why });
    this.#watched.delete(camera);
    this.#known.delete(camera);
  }

  /** The camera's scene, where one was taken for what it shows now. */
  of(camera: CameraId): KnownScene | undefined {
    const known = this.#known.get(camera);
    return known !== undefined && known.key === this.#watched.get(camera)?.key ? known : undefined;
  }

  /** Every scene that fits. */
  all(): ReadonlyMap<CameraId, Scene> {
    return new Map(
      [...this.#watched.keys()].flatMap((id): [CameraId, Scene][] => {
        const known = this.of(id);
        return known === undefined ? [] : [[id, known.scene]];
      }),
    );
  }

  trusted(camera: CameraId, trust: Trust, at: Millis): void {
    const watched = this.#watched.get(camera);
    if (watched === undefined) return;
    const outdated = this.#known.has(camera) && this.of(camera) === undefined;
    const good =
      trust.kind === "trusted" ||
      (outdated &&
        trust.kind === "distrusted" &&
        trust.faults.every(({ why }) => OF_THE_SCENE.includes(why)));
    watched.goodSince = good ? (watched.goodSince ?? at) : undefined;
  }

  /** One more frame was looked at. Takes the scene that is missing as soon as the picture is fit for it. */
  looked(camera: CameraId, somebody: boolean, trust: Trust | undefined, at: Millis): void {
    const watched = this.#watched.get(camera);
    if (watched === undefined) return;
    watched.emptySince = somebody ? undefined : (watched.emptySince ?? at);
    if (!watched.hasZones || watched.wish !== undefined || this.of(camera) !== undefined) return;
    if (watched.goodSince === undefined && trust !== undefined) this.trusted(camera, trust, at);
    const { goodSince, emptySince, asked } = watched;
    if (goodSince === undefined || emptySince === undefined || at - goodSince < SETTLED_MS) return;
    if (asked?.key === watched.key && at - asked.at < ANSWER_MS) return;
    watched.asked = { at, key: watched.key };
    this.#options.ask(camera);
  }

  /** A person wants the scene taken now, whatever there is already. Answers within 6 s. */
  async take(camera: CameraId, by: Taker): Promise<Taken> {
    const watched = this.#watched.get(camera);
    if (watched === undefined) return { ok: false, why: `No camera "${camera}" is configured` };
    if (watched.wish !== undefined) return await watched.wish.taken;
    const { promise, resolve } = Promise.withResolvers<Taken>();
    const late = setTimeout(() => {
      const why = "No picture fit for it came within 6 s; see what is wrong with the camera and try again";
      resolve({ ok: false, why });
    }, ANSWER_MS);
    watched.wish = { by, told: resolve, taken: promise };
    this.#options.ask(camera);
    try {
      return await promise;
    } finally {
      clearTimeout(late);
      watched.wish = undefined;
    }
  }

  /** The eye has answered. What nobody waits for any more is left. */
  arrived(camera: CameraId, scene: Scene): void {
    const watched = this.#watched.get(camera);
    if (watched === undefined) return;
    const { wish, asked, key } = watched;
    watched.asked = undefined;
    const picture = this.#options.picture(camera);
    const jpeg = picture !== undefined && picture.length <= JPEG_MAX ? picture : null;
    const known = { camera, key, scene, jpeg, takenWallAt: new Date(wallMs()).toISOString() };
    if (wish !== undefined) {
      void this.#keep({ ...known, takenBy: wish.by.id }, wish.by).then(wish.told);
    } else if (asked?.key === key && watched.emptySince !== undefined) {
      void this.#keep({ ...known, takenBy: OURSELVES.id }, OURSELVES);
    }
  }

  /** Stores the scene and teaches it. One that cannot be stored still serves where nobody asked for it by name. */
  async #keep(taken: KnownScene, by: Taker): Promise<Taken> {
    const { store, teach, log } = this.#options;
    const { camera, key, scene, jpeg } = taken;
    let known = taken;
    try {
      const saved = await store?.saveScene({ camera, key, scene, jpeg, takenBy: by });
      known = { ...taken, ...saved };
    } catch (error) {
      const why = `The reference picture could not be stored: ${(error as Error).message}`;
      log.error({ camera, why }, "scene could not be stored");
      if (by !== OURSELVES) return { ok: false, why };
    }
    // The disk took time: meanwhile the camera may be another one.
    if (this.#watched.get(camera)?.key !== key) return { ok: false, why: "The camera was changed meanwhile" };
    this.#known.set(camera, known);
    teach(camera, scene);
    log.info({ camera, by: by.id }, "scene was taught");
    return { ok: true, known };
  }
}
