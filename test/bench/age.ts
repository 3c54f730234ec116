/** How old a frame is when it is handed on to the detector, by a clock burned into the picture, per kind of source. */
import { wallMs } from "../../server/base/clock.ts";
import { Camera } from "../../server/camera/camera.ts";
import type { CameraOrder } from "../../server/domain/eye.ts";
import type { Millis } from "../../server/domain/units.ts";
import { markAge, readMark } from "../support/clockmark.ts";
import * as missing from "../support/missing.ts";
import { startMjpeg } from "../support/mjpeg.ts";
import { startRtsp } from "../support/rtsp.ts";
import { pause } from "./interrupt.ts";
import { type Experiment, median, percentile, type Row } from "./row.ts";

const FPS = 10;
const PERIOD_MS = 1_000 / FPS;
/** The size in which the rigs burn: nothing is scaled on the way to the reader. */
const [WIDTH, HEIGHT] = [640, 360];
/** Connecting, and the frames that come in a burst at the start. */
const SETTLE_MS = 2_500;

/** Each row's name, with where its camera is and how it is read. */
const KINDS = {
  "frame-age-h264": ["rtsp", "h264", "tcp"],
  "frame-age-h264-udp": ["rtsp", "h264", "udp"],
  "frame-age-h265": ["rtsp", "h265", "tcp"],
  "frame-age-rtp-jpeg": ["rtsp", "mjpeg", "tcp"],
  "frame-age-mjpeg": ["http", "stream", "tcp"],
  "frame-age-jpeg": ["http", "single", "tcp"],
} as const;
type Kind = keyof typeof KINDS;
const NAMES = Object.keys(KINDS) as Kind[];

interface Reader extends AsyncDisposable {
  /** What was read since the last call, oldest first. */
  take(): readonly Millis[];
}

/** A camera as an eye runs it, whose frames are read instead of looked at. */
function readAges(order: CameraOrder): Reader {
  let ages: Millis[] = [];
  const camera: Camera = new Camera({
    order,
    letterbox: { width: WIDTH, height: HEIGHT, pad: 114 },
    onState: () => undefined,
    onTrust: () => undefined,
    onScene: () => undefined,
    onPicture: () => undefined,
    onFrame() {
      const unixMs = wallMs();
      const frame = camera.poll();
      if (frame === undefined) return;
      const mark = readMark({ pixels: frame.planes, stride: WIDTH, width: WIDTH });
      camera.release(frame);
      if (mark !== undefined) ages.push(markAge(mark, unixMs));
    },
  });
  camera.start();
  return {
    take() {
      const taken = ages;
      ages = [];
      return taken;
    },
    [Symbol.asyncDispose]: async () => await camera[Symbol.asyncDispose](),
  };
}

const SENTENCE =
  "age of a frame, by the clock burned into it, when it is handed to the detector (median), against one frame period at 10 frames a second; the source is";

export const age: Experiment = {
  rows: {
    "frame-age-h264": `${SENTENCE} RTSP over TCP, H.264`,
    "frame-age-h264-udp": `${SENTENCE} RTSP over UDP, H.264`,
    "frame-age-h265": `${SENTENCE} RTSP over TCP, H.265`,
    "frame-age-rtp-jpeg": `${SENTENCE} RTSP over TCP, JPEG`,
    "frame-age-mjpeg": `${SENTENCE} HTTP, MJPEG`,
    "frame-age-jpeg": `${SENTENCE} HTTP, one JPEG a request; half a period of it is the wait for the next request`,
  },
  async run({ quick }) {
    const [runs, windowMs] = quick ? [1, 2_000] : [3, 5_000];
    const lacks = missing.rtsp();
    if (lacks !== false) throw new Error(lacks);
    await using rtsp = await startRtsp(
      (["h264", "h265", "mjpeg"] as const).map((codec) => ({ name: codec, src: "clock", codec, fps: FPS })),
    );
    await using http = await startMjpeg([
      { name: "stream", fps: FPS },
      { name: "single", fps: FPS, snapshot: 1 },
    ]);
    const ages = Object.fromEntries(NAMES.map((name) => [name, []])) as unknown as Record<Kind, number[]>;
    // One kind at a time, so that none waits for another.
    for (const name of NAMES) {
      const [rig, camera, transport] = KINDS[name];
      const source = (rig === "rtsp" ? rtsp : http).url(camera);
      await using reader = readAges({ id: name, source, fps: FPS, transport });
      await pause(SETTLE_MS);
      reader.take();
      for (let run = 0; run < runs; run++) {
        await pause(windowMs);
        const read = reader.take();
        if (read.length < (windowMs / PERIOD_MS) * 0.7)
          throw new Error(`Only ${read.length} frames could be read in ${windowMs} ms of ${name}`);
        ages[name].push(median(read));
        process.stderr.write(
          `${name}: p50 ${median(read)} ms, p95 ${percentile(read, 0.95)} ms of ${read.length} frames\n`,
        );
      }
    }
    return NAMES.map(
      (bench): Row => ({
        bench,
        better: "lower",
        unit: "ms",
        ours: ages[bench],
        floor: ages[bench].map(() => PERIOD_MS),
      }),
    );
  },
};
