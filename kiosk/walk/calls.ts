/** What the walk tests' pages ask of the box. All of it needs the session; without one Maintenance locks. */
import type { WalkView } from "../../server/domain/view.ts";
import type { WalkTests } from "../../server/http/walk_tests.ts";
import { ask } from "../ask.ts";
import type { Outcome } from "../call.ts";

export type { WalkTests };
export type WalkRecord = WalkTests["records"][number];
export type WalkedZone = WalkTests["zones"][number];

const PATH = "/api/walk-tests";

export async function readWalks(): Promise<Outcome<WalkTests>> {
  return await ask({ method: "GET", path: PATH });
}

export async function beginWalk(zone: string): Promise<Outcome<unknown>> {
  return await ask({ method: "POST", path: PATH, body: { zone } }, "begin-walk");
}

/** The person tells what the box cannot see. It counts only for the point that the person saw on the screen. */
export async function answerWalk(
  { point, attempts }: WalkView,
  answer: { readonly outcome: "missed" } | { readonly outcome: "skipped"; readonly reason: string },
): Promise<Outcome<unknown>> {
  const body = { ...answer, point, attempts: attempts.length };
  return await ask(
    { method: "POST", path: `${PATH}/answer`, body },
    `answer-walk ${answer.outcome} ${point}`,
  );
}

export async function repeatPoint(point: number): Promise<Outcome<unknown>> {
  return await ask({ method: "POST", path: `${PATH}/repeat`, body: { point } }, `repeat-point ${point}`);
}

export async function finishWalk(): Promise<Outcome<unknown>> {
  return await ask({ method: "POST", path: `${PATH}/finish` }, "finish-walk");
}

export async function cancelWalk(): Promise<Outcome<unknown>> {
  return await ask({ method: "DELETE", path: PATH }, "cancel-walk");
}
