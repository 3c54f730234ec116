/**
 * A shift report in words: titles, columns and cells, which the screen, the printed page and the file of a table
 * program all show. Few events are counted and never made a share of: 3 of 3 is no 100 %.
 */

import { reasonWords } from "./reason_code.ts";
import { stopPictures } from "./shift_pictures.ts";
import {
  type AlarmTotal,
  type Listed,
  MEDIAN_FROM,
  type OpenAlarm,
  type ShiftReport,
  type Waits,
} from "./shift_report.ts";
import { clock, day, lengthText } from "./shift_words.ts";
import type { Millis } from "./units.ts";

/** What the outgoing shift tells the next one; the newest version counts, the others stay. */
export interface ShiftNote {
  readonly version: number;
  readonly text: string;
  readonly by: string;
  readonly role: string | null;
  readonly wallAt: Millis;
}

export interface ShiftSignature {
  readonly by: string;
  readonly role: string | null;
  readonly wallAt: Millis;
  /** Of the canonical JSON of the report that was signed. */
  readonly hash: string;
  /** Of the note that was signed with it; 0 where there was none. */
  readonly noteVersion: number;
  readonly comment: string | null;
  /** Whether the report, and the note, are still what was signed. */
  readonly holds: "yes" | "report-changed" | "note-changed";
}

/** A report with what people wrote under it. */
export interface ToldShift {
  readonly report: ShiftReport;
  readonly hash: string;
  /** The shift goes on. */
  readonly running: boolean;
  readonly notes: readonly ShiftNote[];
  readonly signatures: readonly ShiftSignature[];
}

export interface SheetPart {
  readonly title: string;
  /** Of the table; empty where there is none. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What stands under the title. */
  readonly notes: readonly string[];
  /** What stands under the table; a table program has the words alone. */
  readonly pictures?: readonly SheetPicture[];
}

export interface SheetPicture {
  readonly id: string;
  readonly caption: string;
}

const NOBODY = "–";

export function shiftTitle({ shift, timezone }: Pick<ShiftReport, "shift" | "timezone">): string {
  const from = clock(shift.fromWallAt, timezone).slice(0, 5);
  const until = clock(shift.untilWallAt, timezone).slice(0, 5);
  return `${shift.name}, ${day(shift.fromWallAt, timezone)}, ${from} to ${until}`;
}

/** What the change of the clock makes of the shift; undefined where there is none. */
export function clockNote({
  fromWallAt,
  untilWallAt,
  clockForwardMs,
}: ShiftReport["shift"]): string | undefined {
  if (clockForwardMs === 0) return undefined;
  const way = clockForwardMs > 0 ? "forward" : "back";
  const by = lengthText(Math.abs(clockForwardMs));
  return `This shift lasts ${lengthText(untilWallAt - fromWallAt)}: the clock is put ${way} by ${by}.`;
}

/** "4 of 5; middle 12 s; longest 40 s". */
function waitsText({ count, of, medianMs, p95Ms, longestMs }: Waits): string {
  if (of === 0) return "none was needed";
  const told = [`${count} of ${of}`];
  if (medianMs !== null) told.push(`median ${lengthText(medianMs)}`);
  if (p95Ms !== null) told.push(`95 % within ${lengthText(p95Ms)}`);
  if (longestMs !== null) told.push(`longest ${lengthText(longestMs)}`);
  if (count > 0 && medianMs === null) told.push(`fewer than ${MEDIAN_FROM}, so no median`);
  return told.join("; ");
}

function moreNote({ count, list }: Listed<unknown>): string[] {
  return count > list.length ? [`${list.length} of ${count} are listed; the audit trail has them all.`] : [];
}

/** Everything that a page of paper, a file or a screen shows of a shift. */
export function paperOf(told: ToldShift): readonly SheetPart[] {
  return [handOver(told), ...sheetOf(told.report), signed(told)];
}

function handOver({ notes, report: { timezone } }: ToldShift): SheetPart {
  const note = notes.at(-1);
  if (note === undefined)
    return { title: "Hand-over", columns: [], rows: [], notes: ["Nothing was written."] };
  const { by, wallAt, version, text } = note;
  const when = `${day(wallAt, timezone)}, ${clock(wallAt, timezone)}`;
  return { title: "Hand-over", columns: [], rows: [], notes: [text, `${by}, ${when}, version ${version}`] };
}

const HOLDS: Readonly<Record<ShiftSignature["holds"], string>> = {
  yes: "as it was signed",
  "report-changed": "THE REPORT HAS CHANGED SINCE",
  "note-changed": "THE HAND-OVER NOTE HAS CHANGED SINCE",
};

function signed({ signatures, hash, running, report: { timezone } }: ToldShift): SheetPart {
  return {
    title: "Signatures",
    columns: signatures.length === 0 ? [] : ["Name", "Role", "At", "Report", "Remark"],
    rows: signatures.map(({ by, role, wallAt, holds, comment }) => [
      ...[by, role ?? NOBODY, `${day(wallAt, timezone)}, ${clock(wallAt, timezone)}`],
      ...[HOLDS[holds], comment ?? ""],
    ]),
    notes: [
      ...(signatures.length > 0
        ? []
        : [running ? "It can be signed when the shift is over." : "Not signed."]),
      `SHA-256 of the report: ${hash}`,
    ],
  };
}

