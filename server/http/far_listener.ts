/**
 * The second listener, for panels on the network: TLS only, bounded in everything somebody out there could hold open,
 * and marked, so that the routes know who asks from far away.
 */
import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { WebSocketServer } from "ws";
import type { Env } from "./access.ts";
import type { Api } from "./app.ts";
import { Door } from "./door.ts";
import { MESSAGE_MAX, type SocketServer } from "./serve.ts";

export interface LanPlace {
  /** All addresses of the box where absent. */
  readonly address?: string | undefined;
  readonly port: number;
}

interface Pem {
  readonly certificate: string;
  readonly key: string;
}

export interface LanServing extends AsyncDisposable {
  readonly port: number;
  /** How many connections are open now. */
  readonly open: number;
  /** From the next handshake on. */
  use(pem: Pem): void;
}

const LIMITS = {
  handshakeTimeout: 5_000,
  headersTimeout: 5_000,
  /** Weights of a model may come over a slow radio. */
  requestTimeout: 120_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 8 * 1_024,
} as const;
const SWEEP_MS = 1_000;
/** Some pictures of every camera: who has so many on the way reads none. */
const UNREAD_MAX = 2 * 1_024 * 1_024;

const secured = ({ certificate, key }: Pem) => ({ cert: certificate, key, minVersion: "TLSv1.2" }) as const;

/** Rejects with a sentence and its cure where the address cannot be had. */
export async function serveLan(app: Api, place: LanPlace, pem: Pem): Promise<LanServing> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_MAX });
  const door = new Door();
  const server = createAdaptorServer({
    fetch: (request: Request, given: unknown) => {
      const bindings = given as Env["Bindings"];
      const address = bindings.incoming.socket.remoteAddress ?? "unknown";
      if (!door.asks(address)) return new Response(null, { status: 429, headers: { connection: "close" } });
      return app.fetch(request, Object.assign(bindings, { lan: true as const }));
    },
    createServer,
    serverOptions: { ...LIMITS, ...secured(pem) },
    websocket: { server: sockets as unknown as SocketServer },
  }) as Server;
  const open = new Set<Socket>();
  const keep = (socket: Socket): void => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  };
  guardDoor(server, door, keep);
  // What is written waits in the secured one, which lies over that of the door.
  server.on("secureConnection", keep);
  server.listen(place.port, place.address);
  try {
    await once(server, "listening");
  } catch (error) {
    throw new Error(whyNot(error as NodeJS.ErrnoException, place), { cause: error });
  }
  const sweep = setInterval(() => {
    for (const socket of open) if (socket.writableLength > UNREAD_MAX) socket.destroy();
  }, SWEEP_MS);
  return {
    port: (server.address() as AddressInfo).port,
    get open() {
      return door.open;
    },
    use: (next) => server.setSecureContext(secured(next)),
    async [Symbol.asyncDispose]() {
      clearInterval(sweep);
      sockets.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** Puts the door before the handshake. */
function guardDoor(server: Server, door: Door, keep: (socket: Socket) => void): void {
  const begin = server.listeners("connection") as ((socket: Socket) => void)[];
  server.removeAllListeners("connection");
  server.on("connection", (socket: Socket) => {
    const address = socket.remoteAddress ?? "unknown";
    if (!door.enters(address)) {
      socket.destroy();
      return;
    }
    keep(socket);
    socket.once("close", () => door.left(address));
    for (const each of begin) each.call(server, socket);
  });
}

function whyNot({ code, message }: NodeJS.ErrnoException, { address = "", port }: LanPlace): string {
  switch (code) {
    case "EADDRINUSE":
      return `another program uses port ${port}; choose another port under Network`;
    case "EADDRNOTAVAIL":
      return `${address} is no address of this box; choose one of its own under Network`;
    default:
      return message;
  }
}
