/**
 * Modbus boards: relays as coils, feedback contacts as discrete inputs. What is said to the board is here, and how it
 * is reached over TCP; `modbus_rtu.ts` reaches it over a serial line.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import modbus from "modbus-serial";
import type { GuardianBoard } from "../domain/relay.ts";
import type { Millis } from "../domain/units.ts";
import { BoardCalls, CALL_MS, sentence } from "./calls.ts";
import type { BoardPlace, RelayDriver } from "./driver.ts";
import { lateReason, networkReason, parseHost } from "./network.ts";

/** IANA's port for Modbus TCP. */
const PORT = 502;
/** Waveshare: a coil written here is energised for as many tenths of a second as the value says. */
const FLASH_ON = 0x0200;
const WRITE_COIL = 5;
const WRITE_COILS = 15;
/** The client's own transactions have numbers up to 255: nothing waits for the answer to this one. */
const UNHEARD = 0xffff;

export type ModbusClient = InstanceType<typeof modbus.default>;

/** An open way to the board. */
export interface ModbusLine {
  readonly client: ModbusClient;
  readonly calls: BoardCalls;
  /** Hands bytes to the kernel before it returns, where the line can. */
  readonly sendNow?: (frame: Buffer) => void;
  close(): Promise<void>;
}

/** What a board means by its exception codes (Modbus Application Protocol 1.1b3, section 7). */
function exceptionReason(code: number): string {
  switch (code) {
    case 1:
      return "the board does not know this function; it is another kind of board, or cannot time itself: take out selfTimedMs";
    case 2:
      return "the board has no coil or input at this address; correct channels, inputs, firstCoil and firstInput";
    case 3:
      return "the board refuses this value; correct channels and selfTimedMs";
    case 10:
    case 11:
      return "the gateway does not reach the board behind it; check that board's power and line, and unit";
    default:
      return `the board answers with exception ${code}; see its manual, or switch it off and on`;
  }
}

/** What the client rejects with, in words. */
function answerReason(error: unknown): string {
  const { modbusCode } = error as { readonly modbusCode?: unknown };
  if (typeof modbusCode === "number") return exceptionReason(modbusCode);
  const text = sentence(error);
  if (text === "Port Not Open") return "the way to the board is closed; check its power and its cable";
  return `the board does not answer as Modbus has it (${text}); check its address, unit and baud`;
}

async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new Error(answerReason(error));
  }
}

class ModbusBoard implements RelayDriver {
  readonly channels: number;
  readonly renewEveryMs?: Millis;
  readonly readInputs?: () => Promise<readonly boolean[]>;
  readonly dropNow?: () => void;
  readonly #line: ModbusLine;
  readonly #firstCoil: number;
  readonly #flashTenths: number | undefined;

  constructor(board: GuardianBoard, line: ModbusLine) {
    const { channels, unit = 1, firstCoil = 0, firstInput = 0, inputs = 0, selfTimedMs, watchdogMs } = board;
    this.channels = channels;
    this.#line = line;
    this.#firstCoil = firstCoil;
    this.#flashTenths = selfTimedMs === undefined ? undefined : Math.floor(selfTimedMs / 100);
    // A board that drops when nobody talks to it is talked to as often as one that times itself.
    const dropsAfter = [selfTimedMs, watchdogMs].filter((ms) => ms !== undefined);
    if (dropsAfter.length > 0) this.renewEveryMs = Math.min(...dropsAfter) / 3;
    if (inputs > 0) {
      this.readInputs = async () => {
        const { data } = await line.calls.make("read", () =>
          told(() => line.client.readDiscreteInputs(firstInput, inputs)),
        );
        return data.slice(0, inputs);
      };
    }
    const { sendNow } = line;
    if (sendNow !== undefined) this.dropNow = () => sendNow(dropFrame(unit, firstCoil, channels));
    line.client.setID(unit);
    line.client.setTimeout(CALL_MS);
  }

