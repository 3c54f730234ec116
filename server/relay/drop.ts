/** Drops every board directly through its driver: for a shell, when no guardian is there to do it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { GuardianConfig } from "../domain/relay.ts";
import { allDropped, type RelayDriver } from "./driver.ts";
import { CALL_DEADLINE_MS } from "./keeper.ts";
import { openBoard } from "./registry.ts";

const TRIES = 4;
const RETRY_MS = 20;

async function dropBoard(driver: RelayDriver, id: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await driver.write(allDropped(driver.channels));
    const energised = (await driver.read()).flatMap((state, i) => (state ? [i + 1] : []));
    if (energised.length === 0) return;
    if (attempt === TRIES) {
      throw new Error(
        `Cannot drop board "${id}": channel ${energised.join(", ")} still reads energised; cut its power`,
      );
    }
    await sleep(RETRY_MS);
  }
}

async function openAndDrop(config: GuardianConfig, board: GuardianConfig["boards"][number]): Promise<void> {
  await using driver = await openBoard({ board, dataFolder: config.dataFolder });
  await dropBoard(driver, board.id);
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
    config.boards.map((board) => within(CALL_DEADLINE_MS * TRIES, board.id, openAndDrop(config, board))),
  );
  const errors = done.flatMap((result) => (result.status === "rejected" ? [result.reason as Error] : []));
  if (errors.length > 0) throw new AggregateError(errors, errors.map(({ message }) => message).join("; "));
}
