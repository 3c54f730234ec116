/**
 * `GET /api/cameras/:id/sightings`: what the detector saw in each frame that counted, for a screen on which a zone is
 * tried before it is in force. A screen that is slow skips frames; it never makes the box queue them.
 */
import { Hono } from "hono";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import { Mailbox } from "../base/mailbox.ts";
import type { Box } from "../box.ts";
import type { Detection } from "../domain/eye.ts";
import { isFresh } from "../domain/supervision.ts";
import type { CameraId, Millis } from "../domain/units.ts";
import type { Access, Env } from "./access.ts";
import { problem } from "./problem.ts";

export interface Sighting {
  /** On the box's monotonic clock. */
  readonly capturedAt: Millis;
  /** The camera is trusted and the frame is young enough to count. */
  readonly fresh: boolean;
  /** The score from which a detection counts. */
  readonly threshold: number;
  readonly detections: readonly Detection[];
}

/** Longer than any trial; a screen that goes on is asked for its session again. */
const STREAM_MS = 10 * 60_000;

/** The newest frame that counted; undefined before the first. */
function sightingOf(box: Box, camera: CameraId): Sighting | undefined {
  const { pipeline, rules } = box.guard;
  const watch = pipeline.state.cameras.get(camera);
  if (watch?.observedAt === undefined) return undefined;
  return {
    capturedAt: watch.observedAt,
    fresh: isFresh(pipeline.state, camera, rules),
    threshold: rules.threshold,
    detections: watch.detections,
  };
}

export const sightings = (box: Box, access: Access) =>
  new Hono<Env>().get("/api/cameras/:id/sightings", access.may("setup.look"), (c) => {
    const id = c.req.param("id");
    const isConfigured = (): boolean => box.guard.config.cameras.some((camera) => camera.id === id);
    if (!isConfigured()) return problem(c, 404, `No camera "${id}" is configured`);
    c.header("cache-control", "no-store");
    const send = async (stream: SSEStreamingApi): Promise<void> => {
      const gone = new AbortController();
      stream.onAbort(() => gone.abort());
      const signal = AbortSignal.any([gone.signal, c.req.raw.signal, AbortSignal.timeout(STREAM_MS)]);
      const newest = new Mailbox<Sighting>();
      let last: Sighting | undefined;
      const look = (): void => {
        if (!isConfigured()) gone.abort();
        const seen = sightingOf(box, id);
        if (seen === undefined) return;
        if (seen.capturedAt === last?.capturedAt && seen.fresh === last.fresh) return;
        last = seen;
        newest.put(seen);
      };
      using _changes = box.onChange(look);
      look();
      for (;;) {
        const seen = await newest.take(signal);
        if (seen === undefined) return;
        await stream.writeSSE({ data: JSON.stringify(seen) });
      }
    };
    return streamSSE(c, send, async (error) => {
      // A screen that went away in the middle of a write is no fault of the box.
      if (!(error instanceof TypeError)) throw error;
    });
  });
