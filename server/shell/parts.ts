/** The doctor's checks of the box's own parts: model, boards, cameras, database. Nothing is switched or changed. */
import { existsSync } from "node:fs";
import { wait } from "../base/clock.ts";
import { testCamera } from "../camera/probe.ts";
import { weightsFault } from "../detect/add.ts";
import { resolveModel } from "../detect/find.ts";
import type { CameraConfig } from "../domain/config.ts";
import { hidesCredentials } from "../domain/edit.ts";
import type { GuardianConfig } from "../domain/relay.ts";
import type { CameraView } from "../domain/view.ts";
import { openBoard } from "../relay/registry.ts";
import { simulatedFile } from "../relay/simulated.ts";
import type { ChainReport } from "../store/chain.ts";
import { type Finding, fail, note, ok } from "./finding.ts";

const CAMERA_MS = 12_000;
const BOARD_MS = 2_000;

/** The weights of the model that watches, or would. */
export async function model(name: string): Promise<Finding> {
  const found = resolveModel(name);
  if (!found.ok) return fail("model", found.why);
  const { manifest, weightsPath } = found.model;
  const fault = await weightsFault(manifest, weightsPath);
  if (fault !== undefined)
    return fail(
      "model",
      `${manifest.name} is damaged: ${fault}; npm run palisade -- model add ${manifest.name}`,
    );
  return ok("model", `${manifest.name}, SHA-256 as expected. ${manifest.quality}`);
}

async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  const over = new AbortController();
  try {
    return await Promise.race([work, wait(ms, over.signal).then(() => undefined)]);
  } finally {
    over.abort();
  }
}

/** Reads every board through its driver. Only where no box runs: a board has one owner. */
export async function* boards(config: GuardianConfig): AsyncGenerator<Finding> {
  if (config.boards.length === 0) yield note("boards", "none is configured");
  for (const board of config.boards) {
    const about = `board ${board.id}`;
    // Opening a simulated board that has no file would write one.
    if (board.driver === "simulated" && !existsSync(simulatedFile(config.dataFolder, board.id))) {
      yield note(about, "is simulated and was never driven");
      continue;
    }
    const read = async (): Promise<Finding> => {
      await using driver = await openBoard({ board, dataFolder: config.dataFolder });
      const energised = (await driver.read()).flatMap((state, i) => (state ? [i + 1] : []));
      if (energised.length === 0) return ok(about, `answers, all ${driver.channels} channels read dropped`);
      return fail(
        about,
        `channel ${energised.join(", ")} reads energised though no box runs: npm run palisade -- outputs drop`,
      );
    };
    try {
      yield (await within(BOARD_MS, read())) ??
        fail(about, `does not answer within ${BOARD_MS} ms: check its cable and its power`);
    } catch (error) {
      yield fail(about, (error as Error).message);
    }
  }
}

/** Opens the camera as the box would. Only where no box runs: some cameras serve one reader only. */
export async function camera({ id, source, fps, transport }: CameraConfig): Promise<Finding> {
  const about = `camera ${id}`;
  if (hidesCredentials(source))
    return fail(about, "its stored password cannot be opened: enter it again, or restore the key's file");
  const test = await testCamera({ id, source, fps, transport }, AbortSignal.timeout(CAMERA_MS));
  if (!test.ok) return fail(about, test.message);
  const { codec, size } = test;
  return ok(about, `gives ${codec}, ${size.width}x${size.height}, ${test.fps.toFixed(1)} frames/s`);
}

/** What the running box says of its camera. */
export function cameraOfBox(view: CameraView): Finding {
  const about = `camera ${view.id}`;
  const age = view.frameAgeMs === undefined ? "" : `, newest picture ${Math.round(view.frameAgeMs)} ms old`;
  if (view.state === "RUNNING" && view.why === undefined)
    return ok(about, `the box reads ${view.fps30s.toFixed(1)} frames/s${age}`);
  if (view.state === "IDLE") return note(about, "is stopped in the box: POST /start starts it");
  return fail(
    about,
    view.why ?? `is ${view.state.toLowerCase()} in the box${age}: ask again in a few seconds`,
  );
}

export function trail(report: ChainReport): Finding {
  return report.ok
    ? ok("audit", `the chain of ${report.count} rows holds`)
    : fail(
        "audit",
        `the trail is broken at row ${report.firstBadSeq} (${report.why}): keep a copy of the data folder and ask who had access`,
      );
}
