/** The words and measures every room shares. Pure types; nothing here runs. */

/** Milliseconds. An instant named `at` is on the machine's monotonic clock; `wallAt` is Unix time for people. */
export type Millis = number;

export type CameraId = string;
export type ZoneId = string;
export type BoardId = string;
export type OutputId = string;

/** A point in the picture, 0..1 of its width and height, origin top left. */
export type Point = readonly [x: number, y: number];

/** An axis-parallel box in the picture, 0..1, x0 < x1 and y0 < y1. */
export interface Box {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Whether a coil carries current. Never "on" and "off": these two words say which side is which. */
export type Drive = "energised" | "dropped";

/** What is known of a zone. `blind` is not knowing; it trips like `stop`. */
export type Verdict = "clear" | "warn" | "stop" | "blind";

/** Ends a switch over a union: the compiler refuses to reach it. */
export function assertNever(value: never): never {
  throw new TypeError(`Cannot handle ${JSON.stringify(value)}`);
}
