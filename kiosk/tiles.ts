/** All live pictures over one WebSocket: Chromium allows six connections a host, and the commands need theirs. */
import { type Signal, signal } from "@preact/signals";
import { retryAfterMs, type Shown } from "./liveness.ts";
import { parsePacket } from "./packet.ts";

export interface Tile {
  /** The newest picture on the canvas. */
  readonly shown: Signal<Shown | undefined>;
  /** The box sends pictures that cannot be drawn. */
  readonly broken: Signal<boolean>;
  canvas: HTMLCanvasElement | undefined;
  /** The newest picture, decoded; one memory for all pictures of a size. */
  pixels: ImageData | undefined;
}

const tiles = new Map<string, Tile>();
let socket: WebSocket | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let attempt = 0;

/** The tile of a camera; the same object for the life of the page. */
export function tileOf(camera: string): Tile {
  let tile = tiles.get(camera);
  if (tile === undefined) {
    tile = { shown: signal(undefined), broken: signal(false), canvas: undefined, pixels: undefined };
    tiles.set(camera, tile);
  }
  return tile;
}

/** Gives a camera's pictures their canvas, or takes it away. Without any canvas no pictures are fetched. */
export function setCanvas(camera: string, canvas: HTMLCanvasElement | null): void {
  const tile = tileOf(camera);
  tile.canvas = canvas ?? undefined;
  if (canvas === null) {
    tile.shown.value = undefined;
    tile.pixels = undefined;
  }
  const wanted = [...tiles.values()].some((each) => each.canvas !== undefined);
  if (wanted && socket === undefined && timer === undefined) open();
  if (!wanted) close();
}

function open(): void {
  timer = undefined;
  attempt += 1;
  const opened = new WebSocket(new URL("/api/tiles", location.href.replace(/^http/, "ws")));
  opened.binaryType = "arraybuffer";
  socket = opened;
  opened.onmessage = (event: MessageEvent<unknown>) => {
    attempt = 0;
    if (event.data instanceof ArrayBuffer) void draw(opened, event.data);
  };
  opened.onclose = () => {
    if (socket !== opened) return;
    socket = undefined;
    timer = setTimeout(open, retryAfterMs(attempt));
  };
}

function close(): void {
  clearTimeout(timer);
  timer = undefined;
  attempt = 0;
  const closing = socket;
  socket = undefined;
  closing?.close();
}

async function draw(from: WebSocket, message: ArrayBuffer): Promise<void> {
  const receivedAt = performance.now();
  const packet = parsePacket(message);
  if (packet === undefined) return;
  const tile = tileOf(packet.camera);
  try {
    await paint(tile, packet.jpeg);
    const drawnAt = performance.now();
    tile.broken.value = false;
    if (tile.canvas !== undefined)
      tile.shown.value = { seq: packet.seq, drawnAt, ageMs: packet.ageMs + drawnAt - receivedAt };
  } catch {
    // Told on the tile itself: the old picture grows stale and the reason stands over it.
    tile.broken.value = true;
  }
  // Only now may the box send this camera's next picture: one on the way, never a queue.
  if (from.readyState === WebSocket.OPEN) from.send(JSON.stringify({ drawn: packet.camera }));
}

/**
 * By a decoder in the page, into memory that stays. A blob would lie in the browser's own process until the page's garbage
 * is collected, which knows nothing of its size: on a busy box hundreds of megabytes.
 */
async function paint(tile: Tile, jpeg: Uint8Array<ArrayBuffer>): Promise<void> {
  if (typeof ImageDecoder === "undefined") return await paintBlob(tile, jpeg);
  const decoder = new ImageDecoder({ data: jpeg, type: "image/jpeg" });
  try {
    const { image } = await decoder.decode();
    try {
      const { displayWidth: width, displayHeight: height } = image;
      if (tile.pixels?.width !== width || tile.pixels.height !== height)
        tile.pixels = new ImageData(width, height);
      const { pixels } = tile;
      await image.copyTo(pixels.data, { format: "RGBA" });
      pencil(tile, pixels)?.putImageData(pixels, 0, 0);
    } finally {
      image.close();
    }
  } finally {
    decoder.close();
  }
}

/** For a browser that has no decoder for pages, or none on a page that came without TLS. */
async function paintBlob(tile: Tile, jpeg: Uint8Array<ArrayBuffer>): Promise<void> {
  const bitmap = await createImageBitmap(new Blob([jpeg], { type: "image/jpeg" }));
  pencil(tile, bitmap)?.drawImage(bitmap, 0, 0);
  bitmap.close();
}

/** What draws on the tile's canvas, in the picture's size. */
function pencil(
  { canvas }: Tile,
  { width, height }: ImageData | ImageBitmap,
): CanvasRenderingContext2D | null | undefined {
  if (canvas !== undefined && (canvas.width !== width || canvas.height !== height)) {
    canvas.width = width;
    canvas.height = height;
  }
  return canvas?.getContext("2d", { alpha: false });
}
