/** DCT boards as the driver meets them, without USB: a folder that looks like /sys, and firmware with its quirks. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { HidHandle, HidSystem } from "../../server/relay/dct_hid.ts";

/** How a system hands over the eight bytes of a status. */
export type Answering = "behind its number" | "bare" | "bare, in nine bytes" | "only as report 1";

export class FakeDct implements HidHandle {
  /** Bit 0 is channel 1. */
  coils = 0;
  id = "HURTM";
  answering: Answering = "behind its number";
  /** So many of the next calls fail, as on a disturbed cable. */
  failNext = 0;
  /** Every status fails. */
  mute = false;
  /** Takes orders without moving a coil. */
  stuck = false;
  /** Some firmware is not known to understand the order for all. */
  knowsAll = true;
  closed = false;
  /** Command and channel of every order that was taken. */
  readonly orders: (readonly [command: number, channel: number])[] = [];

  sendFeatureReport(data: number[]): number {
    this.#fail();
    const [number, command = 0, channel = 0] = data;
    if (data.length !== 9 || number !== 0) throw new Error("ioctl (SFEATURE): Broken pipe");
    this.orders.push([command, channel]);
    if (this.stuck) return data.length;
    const bit = 1 << (channel - 1);
    if (command === 0xff) this.coils |= bit;
    if (command === 0xfd) this.coils &= ~bit;
    if (command === 0xfc && this.knowsAll) this.coils = 0;
    return data.length;
  }

  getFeatureReport(reportId: number, length: number): number[] {
    this.#fail();
    if (this.mute || (this.answering === "only as report 1" && reportId !== 1))
      throw new Error("ioctl (GFEATURE): Protocol error");
    const id = [...this.id].map((character) => character.charCodeAt(0));
    const status = [...id, 0, 0, this.coils];
    if (this.answering === "behind its number" && reportId === 0) return [0, ...status].slice(0, length);
    return this.answering === "bare, in nine bytes" ? [...status, 0] : status;
  }

  close(): void {
    this.closed = true;
  }

  #fail(): void {
    if (this.closed) throw new Error("device has been closed");
    if (this.failNext === 0) return;
    this.failNext--;
    throw new Error("ioctl (GFEATURE): Protocol error");
  }
}

export interface FakeUsb extends HidSystem {
  /** Plugs something in. A board has the node `/dev/hidraw<number>`. */
  plug(
    port: string,
    number: number,
    device?: Partial<Record<"idVendor" | "idProduct" | "product", string>>,
  ): void;
  unplug(number: number): void;
  /** The board that `open` gives for a node. */
  readonly boards: Map<string, FakeDct>;
}

export function fakeUsb(t: TestContext): FakeUsb {
  const sys = mkdtempSync(join(tmpdir(), "palisade-sys-"));
  t.after(() => rmSync(sys, { recursive: true }));
  const boards = new Map<string, FakeDct>();
  mkdirSync(join(sys, "class/hidraw"), { recursive: true });
  return {
    sys,
    boards,
    open: (path) => {
      const board = boards.get(path);
      if (board === undefined) throw new Error(`cannot open device with path ${path}`);
      board.closed = false;
      return board;
    },
    plug(port, number, device) {
      const hub = port.includes(".") ? `${port.slice(0, port.lastIndexOf("."))}/` : "";
      const usb = join(sys, `devices/pci0000:00/0000:00:14.0/usb1/${hub}${port}`);
      const part = join(usb, `${port}:1.0/0003:16C0:05DF.000${number}`);
      const node = join(part, `hidraw/hidraw${number}`);
      mkdirSync(node, { recursive: true });
      const facts = { idVendor: "16c0", idProduct: "05df", product: "USBRelay4", ...device };
      for (const [name, value] of Object.entries(facts)) writeFileSync(join(usb, name), `${value}\n`);
      symlinkSync("../..", join(node, "device"));
      symlinkSync(node, join(sys, `class/hidraw/hidraw${number}`));
      if (!boards.has(`/dev/hidraw${number}`)) boards.set(`/dev/hidraw${number}`, new FakeDct());
    },
    unplug(number) {
      rmSync(join(sys, `class/hidraw/hidraw${number}`));
      boards.delete(`/dev/hidraw${number}`);
    },
  };
}