  async write(states: readonly boolean[]): Promise<void> {
    this.#line.calls.checkLength(states, this.channels);
    const { calls, client } = this.#line;
    await calls.write(states, (signal) =>
      told(async () => {
        if (this.#flashTenths === undefined) await client.writeCoils(this.#firstCoil, [...states]);
        else await this.#writeTimed(states, this.#flashTenths, signal);
      }),
    );
  }

  async read(): Promise<readonly boolean[]> {
    const { calls, client } = this.#line;
    const { data } = await calls.make("read", () =>
      told(() => client.readCoils(this.#firstCoil, this.channels)),
    );
    // The answer is filled up to whole bytes.
    return data.slice(0, this.channels);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The channels stay as they are: dropping is an order, and the guardian gives it before.
    this.#line.calls.close();
    await this.#line.close();
  }

  /**
   * Each run of neighbours that are dropped takes one request, and each energised channel one of its own, after them.
   * A firmware that does not start its time anew drops when the first one is over: seen by the next read.
   */
  async #writeTimed(states: readonly boolean[], tenths: number, signal: AbortSignal): Promise<void> {
    const { client } = this.#line;
    for (const { start, length } of droppedRuns(states)) {
      signal.throwIfAborted();
      await client.writeCoils(this.#firstCoil + start, new Array<boolean>(length).fill(false));
    }
    for (const [i, energised] of states.entries()) {
      if (!energised) continue;
      signal.throwIfAborted();
      const coil = FLASH_ON + this.#firstCoil + i;
      await client.customFunction(WRITE_COIL, [coil >> 8, coil & 0xff, tenths >> 8, tenths & 0xff]);
    }
  }
}

/** Where neighbouring channels are dropped. */
export function droppedRuns(states: readonly boolean[]): { start: number; length: number }[] {
  const runs: { start: number; length: number }[] = [];
  for (const [i, energised] of states.entries()) {
    const last = runs.at(-1);
    if (energised) continue;
    if (last !== undefined && last.start + last.length === i) last.length++;
    else runs.push({ start: i, length: 1 });
  }
  return runs;
}

/** Modbus TCP: every coil dropped, in one frame. */
export function dropFrame(unit: number, firstCoil: number, channels: number): Buffer {
  const bytes = Math.ceil(channels / 8);
  const frame = Buffer.alloc(13 + bytes);
  frame.writeUInt16BE(UNHEARD, 0);
  frame.writeUInt16BE(7 + bytes, 4);
  frame.writeUInt8(unit, 6);
  frame.writeUInt8(WRITE_COILS, 7);
  frame.writeUInt16BE(firstCoil, 8);
  frame.writeUInt16BE(channels, 10);
  frame.writeUInt8(bytes, 12);
  return frame;
}

export function newModbusClient(): ModbusClient {
  return new modbus.default();
}

/** Makes the board of an open line. */
export function modbusBoard(board: GuardianBoard, line: ModbusLine): RelayDriver {
  return new ModbusBoard(board, line);
}

async function connected(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true, keepAlive: true });
  try {
    await once(socket, "connect", { signal });
    return socket;
  } catch (error) {
    // Whatever it still has to say, it has been given up.
    socket.on("error", () => undefined);
    socket.destroy();
    throw error;
  }
}

/** Opens a board on the network. Its address is `192.0.2.7` or `192.0.2.7:502`. */
export async function openModbusTcp({ board }: BoardPlace): Promise<RelayDriver> {
  const place = parseHost(board.address ?? "", PORT);
  if (place === undefined)
    throw new Error(`Cannot open board "${board.id}": its address is not HOST or HOST:PORT; correct it`);
  const where = `${place.host}:${place.port}`;
  const calls = new BoardCalls(board.id, lateReason(where, CALL_MS));
  const client = newModbusClient();
  const socket = await calls.make("open", async (signal) => {
    try {
      return await connected(place.host, place.port, signal);
    } catch (error) {
      throw new Error(networkReason(error, where));
    }
  });
  socket.on("error", (error) => calls.lose(networkReason(error, where)));
  socket.on("close", () => calls.lose(`${where} closed the connection; check its power and its connections`));
  await client.linkTCP(socket, { port: place.port });
  return modbusBoard(board, {
    client,
    calls,
    // The kernel takes a frame this short at once, and delivers it after this process has gone.
    sendNow: (frame) => void socket.write(frame),
    close: async () => {
      if (socket.destroyed) return;
      const closed = once(socket, "close");
      socket.destroy();
      await closed;
    },
  });
}
