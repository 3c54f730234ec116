/**
 * Holds every channel of a Modbus board energised and reads it ten times a second, until it is killed. Told to end, it
 * drops the board in its last moment. The board's place is its argument.
 */
import { wait } from "../../server/base/clock.ts";
import type { BoardPlace } from "../../server/relay/driver.ts";
import { openModbusTcp } from "../../server/relay/modbus.ts";

const place = JSON.parse(process.argv[2] ?? "") as BoardPlace;
const driver = await openModbusTcp(place);
process.on("SIGTERM", () => {
  driver.dropNow?.();
  process.exit(0);
});
await driver.write(new Array<boolean>(driver.channels).fill(true));
process.stdout.write("holding\n");
for (;;) {
  await driver.read();
  await wait(100);
}
