/**
 * A hand: the process that makes the calls of one relay board for its owner, which can kill it when a call never
 * returns. Calls in on stdin, answers on stdout. When stdin ends, it drops the board and exits.
 */
import { monotonicMs } from "./base/clock.ts";
import { allDropped, type BoardPlace, type RelayDriver } from "./relay/driver.ts";
import { lineSplitter } from "./relay/protocol.ts";
import { openBoard } from "./relay/registry.ts";
import { type FoundBoards, type HandAnswer, type HandOrder, type HandReady, LIST } from "./relay/remote.ts";

/** A last drop that takes longer than this hangs. */
const END_MS = 1000;
/**
 * An owner that lives asks again 250 ms after an answer (`POLL_MS` of its keeper). One that stands still for so long
 * has nobody else who could drop: the server stands still with it, or it would have been replaced. An owner with a lease
 * gives its own time, a little after the lease. On a box with ten times as much to do as it has cores 700 ms came to
 * 1.4 s in one of a hundred: measured.
 */
const OWNER_SILENT_MS = 450;

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function tell(text: string): void {
  process.stderr.write(`hand: ${text}\n`);
}

function say(answer: HandAnswer): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

function readyOf(driver: RelayDriver): HandReady {
  const { channels, identity, renewEveryMs } = driver;
  return {
    channels,
    ...(identity === undefined ? {} : { identity }),
    ...(renewEveryMs === undefined ? {} : { renewEveryMs }),
    inputs: driver.readInputs !== undefined,
  };
}

function parseOrder(line: string): HandOrder | undefined {
  try {
    const value = JSON.parse(line) as HandOrder | null;
    return Number.isSafeInteger(value?.n) ? (value ?? undefined) : undefined;
  } catch {
    return undefined;
  }
}

async function carryOut(driver: RelayDriver, order: HandOrder): Promise<unknown> {
  switch (order.call) {
    case "write":
      return await driver.write(order.states);
    case "read":
      return await driver.read();
    case "readInputs":
      return await driver.readInputs?.();
    case "drop":
      return await drop(driver);
    default:
      throw new Error(`it knows no call "${(order as { call: string }).call}"`);
  }
}

async function drop(driver: RelayDriver): Promise<void> {
  if (driver.dropNow === undefined) await driver.write(allDropped(driver.channels));
  else driver.dropNow();
}

function serve(place: BoardPlace): void {
  const { ownerSilentMs = OWNER_SILENT_MS } = place;
  const opening = openBoard(place, "here");
  /** A board takes one call after the other. */
  let calls: Promise<unknown> = opening.then(
    (driver) => say({ n: 0, value: readyOf(driver) }),
    (error: unknown) => say({ n: 0, error: sentence(error) }),
  );
  let ending = false;
  let held = false;
  const silent = setTimeout(() => setImmediate(ownerIsSilent), ownerSilentMs);
  /** Orders that came while this process itself stood still are read first. */
  let heardAt = monotonicMs();

  function heard(): void {
    heardAt = monotonicMs();
    silent.refresh();
  }

  function ownerIsSilent(): void {
    if (held && monotonicMs() - heardAt >= ownerSilentMs) {
      end(`Its owner has been silent for ${ownerSilentMs} ms: everything is dropped`);
    } else {
      silent.refresh();
    }
  }

  function take(line: string): void {
    if (ending) return;
    heard();
    const order = parseOrder(line);
    if (order === undefined) {
      end("Its orders cannot be understood");
      return;
    }
    calls = calls.then(async () => {
      try {
        if (order.call === "write") held = order.states.includes(true);
        const value = await carryOut(await opening, order);
        say({ n: order.n, value: value ?? null });
      } catch (error) {
        say({ n: order.n, error: sentence(error) });
      }
      heard();
    });
  }

  /** A board that can drops in the middle of another call; the rest waits for that call. */
  function end(why?: string): void {
    if (ending) return;
    ending = true;
    if (why !== undefined) tell(why);
    setTimeout(() => process.exit(1), END_MS);
    const exit = (): void => process.exit(why === undefined ? 0 : 1);
    opening.then(
      async (driver) => {
        try {
          if (driver.dropNow === undefined) await calls;
          await drop(driver);
          exit();
        } catch (error) {
          tell(sentence(error));
          process.exit(1);
        }
      },
      // Its owner was told why it is not open.
      exit,
    );
  }

  process.on("uncaughtException", (error) => end(`Ended by ${error.stack ?? error}`));
  process.on("unhandledRejection", (reason) => end(`Ended by ${String(reason)}`));
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => end());
  process.stdin.setEncoding("utf8");
  process.stdin.on("data", lineSplitter(take));
  process.stdin.on("end", () => end());
  process.stdin.on("error", () => end());
  process.stdout.on("error", () => end());
}

/** One line that tells what is plugged in. */
async function list(): Promise<void> {
  const problems: string[] = [];
  const part = async <T>(what: string, look: () => Promise<readonly T[]>): Promise<readonly T[]> => {
    try {
      return await look();
    } catch (error) {
      problems.push(`Cannot look for ${what}: ${sentence(error)}`);
      return [];
    }
  };
  const hid = await part("USBRelay boards", async () => (await import("./relay/dct_hid.ts")).listHidBoards());
  const serial = await part("serial ports", async () =>
    (await import("./relay/usb_ports.ts")).listSerialPorts(),
  );
  const found: FoundBoards = { hid, serial, problems };
  process.stdout.write(`${JSON.stringify(found)}\n`);
}

const task = process.argv[2] ?? "";
if (task === LIST) await list();
else serve(JSON.parse(task) as BoardPlace);
