/** Which second of a looped film a camera shows at an instant, from the frame numbers of its pictures. */
import { monotonicMs } from "../../server/base/clock.ts";
import type { CameraId, Millis } from "../../server/domain/units.ts";
import type { Box } from "./box.ts";
import { until } from "./until.ts";

export interface FilmClock extends Disposable {
  /** Resolves when enough frames were seen to tell the time. Throws after `ms`. */
  ready(ms: number): Promise<void>;
  /** The instant at which second 0 of the first loop was captured. */
  startedAt(): Millis;
  /** Frames whose numbers were seen. */
  readonly seen: number;
  /** How much later than its turn the latest of the newest 50 frames was captured. */
  lateness(): Millis;
}

/** Frames that must have been seen: one late frame cannot shift the clock then. */
const ENOUGH = 10;

/** Follows the camera's pictures over /api/tiles. `fps` is the film's own rate. */
export function filmClock(box: Pick<Box, "url">, camera: CameraId, fps: number): FilmClock {
  const starts: Millis[] = [];
  let startedAt = Number.POSITIVE_INFINITY;
  const socket = new WebSocket(`${box.url.replace("http", "ws")}/api/tiles`);
  socket.binaryType = "arraybuffer";
  socket.addEventListener("message", (event: MessageEvent<ArrayBuffer>) => {
    const at = monotonicMs();
    const length = new DataView(event.data).getUint16(0);
    const text = new TextDecoder().decode(new Uint8Array(event.data, 2, length));
    const header = JSON.parse(text) as { camera: CameraId; seq: number; ageMs: Millis };
    socket.send(JSON.stringify({ drawn: header.camera }));
    if (header.camera !== camera) return;
    // A frame is never early, so the earliest one tells when the film began.
    const start = at - header.ageMs - (header.seq * 1000) / fps;
    starts.push(start);
    startedAt = Math.min(startedAt, start);
  });
  return {
    get seen() {
      return starts.length;
    },
    startedAt: () => startedAt,
    lateness: () => Math.max(...starts.slice(-50)) - startedAt,
    async ready(ms) {
      const what = `${ENOUGH} pictures of camera ${camera}`;
      await until({ what, ms, check: () => starts.length >= ENOUGH });
    },
    [Symbol.dispose]: () => socket.close(),
  };
}
