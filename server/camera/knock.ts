/** Whether anybody is there at all, before ffmpeg is started for it: a camera that is off must cost next to nothing. */
import { stat } from "node:fs/promises";
import { connect } from "node:net";
import type { CameraOrder } from "../domain/eye.ts";
import { filePath, sourceKind } from "./args.ts";
import { classifyEnding, type Ending } from "./ffmpeg.ts";

/** A camera on a network that works answers within milliseconds; one lost packet is sent again after a second. */
const CONNECT_MS = 2_000;
const PORTS: Readonly<Record<string, number>> = { "rtsp:": 554, "rtsps:": 322, "http:": 80, "https:": 443 };

/** The words of ffmpeg for the same fault, so that both are told in the same sentence. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "Connection refused",
  ECONNRESET: "Connection refused",
  EHOSTUNREACH: "No route to host",
  ENETUNREACH: "Network is unreachable",
  ETIMEDOUT: "Connection timed out",
  ENOTFOUND: "Failed to resolve",
  EAI_AGAIN: "Failed to resolve",
  EAI_FAIL: "Failed to resolve",
  ENOENT: "No such file or directory",
  EACCES: "Permission denied",
};

/** The system's code of what went wrong, or undefined where somebody answered. */
async function connectFails(host: string, port: number, signal: AbortSignal): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const socket = connect({ host, port });
  const timer = setTimeout(() => resolve("ETIMEDOUT"), CONNECT_MS);
  const abort = (): void => resolve(undefined);
  signal.addEventListener("abort", abort);
  socket.once("connect", () => resolve(undefined));
  // Kept for good: an error that comes after the answer is nobody's.
  socket.on("error", (error) => resolve((error as NodeJS.ErrnoException).code ?? error.message));
  const code = await promise;
  clearTimeout(timer);
  signal.removeEventListener("abort", abort);
  socket.destroy();
  return code;
}

async function missing(path: string): Promise<string | undefined> {
  try {
    await stat(path);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  }
}

async function failing({ source }: CameraOrder, signal: AbortSignal): Promise<string | undefined> {
  const kind = sourceKind(source);
  if (kind === "file") return await missing(filePath(source));
  if (kind === "device") return await missing(source);
  const { hostname, port, protocol } = new URL(source);
  const host = hostname.replace(/^\[(.*)\]$/, "$1"); // an IPv6 address stands in brackets
  return await connectFails(host, port === "" ? (PORTS[protocol] ?? 80) : Number(port), signal);
}

/** Why the camera cannot be reached at all; undefined where it can, or where the signal aborted. Never throws. */
export async function knock(order: CameraOrder, signal: AbortSignal): Promise<Ending | undefined> {
  try {
    const code = await failing(order, signal);
    if (code === undefined || signal.aborted) return undefined;
    return classifyEnding(order, { code: 1, signal: null, stderr: [WORDS[code] ?? code], ran: false });
  } catch (error) {
    return {
      why: "unsupported",
      message: `Cannot open camera "${order.id}": ${(error as Error).message}`,
    };
  }
}
