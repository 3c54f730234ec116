/** The cameras plugged into this box (V4L2), each by a path that stays with its socket. Linux only; else none. */
import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, readdir, readFile, readlink } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Size } from "../domain/units.ts";
import { findFfmpeg } from "./ffmpeg.ts";

const MAX_DEVICES = 32;
const FORMATS_LIMIT_MS = 2_500;
const FORMATS_MAX_BYTES = 256 * 1024;

export interface UsbFormat {
  /** ffmpeg's word: `mjpeg`, `yuyv422`, `h264`, … */
  readonly format: string;
  readonly compressed: boolean;
  readonly sizes: readonly Size[];
}

export interface UsbCamera {
  /** What a camera's `source` takes: by its socket, else by its serial number, else by its number. */
  readonly source: string;
  /** Whether `source` still names this camera after others were plugged in and the box was started again. */
  readonly stable: boolean;
  /** `/dev/videoN` of this moment. */
  readonly device: string;
  readonly name: string;
  /** Why it cannot be read, in one sentence with the cure. Absent where it can. */
  readonly problem?: string;
  /** Empty where nobody could tell. */
  readonly formats: readonly UsbFormat[];
}

/** Where the kernel shows its devices; a test has its own. */
export interface UsbRoots {
  readonly sys: string;
  readonly dev: string;
}

const ROOTS: UsbRoots = { sys: "/sys/class/video4linux", dev: "/dev" };

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch {
    return []; // no such folder: no such device
  }
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch {
    return undefined;
  }
}

/** Device name to the first link that points to it. */
async function linksIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const links = new Map<string, string>();
  for (const name of await namesIn(folder)) {
    const target = await readlink(join(folder, name)).catch(() => undefined);
    if (target !== undefined && !links.has(basename(target))) links.set(basename(target), join(folder, name));
  }
  return links;
}

async function problemOf(device: string): Promise<string | undefined> {
  try {
    await access(device, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    return ["EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")
      ? `Cannot read ${device}: permission denied; add the user to group video and start Palisade again`
      : `Cannot read ${device}: the device is not there; pull its plug and put it in again`;
  }
}

/** What ffmpeg prints for `-list_formats all`, a line each format. The description may itself hold colons. */
export function readFormats(stderr: string): readonly UsbFormat[] {
  return stderr.split("\n").flatMap((line): UsbFormat[] => {
    const [, kind, format, sizes] = /\] *(Raw|Compressed) *: *(\S+) *:.*:([^:]*)$/.exec(line) ?? [];
    if (kind === undefined || format === undefined || format === "Unsupported") return [];
    const listed = [...(sizes ?? "").matchAll(/\b(\d{1,5})x(\d{1,5})\b/g)];
    return [
      {
        format,
        compressed: kind === "Compressed",
        sizes: listed.map(([, width, height]) => ({ width: Number(width), height: Number(height) })),
      },
    ];
  });
}

type Formats = { readonly captures: boolean; readonly formats: readonly UsbFormat[] };

/** Undefined where ffmpeg could not say. ffmpeg always ends with an error here: it was asked to print and leave. */
async function formatsOf(device: string, signal: AbortSignal | undefined): Promise<Formats | undefined> {
  const ffmpeg = findFfmpeg();
  if (!ffmpeg.ok) return undefined;
  const args = ["-hide_banner", "-nostdin", "-f", "v4l2", "-list_formats", "all", "-i", device];
  const limits = { timeout: FORMATS_LIMIT_MS, maxBuffer: FORMATS_MAX_BYTES, killSignal: "SIGKILL" } as const;
  const stderr = await new Promise<string>((resolve) =>
    execFile(
      ffmpeg.path,
      args,
      { ...limits, ...(signal === undefined ? {} : { signal }) },
      (_error, _out, text) => resolve(text),
    ),
  );
  if (/Not a video capture device/i.test(stderr)) return { captures: false, formats: [] };
  const formats = readFormats(stderr);
  return formats.length > 0 ? { captures: true, formats } : undefined;
}

/**
 * Every device that gives pictures. A camera shows several nodes (the picture, then its metadata): the first of a
 * device counts, a further one only where it really lists a format.
 */
export async function listUsbCameras(
  options: { readonly roots?: UsbRoots; readonly signal?: AbortSignal } = {},
): Promise<readonly UsbCamera[]> {
  const { sys, dev } = options.roots ?? ROOTS;
  const [byPath, byId] = await Promise.all(
    ["by-path", "by-id"].map((kind) => linksIn(join(dev, "v4l", kind))),
  );
  const nodes = (await namesIn(sys)).filter((name) => /^video\d+$/.test(name));
  nodes.sort((a, b) => Number(a.slice(5)) - Number(b.slice(5)));
  const cameras = nodes.slice(0, MAX_DEVICES).map(async (node): Promise<UsbCamera | undefined> => {
    const device = join(dev, node);
    const index = Number((await textOf(join(sys, node, "index"))) ?? 0);
    const problem = await problemOf(device);
    const told = problem === undefined ? await formatsOf(device, options.signal) : undefined;
    if (told === undefined ? index !== 0 : !told.captures) return undefined;
    const stable = byPath?.get(node) ?? byId?.get(node);
    return {
      source: stable ?? device,
      stable: stable !== undefined,
      device,
      name: ((await textOf(join(sys, node, "name"))) || node).replace(/\p{C}+/gu, " ").slice(0, 80),
      ...(problem === undefined ? {} : { problem }),
      formats: told?.formats ?? [],
    };
  });
  return (await Promise.all(cameras)).filter((camera) => camera !== undefined);
}
