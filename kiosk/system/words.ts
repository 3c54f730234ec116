/** Every text of the system's pages. Loaded with them only. */
import type { Figure } from "../../server/domain/figures.ts";
import { t } from "../say.ts";
import { atMost } from "../text.ts";
import type { FreedAnswer } from "./calls.ts";
import type { ChartId, Place } from "./place.ts";

export const SYSTEM = {
  title: t("System"),
  places: { figures: t("Figures"), log: t("Log"), about: t("About") } satisfies Record<Place, string>,
  waiting: t("Asking the box"),
  none: t("There are no figures yet"),
  noneHow: t("The box takes a sample every two seconds; the first ones come in a moment."),
  charts: {
    cpu: t("Computing"),
    memory: t("Memory"),
    network: t("Network"),
    disk: t("Disk"),
    reaction: t("Reaction"),
    frames: t("Frames"),
    alarms: t("Alarm count"),
  } satisfies Record<ChartId, string>,
  newest: t("Now||the newest figures"),
  at: (time: string) => t("At {time}", { time }),
  touch: t("Touch the chart to read an earlier moment"),
  camera: t("Camera"),
  median: t("Median"),
  worst: t("Longest"),
  reactionHow: t(
    "From a frame's first byte to the guardian's answer; the newest 1,000 frames of each camera.",
  ),
} as const;

/** What a line of a chart is called. */
export const LINES: Readonly<Record<Figure, string>> = {
  "cpu.machine": t("Whole machine"),
  "cpu.server": t("Server"),
  "cpu.eyes": t("Detection||processes that look at pictures"),
  "cpu.decoders": t("Decoders"),
  "cpu.guardian": t("Guardian"),
  "cpu.hands": t("Relay boards"),
  "cpu.others": t("Others||processes"),
  "memory.server": t("Server"),
  "memory.eyes": t("Detection||processes that look at pictures"),
  "memory.decoders": t("Decoders"),
  "memory.guardian": t("Guardian"),
  "memory.hands": t("Relay boards"),
  "memory.others": t("Others||processes"),
  "network.received": t("Received||over the network"),
  "network.sent": t("Sent||over the network"),
  "disk.read": t("Read||from the disk"),
  "disk.written": t("Written||to the disk"),
  "reaction.median": t("Median"),
  "reaction.p95": t("95 of 100 within"),
  "reaction.worst": t("Longest"),
  "frames.received": t("Received||frames of cameras"),
  "frames.looked": t("Looked at"),
  "alarms.listed": t("On the list"),
  "alarms.unacknowledged": t("Not acknowledged"),
  "server.late": t("Late||a timer"),
};

export type Unit = "percent" | "bytes" | "rate" | "ms" | "perSecond" | "count";

const MEGA = 1e6;

/** A figure with its unit, as short as it can be read. */
export function figureText(value: number, unit: Unit): string {
  switch (unit) {
    case "percent":
      return t("{percent} %", { percent: atMost(value, 1) });
    case "ms":
      return t("{ms} ms", { ms: atMost(value, 0) });
    case "perSecond":
      return t("{count} a second", { count: atMost(value, 1) });
    case "count":
      return atMost(value, 1);
    case "bytes":
      if (value < MEGA) return t("{size} kB", { size: atMost(value / 1e3, 0) });
      return value < 1e9
        ? t("{size} MB", { size: atMost(value / MEGA, 0) })
        : t("{size} GB", { size: atMost(value / 1e9, 1) });
    case "rate":
      return value < MEGA
        ? t("{rate} kB/s", { rate: atMost(value / 1e3, value < 1e4 ? 1 : 0) })
        : t("{rate} MB/s", { rate: atMost(value / MEGA, 1) });
  }
}

/** What stands beneath a chart's name, from what is known now. */
export const NOW = {
  cpu: (percent: string, cores: number) =>
    t("{percent} of {cores, plural, one {# core} other {# cores}}", { percent, cores }),
  memory: (own: string, free: string) => t("{own} of the box, {free} free", { own, free }),
  two: (first: string, firstName: string, second: string, secondName: string) =>
    t("{first} {firstName}, {second} {secondName}", { first, firstName, second, secondName }),
  room: (free: string) => t("{free} free", { free }),
  reaction: (median: string, worst: string) => t("{median} median, {worst} longest", { median, worst }),
  noReaction: t("nothing was measured"),
  alarms: (listed: string, open: string) =>
    t("{listed} on the list, {open} not acknowledged", { listed, open }),
  unknown: t("cannot be told here"),
} as const;

export const LOG = {
  level: t("Lines||of a log"),
  levels: { info: t("All||lines of a log"), warn: t("Warnings"), error: t("Errors") },
  names: {
    fatal: t("Fatal"),
    error: t("Error"),
    warn: t("Warning"),
    info: t("Note||the calmest lines of a log"),
  } as Readonly<Record<string, string>>,
  again: t("Read again"),
  more: t("Earlier lines"),
  none: t("There are no such lines"),
  noneHow: t("The box keeps the newest 1,000 lines since its start; the system's own log has older ones."),
} as const;

export const ABOUT = {
  version: t("Version"),
  licence: t("Licence"),
  runtime: t("Runs on"),
  model: t("Model"),
  modelLicence: t("Its licence"),
  modelOrigin: t("Where it comes from"),
  up: t("Box up for"),
  machineUp: t("Machine up for"),
  clock: t("Clock"),
  clocks: { synced: t("follows a time server"), unsynced: t("follows no time server") },
  database: t("Database"),
  noDatabase: t("cannot be opened"),
  unknown: t("not told"),
  thirdParty: t("Made of the work of others"),
  packages: (count: number) => t("{count, plural, one {# package} other {# packages}}", { count }),
  cleanUp: t("Clean up"),
  cleanUpHow: t(
    "Closes sessions that are over, removes files left half written, and joins the database's side file to it. Nothing that guards is touched.",
  ),
  cleaned: t("Cleaned up"),
} as const;

/** What was let go, one sentence each. */
export function freedTexts({ sessions, temporaryFiles, databaseBytes }: FreedAnswer): readonly string[] {
  return [
    t("{sessions, plural, =0 {No session was over} one {# session was over} other {# sessions were over}}", {
      sessions,
    }),
    t(
      "{temporaryFiles, plural, =0 {No file was half written} one {# half written file is removed} other {# half written files are removed}}",
      { temporaryFiles },
    ),
    t("{size} of the side file are joined to the database", { size: figureText(databaseBytes, "bytes") }),
  ];
}
