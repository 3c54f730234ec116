/** ONVIF cameras for a test: test/rigs/onvif_cam.mjs on free ports of 127.0.0.1. */
import { fileURLToPath } from "node:url";
import { ownProgram } from "../../server/base/child.ts";
import { type Rig, startRig } from "./rig.ts";

const RIG = fileURLToPath(new URL("../rigs/onvif_cam.mjs", import.meta.url));

/** As the rig's head tells them. */
export type OnvifFault =
  | "none"
  | "badauth"
  | "silent"
  | "garbage"
  | "huge"
  | "bomb"
  | "slow"
  | "html"
  | "shape"
  | "prefixes"
  | "clock"
  | "nat"
  | "elsewhere"
  | "redirect"
  | "noise"
  | "flood"
  | "unrelated"
  | "mute";

export interface OnvifCamera {
  readonly name: string;
  readonly user?: string;
  readonly pass?: string;
  readonly auth?: "token" | "http";
  /** How many seconds its clock is ahead. */
  readonly clock_s?: number;
  readonly fault?: OnvifFault;
}

/** @param on the addresses the cameras live at, in turn */
export async function startOnvif(
  cameras: readonly OnvifCamera[],
  on: readonly string[] = ["127.0.0.1"],
): Promise<Rig<OnvifFault>> {
  const program = ownProgram(RIG);
  return await startRig<OnvifFault>(
    program.command,
    [...program.args, ...on.flatMap((address) => ["--on", address])],
    cameras.map((camera) => ({ ...camera })),
  );
}
