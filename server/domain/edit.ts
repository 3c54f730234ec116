/**
 * One camera, board or output added, changed or removed in a configuration, held against the same rules as a
 * provisioning file. What a person sees of an address has *** where its password stands; it comes back so and means
 * the stored one.
 */
import {
  type BoardConfig,
  type CameraConfig,
  type Config,
  type ConfigError,
  type OutputConfig,
  parseProvision,
  type ZoneConfig,
} from "./config.ts";
import { editErrors } from "./edit_errors.ts";
import { redactSource } from "./source.ts";
import type { BoardId, CameraId, OutputId } from "./units.ts";

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** A camera, board or output as a person entered it; not yet held against any rule. */
export type Draft = Readonly<Record<string, unknown>>;
export type CameraDraft = Draft;

/** The configuration with one item added, changed or removed, and that item; or what is wrong with it, by its members. */
export type Edited<T> =
  | { readonly ok: true; readonly config: Config; readonly item: T }
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
export function idFor(name: string, taken: readonly string[], otherwise = "camera"): string {
  const plain = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  const base = plain === "" ? otherwise : plain;
  const used = new Set(taken.map((id) => id.toLowerCase()));
  for (let n = 1; ; n++) {
    const tail = n === 1 ? "" : `-${n}`;
    const id = base.slice(0, ID_MAX - tail.length).replace(/-+$/, "") + tail;
    if (!used.has(id)) return id;
  }
}

type Section = "cameras" | "boards" | "outputs" | "zones";

