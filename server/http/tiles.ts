/**
 * `/api/tiles`: every camera's pictures for the kiosk over one WebSocket, because a browser opens only six
 * connections to one host. One picture of each camera is under way at a time; the next is the newest.
 * A message is: uint16 length of the header, the header as JSON `{camera, seq, ageMs}`, the JPEG.
 */
import { upgradeWebSocket } from "@hono/node-server";
import { Hono } from "hono";
import type { WSContext } from "hono/ws";
import { monotonicMs } from "../base/clock.ts";
import type { Box } from "../box.ts";
import type { Picture } from "../camera/pictures.ts";
import type { CameraId } from "../domain/units.ts";
import { anybody, type Env } from "./access.ts";

const encoder = new TextEncoder();

function message(picture: Picture): Uint8Array<ArrayBuffer> {
  const ageMs = Math.max(0, Math.round(monotonicMs() - picture.capturedAt));
  const header = encoder.encode(JSON.stringify({ camera: picture.camera, seq: picture.seq, ageMs }));
  const bytes = new Uint8Array(2 + header.length + picture.jpeg.length);
  new DataView(bytes.buffer).setUint16(0, header.length);
  bytes.set(header, 2);
  bytes.set(picture.jpeg, 2 + header.length);
  return bytes;
}

/** A drawn tile not told of within this time is taken for lost with its message. */
const UNDER_WAY_MAX_MS = 2_000;

/** One kiosk. */
class Viewer implements Disposable {
  readonly #box: Box;
  readonly #socket: WSContext;
  readonly #underWay = new Map<CameraId, number>();
  readonly #sent = new Map<CameraId, Picture>();
  readonly #pictures: Disposable;

  constructor(box: Box, socket: WSContext) {
    this.#box = box;
    this.#socket = socket;
    this.#pictures = box.cameras.pictures.subscribe((picture) => this.#offer(picture));
  }

  #offer(picture: Picture): void {
    const since = this.#underWay.get(picture.camera);
    if (since !== undefined && monotonicMs() - since < UNDER_WAY_MAX_MS) return;
    this.#underWay.set(picture.camera, monotonicMs());
    this.#sent.set(picture.camera, picture);
    this.#socket.send(message(picture));
  }

  /** The kiosk has drawn this camera: it may have a newer picture if there is one. */
  drawn(camera: CameraId): void {
    this.#underWay.delete(camera);
    const newest = this.#box.cameras.pictures.newest(camera);
    if (newest !== undefined && newest !== this.#sent.get(camera)) this.#offer(newest);
  }

  [Symbol.dispose](): void {
    this.#pictures[Symbol.dispose]();
  }
}

export const tiles = (box: Box) =>
  new Hono<Env>().get(
    "/api/tiles",
    anybody("look"),
    upgradeWebSocket(() => {
      let viewer: Viewer | undefined;
      const end = (): void => {
        viewer?.[Symbol.dispose]();
        viewer = undefined;
      };
      return {
        onOpen: (_event, socket) => {
          viewer = new Viewer(box, socket);
        },
        onMessage: (event, socket) => {
          const camera = drawnCamera(event.data);
          if (camera === undefined) socket.close(1003, 'Send {"drawn": "camera"}');
          else viewer?.drawn(camera);
        },
        onClose: end,
        onError: end,
      };
    }),
  );

function drawnCamera(data: unknown): CameraId | undefined {
  if (typeof data !== "string" || data.length > 200) return undefined;
  try {
    const { drawn } = JSON.parse(data) as { drawn?: unknown };
    return typeof drawn === "string" ? drawn : undefined;
  } catch {
    return undefined;
  }
}
