/**
 * One camera added, changed or removed in a configuration, held against the same rules as a provisioning file.
 * What a person sees of an address has *** where its password stands; it comes back so and means the stored one.
 */
import {
  type CameraConfig,
  type Config,
  type ConfigError,
  type OutputConfig,
  parseProvision,
  type ZoneConfig,
} from "./config.ts";
import { redactSource } from "./source.ts";
import type { CameraId } from "./units.ts";

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** A camera as a person entered it; not yet held against any rule. */
export type CameraDraft = Readonly<Record<string, unknown>>;

export type Edited =
  | { readonly ok: true; readonly config: Config; readonly camera: CameraConfig }
  | { readonly ok: false; readonly errors: readonly ConfigError[] };

const ID_MAX = 40;
const USER_PART = /^([a-z]+:\/\/)(?:[^/]*@)?/i;

function isNetwork(source: string): boolean {
  return /^[a-z]+:\/\//i.test(source) && !source.startsWith("file:");
}

/** Whether *** stands in the address instead of something that nobody may see. */
export function hidesCredentials(source: string): boolean {
  return isNetwork(source) && source.includes("***");
}

function hostOf(source: string): string | undefined {
  return URL.canParse(source) ? new URL(source).hostname.toLowerCase() : undefined;
}

/** Puts the stored credentials back where *** stands. */
function restored(source: string, stored: string): string {
  if (redactSource(stored) === source) return stored;
  const userPart = /^[a-z]+:\/\/([^/]*@)/i.exec(stored)?.[1] ?? "";
  const values = new Map(
    [...stored.matchAll(/[?&]([^=&]+)=([^&]*)/g)].map(([, name = "", value = ""]) => [name, value]),
  );
  return source
    .replace(/^([a-z]+:\/\/)[^/]*\*\*\*[^/]*@/i, (_all, scheme: string) => scheme + userPart)
    .replace(/([?&])([^=&]+)=\*\*\*/g, (all, mark: string, name: string) => {
      const value = values.get(name);
      return value === undefined ? all : `${mark}${name}=${value}`;
    });
}

/**
 * The whole address: with these credentials, or with the stored ones where *** stands.
 * Stored credentials never follow an address to another host.
 */
export function wholeSource(
  source: string,
  stored: string | undefined,
  credentials: Credentials | undefined,
): { readonly ok: true; readonly source: string } | { readonly ok: false; readonly error: ConfigError } {
  const wrong = (path: string, message: string) => ({ ok: false, error: { path, message } }) as const;
  const named = credentials !== undefined && (credentials.user !== "" || credentials.password !== "");
  if (named && !isNetwork(source))
    return wrong("credentials", "have no place here: only a network address has a user and a password");
  let whole = source;
  if (credentials !== undefined && isNetwork(source)) {
    const { user, password } = credentials;
    const part = named ? `${encodeURIComponent(user)}:${encodeURIComponent(password)}@` : "";
    whole = whole.replace(USER_PART, (_all, scheme: string) => scheme + part);
  }
  if (!hidesCredentials(whole)) return { ok: true, source: whole };
  if (stored !== undefined && whole === stored) return { ok: true, source: stored };
  if (stored !== undefined && hostOf(whole) !== undefined && hostOf(whole) === hostOf(stored))
    whole = restored(whole, stored);
  else if (stored !== undefined)
    return wrong("source", "names another host: enter the user and the password for it");
  return hidesCredentials(whole)
    ? wrong("source", "has *** in place of the user and the password: enter them")
    : { ok: true, source: whole };
}

/** An id that nobody bears yet, made of the name. */
export function idFor(name: string, taken: readonly string[]): CameraId {
  const plain = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  const base = plain === "" ? "camera" : plain;
  const used = new Set(taken.map((id) => id.toLowerCase()));
  for (let n = 1; ; n++) {
    const tail = n === 1 ? "" : `-${n}`;
    const id = base.slice(0, ID_MAX - tail.length).replace(/-+$/, "") + tail;
    if (!used.has(id)) return id;
  }
}

