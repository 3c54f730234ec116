/** The streams of one ONVIF camera: who asks, what may be believed of the answer, and which stream suits a watch. */
import type { ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { exited, killGroup, spawnOwn } from "../base/child.ts";
import { wait } from "../base/clock.ts";
import { redact } from "../base/log.ts";
import type { CameraFault } from "../domain/camera.ts";
import type { Size } from "../domain/units.ts";
import { TALK_PROGRAM, type TalkAnswer, type TalkQuestion, type ToldStream } from "./onvif_talk.ts";

const LIMIT_MS = 10_000;
const MAX_ANSWER_BYTES = 256 * 1024;

export interface OnvifStream {
  /** What the camera calls this profile. */
  readonly profile: string;
  /** `h264`, `h265`, `mjpeg`, or the camera's own word in small letters. */
  readonly codec: string;
  readonly size: Size;
  /** 0 where the camera does not say. */
  readonly fps: number;
  /** What a camera's `source` takes. Holds the credentials. */
  readonly source: string;
  /** The one that suits best: 640 to 1280 pixels wide at 10 to 15 pictures a second. One stream has it. */
  readonly recommended: boolean;
}

export type OnvifStreams =
  | { readonly ok: true; readonly name: string; readonly streams: readonly OnvifStream[] }
  | { readonly ok: false; readonly why: CameraFault; readonly message: string };

export interface OnvifLogin {
  /** `host`, `host:port`, or the whole address of the device service. */
  readonly address: string;
  readonly user: string;
  readonly password: string;
  readonly signal?: AbortSignal;
  /** At most, and at least what the default is where it is absent. */
  readonly timeoutMs?: number;
}

/** Where to ask. Undefined where the address is none. */
export function serviceAt(
  address: string,
): Pick<TalkQuestion, "hostname" | "port" | "path" | "secure"> | undefined {
  const whole = /^https?:\/\//i.test(address) ? address : `http://${address}/onvif/device_service`;
  if (address === "" || address.length > 300 || /[\s\p{Cc}]/u.test(address) || !URL.canParse(whole))
    return undefined;
  const { protocol, hostname, port, pathname, search } = new URL(whole);
  const secure = protocol === "https:";
  const path = `${pathname === "/" ? "/onvif/device_service" : pathname}${search}`;
  // The package wants an IPv6 address as the socket does, without brackets.
  return {
    hostname: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port) || (secure ? 443 : 80),
    path,
    secure,
  };
}

const firstThree = (host: string): string | undefined => /^(\d+\.\d+\.\d+)\.\d+$/.exec(host)?.[1];

/**
 * The stream's address as we can use it: RTSP, on the host that was asked, with the credentials. Another host stands
 * only within the same network (a recorder names its cameras); behind a router a camera tells an address that is
 * nobody's here, and with a false one it could have the password sent elsewhere.
 */
export function sourceOf(uri: string, asked: string, user: string, password: string): string | undefined {
  if (!/^rtsps?:\/\/[^\s\p{Cc}]+$/iu.test(uri) || !URL.canParse(uri)) return undefined;
  const url = new URL(uri);
  const host = asked.includes(":") ? `[${asked}]` : asked;
  const near = firstThree(url.hostname) !== undefined && firstThree(url.hostname) === firstThree(host);
  if (!near || url.hostname.endsWith(".0") || url.hostname.endsWith(".255")) url.hostname = host;
  if (user !== "") {
    // Encoded first: the setter leaves a % alone, and "a%41" is a password too.
    url.username = encodeURIComponent(user);
    url.password = encodeURIComponent(password);
  }
  return url.href;
}

const CODECS: Readonly<Record<string, string>> = { JPEG: "mjpeg", H264: "h264", H265: "h265", HEVC: "h265" };

/** How far a stream is from what a watch needs; the smallest number is the best. */
function distance({ codec, size, fps }: OnvifStream): number {
  const { width } = size;
  const away = (value: number, low: number, high: number): number =>
    value <= 0 ? 1 : Math.abs(Math.log2(value / Math.min(high, Math.max(low, value))));
  const known = ["h264", "h265", "mjpeg"].indexOf(codec);
  // Frames too many are left out later, frames too few are missing: those weigh more.
  const rate = away(fps, 10, 15) * (fps > 15 ? 0.25 : 1);
  return away(width, 640, 1280) * 2 + rate + (known < 0 ? 10 : known * 0.2);
}

