/** What the zones' pages ask of the box. All of it needs the session; without one Maintenance locks. */

import type { Config, ZoneConfig } from "../../server/domain/config.ts";
import type { GroundConfig } from "../../server/domain/ground.ts";
import { CHANGE_REASONS } from "../../server/domain/reason_code.ts";
import type { ListedBoard } from "../../server/http/boards.ts";
import type { ListedCamera } from "../../server/http/cameras.ts";
import type { ListedZone } from "../../server/http/zones.ts";
import { ask } from "../ask.ts";
import type { Outcome } from "../call.ts";

export type { ListedBoard, ListedCamera, ListedZone, ZoneConfig };
export type Settings = Pick<Config, "site" | "detector" | "tests" | "outputs">;
type Body = Readonly<Record<string, unknown>>;

/** A new configuration ends the guard that runs and starts another. */
const SAVE_LIMIT_MS = 20_000;

const zonePath = (id: string): string => `/api/zones/${encodeURIComponent(id)}`;
const cameraPath = (id: string): string => `/api/cameras/${encodeURIComponent(id)}`;

export async function listZones(): Promise<Outcome<readonly ListedZone[]>> {
  return await ask({ method: "GET", path: "/api/zones" });
}

export async function listCameras(): Promise<Outcome<readonly ListedCamera[]>> {
  return await ask({ method: "GET", path: "/api/cameras" });
}

export async function listBoards(): Promise<Outcome<readonly ListedBoard[]>> {
  return await ask({ method: "GET", path: "/api/boards" });
}

export async function readSettings(): Promise<Outcome<Settings>> {
  return await ask({ method: "GET", path: "/api/settings" });
}

/** Whoever draws asks the box for nothing meanwhile, and would be taken to have left. */
export async function keepSession(): Promise<void> {
  await ask({ method: "GET", path: "/api/session" });
}

/** Changes the zone of that id, or adds one: sent again after a lost answer, it is still one zone. */
export async function saveZone(
  id: string,
  how: "add" | "change",
  body: Body,
): Promise<Outcome<ListedZone & { readonly changed: boolean }>> {
  const command = `save-zone ${id}`;
  const timeoutMs = SAVE_LIMIT_MS;
  if (how === "add")
    return await ask(
      { method: "POST", path: "/api/zones", body: { id, ...body }, timeoutMs, because: CHANGE_REASONS },
      command,
    );
  return await ask({ method: "PUT", path: zonePath(id), body, timeoutMs, because: CHANGE_REASONS }, command);
}

export async function removeZone(id: string): Promise<Outcome<undefined>> {
  return await ask(
    { method: "DELETE", path: zonePath(id), timeoutMs: SAVE_LIMIT_MS, because: CHANGE_REASONS },
    `remove-zone ${id}`,
  );
}

/** Null: the floor is measured no longer. */
export async function saveGround(
  camera: string,
  ground: GroundConfig | null,
): Promise<Outcome<{ readonly changed: boolean }>> {
  const body = { ground };
  return await ask(
    { method: "PUT", path: cameraPath(camera), body, timeoutMs: SAVE_LIMIT_MS, because: CHANGE_REASONS },
    "ground",
  );
}

export function sightingsPath(camera: string): string {
  return `${cameraPath(camera)}/sightings`;
}
