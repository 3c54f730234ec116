/** How old the pictures are that a box shows, by the clock burned into them, and how old the box says they are. */
import { spawn } from "node:child_process";
import { stopChild } from "../../server/base/child.ts";
import { monotonicMs } from "../../server/base/clock.ts";
import { findFfmpeg } from "../../server/camera/ffmpeg.ts";
import type { CameraId, Millis } from "../../server/domain/units.ts";
import type { Box } from "./box.ts";
import { markAge, readMark } from "./clockmark.ts";

/** The size in which pictures are read; the rigs burn the mark in pictures of this width. */
const [WIDTH, HEIGHT] = [640, 360];

export interface PictureAge {
  /** When the picture was here. */
  readonly at: Millis;
  /** By the clock in the picture. */
  readonly trueMs: Millis;
  /** By the box. */
  readonly toldMs: Millis;
}

export interface PictureAges extends AsyncDisposable {
  /** Oldest first. */
  of(camera: CameraId): readonly PictureAge[];
  /** Pictures in which no clock could be read. */
  readonly unreadable: number;
}

interface Arrival {
  readonly camera: CameraId;
  readonly at: Millis;
  readonly unixMs: Millis;
  readonly toldMs: Millis;
}

/** Follows the tiles of a box; one ffmpeg reads the pictures of all its cameras. */
export function watchAges(box: Pick<Box, "url">): PictureAges {
  const found = findFfmpeg();
  if (!found.ok) throw new Error(found.why);
  const input = [
    "-probesize",
    "32",
    "-analyzeduration",
    "0",
    "-f",
    "image2pipe",
    "-c:v",
    "mjpeg",
    "-threads",
    "1",
    "-i",
    "pipe:0",
  ];
  const size = ["-vf", `scale=${WIDTH}:${HEIGHT}`, "-fps_mode", "passthrough", "-threads", "1"];
  const output = ["-f", "rawvideo", "-pix_fmt", "gray", "pipe:1"];
  const reader = spawn(found.path, ["-v", "quiet", ...input, ...size, ...output], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  reader.stdin.on("error", () => undefined); // it was ended with a picture on its way
  const ages = new Map<CameraId, PictureAge[]>();
  const arrivals: Arrival[] = [];
  let unreadable = 0;
  let rest: Uint8Array = new Uint8Array();
  reader.stdout.on("data", (chunk: Uint8Array) => {
    rest = Buffer.concat([rest, chunk]);
    for (; rest.length >= WIDTH * HEIGHT; rest = rest.subarray(WIDTH * HEIGHT)) {
      const arrival = arrivals.shift();
      const mark = readMark({ pixels: rest, stride: WIDTH, width: WIDTH });
      if (arrival === undefined || mark === undefined) {
        unreadable++;
        continue;
      }
      const { camera, at, unixMs, toldMs } = arrival;
      const list = ages.get(camera) ?? [];
      ages.set(camera, list);
      list.push({ at, trueMs: markAge(mark, unixMs), toldMs });
    }
  });

  const socket = new WebSocket(`${box.url.replace("http", "ws")}/api/tiles`);
  socket.binaryType = "arraybuffer";
  socket.addEventListener("message", ({ data }: MessageEvent<ArrayBuffer>) => {
    const length = new DataView(data).getUint16(0);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 2, length)));
    const { camera, ageMs } = header as { camera: CameraId; ageMs: Millis };
    socket.send(JSON.stringify({ drawn: camera }));
    arrivals.push({ camera, at: monotonicMs(), unixMs: Date.now(), toldMs: ageMs });
    reader.stdin.write(new Uint8Array(data, 2 + length));
  });

  return {
    of: (camera) => ages.get(camera) ?? [],
    get unreadable() {
      return unreadable;
    },
    async [Symbol.asyncDispose]() {
      socket.close();
      reader.stdin.end();
      await stopChild(reader, 300);
    },
  };
}
