/** `npm run doctor`: one line for each check of the box, with a cure where one fails. Changes and switches nothing. */
import { openLog } from "./base/log.ts";
import { calibrationText } from "./calibration.ts";
import { findFfmpeg } from "./camera/ffmpeg.ts";
import { resolveModel } from "./detect/find.ts";
import type { Config } from "./domain/config.ts";
import { readEnvironment } from "./environment.ts";
import { type Finding, fail, note } from "./shell/finding.ts";
import * as machine from "./shell/machine.ts";
import { rememberedBoards } from "./shell/outputs.ts";
import * as parts from "./shell/parts.ts";
import { ask, currentView, findBox, hasDatabase, openStore, type RunningBox } from "./shell/shell.ts";
import { type TrailReport, verifyTrail } from "./store/verify.ts";
import { Upkeep } from "./upkeep.ts";
import { WalkRecords } from "./walk_records.ts";

/** Cameras tried at the same time: each takes a decoder. */
const AT_ONCE = 4;
const VERIFY_MS = 10 * 60_000;

interface Ready {
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly why?: string }[];
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The weights of the model that watches, or would, and how it uses the processor here. */
async function* model(name: string, dataFolder: string): AsyncGenerator<Finding> {
  yield await parts.model(name);
  const found = resolveModel(name);
  if (!found.ok) return;
  const text = calibrationText(dataFolder, found.model.manifest.sha256);
  yield text === undefined
    ? note("detector speed", "not measured on this machine yet; the box does it by itself when it has time")
    : { mark: "ok", about: "detector speed", text };
}

/** A running box owns its boards, cameras and database: it is asked instead of them. */
async function* askBox(box: RunningBox, dataFolder: string): AsyncGenerator<Finding> {
  yield { mark: "ok", about: "box", text: `runs at ${box.url} (process ${box.pid})` };
  const view = await currentView(box);
  yield* model(view.model.name, dataFolder);
  const { checks } = await ask<Ready>(box, "/readyz", { alsoFine: [503] });
  for (const { name, ok, why } of checks) {
    if (/^(?:camera|board) /.test(name)) continue;
    yield ok ? { mark: "ok", about: name, text: "the box says so" } : fail(name, why ?? "the box says no");
  }
  yield* view.boards.map(parts.boardOfBox);
  yield* view.cameras.map(parts.cameraOfBox);
  for (const { definition, text, detail } of view.alarms)
    if (/^(?:test\.|out\.worn)/.test(definition)) yield note("outputs", detail ?? text);
  try {
    yield parts.trail(await ask<TrailReport>(box, "/api/audit/verify", { limitMs: VERIFY_MS }));
  } catch (error) {
    yield fail("audit", reason(error));
  }
}

async function* cameras(config: Config): AsyncGenerator<Finding> {
  const found = findFfmpeg();
  if (!found.ok) return; // told already
  if (config.cameras.length === 0) yield note("cameras", "none is configured");
  for (let i = 0; i < config.cameras.length; i += AT_ONCE) {
    const some = config.cameras.slice(i, i + AT_ONCE);
    yield* await Promise.all(some.map((camera) => parts.camera(camera)));
  }
}

async function* stored(dataFolder: string): AsyncGenerator<Finding> {
  if (!hasDatabase(dataFolder)) {
    yield* model("default", dataFolder);
    yield note("database", "there is none yet; the box makes it at its first start");
    return;
  }
  await using store = await openStore(dataFolder);
  yield { mark: "ok", about: "database", text: "opens" };
  yield parts.trail(await verifyTrail(dataFolder));
  const config = (await store.currentConfig())?.config;
  yield* model(config?.detector.model ?? "default", dataFolder);
  if (config === undefined) return;
  if (config.outputs.length > 0) {
    const log = openLog("palisade-doctor", { write: () => undefined });
    const upkeep = await Upkeep.open(store, log);
    const walks = await WalkRecords.open({ store, keep: () => undefined, log });
    const { overdue, ...others } = upkeep.maintenance(config);
    yield* parts.upkeep({ ...others, overdue: [...overdue, ...walks.overdue(config)] });
  }
  yield* cameras(config);
}

/** The checks where no box runs on the folder. */
async function* lookInside(dataFolder: string): AsyncGenerator<Finding> {
  yield note("box", `none runs on the data folder ${dataFolder}`);
  try {
    yield* stored(dataFolder);
  } catch (error) {
    yield fail("database", reason(error));
  }
  try {
    const config = await rememberedBoards(dataFolder);
    if (config === undefined) yield note("boards", "none is known yet; the first start writes them down");
    else yield* parts.boards(config);
  } catch (error) {
    yield fail("boards", reason(error));
  }
}

/** Every check, as it is done. */
export async function* examine(dataFolder: string): AsyncGenerator<Finding> {
  yield machine.runtime();
  yield await machine.ffmpeg();
  yield await machine.usb();
  yield* machine.disk(dataFolder);
  yield machine.clock(new Date());
  yield machine.units();
  const box = await findBox(dataFolder);
  if (box.kind === "starting") {
    yield note("box", `process ${box.pid} is starting: ask again in a few seconds`);
  } else if (box.kind === "running") {
    try {
      yield* askBox(box, dataFolder);
    } catch (error) {
      yield fail("box", reason(error));
    }
  } else yield* lookInside(dataFolder);
}

async function main(): Promise<number> {
  let failed = 0;
  let count = 0;
  for await (const { mark, about, text } of examine(readEnvironment().dataFolder)) {
    console.log(`${mark.padEnd(4)}  ${about}: ${text}`);
    count++;
    if (mark === "FAIL") failed++;
  }
  console.log(`${count} checks, ${failed === 0 ? "none" : failed} failed`);
  return failed === 0 ? 0 : 1;
}

if (import.meta.main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(reason(error));
    process.exitCode = 1;
  }
}
