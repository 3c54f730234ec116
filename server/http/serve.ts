/** The listening socket, and its end: viewers are let go, nobody is waited for. */
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { serve as serveHono } from "@hono/node-server";
import { WebSocketServer } from "ws";
import type { Api } from "./app.ts";

export interface Serving extends AsyncDisposable {
  /** The kiosk's address. */
  readonly url: string;
}

export const MESSAGE_MAX = 4 * 1024;
export type SocketServer = NonNullable<Parameters<typeof serveHono>[0]["websocket"]>["server"];

/** Listens. Rejects with a sentence and its cure where the address cannot be had. */
export async function serve(
  app: Api,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Serving> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_MAX });
  // Both packages describe the same object; only their optional properties differ in strictness.
  const websocket = { server: sockets as unknown as SocketServer };
  const server = serveHono({
    fetch: app.fetch,
    hostname: host,
    port,
    websocket,
  }) as Server;
  try {
    if (!server.listening) await once(server, "listening");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const cure =
      code === "EADDRINUSE"
        ? "another program uses it; set PALISADE_PORT"
        : code === "EACCES"
          ? "this user may not use it; set PALISADE_PORT to 1024 or more"
          : (error as Error).message;
    throw new Error(`Cannot listen on ${host}:${port}: ${cure}`, { cause: error });
  }
  const { port: taken } = server.address() as AddressInfo;
  const shown = host.includes(":") ? `[${host}]` : host === "0.0.0.0" ? "127.0.0.1" : host;
  return {
    url: `http://${shown}:${taken}/`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
