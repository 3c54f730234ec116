/**
 * The owner of a board with a hand, for tests that kill or stop it: it energises every channel of the place in
 * argv[2], prints the hand's process id, and waits for its end.
 */
import type { BoardPlace } from "../../server/relay/driver.ts";
import { openRemote } from "../../server/relay/remote.ts";

const text = process.argv[2];
if (text !== undefined) {
  const board = await openRemote(JSON.parse(text) as BoardPlace);
  await board.write(new Array<boolean>(board.channels).fill(true));
  process.stdout.write(`${JSON.stringify({ hand: board.pid })}\n`);
  setInterval(() => undefined, 60_000);
}
