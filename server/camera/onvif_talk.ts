/**
 * The conversation with one ONVIF camera, in a process of its own: the package believes what a camera sends, so a
 * hostile answer may cost this process its life, its memory or its time, and nobody else anything.
 * One JSON question on stdin, one JSON answer on stdout.
 */
import { Agent, type ClientRequestArgs } from "node:http";
import { Agent as SecureAgent } from "node:https";
import { setPriority } from "node:os";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import onvif from "onvif";

export interface TalkQuestion {
  readonly hostname: string;
  readonly port: number;
  readonly path: string;
  readonly secure: boolean;
  readonly user: string;
  readonly password: string;
}

/** A stream as the camera tells it; every value is still unproven. */
export interface ToldStream {
  readonly profile: string;
  readonly encoding: string;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly uri: string;
}

export type TalkAnswer =
  | { readonly ok: true; readonly name: string; readonly streams: readonly ToldStream[] }
  | { readonly ok: false; readonly error: string; readonly status: number };

/** This file, for whoever starts it. */
export const TALK_PROGRAM = fileURLToPath(import.meta.url);

const REQUEST_LIMIT_MS = 5_000;
/** A camera's longest honest answer is some 100 KB; all of them together stay below this. */
const MAX_BYTES = 1024 * 1024;
const MAX_PROFILES = 12;

type Cam = InstanceType<typeof onvif.Cam>;
type Reply = (error: Error | null, value?: unknown) => void;
type Fields = Readonly<Record<string, unknown>>;

/** Ends a connection of which more comes than a camera has to say. */
function limit(agent: Agent): Agent {
  let bytes = 0;
  const create = agent.createConnection.bind(agent);
  agent.createConnection = (options: ClientRequestArgs, callback) => {
    const socket = create(options, callback) as Duplex | null | undefined;
    socket?.on("data", (part: Buffer) => {
      bytes += part.length;
      if (bytes > MAX_BYTES) socket.destroy(new Error("The camera sends too much"));
    });
    return socket;
  };
  return agent;
}

const fields = (value: unknown): Fields =>
  typeof value === "object" && value !== null ? (value as Fields) : {};
const words = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value).slice(0, 2048) : "";
const amount = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);

/** The package puts a token into its question as it stands. */
function escaped(token: string): string {
  return token.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** One question to the camera. Bound here, because the package gives its own `this` to every reply. */
async function ask(put: (reply: Reply) => void): Promise<unknown> {
  return await promisify(put)();
}

async function nameOf(cam: Cam): Promise<string> {
  try {
    const { manufacturer, model } = fields(await ask((reply) => cam.getDeviceInformation(reply)));
    return `${words(manufacturer)} ${words(model)}`.trim();
  } catch {
    return ""; // its streams matter more than its name
  }
}

/** Old cameras know only the capabilities, and some that announce the second media service do not have it. */
async function profilesOf(cam: Cam): Promise<readonly Fields[]> {
  await ask((reply) => cam.getServices(true, reply)).catch(() => ask((reply) => cam.getCapabilities(reply)));
  const profiles = async (): Promise<readonly Fields[]> =>
    (await ask((reply) => cam.getProfiles(reply))) as Fields[];
  try {
    return await profiles();
  } catch (error) {
    if (cam.media2Support !== true) throw error;
    cam.media2Support = false;
    return await profiles();
  }
}

async function streamOf(cam: Cam, profile: Fields): Promise<ToldStream | undefined> {
  const token = words(fields(profile.$).token);
  const encoder = fields(profile.videoEncoderConfiguration);
  if (token === "" || encoder.encoding === undefined) return undefined;
  const setup = { protocol: "RTSP", profileToken: escaped(token) };
  const { uri } = fields(await ask((reply) => cam.getStreamUri(setup, reply)));
  const { width, height } = fields(encoder.resolution);
  return {
    profile: words(profile.name) || token,
    encoding: words(encoder.encoding),
    width: amount(width),
    height: amount(height),
    fps: amount(fields(encoder.rateControl).frameRateLimit),
    uri: words(uri),
  };
}

async function talk(question: TalkQuestion): Promise<TalkAnswer> {
  const { hostname, port, path, secure, user, password } = question;
  const cam = new onvif.Cam({
    ...{ hostname, port, path, useSecure: secure, timeout: REQUEST_LIMIT_MS, preserveAddress: true },
    // The package takes one byte of each letter for its digest, and a camera all bytes of UTF-8.
    ...(user === "" ? {} : { username: user, password: Buffer.from(password).toString("latin1") }),
    // Cameras sign their certificates themselves, and the digest does not tell the password to anybody.
    ...(secure ? { secureOpts: { rejectUnauthorized: false } } : {}),
    autoconnect: false,
    agent: limit(secure ? new SecureAgent() : new Agent()),
  });
  let status = 0;
  cam.on("rawResponse", (_xml: string, code: number) => {
    status = code;
  });
  try {
    // First of all: the digest is made with the camera's own time, so a clock that is off locks nobody out.
    await ask((reply) => cam.getSystemDateAndTime(reply));
    const profiles = await profilesOf(cam);
    const streams: ToldStream[] = [];
    // One after another: small cameras answer one request at a time.
    for (const profile of profiles.slice(0, MAX_PROFILES)) {
      const stream = await streamOf(cam, profile);
      if (stream !== undefined) streams.push(stream);
    }
    return { ok: true, name: await nameOf(cam), streams };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { ok: false, error: `${code ?? ""} ${message}`.slice(0, 500), status };
  }
}

/** What the package throws outside of its answers would otherwise go to nobody. */
function giveUp(error: Error): void {
  answer({ ok: false, error: `Wrong answer: ${error.message}`.slice(0, 500), status: 200 });
}

function answer(value: TalkAnswer): void {
  process.stdout.write(JSON.stringify(value), () => process.exit(0));
}

if (import.meta.main) {
  setPriority(10); // looking for a camera comes after watching those that are known
  process.on("uncaughtException", giveUp);
  process.on("unhandledRejection", giveUp);
  answer(await talk(JSON.parse(await text(process.stdin)) as TalkQuestion));
}
