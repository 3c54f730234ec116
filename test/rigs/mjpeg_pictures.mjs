/** The pictures of mjpeg_cam.mjs: an ffmpeg that makes JPEGs from a clip or a burned clock, as the camera sees them. */
import { spawn, spawnSync } from "node:child_process";

const FFMPEG = process.env.FFMPEG_PATH || "ffmpeg";
const END_OF_IMAGE = Buffer.from([0xff, 0xd9]);

/** Draws the mark of clockmark.py: Unix milliseconds as black and white cells. */
const [COLS, ROWS, CELL] = [25, 2, 16];
function burn(luma, width, unixMs) {
  if (width < COLS * CELL) return; // too small for the mark
  const ms = BigInt(unixMs) & ((1n << 40n) - 1n);
  const word = (ms << 8n) | ((ms ^ (ms >> 8n) ^ (ms >> 16n) ^ (ms >> 24n) ^ (ms >> 32n)) & 255n);
  for (let i = 0; i < COLS * ROWS; i++) {
    const bit = i === 0 ? 1n : i === 1 ? 0n : (word >> BigInt(49 - i)) & 1n;
    const [x, y] = [(i % COLS) * CELL, Math.floor(i / COLS) * CELL];
    for (let row = y; row < y + CELL; row++)
      luma.fill(bit ? 230 : 25, row * width + x, row * width + x + CELL);
  }
}

/** What is wrong before or in the lens; each becomes a filter over every picture. Luma is 0..255 here. */
export const LENS = {
  // A cloth or a sticker lets light through: grey, not black.
  covered: ({ luma = 72 }) => `lutyuv=y=${luma}:u=128:v=128`,
  moved: ({ shift = 8 }) => `scroll=hpos=${shift / 100}`,
  defocus: ({ sigma = 8 }) => `gblur=sigma=${sigma}`,
  dark: () => "lutyuv=y=val*0.06:u=128+(val-128)*0.06:v=128+(val-128)*0.06",
  glare: () => "lutyuv=y=clip(val*2+150\\,0\\,255)",
};

export class Pictures {
  /** @param look { size, fps, quality, file, noise } and `onPicture(jpeg)` */
  constructor(look, onPicture) {
    this.look = look;
    this.onPicture = onPicture;
    this.running = new Set();
  }

  /** Starts a new encoder; the old one goes on until the first picture of the new. */
  show(lens = "none", more = {}) {
    const { size, fps, quality, file, noise } = this.look;
    const [width, height] = size.split("x").map(Number);
    const filters = [
      ...(file ? [`scale=${width}:${height}`, `fps=${fps}`] : []),
      "format=yuvj420p",
      ...(lens in LENS ? [LENS[lens](more)] : []),
      ...(noise ? ["noise=alls=4:allf=t"] : []),
    ];
    const raw = ["-f", "rawvideo", "-pix_fmt", "yuvj420p", "-s", size, "-r", `${fps}`];
    const input = file
      ? ["-re", "-stream_loop", "-1", "-i", file]
      : [...raw, "-probesize", "32", "-analyzeduration", "0", "-i", "pipe:0"];
    const jpeg = ["-an", "-c:v", "mjpeg", "-threads", "1", "-q:v", quality, "-pix_fmt", "yuvj420p"];
    const output = ["-fps_mode", "passthrough", "-f", "image2pipe", "-flush_packets", "1", "pipe:1"];
    const graph = ["-filter_threads", "1", "-vf", filters.join(",")];
    const args = ["-v", "error", "-threads", "1", ...input, ...graph, ...jpeg, ...output];
    const encoder = spawn(FFMPEG, args, { stdio: ["pipe", "pipe", "inherit"] });
    encoder.stdin.on("error", () => {}); // it was killed for a new one
    this.running.add(encoder);
    this.newest = encoder;
    let rest = Buffer.alloc(0);
    encoder.stdout.on("data", (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      for (let end = rest.indexOf(END_OF_IMAGE); end >= 0; end = rest.indexOf(END_OF_IMAGE)) {
        this.take(encoder, Buffer.from(rest.subarray(0, end + 2)));
        rest = rest.subarray(end + 2);
      }
    });
    if (!file) this.draw(width, height, fps, encoder);
  }

  take(encoder, jpeg) {
    if (!this.running.has(encoder)) return;
    if (encoder === this.newest) for (const old of this.running) if (old !== encoder) this.end(old);
    this.onPicture(jpeg);
  }

  /** Feeds one encoder with the clock. */
  draw(width, height, fps, encoder) {
    const frame = Buffer.alloc((width * height * 3) / 2, 128);
    let n = 0;
    encoder.timer = setInterval(() => {
      n++;
      frame.fill(90, 0, width * height);
      const x = (n * 8) % (width - 40);
      for (let row = height >> 1; row < (height >> 1) + 40; row++)
        frame.fill(235, row * width + x, row * width + x + 40);
      burn(frame, width, Date.now());
      if (encoder.stdin.writableLength === 0) encoder.stdin.write(Buffer.from(frame));
    }, 1000 / fps);
  }

  end(encoder) {
    this.running.delete(encoder);
    clearInterval(encoder.timer);
    encoder.kill("SIGKILL");
  }

  close() {
    for (const encoder of this.running) this.end(encoder);
  }
}

/** One grey picture, as small in bytes as the encoder makes it. */
export function tinyPicture(size) {
  const input = ["-f", "lavfi", "-i", `color=gray:s=${size}`, "-frames:v", "1"];
  return spawnSync(FFMPEG, ["-v", "error", ...input, "-q:v", "31", "-f", "image2pipe", "-c:v", "mjpeg", "-"])
    .stdout;
}

/** Legal, and larger than anybody expects: comment segments of 64 KB after the start of the image. */
export function padded(jpeg, megabytes) {
  const comment = Buffer.alloc(65537, 0x41);
  comment.writeUInt16BE(0xfffe, 0);
  comment.writeUInt16BE(65535, 2);
  return Buffer.concat([
    jpeg.subarray(0, 2),
    ...Array(Math.ceil(megabytes * 16)).fill(comment),
    jpeg.subarray(2),
  ]);
}

/** With one byte of fifty replaced; its start and end marks stay. */
export function spoiled(jpeg) {
  const body = Buffer.from(jpeg);
  for (let i = 0; i < body.length / 50; i++) {
    body[2 + Math.floor(Math.random() * (body.length - 4))] = Math.floor(Math.random() * 256);
  }
  return body;
}
