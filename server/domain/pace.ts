/**
 * How often each camera is looked at: as configured where the box can, evenly less where it cannot, and never less
 * than its zones need.
 */
import type { ZoneConfig } from "./config.ts";
import { staleMs } from "./rules.ts";
import type { Box, CameraId, Millis } from "./units.ts";
import { confirmation } from "./zone.ts";

/** Frames a second. */
export type Rate = number;

/** How often a camera is looked at. */
export interface LookRate {
  /** Measured, over the last 30 s. */
  readonly fps: Rate;
  /** What the box gives it now. */
  readonly paceFps: Rate;
  readonly configuredFps: Rate;
  /** What its zones need. */
  readonly leastFps: Rate;
  /** The part of the picture that is looked at; all of it where absent. */
  readonly part?: Box;
}

/** A camera that is to be looked at. */
export interface PacedCamera {
  readonly id: CameraId;
  readonly fps: Rate;
  readonly leastFps: Rate;
}

/** What looking costs, measured. */
export interface Cost {
  /** One look in twenty takes longer: what is planned by it leaves room for the slow ones. */
  readonly lookMs: Millis;
  /** Of each second, what the eye needs beside its looks: reading frames and checking them. */
  readonly otherMs: Millis;
  /** More than one look in twenty was left out, for want of time. */
  readonly behind: boolean;
}

export interface Pacing {
  /** 1: every camera as configured. 0: every camera at the least its zones need. */
  readonly share: number;
  /** What the newest steps allowed, newest first. */
  readonly allowed: readonly number[];
}

export const FULL_PACE: Pacing = { share: 1, allowed: [] };

/** A step a second: what is taken away comes back once ten seconds in a row have had room for it. */
const STEPS_KEPT = 10;
/** So much of it comes back at each step, so that the way back ends where the room does. */
const RISE = 0.05;
/** The newest look must still be young enough when the next one comes. */
const LOOKS_TO_STAY = 2;

/**
 * The rate that a camera's zones need: all frames that a stop or warn zone asks to confirm a person, those it forgives
 * among them, fit into the time after which silence is blindness (2 of 3 within 0.9 s: 3.3 a second). A camera
 * without such a zone needs only not to go blind.
 */
export function leastFps(fps: Rate, zones: readonly Pick<ZoneConfig, "kind">[]): Rate {
  const frames = zones.map(({ kind }) =>
    kind === "stop" || kind === "warn" ? confirmation(kind, fps).window : LOOKS_TO_STAY,
  );
  return Math.min(fps, (1_000 * Math.max(LOOKS_TO_STAY, ...frames)) / staleMs(fps));
}

function sum(cameras: readonly PacedCamera[], of: "fps" | "leastFps"): Rate {
  return cameras.reduce((total, camera) => total + camera[of], 0);
}

/** What share of the way from the least to the configured rates there is time for. */
function affordable(cameras: readonly PacedCamera[], { lookMs, otherMs }: Cost): number {
  const [least, full] = [sum(cameras, "leastFps"), sum(cameras, "fps")];
  const possible = (1_000 - otherMs) / lookMs;
  if (possible >= full) return 1;
  return Math.max(0, Math.min(1, (possible - least) / (full - least)));
}

/** The pacing after one more second. Down at once, up slowly: it must not hunt. */
export function advancePace(before: Pacing, cameras: readonly PacedCamera[], cost: Cost): Pacing {
  const planned = affordable(cameras, cost);
  // A box that keeps up does: no plan takes away what it is seen to do.
  const now = cost.behind ? Math.min(planned, before.share) : Math.max(planned, before.share);
  const allowed = [now, ...before.allowed].slice(0, STEPS_KEPT);
  const settled = allowed.length === STEPS_KEPT ? Math.min(...allowed) : 0;
  const risen = Math.max(before.share, Math.min(settled, before.share + RISE));
  return { share: Math.min(now, risen), allowed };
}

/** The rate that this camera is looked at. */
export function paceOf({ fps, leastFps: least }: PacedCamera, { share }: Pacing): Rate {
  return Math.min(fps, least + share * (fps - least));
}

/** Percent of its time that the box has left while every camera is looked at as configured; 0 where it has none. */
export function headroomOf(cameras: readonly PacedCamera[], { lookMs, otherMs }: Cost): number {
  const needed = sum(cameras, "fps") * lookMs + otherMs;
  return Math.max(0, Math.round((100 * (1_000 - needed)) / 1_000));
}

/** What a camera's frames came to over the last seconds. */
export interface Progress {
  readonly overMs: Millis;
  readonly captured: number;
  readonly looked: number;
}

/** Frames come and go in whole ones, and a second's edge cuts some off. */
const NEARLY = 0.9;

/**
 * Why the camera is looked at too seldom for its zones, one sentence; undefined where it is not, and where it gives
 * too few frames by itself.
 */
export function overloadOf(camera: PacedCamera, { overMs, captured, looked }: Progress): string | undefined {
  const needed = (camera.leastFps * overMs) / 1_000;
  if (looked >= needed * NEARLY || captured < needed) return undefined;
  const fps = ((1_000 * looked) / overMs).toFixed(1);
  return `looked at ${fps} times a second, its zones need ${Number(camera.leastFps.toFixed(1))}`;
}
