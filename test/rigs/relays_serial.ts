/** A serial adapter that tests can pull out (relays_pty.py), and an LCUS board at its end. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { exited, killGroup } from "../../server/base/child.ts";
import { type BoardFault, type BoardRig, Relays } from "./relays.ts";

const PYTHON = "/usr/bin/python3";
const PTY = fileURLToPath(new URL("relays_pty.py", import.meta.url));

/** False where a serial adapter can be made here, else why not. */
export function serialMissing(): string | false {
  if ("Deno" in globalThis) return "boards on a serial line are driven by a process under Node";
  return existsSync(PYTHON)
    ? false
    : `no serial adapter here (${PYTHON} missing); cure: node server/setup.mjs test`;
}

/** Its path stays while it is pulled out and plugged in again, as the links below /dev/serial/by-path do. */
export class SerialAdapter implements AsyncDisposable {
  readonly path: string;
  readonly #folder: string;
  readonly #take: (data: Buffer) => void;
  #child: ChildProcess | undefined;

  constructor(take: (data: Buffer) => void) {
    this.#take = take;
    this.#folder = mkdtempSync(join(tmpdir(), "palisade-serial-"));
    this.path = join(this.#folder, "adapter");
  }

  async plugIn(): Promise<void> {
    const child = spawn(PYTHON, [PTY], { stdio: ["pipe", "pipe", "inherit"], detached: true });
    this.#child = child;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    let device = "";
    child.on("exit", () => reject(new Error("The serial adapter ended before it named its device")));
    child.stdin.on("error", () => undefined);
    child.stdout.on("data", (data: Buffer) => {
      if (device.endsWith("\n")) return this.#take(data);
      // It says nothing more before somebody has opened the device.
      device += data.toString();
      if (device.endsWith("\n")) resolve(device.trim());
    });
    symlinkSync(await promise, this.path);
  }

  async unplug(): Promise<void> {
    if (this.#child === undefined) return;
    rmSync(this.path, { force: true });
    killGroup(this.#child);
    await exited(this.#child);
  }

  write(data: Buffer): void {
    this.#child?.stdin?.write(data);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.unplug();
    rmSync(this.#folder, { recursive: true });
  }
}

/** Obeys frames of four bytes, and says nothing. */
export class LcusRig implements BoardRig {
  readonly relays: Relays;
  readonly adapter: SerialAdapter;
  fault: BoardFault = "none";
  #rest: Buffer = Buffer.alloc(0);

  constructor(channels: number) {
    this.relays = new Relays(channels);
    this.adapter = new SerialAdapter((data) => this.#take(data));
  }

  async plugIn(): Promise<void> {
    await this.adapter.plugIn();
  }

  async unplug(): Promise<void> {
    await this.adapter.unplug();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.adapter[Symbol.asyncDispose]();
  }

  #take(data: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, data]);
    while (this.#rest.length >= 4) {
      const [head = 0, channel = 0, state = 0, sum] = this.#rest;
      const whole = head === 0xa0 && state <= 1 && ((head + channel + state) & 0xff) === sum;
      if (whole && this.fault === "none" && channel >= 1 && channel <= this.relays.states.length)
        this.relays.set(channel - 1, state === 1);
      // Out of step: the next byte may be a head.
      this.#rest = this.#rest.subarray(whole ? 4 : 1);
    }
  }
}
