/** `outputs drop`: through the box that runs, else straight at the boards, without a database. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { monotonicMs, wait } from "../base/clock.ts";
import { boardKind } from "../domain/board.ts";
import type { GuardianConfig } from "../domain/relay.ts";
import type { OutputView } from "../domain/view.ts";
import { BOARDS_FILE } from "../guard.ts";
import { dropAll } from "../relay/drop.ts";
import {
  ask,
  columns,
  DONE,
  FAILED,
  findBox,
  misused,
  type RunningBox,
  type Shell,
  type Verb,
} from "./shell.ts";

/** The guardian drops within its lease; this is longer than every way there. */
const READ_BACK_MS = 2_000;

/**
 * What the last box on this folder wrote down of its boards; undefined where none has.
 * @throws Error with one sentence where the file cannot be read
 */
export async function rememberedBoards(dataFolder: string): Promise<GuardianConfig | undefined> {
  const file = join(dataFolder, BOARDS_FILE);
  try {
    return JSON.parse(await readFile(file, "utf8")) as GuardianConfig;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(
      `Cannot read "${file}": ${(error as Error).message}; start the box once, it writes it anew`,
      { cause: error },
    );
  }
}

async function throughBox(box: RunningBox, shell: Shell): Promise<number> {
  try {
    await ask(box, "/api/stop-request", { method: "POST" });
  } catch (error) {
    throw new Error(
      `${(error as Error).message}; once it is ended its guardian drops every output, and outputs drop works without it`,
      { cause: error },
    );
  }
  shell.say(
    `A stop was requested of the box at ${box.url} (process ${box.pid}), which runs: it drops every run permit`,
  );
  const deadline = monotonicMs() + READ_BACK_MS;
  let outputs = await ask<OutputView[]>(box, "/api/outputs");
  const energised = (): OutputView[] =>
    outputs.filter(({ role, readback }) => role === "run-permit" && readback !== "dropped");
  while (energised().length > 0 && monotonicMs() < deadline) {
    await wait(50);
    outputs = await ask<OutputView[]>(box, "/api/outputs");
  }
  for (const line of columns(
    outputs.map(({ id, role, readback, why }) => [id, role, `reads ${readback}`, why]),
  ))
    shell.say(line);
  const left = energised();
  if (left.length > 0) {
    const ids = left.map(({ id }) => id).join(", ");
    shell.complain(
      `Not proven dropped: ${ids}; stop the box, then say outputs drop again, or cut the boards' power`,
    );
    return FAILED;
  }
  shell.say("Its other outputs go on as before; to drop them all, stop the box");
  return DONE;
}

export const outputs: Verb = async (args, shell) => {
  if (args.length !== 1 || args[0] !== "drop") return misused(shell, 'Say "outputs drop"');
  const { dataFolder } = shell.environment;
  const box = await findBox(dataFolder);
  if (box.kind === "running") return await throughBox(box, shell);
  if (box.kind === "starting") {
    shell.complain(
      `The box (process ${box.pid}) is starting, which drops every output by itself: ask again in a few seconds`,
    );
    return FAILED;
  }
  const config = await rememberedBoards(dataFolder);
  if (config === undefined) {
    shell.complain(
      `No boards are known in the data folder "${dataFolder}": no box has run there; set PALISADE_DATA, or cut the boards' power`,
    );
    return FAILED;
  }
  if (config.boards.length === 0) {
    shell.say("The last box on this data folder had no board: there is nothing to drop");
    return DONE;
  }
  try {
    await dropAll(config);
  } catch (error) {
    if (!(error instanceof AggregateError)) throw error;
    for (const each of error.errors) shell.complain((each as Error).message);
    return FAILED;
  }
  for (const { id, driver, channels } of config.boards) {
    const told =
      boardKind(driver).readBack === "none"
        ? "were told to drop; the board answers nothing"
        : "are dropped, read back";
    shell.say(`Board ${id}: all ${channels} channels ${told}`);
  }
  return DONE;
};
