/**
 * What a feedback contact proves, pure: an order gives it some time to follow, and from then on it must agree.
 * A contact that was read before an order says nothing about it.
 */
import type { Feedback } from "../domain/relay.ts";
import type { Drive, Millis } from "../domain/units.ts";

/** A contactor moves within 20 to 50 ms; one that needs this long is worn or welded, or its wire is broken. */
export const FEEDBACK_MS = 300;

export interface ContactState {
  /** What the contact says that its output does. */
  readonly drive: Drive | "unknown";
  /** Since when it owes its agreement: an order came, it contradicts, or nobody can read it. */
  readonly owedSince: Millis | undefined;
  /** It owes it for longer than it may. */
  readonly mismatch: boolean;
}

export function initialContact(at: Millis): ContactState {
  return { drive: "unknown", owedSince: at, mismatch: false };
}

/** Its output was ordered otherwise. */
export function orderedContact(contact: ContactState, at: Millis): ContactState {
  return { ...contact, owedSince: at };
}

/** The board with its input is gone. */
export function unreadContact(contact: ContactState, at: Millis): ContactState {
  return contact.drive === "unknown"
    ? contact
    : { ...contact, drive: "unknown", owedSince: contact.owedSince ?? at };
}

function driveOf(feedback: Feedback, inputs: readonly boolean[]): ContactState["drive"] {
  const closed = inputs[feedback.input - 1];
  if (closed === undefined) return "unknown";
  if (closed) return feedback.closed;
  return feedback.closed === "energised" ? "dropped" : "energised";
}

/** A board's inputs: input 1 first, true is closed; begun to be read at `from`, and there at `at`. */
export interface InputReading {
  readonly closed: readonly boolean[];
  readonly from: Millis;
  readonly at: Millis;
}

/** The contact after a reading; the same one where it changed nothing. */
export function readContact(
  contact: ContactState,
  feedback: Feedback,
  ordered: Drive,
  { closed, from, at }: InputReading,
): ContactState {
  if (contact.owedSince !== undefined && from < contact.owedSince) return contact;
  const drive = driveOf(feedback, closed);
  const owedSince = drive === ordered ? undefined : (contact.owedSince ?? at);
  // An input that the board does not have contradicts nothing, but it keeps its output from being armed.
  const late = drive !== "unknown" && owedSince !== undefined && at - owedSince > FEEDBACK_MS;
  const mismatch = owedSince !== undefined && (contact.mismatch || late);
  const same = drive === contact.drive && owedSince === contact.owedSince && mismatch === contact.mismatch;
  return same ? contact : { drive, owedSince, mismatch };
}
