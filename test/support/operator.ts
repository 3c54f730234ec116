/** What a person does at the panel: acknowledge what is listed, then reset when the box allows it. */
import { monotonicMs, wait } from "../../server/base/clock.ts";
import type { Millis } from "../../server/domain/units.ts";
import type { BoardWatch } from "./board-watch.ts";
import type { Box } from "./box.ts";

export interface Problem {
  readonly title?: string;
  readonly detail?: string;
  readonly refusals?: readonly string[];
}

/** One row of `GET /api/alarms`; instants are ISO 8601. */
export interface ListedAlarm {
  readonly id: string;
  readonly definition: string;
  readonly source: string;
  readonly priority: number;
  readonly state: string;
  readonly raisedAt: string;
  readonly acknowledgedAt?: string;
  readonly clearedAt?: string;
  readonly text: string;
  readonly response: string;
  readonly version: number;
}

/** Acknowledges every alarm that waits for it. How many there were. */
export async function acknowledgeAll(box: Box): Promise<number> {
  const { body } = await box.get<readonly ListedAlarm[]>("/api/alarms");
  const waiting = body.filter(({ state }) => state.includes("unacknowledged"));
  for (const { id } of waiting) await box.send("POST", `/api/alarms/${encodeURIComponent(id)}/acknowledge`);
  return waiting.length;
}

/** Acknowledges and resets, again and again, until the board shows the run permit energised. When that was. */
export async function energise(box: Box, board: BoardWatch, ms: number): Promise<Millis> {
  const end = monotonicMs() + ms;
  let last: readonly string[] = [];
  while (monotonicMs() < end) {
    await acknowledgeAll(box);
    const at = monotonicMs();
    const { status, body } = await box.send<Problem>("POST", "/api/reset");
    if (status === 200) return await board.permit(true, 2_000, at);
    last = body.refusals ?? [`status ${status}: ${body.detail}`];
    await wait(50);
  }
  throw new Error(`The run permit could not be energised within ${ms} ms: ${last.join("; ")}`);
}
