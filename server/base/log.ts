/**
 * The log: one JSON object a line. A constant message, data in fields, transitions and not activity.
 * Credentials are taken out here, so that no caller can forget it.
 */
import { type DestinationStream, type Logger, pino } from "pino";

export type Log = Logger;

/** Where lines go unless told otherwise: a line is out before the next thing happens. */
export function standardOutput(): DestinationStream {
  return pino.destination({ dest: 1, sync: true });
}

/** Up to the last @ of the word: a password may hold any of `/ : @ '`. What stands before it is lost with it. */
const CREDENTIALS = /([a-z][a-z0-9+.-]*:\/\/)[^\s"]*@/gi;

/** The text without the user and password part of any address in it. */
export function redact(text: string): string {
  return text.replace(CREDENTIALS, "$1***@");
}

/** Opens the log of one process. Lines go to the given stream, or to stdout. */
export function openLog(name: string, stream?: DestinationStream): Log {
  return pino(
    {
      name,
      base: { name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: ["pin", "*.pin", "password", "*.password", "cookie", "*.cookie"], censor: "***" },
      hooks: { streamWrite: redact },
    },
    stream ?? standardOutput(),
  );
}
