/** Drops every board directly through its driver: for the instant when no guardian is there to do it, and a shell. */
import { setTimeout as sleep } from "node:timers/promises";
import { BOARD_KINDS, boardKind } from "../domain/board.ts";
import type { GuardianBoard, GuardianConfig } from "../domain/relay.ts";
import { allDropped } from "./driver.ts";
import { CALL_DEADLINE_MS } from "./keeper.ts";
import { openBoard } from "./registry.ts";

const TRIES = 4;
const RETRY_MS = 20;
/** Starting a board's own process takes 0.1 s, and ten times that on a busy box. */
const START_MS = 2000;

async function dropBoard(board: GuardianBoard, dataFolder: string): Promise<void> {
  await using driver = await openBoard({ board, dataFolder });
  await driver.write(allDropped(driver.channels));
  const energised = (await driver.read()).flatMap((state, i) => (state ? [i + 1] : []));
  if (energised.length === 0) return;
  throw new Error(
    `Cannot drop board "${board.id}": channel ${energised.join(", ")} still reads energised; cut its power`,
  );
}

/** Opened anew each time: whoever had the board until now may still be letting go of it. */
async function dropPatiently(board: GuardianBoard, dataFolder: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await dropBoard(board, dataFolder);
    } catch (error) {
      if (attempt === TRIES) throw error;
    }
    await sleep(RETRY_MS);
  }
}

function limitMs({ driver }: GuardianBoard): number {
  const callsMs = CALL_DEADLINE_MS * TRIES;
  // What boards there are may have been written down by another version: `openBoard` says so.
  const known = Object.hasOwn(BOARD_KINDS, driver);
  return known && boardKind(driver).ownProcess ? START_MS + callsMs : callsMs;
}

/** A board that hangs must not keep the caller from hearing of it. */
async function within(ms: number, id: string, work: Promise<void>): Promise<void> {
  const stop = new AbortController();
  const late = sleep(ms, undefined, { signal: stop.signal }).then(
    () => {
      throw new Error(`Cannot drop board "${id}": it did not answer within ${ms} ms; check its cable`);
    },
    // Aborted: the work was done in time.
    () => undefined,
  );
  try {
    await Promise.race([work, late]);
  } finally {
    stop.abort();
  }
}

/**
 * Drops every channel of every board and reads it back. All boards are tried, whatever one of them does.
 * @throws AggregateError with one sentence for each board that is not proven dropped
 */
export async function dropAll(config: GuardianConfig): Promise<void> {
  const done = await Promise.allSettled(
    config.boards.map((board) => within(limitMs(board), board.id, dropPatiently(board, config.dataFolder))),
  );
  const errors = done.flatMap((result) => (result.status === "rejected" ? [result.reason as Error] : []));
  if (errors.length > 0) throw new AggregateError(errors, errors.map(({ message }) => message).join("; "));
}