/** Every part of the report, in its order. */
export function sheetOf(report: ShiftReport): readonly SheetPart[] {
  const at = (wallAt: Millis): string => clock(wallAt, report.timezone);
  return [
    summary(report, at),
    stops(report, at),
    stopPictures(report, at),
    alarms(report),
    sources(report.alarms.sources),
    open("Unacknowledged at the end", report.alarms.unacknowledged, at),
    open("Standing at the end", report.alarms.standing, at),
    open("Shelved, suppressed or out of service at the end", report.alarms.hidden, at),
    open("Listed when the box ended or its settings changed", report.alarms.interrupted, at),
    bypasses(report, at),
    tests(report, at),
    cameras(report),
    outputs(report),
    changes(report, at),
    refusals(report),
    record(report, at),
  ].filter((part) => part !== undefined);
}

type At = (wallAt: Millis) => string;

function summary(report: ShiftReport, at: At): SheetPart {
  const {
    shift,
    time,
    stops: { count },
    alarms: { raised },
    toWallAt,
  } = report;
  const clocks = clockNote(shift);
  const running = toWallAt < shift.untilWallAt;
  return {
    title: "Summary",
    columns: [],
    rows: [
      ["Run permit given", lengthText(time.runningMs)],
      ["Stopped", lengthText(time.stoppedMs)],
      ["Not known", lengthText(time.unknownMs)],
      ["Stops", String(count)],
      ["Alarms", String(raised)],
      ["Bypassed", `${report.bypasses.count}, together ${lengthText(report.bypasses.totalMs)}`],
    ],
    notes: [
      ...(running ? [`The shift goes on; this is as of ${at(toWallAt)}.`] : []),
      ...(clocks === undefined ? [] : [clocks]),
      ...(time.unknownMs > 0 ? ["Where nothing was recorded nothing is known; see Record."] : []),
    ],
  };
}

function stops({ stops: told, cameras: known }: ShiftReport, at: At): SheetPart {
  const cameraOf = (id: string | null): string =>
    known.find(({ camera }) => camera === id)?.name ?? id ?? NOBODY;
  return {
    title: "Stops",
    columns: ["At", "Cycle", "Cause", "Camera", "Dropped after", "Acknowledged after", "Reset after"],
    rows: told.list.map((stop) => [
      at(stop.wallAt),
      stop.cycle === null ? NOBODY : String(stop.cycle),
      stop.requestedBy === null ? stop.cause : `${stop.cause} (asked by ${stop.requestedBy})`,
      cameraOf(stop.camera),
      stop.droppedMs === null ? NOBODY : `${Math.round(stop.droppedMs)} ms`,
      deed(stop.acknowledgedMs, stop.acknowledgedBy),
      deed(stop.resetMs, stop.resetBy),
    ]),
    notes: told.count === 0 ? ["None."] : moreNote(told),
  };
}

function deed(ms: Millis | null, by: string | null): string {
  if (ms === null) return "not in this shift";
  return by === null ? lengthText(ms) : `${lengthText(ms)}, ${by}`;
}

function alarms({ alarms: told }: ShiftReport): SheetPart {
  const { byPriority, spans, chattering } = told;
  const chatter = chattering.list.map(({ text, bursts }) => `${text} (${bursts})`).join("; ");
  return {
    title: "Alarms",
    columns: [],
    rows: [
      ["Raised", String(told.raised)],
      ...(["1", "2", "3", "4"] as const).map((priority) => [
        `Priority ${priority}`,
        String(byPriority[priority]),
      ]),
      ...(byPriority.unknown === 0 ? [] : [["Priority unknown", String(byPriority.unknown)]]),
      ["Acknowledged", waitsText(told.acknowledged)],
      ["Reset", waitsText(told.reset)],
      ["Most in ten minutes", String(spans.most)],
      ["Ten minutes with more than 10", `${spans.flooded} of ${spans.count}`],
      ["Gone within 10 s", String(told.fleeting)],
      ["Chattering", chatter === "" ? "none" : chatter],
    ],
    notes: [],
  };
}

function sources(told: Listed<AlarmTotal>): SheetPart | undefined {
  if (told.count === 0) return undefined;
  return {
    title: "Alarms by source",
    columns: ["Alarm", "Priority", "Times"],
    rows: told.list.map(({ text, priority, count }) => [text, String(priority ?? NOBODY), String(count)]),
    notes: moreNote(told),
  };
}

function open(title: string, told: Listed<OpenAlarm>, at: At): SheetPart | undefined {
  if (told.count === 0) return undefined;
  return {
    title,
    columns: ["Alarm", "Priority", "Raised at", "Detail"],
    rows: told.list.map(({ text, priority, raisedWallAt, reason }) => [
      ...[text, String(priority ?? NOBODY)],
      ...[raisedWallAt === null ? "before" : at(raisedWallAt), reasonWords(reason ?? "")],
    ]),
    notes: moreNote(told),
  };
}

