/** Errors as RFC 9457 problem details: what went wrong, in words a person can act on. */
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";

const TITLES: Partial<Record<number, string>> = {
  400: "The request cannot be understood",
  401: "Sign in first",
  403: "Not allowed",
  404: "Not found",
  409: "Not possible now",
  413: "The request is too large",
  416: "Not in the file",
  429: "Too many tries",
  500: "The box met an error of its own",
  503: "Not available now",
};

/** An answer of type application/problem+json. `detail` says what to do. */
export function problem(
  c: Context,
  status: ContentfulStatusCode,
  detail: string,
  more: Readonly<Record<string, unknown>> = {},
): Response {
  const body = { type: "about:blank", title: TITLES[status] ?? "Error", status, detail, ...more };
  return c.body(JSON.stringify(body), status, { "content-type": "application/problem+json" });
}

/** The request's JSON object; an empty body is an empty object. Throws 400 with the cure. */
export async function jsonBody(c: Context): Promise<Record<string, unknown>> {
  const text = await c.req.text();
  if (text.trim() === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new HTTPException(400, { message: "The body must be JSON", cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new HTTPException(400, { message: "The body must be a JSON object" });
  return value as Record<string, unknown>;
}
