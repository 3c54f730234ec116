#!/usr/bin/env node
// HTTP MJPEG cameras in plain Node, with faults to switch on. Needs ffmpeg for the pictures.
//   node mjpeg_cam.mjs [--control PORT] --cam name=front --cam name=side,port=8602,user=admin,pass=secret,auth=digest
// Stream: http://127.0.0.1:PORT/NAME (multipart/x-mixed-replace); one picture: /NAME.jpg. Without a port, or with
// port 0, a camera takes a free one. The first line on stdout is JSON with the control's port and every address.
// Options: size=640x360 fps=10 quality=5; file=X.mp4 (looped) instead of the picture with the burned clock; noise=1
//   (a sensor's noise); auth=basic|digest|sha256, nonce_uses=N (stale after so many answers); tls=1 (https, a
//   certificate of its own, needs openssl); snapshot=1 (the address told is that of the single picture).
// Control: GET / lists; POST /NAME {"fault": F, ...} with F one of
//   none drop stop blackhole freeze stall garbage (random bytes) truncate (half of each JPEG) resize{size}
//   reboot{down_s, busy_s: answers 503 so long after} slow{delay_s} status{code} nolength (no Content-Length)
//   badlength (it lies) endless (bytes without any boundary, as fast as they are read) headers (endless header lines)
//   huge{mb} (padded with JPEG comments) tiny{rate, size} (10,000 pictures a second) drip (1 byte per 0.5 s)
//   html (200 and a login page) badauth{user,pass} (other credentials from now on) loop (302 to itself)
//   redirect{to} (302 to another path of its own, or to `to`)
//   covered{luma} moved{shift} defocus{sigma} dark glare (before or in the lens; the stream goes on)
import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Login, selfSigned } from "./mjpeg_login.mjs";
import { LENS, Pictures, padded, spoiled, tinyPicture } from "./mjpeg_pictures.mjs";

const HOST = "127.0.0.1";

/** Faults that write on their own account, as long as somebody reads. */
const FLOODS = {
  endless: Buffer.alloc(65536, 0x55),
  headers: Buffer.from(`--cam\r\n${`X-A: ${"a".repeat(1000)}\r\n`.repeat(60)}`),
};
const SILENT = ["stall", "endless", "headers", "drip", "tiny"];
const AWAY = ["stop", "reboot", "blackhole"];
/** These happen, and the camera is well again. */
const ONCE = ["drop", "slow", "resize", "badauth"];
const KNOWN = [
  ...["none", "freeze", "garbage", "truncate", "status", "nolength", "badlength", "huge", "html", "loop"],
  ...["redirect", ...SILENT, ...AWAY, ...ONCE, ...Object.keys(LENS)],
];
const TINY_EVERY_MS = 10;

function partOf(body, length) {
  const told = length === undefined ? "" : `Content-Length: ${length}\r\n`;
  const head = Buffer.from(`--cam\r\nContent-Type: image/jpeg\r\n${told}\r\n`);
  return Buffer.concat([head, body, Buffer.from("\r\n")]);
}

class Camera {
  constructor(options) {
    const unset = { port: 0, size: "640x360", fps: 10, quality: "5", user: "", auth: "digest" };
    Object.assign(this, unset, options);
    this.port = Number(this.port);
    this.fps = Number(this.fps);
    this.fault = "none";
    this.request = {};
    this.streams = new Set();
    this.sockets = new Set();
    this.sent = 0;
    this.late = 0;
    this.busyUntil = 0;
    this.login = new Login(this);
    this.identity = this.tls ? selfSigned() : undefined;
    this.pictures = new Pictures(this, (jpeg) => this.show(jpeg));
  }

  async open() {
    this.pictures.show();
    while (!this.jpeg) await sleep(20);
    await this.listen();
  }

  /** One new picture to everybody; a slow reader loses pictures. */
  show(jpeg) {
    if (this.fault !== "freeze" || !this.jpeg) this.jpeg = jpeg;
    if (SILENT.includes(this.fault)) return;
    const body = this.bodyNow();
    const told = { badlength: body.length * 3, nolength: undefined };
    const part = partOf(body, this.fault in told ? told[this.fault] : body.length);
    const room = this.fault === "huge" ? 200e6 : 4e6;
    for (const stream of this.streams) this.send(stream, part, room, 1);
  }

  bodyNow() {
    if (this.fault === "garbage") return spoiled(this.jpeg);
    if (this.fault === "truncate") return this.jpeg.subarray(0, this.jpeg.length >> 1);
    if (this.fault === "huge") return padded(this.jpeg, this.request.mb ?? 32);
    return this.jpeg;
  }

