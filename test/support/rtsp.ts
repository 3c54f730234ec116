/** RTSP cameras for a test: test/rigs/rtsp_cam.py on free ports. Ask `missing.rtsp()` first. */
import { fileURLToPath } from "node:url";
import { type Rig, startRig } from "./rig.ts";

const RIG = fileURLToPath(new URL("../rigs/rtsp_cam.py", import.meta.url));

export type RtspFault =
  | "none"
  | "drop"
  | "stop"
  | "blackhole"
  | "freeze"
  | "stall"
  | "garbage"
  | "resize"
  | "reboot"
  | "slow"
  | "unmount"
  | "badauth"
  | "covered"
  | "moved"
  | "defocus"
  | "dark"
  | "glare"
  | "jump"
  | "pace";

/** `src` is `clock`, a file whose frames are copied, or `live:FILE`. Values hold no comma. */
export interface RtspCamera {
  readonly name: string;
  readonly src?: string;
  readonly codec?: "h264" | "h265" | "mjpeg";
  readonly size?: string;
  readonly fps?: number;
  readonly user?: string;
  readonly pass?: string;
  readonly auth?: "basic" | "digest";
  readonly port?: number;
  /** Frames from one that is whole by itself to the next. */
  readonly gop?: number;
  /** It speaks rtsps. */
  readonly tls?: 1;
}

export async function startRtsp(cameras: readonly RtspCamera[]): Promise<Rig<RtspFault>> {
  // Debian's own Python: the bindings of GStreamer are in no other.
  return await startRig<RtspFault>(
    "/usr/bin/python3",
    [RIG],
    cameras.map((camera) => ({ ...camera })),
  );
}
