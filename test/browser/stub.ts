/** The kiosk's page over a box that says what a test tells it: every state of the screen without a camera. */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { type WebSocket, WebSocketServer } from "ws";
import type { CameraView, PersonView, View } from "../../server/domain/view.ts";
import { HONEST_LABEL } from "../../server/domain/view.ts";
import { ROOT } from "../support/runtime.ts";

const DIST = process.env.STUB_DIST ?? join(ROOT, "kiosk/dist");
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".woff2": "font/woff2",
};

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  /** The code of the reason that came with it, and more words where there were any. */
  readonly why?: string;
}
/** Status and body; a Buffer goes out as a JPEG, anything else as JSON. Or an event ten times a second. */
export type Said = {
  readonly status?: number;
  readonly body?: unknown;
  readonly afterMs?: number;
  readonly events?: () => unknown;
};

export interface Stub extends AsyncDisposable {
  readonly url: string;
  /** Everything asked but the page itself, its health checks and its views. */
  readonly asked: readonly Asked[];
  /** How many WebSockets are open. */
  sockets(): number;
  /** From now on this is the view, sent at once and every half second. */
  tell(view: Partial<View>): void;
  /** Takes the stream of views to its end, or says nothing over it any more. */
  mute(how: "end" | "silent" | "speak"): void;
  /** What `GET /healthz` and all other requests come to: an answer, or none. */
  hang(hanging: boolean): void;
  /** The answer to `METHOD /path`; a `*` in the path stands for one part. */
  answer(what: string, say: (asked: Asked) => Said): void;
  /** What was told last of exactly this. */
  answerOf(what: string): ((asked: Asked) => Said) | undefined;
}

export function cameraView(id: string, name: string, more: Partial<CameraView> = {}): CameraView {
  const runs = (more.state ?? "RUNNING") === "RUNNING";
  return {
    id,
    name,
    state: "RUNNING",
    trust: { kind: runs ? "trusted" : "proving", faults: [] },
    ...(runs ? RUNS : { fps30s: 0, frameCount: 0 }),
    verdict: runs ? "clear" : "blind",
    people: [],
    ...more,
  };
}

/** What is known only of a camera that sends pictures. */
const RUNS = {
  size: { width: 1280, height: 720 },
  codec: "h264",
  lateMs: 24,
  fps30s: 10,
  looked: { fps: 9.9, paceFps: 10, configuredFps: 10, leastFps: 3 },
  frameCount: 48_211,
  frameAgeMs: 80,
} as const satisfies Partial<CameraView>;

export function quietView(): View {
  return {
    seq: 1,
    boot: "stub",
    version: "0.1.0",
    wallAt: Date.now(),
    site: { name: "Press 4", timezone: "Europe/Berlin" },
    demonstration: false,
    label: HONEST_LABEL,
    state: "watching",
    cameras: [cameraView("front", "Front"), cameraView("side", "Side")],
    zones: [],
    counts: [],
    masks: [],
    alarms: [],
    hidden: [],
    outputs: [],
    boards: [],
    bypasses: [],
    tests: [],
    cycle: { number: 0, running: false, sinceWallAt: 0 },
    reset: { possible: false, needed: false, pinNeeded: false, refusals: [] },
    silenced: false,
    stopRequested: false,
    reaction: { count: 0 },
    model: {
      name: "palisade-person-256x416",
      state: "ready",
      grade: "Tuned",
      quality: "Made for this cell.",
    },
    headroom: 41,
    faults: [],
  };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  if (request.headers["content-type"] === "application/octet-stream") return text;
  return text === "" ? undefined : JSON.parse(text);
}

function send(response: ServerResponse, { status = 200, body, events }: Said): void {
  if (events !== undefined) {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    const timer = setInterval(() => response.write(`data: ${JSON.stringify(events())}\n\n`), 100);
    response.on("close", () => clearInterval(timer));
    return;
  }
  if (body instanceof Buffer) {
    response.writeHead(status, { "content-type": "image/jpeg" }).end(body);
    return;
  }
  if (body === undefined) {
    response.writeHead(status).end();
    return;
  }
  const type = status >= 400 ? "application/problem+json" : "application/json";
  response.writeHead(status, { "content-type": type }).end(JSON.stringify(body));
}

/** Pictures of every camera that runs, of each one at a time: the next one once the page has drawn it, as the box does. */
function feedTiles(socket: WebSocket, view: () => View, feed: Required<Feed>): NodeJS.Timeout {
  const underWay = new Set<string>();
  socket.on("message", (text) => underWay.delete((JSON.parse(String(text)) as { drawn: string }).drawn));
  let seq = 0;
  return setInterval(() => {
    seq += 1;
    for (const { id, state, frameAgeMs, people } of view().cameras) {
      if (state !== "RUNNING" || frameAgeMs === undefined || underWay.has(id)) continue;
      underWay.add(id);
      const header = Buffer.from(JSON.stringify({ camera: id, seq, ageMs: frameAgeMs }));
      const length = Buffer.alloc(2);
      length.writeUInt16BE(header.length);
      socket.send(Buffer.concat([length, header, feed.jpeg(people)]));
    }
  }, feed.tilesEveryMs);
}

