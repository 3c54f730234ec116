/** A zone as it is being drawn and told of: what the box is sent of it, and what of it is new. Pure. */
import type { ZoneConfig } from "../../server/domain/config.ts";
import type { Schedule } from "../../server/domain/schedule.ts";
import type { Point } from "../../server/domain/units.ts";
import type { ZoneCondition } from "../../server/domain/zone_config.ts";
import type { FieldError } from "../call.ts";
import { type Drawing, drawingOf, SHAPES } from "./draw.ts";

export type Kind = ZoneConfig["kind"];

/** Numbers are texts as long as they are written. */
export interface ZoneDraft {
  /** The zone that is changed; undefined for a new one. */
  readonly of?: string;
  readonly id: string;
  readonly camera: string;
  readonly kind: Kind;
  readonly name: string;
  readonly drawing: Drawing;
  /** Seconds. */
  readonly dwell: string;
  readonly schedule: Schedule;
  readonly condition: ZoneCondition | undefined;
  /** Of the picture's height, percent. */
  readonly minHeight: string;
  /** With commas between them. */
  readonly classes: string;
  /** Milliseconds. */
  readonly stopTime: string;
  readonly hazard: Point | undefined;
  readonly reason: string;
  readonly errors: readonly FieldError[];
}

/** Which kinds take a member; the box refuses it with the others. */
const TAKERS = {
  dwell: ["stop", "warn", "dwell"],
  schedule: ["stop", "warn", "dwell"],
  condition: ["stop", "warn", "dwell"],
  classes: ["stop", "warn", "dwell"],
  minHeight: ["stop", "warn", "dwell", "count"],
  stopTime: ["stop"],
  hazard: ["stop"],
  reason: ["mask"],
} as const satisfies Readonly<Record<string, readonly Kind[]>>;
export type Member = keyof typeof TAKERS;

export function takes(kind: Kind, member: Member): boolean {
  return (TAKERS[member] as readonly Kind[]).includes(kind);
}

/** Free of the ids that are there. It is made once, so that a zone that is sent twice is still one. */
export function freeId(taken: readonly string[]): string {
  for (let n = taken.length + 1; ; n++) if (!taken.includes(`zone-${n}`)) return `zone-${n}`;
}

const USUAL_DWELL_S = "10";

export function newDraft(camera: string, kind: Kind, taken: readonly string[]): ZoneDraft {
  return {
    ...{ id: freeId(taken), camera, kind, name: "", schedule: [], condition: undefined },
    drawing: drawingOf(SHAPES.rectangle),
    ...{ dwell: kind === "dwell" ? USUAL_DWELL_S : "", minHeight: "", classes: "", stopTime: "" },
    ...{ hazard: undefined, reason: "", errors: [] },
  };
}

const textOf = (value: number | undefined, per = 1): string =>
  value === undefined || value === 0 ? "" : String(Number((value / per).toFixed(3)));

export function draftOf(zone: ZoneConfig): ZoneDraft {
  const { id, camera, kind, name, polygon, schedule = [], condition, hazard, reason = "" } = zone;
  return {
    ...{ of: id, id, camera, kind, name, schedule, condition, hazard, reason, errors: [] },
    drawing: drawingOf(polygon),
    dwell: textOf(zone.dwellMs, 1_000),
    minHeight: textOf(zone.minHeight, 0.01),
    classes: zone.classes?.join(", ") ?? "",
    stopTime: zone.stopTimeMs === undefined ? "" : String(zone.stopTimeMs),
  };
}

/** A number that is none goes as it was written: the box says what is wrong with it. */
function numeral(text: string, times = 1): number | string | null {
  const written = text.trim().replace(",", ".");
  if (written === "") return null;
  const value = Number(written);
  return Number.isFinite(value) ? Number((value * times).toFixed(6)) : written;
}

function classesOf(text: string): readonly string[] | null {
  const names = text.split(",").flatMap((name) => (name.trim() === "" ? [] : [name.trim()]));
  return names.length === 0 ? null : names;
}

/** What the box is sent of it. Null takes a member out; what its kind does not take goes out as well. */
export function zoneBody(draft: ZoneDraft): Readonly<Record<string, unknown>> {
  const { kind, camera, name, drawing, schedule, condition, hazard, reason } = draft;
  const taken = <T>(member: Member, value: T): T | null => (takes(kind, member) ? value : null);
  return {
    ...{ camera, kind, name: name.trim(), polygon: drawing.points },
    dwellMs: taken("dwell", numeral(draft.dwell, 1_000) ?? 0) ?? 0,
    schedule: taken("schedule", schedule.length === 0 ? null : schedule),
    condition: taken("condition", condition ?? null),
    classes: taken("classes", classesOf(draft.classes)),
    minHeight: taken("minHeight", numeral(draft.minHeight, 0.01)),
    stopTimeMs: taken("stopTime", numeral(draft.stopTime)),
    hazard: taken("hazard", hazard ?? null),
    reason: taken("reason", reason.trim() === "" ? null : reason.trim()),
  };
}

/** The zone as it would be configured; what is written wrong in it is left out. */
export function zoneOf(draft: ZoneDraft): ZoneConfig {
  const body = Object.entries(zoneBody(draft)).filter(
    ([member, value]) => value !== null && !(typeof value === "string" && NUMBERS.has(member)),
  );
  return { id: draft.id, dwellMs: 0, ...Object.fromEntries(body) } as unknown as ZoneConfig;
}
const NUMBERS: ReadonlySet<string> = new Set(["dwellMs", "minHeight", "stopTimeMs"]);

/** Members that publishing would change, in the box's names. */
export function changedMembers(before: ZoneConfig | undefined, draft: ZoneDraft): readonly string[] {
  const was: Readonly<Record<string, unknown>> = { ...before };
  return Object.entries(zoneBody(draft)).flatMap(([member, value]) => {
    const old = was[member] ?? null;
    return JSON.stringify(old) === JSON.stringify(value) ? [] : [member];
  });
}

/** The member that an error stands under: `schedule[0].from` and `condition.board` belong to schedule and condition. */
export function memberOf({ path }: FieldError): string {
  return path.split(/[.[]/)[0] ?? path;
}
