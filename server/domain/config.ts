/**
 * What a box is told: its shape, limits and defaults, and the sentences for everything that can be wrong.
 * The provisioning file and the settings in the database are the same shape; only people differ (a file
 * carries PINs, the database their hashes).
 */

import { z } from "zod";
import { BOARD_DRIVERS } from "./board.ts";
import { detectorMembers } from "./detector_config.ts";
import { network } from "./network_config.ts";
import { USER_ROLES } from "./permission.ts";
import { pinFaults } from "./pin.ts";
import { record } from "./record_config.ts";
import { shiftErrors, shifts } from "./shift_config.ts";
import { boardErrors, type Loose, lampErrors, outputErrors } from "./wiring.ts";
import { ground, polygon, ZONE_KINDS, zoneErrors, zoneMembers } from "./zone_config.ts";

const ID = /^[a-z0-9][a-z0-9_-]{0,39}$/i;
const id = z
  .string()
  .regex(ID, "must be 1 to 40 letters, digits, '-' or '_', beginning with a letter or digit");
export const name = z
  .string()
  .trim()
  .min(1, "must not be empty")
  .max(80, "must be at most 80 characters")
  .regex(/^\P{Cc}*$/u, "must not contain control characters");

/** A whole number in a range; one sentence for too small and too large. */
function whole(min: number, max: number, range = `must be ${min} to ${max}`) {
  return z.number().min(min, range).max(max, range).refine(Number.isInteger, "must be a whole number");
}

export const SOURCE_SCHEMES = ["rtsp:", "rtsps:", "http:", "https:", "file:"] as const;
const SOURCE_HELP =
  "must be an rtsp://, rtsps://, http:// or https:// address, file:PATH, or a device such as /dev/video0";

function isSource(text: string): boolean {
  // A URL parser takes line breaks out without a word; what is left is another address than the one written.
  if (/\p{Cc}/u.test(text) || text.length > 2048) return false;
  if (/^\/dev\/video\d+$/.test(text) || /^\/dev\/v4l\/by-(path|id)\/[^/]+$/.test(text)) return true;
  if (text.startsWith("file:")) return text.replace(/^file:(\/\/)?/, "").length > 0;
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return (SOURCE_SCHEMES as readonly string[]).includes(url.protocol) && url.hostname !== "";
}

