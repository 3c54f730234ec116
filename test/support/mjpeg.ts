/** HTTP MJPEG cameras for a test: test/rigs/mjpeg_cam.mjs on free ports. Needs nothing but ffmpeg. */
import { fileURLToPath } from "node:url";
import { ownProgram } from "../../server/base/child.ts";
import { type Rig, type RigCamera, startRig } from "./rig.ts";

const RIG = fileURLToPath(new URL("../rigs/mjpeg_cam.mjs", import.meta.url));

/** What more each fault takes is told in the head of the rig's file. */
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
  | "tiny"
  | "drip"
  | "html"
  | "badauth"
  | "redirect"
  | "loop"
  | "covered"
  | "moved"
  | "defocus"
  | "dark"
  | "glare";

/** `file` is looped; without it the picture is a burned clock. Values hold no comma. */
export interface MjpegCamera {
  readonly name: string;
  readonly file?: string;
  readonly size?: string;
  readonly fps?: number;
  readonly quality?: number;
  /** A sensor's noise over every picture. */
  readonly noise?: 1;
  readonly user?: string;
  readonly pass?: string;
  readonly auth?: "basic" | "digest" | "sha256";
  /** Answers with a digest until the nonce is stale. */
  readonly nonce_uses?: number;
  /** https with a certificate of its own; needs openssl. */
  readonly tls?: 1;
  /** The address is that of single pictures. */
  readonly snapshot?: 1;
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

/** Connections open on the camera's side. */
export function connectionsOf(camera: RigCamera): number {
  return (camera as RigCamera & { readonly sockets: number }).sockets;
}
