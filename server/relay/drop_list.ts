/**
 * The orders that drop each board, as text: systemd/palisade-drop carries them out without Node, without a driver
 * and without the database. One board a line, its parts apart by a TAB, the bytes in hexadecimal.
 */
import type { GuardianBoard, GuardianConfig } from "../domain/relay.ts";
import { dropBytes } from "./dct_report.ts";
import { allDropped } from "./driver.ts";
import { parseWebBoard, pathOf, type WebBoard } from "./http_get.ts";
import { parseHost } from "./network.ts";
import { simulatedFile } from "./simulated.ts";
import { powerCommand } from "./tasmota.ts";

const HTTP_PORT = 80;
const MODBUS_PORT = 502;
const DEFAULT_BAUD = 9600;
/** A HID board that is bound to no port is the only one. */
const ANY_PORT = "any";
/** Modbus Application Protocol 1.1b3: write multiple coils. */
const WRITE_COILS = 0x0f;

const hex = (bytes: Iterable<number>): string => Buffer.from([...bytes]).toString("hex");
const word = (value: number): readonly number[] => [(value >> 8) & 0xff, value & 0xff];
const channelsOf = ({ channels }: GuardianBoard): number[] =>
  Array.from({ length: channels }, (_, i) => i + 1);

/** A0, channel, 0, and the low byte of their sum. */
function lcusOrders(board: GuardianBoard): readonly string[] {
  return channelsOf(board).map((channel) => hex([0xa0, channel, 0, (0xa0 + channel) & 0xff]));
}

/** All coils in one request. */
function modbusRequest({ channels, firstCoil = 0, unit = 1 }: GuardianBoard): readonly number[] {
  const states = new Array<number>(Math.ceil(channels / 8)).fill(0);
  return [unit, WRITE_COILS, ...word(firstCoil), ...word(channels), states.length, ...states];
}

/** With the header of Modbus TCP: number, protocol 0, length. */
function tcpOrder(board: GuardianBoard): string {
  const request = modbusRequest(board);
  return hex([0, 1, 0, 0, ...word(request.length), ...request]);
}

/** With CRC-16/MODBUS behind it, low byte first. */
function rtuOrder(board: GuardianBoard): string {
  const request = modbusRequest(board);
  let crc = 0xffff;
  for (const byte of request) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return hex([...request, crc & 0xff, crc >> 8]);
}

function webParts(
  { base }: WebBoard,
  paths: readonly string[],
): readonly [host: string, port: string, ...string[]] {
  return [base.hostname.replace(/^\[|\]$/g, ""), base.port || String(HTTP_PORT), ...paths];
}

/** One that asks for a password wants an answer to its challenge, which is left to curl. */
function shellyParts(board: GuardianBoard, web: WebBoard): readonly string[] {
  const paths = channelsOf(board).map((channel) =>
    pathOf(web, "/rpc/Switch.Set", { id: String(channel - 1), on: "false" }),
  );
  if (web.password === "") return ["http", ...webParts(web, paths)];
  const user = `${web.user || "admin"}:${web.password}`.replace(/["\\]/g, "\\$&");
  return ["digest", user, ...webParts(web, paths)];
}

function tasmotaParts(board: GuardianBoard, web: WebBoard): readonly string[] {
  const { user, password } = web;
  const login = password === "" ? {} : { user: user || "admin", password };
  const cmnd = powerCommand(allDropped(board.channels));
  return ["http", ...webParts(web, [pathOf(web, "/cm", { ...login, cmnd })])];
}

/** Undefined where the address cannot be read. */
function partsOf(board: GuardianBoard, dataFolder: string): readonly string[] | undefined {
  const { driver, address = "", baud = DEFAULT_BAUD } = board;
  switch (driver) {
    case "simulated":
      return ["file", simulatedFile(dataFolder, board.id), JSON.stringify(allDropped(board.channels))];
    case "dct-hid":
      return ["hidraw", address || ANY_PORT, ...dropBytes(board.channels).map(hex)];
    case "lcus":
      return ["serial", address, String(baud), ...lcusOrders(board)];
    case "modbus-rtu":
      return ["serial", address, String(baud), rtuOrder(board)];
    case "modbus-tcp": {
      const place = parseHost(address, MODBUS_PORT);
      return place && ["tcp", place.host, String(place.port), tcpOrder(board)];
    }
    case "shelly": {
      const web = parseWebBoard(address);
      return web && shellyParts(board, web);
    }
    case "tasmota": {
      const web = parseWebBoard(address);
      return web && tasmotaParts(board, web);
    }
    default:
      return driver satisfies never;
  }
}

/**
 * One board's line. One whose address cannot be read has a line all the same, which the script complains of.
 * @throws Error where a part of it cannot stand in a line
 */
export function dropLine(board: GuardianBoard, dataFolder: string): string {
  const parts = [board.id, ...(partsOf(board, dataFolder) ?? ["unreadable"])];
  if (parts.some((part) => part === "" || /\p{Cc}/u.test(part)))
    throw new Error(
      `Cannot tell how board "${board.id}" is dropped: its address or the data folder is empty or holds a control character`,
    );
  return parts.join("\t");
}

/** The whole file; empty where there is no board. Passwords of boards may stand in it. */
export function dropList({ boards, dataFolder }: GuardianConfig): string {
  return boards.map((board) => `${dropLine(board, dataFolder)}\n`).join("");
}