/** The streams that may be believed, in the camera's order, the best of them marked. */
export function judged(
  told: readonly ToldStream[],
  { hostname, user, password }: Pick<TalkQuestion, "hostname" | "user" | "password">,
): readonly OnvifStream[] {
  const streams = told.flatMap(({ profile, encoding, width, height, fps, uri }): OnvifStream[] => {
    const source = sourceOf(uri, hostname, user, password);
    if (source === undefined) return [];
    const codec =
      CODECS[encoding.toUpperCase().replace(/[^A-Z0-9]/g, "")] ?? encoding.toLowerCase().slice(0, 20);
    const name = profile.replace(/\p{C}+/gu, " ").slice(0, 80);
    return [{ profile: name, codec, size: { width, height }, fps, source, recommended: false }];
  });
  const best = streams.toSorted((a, b) => distance(a) - distance(b))[0];
  return streams.map((stream) => (stream === best ? { ...stream, recommended: true } : stream));
}

function refusal(why: CameraFault, place: string, detail: string): OnvifStreams {
  return { ok: false, why, message: `Cannot ask ${place} for its streams: ${detail}` };
}

/** The sentence for what the conversation ended with. */
function explained(
  place: string,
  { error, status }: { readonly error: string; readonly status: number },
): OnvifStreams {
  if (
    status === 401 ||
    status === 403 ||
    /\b401\b|not ?authorized|unauthorized|FailedAuthentication/i.test(error)
  )
    return refusal("refused", place, "it refused the login; check the user and the password for ONVIF");
  if (/ECONNREFUSED/.test(error))
    return refusal(
      "lost",
      place,
      "the connection was refused; check the port, and that ONVIF is switched on there",
    );
  if (/ENOTFOUND|EAI_AGAIN/.test(error))
    return refusal("lost", place, "its name cannot be resolved; check the address");
  if (/EHOSTUNREACH|ENETUNREACH/.test(error))
    return refusal("lost", place, "no route to it; check the network");
  if (/ETIMEDOUT|Network timeout/.test(error)) return silent(place);
  return refusal(
    "unsupported",
    place,
    "it does not answer as an ONVIF camera; switch ONVIF on there, or enter the stream's address by hand",
  );
}

function silent(place: string): OnvifStreams {
  return refusal("lost", place, "it does not answer in time; check its power, network and address");
}

/** All that the child says, up to a limit; undefined where that is no answer. */
async function answerOf(child: ChildProcess, question: TalkQuestion): Promise<TalkAnswer | undefined> {
  const [input, output] = [child.stdin as Writable, child.stdout as Readable];
  input.on("error", () => undefined); // a child that is gone is told by its missing answer
  input.end(JSON.stringify(question));
  let said = "";
  for await (const part of output.setEncoding("utf8") as AsyncIterable<string>) {
    said += part;
    if (said.length > MAX_ANSWER_BYTES) return undefined;
  }
  try {
    return JSON.parse(said) as TalkAnswer;
  } catch {
    return undefined;
  }
}

/** Asks one camera for its streams. Never throws, and ends within 10 s whatever the camera does. */
export async function onvifStreams(login: OnvifLogin): Promise<OnvifStreams> {
  const { address, user, password, signal, timeoutMs = LIMIT_MS } = login;
  const service = serviceAt(address);
  const named = redact(address)
    .replace(/[\s\p{C}]+/gu, " ")
    .slice(0, 80);
  if (service === undefined)
    return refusal(
      "unsupported",
      `"${named}"`,
      "that is no address; write it as 192.168.1.20 or 192.168.1.20:8080",
    );
  const place = `${service.hostname}:${service.port}`;
  const question: TalkQuestion = { ...service, user, password };
  const over = new AbortController();
  const limit = AbortSignal.any([over.signal, ...(signal === undefined ? [] : [signal])]);
  const child = spawnOwn(TALK_PROGRAM, [], ["pipe", "pipe", "ignore"]);
  try {
    const late = wait(timeoutMs, limit).then(() => "late" as const);
    const answer = await Promise.race([answerOf(child, question), late]);
    if (answer === "late") return silent(place);
    if (answer === undefined) return explained(place, { error: "", status: 0 });
    if (!answer.ok) return explained(place, answer);
    const streams = judged(answer.streams, question);
    if (streams.length === 0)
      return refusal("unsupported", place, "it names no RTSP stream; enter the stream's address by hand");
    return { ok: true, name: answer.name.replace(/\p{C}+/gu, " ").slice(0, 80) || place, streams };
  } finally {
    over.abort();
    killGroup(child);
    await exited(child);
  }
}
