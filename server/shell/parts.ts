/** The doctor's checks of the box's own parts: model, boards, cameras, database. Nothing is switched or changed. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { Readable } from "node:stream";
import { stopChild } from "../base/child.ts";
import { wait } from "../base/clock.ts";
import { redact } from "../base/log.ts";
import { captureArgs } from "../camera/args.ts";
import { classifyEnding } from "../camera/ffmpeg.ts";
import { LastLines } from "../camera/stderr.ts";
import { weightsFault } from "../detect/add.ts";
import { resolveModel } from "../detect/find.ts";
import type { CameraConfig } from "../domain/config.ts";
import type { GuardianConfig } from "../domain/relay.ts";
import type { CameraView } from "../domain/view.ts";
import { openBoard } from "../relay/registry.ts";
import { simulatedFile } from "../relay/simulated.ts";
import type { ChainReport } from "../store/chain.ts";
import { type Finding, fail, note, ok } from "./finding.ts";

const CAMERA_MS = 8_000;
/** A small picture proves the camera as well as a large one. */
const TRIAL = { width: 64, height: 64, pad: 0 } as const;
const TRIAL_BYTES = TRIAL.width * TRIAL.height * 3;
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

/** Reads one picture as the box would. Only where no box runs: some cameras serve one reader only. */
export async function camera(ffmpeg: string, config: CameraConfig): Promise<Finding> {
  const { id, source, fps, transport } = config;
  const about = `camera ${id}`;
  const order = { id, source, fps, transport };
  const stdio = ["ignore", "pipe", "pipe", "ignore"] as const;
  const child = spawn(ffmpeg, captureArgs(order, TRIAL), { stdio: [...stdio] }) as ChildProcessByStdio<
    null,
    Readable,
    Readable
  >;
  const last = new LastLines(child.stderr);
  let bytes = 0;
  const picture = new Promise<Finding>((resolve) => {
    child.stdout.on("data", (chunk: Uint8Array) => {
      bytes += chunk.length;
      if (bytes >= TRIAL_BYTES) resolve(ok(about, "a picture came"));
    });
    child.once("error", (error) => resolve(fail(about, `ffmpeg cannot be run: ${redact(error.message)}`)));
    child.once("close", (code, signal) => {
      resolve(fail(about, classifyEnding(order, { code, signal, stderr: last.lines, ran: false }).message));
    });
  });
  try {
    return (
      (await within(CAMERA_MS, picture)) ??
      fail(about, `no picture within ${CAMERA_MS / 1_000} s: check its power, network and address`)
    );
  } finally {
    await stopChild(child, 500);
  }
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
