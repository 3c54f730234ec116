/** Every text of the settings' pages: names, what each setting affects, and how values are said. Loaded with them only. */
import type { Weekday } from "../../server/domain/schedule.ts";
import type { SettingPath } from "../../server/domain/setting_config.ts";
import type { ShiftConfig } from "../../server/domain/shift_config.ts";
import { t } from "../say.ts";
import { clockDate, clockTime } from "../text.ts";
import { daysText } from "../zones/words.ts";
import type { ListedSetting, SettingSource } from "./calls.ts";

export const SETTINGS = {
  title: t("Settings"),
  waiting: t("Asking the box"),
  drops: t("Every output drops, watching restarts, and a reset is needed."),
  save: (count: number) => t("{count, plural, one {Save # change} other {Save # changes}}", { count }),
  discard: t("Discard"),
  undo: t("Undo"),
  askSave: (count: number) =>
    t("{count, plural, one {Save # change of the settings?} other {Save # changes of the settings?}}", {
      count,
    }),
  askUndo: t("Bring back the values that were in force before?"),
  yes: t("Save"),
  busy: t("Saving"),
  saved: t("Settings saved"),
  wrong: (count: number) =>
    t(
      "{count, plural, one {# setting is wrong: put it right, then save} other {# settings are wrong: put them right, then save}}",
      {
        count,
      },
    ),
  entered: t("not saved yet"),
  change: (name: string) => t("Change {name}", { name }),
  toDefault: t("Back to the default"),
  usePanel: (zone: string) => t("Use this panel's time zone, {zone}", { zone }),
  unit: t("Unit"),
  range: t("Range"),
  standard: t("Default"),
  from: t("Value from"),
  effect: t("What it affects"),
  takesAll: t("Any text of 1 to 80 characters"),
  notNumber: (min: number, max: number) =>
    t("must be a whole number from {min, number} to {max, number}", { min, max }),
} as const;

/** Groups that other rooms open by themselves. */
export const TOLD_TO_OTHERS = t("Told to others");
export const OTHER_PANELS = t("Panels on the network");

export const GROUPS: readonly (readonly [title: string, paths: readonly SettingPath[]])[] = [
  [t("Site"), ["site.name", "site.timezone", "site.fullView", "shifts"]],
  [
    t("Tests and reminders"),
    ["tests.relayDays", "tests.proofDays", "tests.withholdPermit", "tests.walkDays", "tests.demandWalk"],
  ],
  [t("Record"), ["record.keepRows", "record.keepDays"]],
  [
    t("Clips"),
    [
      "record.clips.beforeSeconds",
      "record.clips.afterSeconds",
      "record.clips.keep",
      "record.clips.keepMegabytes",
      "record.clips.keepDays",
      "record.clips.keepFreeMegabytes",
    ],
  ],
  [
    TOLD_TO_OTHERS,
    ["record.syslog.address", "record.syslog.transport", "record.mqtt.address", "record.mqtt.topic"],
  ],
  [OTHER_PANELS, ["network.lan.on", "network.lan.address", "network.lan.port"]],
];

interface Words {
  readonly name: string;
  readonly effect: string;
}

export const NAMES: Readonly<Record<SettingPath, Words>> = {
  "site.name": {
    name: t("Name of the site"),
    effect: t("Stands at the top of every screen, in shift reports and in exports."),
  },
  "site.timezone": {
    name: t("Time zone"),
    effect: t("Decides every time that is shown, when shifts begin and when zones guard by their times."),
  },
  "site.fullView": {
    name: t("Every zone can be seen from this panel"),
    effect: t("Reset needs no PIN then. Where it is no, Reset asks for a supervisor's PIN."),
  },
  shifts: {
    name: t("Shifts"),
    effect: t("Shift reports and hand-over notes go by them. Each shift lasts until the next one begins."),
  },
  "tests.relayDays": {
    name: t("Relay test every"),
    effect: t("After so many days without a relay test an alarm reminds of it."),
  },
  "tests.proofDays": {
    name: t("Proof test every"),
    effect: t("After so many days without a proof test with the machine an alarm reminds of it."),
  },
  "tests.withholdPermit": {
    name: t("Permits wait for the relay test of the day"),
    effect: t("Run permits stay dropped until the relay test of this day has passed."),
  },
  "tests.walkDays": {
    name: t("Walk test every"),
    effect: t("After so many days without a walk test of a stop zone an alarm reminds of it."),
  },
  "tests.demandWalk": {
    name: t("Permits wait for the walk test of the day"),
    effect: t("Walk tests are asked for, and run permits stay dropped until those of this day have passed."),
  },
  "record.keepRows": {
    name: t("Rows of the record in the database"),
    effect: t("Beyond them the oldest rows leave the database as sealed files. A row takes half a kilobyte."),
  },
  "record.keepDays": {
    name: t("Age of the record in the database"),
    effect: t("Older rows leave the database as sealed files; the files stay until somebody removes them."),
  },
  "record.clips.keep": {
    name: t("Clips that are kept"),
    effect: t("Beyond them the oldest go. With 0 nothing is recorded, and no picture is held in memory."),
  },
  "record.clips.keepMegabytes": {
    name: t("Room for clips on the disk"),
    effect: t("Beyond it the oldest go. Half a minute of one camera takes about 6 MB."),
  },
  "record.clips.keepDays": {
    name: t("Age of clips"),
    effect: t("Older ones go. Clips show people: keep them no longer than your rules allow."),
  },
  "record.clips.keepFreeMegabytes": {
    name: t("Room that clips and pictures leave free"),
    effect: t(
      "The oldest clips and pictures of stops go before the disk has less than this for everything else.",
    ),
  },
  "record.clips.beforeSeconds": {
    name: t("A clip begins before the event by"),
    effect: t("So much of every camera is held in memory, 32 MB of all cameras at most."),
  },
  "record.clips.afterSeconds": {
    name: t("A clip ends after the event by"),
    effect: t("What happens meanwhile makes the clip longer, to two minutes at most."),
  },
  "record.syslog.address": {
    name: t("Syslog server for anchors"),
    effect: t(
      "The newest row's hash goes there every hour. Who changes the record on this box cannot change it there.",
    ),
  },
  "record.syslog.transport": {
    name: t("Transport to the syslog server"),
    effect: t("UDP sends without an answer; TCP notices when nobody takes it."),
  },
  "record.mqtt.address": {
    name: t("MQTT broker for anchors"),
    effect: t("It keeps the newest row's hash, and is asked for it again before a newer one is put over it."),
  },
  "record.mqtt.topic": {
    name: t("Topic on the MQTT broker"),
    effect: t("Below it stand the newest hash, and whether this box is there."),
  },
  "network.lan.on": {
    name: t("Panels on the network may connect"),
    effect: t(
      "Tablets and other panels then reach the box by TLS. They show nothing before somebody signs in, and Reset there always asks for a PIN.",
    ),
  },
  "network.lan.address": {
    name: t("Address for panels on the network"),
    effect: t("Only this address of the box is listened at; all of them where it is not set."),
  },
  "network.lan.port": {
    name: t("Port for panels on the network"),
    effect: t(
      "Stands in the address that a tablet opens. Panels that are connected have to open the new one.",
    ),
  },
};

