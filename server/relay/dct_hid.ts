/**
 * DCT's USBRelay boards, by Linux's hidraw. Every call is synchronous: a transfer may block in the kernel for five
 * seconds, so this runs in a process that can be killed, and there a drop is done when it returns.
 */
import { accessSync, constants } from "node:fs";
import { HID } from "node-hid";
import type { GuardianBoard } from "../domain/relay.ts";
import {
  channelsOf,
  type DctStatus,
  dropAllReport,
  dropBytes,
  dropReport,
  energiseReport,
  parseStatus,
  REPORT_BYTES,
} from "./dct_report.ts";
import type { BoardPlace, RelayDriver } from "./driver.ts";
import { usbNodes } from "./usb_ports.ts";

/** Shared by many gadgets of hobbyists: the product's name decides. */
const VENDOR_ID = "16c0";
const PRODUCT_ID = "05df";
/** The report's number in each try. The first fails now and then on a healthy board; some systems want the other. */
const STATUS_TRIES = [0, 0, 1] as const;

/** The part of node-hid's device that is used. */
export interface HidHandle {
  sendFeatureReport(data: number[]): number;
  getFeatureReport(reportId: number, length: number): ArrayLike<number>;
  close(): void;
}

/** Where the boards are, and how one is opened; a test gives its own. */
export interface HidSystem {
  readonly sys: string;
  readonly open: (path: string) => HidHandle;
}

export interface HidBoard {
  /** The USB port. */
  readonly address: string;
  readonly product: string;
  readonly channels: number;
  readonly identity?: string;
  /** One sentence with the cure: why it cannot be used. */
  readonly problem?: string;
}

interface Plugged {
  readonly path: string;
  readonly port: string;
  readonly product: string;
  readonly channels: number;
}

const SYSTEM: HidSystem = { sys: "/sys", open: openNode };

function openNode(path: string): HidHandle {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EACCES") throw error;
    throw new Error(
      `this user may not open ${path}; install systemd/70-palisade-relay.rules and add the user to the group palisade-io`,
    );
  }
  return new HID(path);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function plugged(sys: string): readonly Plugged[] {
  return usbNodes("hidraw", sys).flatMap(({ path, device: { vendorId, productId, product, port } }) => {
    const channels = channelsOf(product);
    if (vendorId !== VENDOR_ID || productId !== PRODUCT_ID || channels === undefined) return [];
    return [{ path, port, product, channels }];
  });
}

/** The one board this configuration means. Ids are not unique: only the port tells two boards apart. */
function find({ address, channels }: GuardianBoard, sys: string): Plugged {
  const all = plugged(sys);
  const ports = all.map(({ port }) => port).join(" and ");
  const [first, ...others] = address === undefined ? all : all.filter(({ port }) => port === address);
  if (first === undefined) {
    const where = address === undefined ? "is plugged in" : `is at USB port ${address}`;
    throw new Error(
      `no USBRelay board ${where}${all.length === 0 ? "" : `, but at ${ports}`}; check its cable`,
    );
  }
  if (others.length > 0) {
    throw new Error(`USBRelay boards are plugged in at USB ports ${ports}; set its address to one of them`);
  }
  if (first.channels !== channels) {
    throw new Error(
      `the board at USB port ${first.port} is a ${first.product}, but ${channels} channels are configured; ` +
        `set its channels to ${first.channels}`,
    );
  }
  return first;
}

/** Failed transfers come now and then on long cables, and the next one works. */
function twice<T>(call: () => T): T {
  try {
    return call();
  } catch {
    return call();
  }
}

