/** The MQTT broker that keeps the newest row of the trail: the one that the settings name, asked and told. */
import type { Log } from "./base/log.ts";
import type { RecordConfig } from "./domain/record_config.ts";
import { brokerLogin } from "./environment.ts";
import { type BrokerHead, MqttAnchor } from "./integrate/mqtt_anchor.ts";
import type { ToldAnchor } from "./store/anchor.ts";
import type { Store } from "./store/store.ts";

const READ_MS = 3_000;

export interface RecordBrokerOptions {
  readonly store: Store;
  readonly config: () => RecordConfig;
  readonly log: Log;
}

/** Where it went; `fault` is a sentence for people where it did not. */
export interface Sent {
  readonly where: string;
  readonly why?: string;
  readonly fault?: string;
}

export class RecordBroker implements AsyncDisposable {
  readonly #options: RecordBrokerOptions;
  #open: { readonly key: string; readonly broker: MqttAnchor } | undefined;

  constructor(options: RecordBrokerOptions) {
    this.#options = options;
  }

  /** The broker of the settings; the one before it is let go. */
  async #broker(): Promise<MqttAnchor | undefined> {
    const { mqtt } = this.#options.config();
    const key = JSON.stringify(mqtt);
    if (this.#open !== undefined && this.#open.key !== key) {
      const { broker } = this.#open;
      this.#open = undefined;
      await broker[Symbol.asyncDispose]();
    }
    if (mqtt === undefined) return undefined;
    this.#open ??= { key, broker: new MqttAnchor({ ...mqtt, login: brokerLogin() }) };
    return this.#open.broker;
  }

  /** Undefined where no broker is set. A row that the trail no longer has is never put out of sight by a newer one. */
  async send(head: BrokerHead, timeoutMs: number): Promise<Sent | undefined> {
    const broker = await this.#broker();
    if (broker === undefined) return undefined;
    const where = `mqtt ${broker.where}`;
    try {
      const kept = await broker.read(timeoutMs / 2);
      if (kept !== undefined && (await this.#isOther(kept)))
        return {
          ...{ where, why: `it holds another row ${kept.seq}` },
          fault: `The record does not have row ${kept.seq} as ${where} holds it since ${kept.wallAt}; check the record, and clear that message once it is explained`,
        };
      await broker.publish(head, timeoutMs / 2);
      return { where };
    } catch (error) {
      const why = (error as Error).message;
      this.#options.log.warn({ why, where }, "anchor of the record cannot be sent");
      return {
        ...{ where, why },
        fault: `The record's anchor cannot be sent to ${where}: ${why}; check the broker and the network`,
      };
    }
  }

  /** Whether the trail says otherwise. Rows that are sealed are left to the whole check. */
  async #isOther({ seq, hash }: BrokerHead): Promise<boolean> {
    const { store } = this.#options;
    const base = await store.archive.base();
    if (seq <= base.seq) return seq === base.seq && hash !== base.hash;
    const [row] = await store.audit({ limit: 1, beforeSeq: seq + 1 });
    return row?.seq !== seq || row.hash !== hash;
  }

  /** What the broker holds, to hold the trail against. Nothing where it cannot be asked, which the log says. */
  async kept(): Promise<readonly ToldAnchor[]> {
    const broker = await this.#broker();
    if (broker === undefined) return [];
    const where = `mqtt ${broker.where}`;
    try {
      const kept = await broker.read(READ_MS);
      if (kept === undefined) return [];
      return [{ seq: kept.seq, value: kept.hash, from: where, wallAt: kept.wallAt }];
    } catch (error) {
      this.#options.log.warn({ why: (error as Error).message, where }, "anchor cannot be read back");
      return [];
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#open?.broker[Symbol.asyncDispose]();
    this.#open = undefined;
  }
}
