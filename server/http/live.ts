/** `/live`: motion JPEG for simple clients. A viewer that does not read gets no queue, only a gap. */
import { type Context, Hono } from "hono";
import type { Box } from "../box.ts";
import type { Picture } from "../camera/pictures.ts";
import type { CameraId } from "../domain/units.ts";
import { anybody, type Env } from "./access.ts";
import { problem } from "./problem.ts";

const BOUNDARY = "palisade-frame";
const encoder = new TextEncoder();

function part(picture: Picture): Uint8Array {
  const head = encoder.encode(
    `--${BOUNDARY}\r\ncontent-type: image/jpeg\r\ncontent-length: ${picture.jpeg.length}\r\n\r\n`,
  );
  const tail = encoder.encode("\r\n");
  const bytes = new Uint8Array(head.length + picture.jpeg.length + tail.length);
  bytes.set(head);
  bytes.set(picture.jpeg, head.length);
  bytes.set(tail, head.length + picture.jpeg.length);
  return bytes;
}

function isConfigured(box: Box, camera: CameraId): boolean {
  return box.guard.rules.cameras.some(({ id }) => id === camera);
}

function stream(c: Context<Env>, box: Box, camera: CameraId): Response {
  const gone = new AbortController();
  const signal = AbortSignal.any([gone.signal, c.req.raw.signal]);
  const { pictures } = box.cameras;
  // A camera that is removed would keep its viewers waiting for ever.
  const changes = box.onChange((news) => {
    if (news && !isConfigured(box, camera)) gone.abort();
  });
  signal.addEventListener("abort", () => changes[Symbol.dispose](), { once: true });
  let last: Picture | undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const picture = await pictures.newer(camera, last, signal);
        if (picture === undefined) {
          controller.close();
          return;
        }
        last = picture;
        controller.enqueue(part(picture));
      },
      cancel: () => gone.abort(),
    },
    { highWaterMark: 0 },
  );
  return c.body(body, 200, {
    "content-type": `multipart/x-mixed-replace; boundary=${BOUNDARY}`,
    "cache-control": "no-store",
  });
}

export const live = (box: Box) =>
  new Hono<Env>()
    .get("/live", anybody("look"), (c) => {
      const first = box.guard.rules.cameras[0];
      return first === undefined ? problem(c, 404, "No camera is configured") : stream(c, box, first.id);
    })
    .get("/live/:camera", anybody("look"), (c) => {
      const id = c.req.param("camera");
      return isConfigured(box, id) ? stream(c, box, id) : problem(c, 404, `No camera "${id}" is configured`);
    });
