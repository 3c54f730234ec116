/** Rows of a trail as a box writes them, for tests of shift reports. */
import type { Shift } from "../../../server/domain/shift.ts";
import { ShiftFold } from "../../../server/domain/shift_fold.ts";
import type { ShiftNames, ShiftReport, TrailRow } from "../../../server/domain/shift_report.ts";

export const FROM = Date.parse("2026-11-21T05:00:00Z");
export const UNTIL = FROM + 8 * 3_600_000;
export const SHIFT: Shift = {
  ...{ id: "20261121T050000Z", name: "Early shift", fromWallAt: FROM, untilWallAt: UNTIL },
  clockForwardMs: 0,
};
export const NAMES: ShiftNames = {
  timezone: "Europe/Berlin",
  cameras: [
    { id: "front", name: "Front" },
    { id: "side", name: "Side" },
  ],
  zones: [{ id: "cell", name: "Cell", camera: "front" }],
  outputs: [
    { id: "permit", role: "run-permit" },
    { id: "horn", role: "while-active" },
  ],
};

/** Seconds after the beginning of the shift, what happened, and what the row tells more. */
export type Told = readonly [seconds: number, action: string, more?: Partial<TrailRow>];

export function rowsOf(told: readonly Told[], firstSeq = 100): TrailRow[] {
  return told.map(([seconds, action, more], i) => ({
    ...{ seq: firstSeq + i, wallAt: new Date(FROM + seconds * 1000).toISOString(), bootId: "boot" },
    ...{ monoMs: 1_000_000 + seconds * 1000, actorType: "system", actor: "palisade", action },
    ...{ objectType: null, objectId: null, before: null, after: null, reason: null },
    ...{ reasonCode: null, result: "ok" },
    hash: `hash ${firstSeq + i}`,
    ...more,
  }));
}

export function reportOf(rows: readonly TrailRow[], toWallAt = UNTIL): ShiftReport {
  const fold = new ShiftFold(SHIFT, toWallAt, NAMES);
  for (const row of rows) fold.take(row);
  return fold.report();
}

export function alarm(seconds: number, id: string, from: string, to: string): Told {
  return [
    seconds,
    `alarm.${to}`,
    { objectType: "alarm", objectId: id, before: { state: from }, after: { state: to } },
  ];
}

export const BEGIN = (seconds: number, cycle: number): Told => [
  ...([seconds, "cycle.begun"] as const),
  { objectType: "cycle", objectId: String(cycle), after: { by: "Sam" } },
];
export const END = (seconds: number, cycle: number, reason = "Cell is occupied"): Told => [
  ...([seconds, "cycle.ended"] as const),
  { objectType: "cycle", objectId: String(cycle), reason },
];