function isTimezone(text: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

const site = z.strictObject({
  name: name.default("Palisade"),
  timezone: z.string().refine(isTimezone, 'must be an IANA time zone such as "Europe/Berlin"').default("UTC"),
  /** The panel overlooks every zone, so that Reset needs no PIN. */
  fullView: z.boolean().default(false),
});

const camera = z.strictObject({
  id,
  name,
  source: z.string().refine(isSource, SOURCE_HELP),
  fps: z
    .number()
    .min(1, "must be 1 to 30 frames a second")
    .max(30, "must be 1 to 30 frames a second")
    .default(10),
  transport: z.enum(["tcp", "udp"]).default("tcp"),
  /** How far apart four points of its floor are. */
  ground: ground.optional(),
});

/** At most this many cameras on one box; the panel shows up to 16 tiles, the processor decides earlier. */
export const MAX_CAMERAS = 16;

const zone = z.strictObject({
  id,
  camera: id,
  name,
  kind: z.enum(ZONE_KINDS),
  polygon,
  /** A person may stay this long before it counts, 0..600000. */
  dwellMs: whole(0, 600_000).default(0),
  ...zoneMembers,
});

/** Which of these a driver takes is checked with the rest of the file. */
const board = z.strictObject({
  id,
  driver: z.enum(BOARD_DRIVERS),
  channels: whole(1, 32).default(8),
  /** `usb-port`: `1-1.4`, as the kernel names it. `host`: `192.0.2.7:502`. A serial device's path. A URL. */
  address: z
    .string()
    .trim()
    .min(1, "must not be empty")
    .max(200, "must be at most 200 characters")
    .optional(),
  /** Modbus unit. */
  unit: whole(1, 247).optional(),
  /** Modbus address of channel 1, and of input 1. */
  firstCoil: whole(0, 65_535).optional(),
  firstInput: whole(0, 65_535).optional(),
  /** How many inputs are read for feedback. */
  inputs: whole(0, 32).optional(),
  baud: z.literal([1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200]).optional(),
  /** Every channel is energised for this long only, and renewed: it drops by itself when the box dies. */
  selfTimedMs: whole(300, 60_000).optional(),
  /** The board was set to drop everything when nobody talks to it for this long. */
  watchdogMs: whole(300, 60_000).optional(),
  /** Somebody has read what a board without either cannot do, and lets it carry a run permit all the same. */
  acceptNoDeadMan: z.boolean().optional(),
  /** Switchings its relays are rated for; a warning comes at half of them. */
  ratedOperations: whole(1_000, 100_000_000).default(100_000),
});

export const OUTPUT_ROLES = [
  "run-permit",
  "while-active",
  "pulse",
  "lamp-red",
  "lamp-amber",
  "lamp-green",
  "lamp-blue",
  "lamp-white",
  "heartbeat",
] as const;
export type OutputRole = (typeof OUTPUT_ROLES)[number];

const output = z.strictObject({
  id,
  name: name.optional(),
  board: id,
  channel: whole(1, Number.MAX_SAFE_INTEGER, "counts from 1"),
  role: z.enum(OUTPUT_ROLES),
  zones: z.array(id).default([]),
  pulseMs: whole(50, 60_000).default(500),
  /** A sounder: Silence ends it. Told from the id where the file does not say. */
  horn: z.boolean().optional(),
  /** A run permit's second channel, on another board: both must close, and they are held against each other. */
  second: z
    .strictObject({ board: id, channel: whole(1, Number.MAX_SAFE_INTEGER, "counts from 1") })
    .optional(),
  /** The contact that tells what the output has really done. */
  feedback: z
    .strictObject({
      board: id,
      input: whole(1, Number.MAX_SAFE_INTEGER, "counts from 1"),
      /** When its contact is closed. A mirror contact (IEC 60947-4-1) is closed while the output is dropped. */
      closed: z.enum(["energised", "dropped"]).default("dropped"),
    })
    .optional(),
});

/** What a lamp can tell. */
export const LAMP_CONDITIONS = [
  /** A run permit is dropped. */
  "tripped",
  /** An alarm of priority 1 is listed. */
  "critical-alarm",
  /** An alarm of priority 2 or 3 is listed. */
  "other-alarm",
  "warn",
  "blind",
  /** A zone is bypassed. */
  "bypassed",
  /** Every zone proven clear or only warned of, and every permit energised. */
  "watching",
  "reset-possible",
  /** An output is being tested. */
  "testing",
] as const;
export type LampCondition = (typeof LAMP_CONDITIONS)[number];
const conditions = z.array(z.enum(LAMP_CONDITIONS));

/** A lamp is lit while any of its conditions holds. After domain practice and IEC 60204-1 colours. */
const tower = z.strictObject({
  red: conditions.default(["tripped", "critical-alarm"]),
  amber: conditions.default(["warn", "blind", "other-alarm", "bypassed"]),
  green: conditions.default(["watching"]),
  blue: conditions.default(["reset-possible"]),
  white: conditions.default(["testing", "bypassed"]),
});

/** Tests that a person runs, and how often. */
const tests = z.strictObject({
  /** Every output, by a supervisor. */
  relayDays: whole(1, 90).default(7),
  /** With the machine: the contacts themselves. */
  proofDays: whole(1, 400).default(30),
  /** Run permits stay dropped until the relay test of this day has passed. */
  withholdPermit: z.boolean().default(false),
  ...{ walkDays: whole(1, 90).default(1), demandWalk: z.boolean().default(false) },
});

const user = z.strictObject({
  name,
  role: z.enum(USER_ROLES),
  pin: z.string().regex(/^\d{4,8}$/, "must be 4 to 8 digits"),
});

const detector = z.strictObject({
  model: z.string().min(1, "must not be empty").max(80, "must be at most 80 characters").default("default"),
  /** Score from which a detection counts, 0.05..0.95; the model's own where absent. */
  threshold: z.number().min(0.05, "must be 0.05 to 0.95").max(0.95, "must be 0.05 to 0.95").optional(),
  ...detectorMembers,
});

export const provision = z.strictObject({
  site: site.default({ name: "Palisade", timezone: "UTC", fullView: false }),
  cameras: z.array(camera).max(MAX_CAMERAS, `must be at most ${MAX_CAMERAS} cameras`).default([]),
  zones: z.array(zone).max(64, "must be at most 64 zones").default([]),
  boards: z.array(board).max(8, "must be at most 8 boards").default([]),
  outputs: z.array(output).max(64, "must be at most 64 outputs").default([]),
  tower: tower.default(tower.parse({})),
  tests: tests.default(tests.parse({})),
  record: record.default(record.parse({})),
  shifts: shifts.optional(),
  network: network.default(network.parse({})),
  users: z.array(user).max(100, "must be at most 100 people").default([]),
  detector: detector.default({ model: "default" }),
});

export type Provision = z.infer<typeof provision>;
export type SiteConfig = Provision["site"];
export type CameraConfig = Provision["cameras"][number];
export type ZoneConfig = Provision["zones"][number];
export type BoardConfig = Provision["boards"][number];
export type OutputConfig = Provision["outputs"][number];
export type TowerConfig = Provision["tower"];
export type TestsConfig = Provision["tests"];
export type UserConfig = Provision["users"][number];
export type DetectorConfig = Provision["detector"];

/** Everything that decides how the box guards. Frozen: a change makes a new one. */
export type Config = Omit<Provision, "users">;

export const EMPTY_CONFIG: Config = Object.freeze({
  site: { name: "Palisade", timezone: "UTC", fullView: false },
  cameras: [],
  zones: [],
  boards: [],
  outputs: [],
  tower: tower.parse({}),
  tests: tests.parse({}),
  record: record.parse({}),
  network: network.parse({}),
  detector: { model: "default" },
});

/** One thing wrong: `path` as in `cameras[0].source`, and a sentence with the cure. */
export interface ConfigError {
  readonly path: string;
  readonly message: string;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly ConfigError[] };

function pathText(path: readonly PropertyKey[]): string {
  let text = "";
  for (const part of path) {
    text += typeof part === "number" ? `[${part}]` : text === "" ? String(part) : `.${String(part)}`;
  }
  return text === "" ? "(file)" : text;
}

/** The words of JSON for what stands in the file. Never the value itself: it may be a PIN or a password. */
function typeText(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "number" && !Number.isFinite(value)) return "a number beyond all limits";
  return Array.isArray(value) ? "array" : typeof value;
}

