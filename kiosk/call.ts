/** The only place that asks the box for anything. It answers in a union and never throws. */

import { heardIn } from "./heard.ts";
import { sessionEndsAt } from "./state.ts";
import { COMMANDS } from "./words.ts";

/** One member of what was sent, and what is wrong with it. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

export interface Refusal {
  readonly kind: "failed";
  /** Undefined where no answer came. */
  readonly status?: number;
  readonly reasons: readonly string[];
  readonly errors: readonly FieldError[];
}

export type Outcome<T = undefined> =
  | { readonly kind: "ok"; readonly value: T }
  | Refusal
  /** The same command was given a moment ago: a bounce of the finger. */
  | { readonly kind: "ignored" };

const GUARD_MS = 500;
const TIMEOUT_MS = 5_000;
/** The browser has begun to write the file by then. */
const REVOKE_MS = 60_000;
const lastAt = new Map<string, number>();

export interface Request {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  /** 5 s where not given. */
  readonly timeoutMs?: number;
}

/** One request. `command` names what must not happen twice within half a second; queries have none. */
export async function call(request: Request, command?: string): Promise<Outcome<unknown>> {
  const at = performance.now();
  if (command !== undefined) {
    if (at - (lastAt.get(command) ?? Number.NEGATIVE_INFINITY) < GUARD_MS) return { kind: "ignored" };
    lastAt.set(command, at);
  }
  const { method, path, body = {}, timeoutMs = TIMEOUT_MS } = request;
  const sends = method === "POST" || method === "PUT";
  try {
    const answer = await fetch(path, {
      method,
      signal: AbortSignal.timeout(timeoutMs),
      ...(sends ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {}),
    });
    const left = answer.headers.get("palisade-session-left");
    if (left !== null) sessionEndsAt.value = performance.now() + Number(left);
    if (!answer.ok) return await refusalOf(answer);
    const json = answer.headers.get("content-type")?.includes("json") ?? false;
    return { kind: "ok", value: json ? heardIn(await answer.json()) : undefined };
  } catch (error) {
    const timedOut = error instanceof DOMException && error.name === "TimeoutError";
    const reason = timedOut ? COMMANDS.noAnswer(Math.round(timeoutMs / 1000)) : COMMANDS.notReached;
    return { kind: "failed", reasons: [reason], errors: [] };
  }
}

/** The same, and what comes is a file, which the browser keeps under the name that the box gives it. */
export async function download({ path, body, timeoutMs = TIMEOUT_MS }: Request): Promise<Outcome<unknown>> {
  try {
    const answer = await fetch(path, {
      method: "POST",
      signal: AbortSignal.timeout(timeoutMs),
      ...{ headers: { "content-type": "application/json" }, body: JSON.stringify(body ?? {}) },
    });
    if (!answer.ok) return await refusalOf(answer);
    const name = /filename="([\w.-]+)"/.exec(answer.headers.get("content-disposition") ?? "")?.[1];
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = name ?? "backup.tar.gz";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), REVOKE_MS);
    return { kind: "ok", value: undefined };
  } catch {
    return { kind: "failed", reasons: [COMMANDS.notReached], errors: [] };
  }
}

export interface Upload {
  readonly path: string;
  readonly body: Blob | string;
  readonly timeoutMs: number;
  /** Told between 0 and 1. */
  readonly onShare?: (share: number) => void;
}

/** One file as it is. Fetch does not tell how much of a body has gone. */
export async function upload({ path, body, timeoutMs, onShare }: Upload): Promise<Outcome<unknown>> {
  const request = new XMLHttpRequest();
  const { promise, resolve } = Promise.withResolvers<Outcome<unknown>>();
  const failed = (reason: string): void => resolve({ kind: "failed", reasons: [reason], errors: [] });
  request.upload.onprogress = ({ loaded, total }) => onShare?.(total > 0 ? loaded / total : 0);
  request.ontimeout = () => failed(COMMANDS.noAnswer(Math.round(timeoutMs / 1000)));
  request.onerror = () => failed(COMMANDS.notReached);
  request.onload = () => {
    const { status, responseText } = request;
    if (status < 400) return resolve({ kind: "ok", value: undefined });
    const headers = { "content-type": request.getResponseHeader("content-type") ?? "" };
    resolve(refusalOf(new Response(responseText, { status, headers })));
  };
  request.open("POST", path);
  request.timeout = timeoutMs;
  request.setRequestHeader("content-type", "application/octet-stream");
  request.send(body);
  return await promise;
}

/** RFC 9457: what happened, every single refusal and every wrong member where the box tells them. */
async function refusalOf(answer: Response): Promise<Refusal> {
  const { status } = answer;
  const type = answer.headers.get("content-type") ?? "";
  if (!type.includes("json"))
    return { kind: "failed", status, reasons: [COMMANDS.unreadable(status)], errors: [] };
  const problem = heardIn(await answer.json()) as {
    readonly title?: string;
    readonly detail?: string;
    readonly refusals?: readonly string[];
    readonly errors?: readonly FieldError[];
  };
  const reasons = [problem.detail ?? problem.title, ...(problem.refusals ?? [])].filter(
    (reason) => reason !== undefined && reason !== "",
  ) as string[];
  return {
    kind: "failed",
    status,
    reasons: reasons.length > 0 ? [...new Set(reasons)] : [COMMANDS.unreadable(status)],
    errors: problem.errors ?? [],
  };
}
