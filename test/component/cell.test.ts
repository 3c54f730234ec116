/** The demonstration cell against the truth of its film: who is in the zone when, and what the permit does then. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import { DEMONSTRATION_FOLDER } from "../../server/demonstration.ts";
import { watchBoard } from "../support/board-watch.ts";
import { startBox } from "../support/box.ts";
import { filmClock } from "../support/film.ts";
import { acknowledgeAll, energise } from "../support/operator.ts";

type Interval = readonly [from: number, to: number];

const truth = JSON.parse(readFileSync(join(DEMONSTRATION_FOLDER, "cell-side.truth.json"), "utf8")) as {
  readonly fps: number;
  readonly seconds: number;
  readonly zone_intervals: readonly Interval[];
  readonly warning_intervals: readonly Interval[];
  readonly empty_intervals: readonly Interval[];
};

/** Two of three frames at 10 a second, the first of them up to a frame after the entry. */
const CONFIRMATION_MS = 200;
/** From the frame to the relay, on a busy test machine. */
const REACTION_MS = 300;
/** The zone waits 3 s of emptiness; then it is a person's turn. */
const LEFT_ALONE_MS = 5_000;

test("the demonstration's permit is dropped whenever somebody is in the cell, never for nobody, and returns only by reset", async (t) => {
  await using box = await startBox();
  using board = watchBoard(box);
  using film = filmClock(box, "side", truth.fps);
  await film.ready(15_000);
  const seconds = (at: number): number => (at - film.startedAt()) / 1000;
  const until = async (second: number): Promise<void> =>
    await wait(Math.max(0, film.startedAt() + second * 1000 - monotonicMs()));
  const [[, firstLeave], [secondEntry, secondLeave]] = truth.zone_intervals as [Interval, Interval];
  const resets: number[] = [];
  const zoneClear = async (): Promise<unknown> =>
    await box.waitFor((view) => view.zones.find(({ id }) => id === "cell")?.verdict === "clear", 10_000);

  assert.equal(board.permitNow(), false, "nothing is energised before a person's reset");
  resets.push(await energise(box, board, 8_000));

  await until(firstLeave);
  await zoneClear();
  await acknowledgeAll(box);
  const alone = monotonicMs();
  await wait(LEFT_ALONE_MS);
  assert.equal(
    board.channel(1).some(({ at, energised }) => energised && at > alone),
    false,
    "acknowledged and clear, but not reset: stays dropped",
  );
  resets.push(await energise(box, board, 2_000));

  await until(secondLeave);
  await zoneClear();
  resets.push(await energise(box, board, 2_000));
  await until(truth.seconds + (truth.zone_intervals[0]?.[0] ?? 0) + 2);

  const end = seconds(monotonicMs());
  const permit = board.channel(1).map(({ at, energised }) => ({ second: seconds(at), energised }));
  const drops = permit.filter(({ energised }, i) => !energised && i > 0).map(({ second }) => second);
  const entries = [0, 1].flatMap((loop) =>
    truth.zone_intervals.map(
      ([from, to]): Interval => [from + loop * truth.seconds, to + loop * truth.seconds],
    ),
  );
  const seen = entries.filter(([from]) => from < end);
  const relative = seen.map(([from]) => {
    const drop = drops.findLast((second) => second < from + 3);
    return drop === undefined ? Number.NaN : Math.round((drop - from) * 1000);
  });
  t.diagnostic(`entry of the feet to the permit dropped on the board: ${relative.join(", ")} ms`);
  t.diagnostic(
    `permit: ${permit.map((p) => `${p.energised ? "+" : "-"}${p.second.toFixed(2)}`).join(" ")} s`,
  );
  t.diagnostic(
    `${film.seen} frames seen, latest ${film.lateness().toFixed(0)} ms after its turn; ` +
      `board looked at every ${board.longestGapMs.toFixed(0)} ms at worst`,
  );
  const reaction = (await box.view()).reaction;
  t.diagnostic(`the box's own figures: ${JSON.stringify(reaction)}`);

  assert.equal(seen.length, 3);
  assert.ok(secondEntry < end);
  const energisedAt = (second: number): boolean =>
    permit.findLast((change) => change.second <= second)?.energised ?? false;
  for (const [loop, [approach]] of [
    ...truth.warning_intervals,
    truth.warning_intervals[0] as Interval,
  ].entries())
    assert.ok(energisedAt(approach + (loop === 2 ? truth.seconds : 0)), `energised before entry ${loop + 1}`);
  for (const [from, to] of seen) {
    const after = from + (CONFIRMATION_MS + REACTION_MS) / 1000;
    assert.equal(energisedAt(after), false, `dropped ${after - from} s after the entry at ${from} s`);
    const again = permit.find(({ second, energised }) => energised && second > after && second < to);
    assert.equal(again, undefined, `dropped from the entry at ${from} s to the leave at ${to} s`);
  }
  for (const second of drops) {
    const inLoop = second % truth.seconds;
    const empty = truth.empty_intervals.find(([from, to]) => inLoop > from && inLoop < to);
    assert.equal(empty, undefined, `dropped at ${second} s, when nobody was to be seen`);
  }
  assert.equal(drops.length, 3, "one trip for each entry");
  assert.deepEqual(
    permit.filter(({ energised }) => energised).map(({ second }) => second),
    resets.map(seconds),
    "energised by a person's reset alone",
  );
});