  send(stream, part, room, pictures) {
    if (stream.writableLength >= room) return;
    stream.write(part);
    this.sent += pictures;
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

  /** So many pictures a second that whoever handles each one has time for nothing else. */
  swarm({ rate = 10_000, size = "64x36" }) {
    const picture = tinyPicture(size);
    const count = Math.round((rate * TINY_EVERY_MS) / 1000);
    const parts = Buffer.concat(Array(count).fill(partOf(picture, picture.length)));
    this.jpeg = picture;
    this.swarming = setInterval(() => {
      for (const stream of this.streams) this.send(stream, parts, 4e6, count);
    }, TINY_EVERY_MS);
  }

  answer(request, response) {
    const busy = Date.now() < this.busyUntil;
    if (busy || this.fault === "status") {
      response.statusCode = busy ? 503 : (this.request.code ?? 503);
      return response.end("busy");
    }
    if (this.fault === "html") {
      response.setHeader("content-type", "text/html");
      return response.end("<html>login</html>");
    }
    const challenge = this.user ? this.login.challenge(request) : undefined;
    if (challenge) {
      response.writeHead(401, { "www-authenticate": challenge });
      return response.end();
    }
    const elsewhere = `${this.path()}/elsewhere`;
    if (this.fault === "loop" || (this.fault === "redirect" && request.url !== elsewhere)) {
      const location = this.fault === "loop" ? request.url : (this.request.to ?? elsewhere);
      response.writeHead(302, { location });
      return response.end();
    }
    const path = request.url === elsewhere ? this.path() : request.url;
    if (![`/${this.name}`, `/${this.name}.jpg`].includes(path)) {
      response.statusCode = 404;
      return response.end();
    }
    const serve = () => (path === `/${this.name}` ? this.stream(response) : this.single(response));
    if (this.late > 0) setTimeout(serve, this.late);
    else serve();
    this.late = 0;
  }

  /** The path of the address it tells. */
  path() {
    return this.snapshot ? `/${this.name}.jpg` : `/${this.name}`;
  }

  single(response) {
    if (this.fault === "stall") return; // an answer that never comes
    const body = this.bodyNow();
    response.setHeader("content-type", "image/jpeg");
    this.sent++;
    if (FLOODS[this.fault] || this.fault === "drip") {
      this.streams.add(response);
      response.on("close", () => this.streams.delete(response));
      this.pump(response);
    } else if (this.fault === "nolength") {
      response.write(body);
      response.end();
    } else response.end(body);
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
    const handle = (request, response) => this.answer(request, response);
    this.server = this.identity ? https.createServer(this.identity, handle) : http.createServer(handle);
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

  /** Back from a reboot, and for a while not ready. */
  async boot(busyS) {
    this.busyUntil = Date.now() + busyS * 1000;
    await this.apply({});
  }

  async apply(request) {
    const fault = request.fault ?? "none";
    if (!KNOWN.includes(fault)) return { error: `no fault is called ${fault}` };
    const before = this.fault;
    await this.fillHole();
    clearTimeout(this.back);
    clearInterval(this.swarming);
    this.request = request;
    this.fault = ONCE.includes(fault) ? "none" : fault;
    if (fault in LENS || before in LENS || fault === "resize") {
      this.size = fault === "resize" ? request.size : this.size;
      this.pictures.show(this.fault, request);
    }
    if (fault === "drop") this.drop();
    if (AWAY.includes(fault)) await this.stop();
    if (fault === "reboot")
      this.back = setTimeout(() => this.boot(request.busy_s ?? 0), (request.down_s ?? 5) * 1000);
    if (fault === "blackhole") await this.digHole();
    if (fault === "tiny") this.swarm(request);
    if (fault === "slow") {
      this.late = (request.delay_s ?? 4) * 1000;
      this.drop();
    }
    if (fault === "badauth") {
      Object.assign(this.login, { user: request.user, pass: request.pass });
      this.user = request.user;
      this.drop();
    }
    if (!this.server && !AWAY.includes(this.fault)) await this.listen();
    for (const stream of this.streams) this.pump(stream);
    return this.info();
  }

  info() {
    const { name, port, size, fps, fault, sent } = this;
    const url = `${this.tls ? "https" : "http"}://${HOST}:${port}${this.path()}`;
    const sockets = this.sockets.size;
    return { name, port, url, size, fps, fault, clients: this.streams.size, sockets, sent };
  }
}

const cameras = new Map();
let controlPort = 0;
for (let i = 2; i < process.argv.length; i += 2) {
  const [flag, value] = [process.argv[i], process.argv[i + 1]];
  if (flag === "--control") controlPort = Number(value);
  else if (flag === "--cam") {
    const options = Object.fromEntries(value.split(",").map((part) => part.split(/=(.*)/s)));
    cameras.set(options.name, new Camera(options));
  } else throw new Error(`Unknown option ${flag}: use --control PORT or --cam name=NAME,...`);
}

await Promise.all([...cameras.values()].map((camera) => camera.open()));

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
    for (const camera of cameras.values()) camera.pictures.close();
    process.exit(0);
  });
}
