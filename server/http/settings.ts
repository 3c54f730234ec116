/** What is configured, for people with a session. Passwords of cameras never leave the box. */
import { Hono } from "hono";
import type { Box } from "../box.ts";
import { redactSource } from "../domain/config.ts";
import type { Access, Env } from "./access.ts";

export const settings = (box: Box, access: Access) =>
  new Hono<Env>()
    .get("/api/cameras", access.required, (c) =>
      c.json(box.guard.config.cameras.map((camera) => ({ ...camera, source: redactSource(camera.source) }))),
    )
    .get("/api/zones", access.required, (c) => c.json(box.guard.config.zones))
    .get("/api/boards", access.required, (c) => c.json(box.guard.config.boards))
    .get("/api/users", access.required, async (c) => c.json((await box.store?.people()) ?? []))
    .get("/api/settings", access.required, (c) =>
      c.json({
        site: box.guard.config.site,
        detector: box.guard.config.detector,
        demonstration: box.demonstration,
        version: box.version,
      }),
    );
