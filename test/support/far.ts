/** A panel on the network as a program: HTTPS to the listener for other panels, whatever certificate it shows. */
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { Agent, type RequestOptions, request } from "node:https";
import { type AddressInfo, createServer } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { WebSocket } from "ws";

export interface FarAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

/** A port that nobody uses now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

export class Far implements Disposable {
  readonly port: number;
  /** As a browser would send them. */
  cookies = "";
  readonly #agent = new Agent({ rejectUnauthorized: false, keepAlive: true, maxSockets: 6 });

  constructor(port: number) {
    this.port = port;
  }

  async open(options: RequestOptions, body?: string): Promise<IncomingMessage> {
    const sent = request({ host: "127.0.0.1", port: this.port, agent: this.#agent, ...options });
    sent.end(body);
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    return answer;
  }

  async send(
    method: string,
    path: string,
    body?: unknown,
    more: Readonly<Record<string, string>> = {},
  ): Promise<FarAnswer> {
    const headers = {
      ...(this.cookies === "" ? {} : { cookie: this.cookies }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...more,
    };
    const answer = await this.open(
      { method, path, headers },
      body === undefined ? undefined : JSON.stringify(body),
    );
    let text = "";
    for await (const chunk of answer.setEncoding("utf8")) text += chunk;
    const json = answer.headers["content-type"]?.includes("json") ?? false;
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: json ? JSON.parse(text) : text };
  }

  /** Signs in at the panel, and keeps the cookie. */
  async signIn(who: { readonly name: string; readonly pin: string }): Promise<FarAnswer> {
    const answer = await this.send("POST", "/api/far-session", who);
    this.cookies = (answer.headers["set-cookie"] ?? []).map((each) => each.split(";", 1)[0]).join("; ");
    return answer;
  }

  /** The pictures of all cameras; rejects with the status where they are refused. */
  async tiles(): Promise<WebSocket> {
    const socket = new WebSocket(`wss://127.0.0.1:${this.port}/api/tiles`, {
      rejectUnauthorized: false,
      headers: { cookie: this.cookies },
    });
    await once(socket, "open");
    return socket;
  }

  /** What the listener shows at its handshake. */
  async handshake(): Promise<{ readonly fingerprint: string; readonly protocol: string | null }> {
    const socket: TLSSocket = connect({ host: "127.0.0.1", port: this.port, rejectUnauthorized: false });
    await once(socket, "secureConnect");
    const shown = { fingerprint: socket.getPeerCertificate().fingerprint256, protocol: socket.getProtocol() };
    socket.destroy();
    return shown;
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}
