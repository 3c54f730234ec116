/**
 * The guardian process: the only owner of the relay boards. It drops everything first, and then energises only what
 * the server's holds ask for, for as long as they keep coming. On stdin come its configuration, which may hold a
 * board's password and so is for no command line, and then orders; on stdout go reports.
 */
import { setFlagsFromString } from "node:v8";
import { monotonicMs, wait } from "./base/clock.ts";
import { boardKind } from "./domain/board.ts";
import {
  boardsOf,
  type GuardianBoard,
  type GuardianConfig,
  type GuardianReport,
  type InputsRead,
} from "./domain/relay.ts";
import { DropTimes } from "./relay/drop_time.ts";
import { BoardKeeper } from "./relay/keeper.ts";
import {
  armRefusal,
  carriesPermit,
  closelyUntil,
  driveOf,
  heldUntil,
  initialLease,
  type LeaseInput,
  reduceLease,
  wantedCoils,
} from "./relay/lease.ts";
import { openOutlet } from "./relay/outlet.ts";
import { lineSplitter, parseGuardianConfig, parseOrder } from "./relay/protocol.ts";
import { openBoard } from "./relay/registry.ts";
import { isProvenDropped, outputStates } from "./relay/report.ts";

/** A board that hangs at its first opening does not keep the guardian from being heard: its server waits 5 s. */
const FIRST_REPORT_MS = 1000;
/** The last drop has this long to be read back: one hung call's deadline and some. */
const END_MS = 400;
/** So long where a board is not open yet whose process is still starting. */
const END_OPENING_MS = 1800;
/** So long the last report may take to be written; its reader may be gone. */
const LAST_WORD_MS = 50;
/** A guardian that runs drops at the end of its lease; a board's hand does where the guardian stands still, this much later. */
const HAND_AFTER_MS = 50;
/** Timers may fire a fraction of a millisecond early. */
const TIMER_SLACK_MS = 1;

type Input = LeaseInput extends infer Each ? (Each extends unknown ? Omit<Each, "at"> : never) : never;

function tell(text: string): void {
  process.stderr.write(`guardian: ${text}\n`);
}

interface Guard {
  readonly take: (line: string) => void;
  readonly disconnect: () => void;
}