function schemaErrors(error: z.ZodError): ConfigError[] {
  const told = new Set<string>();
  return error.issues.flatMap((issue): ConfigError[] => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        path: pathText([...issue.path, key]),
        message: "is not a known key; remove it or check its spelling",
      }));
    }
    // One error for each place: what follows the first one there is mostly its consequence.
    const path = pathText(issue.path);
    if (told.has(path)) return [];
    told.add(path);
    if ((issue.code === "invalid_value" || issue.code === "invalid_type") && issue.input === undefined)
      return [{ path, message: "is missing" }];
    if (issue.code === "invalid_value")
      return [{ path, message: `must be one of ${issue.values.map(String).join(", ")}` }];
    if (issue.code === "invalid_type")
      return [
        {
          path,
          message: `must be of type ${issue.expected === "tuple" ? "array" : issue.expected}, not ${typeText(issue.input)}`,
        },
      ];
    return [{ path, message: issue.message }];
  });
}

const isObject = (value: unknown): value is Loose => typeof value === "object" && value !== null;
const listOf = (value: unknown): Loose[] =>
  Array.isArray(value) ? value.map((v) => (isObject(v) ? v : {})) : [];

function duplicates(list: readonly Loose[], section: string, key: string): ConfigError[] {
  const seen = new Map<unknown, number>();
  return list.flatMap((item, i): ConfigError[] => {
    const value = item[key];
    if (typeof value !== "string") return [];
    const same = value.trim().normalize("NFC").toLowerCase();
    const first = seen.get(same);
    if (first === undefined) {
      seen.set(same, i);
      return [];
    }
    return [
      {
        path: `${section}[${i}].${key}`,
        message: `"${value}" is already used by ${section}[${first}]; choose another`,
      },
    ];
  });
}

/** The rules between sections. Reads the raw file, so that they are told together with the errors of shape. */
function crossErrors(file: Loose): ConfigError[] {
  const [cameras, zones, boards, outputs, users] = ["cameras", "zones", "boards", "outputs", "users"].map(
    (key) => listOf(file[key]),
  ) as [Loose[], Loose[], Loose[], Loose[], Loose[]];
  const errors = [
    ...duplicates(cameras, "cameras", "id"),
    ...duplicates(zones, "zones", "id"),
    ...duplicates(boards, "boards", "id"),
    ...duplicates(outputs, "outputs", "id"),
    ...duplicates(users, "users", "name"),
  ];
  const add = (path: string, message: string): void => void errors.push({ path, message });
  const known = (list: readonly Loose[], wanted: unknown): boolean => list.some((item) => item.id === wanted);

  zoneErrors({ cameras, zones, boards, outputs }, add);
  boardErrors(boards, add);
  outputErrors(boards, outputs, add);
  outputs.forEach((item, i) => {
    const at = `outputs[${i}]`;
    const bound = Array.isArray(item.zones) ? item.zones : [];
    bound.forEach((wanted, j) => {
      if (typeof wanted === "string" && !known(zones, wanted))
        add(`${at}.zones[${j}]`, `names no zone of this file: "${wanted}"`);
      else if (bound.indexOf(wanted) < j) add(`${at}.zones[${j}]`, "is named twice; remove one");
    });
    const follows = ["run-permit", "while-active", "pulse"].includes(String(item.role));
    if (follows && bound.length === 0 && (item.zones === undefined || Array.isArray(item.zones)))
      add(`${at}.zones`, `needs at least one zone: an output of role ${String(item.role)} follows zones`);
  });
  lampErrors(file.tower, add);
  shiftErrors(listOf(file.shifts), add);
  users.forEach((item, i) => {
    if (typeof item.pin !== "string" || !/^\d{4,8}$/.test(item.pin)) return;
    const role = USER_ROLES.find((known) => known === item.role) ?? "operator";
    for (const fault of pinFaults(item.pin, role)) add(`users[${i}].pin`, fault);
  });
  return errors;
}

/** Reads a provisioning file's JSON value. Every error is told at once, each with its path. Never throws. */
export function parseProvision(file: unknown): Parsed<Provision> {
  const shape = provision.safeParse(file, { reportInput: true });
  const errors = [
    ...(shape.success ? [] : schemaErrors(shape.error)),
    ...(isObject(file) ? crossErrors(file) : []),
  ];
  if (errors.length > 0 || !shape.success) {
    return {
      ok: false,
      errors: errors.sort((a, b) => a.path.localeCompare(b.path, "en", { numeric: true })),
    };
  }
  return { ok: true, value: shape.data };
}
