/** `/healthz`: the process answers. `/readyz`: every part is proven, with the failing ones named. */
import { Hono } from "hono";
import type { Box } from "../box.ts";
import { anybody, type Env } from "./access.ts";

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly why?: string;
}

function checks(box: Box): Check[] {
  const view = box.view();
  const { relay, record } = box.guard.pipeline.state;
  const check = (name: string, ok: boolean, why: string | undefined): Check =>
    ok || why === undefined ? { name, ok } : { name, ok, why };
  return [
    check("database", box.store !== undefined, box.faults[0]),
    check("record", record.writable, record.why ?? "The record cannot be written"),
    check("guardian", relay.kind === "held", relay.kind === "lost" ? relay.why : undefined),
    ...(relay.kind === "held"
      ? Object.entries(relay.report.boards).map(([id, state]) =>
          check(`board ${id}`, state.kind === "ok", state.kind === "lost" ? state.why : undefined),
        )
      : []),
    check("detector", view.model.state === "ready", view.model.why ?? "The model is being loaded"),
    ...view.cameras.map((camera) =>
      check(`camera ${camera.id}`, camera.state === "RUNNING" && camera.why === undefined, camera.why),
    ),
    ...view.faults.map((why, i) => check(`fault ${i + 1}`, false, why)),
  ];
}

export const health = (box: Box) =>
  new Hono<Env>()
    .get("/healthz", anybody("look"), (c) => c.json({ status: "alive" }))
    .get("/readyz", anybody("look"), (c) => {
      const all = checks(box);
      const failing = all.filter(({ ok }) => !ok);
      const status = failing.length === 0 ? "ready" : "not ready";
      return c.json({ status, failing, checks: all }, failing.length === 0 ? 200 : 503);
    });
