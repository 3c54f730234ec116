/** What a zone and the floor under a camera are told beyond their names: shapes, limits, and the rules between them. */
import { z } from "zod";
import { isSimple, meet, polygonArea } from "./geometry.ts";
import { calibrate, type GroundConfig, groundFault, onFloor } from "./ground.ts";
import { CORNERS, MIN_ZONE_AREA } from "./outline.ts";
import { WEEKDAYS } from "./schedule.ts";
import type { BoardId, Point } from "./units.ts";
import { type Loose, objectIn } from "./wiring.ts";

/** `stop` trips, `warn` warns, `dwell` warns of who stays, `count` counts, `mask` is where nobody is looked for. */
export const ZONE_KINDS = ["stop", "warn", "dwell", "count", "mask"] as const;
type AnyKind = (typeof ZONE_KINDS)[number];

/** A contact that proves that nothing can happen: the machine stands, or is being set up. */
export interface ZoneCondition {
  readonly board: BoardId;
  /** Counts from 1. While it is closed the zone is out of the rules. */
  readonly input: number;
  /** What a closed contact means, as people call it. */
  readonly name: string;
}

/** A dwell zone that warns sooner is a warn zone. */
const MIN_DWELL_MS = 1_000;

const coordinate = z.number().min(0, "must be 0 to 1").max(1, "must be 0 to 1");
const point = z.tuple([coordinate, coordinate], {
  error: (issue) => (issue.code === "invalid_type" ? undefined : "must be two numbers, [x, y]"),
});
export const polygon = z
  .array(point)
  .min(CORNERS.least, "needs 3 to 16 points")
  .max(CORNERS.most, "needs 3 to 16 points")
  .refine((points) => isSimple(points as Point[]), "must not cross itself or name a point twice")
  .refine(
    (points) => polygonArea(points as Point[]) >= MIN_ZONE_AREA,
    "must cover at least 0.5 % of the picture",
  );

const words = z
  .string()
  .trim()
  .min(1, "must not be empty")
  .max(80, "must be at most 80 characters")
  .regex(/^\P{Cc}*$/u, "must not contain control characters");

const times = z
  .strictObject({
    days: z.array(z.enum(WEEKDAYS)).min(1, "needs at least one day"),
    from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time from 00:00 to 23:59"),
    to: z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "must be a time from 00:01 to 24:00"),
  })
  .refine(({ from, to }) => from !== to, "begins and ends at one time; for a whole day use 00:00 to 24:00")
  .refine(({ to }) => to !== "00:00", "ends at 00:00; write 24:00 for the end of the day");

/** Members that only some kinds of zone take. */
export const zoneMembers = {
  /** Of a model's classes, the ones that count; people where absent, and in a stop zone always. */
  classes: z
    .array(z.string().min(1, "must not be empty").max(40, "must be at most 40 characters"))
    .min(1, "needs at least one class")
    .optional(),
  /** Boxes less high than this share of the picture count for nobody. */
  minHeight: z.number().min(0, "must be 0 to 0.5").max(0.5, "must be 0 to 0.5").optional(),
  /** When it guards, in the time of the site; always where absent. */
  schedule: z.array(times).min(1, "needs 1 to 20 times").max(20, "needs 1 to 20 times").optional(),
  condition: z
    .strictObject({
      board: z.string(),
      input: z.number().int("must be a whole number").min(1, "counts from 1").max(32, "must be 1 to 32"),
      name: words,
    })
    .optional(),
  /** From the drop of the output to the machine's standstill, as somebody has measured it. */
  stopTimeMs: z.number().min(0, "must be 0 to 60000").max(60_000, "must be 0 to 60000").optional(),
  /** Where the hazard stands on the floor. */
  hazard: point.optional(),
  /** Why a mask may cover a stop zone. */
  reason: words.optional(),
};

const length = z.number().min(0.1, "must be 0.1 to 100 metres").max(100, "must be 0.1 to 100 metres");
/** Four points of the floor with the tape's lengths between them. */
export const ground = z
  .strictObject({
    points: z.array(point).length(4, "needs 4 points"),
    sides: z
      .array(length)
      .length(4, "needs 4 lengths: from each point to the next, the last back to the first"),
    diagonal: length,
  })
  .superRefine((config, context) => {
    // Asked also where the shape above is wrong.
    const { points, sides, diagonal } = config;
    const whole = points.length === 4 && sides.length === 4 && diagonal > 0;
    const fault = whole ? groundFault(config) : undefined;
    if (fault !== undefined)
      context.addIssue({ code: "custom", path: [fault.member], message: fault.message });
  });

const TAKEN_BY: Readonly<Record<string, readonly AnyKind[]>> = {
  classes: ["stop", "warn", "dwell"],
  dwellMs: ["stop", "warn", "dwell"],
  minHeight: ["stop", "warn", "dwell", "count"],
  schedule: ["stop", "warn", "dwell"],
  condition: ["stop", "warn", "dwell"],
  stopTimeMs: ["stop"],
  hazard: ["stop"],
  reason: ["mask"],
};

