/**
 * Runs inside the VM as root: plugs Linux's virtual camera in, finds it, reads it as the box does, pulls it out and
 * plugs it in again. One JSON line on stdout tells what was seen.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { monotonicMs } from "../../../server/base/clock.ts";
import { Camera } from "../../../server/camera/camera.ts";
import { listUsbCameras, readFormats, type UsbCamera, type UsbFormat } from "../../../server/camera/usb.ts";
import type { CameraState } from "../../../server/domain/camera.ts";
import type { Size } from "../../../server/domain/units.ts";
import { until } from "../../support/until.ts";

export interface UsbSeen {
  /** How long ffmpeg took to start, in milliseconds. */
  readonly startMs: number;
  readonly before: readonly UsbCamera[];
  readonly plugged: readonly UsbCamera[];
  readonly unplugged: readonly UsbCamera[];
  /** Asked without the list's time limit, which the slow VM exceeds. */
  readonly formats: readonly UsbFormat[];
  /** Whole frames that differ from the one before: the driver's picture moves. */
  readonly changes: number;
  readonly size: Size;
  /** From the unplugging on; what a slow start did before is not told. */
  readonly states: readonly CameraState[];
  /** Milliseconds of the VM: from the unplugging to the error, and from the plugging in to a picture. */
  readonly lostMs: number;
  readonly backMs: number;
}

const DRIVER = "/sys/bus/platform/drivers/vivid";
const LIMIT = { ms: 40_000, everyMs: 5 };
const LETTERBOX = { width: 160, height: 160, pad: 114 };

/** What udev does on a box: the VM has none. */
function linkAsUdev(): void {
  mkdirSync("/dev/v4l/by-path", { recursive: true });
  symlinkSync("../../video0", "/dev/v4l/by-path/platform-vivid.0-video-index0");
}

function formats(): readonly UsbFormat[] {
  const args = ["-hide_banner", "-nostdin", "-f", "v4l2", "-list_formats", "all", "-i", "/dev/video0"];
  return readFormats(spawnSync("ffmpeg", args, { encoding: "utf8" }).stderr);
}

/** The driver keeps the size that was set last; a small one is enough for the slow VM. */
function shrink(): void {
  const args = ["-v", "error", "-nostdin", "-f", "v4l2", "-video_size", "320x180", "-i", "/dev/video0"];
  execFileSync("ffmpeg", [...args, "-frames:v", "1", "-f", "null", "-"]);
}

async function watch(source: string): Promise<Omit<UsbSeen, "startMs" | "before" | "plugged" | "formats">> {
  const states: CameraState[] = [];
  let last: Uint8Array | undefined;
  let changes = 0;
  await using camera = new Camera({
    order: { id: "bench", source, fps: 1, transport: "tcp" },
    letterbox: LETTERBOX,
    onState: (state) => {
      states.push(state);
      console.error(JSON.stringify(state)); // told where the test fails
    },
    onTrust: () => undefined,
    onScene: () => undefined,
    onFrame: () => {
      const frame = camera.poll();
      if (frame === undefined) return;
      const planes = Uint8Array.from(frame.planes);
      if (last !== undefined && Buffer.compare(planes, last) !== 0) changes++;
      last = planes;
      camera.release(frame);
    },
    onPicture: () => undefined,
    random: () => 0.5,
    firstFrameMs: 30_000,
  });
  const now = (kind: CameraState["kind"]): boolean => camera.state.kind === kind;
  camera.start();
  await until({ ...LIMIT, what: "moving pictures", check: () => changes >= 3 && now("running") });
  const size = camera.state.kind === "running" ? camera.state.size : { width: 0, height: 0 };
  states.length = 0;
  const pulledAt = monotonicMs();
  writeFileSync(`${DRIVER}/unbind`, "vivid.0");
  await until({ ...LIMIT, what: "the loss", check: () => now("error") });
  const lostMs = monotonicMs() - pulledAt;
  const unplugged = await listUsbCameras();
  await until({
    ...LIMIT,
    what: "a try in vain",
    check: () => states.filter((s) => s.kind === "error").length > 1,
  });
  const pluggedAt = monotonicMs();
  writeFileSync(`${DRIVER}/bind`, "vivid.0");
  await until({ ...LIMIT, what: "pictures again", check: () => now("running") });
  return { unplugged, changes, size, states: [...states], lostMs, backMs: monotonicMs() - pluggedAt };
}

/** A camera's own limits for a first picture and a stall mean nothing on a machine slower than this. */
const START_LIMIT_MS = 3_000;
/** The exit code that says so. */
const TOO_SLOW = 75;

function startMs(): number {
  const since = monotonicMs();
  execFileSync("ffmpeg", ["-version"]);
  return monotonicMs() - since;
}

startMs(); // the first one reads ffmpeg from the host
const took = startMs();
if (took > START_LIMIT_MS) {
  console.log(`ffmpeg took ${took.toFixed(0)} ms to start`);
  process.exit(TOO_SLOW);
}
const before = await listUsbCameras();
const module = `${process.env.MODULES}/drivers/media/test-drivers/vivid/vivid.ko`;
execFileSync("insmod", [module, "n_devs=1", "node_types=1"]);
linkAsUdev();
shrink();
const plugged = await listUsbCameras();
const seen: UsbSeen = {
  startMs: took,
  before,
  plugged,
  formats: formats(),
  ...(await watch(plugged[0]?.source ?? "/dev/video0")),
};
console.log(JSON.stringify(seen));