/** Holds the list with the draft at this place against the rules; errors are named by the draft's own members. */
function withDraft(config: Config, cameras: readonly CameraDraft[], index: number): Edited {
  const parsed = parseProvision({ ...config, cameras });
  if (!parsed.ok) {
    const prefix = `cameras[${index}].`;
    const errors = parsed.errors.map(({ path, message }) => ({
      path: path.startsWith(prefix) ? path.slice(prefix.length) : path,
      message,
    }));
    return { ok: false, errors };
  }
  const { users: _, ...edited } = parsed.value;
  return { ok: true, config: edited, camera: edited.cameras[index] as CameraConfig };
}

/** @param given what the person entered; its address is completed before anything is checked */
function completed(
  given: CameraDraft,
  stored: string | undefined,
  credentials: Credentials | undefined,
): { readonly ok: true; readonly draft: CameraDraft } | { readonly ok: false; readonly error: ConfigError } {
  if (typeof given.source !== "string") return { ok: true, draft: given };
  const whole = wholeSource(given.source.trim(), stored, credentials);
  return whole.ok ? { ok: true, draft: { ...given, source: whole.source } } : whole;
}

/** With one camera more; its id is made of its name where the draft has none. */
export function addCamera(config: Config, given: CameraDraft, credentials?: Credentials): Edited {
  const whole = completed(given, undefined, credentials);
  if (!whole.ok) return { ok: false, errors: [whole.error] };
  const name = typeof given.name === "string" ? given.name : "";
  const taken = config.cameras.map(({ id }) => id);
  const draft = { ...whole.draft, id: given.id ?? idFor(name, taken) };
  return withDraft(config, [...config.cameras, draft], config.cameras.length);
}

/** With the camera of this id as the draft has it; what the draft leaves out stays. */
export function changeCamera(
  config: Config,
  id: CameraId,
  given: CameraDraft,
  credentials?: Credentials,
): Edited {
  const index = config.cameras.findIndex((camera) => camera.id === id);
  const before = config.cameras[index];
  if (before === undefined)
    return { ok: false, errors: [{ path: "id", message: `names no camera: "${id}"` }] };
  if (given.id !== undefined && given.id !== id)
    return { ok: false, errors: [{ path: "id", message: "cannot be changed: its zones go by it" }] };
  // Credentials alone belong to the address that is stored.
  const source = given.source ?? (credentials === undefined ? before.source : redactSource(before.source));
  const whole = completed({ ...given, source }, before.source, credentials);
  if (!whole.ok) return { ok: false, errors: [whole.error] };
  const draft = { ...before, ...whole.draft };
  return withDraft(config, config.cameras.with(index, draft as CameraConfig), index);
}

/** What a camera takes along when it goes. */
export interface Removal {
  readonly config: Config;
  readonly zones: readonly ZoneConfig[];
  /** Outputs that follow these zones; one that follows no other goes as well, because it would have no rule left. */
  readonly outputs: readonly { readonly output: OutputConfig; readonly goes: boolean }[];
}

/** Without the camera, its zones, and every output that nothing would be left for to follow. */
export function removeCamera(config: Config, id: CameraId): Removal {
  const zones = config.zones.filter((zone) => zone.camera === id);
  const gone = new Set(zones.map((zone) => zone.id));
  const left = (output: OutputConfig): string[] => output.zones.filter((zone) => !gone.has(zone));
  const bound = config.outputs.filter((output) => left(output).length < output.zones.length);
  const goes = (output: OutputConfig): boolean =>
    ["run-permit", "while-active", "pulse"].includes(output.role) && left(output).length === 0;
  return {
    zones,
    outputs: bound.map((output) => ({ output, goes: goes(output) })),
    config: {
      ...config,
      cameras: config.cameras.filter((camera) => camera.id !== id),
      zones: config.zones.filter((zone) => zone.camera !== id),
      outputs: config.outputs
        .filter((output) => !bound.includes(output) || !goes(output))
        .map((output) => (bound.includes(output) ? { ...output, zones: left(output) } : output)),
    },
  };
}
