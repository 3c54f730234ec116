/** Relay boards that speak HTTP, with their own timers: Shelly's second generation, and the Tasmota firmware. */
import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type BoardFault, type BoardRig, Relays } from "./relays.ts";

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

abstract class HttpRig implements BoardRig {
  readonly relays: Relays;
  readonly password: string;
  fault: BoardFault = "none";
  #server: Server | undefined;
  #port = 0;

  constructor({ channels, password = "" }: { readonly channels: number; readonly password?: string }) {
    this.relays = new Relays(channels);
    this.password = password;
  }

  /** @param password another one than the board's own */
  address(password = this.password): string {
    const login = password === "" ? "" : `admin:${encodeURIComponent(password)}@`;
    return `http://${login}127.0.0.1:${this.#port}`;
  }

  async plugIn(): Promise<void> {
    this.#server = createServer((request, response) => this.#take(request, response));
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async unplug(): Promise<void> {
    const server = this.#server;
    if (server === undefined || !server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.relays.endTimers();
    await this.unplug();
  }

  protected abstract answer(url: URL, request: IncomingMessage): Answer;

  protected set(index: number, energised: boolean, forMs?: number): void {
    if (this.fault === "none") this.relays.set(index, energised, forMs);
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    if (this.fault === "hang") return;
    if (this.fault === "garbage") {
      response.end("<html>Router: please log in</html>");
      return;
    }
    const { status, body, headers } = this.answer(new URL(request.url ?? "", "http://board"), request);
    response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body));
  }
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** As the device's API tells it: `toggle_after` in seconds, Digest with SHA-256, each nonce good for one request. */
export class ShellyRig extends HttpRig {
  readonly #nonces = new Set<string>();

  protected answer(url: URL, request: IncomingMessage): Answer {
    if (this.password !== "" && !this.#loggedIn(request)) {
      const nonce = randomUUID();
      this.#nonces.add(nonce);
      const challenge = `Digest qop="auth", realm="shellyplus1-rig", nonce="${nonce}", algorithm=SHA-256`;
      return { status: 401, body: null, headers: { "WWW-Authenticate": challenge } };
    }
    if (url.pathname === "/rpc/Shelly.GetStatus") return { status: 200, body: this.#status() };
    const index = Number(url.searchParams.get("id") ?? Number.NaN);
    const output = this.relays.states[index];
    if (url.pathname !== "/rpc/Switch.Set" || output === undefined)
      return { status: 404, body: { code: -105, message: `Argument 'id', value ${index} not found!` } };
    const seconds = url.searchParams.get("toggle_after");
    const energised = url.searchParams.get("on") === "true";
    this.set(index, energised, seconds === null ? undefined : Number(seconds) * 1000);
    return { status: 200, body: { was_on: output } };
  }

  #status(): object {
    const channels = this.relays.states.map((output, id) => [
      `switch:${id}`,
      { id, source: "http", output, temperature: { tC: 40.1, tF: 104.2 } },
    ]);
    return { ble: {}, cloud: { connected: false }, ...Object.fromEntries(channels), sys: { uptime: 10 } };
  }

  #loggedIn(request: IncomingMessage): boolean {
    const given = request.headers.authorization ?? "";
    const field = (name: string): string => new RegExp(`[ ,]${name}="?([^",]*)`).exec(given)?.[1] ?? "";
    if (!this.#nonces.delete(field("nonce"))) return false;
    const secret = sha256(`admin:shellyplus1-rig:${this.password}`);
    const order = sha256(`${request.method}:${request.url}`);
    const wanted = sha256(
      `${secret}:${field("nonce")}:${field("nc")}:${field("cnonce")}:${field("qop")}:${order}`,
    );
    return field("response") === wanted;
  }
}

/** As its source has it: a bare Power ends the running timers, State does not; Backlog0 is carried out afterwards. */
export class TasmotaRig extends HttpRig {
  /** In tenths of a second, 0 for none. */
  readonly pulseTimes: number[];
  /** How often one of them was set: each time wears the flash. */
  settings = 0;
  /** Newer firmwares tell all PulseTimes as two lists. */
  lists = false;

  constructor(options: { readonly channels: number; readonly password?: string }) {
    super(options);
    this.pulseTimes = new Array<number>(options.channels).fill(0);
  }

  protected answer(url: URL): Answer {
    if (url.pathname !== "/cm") return { status: 404, body: {} };
    if (this.password !== "" && url.searchParams.get("password") !== this.password)
      return { status: 401, body: { WARNING: "Need user=<username>&password=<password>" } };
    const command = url.searchParams.get("cmnd") ?? "";
    if (command.startsWith("Backlog0 ")) {
      const parts = command.slice("Backlog0 ".length).split(";");
      setImmediate(() => {
        for (const part of parts) this.#run(part);
      });
      return { status: 200, body: { WARNING: "Enable weblog 2 if response expected" } };
    }
    return { status: 200, body: this.#run(command) };
  }

  #run(command: string): object {
    const [, word = "", digits = "", value] = /^([a-z]+)(\d*)(?: (\S+))?$/i.exec(command) ?? [];
    const index = Number(digits || 1) - 1;
    if (word === "State") return { Time: "2026-01-01T00:00:00", Uptime: "0T00:00:10", ...this.#powers() };
    if (word === "Power" && index < this.pulseTimes.length) return this.#power(index, value);
    if (word === "PulseTime" && index < this.pulseTimes.length) return this.#pulseTime(index, digits, value);
    return { Command: "Unknown", Input: command };
  }

  #powers(): Readonly<Record<string, string>> {
    const { states } = this.relays;
    const name = (i: number): string => (states.length === 1 ? "POWER" : `POWER${i + 1}`);
    return Object.fromEntries(states.map((energised, i) => [name(i), energised ? "ON" : "OFF"]));
  }

  #power(index: number, value: string | undefined): object {
    if (value === undefined) this.relays.endTimer(index);
    else {
      const tenths = this.pulseTimes[index] ?? 0;
      this.set(index, value === "1", value === "1" && tenths > 0 ? tenths * 100 : undefined);
    }
    return { [`POWER${index + 1}`]: this.relays.states[index] ? "ON" : "OFF" };
  }

  #pulseTime(index: number, digits: string, value: string | undefined): object {
    if (value !== undefined) {
      this.pulseTimes[index] = Number(value);
      this.settings++;
    }
    const all = this.pulseTimes.map((tenths) => ({ Set: tenths, Remaining: 0 }));
    if (digits !== "") return { [`PulseTime${index + 1}`]: all[index] };
    return this.lists
      ? { PulseTime: { Set: this.pulseTimes, Remaining: this.pulseTimes.map(() => 0) } }
      : Object.fromEntries(all.map((one, i) => [`PulseTime${i + 1}`, one]));
  }
}
