/** The bodies of the routes about outputs, boards, their tests and bypasses; the rest is in schemas.ts. */
import { z } from "zod";
import { BOARD_DRIVERS } from "../domain/board.ts";
import { BYPASS_REASONS } from "../domain/bypass.ts";
import type { OutputConfig, TestsConfig, TowerConfig } from "../domain/config.ts";
import { LAMP_CONDITIONS } from "../domain/config.ts";
import type { BoardView, BypassView, CycleView, OutputTestView, OutputView } from "../domain/view.ts";
import type { BoardsFound, ListedBoard } from "./boards.ts";
import type { ListedOutput, OutputTests, SavedOutput } from "./outputs.ts";
import { count, drive, maybe, ms, number, readback, role, text, unixMs } from "./shapes.ts";

const channel = z.int().min(1).max(32);
const changed = z.boolean().meta({ description: "False where everything was so already" });
const operations = count.meta({ description: "How often its relay was energised" });

const outputMembers = {
  id: text,
  name: text,
  role,
  horn: z.boolean().meta({ description: "A sounder: Silence ends it" }),
  board: text,
  channel,
  demand: drive,
  readback,
  second: maybe(readback.meta({ description: "The second channel's read-back" })),
  feedback: maybe(readback.meta({ description: "What the feedback contact says" })),
  lastDropMs: maybe(ms),
  why: text,
};
export const ViewOutput: z.ZodType<OutputView> = z.object(outputMembers);
const Output: z.ZodType<ListedOutput> = z.object({ ...outputMembers, operations });

const place = { board: text, channel };
const settingMembers = {
  id: text,
  name: z.optional(text),
  ...place,
  role,
  zones: z.array(text),
  pulseMs: ms,
  horn: z.optional(z.boolean()),
  second: z.optional(z.object(place)),
  feedback: z.optional(z.object({ board: text, input: channel, closed: drive })),
};
export const OutputSettings: z.ZodType<OutputConfig> = z.object(settingMembers);
const OutputSaved: z.ZodType<SavedOutput> = z.object({ ...settingMembers, changed });

const boardState = {
  title: text.meta({ description: "What people call a board of this kind" }),
  state: z.enum(["ok", "lost"]),
  why: maybe(text),
  identity: maybe(text.meta({ description: "What the board calls itself; need not be unique" })),
};
const driver = z.enum(BOARD_DRIVERS);
export const ViewBoard: z.ZodType<BoardView> = z.object({ id: text, driver, ...boardState });

const boardMembers = {
  id: text,
  driver,
  channels: channel,
  address: z.optional(text.meta({ description: "With *** for its user and password" })),
  unit: z.optional(count),
  firstCoil: z.optional(count),
  firstInput: z.optional(count),
  inputs: z.optional(count),
  baud: z.optional(z.literal([1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200])),
  selfTimedMs: z.optional(ms),
  watchdogMs: z.optional(ms),
  acceptNoDeadMan: z.optional(z.boolean()),
  ratedOperations: count,
  ...boardState,
  operations: z.array(count).meta({ description: "How often each channel was energised, channel 1 first" }),
};
const Board: z.ZodType<ListedBoard> = z.object(boardMembers);
const BoardSaved: z.ZodType<ListedBoard & { readonly changed: boolean }> = z.object({
  ...boardMembers,
  changed,
});

const BoardsFoundBody: z.ZodType<BoardsFound> = z.object({
  hid: z.array(
    z.object({
      address: text.meta({ description: "The USB port, for a board's address" }),
      product: text,
      channels: z.int(),
      identity: maybe(text),
      problem: maybe(text),
      usedBy: maybe(text.meta({ description: "The configured board that is bound to it" })),
    }),
  ),
  serial: z.array(z.object({ path: text, name: text })),
  problems: z.array(text),
});

export const ViewBypass: z.ZodType<BypassView> = z.object({
  zone: text,
  name: text,
  by: text,
  reason: z.enum(BYPASS_REASONS),
  untilWallAt: unixMs,
  leftMs: ms,
});

export const ViewOutputTest: z.ZodType<OutputTestView> = z.object({
  output: text,
  name: text,
  drive,
  by: text,
  leftMs: ms,
});

export const ViewCycle: z.ZodType<CycleView> = z.object({
  number: count.meta({ description: "The last one's where none runs" }),
  running: z.boolean(),
  sinceWallAt: unixMs,
});

export const due = z.object({
  lastWallAt: unixMs
    .nullable()
    .meta({ description: "When it last passed with the outputs wired as they are" }),
  dueWallAt: unixMs
    .nullable()
    .meta({ description: "Null where there is nothing to test, or none is asked for" }),
  overdue: z.boolean(),
});
const test = z.enum(["relay", "proof"]);
const OutputTestsBody: z.ZodType<OutputTests> = z.object({
  relay: due,
  proof: due,
  withheld: maybe(text.meta({ description: "Why Reset gives no run permit back now" })),
  records: z.array(
    z.object({
      wallAt: unixMs,
      by: text,
      role: text.nullable(),
      test,
      passed: z.boolean(),
      results: z.array(
        z.object({ output: text, passed: z.boolean(), note: maybe(text), dropMs: maybe(number) }),
      ),
      note: text.nullable(),
    }),
  ),
});

const conditions = z.array(z.enum(LAMP_CONDITIONS));
const Tower: z.ZodType<TowerConfig> = z
  .object({ red: conditions, amber: conditions, green: conditions, blue: conditions, white: conditions })
  .meta({ description: "A lamp is lit while any of its conditions holds" });

export const Tests: z.ZodType<TestsConfig> = z.object({
  relayDays: count,
  proofDays: count,
  withholdPermit: z.boolean().meta({ description: "Run permits wait for the day's relay test" }),
  walkDays: count,
  demandWalk: z.boolean().meta({ description: "An alarm says where a walk test is overdue" }),
});

/** By the name under which the document has them. */
export const outputSchemas = {
  Output,
  OutputSaved,
  OutputTests: OutputTestsBody,
  Board,
  BoardSaved,
  BoardsFound: BoardsFoundBody,
  Tower,
} as const;
