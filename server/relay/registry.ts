/** The table of relay drivers: a new board is one file beside this one and one line here. */
import type { BoardPlace, OpenDriver, RelayDriver } from "./driver.ts";
import { openSimulated } from "./simulated.ts";

export const drivers = {
  simulated: openSimulated,
} as const satisfies Record<string, OpenDriver>;

export type DriverName = keyof typeof drivers;

export function isDriverName(name: string): name is DriverName {
  return Object.hasOwn(drivers, name);
}

/** Opens a board with the driver that its configuration names. Throws with a sentence where it cannot. */
export async function openBoard(place: BoardPlace): Promise<RelayDriver> {
  const { id, driver } = place.board;
  if (!isDriverName(driver)) {
    const known = Object.keys(drivers).join(", ");
    throw new Error(`Cannot open board "${id}": no driver is named "${driver}"; use one of ${known}`);
  }
  return await drivers[driver](place);
}
