/** The bodies of the routes about shift reports; the rest is in schemas.ts. */
import { z } from "zod";
import type { ShiftReport } from "../domain/shift_report.ts";
import type { ToldShift } from "../domain/shift_sheet.ts";
import type { StopPicture } from "../domain/stop_picture.ts";
import { count, maybe, ms, number, readback, text, unixMs } from "./shapes.ts";
import type { ShiftList } from "./shifts.ts";

const shift = {
  id: text.meta({ description: "Its start in UTC, `20261121T050000Z`" }),
  ...{ name: text, fromWallAt: unixMs, untilWallAt: unixMs },
  clockForwardMs: number.meta({ description: "How far the site's clock is put forward within it" }),
};
const listed = <T extends z.ZodType>(entry: T) => z.object({ count, list: z.array(entry) });
const priority = z.literal([1, 2, 3, 4]).nullable();
const noText = text.nullable();
const noMs = ms.nullable();
const waits = z.object({
  ...{ count, of: count },
  medianMs: noMs.meta({ description: "Null where there are fewer than 5" }),
  p95Ms: noMs.meta({ description: "Null where there are fewer than 30" }),
  longestMs: noMs,
});
const open = z.object({
  ...{
    alarm: text,
    text,
    priority,
    state: text,
    raisedWallAt: unixMs.nullable(),
    by: noText,
    reason: noText,
  },
});

const pictureRow = z.object({
  ...{ picture: text, camera: text, cycle: number, takenWallAt: unixMs },
  offMs: number.meta({ description: "From the frame that tripped to the picture" }),
  ...{ sha256: text, linesSha256: text },
});

const StopPictureBody: z.ZodType<StopPicture> = z.object({
  ...{ id: text, alarm: text, camera: text, cameraName: text, cycle: number, takenWallAt: unixMs },
  offMs: number,
  size: z.object({ width: count, height: count }),
  boxes: z.array(
    z.object({
      ...{ label: text, score: number },
      box: z.object({ x0: number, y0: number, x1: number, y1: number }),
    }),
  ),
  zones: z.array(
    z.object({
      ...{ id: text, name: text, kind: z.enum(["stop", "warn", "dwell"]) },
      polygon: z.array(z.tuple([number, number])),
    }),
  ),
});

const report: z.ZodType<ShiftReport> = z.object({
  version: z.literal(1),
  shift: z.object(shift),
  timezone: text,
  toWallAt: unixMs,
  record: z.object({
    rows: count,
    ...{ firstSeq: count.nullable(), lastSeq: count.nullable(), head: noText },
    readFromWallAt: unixMs.nullable(),
    gaps: listed(
      z.object({ fromWallAt: unixMs, untilWallAt: unixMs, kind: z.enum(["ended", "cut", "before"]) }),
    ),
    clockSteps: listed(z.object({ wallAt: unixMs, byMs: number })),
    unknownRows: count,
  }),
  time: z.object({ runningMs: ms, stoppedMs: ms, unknownMs: ms }),
  stops: listed(
    z.object({
      ...{ wallAt: unixMs, cycle: number.nullable(), cause: text, alarms: z.array(text), camera: noText },
      ...{ requestedBy: noText, droppedMs: noMs, acknowledgedMs: noMs, acknowledgedBy: noText },
      ...{ resetMs: noMs, resetBy: noText },
      pictures: maybe(
        z.array(
          z.union([z.object({ alarm: text, picture: pictureRow }), z.object({ alarm: text, why: text })]),
        ),
      ),
    }),
  ),
  alarms: z.object({
    raised: count,
    byPriority: z.object({ "1": count, "2": count, "3": count, "4": count, unknown: count }),
    sources: listed(z.object({ alarm: text, text, priority, count })),
    ...{ acknowledged: waits, reset: waits },
    ...{
      unacknowledged: listed(open),
      standing: listed(open),
      hidden: listed(open),
      interrupted: listed(open),
    },
    chattering: listed(z.object({ alarm: text, text, bursts: count })),
    fleeting: count,
    spans: z.object({ count, most: count, flooded: count }),
  }),
  bypasses: listed(
    z.object({
      ...{ zone: text, by: text, reason: text, fromWallAt: unixMs, untilWallAt: unixMs.nullable() },
      ended: noText,
    }),
  ).extend({ totalMs: ms }),
  tests: listed(
    z.object({
      ...{ wallAt: unixMs, test: text, by: text, outcome: text },
      seen: z.object({ count, of: count }).nullable(),
    }),
  ).extend({ overdue: z.array(text) }),
  cameras: z.array(z.object({ camera: text, name: text, blindMs: ms, times: count, unknownMs: ms })),
  outputs: z.array(
    z.object({
      ...{ output: text, name: text, energised: count, dropped: count, unknown: count },
      last: readback.nullable(),
    }),
  ),
  changes: listed(
    z.object({
      wallAt: unixMs,
      action: text,
      object: noText,
      by: text,
      reason: noText,
      reasonCode: maybe(text),
    }),
  ),
  wrongPins: listed(z.object({ name: text, count })),
  refused: listed(z.object({ action: text, count })),
});

const writer = { by: text, role: noText, wallAt: unixMs };
const ToldShiftBody: z.ZodType<ToldShift> = z.object({
  report,
  hash: text.meta({ description: "SHA-256 of the report's canonical JSON (RFC 8785)" }),
  running: z.boolean(),
  notes: z.array(z.object({ version: count, text, ...writer })).meta({ description: "Oldest first" }),
  signatures: z.array(
    z.object({
      ...writer,
      ...{ hash: text, noteVersion: count, comment: noText },
      holds: z.enum(["yes", "report-changed", "note-changed"]),
    }),
  ),
});

const ShiftListBody: z.ZodType<ShiftList> = z.object({
  timezone: text,
  shifts: z.array(z.object({ ...shift, running: z.boolean(), noteVersion: count, signedBy: z.array(text) })),
  more: z.boolean(),
});

/** By the name under which the document has them. */
export const shiftSchemas = {
  ToldShift: ToldShiftBody,
  ShiftList: ShiftListBody,
  StopPicture: StopPictureBody,
} as const;
