/** The frames that tripped, as the shift report and the history of alarms name them, and those that zones were drawn on. */
import { type Context, Hono } from "hono";
import type { Box } from "../box.ts";
import { anybody, type Env } from "./access.ts";
import { problem } from "./problem.ts";

const jpegOf = (c: Context<Env>, jpeg: Buffer<ArrayBuffer> | undefined): Response =>
  jpeg === undefined
    ? gone(c)
    : c.body(jpeg, 200, { "content-type": "image/jpeg", "cache-control": "no-store" });

const gone = (c: Context<Env>): Response =>
  problem(c, 404, "This picture is not kept any more, or never was; the record has its hash");

export const pictures = (box: Box) =>
  new Hono<Env>()
    .get("/api/pictures/:id", anybody("look"), async (c) => {
      const picture = await box.evidence.pictures.picture(c.req.param("id"));
      return picture === undefined ? gone(c) : c.json(picture);
    })
    .get("/api/pictures/:id/jpeg", anybody("look"), async (c) =>
      jpegOf(c, await box.evidence.pictures.jpeg(c.req.param("id"))),
    )
    .get("/api/zone-pictures/:id/jpeg", anybody("look"), async (c) =>
      jpegOf(c, await box.evidence.zonePictures.jpeg(c.req.param("id"))),
    );
