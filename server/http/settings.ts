/** What is configured besides the cameras, for people with a session. */
import { Hono } from "hono";
import type { Box } from "../box.ts";
import type { Access, Env } from "./access.ts";

export const settings = (box: Box, access: Access) =>
  new Hono<Env>()
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
