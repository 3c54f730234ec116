/**
 * What the members of a configuration are called, and how their values are said. A member that nobody has named here
 * is called by its own name, so that nothing new goes untold.
 */
import { redactSource } from "./source.ts";

export const THINGS: Readonly<Record<string, string>> = {
  cameras: "Camera",
  zones: "Zone",
  boards: "Board",
  outputs: "Output",
  site: "Site",
  tower: "Signal tower",
  tests: "Tests",
  record: "Record",
  detector: "Detector",
  network: "Network",
};

const NAMES: Readonly<Record<string, string>> = {
  "cameras.source": "address",
  "cameras.fps": "frames a second",
  "cameras.ground.points": "measured floor",
  "cameras.ground.sides": "lengths of the measured floor in m",
  "cameras.ground.diagonal": "diagonal of the measured floor in m",
  "zones.polygon": "shape",
  "zones.dwellMs": "may stay",
  "zones.minHeight": "least height of a person",
  "zones.schedule": "times",
  "zones.condition.board": "board of its condition",
  "zones.condition.input": "input of its condition",
  "zones.condition.name": "name of its condition",
  "zones.stopTimeMs": "stopping time",
  "zones.hazard": "place of the hazard",
  "zones.reason": "reason",
  "boards.unit": "Modbus unit",
  "boards.selfTimedMs": "time after which it drops by itself",
  "boards.watchdogMs": "watchdog",
  "boards.acceptNoDeadMan": "accepted without a dead-man",
  "outputs.pulseMs": "pulse",
  "outputs.second.board": "board of its second channel",
  "outputs.second.channel": "second channel",
  "outputs.feedback.board": "board of its feedback contact",
  "outputs.feedback.input": "input of its feedback contact",
  "outputs.feedback.closed": "its feedback contact is closed while",
  "site.timezone": "time zone",
  "site.fullView": "every zone can be seen from the panel",
  "tower.red": "red is lit while",
  "tower.amber": "amber is lit while",
  "tower.green": "green is lit while",
  "tower.blue": "blue is lit while",
  "tower.white": "white is lit while",
  "record.backup.folder": "folder of the daily backups",
  "record.backup.keep": "daily backups kept",
  "record.backup.dueDays": "alarm without a backup after days",
  "tests.relayDays": "relay test every",
  "tests.proofDays": "proof test every",
  "tests.withholdPermit": "permits wait for the relay test of the day",
  "tests.walkDays": "walk test every",
  "record.clips.keep": "clips kept",
  "record.clips.keepMegabytes": "clips may take",
  "record.clips.keepDays": "clips are kept for",
  "record.clips.keepFreeMegabytes": "clips and pictures leave free on the disk",
  "record.clips.beforeSeconds": "clips begin before the event by",
  "record.clips.afterSeconds": "clips end after the event by",
  "tests.demandWalk": "permits wait for the walk test of the day",
  "network.lan.on": "other panels may connect",
  "network.lan.address": "address for other panels",
  "network.lan.port": "port for other panels",
};

/** Codes that are words elsewhere on the screen. */
const VALUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "outputs.role": {
    "run-permit": "run permit",
    "while-active": "acts while active",
    pulse: "stop pulse",
    "lamp-red": "red lamp",
    "lamp-amber": "amber lamp",
    "lamp-green": "green lamp",
    "lamp-blue": "blue lamp",
    "lamp-white": "white lamp",
  },
};

const UNITS = [
  ["Ms", "ms"],
  ["Seconds", "s"],
  ["Minutes", "min"],
  ["Hours", "h"],
  ["Days", "days"],
  ["Percent", "%"],
  ["Megabytes", "MB"],
  ["Bytes", "bytes"],
] as const;

const SECRET = /pass|secret|token|credential|^pins?$|pin$|key$|^hash$|salt/i;

/** "dwellMs" is "dwell", "ratedOperations" is "rated operations". */
function plainName(member: string): string {
  const unit = UNITS.find(([end]) => member.endsWith(end) && member !== end)?.[0] ?? "";
  const bare = unit === "" ? member : member.slice(0, -unit.length);
  return bare.replace(/([a-z0-9])([A-Z])/g, (_all, a: string, b: string) => `${a} ${b.toLowerCase()}`);
}

/** @param path from its section on: `["cameras", "fps"]` */
export function nameOf(path: readonly string[]): string {
  const [, ...members] = path;
  return NAMES[path.join(".")] ?? members.map(plainName).join(" ");
}

export function thingOf(section: string): string {
  const plain = plainName(section);
  return THINGS[section] ?? plain.charAt(0).toUpperCase() + plain.slice(1);
}

/** Whether a value must never be told, by what its member is called. */
export function isSecret(path: readonly string[]): boolean {
  return path.some((member) => SECRET.test(member));
}

function numberText(value: number, member: string): string {
  const unit = UNITS.find(([end]) => member.endsWith(end))?.[1];
  if (unit === "ms" && value >= 1_000 && value % 100 === 0) return `${value / 1_000} s`;
  if (unit === "days" && value === 1) return "1 day";
  return unit === undefined ? String(value) : `${value} ${unit}`;
}

/** A value as people read it, without anything that may be a password. */
export function valueText(value: unknown, path: readonly string[]): string {
  const member = path.at(-1) ?? "";
  if (value === undefined || value === null) return "not set";
  if (value === true) return "yes";
  if (value === false) return "no";
  if (typeof value === "number") return numberText(value, member);
  if (typeof value === "string") return VALUES[path.join(".")]?.[value] ?? stringText(value, member);
  if (Array.isArray(value)) return value.length === 0 ? "none" : listText(value, path);
  const members = Object.entries(value).filter(([, each]) => each !== undefined);
  return members.map(([key, each]) => memberText(each, [...path, key])).join(" ") || "nothing";
}

function memberText(value: unknown, path: readonly string[]): string {
  const name = plainName(path.at(-1) ?? "");
  return isSecret(path) ? `${name} set` : `${name} ${valueText(value, path)}`;
}

function stringText(value: string, member: string): string {
  if (value === "") return "empty";
  const isAddress = member === "source" || /^\s*[a-z][a-z0-9+.-]*:[/\\]/i.test(value);
  return isAddress ? redactSource(value) : value;
}

function listText(list: readonly unknown[], path: readonly string[]): string {
  const nested = list.some((each) => typeof each === "object");
  return list.map((each) => valueText(each, path)).join(nested ? "; " : ", ");
}

/** "1", "1 and 3", "1, 2 and 4". */
export function enumerated(words: readonly (string | number)[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? String(last) : `${words.slice(0, -1).join(", ")} and ${last}`;
}
