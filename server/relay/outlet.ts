/**
 * The guardian's reports on stdout, written so that a server which does not read them holds nothing up: one
 * write in flight, and after it only what is newest then.
 */
import { write as writeFile } from "node:fs";

const STDOUT = 1;

type Done = (error?: Error | null) => void;

/** Node writes to a pipe without waiting for its reader. */
function writeUnderNode(text: string, done: Done): void {
  process.stdout.write(text, done);
}

/**
 * Deno's process.stdout waits for the reader with the whole loop; its file writes wait on a thread of their own.
 * Not for Node, whose exit would wait for that thread.
 */
function writeUnderDeno(text: string, done: Done): void {
  const bytes = Buffer.from(text);
  const from = (offset: number): void => {
    writeFile(STDOUT, bytes, offset, bytes.length - offset, null, (error, written) => {
      if (error !== null || offset + written >= bytes.length) done(error);
      else from(offset + written);
    });
  };
  from(0);
}

const write = "Deno" in globalThis ? writeUnderDeno : writeUnderNode;

export interface Outlet {
  /** Writes the newest report now, or as soon as the one before is taken. */
  send(): void;
  /** Nothing is waiting to be written. */
  readonly idle: boolean;
}

/**
 * @param newest makes the report's line, at the moment when it is written
 * @param gone called when nobody can read any more
 */
export function openOutlet(newest: () => string, gone: () => void): Outlet {
  let inFlight = false;
  let due = false;
  const send = (): void => {
    due = inFlight;
    if (inFlight) return;
    inFlight = true;
    write(newest(), (error) => {
      inFlight = false;
      if (error) gone();
      else if (due) send();
    });
  };
  // Node tells a broken pipe in both ways.
  process.stdout.on("error", gone);
  return {
    send,
    get idle() {
      return !inFlight;
    },
  };
}
