/** The ffmpeg command line of one camera: one decoder, raw planes for the model and JPEG for people. Pure. */
import { fileURLToPath } from "node:url";
import type { CameraOrder } from "../domain/eye.ts";
import { cropFilter } from "./crop.ts";
import { type FfmpegDialect, NEWEST_DIALECT } from "./dialect.ts";

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

/** One decoder thread: each further one holds a frame back. No probing: the first frame comes 2 s earlier. */
const LIVE = ["-threads", "1", "-flags", "low_delay", "-probesize", "32", "-analyzeduration", "0"];
const WHITELIST = "pipe,fd,rtsp,rtsps,rtp,srtp,tcp,udp,tls";

/** The options of an RTSP session, without their dashes. */
function rtspOptions(transport: CameraOrder["transport"], timeout: string): [name: string, value: string][] {
  return [
    ["rtsp_transport", transport],
    [timeout, String(SOCKET_TIMEOUT_US)],
    ["allowed_media_types", "video"],
    ["probesize", "32"],
    ["analyzeduration", "0"],
    ["fpsprobesize", "0"],
  ];
}

/**
 * What ffmpeg is told on stdin: an RTSP address with its credentials, which would stand in the process list
 * otherwise. Undefined where it reads nothing there; ffmpeg 4 cannot, so its list shows the address.
 */
export function sourceScript(
  order: CameraOrder,
  dialect: FfmpegDialect = NEWEST_DIALECT,
): string | undefined {
  if (sourceKind(order.source) !== "rtsp" || !dialect.script) return undefined;
  const options = rtspOptions(order.transport, dialect.timeout.slice(1));
  return [
    "ffconcat version 1.0",
    `file '${order.source.replaceAll("'", "'\\''")}'`,
    ...options.map(([name, value]) => `option ${name} ${value}`),
    "",
  ].join("\n");
}

function inputArgs({ source, transport, fps }: CameraOrder, dialect: FfmpegDialect): string[] {
  switch (sourceKind(source)) {
    case "rtsp": {
      if (dialect.script)
        return ["-f", "concat", "-safe", "0", "-protocol_whitelist", WHITELIST, ...LIVE, "-i", "pipe:0"];
      const options = rtspOptions(transport, dialect.timeout.slice(1));
      return [...options.flatMap(([name, value]) => [`-${name}`, value]), ...LIVE.slice(0, 4), "-i", source];
    }
    case "http":
      // The pictures come from our own client, each with the time when it came.
      return ["-f", "ivf", ...LIVE, "-fpsprobesize", "0", "-i", "pipe:0"];
    case "file":
      // No low_delay: a file may hold B-frames, and its frames must come in their order.
      return ["-re", "-stream_loop", "-1", "-threads", "1", "-i", `file:${filePath(source)}`];
    case "device":
      return ["-f", "v4l2", "-framerate", String(fps), "-threads", "1", "-flags", "low_delay", "-i", source];
  }
}

/**
 * Passes at most `fps` frames a second without holding one back (the `fps` filter keeps a frame for an
 * interval). A bucket of two tokens: a frame takes one, the camera's time fills it, so that a burst after a
 * hold-up passes whole. Where that time hardly goes on ours fills it: a clock that stands still starves nobody.
 */
function rateLimit(fps: number): string {
  const perSecond = Number((fps * RATE_SLACK).toFixed(4));
  const passed = "st(1,t-prev_t);st(3,time(0)-ld(2));st(2,time(0));st(1,if(gt(ld(1),ld(3)/5),ld(1),ld(3)))";
  return `select='${passed};st(0,clip(ld(0)+ld(1)*${perSecond},0,2));if(gte(ld(0),1),st(0,ld(0)-1)+1,0)'`;
}

/** The name of the filter that tells of every frame which is passed, on stderr. */
export const SEEN = "showinfo@seen";