function guard(config: GuardianConfig): Guard {
  const startedAt = monotonicMs();
  let state = initialLease(config, startedAt, Math.floor(startedAt));
  let carriedSeq = 0;
  let reportDue = true;
  let ending = false;
  let leaseTimer: NodeJS.Timeout | undefined;

  const outlet = openOutlet(() => `${JSON.stringify(toReport())}\n`, disconnect);
  const dropTimes = new DropTimes();
  const conditions = new Map<string, InputsRead>();
  const ownerSilentMs = config.leaseMs + HAND_AFTER_MS;
  const keepers = new Map(config.boards.map((board) => [board.id, keep(board)]));

  function keep(board: GuardianBoard): BoardKeeper {
    const { id, channels } = board;
    return new BoardKeeper({
      id,
      channels,
      feedback: isConditions(board) || config.outputs.some(({ feedback }) => feedback?.board === id),
      signalsOnly: !carriesPermit(config, id),
      ownProcess: boardKind(board.driver).ownProcess,
      open: () => openBoard({ board, dataFolder: config.dataFolder, ownerSilentMs }),
      now: monotonicMs,
      events: {
        board: (next) => {
          conditions.delete(id);
          step({ kind: "board", board: id, state: next });
          if (next.kind === "lost")
            for (const output of config.outputs) if (boardsOf(output).includes(id)) dropTimes.lost(output.id);
        },
        compared: (disagreeing) => {
          step({ kind: "compared", board: id, disagreeing });
          noteProof();
        },
        inputs: (closed, from) => {
          step({ kind: "inputs", board: id, closed, from });
          if (isConditions(board)) noteConditions(id, { closed, at: from });
          noteProof();
        },
        settled: () => reportWhenSettled(),
        hung: (why) => fail(why),
      },
    });
  }

  function isConditions({ id }: GuardianBoard): boolean {
    return config.conditions?.includes(id) === true;
  }

  /** Told with every report; a contact that has moved is told at once. */
  function noteConditions(board: string, read: InputsRead): void {
    const before = conditions.get(board)?.closed;
    conditions.set(board, read);
    if (before?.join() === read.closed.join()) return;
    reportDue = true;
    reportWhenSettled();
  }

  function allSettled(): boolean {
    return [...keepers.values()].every((keeper) => keeper.settled);
  }

  /** What is ordered is carried out. Nobody waits for a lost board of horns and lamps that is tried again. */
  function isCarriedOut(): boolean {
    return [...keepers].every(
      ([id, keeper]) => keeper.settled || (state.boards[id]?.kind === "lost" && !carriesPermit(config, id)),
    );
  }

  function step(input: Input): void {
    const before = state;
    const at = monotonicMs();
    state = reduceLease(state, { ...input, at } as LeaseInput, config);
    if (state === before) return;
    const until = heldUntil(state, config);
    for (const [id, keeper] of keepers) {
      keeper.want(wantedCoils(state, config, id), until);
      keeper.lookClosely(closelyUntil(state, config, id));
    }
    for (const output of config.outputs) dropTimes.ordered(output.id, driveOf(state, output), at);
    watchLease();
    reportDue = true;
    // Told at once, which proves us alive however slow a board is, and again when it is carried out.
    if (!isCarriedOut()) outlet.send();
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

  /** A board has answered: which of the drops on their way are proven by it? */
  function noteProof(): void {
    for (const output of config.outputs) {
      const since = dropTimes.pendingSince(output.id);
      if (since === undefined || !isProvenDropped(state, output, keepers, since)) continue;
      dropTimes.proven(output.id, monotonicMs());
      reportDue = true;
    }
    reportWhenSettled();
  }

  function reportWhenSettled(): void {
    if (!reportDue || !isCarriedOut()) return;
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
      outputs: outputStates(state, config, keepers, (id) => dropTimes.lastMs(id)),
      lastDrop: state.lastDrop,
      ...(conditions.size === 0 ? {} : { inputs: Object.fromEntries(conditions) }),
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
    const opening = (): boolean => [...keepers.values()].some((keeper) => keeper.opening);
    const until = monotonicMs() + (opening() ? END_OPENING_MS : END_MS);
    while ((opening() || !allSettled()) && monotonicMs() < until) await wait(2);
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

  setTimeout(outlet.send, FIRST_REPORT_MS);
  process.on("uncaughtException", (error) => fail(`Ended by ${error.stack ?? error}`));
  process.on("unhandledRejection", (reason) => fail(`Ended by ${String(reason)}`));
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, disconnect);
  return { take, disconnect };
}

/** The first line is the configuration, each one after it an order. */
function listen(): void {
  let guarding: Guard | undefined;
  const takeFirst = (line: string): void => {
    const config = parseGuardianConfig(line);
    if (!config.ok) {
      tell(`Cannot start: ${config.why}`);
      process.exit(2);
    }
    guarding = guard(config.value);
  };
  const gone = (): void => {
    guarding?.disconnect();
    if (guarding !== undefined) return;
    tell("Cannot start: no configuration came on stdin");
    process.exit(2);
  };
  process.stdin.setEncoding("utf8");
  process.stdin.on(
    "data",
    lineSplitter((line) => (guarding === undefined ? takeFirst(line) : guarding.take(line))),
  );
  process.stdin.on("end", gone);
  process.stdin.on("error", gone);
}

/**
 * Without V8's two optimizing compilers: what it does is little and the same for years, and they would hold 10 MB more of
 * a box's memory for it, measured at 600 switchings a second.
 */
function staySmall(): void {
  if ("Deno" in globalThis) return;
  for (const flag of ["--no-opt", "--no-maglev"]) setFlagsFromString(flag);
}

staySmall();
listen();