/** Holds the list with the draft at this place against the rules; errors are named by the draft's own members. */
export function held<S extends Section>(
  config: Config,
  section: S,
  list: readonly Draft[],
  index: number,
): Edited<Config[S][number]> {
  const file = { ...config, [section]: list };
  const parsed = parseProvision(file);
  if (!parsed.ok) return { ok: false, errors: editErrors(parsed.errors, file, { section, index }) };
  const { users: _, ...edited } = parsed.value;
  return { ok: true, config: edited, item: edited[section][index] as Config[S][number] };
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
export function addCamera(
  config: Config,
  given: CameraDraft,
  credentials?: Credentials,
): Edited<CameraConfig> {
  const whole = completed(given, undefined, credentials);
  if (!whole.ok) return { ok: false, errors: [whole.error] };
  const name = typeof given.name === "string" ? given.name : "";
  const taken = config.cameras.map(({ id }) => id);
  const draft = { ...whole.draft, id: given.id ?? idFor(name, taken) };
  return held(config, "cameras", [...config.cameras, draft], config.cameras.length);
}

/** With the camera of this id as the draft has it; what the draft leaves out stays. */
export function changeCamera(
  config: Config,
  id: CameraId,
  given: CameraDraft,
  credentials?: Credentials,
): Edited<CameraConfig> {
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
  const cameras: readonly Draft[] = config.cameras;
  return held(config, "cameras", cameras.with(index, merged(before, whole.draft)), index);
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

export const wrongId = (message: string) => ({ ok: false, errors: [{ path: "id", message }] }) as const;

/** What stood there, with what the person entered; null takes a member out. */
export function merged(before: Draft, given: Draft): Draft {
  return Object.fromEntries(
    Object.entries({ ...before, ...given }).filter(([, value]) => value !== null && value !== undefined),
  );
}

/** A board as it was entered, with the password in its address that *** stands for. */
function boardDraft(
  given: Draft,
  stored: string | undefined,
): { readonly ok: true; readonly draft: Draft } | { readonly ok: false; readonly errors: ConfigError[] } {
  if (typeof given.address !== "string" || !hidesCredentials(given.address))
    return { ok: true, draft: given };
  const whole = wholeSource(given.address.trim(), stored, undefined);
  if (whole.ok) return { ok: true, draft: { ...given, address: whole.source } };
  return { ok: false, errors: [{ path: "address", message: whole.error.message }] };
}

/** The board with *** where a password stands in its address. */
export function shownBoard(board: BoardConfig): BoardConfig {
  const { address } = board;
  return address === undefined || !isNetwork(address) ? board : { ...board, address: redactSource(address) };
}

/** With one board more; its id is made of its driver where the draft has none. */
export function addBoard(config: Config, given: Draft): Edited<BoardConfig> {
  const whole = boardDraft(merged({}, given), undefined);
  if (!whole.ok) return whole;
  const taken = config.boards.map(({ id }) => id);
  const driver = typeof given.driver === "string" ? given.driver : "";
  const draft = { ...whole.draft, id: given.id ?? idFor(driver, taken, "board") };
  return held(config, "boards", [...config.boards, draft], config.boards.length);
}

/** With the board of this id as the draft has it; what the draft leaves out stays, null takes it out. */
export function changeBoard(config: Config, id: BoardId, given: Draft): Edited<BoardConfig> {
  const index = config.boards.findIndex((board) => board.id === id);
  const before = config.boards[index];
  if (before === undefined) return wrongId(`names no board: "${id}"`);
  if (given.id !== undefined && given.id !== id) return wrongId("cannot be changed: its outputs go by it");
  const whole = boardDraft(given, before.address);
  if (!whole.ok) return whole;
  const boards: readonly Draft[] = config.boards;
  return held(config, "boards", boards.with(index, merged(before, whole.draft)), index);
}

/** The outputs that need this board: for a channel, a second channel or a feedback contact. */
export function outputsOn(config: Config, id: BoardId): readonly OutputConfig[] {
  return config.outputs.filter(
    ({ board, second, feedback }) => board === id || second?.board === id || feedback?.board === id,
  );
}

/** Without the board; refused while outputs or zones need it, which are named. */
export function removeBoard(config: Config, id: BoardId): Edited<BoardConfig> {
  const board = config.boards.find((candidate) => candidate.id === id);
  if (board === undefined) return wrongId(`names no board: "${id}"`);
  const hanging = outputsOn(config, id).map((output) => output.name ?? output.id);
  if (hanging.length > 0)
    return wrongId(`still has outputs on it: ${hanging.join(", ")}; move or remove them first`);
  const zones = config.zones.filter(({ condition }) => condition?.board === id).map(({ name }) => name);
  if (zones.length > 0)
    return wrongId(`still has conditions of zones on it: ${zones.join(", ")}; move or remove them first`);
  return {
    ok: true,
    item: board,
    config: { ...config, boards: config.boards.filter((one) => one !== board) },
  };
}

/** With one output more; its id is made of its name or role where the draft has none. */
export function addOutput(config: Config, given: Draft): Edited<OutputConfig> {
  const taken = config.outputs.map(({ id }) => id);
  const name = [given.name, given.role].find((text) => typeof text === "string" && text !== "");
  const draft = { ...merged({}, given), id: given.id ?? idFor(String(name ?? ""), taken, "output") };
  return held(config, "outputs", [...config.outputs, draft], config.outputs.length);
}

/** With the output of this id as the draft has it; what the draft leaves out stays, null takes it out. */
export function changeOutput(config: Config, id: OutputId, given: Draft): Edited<OutputConfig> {
  const index = config.outputs.findIndex((output) => output.id === id);
  const before = config.outputs[index];
  if (before === undefined) return wrongId(`names no output: "${id}"`);
  if (given.id !== undefined && given.id !== id) return wrongId("cannot be changed: its records go by it");
  const outputs: readonly Draft[] = config.outputs;
  return held(config, "outputs", outputs.with(index, merged(before, given)), index);
}

/** Without the output. */
export function removeOutput(config: Config, id: OutputId): Edited<OutputConfig> {
  const output = config.outputs.find((candidate) => candidate.id === id);
  if (output === undefined) return wrongId(`names no output: "${id}"`);
  return {
    ok: true,
    item: output,
    config: { ...config, outputs: config.outputs.filter((one) => one !== output) },
  };
}
