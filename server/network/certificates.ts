/**
 * The certificate of this box for other panels, in a folder of its own for its owner only: one that somebody put in, else
 * one that the box makes and renews. The key leaves the folder for the listener alone.
 */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { wallMs } from "../base/clock.ts";
import { writeAtomic } from "../base/files.ts";
import { ownNames, ownPlaces, type Places } from "./addresses.ts";
import {
  type CertificateErrors,
  type CertificateFacts,
  type Credentials,
  factsOf,
  faultsOf,
  selfSigned,
} from "./certificate.ts";

export interface CertificateState extends CertificateFacts {
  /** `own`: made by the box. `installed`: somebody put it in. */
  readonly kind: "own" | "installed";
}

export interface CertificatesOptions {
  readonly dataFolder: string;
  readonly places?: () => Places;
  /** Unix milliseconds. */
  readonly now?: () => number;
}

const FOLDER = "tls";
const FILES = {
  own: { certificate: "own.pem", key: "own.key.pem" },
  installed: { certificate: "installed.pem", key: "installed.key.pem" },
} as const;
type Kind = keyof typeof FILES;

const DAY_MS = 24 * 60 * 60_000;
/** Time enough to have another one made. */
const DUE_MS = 30 * DAY_MS;

interface Held extends Credentials {
  readonly state: CertificateState;
}

export class Certificates {
  readonly #folder: string;
  readonly #places: () => Places;
  readonly #now: () => number;
  #held: Held | undefined;
  #fault: string | undefined;

  constructor({ dataFolder, places = ownPlaces, now = wallMs }: CertificatesOptions) {
    this.#folder = join(dataFolder, FOLDER);
    this.#places = places;
    this.#now = now;
  }

  /** Undefined before the first look. */
  get credentials(): Credentials | undefined {
    return this.#held;
  }

  get state(): CertificateState | undefined {
    return this.#held?.state;
  }

  /** What is wrong with the files that somebody put in; undefined where nothing is. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Why it has to be replaced by a person; the box's own is renewed by itself. */
  get due(): string | undefined {
    if (this.#held === undefined) return undefined;
    const { kind, untilWallAt } = this.#held.state;
    const left = untilWallAt - this.#now();
    if (kind === "own" || left > DUE_MS) return undefined;
    const date = new Date(untilWallAt).toISOString().slice(0, 10);
    return left > 0 ? `It ends on ${date}` : `It has ended on ${date}`;
  }

  /** Finds the one to use, and makes or renews the box's own where that is it. Whether it is another one than before. */
  async look(): Promise<boolean> {
    const before = this.#held?.certificate;
    this.#held = (await this.#installed()) ?? (await this.#own());
    return this.#held.certificate !== before;
  }

  /** Nothing listens: nothing is due. */
  rest(): void {
    this.#held = undefined;
    this.#fault = undefined;
  }

  /** Puts a certificate and its key in the place of the box's own. What is wrong with them, by member. */
  async install(given: Credentials): Promise<CertificateErrors> {
    const errors = faultsOf(given, this.#now());
    if (errors.length > 0) return errors;
    // A cut between the two leaves a pair that does not belong together, which is told and not used.
    await this.#write("installed", given);
    await this.look();
    return [];
  }

  /** Back to the box's own. */
  async remove(): Promise<void> {
    for (const file of Object.values(FILES.installed)) await rm(join(this.#folder, file), { force: true });
    await this.look();
  }

  async #installed(): Promise<Held | undefined> {
    this.#fault = undefined;
    const given = await this.#read("installed");
    if (given === undefined) return undefined;
    // One that has ended in use is told as due: taking another one unasked would look like somebody in between.
    const facts = readFacts(given.certificate);
    const at = facts === undefined ? this.#now() : Math.min(this.#now(), facts.untilWallAt - 1);
    const [error] = faultsOf(given, at);
    if (error === undefined && facts !== undefined)
      return { ...given, state: { kind: "installed", ...facts } };
    this.#fault = `The certificate put in for other panels is not used: ${error?.path ?? "certificate"} ${error?.message ?? ""}`;
    return undefined;
  }

  async #own(): Promise<Held> {
    const known = await this.#read("own");
    const facts = known && readFacts(known.certificate);
    if (known !== undefined && facts !== undefined && !this.#isOutdated(known, facts))
      return { ...known, state: { kind: "own", ...facts } };
    const key = known === undefined ? undefined : readKey(known.key);
    const made = this.#make(key ?? generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey);
    await this.#write("own", made);
    return { ...made, state: { kind: "own", ...factsOf(made.certificate) } };
  }

  /** It ends soon, or a panel cannot reach the box by its name or IPv4 address any more without a warning. */
  #isOutdated(known: Credentials, { names, untilWallAt }: CertificateFacts): boolean {
    const { host, addresses } = this.#places();
    const needed = [host, ...addresses.filter((address) => !address.includes(":"))];
    const soon = untilWallAt - this.#now() <= DUE_MS;
    return soon || needed.some((name) => !names.includes(name)) || faultsOf(known, this.#now()).length > 0;
  }

  #make(key: KeyObject): Credentials {
    return {
      certificate: selfSigned({ names: ownNames(this.#places()), key, at: this.#now() }),
      key: String(key.export({ type: "pkcs8", format: "pem" })),
    };
  }

  async #read(kind: Kind): Promise<Credentials | undefined> {
    const [certificate, key] = await Promise.all([
      this.#text(FILES[kind].certificate),
      this.#text(FILES[kind].key),
    ]);
    if (certificate === undefined && key === undefined) return undefined;
    return { certificate: certificate ?? "", key: key ?? "" };
  }

  async #text(file: string): Promise<string | undefined> {
    try {
      return await readFile(join(this.#folder, file), "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  async #write(kind: Kind, { certificate, key }: Credentials): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeAtomic(join(this.#folder, FILES[kind].key), key, 0o600);
    await writeAtomic(join(this.#folder, FILES[kind].certificate), certificate, 0o600);
  }
}

function readFacts(certificate: string): CertificateFacts | undefined {
  try {
    return factsOf(certificate);
  } catch {
    return undefined; // told by whoever asks what is wrong with it
  }
}

function readKey(text: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(text);
    return key.asymmetricKeyDetails?.namedCurve === "prime256v1" ? key : undefined;
  } catch {
    return undefined; // another one is made
  }
}