function askStatus(handle: HidHandle): DctStatus {
  let failure: unknown;
  for (const reportId of STATUS_TRIES) {
    try {
      return parseStatus(handle.getFeatureReport(reportId, REPORT_BYTES));
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}

function channelsIn(bits: number, channels: number): readonly number[] {
  return Array.from({ length: channels }, (_, i) => i + 1).filter((channel) => (bits >> (channel - 1)) & 1);
}

class DctBoard implements RelayDriver {
  readonly channels: number;
  readonly identity?: string;
  readonly #id: string;
  readonly #port: string;
  readonly #handle: HidHandle;
  /** As the board told them last, or as they were ordered since; undefined where that is not known. */
  #coils: number | undefined;

  constructor(id: string, { port, channels }: Plugged, handle: HidHandle) {
    this.#id = id;
    this.#port = port;
    this.#handle = handle;
    this.channels = channels;
    try {
      const { identity } = askStatus(handle);
      if (identity !== undefined) this.identity = identity;
    } catch {
      // Nobody is told that it is open before it was dropped and read back, and that tells what is wrong with it.
    }
  }

  async write(states: readonly boolean[]): Promise<void> {
    if (states.length !== this.channels) {
      throw new Error(
        `Cannot write board "${this.#id}": got ${states.length} channels, it has ${this.channels}`,
      );
    }
    const wanted = states.reduce((bits, energised, i) => (energised ? bits | (1 << i) : bits), 0);
    this.#told("write", () => (wanted === 0 ? this.#dropAll() : this.#change(wanted)));
  }

  async read(): Promise<readonly boolean[]> {
    const coils = this.#told("read", () => askStatus(this.#handle).coils);
    this.#coils = coils;
    return Array.from({ length: this.channels }, (_, i) => ((coils >> i) & 1) === 1);
  }

  /** Goes on after whatever fails, and needs no answer. */
  dropNow(): void {
    this.#coils = undefined;
    let failure: unknown;
    for (const report of dropBytes(this.channels)) {
      try {
        this.#send(report);
      } catch (error) {
        failure ??= error;
      }
    }
    if (failure !== undefined) throw this.#sentence("drop", failure);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#handle.close();
  }

  /** The one order for all, and then each channel that has not followed it. */
  #dropAll(): void {
    this.#coils = undefined;
    this.#send(dropAllReport());
    const left = askStatus(this.#handle).coils;
    for (const channel of channelsIn(left, this.channels)) this.#send(dropReport(channel));
    if (left === 0) this.#coils = 0;
  }

  /** Only what is to change is sent, and what drops goes first. */
  #change(wanted: number): void {
    const now = this.#coils ?? askStatus(this.#handle).coils;
    this.#coils = undefined;
    for (const channel of channelsIn(now & ~wanted, this.channels)) this.#send(dropReport(channel));
    for (const channel of channelsIn(wanted & ~now, this.channels)) this.#send(energiseReport(channel));
    this.#coils = wanted;
  }

  #send(report: Uint8Array): void {
    twice(() => this.#handle.sendFeatureReport([...report]));
  }

  #told<T>(what: string, call: () => T): T {
    try {
      return call();
    } catch (error) {
      throw this.#sentence(what, error);
    }
  }

  #sentence(what: string, error: unknown): Error {
    return new Error(
      `Cannot ${what} board "${this.#id}": the board at USB port ${this.#port} fails (${reason(error)}); check its cable`,
    );
  }
}

/** Opens the board at its USB port, or the only one where no port is configured. Leaves its channels as they are. */
export async function openDctHid({ board }: BoardPlace, system: HidSystem = SYSTEM): Promise<RelayDriver> {
  try {
    const place = find(board, system.sys);
    return new DctBoard(board.id, place, system.open(place.path));
  } catch (error) {
    throw new Error(`Cannot open board "${board.id}": ${reason(error)}`);
  }
}

/** Every such board that is plugged in, asked for its id. */
export function listHidBoards(system: HidSystem = SYSTEM): readonly HidBoard[] {
  return plugged(system.sys).map(({ path, port, product, channels }) => {
    const found = { address: port, product, channels };
    try {
      const handle = system.open(path);
      try {
        const { identity } = askStatus(handle);
        return { ...found, ...(identity === undefined ? {} : { identity }) };
      } finally {
        handle.close();
      }
    } catch (error) {
      return { ...found, problem: `The board at USB port ${port} does not answer: ${reason(error)}` };
    }
  });
}
