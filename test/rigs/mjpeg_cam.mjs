#!/usr/bin/env node
// HTTP MJPEG cameras in plain Node, with faults to switch on. Needs ffmpeg for the pictures.
//   node mjpeg_cam.mjs [--control PORT] --cam name=front --cam name=side,port=8602,user=admin,pass=secret,auth=digest
// Stream: http://127.0.0.1:PORT/NAME (multipart/x-mixed-replace); one picture: /NAME.jpg. Without a port, or with
// port 0, a camera takes a free one. The first line on stdout is JSON with the control's port and every address.
// Options: size=640x360 fps=10 quality=5; file=X.mp4 (looped) instead of the picture with the burned clock.
// Control: GET / lists; POST /NAME {"fault": F, ...} with F one of
//   none drop stop blackhole freeze stall garbage (random bytes) truncate (half of each JPEG) resize{size}
//   reboot{down_s} slow{delay_s} status{code} nolength (no Content-Length) badlength (it lies) endless (bytes without
//   any boundary, as fast as they are read) headers (endless header lines) huge{mb} (padded with JPEG comments)
//   drip (1 byte per 0.5 s) html (200 and a login page) badauth{user,pass} (other credentials from now on)
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import net from "node:net";

const HOST = "127.0.0.1";
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

/** Faults that write on their own account, as long as somebody reads. */
const FLOODS = {
  endless: Buffer.alloc(65536, 0x55),
  headers: Buffer.from(`--cam\r\n${`X-A: ${"a".repeat(1000)}\r\n`.repeat(60)}`),
};
const SILENT = ["stall", "endless", "headers", "drip"];
const AWAY = ["stop", "reboot", "blackhole"];

/** Legal, and larger than anybody expects: comment segments of 64 KB after the start of the image. */
function padded(jpeg, megabytes) {
  const comment = Buffer.alloc(65537, 0x41);
  comment.writeUInt16BE(0xfffe, 0);
  comment.writeUInt16BE(65535, 2);
  return Buffer.concat([
    jpeg.subarray(0, 2),
    ...Array(Math.ceil(megabytes * 16)).fill(comment),
    jpeg.subarray(2),
  ]);
}

function spoiled(jpeg) {
  const body = Buffer.from(jpeg);
  for (let i = 0; i < body.length / 50; i++) {
    body[2 + Math.floor(Math.random() * (body.length - 4))] = Math.floor(Math.random() * 256);
  }
  return body;
}

class Camera {
  constructor(options) {
    Object.assign(
      this,
      { port: 0, size: "640x360", fps: 10, quality: "5", user: "", auth: "digest" },
      options,
    );
    this.port = Number(this.port);
    this.fps = Number(this.fps);
    this.fault = "none";
    this.request = {};
    this.streams = new Set();
    this.sockets = new Set();
    this.sent = 0;
    this.late = 0;
    this.nonce = randomBytes(8).toString("hex");
  }

  async open() {
    this.encode();
    await this.listen();
    return this;
  }

  /** Starts the encoder anew, at the size of now. */
  encode() {
    this.encoder?.kill("SIGKILL");
    clearInterval(this.timer);
    this.jpeg = null;
    const [width, height] = this.size.split("x").map(Number);
    const file = [
      "-re",
      "-stream_loop",
      "-1",
      "-i",
      this.file,
      "-vf",
      `scale=${width}:${height},fps=${this.fps}`,
    ];
    const raw = ["-f", "rawvideo", "-pix_fmt", "yuvj420p", "-s", this.size, "-r", `${this.fps}`];
    const input = this.file ? file : [...raw, "-probesize", "32", "-analyzeduration", "0", "-i", "pipe:0"];
    const jpeg = ["-an", "-c:v", "mjpeg", "-threads", "1", "-q:v", this.quality, "-pix_fmt", "yuvj420p"];
    const output = ["-fps_mode", "passthrough", "-f", "image2pipe", "-flush_packets", "1", "pipe:1"];
    const args = ["-v", "error", "-threads", "1", ...input, ...jpeg, ...output];
    this.encoder = spawn(FFMPEG, args, { stdio: ["pipe", "pipe", "inherit"] });
    this.encoder.stdin.on("error", () => {}); // it was killed for a new one
    let rest = Buffer.alloc(0);
    this.encoder.stdout.on("data", (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      for (let end = rest.indexOf(END_OF_IMAGE); end >= 0; end = rest.indexOf(END_OF_IMAGE)) {
        this.show(Buffer.from(rest.subarray(0, end + 2)));
        rest = rest.subarray(end + 2);
      }
    });
    if (!this.file) this.draw(width, height, this.encoder);
  }

