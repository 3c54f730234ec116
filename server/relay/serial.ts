/** Serial lines: how one is set, and what went wrong with one, in words. */
import type { GuardianBoard } from "../domain/relay.ts";
import { BoardCalls, CALL_MS, sentence } from "./calls.ts";

/** What relay boards are delivered with: 9600 baud, eight bits, no parity, one stop bit. */
const BAUD = 9600;

export function lineSettings(board: GuardianBoard) {
  return { baudRate: board.baud ?? BAUD, dataBits: 8, stopBits: 1, parity: "none" } as const;
}

/** The package tells everything in the text of its errors. */
export function serialReason(error: unknown, path: string): string {
  const text = sentence(error);
  if (/no such file|ENOENT/i.test(text))
    return `there is no ${path}; plug its adapter in, or correct its address`;
  if (/permission denied|EACCES/i.test(text))
    return `this user may not open ${path}; add the user to the group that owns it`;
  if (/cannot lock|busy/i.test(text))
    return `${path} is open elsewhere; one adapter carries one board, and no other program may use it`;
  return `${path}: ${text}; plug its adapter in again`;
}

/**
 * Since Node 26.4 what came in on a serial port lies there until the loop turns for something else: the package's
 * native part tells of it outside of Node's callbacks (serialport/bindings-cpp, pull request 239, open). So the loop
 * is kept turning while a board is waited for.
 */
const TURN_MS = 1;

function keepTurning(): () => void {
  const turning = setInterval(() => undefined, TURN_MS);
  return () => clearInterval(turning);
}

/** The calls to a board on a serial line. */
export function serialCalls({ id }: GuardianBoard, path: string): BoardCalls {
  const late = `the board at ${path} did not answer within ${CALL_MS} ms; check its power, its line, unit and baud`;
  return new BoardCalls(id, late, CALL_MS, keepTurning);
}
