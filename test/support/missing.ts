/** What this machine lacks for a test, each as the one line a left-out test gives as its reason. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const PROBE = fileURLToPath(new URL("../rigs/probe.py", import.meta.url));
const CURE = "cure: node server/setup.mjs test, as root or after the packages it names";

let probed: string | false | undefined;

/** False where RTSP cameras can be made here, else why not: `test(name, { skip: missing.rtsp() }, …)`. */
export function rtsp(): string | false {
  if (probed !== undefined) return probed;
  const answer = spawnSync("/usr/bin/python3", [PROBE], { encoding: "utf8", timeout: 30_000 });
  const lacks = answer.stdout?.trim() || (answer.error?.message ?? "/usr/bin/python3 with GStreamer");
  probed = answer.status === 0 ? false : `no RTSP test server here (${lacks}); ${CURE}`;
  return probed;
}

/** The program's place, if it is anywhere. PALISADE_CHROMIUM names another one. */
export function chromiumPath(): string | undefined {
  const wanted = process.env.PALISADE_CHROMIUM;
  if (wanted !== undefined) return wanted;
  const folders = (process.env.PATH ?? "").split(delimiter);
  const names = ["chromium", "chromium-browser", "google-chrome"];
  return names.flatMap((name) => folders.map((dir) => join(dir, name))).find((file) => existsSync(file));
}

export function chromium(): string | false {
  return chromiumPath() === undefined ? `no Chromium here; ${CURE}` : false;
}

const VM_PROGRAMS = [
  "qemu-system-x86_64",
  "busybox",
  "modprobe",
  "depmod",
  "cpio",
  "zstd",
  "dpkg",
  "apt-get",
];
const SYSTEM_FOLDERS = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"];

/** False where a VM can be made here (test/rigs/vm), else why not. */
export function vm(): string | false {
  if (process.platform !== "linux" || process.arch !== "x64") return "the VM is made for Linux on x64";
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...SYSTEM_FOLDERS];
  const lacks = VM_PROGRAMS.filter((name) => !folders.some((dir) => existsSync(join(dir, name))));
  return lacks.length === 0 ? false : `no VM here (${lacks.join(", ")} missing); ${CURE}`;
}

/** False where these programs are here, else which is not. */
export function programs(...names: readonly string[]): string | false {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...SYSTEM_FOLDERS];
  const lacks = names.filter((name) => !folders.some((dir) => existsSync(join(dir, name))));
  return lacks.length === 0 ? false : `no ${lacks.join(", ")} here; ${CURE}`;
}

/** False where the folder of outside models and clips has this file, else why not. */
export function outside(file: string): string | false {
  const folder = process.env.PALISADE_SHARED;
  if (folder === undefined || folder === "")
    return `${file} is no part of the project; cure: PALISADE_SHARED=<folder with models/ and footage/>`;
  return existsSync(join(folder, file)) ? false : `PALISADE_SHARED has no ${file}; cure: put it there`;
}

/** The outside file's whole path. Only after `outside(file)` said false. */
export function outsidePath(file: string): string {
  return join(process.env.PALISADE_SHARED ?? "", file);
}
