/**
 * The guardian process: the only owner of the relay boards. It drops everything first, and then energises
 * only what the server's holds ask for, for as long as they keep coming. Orders in on stdin, reports on stdout.
 */
import { monotonicMs, wait } from "./base/clock.ts";
import type { GuardianConfig, GuardianReport, OutputState } from "./domain/relay.ts";
import { BoardKeeper } from "./relay/keeper.ts";
import { armRefusal, initialLease, type LeaseInput, reduceLease, wantedCoils } from "./relay/lease.ts";
import { openOutlet } from "./relay/outlet.ts";
import { lineSplitter, parseGuardianConfig, parseOrder } from "./relay/protocol.ts";
import { openBoard } from "./relay/registry.ts";

/** The last drop has this long to be read back: one hung call's deadline and some. */
const END_MS = 400;
/** So long the last report may take to be written; its reader may be gone. */
const LAST_WORD_MS = 50;
/** Timers may fire a fraction of a millisecond early. */
const TIMER_SLACK_MS = 1;

type Input = LeaseInput extends infer Each ? (Each extends unknown ? Omit<Each, "at"> : never) : never;

function tell(text: string): void {
  process.stderr.write(`guardian: ${text}\n`);
}

function guard(config: GuardianConfig): void {
  const startedAt = monotonicMs();
  let state = initialLease(config, startedAt, Math.floor(startedAt));
  let carriedSeq = 0;
  let reportDue = true;
  let ending = false;
  let leaseTimer: NodeJS.Timeout | undefined;

  const outlet = openOutlet(() => `${JSON.stringify(toReport())}\n`, disconnect);
  const keepers = new Map(
    config.boards.map((board) => [
      board.id,
      new BoardKeeper({
        id: board.id,
        channels: board.channels,
        open: () => openBoard({ board, dataFolder: config.dataFolder }),
        now: monotonicMs,
        events: {
          board: (next) => step({ kind: "board", board: board.id, state: next }),
          compared: (disagreeing) => step({ kind: "compared", board: board.id, disagreeing }),
          settled: () => reportWhenSettled(),
          hung: (why) => fail(why),
        },
      }),
    ]),
  );

  function allSettled(): boolean {
    return [...keepers.values()].every((keeper) => keeper.settled);
  }

  function step(input: Input): void {
    const before = state;
    state = reduceLease(state, { ...input, at: monotonicMs() } as LeaseInput, config);
    if (state === before) return;
    for (const [id, keeper] of keepers) keeper.want(wantedCoils(state, config, id));
    watchLease();
    reportDue = true;
    // Told at once, which proves us alive however slow a board is, and again when it is carried out.
    if (!allSettled()) outlet.send();
    reportWhenSettled();
  }

  function watchLease(): void {
    clearTimeout(leaseTimer);
    if (state.heldAt === undefined) return;
    const leftMs = state.heldAt + config.leaseMs - monotonicMs();
    leaseTimer = setTimeout(() => {
      step({ kind: "tick" });
      if (state.heldAt !== undefined) watchLease();
    }, Math.max(0, leftMs) + TIMER_SLACK_MS);
  }

  function reportWhenSettled(): void {
    if (!reportDue || !allSettled()) return;
    carriedSeq = state.holdSeq;
    reportDue = false;
    outlet.send();
  }

  function toReport(): GuardianReport {
    const readAt = [...keepers.values()].map((keeper) => keeper.readAt ?? startedAt);
    return {
      kind: "state",
      seq: carriedSeq,
      at: readAt.length === 0 ? monotonicMs() : Math.max(...readAt),
      epoch: state.epoch,
      armed: state.armed,
      boards: state.boards,
      outputs: Object.fromEntries(config.outputs.map((output) => [output.id, toOutputState(output)])),
      lastDrop: state.lastDrop,
    };
  }

  function toOutputState({ board, channel }: GuardianConfig["outputs"][number]): OutputState {
    const coil = keepers.get(board)?.readback?.[channel - 1];
    return {
      demand: wantedCoils(state, config, board)[channel - 1] ? "energised" : "dropped",
      readback: coil === undefined ? "unknown" : coil ? "energised" : "dropped",
      mismatch: state.disagreeing[board]?.includes(channel) ?? false,
    };
  }

  function take(line: string): void {
    const read = parseOrder(line);
    if (!read.ok) {
      step({ kind: "malformed" });
      return;
    }
    const order = read.value;
    if (order.kind === "arm") {
      const refusal = armRefusal(state, order, config);
      if (refusal !== undefined) tell(`arm refused: ${refusal}`);
    }
    step({ kind: "order", order });
    if (order.kind === "bye") void end();
  }

  function disconnect(): void {
    step({ kind: "disconnect" });
    void end();
  }

  /** Waits for the last drop to be read back. Exit code 1 where it could not be. */
  async function end(): Promise<void> {
    if (ending) return;
    ending = true;
    for (const keeper of keepers.values()) keeper.writeAgain();
    const until = monotonicMs() + END_MS;
    while (!allSettled() && monotonicMs() < until) await wait(2);
    const proven = [...keepers.values()].every((keeper) => keeper.readback?.includes(true) === false);
    if (!proven) fail("Cannot prove every channel dropped at the end; see the boards");
    const told = monotonicMs() + LAST_WORD_MS;
    while (!outlet.idle && monotonicMs() < told) await wait(1);
    process.exit(0);
  }

  function fail(why: string): never {
    for (const keeper of keepers.values()) {
      try {
        keeper.dropNow();
      } catch (error) {
        tell(String(error));
      }
    }
    tell(why);
    process.exit(1);
  }

  process.on("uncaughtException", (error) => fail(`Ended by ${error.stack ?? error}`));
  process.on("unhandledRejection", (reason) => fail(`Ended by ${String(reason)}`));
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, disconnect);
  process.stdin.setEncoding("utf8");
  process.stdin.on("data", lineSplitter(take));
  process.stdin.on("end", disconnect);
  process.stdin.on("error", disconnect);
}

const config = parseGuardianConfig(process.argv[2] ?? "");
if (!config.ok) {
  tell(`Cannot start: ${config.why}`);
  process.exit(2);
}
guard(config.value);