/** An empty cell, and two people in it. */
export const EMPTY = readFileSync(join(ROOT, "models/demo/empty.jpg"));
const PEOPLED = readFileSync(join(ROOT, "models/demo/golden.jpg"));
/** Where these two are, by models/demo/golden.json: one in the zone "cell" of the lab, one in its "door". */
export const IN_CELL: PersonView = {
  ...{ box: { x0: 0.347, y0: 0.318, x1: 0.419, y1: 0.723 }, score: 0.91, zones: ["cell"], track: 7 },
};
export const AT_DOOR: PersonView = {
  ...{ box: { x0: 0.615, y0: 0.321, x1: 0.722, y1: 0.704 }, score: 0.88, zones: ["door"], track: 8 },
};

interface Feed {
  readonly tilesEveryMs?: number;
  /** The next picture of a camera that sees these. */
  readonly jpeg?: (people: readonly PersonView[]) => Buffer;
}

const pictureOf = (people: readonly PersonView[]): Buffer => (people.length > 0 ? PEOPLED : EMPTY);

export async function startStub({ tilesEveryMs = 300, jpeg = pictureOf }: Feed = {}): Promise<Stub> {
  let view = quietView();
  let mute: "end" | "silent" | "speak" = "speak";
  let hanging = false;
  const streams = new Set<ServerResponse>();
  const timers = new Set<NodeJS.Timeout>();
  const answers = new Map<string, (asked: Asked) => Said>();
  const asked: Asked[] = [];

  const speak = (response: ServerResponse): void => {
    if (mute === "silent") return;
    view = { ...view, seq: view.seq + 1, wallAt: Date.now() };
    response.write(`data: ${JSON.stringify(view)}\n\n`);
  };
  const stream = (response: ServerResponse): void => {
    if (mute === "end") {
      response.writeHead(503).end();
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.flushHeaders();
    streams.add(response);
    response.on("close", () => streams.delete(response));
    speak(response);
  };
  const page = (path: string, response: ServerResponse): void => {
    const file = path === "/" ? "/index.html" : path;
    try {
      const bytes = readFileSync(join(DIST, file));
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "text/plain" }).end(bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      send(response, { status: 404, body: { detail: `There is nothing at ${path}` } });
    }
  };
  const matches = (pattern: string, what: string): boolean =>
    new RegExp(`^${pattern.replaceAll("*", "[^/]+")}$`).test(what);

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://stub");
    const why = ["reasonCode", "reason"].flatMap((member) => searchParams.get(member) ?? []).join(": ");
    for (const member of ["reasonCode", "reason"]) searchParams.delete(member);
    const search = searchParams.size === 0 ? "" : `?${searchParams}`;
    void (async () => {
      const body = await bodyOf(request);
      if (pathname === "/api/view") return stream(response);
      if (hanging) return;
      if (pathname === "/healthz") return send(response, { body: { status: "alive" } });
      const method = request.method ?? "GET";
      const what = `${method} ${pathname}`;
      const say = [...answers].findLast(([pattern]) => matches(pattern, what))?.[1];
      // Beside one camera alone its reaction is asked for, which nobody has measured here.
      if (say === undefined && pathname === "/system-resources")
        return send(response, { body: { reaction: {} } });
      if (say === undefined && method === "GET") return page(pathname, response);
      // Touches and the panel tell of themselves: that is nothing a test asked.
      if (say === undefined && /^PUT \/api\/(?:session|panels\/[\w-]+)$/.test(what))
        return send(response, { body: {} });
      const one: Asked = { method, path: pathname + search, body, ...(why === "" ? {} : { why }) };
      asked.push(one);
      const said = say?.(one) ?? { status: 404, body: { detail: `There is nothing at ${pathname}` } };
      const timer = setTimeout(() => send(response, said), said.afterMs ?? 0);
      timers.add(timer);
    })();
  });
  const sockets = new WebSocketServer({ server, path: "/api/tiles" });
  sockets.on("connection", (socket) => {
    const timer = feedTiles(socket, () => view, { tilesEveryMs, jpeg });
    timers.add(timer);
    socket.on("close", () => clearInterval(timer));
  });
  timers.add(setInterval(() => streams.forEach(speak), 500));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    sockets: () => sockets.clients.size,
    tell(more) {
      view = { ...view, ...more };
      streams.forEach(speak);
    },
    mute(how) {
      mute = how;
      if (how === "end") {
        for (const response of streams) response.end();
        streams.clear();
      }
      if (how === "speak") streams.forEach(speak);
    },
    hang(now) {
      hanging = now;
    },
    answer(what, say) {
      answers.set(what, say);
    },
    answerOf: (what) => answers.get(what),
    async [Symbol.asyncDispose]() {
      for (const timer of timers) clearTimeout(timer);
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
