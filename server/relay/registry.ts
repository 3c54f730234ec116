/**
 * The table of relay drivers: a new board is one file beside this one and one line here. A driver is loaded when a
 * board of it is opened and not before, so that nobody carries the packages of boards that are not there.
 */
import { type BoardDriver, boardKind } from "../domain/board.ts";
import type { BoardPlace, OpenDriver, RelayDriver } from "./driver.ts";

export const drivers = {
  simulated: async (place) => (await import("./simulated.ts")).openSimulated(place),
  "dct-hid": async (place) => (await import("./dct_hid.ts")).openDctHid(place),
  "modbus-tcp": async (place) => (await import("./modbus.ts")).openModbusTcp(place),
  "modbus-rtu": async (place) => (await import("./modbus_rtu.ts")).openModbusRtu(place),
  lcus: async (place) => (await import("./lcus.ts")).openLcus(place),
  shelly: async (place) => (await import("./shelly.ts")).openShelly(place),
  tasmota: async (place) => (await import("./tasmota.ts")).openTasmota(place),
} as const satisfies Record<BoardDriver, OpenDriver>;

export function isDriverName(name: string): name is BoardDriver {
  return Object.hasOwn(drivers, name);
}

/**
 * Opens a board with the driver that its configuration names. Throws with a sentence where it cannot.
 * @param where `own process`: a kind whose calls may block in the kernel is opened in a process of its own, that
 *   can be killed. `here`: in this process, whatever the kind; for that process itself.
 */
export async function openBoard(
  place: BoardPlace,
  where: "own process" | "here" = "own process",
): Promise<RelayDriver> {
  const { id, driver } = place.board;
  if (!isDriverName(driver)) {
    const known = Object.keys(drivers).join(", ");
    throw new Error(`Cannot open board "${id}": no driver is named "${driver}"; use one of ${known}`);
  }
  if (where === "own process" && boardKind(driver).ownProcess)
    return await (await import("./remote.ts")).openRemote(place);
  return await drivers[driver](place);
}