  draw(width, height, encoder) {
    const frame = Buffer.alloc((width * height * 3) / 2, 128);
    let n = 0;
    this.timer = setInterval(() => {
      n++;
      frame.fill(90, 0, width * height);
      const x = (n * 8) % (width - 40);
      for (let row = height >> 1; row < (height >> 1) + 40; row++)
        frame.fill(235, row * width + x, row * width + x + 40);
      burn(frame, width, Date.now());
      if (encoder.stdin.writableLength === 0) encoder.stdin.write(Buffer.from(frame));
    }, 1000 / this.fps);
  }

  /** One new picture to everybody; a slow reader loses pictures. */
  show(jpeg) {
    if (this.fault !== "freeze" || !this.jpeg) this.jpeg = jpeg;
    if (SILENT.includes(this.fault)) return;
    let body = this.jpeg;
    if (this.fault === "garbage") body = spoiled(body);
    if (this.fault === "truncate") body = body.subarray(0, body.length >> 1);
    if (this.fault === "huge") body = padded(body, this.request.mb ?? 32);
    const told = this.fault === "badlength" ? body.length * 3 : body.length;
    const length = this.fault === "nolength" ? "" : `Content-Length: ${told}\r\n`;
    const part = Buffer.concat([
      Buffer.from(`--cam\r\nContent-Type: image/jpeg\r\n${length}\r\n`),
      body,
      Buffer.from("\r\n"),
    ]);
    const room = this.fault === "huge" ? 200e6 : 4e6;
    for (const stream of this.streams) {
      if (stream.writableLength >= room) continue;
      stream.write(part);
      this.sent++;
    }
  }

  pump(stream) {
    const again = () => this.streams.has(stream) && this.pump(stream);
    const flood = FLOODS[this.fault];
    if (flood) {
      while (stream.write(flood));
      stream.once("drain", again);
    }
    if (this.fault === "drip") {
      stream.write("-");
      setTimeout(again, 500);
    }
  }

