/** The ffmpeg command line of one camera: one decoder, raw planes for the model and JPEG for people. Pure. */
import { fileURLToPath } from "node:url";
import type { CameraOrder } from "../domain/eye.ts";

/** What the model wants to see: the picture at the top left, the rest filled with one grey. */
export interface Letterbox {
  readonly width: number;
  readonly height: number;
  /** Grey of the filling, 0..255. */
  readonly pad: number;
}

/** People's pictures are at most this wide; a tile on the panel is narrower. */
const PICTURE_WIDTH = 640;
const PICTURE_QUALITY = 6;
/** ffmpeg's own time-out, a second line only: RTCP reports restart it, so the frame watchdog is what counts. */
const SOCKET_TIMEOUT_US = 5_000_000;
/** Cameras that say 10 frames a second send 9.6 to 10.4; such a source passes every frame. */
const RATE_SLACK = 1.05;

export type SourceKind = "rtsp" | "http" | "file" | "device";

export function sourceKind(source: string): SourceKind {
  if (/^rtsps?:\/\//i.test(source)) return "rtsp";
  if (/^https?:\/\//i.test(source)) return "http";
  if (source.startsWith("file:")) return "file";
  if (source.startsWith("/dev/")) return "device";
  throw new TypeError(
    "Cannot tell the kind of a camera source: it is no rtsp, http or file address or /dev path",
  );
}

/** The path of a `file:` source. `file:/a b` is taken as it stands, `file:///a%20b` is a URL. */
export function filePath(source: string): string {
  return /^file:\/\/(?=\/)/.test(source) ? fileURLToPath(source) : source.replace(/^file:(\/\/)?/, "");
}

function inputArgs({ source, transport, fps }: CameraOrder): string[] {
  // One decoder thread: each further one holds a frame back. No probing: the first frame comes 2 s earlier.
  const live = ["-threads", "1", "-flags", "low_delay", "-probesize", "32", "-analyzeduration", "0"];
  const timeout = String(SOCKET_TIMEOUT_US);
  switch (sourceKind(source)) {
    case "rtsp":
      return [
        ...["-rtsp_transport", transport, "-timeout", timeout, "-allowed_media_types", "video"],
        ...live,
        ...["-fpsprobesize", "0", "-i", source],
      ];
    case "http":
      // MJPEG over HTTP carries no time stamps; arrival is the only truth about its rate.
      return [
        ...["-f", "mpjpeg", "-rw_timeout", timeout, "-use_wallclock_as_timestamps", "1"],
        ...live,
        ...["-i", source],
      ];
    case "file":
      // No low_delay: a file may hold B-frames, and its frames must come in their order.
      return ["-re", "-stream_loop", "-1", "-threads", "1", "-i", `file:${filePath(source)}`];
    case "device":
      return ["-f", "v4l2", "-framerate", String(fps), "-threads", "1", "-flags", "low_delay", "-i", source];
  }
}

/**
 * Passes at most `fps` frames a second without holding one back (the `fps` filter keeps a frame for an
 * interval). A bucket of two tokens: time fills it, a frame takes one; a jump back in time fills it anew.
 */
function rateLimit(fps: number): string {
  const perSecond = Number((fps * RATE_SLACK).toFixed(4));
  const refill = `if(isnan(t)+isnan(prev_t)+lt(t,prev_t),st(0,1),st(0,min(2,ld(0)+(t-prev_t)*${perSecond})))`;
  return `select='${refill};if(gte(ld(0),1),st(0,ld(0)-1)+1,0)'`;
}

/** Arguments for ffmpeg 5.1 or later: raw `gbrp` planes on fd 1, JPEG pictures on fd 3. */
export function captureArgs(order: CameraOrder, model: Letterbox): string[] {
  const { width, height, pad } = model;
  const grey = pad.toString(16).padStart(2, "0").repeat(3);
  const scale = `scale=${width}:${height}:force_original_aspect_ratio=decrease:flags=fast_bilinear`;
  const graph = [
    `[0:v:0]${rateLimit(order.fps)},split=2[a][b]`,
    `[a]${scale},format=gbrp,pad=${width}:${height}:0:0:0x${grey}[raw]`,
    `[b]scale='trunc(min(${PICTURE_WIDTH},iw)/2)*2':-2:flags=fast_bilinear,format=yuvj420p[jpeg]`,
  ];
  // The raw "encoder" is frame-threaded too and would hold one frame: hence one thread after the input as well.
  const output = ["-fps_mode", "passthrough", "-threads", "1"];
  return [
    ...["-hide_banner", "-loglevel", "error", "-nostdin"],
    ...inputArgs(order),
    ...["-filter_complex_threads", "1", "-filter_complex", graph.join(";")],
    ...["-map", "[raw]", ...output, "-f", "rawvideo", "pipe:1"],
    ...[
      "-map",
      "[jpeg]",
      ...output,
      "-c:v",
      "mjpeg",
      "-q:v",
      String(PICTURE_QUALITY),
      "-f",
      "image2pipe",
      "pipe:3",
    ],
  ];
}
