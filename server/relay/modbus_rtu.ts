/** A Modbus board at the end of a serial line (RS-485): the only one on its adapter. */

import type { BoardPlace, RelayDriver } from "./driver.ts";
import { modbusBoard, newModbusClient } from "./modbus.ts";
import { lineSettings, serialCalls, serialReason } from "./serial.ts";

/** Opens a board on a serial line. Its address is the adapter's device. */
export async function openModbusRtu({ board }: BoardPlace): Promise<RelayDriver> {
  const path = board.address ?? "";
  const calls = serialCalls(board, path);
  const client = newModbusClient();
  // Without a listener the package's error events end the process.
  client.on("error", (error) => calls.lose(serialReason(error, path)));
  client.on("close", () => calls.lose(`${path} is gone; plug its adapter in again`));
  await calls.make("open", async () => {
    try {
      await client.connectRTUBuffered(path, lineSettings(board));
    } catch (error) {
      throw new Error(serialReason(error, path));
    }
  });
  return modbusBoard(board, {
    client,
    calls,
    // A port that is gone is closed already, and says so: that is no error here.
    close: () => new Promise((resolve) => client.close(() => resolve())),
  });
}
