/**
 * Every refused wish to change something goes into the record, whoever refused it: a role, a wrong field, a box that
 * cannot do it now. What already tells of its own refusals is left out.
 */
import type { MiddlewareHandler } from "hono";
import { monotonicMs, wallMs } from "../base/clock.ts";
import type { Box } from "../box.ts";
import type { Millis } from "../domain/units.ts";
import type { Access, Env } from "./access.ts";
import { askerOf } from "./fields.ts";

const CHANGING = new Set(["POST", "PUT", "DELETE"]);
/** Somebody who asks again and again fills no disk: more are only counted. */
const ROWS_A_MINUTE = 60;
const MINUTE_MS = 60_000;
const PATH_MAX = 120;
const REASON_MAX = 500;

/** A wrong PIN has a row of its own; so have refused orders and models. */
const TOLD: readonly { readonly status: number; readonly path: RegExp }[] = [
  { status: 401, path: /^\/api\/session$/ },
  { status: 409, path: /^\/api\/(?:reset|zones\/[^/]+\/bypass|outputs\/[^/]+\/test|models\/.*)$/ },
];

export function refusals(box: Box, access: Access): MiddlewareHandler<Env> {
  let minute: { readonly since: Millis; rows: number } = { since: Number.NEGATIVE_INFINITY, rows: 0 };
  let untold = 0;
  return async (c, next) => {
    await next();
    const { status } = c.res;
    const { method, path } = c.req;
    if (status < 400 || !CHANGING.has(method)) return;
    if (TOLD.some((told) => told.status === status && told.path.test(path))) return;
    const now = monotonicMs();
    if (now - minute.since > MINUTE_MS) minute = { since: now, rows: 0 };
    if (++minute.rows > ROWS_A_MINUTE) {
      untold++;
      return;
    }
    const problem = (await c.res
      .clone()
      .json()
      .catch(() => ({}))) as { readonly detail?: unknown; readonly refusals?: unknown };
    const { type, id, role, origin } = askerOf(c, access);
    const reasons = [problem.detail, ...(Array.isArray(problem.refusals) ? problem.refusals : [])];
    box.journal.tell({
      action: "request.refused",
      actor: { type, id, ...(role === undefined ? {} : { role }) },
      ...(origin === undefined ? {} : { origin }),
      object: { type: "request", id: `${method} ${path}`.slice(0, PATH_MAX) },
      after: { status, ...(untold === 0 ? {} : { notToldBefore: untold }) },
      reason: reasons
        .filter((reason) => typeof reason === "string")
        .join("; ")
        .slice(0, REASON_MAX),
      result: status >= 500 ? "failed" : "denied",
      monoMs: now,
      wallAt: wallMs(),
    });
    untold = 0;
  };
}
