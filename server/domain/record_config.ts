/** How long rows, sealed files and pictures of the record stay, and where its anchors are sent. */
import { z } from "zod";
import { clips } from "./evidence_config.ts";

function whole(min: number, max: number) {
  const range = `must be ${min} to ${max}`;
  return z.number().min(min, range).max(max, range).refine(Number.isInteger, "must be a whole number");
}

/** `192.0.2.7:514`, `[2001:db8::7]:6514`, `loghost:514`. */
function isEndpoint(text: string): boolean {
  const url = URL.parse(`tcp://${text}`);
  return url !== null && url.hostname !== "" && url.port !== "" && url.host === text;
}

const syslog = z.strictObject({
  address: z
    .string()
    .max(200, "must be at most 200 characters")
    .refine(isEndpoint, 'must be a host and a port such as "192.0.2.7:514"'),
  transport: z.enum(["udp", "tcp"]).default("udp"),
});

/** Letters that every broker takes, and no wildcard: `palisade/v1/halle-2/presse-4`. */
const TOPIC = /^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/;

function isBroker(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^mqtts?:$/.test(url.protocol) && url.hostname !== "" && url.pathname.length < 2;
}

const mqtt = z.strictObject({
  address: z
    .string()
    .max(200, "must be at most 200 characters")
    .refine(isBroker, 'must be an address such as "mqtts://192.0.2.7:8883"')
    .refine(
      (text) => !URL.parse(text)?.username && !URL.parse(text)?.password,
      "must be without user and password; set PALISADE_MQTT_USER and PALISADE_MQTT_PASSWORD instead",
    ),
  /** `audit/head` below it holds the newest anchor, `audit/status` whether this box is there. */
  topic: z
    .string()
    .max(200, "must be at most 200 characters")
    .regex(TOPIC, 'must be names with "/" between them, such as "palisade/v1/hall-2/press-4"'),
});

/** The frames that tripped, kept beside the database. */
const pictures = z.strictObject({
  /** 0 keeps none. */
  keep: whole(0, 10_000).default(500),
  keepMegabytes: whole(1, 100_000).default(200),
  keepDays: whole(1, 4_000).default(90),
});

/** Where a backup goes every day. */
const backup = z.strictObject({
  folder: z
    .string()
    .max(400, "must be at most 400 characters")
    .regex(/^\/[^\0]*$/, 'must be the full path of a folder, such as "/media/backup"'),
  /** Older ones of this box are deleted there. */
  keep: whole(1, 365).default(7),
  /** After so many days without one there is an alarm. */
  dueDays: whole(1, 365).default(3),
});

export const record = z.strictObject({
  /** Beyond them the oldest rows leave the database as sealed files. A row takes about half a kilobyte. */
  keepRows: whole(10_000, 5_000_000).default(250_000),
  /** So do rows that are older than this. */
  keepDays: whole(1, 4_000).default(400),
  /** Where the newest row's hash goes every hour, by RFC 5424. */
  syslog: syslog.optional(),
  /** Where it stands as a retained message, and is read from again. */
  mqtt: mqtt.optional(),
  /** Sealed files go once every row in them is older than this; never where it is left out. */
  keepSealedDays: whole(1, 40_000).optional(),
  pictures: pictures.default(pictures.parse({})),
  clips: clips.default(clips.parse({})),
  /** None is made by itself where it is left out. */
  backup: backup.optional(),
});

export type RecordConfig = z.infer<typeof record>;
export type SyslogConfig = z.infer<typeof syslog>;
export type MqttConfig = z.infer<typeof mqtt>;
export type BackupConfig = z.infer<typeof backup>;
export type PicturesConfig = z.infer<typeof pictures>;