  allowed(request) {
    if (!this.user) return true;
    const given = request.headers.authorization ?? "";
    const md5 = (text) => createHash("md5").update(text).digest("hex");
    if (this.auth === "basic")
      return given === `Basic ${Buffer.from(`${this.user}:${this.pass}`).toString("base64")}`;
    const fields = [...given.matchAll(/(\w+)=(?:"([^"]*)"|([^, ]+))/g)].map((m) => [m[1], m[2] ?? m[3]]);
    const p = Object.fromEntries(fields);
    const who = md5(`${this.user}:cam:${this.pass}`);
    const what = md5(`${request.method}:${p.uri}`);
    const middle = p.qop ? `${this.nonce}:${p.nc}:${p.cnonce}:${p.qop}` : this.nonce;
    const right =
      p.nonce === this.nonce && p.username === this.user && p.response === md5(`${who}:${middle}:${what}`);
    return /^Digest/i.test(given) && right;
  }

  answer(request, response) {
    if (this.fault === "status") {
      response.statusCode = this.request.code ?? 503;
      return response.end("busy");
    }
    if (this.fault === "html") {
      response.setHeader("content-type", "text/html");
      return response.end("<html>login</html>");
    }
    if (!this.allowed(request)) {
      const digest = `Digest realm="cam", nonce="${this.nonce}", qop="auth", algorithm=MD5`;
      response.writeHead(401, { "www-authenticate": this.auth === "basic" ? 'Basic realm="cam"' : digest });
      return response.end();
    }
    if (request.url === `/${this.name}.jpg`) {
      response.setHeader("content-type", "image/jpeg");
      return response.end(this.jpeg);
    }
    if (request.url !== `/${this.name}`) {
      response.statusCode = 404;
      return response.end();
    }
    setTimeout(() => this.stream(response), this.late);
    this.late = 0;
  }

  stream(response) {
    const type = "multipart/x-mixed-replace; boundary=cam";
    response.writeHead(200, { "content-type": type, "cache-control": "no-store", connection: "close" });
    response.flushHeaders();
    this.streams.add(response);
    response.on("close", () => this.streams.delete(response));
    response.on("error", () => this.streams.delete(response));
    this.pump(response);
  }

  /** Takes the port of before again, as a camera keeps its address. */
  async listen() {
    this.server = http.createServer((request, response) => this.answer(request, response));
    this.server.on("connection", (socket) => {
      socket.setNoDelay(true);
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
    this.server.listen(this.port, HOST);
    await once(this.server, "listening");
    this.port = this.server.address().port;
  }

  drop() {
    for (const socket of this.sockets) socket.destroy();
  }

  async stop() {
    const server = this.server;
    this.server = null;
    const closed = server && new Promise((resolve) => server.close(resolve));
    this.drop();
    await closed;
  }

  async fillHole() {
    if (!this.hole) return;
    for (const socket of this.held) socket.destroy();
    await new Promise((resolve) => this.hole.close(resolve));
    this.hole = null;
  }

  async digHole() {
    this.held = [];
    this.hole = net.createServer((socket) => {
      this.held.push(socket);
      socket.on("error", () => socket.destroy());
    });
    this.hole.listen(this.port, HOST);
    await once(this.hole, "listening");
  }

  async apply(request) {
    const fault = request.fault ?? "none";
    await this.fillHole();
    clearTimeout(this.back);
    this.request = request;
    this.fault = ["drop", "slow", "resize", "badauth"].includes(fault) ? "none" : fault; // these happen once
    if (fault === "drop") this.drop();
    if (AWAY.includes(fault)) await this.stop();
    if (fault === "reboot") this.back = setTimeout(() => this.apply({}), (request.down_s ?? 5) * 1000);
    if (fault === "blackhole") await this.digHole();
    if (fault === "slow") {
      this.late = (request.delay_s ?? 4) * 1000;
      this.drop();
    }
    if (fault === "resize") {
      this.size = request.size;
      this.encode();
    }
    if (fault === "badauth") {
      this.user = request.user;
      this.pass = request.pass;
      this.drop();
    }
    if (!this.server && !AWAY.includes(this.fault)) await this.listen();
    for (const stream of this.streams) this.pump(stream);
    return this.info();
  }

  info() {
    const { name, port, size, fps, fault, sent } = this;
    return {
      name,
      port,
      url: `http://${HOST}:${port}/${name}`,
      size,
      fps,
      fault,
      clients: this.streams.size,
      sent,
    };
  }
}

const cameras = new Map();
let controlPort = 0;
for (let i = 2; i < process.argv.length; i += 2) {
  const [flag, value] = [process.argv[i], process.argv[i + 1]];
  if (flag === "--control") controlPort = Number(value);
  else if (flag === "--cam") {
    const options = Object.fromEntries(value.split(",").map((part) => part.split(/=(.*)/s)));
    cameras.set(options.name, await new Camera(options).open());
  } else throw new Error(`Unknown option ${flag}: use --control PORT or --cam name=NAME,...`);
}

const list = () => [...cameras.values()].map((camera) => camera.info());
const control = http.createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  const camera = cameras.get(request.url.slice(1));
  const answer = async () => {
    if (request.method === "GET") return { cams: list() };
    return camera ? await camera.apply(JSON.parse(body || "{}")) : { error: "no such camera" };
  };
  const value = await answer();
  response.statusCode = "error" in value ? 400 : 200;
  response.setHeader("content-type", "application/json");
  response.setHeader("connection", "close"); // a test that looks away for seconds must not meet a dead connection
  response.end(JSON.stringify(value));
});
control.listen(controlPort, HOST, () => {
  console.log(JSON.stringify({ ready: true, control: control.address().port, cams: list() }));
});
for (const signal of ["SIGTERM", "SIGINT"]) {
  process.on(signal, () => {
    for (const camera of cameras.values()) camera.encoder.kill("SIGKILL");
    process.exit(0);
  });
}
