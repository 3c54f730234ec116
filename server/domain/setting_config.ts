/** The settings that are one value each: where in the configuration each stands, and what kind of value it takes. */
import { z } from "zod";
import { type Config, type ConfigError, parseProvision, provision } from "./config.ts";
import { DEFAULT_SHIFTS } from "./shift_config.ts";

/** In the order in which they are shown. Limits, choices and defaults are those of the configuration's own shape. */
export const SETTING_PATHS = [
  "site.name",
  "site.timezone",
  "site.fullView",
  "shifts",
  "tests.relayDays",
  "tests.proofDays",
  "tests.withholdPermit",
  "tests.walkDays",
  "tests.demandWalk",
  "record.keepRows",
  "record.keepDays",
  "record.clips.keep",
  "record.clips.keepMegabytes",
  "record.clips.keepDays",
  "record.clips.keepFreeMegabytes",
  "record.clips.beforeSeconds",
  "record.clips.afterSeconds",
  "record.syslog.address",
  "record.syslog.transport",
  "record.mqtt.address",
  "record.mqtt.topic",
  "network.lan.on",
  "network.lan.address",
  "network.lan.port",
] as const;
export type SettingPath = (typeof SETTING_PATHS)[number];

/** What a setting may be; an absent member is what does not apply to it. */
export interface SettingLimits {
  readonly type: "text" | "number" | "yes-no" | "choice" | "list";
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly maxLength?: number | undefined;
  readonly options?: readonly string[] | undefined;
  /** Absent where it is not set unless somebody sets it. */
  readonly default?: unknown;
}

export type SettingChanges = Readonly<Partial<Record<SettingPath, unknown>>>;

interface Shape {
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number | undefined;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Shape>>;
}

const SHAPE = z.toJSONSchema(
  provision.pick({ site: true, tests: true, record: true, shifts: true, network: true }),
  {
    io: "input",
    unrepresentable: "any",
  },
) as Shape;

function typeOf({ type, enum: options }: Shape): SettingLimits["type"] {
  if (options !== undefined) return "choice";
  if (type === "boolean") return "yes-no";
  if (type === "array") return "list";
  return type === "number" || type === "integer" ? "number" : "text";
}

export function limitsOf(path: SettingPath): SettingLimits {
  let shape: Shape | undefined = SHAPE;
  for (const member of path.split(".")) shape = shape?.properties?.[member];
  if (shape === undefined) throw new Error(`The configuration has no "${path}"`);
  const { minimum, maximum, maxLength, enum: options } = shape;
  const standard = path === "shifts" ? DEFAULT_SHIFTS : shape.default;
  return {
    type: typeOf(shape),
    ...(minimum === undefined ? {} : { min: minimum }),
    ...(maximum === undefined ? {} : { max: maximum }),
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(options === undefined ? {} : { options }),
    ...(standard === undefined ? {} : { default: standard }),
  };
}

type Members = Record<string, unknown>;
const isMembers = (value: unknown): value is Members => typeof value === "object" && value !== null;

/** What stands there; undefined where nothing does. */
export function memberAt(body: unknown, path: SettingPath): unknown {
  let at = body;
  for (const member of path.split(".")) at = isMembers(at) ? at[member] : undefined;
  return at;
}

/** Null takes the member out, so that its default holds again. */
function put(body: unknown, [member = "", ...rest]: readonly string[], value: unknown): Members {
  const copy: Members = isMembers(body) ? { ...body } : {};
  if (rest.length > 0) copy[member] = put(copy[member], rest, value);
  else if (value === null) delete copy[member];
  else copy[member] = value;
  return copy;
}

/** The configuration with these settings changed, or everything that is wrong with it. */
export function withSettings(
  config: Config,
  changes: SettingChanges,
):
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly errors: readonly ConfigError[] } {
  let body: Members = { ...config };
  for (const [path, value] of Object.entries(changes)) body = put(body, path.split("."), value);
  // Without its address the rest of it means nothing.
  if (changes["record.syslog.address"] === null) body = put(body, ["record", "syslog"], null);
  if (changes["record.mqtt.address"] === null) body = put(body, ["record", "mqtt"], null);
  const parsed = parseProvision(body);
  if (!parsed.ok) return parsed;
  const { users: _, ...changed } = parsed.value;
  return { ok: true, config: changed };
}
