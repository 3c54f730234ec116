/**
 * The newest row of the trail as a retained message of an MQTT broker: published with QoS 1, and read back before the
 * first one is put over it, because what a broker kept from before is what a trail that was written anew cannot have.
 */
import { randomBytes } from "node:crypto";
import type { MqttClient } from "mqtt";
import { z } from "zod";

export interface BrokerHead {
  readonly seq: number;
  /** SHA-256, 64 hex letters. */
  readonly hash: string;
  /** ISO 8601 in UTC. */
  readonly wallAt: string;
}

export interface MqttAnchorOptions {
  /** `mqtt://` or `mqtts://`, without user and password. */
  readonly address: string;
  readonly topic: string;
  readonly login: { readonly user?: string; readonly password?: string };
  /** It is asked, and hears nothing of the box: whoever asks beside a box that runs must not tell that it is gone. */
  readonly onlyAsks?: true;
}

/** A broker that is away is asked again this often, by one connection at a time. */
const RETRY_MS = 15_000;
const CONNECT_MS = 5_000;
const KEEP_ALIVE_S = 60;
/** A broker sends what it retains right behind its answer to the subscription. */
const RETAINED_MS = 500;
const PAYLOAD_MAX = 1_000;

const head = z.object({
  schema: z.literal(1),
  seq: z.int().min(1),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  wallAt: z.iso.datetime(),
});

function headIn(payload: Uint8Array): BrokerHead | undefined {
  if (payload.length > PAYLOAD_MAX) return undefined;
  try {
    return head.safeParse(JSON.parse(Buffer.from(payload).toString("utf8"))).data;
  } catch {
    return undefined;
  }
}

export class MqttAnchor implements AsyncDisposable {
  readonly #options: MqttAnchorOptions;
  readonly #opened: Promise<MqttClient>;
  readonly #closing = new AbortController();
  #why = "it has not answered yet";

  constructor(options: MqttAnchorOptions) {
    this.#options = options;
    this.#opened = this.#open();
    this.#opened.catch(() => undefined); // told by whoever asks
  }

  /** As people name it. */
  get where(): string {
    return `${this.#options.address} ${this.#headTopic}`;
  }

  get #headTopic(): string {
    return `${this.#options.topic}/audit/head`;
  }

  async #open(): Promise<MqttClient> {
    const { address, topic, login, onlyAsks = false } = this.#options;
    // Its package is large, and few boxes have a broker.
    const { connect } = await import("mqtt");
    const status = `${topic}/audit/status`;
    const offline = JSON.stringify({ schema: 1, state: "offline" });
    const client = connect(address, {
      ...{ clientId: `palisade-${randomBytes(6).toString("hex")}`, protocolVersion: 4, clean: true },
      ...{ connectTimeout: CONNECT_MS, reconnectPeriod: RETRY_MS, keepalive: KEEP_ALIVE_S },
      // What cannot be sent now is told as not sent: nothing waits here for a broker.
      ...{ resubscribe: false, queueQoSZero: false },
      ...(onlyAsks
        ? {}
        : { will: { topic: status, payload: Buffer.from(offline), qos: 1 as const, retain: true } }),
      ...(login.user === undefined ? {} : { username: login.user }),
      ...(login.password === undefined ? {} : { password: login.password }),
    });
    client.on("error", (error) => {
      this.#why = error.message || (error as NodeJS.ErrnoException).code || "it cannot be reached";
    });
    client.on("connect", () => {
      if (onlyAsks) return;
      const online = JSON.stringify({ schema: 1, state: "online" });
      client.publish(status, online, { qos: 1, retain: true }, () => undefined);
    });
    return client;
  }

  /** A client that is connected. Rejects with what is wrong when it is not in time. */
  async #connected(signal: AbortSignal): Promise<MqttClient> {
    const client = await this.#opened;
    if (client.connected) return client;
    const settled = Promise.withResolvers<void>();
    const done = (): void => settled.resolve();
    const failed = (): void => settled.reject(new Error(this.#why));
    client.once("connect", done).once("close", failed);
    signal.addEventListener("abort", failed, { once: true });
    if (signal.aborted) failed();
    try {
      await settled.promise;
    } finally {
      client.off("connect", done).off("close", failed);
      signal.removeEventListener("abort", failed);
    }
    return client;
  }

  /** What the broker holds; undefined where that is nothing of ours. Rejects where it cannot be asked. */
  async read(timeoutMs: number): Promise<BrokerHead | undefined> {
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#closing.signal]);
    const client = await this.#connected(signal);
    const topic = this.#headTopic;
    const found = Promise.withResolvers<BrokerHead | undefined>();
    const hear = (told: string, payload: Uint8Array): void => {
      if (told === topic) found.resolve(headIn(payload));
    };
    client.on("message", hear);
    try {
      await inTime(client.subscribeAsync(topic, { qos: 1 }), signal);
      const until = AbortSignal.any([AbortSignal.timeout(RETAINED_MS), signal]);
      until.addEventListener("abort", () => found.resolve(undefined), { once: true });
      if (until.aborted) found.resolve(undefined);
      return await found.promise;
    } finally {
      client.off("message", hear);
      client.unsubscribe(topic, () => undefined);
    }
  }

  /** Resolves when the broker has taken it. Rejects where it has not in time. */
  async publish({ seq, hash, wallAt }: BrokerHead, timeoutMs: number): Promise<void> {
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#closing.signal]);
    const client = await this.#connected(signal);
    const payload = JSON.stringify({ schema: 1, seq, hash, wallAt });
    await inTime(client.publishAsync(this.#headTopic, payload, { qos: 1, retain: true }), signal);
  }

  /** Without a goodbye, so that the broker tells others by the will that this box is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    const client = await this.#opened.catch(() => undefined);
    await client?.endAsync(true).catch(() => undefined);
  }
}

async function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => undefined); // it may come after the time is over
  return await new Promise<T>((resolve, reject) => {
    const late = (): void => reject(new Error("it did not answer in time"));
    if (signal.aborted) late();
    signal.addEventListener("abort", late, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", late));
  });
}
