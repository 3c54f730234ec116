/** A log whose lines can be read. */
import { type Log, openLog } from "../../../server/base/log.ts";

export function logbook(): { readonly log: Log; readonly lines: () => readonly Record<string, unknown>[] } {
  const text: string[] = [];
  const log = openLog("test", { write: (line: string) => void text.push(line) });
  return { log, lines: () => text.map((line) => JSON.parse(line) as Record<string, unknown>) };
}
