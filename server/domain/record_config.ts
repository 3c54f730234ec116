/** How long the record's rows stay in the database, and where its anchors are sent. */
import { z } from "zod";

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

export const record = z.strictObject({
  /** Beyond them the oldest rows leave the database as sealed files. A row takes about half a kilobyte. */
  keepRows: whole(10_000, 5_000_000).default(250_000),
  /** So do rows that are older than this. */
  keepDays: whole(1, 4_000).default(400),
  /** Where the newest row's hash goes every hour, by RFC 5424. */
  syslog: syslog.optional(),
});

export type RecordConfig = z.infer<typeof record>;
export type SyslogConfig = z.infer<typeof syslog>;
