/** What is tried out before a camera is saved: an address, the cameras on the network, the streams of one. */
import type { CameraOrder } from "../domain/eye.ts";
import { redactSource } from "../domain/source.ts";
import { discover } from "./discover.ts";
import { type OnvifStreams, onvifStreams } from "./onvif.ts";
import { type CameraTest, testCamera } from "./probe.ts";

/** Each takes a decoder, or a process of its own. */
const AT_ONCE = 2;

export interface FoundCameras {
  readonly usb: readonly {
    /** What the configuration takes as its source. */
    readonly path: string;
    readonly name: string;
    readonly readable: boolean;
    readonly why?: string;
  }[];
  readonly onvif: readonly { readonly name: string; readonly address: string; readonly hardware?: string }[];
  readonly problems: Readonly<Record<"usb" | "onvif", readonly string[]>>;
}

export type FoundStreams =
  | {
      readonly ok: true;
      readonly name: string;
      readonly streams: readonly {
        readonly profile: string;
        readonly codec: string;
        readonly width: number;
        readonly height: number;
        readonly fps: number;
        /** With *** for its user and password. */
        readonly source: string;
        readonly recommended: boolean;
      }[];
    }
  | { readonly ok: false; readonly message: string };

export interface Login {
  readonly address: string;
  readonly user: string;
  readonly password: string;
}

export class Trials {
  #running = 0;

  /** Undefined where two trials are running already. */
  async #oneOfFew<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.#running >= AT_ONCE) return undefined;
    this.#running++;
    try {
      return await work();
    } finally {
      this.#running--;
    }
  }

  /** Opens the address as the camera would, for a few seconds. Undefined where two trials are running already. */
  async test(order: CameraOrder, signal: AbortSignal): Promise<CameraTest | undefined> {
    return await this.#oneOfFew(() => testCamera(order, signal));
  }

  /** Looks for cameras. Undefined where two trials are running already. */
  async find(signal: AbortSignal): Promise<FoundCameras | undefined> {
    return await this.#oneOfFew(async () => {
      const { usb, onvif, problems } = await discover({ signal });
      return {
        usb: usb.map(({ source: path, name, problem }) => ({
          path,
          name,
          readable: problem === undefined,
          ...(problem === undefined ? {} : { why: problem }),
        })),
        onvif: onvif.map(({ name, address, hardware }) => ({
          name,
          address,
          ...(hardware === undefined ? {} : { hardware }),
        })),
        problems,
      };
    });
  }

  /** Asks one camera for its streams. Undefined where two trials are running already. */
  async streams(login: Login, signal: AbortSignal): Promise<FoundStreams | undefined> {
    return await this.#oneOfFew(async () => shown(await onvifStreams({ ...login, signal })));
  }
}

function shown(found: OnvifStreams): FoundStreams {
  if (!found.ok) return { ok: false, message: found.message };
  const streams = found.streams.map(({ profile, codec, size, fps, source, recommended }) => ({
    ...{ profile, codec, width: size.width, height: size.height, fps },
    source: redactSource(source),
    recommended,
  }));
  return { ok: true, name: found.name, streams };
}
