/**
 * LCUS boards: a CH340 serial adapter and a controller that obeys frames of four bytes and says nothing back.
 * Whether a relay followed is never known, so these boards carry signals only.
 */

import { SerialPort } from "serialport";
import { wait } from "../base/clock.ts";
import type { GuardianBoard } from "../domain/relay.ts";
import type { BoardCalls } from "./calls.ts";
import type { BoardPlace, RelayDriver } from "./driver.ts";
import { lineSettings, serialCalls, serialReason } from "./serial.ts";

const HEAD = 0xa0;
/** A frame takes 4 ms at 9600 baud; the pause lets the controller end one before the next begins. */
const PAUSE_MS = 8;

/** One channel's order: head, channel, state, and the low byte of their sum. */
export function lcusFrame(channel: number, energised: boolean): Buffer {
  const state = energised ? 1 : 0;
  return Buffer.from([HEAD, channel, state, (HEAD + channel + state) & 0xff]);
}

/** The orders for all channels, the dropping ones first. */
export function lcusFrames(states: readonly boolean[]): readonly Buffer[] {
  const frames = (which: boolean) =>
    states.flatMap((energised, i) => (energised === which ? [lcusFrame(i + 1, energised)] : []));
  return [...frames(false), ...frames(true)];
}

class LcusBoard implements RelayDriver {
  readonly channels: number;
  readonly #port: SerialPort;
  readonly #calls: BoardCalls;
  #ordered: readonly boolean[] | undefined;

  constructor(board: GuardianBoard, port: SerialPort, calls: BoardCalls) {
    this.channels = board.channels;
    this.#port = port;
    this.#calls = calls;
  }

  async write(states: readonly boolean[]): Promise<void> {
    this.#calls.checkLength(states, this.channels);
    const ordered = [...states];
    this.#ordered = undefined;
    await this.#calls.write(ordered, async (signal) => {
      for (const frame of lcusFrames(ordered)) {
        signal.throwIfAborted();
        await this.#send(frame);
        await wait(PAUSE_MS, signal);
      }
      this.#ordered = ordered;
    });
  }

  /** The last order: the board tells nothing. */
  async read(): Promise<readonly boolean[]> {
    return await this.#calls.make("read", async () => {
      if (this.#ordered === undefined)
        throw new Error("nothing was written since it was opened, and the board itself tells nothing");
      return this.#ordered;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#calls.close();
    // A port that is gone is closed already, and says so: that is no error here.
    await new Promise<void>((resolve) => this.#port.close(() => resolve()));
  }

  async #send(frame: Buffer): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#port.write(frame);
    this.#port.drain((error) =>
      error ? reject(new Error(serialReason(error, this.#port.path))) : resolve(),
    );
    await promise;
  }
}

/** Opens a board. Its address is the adapter's device. */
export async function openLcus({ board }: BoardPlace): Promise<RelayDriver> {
  const path = board.address ?? "";
  const calls = serialCalls(board, path);
  const port = new SerialPort({ path, ...lineSettings(board), autoOpen: false });
  port.on("error", (error) => calls.lose(serialReason(error, path)));
  port.on("close", () => calls.lose(`${path} is gone; plug its adapter in again`));
  await calls.make("open", async () => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    port.open((error) => (error ? reject(new Error(serialReason(error, path))) : resolve()));
    await promise;
  });
  return new LcusBoard(board, port, calls);
}