/** A host and a port. */
const ADDRESS = t("A host and a port, such as {example}", { example: "192.0.2.7:514" });
const ZONE = t("An IANA time zone, such as {example}", { example: "Europe/Berlin" });

/** What a text may be. */
export const TAKES: Readonly<Partial<Record<SettingPath, string>>> = {
  "site.name": SETTINGS.takesAll,
  "site.timezone": ZONE,
  "record.syslog.address": ADDRESS,
  "record.mqtt.address": t("An address, such as {example}", { example: "mqtts://192.0.2.7:8883" }),
  "record.mqtt.topic": t("Names with / between them, such as {example}", {
    example: "palisade/v1/hall-2/press-4",
  }),
  "network.lan.address": t("An address of this box, such as {example}", { example: "192.0.2.10" }),
};

const days = (count: number): string => t("{count, plural, one {# day} other {# days}}", { count });

/** The unit of a number; undefined where it has none. */
export function unitOf(path: SettingPath): string | undefined {
  if (path.endsWith("Days")) return t("days");
  if (path.endsWith("Seconds")) return t("s");
  if (path.endsWith("Megabytes")) return t("MB");
  if (path === "record.clips.keep") return t("clips");
  return path === "record.keepRows" ? t("rows") : undefined;
}

export function valueText(path: SettingPath, value: unknown): string {
  if (value === undefined || value === null || value === "") return t("not set");
  if (value === true) return t("yes");
  if (value === false) return t("no");
  // A port is a name, not a number of something.
  if (path === "network.lan.port") return String(value);
  if (typeof value === "number") return numberText(path, value);
  if (Array.isArray(value)) return shiftsText(value as ShiftConfig[]);
  return path === "record.syslog.transport" ? String(value).toUpperCase() : String(value);
}

function numberText(path: SettingPath, value: number): string {
  if (path.endsWith("Days")) return days(value);
  if (path.endsWith("Seconds")) return t("{value, number} s", { value });
  return path.endsWith("Megabytes") ? t("{value, number} MB", { value }) : t("{value, number}", { value });
}

export function rangeText({ path, type, min = 0, max = 0, options = [] }: ListedSetting): string {
  if (path === "network.lan.port") return `${min}–${max}`;
  if (type === "number") return t("{min, number} to {max, number}", { min, max });
  if (type === "yes-no") return t("yes or no");
  if (type === "choice") return options.map((one) => valueText(path, one)).join(", ");
  return type === "list" ? t("1 to 30 shifts") : (TAKES[path] ?? "");
}

export function shiftsText(shifts: readonly ShiftConfig[]): string {
  return shifts
    .map(({ name, from, days: on }) =>
      on === undefined ? `${name} ${from}` : `${name} ${from} ${daysText(on)}`,
    )
    .join(", ");
}

export function sourceText(source: SettingSource, timezone: string): string {
  if (source.kind === "default") return t("default");
  const { by, wallAt } = source;
  const [date, time] = [clockDate(wallAt, timezone), clockTime(wallAt, timezone)];
  return t("changed by {by}, {date}, {time}", { by, date, time });
}

export const SHIFTS = {
  name: t("Name"),
  from: t("Begins at"),
  add: t("Add shift"),
  remove: t("Remove"),
  removeThis: (name: string) => t("Remove {name}", { name }),
  numbered: (number: number) => t("Shift {number}", { number }),
} as const;

export const EVERY_DAY: readonly Weekday[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
