/**
 * Somebody plays with the panel: touches, holds and drags anywhere, of one finger and of several, on a box that guards.
 * `npm test` plays for 15 s; ten minutes: `PALISADE_MONKEY_MINUTES=10 node --test test/browser/monkey.test.ts`
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import { startBox } from "../support/box.ts";
import { openPanel, type Panel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { provisionedCell } from "./touch.ts";

const MINUTES = Number(process.env.PALISADE_MONKEY_MINUTES ?? 0.25);
/** Another seed plays another game; a failure names it. */
const SEED = Number(process.env.PALISADE_MONKEY_SEED ?? 1);
const WIDTH = 1024;
const HEIGHT = 600;
/** Cleaning ends by itself after 30 s, and what was typed is gone with the page it was typed on. */
const LEAVE_MS = 40_000;
const BETWEEN_MS = 60;

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

class Monkey {
  readonly #roll: () => number;
  readonly #send: (type: string, touchPoints: readonly Point[]) => Promise<unknown>;

  constructor(roll: () => number, send: (type: string, touchPoints: readonly Point[]) => Promise<unknown>) {
    this.#roll = roll;
    this.#send = send;
  }

  #point(): Point {
    return { x: this.#roll() * WIDTH, y: this.#roll() * HEIGHT };
  }

  /** Mostly a touch; now and then a hold, a drag, or a hand. */
  async play(): Promise<void> {
    const kind = this.#roll();
    const fingers = kind < 0.03 ? [this.#point(), this.#point(), this.#point()] : [this.#point()];
    await this.#send("touchStart", fingers);
    if (kind > 0.95) await wait(400 + 2_000 * this.#roll());
    if (kind > 0.85 && kind <= 0.95)
      for (let step = 0; step < 5; step++) await this.#send("touchMove", [this.#point()]);
    await this.#send("touchEnd", []);
    await wait(BETWEEN_MS);
  }
}

/** Back to the pictures, by the one button that is always there. */
async function leave(panel: Panel): Promise<void> {
  const live = panel.page.locator(".pages button").first();
  const until = monotonicMs() + LEAVE_MS;
  while ((await panel.page.locator(".wall canvas").count()) === 0) {
    assert.ok(monotonicMs() < until, "the screen came to a state that cannot be left");
    await live.tap({ timeout: 2_000 }).catch(() => undefined);
    await wait(500);
  }
}

test(`somebody plays with the panel for ${MINUTES * 60} s: no error, nothing that cannot be left, nothing energised`, {
  skip: missing.chromium(),
}, async (t) => {
  // Nobody overlooks these zones: a Reset takes a PIN, which no random touches hit.
  await using box = await startBox({ provision: provisionedCell({ fullView: false }) });
  await using panel = await openPanel({ url: "about:blank", width: WIDTH, height: HEIGHT });
  // A kiosk's browser begins with this page: a swipe has nothing to go back to.
  await panel.page.evaluate((url) => location.replace(url), box.url);
  await panel.page.locator(".wall canvas").first().waitFor();
  const devtools = await panel.context.newCDPSession(panel.page);
  const monkey = new Monkey(dice(SEED), (type, touchPoints) =>
    devtools.send("Input.dispatchTouchEvent", {
      type: type as "touchStart",
      touchPoints: touchPoints.map((point, id) => ({ ...point, id })),
    }),
  );
  const until = monotonicMs() + MINUTES * 60_000;
  let touches = 0;
  for (; monotonicMs() < until; touches++) {
    await monkey.play();
    if (touches % 50 === 0)
      assert.equal(box.board("sim")?.channels[0], false, `seed ${SEED}: the run permit was energised`);
  }
  await leave(panel);
  assert.equal(box.board("sim")?.channels[0], false, `seed ${SEED}: the run permit was energised`);
  assert.deepEqual(
    panel.errors.filter(
      (error) => !/Failed to load resource: the server responded with a status of 4\d\d/.test(error),
    ),
    [],
    `seed ${SEED}`,
  );
  t.diagnostic(`${touches} touches, seed ${SEED}`);
});
