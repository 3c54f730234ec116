/** The doctor's checks of the machine: runtime, ffmpeg, USB, disk, clock, units. */
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { rm, stat, statfs, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { dialectOf } from "../camera/dialect.ts";
import { findFfmpeg } from "../camera/ffmpeg.ts";
import { type Finding, fail, note, ok } from "./finding.ts";

const run = promisify(execFile);
/** The first with native type stripping and `await using`. */
const NODE_NEEDED = 24;
const VERSION_MS = 5_000;
const GIB = 1024 ** 3;
/** Evidence and the trail need room to grow. */
const DISK_LOW = GIB;
/** This was written in 2026; a clock before it has lost its battery. */
const FIRST_YEAR = 2026;
const LAST_YEAR = 2100;
const UNIT_FILE = "/etc/systemd/system/palisade.service";

export function runtime(versions: NodeJS.ProcessVersions = process.versions): Finding {
  if (versions.deno !== undefined) return ok("runtime", `Deno ${versions.deno}`);
  const major = Number.parseInt(versions.node, 10);
  if (major >= NODE_NEEDED) return ok("runtime", `Node ${versions.node}`);
  return fail("runtime", `Node ${versions.node} is too old, ${NODE_NEEDED} is needed: start with npm run`);
}

/** What `ffmpeg -version` says, judged. */
export function judgeFfmpeg(path: string, text: string): Finding {
  const found = dialectOf(path, text);
  if (!found.ok) return fail("ffmpeg", found.why);
  const { version, dialect } = found;
  return dialect.script
    ? ok("ffmpeg", `${version} (${path})`)
    : note(
        "ffmpeg",
        `${version} (${path}) shows the passwords of RTSP cameras in the process list: install 5.1 or later`,
      );
}

export async function ffmpeg(): Promise<Finding> {
  const found = findFfmpeg();
  if (!found.ok) return fail("ffmpeg", found.why);
  try {
    const { stdout } = await run(found.path, ["-version"], { timeout: VERSION_MS });
    return judgeFfmpeg(found.path, stdout);
  } catch (error) {
    const why = (error as Error).message.split("\n", 1)[0];
    return fail("ffmpeg", `${found.path} cannot be run (${why}): install it again, or set FFMPEG_PATH`);
  }
}

/** USB relay boards need node-hid's own library, which is linked against libusb. */
export async function usb(): Promise<Finding> {
  try {
    const { default: hid } = await import("node-hid");
    return ok("usb", `the HID library loads and sees ${hid.devices().length} devices`);
  } catch (error) {
    const why = (error as Error).message.split("\n", 1)[0];
    return note(
      "usb",
      `no USB relay board can be used (${why}): install libusb-1.0 (apt install libusb-1.0-0)`,
    );
  }
}

/** Whether the folder, or where it is missing its nearest parent, can be written, and how much room there is. */
export async function* disk(dataFolder: string): AsyncGenerator<Finding> {
  let folder = dataFolder;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  const trial = join(folder, `.palisade-${randomUUID()}`);
  try {
    if (!(await stat(folder)).isDirectory()) throw new Error("it is no folder");
    await writeFile(trial, "", { flag: "wx" });
    await rm(trial);
    yield folder === dataFolder
      ? ok("data folder", `${dataFolder} can be written`)
      : note("data folder", `${dataFolder} is not there yet; the box makes it at its first start`);
  } catch (error) {
    const why = (error as Error).message;
    yield fail(
      "data folder",
      `${dataFolder} cannot be written (${why}): give this user the right, or set PALISADE_DATA`,
    );
  }
  try {
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    const text = `${(free / GIB).toFixed(1)} GiB free`;
    yield free >= DISK_LOW
      ? ok("disk", text)
      : note("disk", `${text}, less than 1 GiB: make room, or set PALISADE_DATA`);
  } catch (error) {
    yield note("disk", `free room cannot be told: ${(error as Error).message}`);
  }
}

export function clock(now: Date): Finding {
  const year = now.getUTCFullYear();
  const text = `${now.toISOString()}, time zone ${new Intl.DateTimeFormat().resolvedOptions().timeZone}`;
  return year >= FIRST_YEAR && year < LAST_YEAR
    ? ok("clock", text)
    : fail(
        "clock",
        `${text} cannot be right: set it, and let it follow a time server (timedatectl set-ntp true)`,
      );
}

export function units(): Finding {
  return existsSync(UNIT_FILE)
    ? ok("units", `${UNIT_FILE} is installed`)
    : note(
        "units",
        "no systemd unit of Palisade is installed here; this version brings none, start it with npm start",
      );
}