const ENDED: Readonly<Record<string, string>> = {
  time: "its time was over",
  shift: "the shift was over",
  person: "ended by hand",
  shutdown: "settings changed or the box ended",
  restart: "the box ended without a word",
};

function bypasses({ bypasses: told }: ShiftReport, at: At): SheetPart {
  return {
    title: "Bypasses",
    columns: ["Zone", "By", "Reason", "From", "Until", "Ended"],
    rows: told.list.map(({ zone, by, reason, fromWallAt, untilWallAt, ended }) => [
      ...[zone, by, reasonWords(reason), at(fromWallAt)],
      ...(untilWallAt === null
        ? ["still runs", NOBODY]
        : [at(untilWallAt), ended === null ? NOBODY : (ENDED[ended] ?? ended)]),
    ]),
    notes: told.count === 0 ? ["None."] : moreNote(told),
  };
}

function tests({ tests: told }: ShiftReport, at: At): SheetPart {
  return {
    title: "Tests",
    columns: ["At", "Test", "By", "Outcome", "Seen"],
    rows: told.list.map(({ wallAt, test, by, outcome, seen }) => [
      ...[at(wallAt), test, by, outcome],
      seen === null ? "" : `${seen.count} of ${seen.of}`,
    ]),
    notes: [
      ...(told.count === 0 ? ["None was run."] : moreNote(told)),
      ...told.overdue.map((test) => `The ${test} test is overdue.`),
    ],
  };
}

function cameras({ cameras: told }: ShiftReport): SheetPart | undefined {
  if (told.length === 0) return undefined;
  return {
    title: "Cameras",
    columns: ["Camera", "Blind", "Times", "Not known"],
    rows: told.map(({ name, blindMs, times, unknownMs }) => [
      ...[name, lengthText(blindMs), String(times), lengthText(unknownMs)],
    ]),
    notes: ["Blind is the time in which an alarm of the camera or of the detector was active."],
  };
}

function outputs({ outputs: told }: ShiftReport): SheetPart | undefined {
  if (told.length === 0) return undefined;
  return {
    title: "Relay operations",
    columns: ["Output", "Energised", "Dropped", "Lost", "Last"],
    rows: told.map(({ name, energised, dropped, unknown, last }) => [
      ...[name, String(energised), String(dropped), String(unknown), last ?? NOBODY],
    ]),
    notes: [],
  };
}

function changes({ changes: told }: ShiftReport, at: At): SheetPart {
  return {
    title: "Changes of the settings",
    columns: ["At", "What", "By", "Reason"],
    rows: told.list.map(({ wallAt, action, object, by, reason, reasonCode }) => [
      ...[at(wallAt), object === null ? action : `${action} ${object}`, by],
      whyText(reason, reasonCode),
    ]),
    notes: told.count === 0 ? ["None."] : moreNote(told),
  };
}

/** What was done and the kind of reason, where that is not the same. */
function whyText(reason: string | null, code: string | undefined): string {
  const parts = [reason, code].filter((part) => part !== null && part !== undefined) as string[];
  return [...new Set(parts.map(reasonWords))].join(": ");
}

function refusals({ wrongPins, refused }: ShiftReport): SheetPart {
  return {
    title: "Wrong PINs and refused commands",
    columns: ["What", "Times"],
    rows: [
      ...wrongPins.list.map(({ name, count }) => [`Wrong PIN for ${name}`, String(count)]),
      ...refused.list.map(({ action, count }) => [`Refused: ${action}`, String(count)]),
    ],
    notes: wrongPins.count + refused.count === 0 ? ["None."] : [],
  };
}

const GAPS = {
  ended: "the box was told to end",
  cut: "the box ended without a word, as at a power cut; at the earliest after the last row",
  before: "nothing was recorded yet",
} as const;

function record({ record: told, timezone }: ShiftReport, at: At): SheetPart {
  const { rows, firstSeq, lastSeq, head, gaps, clockSteps, unknownRows, readFromWallAt } = told;
  return {
    title: "Record",
    columns: [],
    rows: [
      ["Rows of the audit trail", firstSeq === null ? "0" : `${rows}, numbers ${firstSeq} to ${lastSeq}`],
      ["Hash of the last row", head ?? NOBODY],
      ...gaps.list.map(({ fromWallAt, untilWallAt, kind }) => [
        `No record ${at(fromWallAt)} to ${at(untilWallAt)}`,
        GAPS[kind],
      ]),
      ...clockSteps.list.map(({ wallAt, byMs }) => [
        `Clock set at ${at(wallAt)}`,
        `by ${(byMs / 1000).toFixed(1)} s`,
      ]),
      ["Times are those of", timezone],
    ],
    notes: [
      ...moreNote(gaps),
      ...(unknownRows === 0 ? [] : [`${unknownRows} rows are of kinds that this report leaves out.`]),
      ...(readFromWallAt === null
        ? []
        : [
            `What began before ${day(readFromWallAt, timezone)}, ${at(readFromWallAt)} and did not change since is not in it.`,
          ]),
    ],
  };
}