/** Tells of every frame, then counts them: encoders refuse the time stamps of a clock that stands still or was set. */
function tell(dialect: FfmpegDialect): string[] {
  return [dialect.plainShowinfo ? `${SEEN}=checksum=0` : SEEN, "setpts=N*10/TB"];
}

const PICTURE = `scale='trunc(min(${PICTURE_WIDTH},iw)/2)*2':-2:flags=fast_bilinear,format=yuvj420p`;
const JPEG = ["-c:v", "mjpeg", "-q:v", String(PICTURE_QUALITY), "-f", "image2pipe"];

function opening(order: CameraOrder, dialect: FfmpegDialect): string[] {
  const words = ["-hide_banner", "-loglevel", "repeat+level+info", "-nostats", "-nostdin"];
  return [...words, ...inputArgs(order, dialect), "-filter_complex_threads", "1", "-filter_complex"];
}

/** The raw "encoder" is frame-threaded too and would hold one frame: hence one thread after the input as well. */
function output(dialect: FfmpegDialect): string[] {
  return [dialect.passthrough, "passthrough", "-threads", "1"];
}

/** The picture as the model's planes. */
function fit({ width, height, pad }: Letterbox): string {
  const grey = pad.toString(16).padStart(2, "0").repeat(3);
  const scale = `scale=${width}:${height}:force_original_aspect_ratio=decrease:flags=fast_bilinear`;
  return `${scale},format=gbrp,pad=${width}:${height}:0:0:0x${grey}`;
}

/** The whole picture, by which the camera is judged, and below it the part that is looked at, where there is one. */
function views({ crop }: CameraOrder, model: Letterbox): string[] {
  if (crop === undefined) return [`[a]${fit(model)}[raw]`];
  return [
    "[a]split=2[c][d]",
    `[c]${fit(model)}[whole]`,
    `[d]${cropFilter(crop, model)},${fit(model)}[part]`,
    "[whole][part]vstack[raw]",
  ];
}

/** For a still, or a JPEG on stdin where there is no path: its planes on fd 1. */
export function stillArgs(path: string | undefined, model: Letterbox): string[] {
  const from = path === undefined ? ["-f", "mjpeg", "-i", "pipe:0"] : ["-i", `file:${path}`];
  const input = ["-threads", "1", ...from];
  const raw = ["-vf", fit(model), "-frames:v", "1", "-f", "rawvideo", "pipe:1"];
  return ["-hide_banner", "-loglevel", "error", "-nostdin", ...input, ...raw];
}

/** Raw `gbrp` planes on fd 1, JPEG pictures on fd 3, what was seen on stderr. */
export function captureArgs(
  order: CameraOrder,
  model: Letterbox,
  dialect: FfmpegDialect = NEWEST_DIALECT,
): string[] {
  // Our own client has limited an HTTP camera already, before anything was decoded.
  const limit = sourceKind(order.source) === "http" ? [] : [rateLimit(order.fps)];
  const graph = [
    `[0:v:0]${[...limit, ...tell(dialect), "split=2"].join(",")}[a][b]`,
    ...views(order, model),
    `[b]${PICTURE}[jpeg]`,
  ];
  return [
    ...[...opening(order, dialect), graph.join(";")],
    ...["-map", "[raw]", ...output(dialect), "-f", "rawvideo", "pipe:1"],
    ...["-map", "[jpeg]", ...output(dialect), ...JPEG, "pipe:3"],
  ];
}

/** Of a trial's frames, each so manieth becomes a picture. */
export const TRIAL_STEP = 5;

/** For a trial: every frame is told of on stderr, a few of them are JPEG pictures on fd 1. */
export function trialArgs(order: CameraOrder, dialect: FfmpegDialect): string[] {
  const graph = `[0:v:0]${[...tell(dialect), `select='not(mod(n,${TRIAL_STEP}))'`, PICTURE].join(",")}[jpeg]`;
  return [...opening(order, dialect), graph, "-map", "[jpeg]", ...output(dialect), ...JPEG, "pipe:1"];
}
