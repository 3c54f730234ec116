/** What the cameras' pages ask of the box. All of it needs the session; without one Maintenance locks. */
import { CHANGE_REASONS } from "../../server/domain/reason_code.ts";
import type { CheckReading, TrustFault } from "../../server/domain/trust.ts";
import { ask } from "../ask.ts";
import type { Outcome } from "../call.ts";

export type Transport = "tcp" | "udp";

export interface ListedCamera {
  readonly id: string;
  readonly name: string;
  /** With *** for its user and password. */
  readonly source: string;
  readonly fps: number;
  readonly transport: Transport;
  readonly scene: { readonly takenWallAt: number; readonly takenBy: string } | null;
}

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

export interface CameraDraft {
  readonly name: string;
  readonly source: string;
  readonly fps: number;
  readonly transport: Transport;
  readonly credentials?: Credentials;
}

export type Tested =
  | {
      readonly ok: true;
      readonly codec: string;
      readonly size: { readonly width: number; readonly height: number };
      readonly fps: number;
      readonly firstFrameMs: number;
      readonly delayMs: number;
      /** JPEG as a data: address. */
      readonly picture: string;
    }
  | { readonly ok: false; readonly why: string; readonly message: string };

export interface Found {
  readonly usb: readonly {
    readonly path: string;
    readonly name: string;
    readonly readable: boolean;
    readonly why?: string;
  }[];
  readonly onvif: readonly { readonly name: string; readonly address: string; readonly hardware?: string }[];
  readonly problems: Readonly<Record<"usb" | "onvif", readonly string[]>>;
}

export interface FoundStream {
  readonly profile: string;
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly source: string;
  readonly recommended: boolean;
}
export type Streams =
  | { readonly ok: true; readonly name: string; readonly streams: readonly FoundStream[] }
  | { readonly ok: false; readonly message: string };

interface Tally {
  readonly sinceWallAt: number;
  readonly frames: number;
  readonly replaced: number;
  readonly unreadable: number;
}
export interface Checks {
  readonly readings: readonly CheckReading[];
  readonly codec: string | null;
  readonly lateMs: number | null;
  readonly fps30s: number;
  readonly session: Tally;
  readonly total: Tally & { readonly runs: number };
}
export type { CheckReading, TrustFault };

/** The box gives a trial twelve seconds and a search four. */
const TEST_LIMIT_MS = 20_000;
const FIND_LIMIT_MS = 12_000;
/** A new configuration ends the guard that runs and starts another. */
const SAVE_LIMIT_MS = 20_000;
const SCENE_LIMIT_MS = 10_000;

const pathOf = (id: string, rest = ""): string => `/api/cameras/${encodeURIComponent(id)}${rest}`;

export async function listCameras(): Promise<Outcome<readonly ListedCamera[]>> {
  return await ask({ method: "GET", path: "/api/cameras" });
}

/** Adds a camera, or changes the one of that id. No guard, as for the test: their buttons rest while they run. */
export async function saveCamera(
  id: string | undefined,
  body: CameraDraft,
): Promise<Outcome<ListedCamera & { readonly changed: boolean }>> {
  const timeoutMs = SAVE_LIMIT_MS;
  if (id === undefined)
    return await ask({ method: "POST", path: "/api/cameras", body, timeoutMs, because: CHANGE_REASONS });
  return await ask({ method: "PUT", path: pathOf(id), body, timeoutMs, because: CHANGE_REASONS });
}

/** Without a wish for its zones the box only names them, which needs no reason. */
export async function removeCamera(
  id: string,
  zones: "none" | "named" | "removed",
): Promise<Outcome<undefined>> {
  const path = pathOf(id, zones === "removed" ? "?withZones=true" : "");
  const request = { method: "DELETE", path, timeoutMs: SAVE_LIMIT_MS } as const;
  return await ask(zones === "named" ? request : { ...request, because: CHANGE_REASONS });
}

/** Tries a source without saving it; `id` is the camera whose stored password an *** means. */
export async function testCamera(id: string | undefined, draft: CameraDraft): Promise<Outcome<Tested>> {
  const { name: _name, ...rest } = draft;
  const body = { ...rest, ...(id === undefined ? {} : { camera: id }) };
  return await ask({ method: "POST", path: "/api/cameras/test", body, timeoutMs: TEST_LIMIT_MS });
}

export async function findCameras(): Promise<Outcome<Found>> {
  return await ask({ method: "GET", path: "/api/cameras/discover", timeoutMs: FIND_LIMIT_MS });
}

export async function findStreams(address: string, login: Credentials): Promise<Outcome<Streams>> {
  const path = "/api/cameras/discover/streams";
  return await ask({ method: "POST", path, body: { address, ...login }, timeoutMs: FIND_LIMIT_MS });
}

export async function readChecks(id: string): Promise<Outcome<Checks>> {
  return await ask({ method: "GET", path: pathOf(id, "/checks") });
}

export async function takeScene(id: string): Promise<Outcome<unknown>> {
  return await ask({ method: "POST", path: pathOf(id, "/scene"), timeoutMs: SCENE_LIMIT_MS }, "scene");
}

/** A new address for every picture that was taken, so that no old one is shown. */
export function scenePath(id: string, takenWallAt: number): string {
  return pathOf(id, `/scene.jpg?taken=${takenWallAt}`);
}

export async function resetCounters(id: string): Promise<Outcome<unknown>> {
  return await ask({ method: "POST", path: "/reset-counters", body: { camera: id } }, "reset-counters");
}