type Add = (path: string, message: string) => void;

export interface ZoneFile {
  readonly cameras: readonly Loose[];
  readonly zones: readonly Loose[];
  readonly boards: readonly Loose[];
  readonly outputs: readonly Loose[];
}

/** Everything that is wrong between zones, cameras, boards and outputs. Reads the raw file. */
export function zoneErrors(file: ZoneFile, add: Add): void {
  file.zones.forEach((zone, i) => {
    const at = `zones[${i}]`;
    const kind = ZONE_KINDS.find((known) => known === zone.kind);
    if (typeof zone.camera === "string" && !file.cameras.some(({ id }) => id === zone.camera))
      add(`${at}.camera`, `names no camera of this file: "${zone.camera}"`);
    if (kind !== undefined) memberErrors(zone, kind, at, add);
    conditionErrors(file, zone, at, add);
    hazardErrors(file, zone, at, add);
    if (kind === "mask") maskErrors(file, zone, at, add);
  });
  file.outputs.forEach((output, i) => {
    const bound = Array.isArray(output.zones) ? output.zones : [];
    bound.forEach((id, j) => {
      const kind = file.zones.find((zone) => zone.id === id)?.kind;
      if (kind === "count" || kind === "mask")
        add(
          `outputs[${i}].zones[${j}]`,
          `is "${String(id)}", a zone of kind ${kind}, which switches nothing; remove it`,
        );
    });
  });
}

function memberErrors(zone: Loose, kind: AnyKind, at: string, add: Add): void {
  for (const [member, kinds] of Object.entries(TAKEN_BY)) {
    const told = zone[member] !== undefined && !(member === "dwellMs" && zone[member] === 0);
    if (told && !kinds.includes(kind))
      add(`${at}.${member}`, `has no meaning for a zone of kind ${kind}; remove it`);
  }
  const { dwellMs } = zone;
  if (kind === "dwell" && (dwellMs === undefined || (typeof dwellMs === "number" && dwellMs < MIN_DWELL_MS)))
    add(`${at}.dwellMs`, "must be at least 1000 for a zone of kind dwell: how long a person may stay");
}

function conditionErrors({ boards, outputs }: ZoneFile, zone: Loose, at: string, add: Add): void {
  const condition = objectIn(zone.condition);
  if (condition === undefined || typeof condition.board !== "string") return;
  const { board, input } = condition;
  const host = boards.find(({ id }) => id === board);
  if (host === undefined) {
    add(`${at}.condition.board`, `names no board of this file: "${board}"`);
    return;
  }
  if (typeof input !== "number") return;
  const inputs = typeof host.inputs === "number" ? host.inputs : 0;
  if (input > inputs)
    add(
      `${at}.condition.input`,
      `is ${input}, but board "${board}" reads ${inputs} inputs; correct one of them, or choose a board that has inputs`,
    );
  const user = outputs.findIndex((output) => {
    const feedback = objectIn(output.feedback);
    return feedback?.board === board && feedback.input === input;
  });
  if (user >= 0)
    add(
      `${at}.condition.input`,
      `is the feedback contact of outputs[${user}] already; one input tells one thing`,
    );
}

/** The calibration under the zone; undefined where there is none, or none that is right. */
function groundUnder({ cameras }: ZoneFile, zone: Loose): GroundConfig | undefined {
  const camera = cameras.find(({ id }) => id === zone.camera);
  const parsed = ground.safeParse(camera?.ground);
  return parsed.success ? (parsed.data as GroundConfig) : undefined;
}

function hazardErrors(file: ZoneFile, zone: Loose, at: string, add: Add): void {
  const hazard = point.safeParse(zone.hazard);
  if (zone.hazard === undefined || !hazard.success || zone.kind !== "stop") return;
  const camera = file.cameras.find(({ id }) => id === zone.camera);
  if (camera !== undefined && camera.ground === undefined)
    add(
      `${at}.hazard`,
      `needs the floor of camera "${String(zone.camera)}" to be measured; give its ground, or remove it`,
    );
  const under = groundUnder(file, zone);
  if (under !== undefined && onFloor(calibrate(under), hazard.data) === undefined)
    add(
      `${at}.hazard`,
      "lies at the horizon of the measured floor or beyond; put it where the machine stands",
    );
}

function maskErrors({ zones }: ZoneFile, mask: Loose, at: string, add: Add): void {
  const own = polygon.safeParse(mask.polygon);
  if (!own.success || mask.reason !== undefined) return;
  for (const zone of zones) {
    const other = polygon.safeParse(zone.polygon);
    if (zone.kind !== "stop" || zone.camera !== mask.camera || !other.success) continue;
    if (meet(own.data, other.data))
      add(
        `${at}.polygon`,
        `covers part of stop zone "${String(zone.id)}", where nobody would be seen; move it, or say why in its reason`,
      );
  }
}
