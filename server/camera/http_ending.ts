/** What the endings of an HTTP camera mean, as sentences; the wording of ffmpeg.ts where the trouble is the same. */
import type { CameraFault } from "../domain/camera.ts";
import type { CameraOrder } from "../domain/eye.ts";
import type { Ending } from "./ffmpeg.ts";

/** Our own codes stand beside the system's. */
export const NO_ANSWER = "NO_ANSWER";
export const NO_CONNECTION = "NO_CONNECTION";
export const SILENT = "SILENT";

type Rule = readonly [why: CameraFault, detail: string];

const STATUS: Readonly<Record<number, Rule>> = {
  401: ["refused", "server answered 401; check the user and the password"],
  403: ["refused", "server answered 403; give this user the right to view"],
  404: ["refused", "server answered 404; check the path of the address"],
  408: ["lost", "server answered 408; connecting again"],
  429: ["lost", "server answered 429, too many requests; connecting again"],
};

const UNREACHABLE: Rule = ["lost", "no route to it; check the network"];
const UNRESOLVED: Rule = ["lost", "its name cannot be resolved; check the address"];
const TIMED_OUT: Rule = ["lost", "it does not answer; check its power and network"];
/** It may only be slow to boot, so a person need not come for it. */
const NO_VIDEO: Rule = ["lost", "no video came; check its power, network and address"];
const CLOSED: Rule = ["lost", "the connection was closed"];
const NOT_HTTP: Rule = ["refused", "what answers there does not speak HTTP; check the port of the address"];
const NOT_TLS: Rule = ["refused", "what answers there does not speak https; check the port of the address"];

const CODES: Readonly<Record<string, Rule>> = {
  ECONNREFUSED: ["lost", "the connection was refused; check the camera and its port"],
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ENOTFOUND: UNRESOLVED,
  EAI_AGAIN: UNRESOLVED,
  ETIMEDOUT: TIMED_OUT,
  [NO_CONNECTION]: TIMED_OUT,
  [NO_ANSWER]: NO_VIDEO,
  [SILENT]: NO_VIDEO,
  ECONNRESET: CLOSED,
  EPIPE: CLOSED,
};

function ending(order: CameraOrder, ran: boolean, [why, detail]: Rule): Ending {
  const opening = ran ? `Camera "${order.id}" was lost` : `Cannot open camera "${order.id}"`;
  return { why, message: `${opening}: ${detail}` };
}

/** A sentence of the caller's own, for what only a person can mend. */
export function refusal(order: CameraOrder, ran: boolean, detail: string): Ending {
  return ending(order, ran, ["refused", detail]);
}

/** What an answer without pictures means, by its status. */
export function statusEnding(order: CameraOrder, ran: boolean, status: number): Ending {
  const rule = STATUS[status];
  if (rule !== undefined) return ending(order, ran, rule);
  return status >= 500
    ? ending(order, ran, ["lost", `server answered ${status}; it may still be starting`])
    : ending(order, ran, ["refused", `server answered ${status}; check the address`]);
}

/** The code of any error, the system's or ours. */
export function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}

/** What a connection's error means. Its own text is not told: it may hold the address. */
export function errorEnding(order: CameraOrder, ran: boolean, error: unknown, silentMs: number): Ending {
  const code = codeOf(error);
  if (code === SILENT && ran) {
    const message = `Camera "${order.id}" stalled: nothing came for ${silentMs} ms; connecting again`;
    return { why: "stalled", message };
  }
  if (code === "") {
    const name = error instanceof Error ? error.name : typeof error;
    return ending(order, ran, ["lost", `what it sent could not be read (${name})`]);
  }
  return ending(order, ran, CODES[code] ?? unknownCode(code, ran));
}

/** Before a picture the peer's language is in doubt; in the middle of a stream a broken byte is. */
function unknownCode(code: string, ran: boolean): Rule {
  if (ran) return CLOSED;
  if (code.startsWith("HPE_")) return NOT_HTTP;
  return /^ERR_SSL|^ERR_TLS|^EPROTO$/.test(code) ? NOT_TLS : CLOSED;
}

/** The end of a body in a camera that should never end. */
export function closedEnding(order: CameraOrder, ran: boolean): Ending {
  return ending(order, ran, CLOSED);
}
