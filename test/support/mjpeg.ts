/** HTTP MJPEG cameras for a test: test/rigs/mjpeg_cam.mjs on free ports. Needs nothing but ffmpeg. */
import { fileURLToPath } from "node:url";
import { ownProgram } from "../../server/base/child.ts";
import { type Rig, startRig } from "./rig.ts";

const RIG = fileURLToPath(new URL("../rigs/mjpeg_cam.mjs", import.meta.url));

export type MjpegFault =
  | "none"
  | "drop"
  | "stop"
  | "blackhole"
  | "freeze"
  | "stall"
  | "garbage"
  | "truncate"
  | "resize"
  | "reboot"
  | "slow"
  | "status"
  | "nolength"
  | "badlength"
  | "endless"
  | "headers"
  | "huge"
  | "drip"
  | "html"
  | "badauth";

/** `file` is looped; without it the picture is a burned clock. Values hold no comma. */
export interface MjpegCamera {
  readonly name: string;
  readonly file?: string;
  readonly size?: string;
  readonly fps?: number;
  readonly quality?: number;
  readonly user?: string;
  readonly pass?: string;
  readonly auth?: "basic" | "digest";
  readonly port?: number;
}

export async function startMjpeg(cameras: readonly MjpegCamera[]): Promise<Rig<MjpegFault>> {
  const program = ownProgram(RIG);
  return await startRig<MjpegFault>(
    program.command,
    program.args,
    cameras.map((camera) => ({ ...camera })),
  );
}
