/**
 * A Modbus relay board on jsmodbus' server, another implementation than the client under test: coils, discrete inputs,
 * coils that time themselves as Waveshare's do (function 5 at 0x0200 and up, a value of tenths of a second), and a
 * host watchdog that drops everything when nobody talks to it.
 */
import { EventEmitter, once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import jsmodbus from "jsmodbus";
import type { SerialPort } from "serialport";
import { type BoardFault, type BoardRig, Relays } from "./relays.ts";
import { SerialAdapter } from "./relays_serial.ts";

const FLASH_ON = 0x0200;
const READ_INPUTS = 2;
const WRITE_COIL = 5;
const WRITE_COILS = 15;
const WRONG_ADDRESS = 2;
const BEHIND_GATEWAY = 11;

export interface ModbusRigOptions {
  readonly channels: number;
  readonly inputs?: number;
  readonly unit?: number;
  readonly watchdogMs?: number;
}

type Transport = "tcp" | "rtu";

/** What jsmodbus takes for a socket: whole frames come in, its answers go out. */
class Wire extends EventEmitter {
  readonly #answer: (data: Buffer) => void;

  constructor(answer: (data: Buffer) => void) {
    super();
    this.#answer = answer;
  }

  write(data: Buffer): void {
    this.#answer(data);
  }
}

/** The length of the first frame, where enough of it is there to tell. */
function frameLength(transport: Transport, data: Buffer): number | undefined {
  if (transport === "tcp") return data.length < 6 ? undefined : 6 + data.readUInt16BE(4);
  if (data.length < 8) return undefined;
  return data[1] === WRITE_COILS ? 9 + (data[6] ?? 0) : 8;
}

/** The board behind one connection or line. */
class ModbusServer {
  readonly #transport: Transport;
  readonly #rig: ModbusRig;
  readonly #answer: (data: Buffer) => void;
  readonly #wire: Wire;
  #rest: Buffer = Buffer.alloc(0);

  constructor(transport: Transport, rig: ModbusRig, answer: (data: Buffer) => void) {
    this.#transport = transport;
    this.#rig = rig;
    this.#answer = answer;
    this.#wire = new Wire(answer);
    const buffers = { coils: rig.relays.bits, discrete: rig.inputs };
    if (transport === "rtu") new jsmodbus.server.RTU(this.#wire as unknown as SerialPort, buffers);
    else {
      const connections = new EventEmitter();
      new jsmodbus.server.TCP(connections as Server, buffers);
      connections.emit("connection", this.#wire);
    }
  }

  take(data: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, data]);
    for (;;) {
      const length = frameLength(this.#transport, this.#rest);
      if (length === undefined || this.#rest.length < length) return;
      const frame = this.#rest.subarray(0, length);
      this.#rest = this.#rest.subarray(length);
      this.#obey(frame);
    }
  }

  #obey(frame: Buffer): void {
    const { fault, unit } = this.#rig;
    const [start, unitAt] = this.#transport === "tcp" ? [7, 6] : [1, 0];
    const code = frame[start] ?? 0;
    const address = frame.readUInt16BE(start + 1);
    const value = frame.readUInt16BE(start + 3);
    if (frame[unitAt] !== unit) {
      // On a line, the others keep quiet.
      if (this.#transport === "tcp") this.#refuse(frame, BEHIND_GATEWAY);
      return;
    }
    this.#rig.heard();
    if (fault === "garbage") this.#answer(Buffer.alloc(frame.length, 0x55));
    else if (fault !== "hang") this.#carryOut(frame, code, address, value);
  }

  #carryOut(frame: Buffer, code: number, address: number, value: number): void {
    const { relays, fault, inputCount } = this.#rig;
    const channels = relays.states.length;
    if (code === WRITE_COIL && address >= FLASH_ON && address < FLASH_ON + channels) {
      if (fault === "none") relays.set(address - FLASH_ON, true, value * 100);
      this.#answer(frame);
      return;
    }
    const count = code === WRITE_COIL ? 1 : value;
    if (address + count > (code === READ_INPUTS ? inputCount : channels)) {
      this.#refuse(frame, WRONG_ADDRESS);
      return;
    }
    const before = Buffer.from(relays.bits);
    if (code === WRITE_COIL || code === WRITE_COILS)
      for (let i = 0; i < count; i++) relays.endTimer(address + i);
    this.#wire.emit("data", frame);
    if (fault === "stuck") before.copy(relays.bits);
  }

  #refuse(frame: Buffer, why: typeof WRONG_ADDRESS | typeof BEHIND_GATEWAY): void {
    const request =
      this.#transport === "tcp"
        ? jsmodbus.ModbusTCPRequest.fromBuffer(frame)
        : jsmodbus.ModbusRTURequest.fromBuffer(frame);
    if (request === null) throw new Error(`Not a Modbus request: ${frame.toString("hex")}`);
    const body = new jsmodbus.responses.ExceptionResponseBody(request.body.fc, why);
    const response =
      request instanceof jsmodbus.ModbusTCPRequest
        ? jsmodbus.ModbusTCPResponse.fromRequest(request, body)
        : jsmodbus.ModbusRTUResponse.fromRequest(request, body);
    this.#answer(response.createPayload());
  }
}

abstract class ModbusRig implements BoardRig {
  readonly relays: Relays;
  readonly inputs: Buffer;
  readonly inputCount: number;
  readonly unit: number;
  fault: BoardFault = "none";
  readonly #watchdogMs: number | undefined;
  #watchdog: NodeJS.Timeout | undefined;

  constructor({ channels, inputs = 0, unit = 1, watchdogMs }: ModbusRigOptions) {
    this.relays = new Relays(channels);
    this.inputs = Buffer.alloc(Math.ceil(inputs / 8));
    this.inputCount = inputs;
    this.unit = unit;
    this.#watchdogMs = watchdogMs;
  }

  abstract plugIn(): Promise<void>;
  abstract unplug(): Promise<void>;

  /** Somebody talks to it. */
  heard(): void {
    clearTimeout(this.#watchdog);
    if (this.#watchdogMs !== undefined)
      this.#watchdog = setTimeout(() => this.relays.bits.fill(0), this.#watchdogMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#watchdog);
    this.relays.endTimers();
    await this.unplug();
  }
}

export class ModbusTcpRig extends ModbusRig {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  async plugIn(): Promise<void> {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      const board = new ModbusServer("tcp", this, (data) => void socket.write(data));
      socket.on("data", (data: Buffer) => board.take(data));
      socket.on("error", () => undefined);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async unplug(): Promise<void> {
    const server = this.#server;
    if (server === undefined || !server.listening) return;
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(server, "close");
  }
}

export class ModbusRtuRig extends ModbusRig {
  readonly adapter: SerialAdapter;

  constructor(options: ModbusRigOptions) {
    super(options);
    const board = new ModbusServer("rtu", this, (data) => this.adapter.write(data));
    this.adapter = new SerialAdapter((data) => board.take(data));
  }

  async plugIn(): Promise<void> {
    await this.adapter.plugIn();
  }

  async unplug(): Promise<void> {
    await this.adapter.unplug();
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    await this.adapter[Symbol.asyncDispose]();
  }
}
