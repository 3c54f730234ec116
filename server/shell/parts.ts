/** The doctor's checks of the box's own parts: model, boards, cameras, database. Nothing is switched or changed. */
import { constants, existsSync } from "node:fs";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { wait } from "../base/clock.ts";
import { testCamera } from "../camera/probe.ts";
import { weightsFault } from "../detect/add.ts";
import { resolveModel } from "../detect/find.ts";
import type { CameraConfig } from "../domain/config.ts";
import { hidesCredentials } from "../domain/edit.ts";
import type { GuardianBoard, GuardianConfig } from "../domain/relay.ts";
import type { Maintenance } from "../domain/supervision.ts";
import type { BoardView, CameraView } from "../domain/view.ts";
import { openBoard } from "../relay/registry.ts";
import { type FoundBoards, findBoards } from "../relay/remote.ts";
import { simulatedFile } from "../relay/simulated.ts";
import type { ChainReport } from "../store/chain.ts";
import type { TrailReport } from "../store/verify.ts";
import { type Finding, fail, note, ok } from "./finding.ts";

const CAMERA_MS = 12_000;
const BOARD_MS = 2_000;
const UDEV_RULE = "70-palisade-relay.rules";
const UDEV_FOLDERS = ["/etc/udev/rules.d", "/usr/lib/udev/rules.d", "/lib/udev/rules.d"];

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

/** Looks at every board without switching it. Only where no box runs: a board has one owner. */
export async function* boards(config: GuardianConfig): AsyncGenerator<Finding> {
  if (config.boards.length === 0) yield note("boards", "none is configured");
  const plugged = config.boards.some(({ driver }) => driver === "dct-hid") ? await findBoards() : undefined;
  if (plugged !== undefined) yield udevRule();
  for (const board of config.boards) {
    if (plugged !== undefined && board.driver === "dct-hid") yield usbBoard(board, plugged);
    else if (board.driver === "lcus") yield await serialBoard(board);
    else yield await readableBoard(board, config.dataFolder);
  }
}

/** Reads the board through its driver, in this process: a hand would drop it when it goes. */
async function readableBoard(board: GuardianBoard, dataFolder: string): Promise<Finding> {
  const about = `board ${board.id}`;
  // Opening a simulated board that has no file would write one.
  if (board.driver === "simulated" && !existsSync(simulatedFile(dataFolder, board.id)))
    return note(about, "is simulated and was never driven");
  const read = async (): Promise<Finding> => {
    await using driver = await openBoard({ board, dataFolder }, "here");
    const energised = (await driver.read()).flatMap((state, i) => (state ? [i + 1] : []));
    if (energised.length === 0) return ok(about, `answers, all ${driver.channels} channels read dropped`);
    return fail(
      about,
      `channel ${energised.join(", ")} reads energised though no box runs: npm run palisade -- outputs drop`,
    );
  };
  try {
    const late = fail(about, `does not answer within ${BOARD_MS} ms: check its cable and its power`);
    return (await within(BOARD_MS, read())) ?? late;
  } catch (error) {
    return fail(about, (error as Error).message);
  }
}

/** What is plugged in at the board's port. */
export function usbBoard({ id, address, channels }: GuardianBoard, { hid, problems }: FoundBoards): Finding {
  const about = `board ${id}`;
  const found = hid.filter((one) => address === undefined || one.address === address);
  const [board, other] = found;
  if (board === undefined) {
    const where = address === undefined ? "" : ` at USB port ${address}`;
    const why = problems.length === 0 ? "check its cable and its port" : problems.join("; ");
    return fail(about, `no USBRelay board is plugged in${where}: ${why}`);
  }
  if (other !== undefined)
    return fail(
      about,
      `two boards are plugged in (${found.map((one) => one.address).join(", ")}): set its address`,
    );
  if (board.problem !== undefined) return fail(about, board.problem);
  if (board.channels < channels)
    return fail(
      about,
      `has ${board.channels} channels (${board.product}), ${channels} are configured: correct them`,
    );
  const named = board.identity === undefined ? "its id cannot be read" : `its id is ${board.identity}`;
  return ok(about, `${board.product} at USB port ${board.address}, ${named}`);
}

/** It answers nothing, so there is only its line to look at. */
async function serialBoard({ id, address = "" }: GuardianBoard): Promise<Finding> {
  const about = `board ${id}`;
  try {
    await access(address, constants.R_OK | constants.W_OK);
    return ok(about, `${address} can be written; the board itself tells nothing`);
  } catch (error) {
    const gone = (error as NodeJS.ErrnoException).code === "ENOENT";
    const cure = gone
      ? "plug its adapter in, or correct its address"
      : "add this user to the group that owns it";
    return fail(about, `${address} ${gone ? "is not there" : "may not be written"}: ${cure}`);
  }
}

function udevRule(): Finding {
  const there = UDEV_FOLDERS.map((folder) => join(folder, UDEV_RULE)).find((file) => existsSync(file));
  return there === undefined
    ? note(
        "udev rule",
        `${UDEV_RULE} is not installed: copy it from systemd/ to ${UDEV_FOLDERS[0]}, so that USB relay boards belong to the box's group`,
      )
    : ok("udev rule", `${there} is installed`);
}

/** What the running box says of its board. */
export function boardOfBox({ id, title, state, why, identity }: BoardView): Finding {
  const about = `board ${id}`;
  if (state === "lost") return fail(about, why ?? "does not answer the box: check its cable and its power");
  return ok(about, `${title} answers the box${identity === undefined ? "" : `, its id is ${identity}`}`);
}

/** Tests that a person has to run, and relays that have switched often. */
export function* upkeep({ overdue, worn, withheld }: Maintenance): Generator<Finding> {
  for (const { message } of overdue) yield note("output tests", message);
  if (withheld !== undefined) yield note("output tests", withheld);
  for (const { message } of worn) yield note("relays", message);
  if (overdue.length === 0 && withheld === undefined) yield ok("output tests", "none is overdue");
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

export function trail(report: ChainReport | TrailReport): Finding {
  return report.ok
    ? ok("audit", `the chain of ${report.count} rows holds`)
    : fail(
        "audit",
        `the trail is broken at row ${report.firstBadSeq} (${report.why}): keep a copy of the data folder and ask who had access`,
      );
}
