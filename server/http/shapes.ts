/** The small shapes that the bodies of the routes are made of. */
import { z } from "zod";
import { OUTPUT_ROLES } from "../domain/config.ts";

export const maybe = z.exactOptional;
export const text = z.string();
export const number = z.number();
export const count = z.int().min(0);
export const share = z.number().min(0).max(1);
export const unixMs = z.number().meta({ description: "Unix milliseconds" });
export const instant = z.iso.datetime().meta({ description: "ISO 8601 in UTC" });
export const ms = z.number().meta({ description: "Milliseconds" });
export const verdict = z.enum(["clear", "warn", "stop", "blind"]);
export const drive = z.enum(["energised", "dropped"]);
export const readback = z.enum(["energised", "dropped", "unknown"]);
export const role = z.enum(OUTPUT_ROLES);
export const point = z.tuple([share, share]);
export const polygon = z.array(point);
export const size = z.object({ width: z.int(), height: z.int() });
export const cameraState = z.enum(["IDLE", "STARTING", "RUNNING", "STOPPING", "ERROR"]);
