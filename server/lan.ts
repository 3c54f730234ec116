/** The way in for panels on the network: follows the settings, holds the certificate, and says why it is closed. */
import { X509Certificate } from "node:crypto";
import type { Log } from "./base/log.ts";
import type { Box } from "./box.ts";
import type { Asker } from "./commands.ts";
import type { LanConfig } from "./domain/network_config.ts";
import type { Api } from "./http/app.ts";
import { type LanServing, serveLan } from "./http/far_listener.ts";
import { stamp } from "./journal.ts";
import { ownPlaces, type Places } from "./network/addresses.ts";
import type { CertificateErrors, Credentials } from "./network/certificate.ts";
import type { CertificateState, Certificates } from "./network/certificates.ts";

export interface LanState extends Places {
  /** What the settings say. */
  readonly on: boolean;
  readonly port: number;
  /** Absent where every address of the box is meant. */
  readonly address?: string;
  readonly listening: boolean;
  /** Why it does not listen although it should; undefined where nothing is wrong. */
  readonly why?: string;
  /** Connections that are open now. */
  readonly connections: number;
  /** Absent while nothing listens. */
  readonly certificate?: CertificateState;
}

export interface LanOptions {
  readonly box: Box;
  readonly certificates: Certificates;
  readonly log: Log;
}

/** What keeps it closed may go by itself: another program ends, an address comes back. */
const RETRY_MS = 10_000;
const LOOK_MS = 60 * 60_000;
const FAULT = "lan";

export class Lan implements AsyncDisposable {
  readonly #options: LanOptions;
  #app: Api | undefined;
  #following: Disposable | undefined;
  #look: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  /** The settings that were followed last. */
  #config: LanConfig | undefined;
  #serving: LanServing | undefined;
  #why: string | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #ended = false;

  constructor(options: LanOptions) {
    this.#options = options;
  }

  /** From now on the settings are followed. */
  async open(app: Api): Promise<void> {
    this.#app = app;
    this.#following = this.#options.box.onChange(() => void this.#follow());
    this.#look = setInterval(() => void this.#inTurn(() => this.#renew()), LOOK_MS);
    await this.#follow();
  }

  get #wanted(): LanConfig {
    return this.#options.box.guard.config.network.lan;
  }

  get state(): LanState {
    const { on, address, port } = this.#wanted;
    const certificate = this.#options.certificates.state;
    return {
      ...ownPlaces(),
      ...{ on, port: this.#serving?.port ?? port, ...(address === undefined ? {} : { address }) },
      ...{ listening: this.#serving !== undefined, connections: this.#serving?.open ?? 0 },
      ...(this.#why === undefined ? {} : { why: this.#why }),
      ...(certificate === undefined ? {} : { certificate }),
    };
  }

  /** Whether a browser may call the box by this name: its certificate says so. */
  answersTo(name: string): boolean {
    const pem = this.#options.certificates.credentials?.certificate;
    return pem !== undefined && new X509Certificate(pem).checkHost(name) !== undefined;
  }

  /** Puts a certificate in the place of the one in use. What is wrong with it, by member. */
  async install(given: Credentials, asker: Asker): Promise<CertificateErrors> {
    return await this.#inTurn(async () => {
      const errors = await this.#options.certificates.install(given);
      if (errors.length === 0) this.#changed(asker);
      return errors;
    });
  }

  /** Back to the box's own. */
  async remove(asker: Asker): Promise<void> {
    await this.#inTurn(async () => {
      await this.#options.certificates.remove();
      this.#changed(asker);
    });
  }

  #changed({ type, id, role, origin }: Asker): void {
    const { box, certificates } = this.#options;
    const { kind, fingerprint, untilWallAt } = certificates.state ?? {};
    box.journal.tell({
      ...stamp(),
      action: "network.certificate-changed",
      actor: { type, id, ...(role === undefined ? {} : { role }) },
      ...(origin === undefined ? {} : { origin }),
      after: { kind, fingerprint, until: untilWallAt && new Date(untilWallAt).toISOString() },
    });
    this.#use();
  }

  /** What is in force from the next connection on. */
  #use(): void {
    const { box, certificates } = this.#options;
    if (!this.#wanted.on) certificates.rest();
    if (certificates.credentials !== undefined) this.#serving?.use(certificates.credentials);
    box.setFault("certificate", certificates.fault);
    box.guard.lookAfter();
  }

  async #renew(): Promise<void> {
    const { certificates, log } = this.#options;
    if (!this.#wanted.on) return;
    try {
      if (await certificates.look()) log.info(certificates.state, "certificate for other panels renewed");
      this.#use();
    } catch (error) {
      log.error({ err: error }, "certificate for other panels cannot be looked after");
    }
  }

  /** Called at every change of anything: only another listener is worked on. */
  async #follow(): Promise<void> {
    const wanted = this.#wanted;
    if (wanted === this.#config || this.#ended) return;
    const same = JSON.stringify(wanted) === JSON.stringify(this.#config);
    this.#config = wanted;
    if (!same) await this.#inTurn(() => this.#listen());
  }

  async #listen(): Promise<void> {
    const { box, certificates, log } = this.#options;
    clearTimeout(this.#retry);
    await this.#serving?.[Symbol.asyncDispose]();
    this.#serving = undefined;
    this.#why = undefined;
    const wanted = this.#wanted;
    if (wanted.on && this.#app !== undefined && !this.#ended) {
      try {
        await certificates.look();
        const { credentials } = certificates;
        this.#serving = credentials && (await serveLan(this.#app, wanted, credentials));
        log.info({ port: this.#serving?.port }, "listening for other panels");
      } catch (error) {
        this.#why = (error as Error).message;
        log.error({ err: error }, "cannot listen for other panels");
        this.#retry = setTimeout(() => void this.#inTurn(() => this.#listen()), RETRY_MS);
      }
    }
    box.setFault(FAULT, this.#why && `Other panels cannot connect: ${this.#why}`);
    this.#use();
  }

  /** One after the other. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    this.#following?.[Symbol.dispose]();
    clearInterval(this.#look);
    clearTimeout(this.#retry);
    await this.#turn;
    clearTimeout(this.#retry);
    await this.#serving?.[Symbol.asyncDispose]();
  }
}
