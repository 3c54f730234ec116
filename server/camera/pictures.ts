/** The newest picture of every camera, for people. Nobody waits for a slow viewer: each takes what is newest. */
import { EventEmitter, once } from "node:events";
import type { CameraId, Millis, Size } from "../domain/units.ts";

export interface Picture {
  readonly camera: CameraId;
  readonly seq: number;
  readonly capturedAt: Millis;
  readonly size: Size;
  readonly jpeg: Uint8Array;
}

export class Pictures {
  readonly #newest = new Map<CameraId, Picture>();
  readonly #changed = new EventEmitter().setMaxListeners(0);

  put(picture: Picture): void {
    this.#newest.set(picture.camera, picture);
    this.#changed.emit("picture", picture);
  }

  /** The camera is another one now, or gone: its last picture is nobody's. */
  drop(camera: CameraId): void {
    this.#newest.delete(camera);
    this.#changed.emit("dropped", camera);
  }

  newest(camera: CameraId): Picture | undefined {
    return this.#newest.get(camera);
  }

  /** Called for every new picture, until the returned disposable is disposed. */
  subscribe(listener: (picture: Picture) => void): Disposable {
    this.#changed.on("picture", listener);
    return { [Symbol.dispose]: () => void this.#changed.off("picture", listener) };
  }

  /** Called for every camera whose pictures are nobody's any more. */
  onDrop(listener: (camera: CameraId) => void): Disposable {
    this.#changed.on("dropped", listener);
    return { [Symbol.dispose]: () => void this.#changed.off("dropped", listener) };
  }

  /** The first picture of the camera that is newer than `than`; undefined once the signal aborts. */
  async newer(
    camera: CameraId,
    than: Picture | undefined,
    signal: AbortSignal,
  ): Promise<Picture | undefined> {
    while (!signal.aborted) {
      const picture = this.#newest.get(camera);
      if (picture !== undefined && picture !== than) return picture;
      try {
        await once(this.#changed, "picture", { signal });
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
    return undefined;
  }
}
