/** Time by hand: replaces the runtime's timers while a test runs, so that nothing sleeps and nothing is guessed. */

interface Timer {
  readonly run: () => void;
  readonly every: number | undefined;
  at: number;
}

export interface Timers {
  /** The hand-driven clock, milliseconds. */
  readonly now: () => number;
  /** How far the clock of the timers runs ahead of `now`: a timer then wakes early. */
  ahead: number;
  /** How many timers are set. */
  readonly set: () => number;
  /** Lets time pass and runs what is due, in order. */
  readonly pass: (ms: number) => void;
}

/** Runs a synchronous test with timers of its own, and puts the real ones back whatever happens. */
export function withTimers(test: (timers: Timers) => void, start = 1_000): void {
  const real = { setTimeout, setInterval, clearTimeout, clearInterval };
  const timers = new Map<number, Timer>();
  let [clock, ids] = [start, 0];
  const add = (run: () => void, ms: number, every: number | undefined): number => {
    timers.set(++ids, { run, every, at: clock + ms });
    return ids;
  };
  const remove = (id: number | undefined): void => void timers.delete(id ?? 0);
  const mine: Timers = {
    ahead: 0,
    now: () => clock,
    set: () => timers.size,
    pass(ms) {
      const end = clock + ms;
      for (;;) {
        const due = [...timers].filter(([, timer]) => timer.at - mine.ahead <= end);
        const next = due.sort(([, a], [, b]) => a.at - b.at)[0];
        if (next === undefined) break;
        const [id, timer] = next;
        clock = Math.max(clock, timer.at - mine.ahead);
        if (timer.every === undefined) timers.delete(id);
        else timer.at += timer.every;
        timer.run();
      }
      clock = end;
    },
  };
  Object.assign(globalThis, {
    setTimeout: (run: () => void, ms = 0) => add(run, ms, undefined),
    setInterval: (run: () => void, ms = 0) => add(run, ms, ms),
    clearTimeout: remove,
    clearInterval: remove,
  });
  try {
    test(mine);
  } finally {
    Object.assign(globalThis, real);
  }
}
