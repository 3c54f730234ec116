/** An eye's pace over cameras that are played: real gate, real pacer, the frame that has waited longest first. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Gate } from "../../../server/camera/gate.ts";
import { Pacer } from "../../../server/camera/pacer.ts";

const FPS = 10;

test("a gate lets through what is asked for, evenly, whatever pace the frames come at", () => {
  for (const [asked, given] of [
    [7, 10],
    [3, 10],
    [10, 10],
    [9.9, 10],
    [3, 30],
    [5, 4],
  ] as const) {
    const gate = new Gate(10);
    gate.fps = asked;
    const through: number[] = [];
    for (let frame = 0; frame < given * 60; frame++) {
      const at = 5_000 + (frame * 1_000) / given + (frame % 3) * 4;
      if (gate.opens(at)) through.push(at);
    }
    const wanted = Math.min(asked, given) * 60;
    assert.ok(
      asked < 10 ? Math.abs(through.length - wanted) <= 2 : through.length === given * 60,
      `${asked}`,
    );
    const gaps = through.slice(1).map((at, i) => at - (through[i] ?? at));
    assert.ok(
      Math.max(...gaps) <= 1_000 / Math.min(asked, given) + 1_000 / given + 10,
      `${asked} of ${given}`,
    );
  }
});

test("a gate does not let a burst through after a silence", () => {
  const gate = new Gate(10);
  gate.fps = 2;
  gate.opens(0);
  const burst = Array.from({ length: 20 }, (_, i) => gate.opens(30_000 + i));
  assert.ok(burst.filter(Boolean).length <= 2);
});

/** Cameras that give frames and one detector that looks at them, played in steps of a millisecond. */
class Played {
  readonly pacer = new Pacer(() => 0);
  readonly cameras: Map<string, PlayedCamera>;
  readonly told: (readonly [at: number, id: string, why: string | undefined])[] = [];
  lookMs: number;
  at = 0;
  #freeAt = 0;

  constructor(least: readonly number[], lookMs: number) {
    this.lookMs = lookMs;
    this.cameras = new Map(least.map((fps, i) => [`c${i}`, new PlayedCamera(`c${i}`, fps)]));
  }

  run(ms: number): this {
    for (const end = this.at + ms; this.at < end; this.at++) {
      let i = 0;
      for (const camera of this.cameras.values()) if ((this.at + 13 * i++) % 100 === 0) camera.frame(this.at);
      if (this.at >= this.#freeAt) this.#look();
      if (this.at % 1_000 === 0)
        for (const [id, why] of this.pacer.step(this.cameras, this.at)) this.told.push([this.at, id, why]);
    }
    return this;
  }

  #look(): void {
    const waiting = [...this.cameras.values()].filter(({ waitingSince }) => waitingSince !== undefined);
    const [next] = waiting.sort((a, b) => (a.waitingSince ?? 0) - (b.waitingSince ?? 0));
    if (next === undefined) return;
    this.#freeAt = this.at + this.lookMs;
    next.worstAgeMs = Math.max(next.worstAgeMs, this.#freeAt - next.frameAt);
    next.waitingSince = undefined;
    next.looked++;
    this.pacer.looked(this.at, this.lookMs);
  }

  /** Looks a second of each camera over so long from now. */
  rates(ms: number): readonly number[] {
    const before = [...this.cameras.values()].map(({ looked }) => looked);
    this.run(ms);
    return [...this.cameras.values()].map(({ looked }, i) => (1_000 * (looked - (before[i] ?? 0))) / ms);
  }
}

class PlayedCamera {
  readonly state = { kind: "running" };
  readonly paced;
  waitingSince: number | undefined;
  frameAt = 0;
  looked = 0;
  worstAgeMs = 0;
  readonly #gate = new Gate(FPS);
  #captured = 0;
  #due = 0;

  constructor(id: string, leastFps: number) {
    this.paced = { id, fps: FPS, leastFps };
  }

  get done() {
    return { captured: this.#captured, due: this.#due, looked: this.looked };
  }

  pace(fps: number): void {
    this.#gate.fps = fps;
  }

  frame(at: number): void {
    this.#captured++;
    const due = this.#gate.opens(at);
    if (due) this.#due++;
    else if (this.waitingSince === undefined) return;
    this.frameAt = at;
    this.waitingSince ??= at;
  }
}

const about = (rate: number | undefined, wanted: number): void =>
  assert.ok(Math.abs((rate ?? 0) - wanted) <= 0.06 * wanted, `${rate} instead of ${wanted}`);

test("eight cameras whose looks fit are looked at as configured, and nobody complains", () => {
  const played = new Played(new Array(8).fill(3), 12).run(30_000);
  for (const rate of played.rates(10_000)) about(rate, FPS);
  assert.deepEqual(played.told, []);
  assert.equal(played.pacer.headroom, 4);
});

test("eight cameras whose looks do not fit share what there is, and those that guard nothing give way", () => {
  const played = new Played([3, 3, 3, 3, 3, 3, 2, 2], 25).run(30_000);
  const rates = played.rates(20_000);
  const share = (40 - 22) / (80 - 22);
  for (const [i, rate] of rates.entries()) about(rate, i < 6 ? 3 + share * 7 : 2 + share * 8);
  assert.deepEqual(played.told, []);
  for (const { worstAgeMs } of played.cameras.values()) assert.ok(worstAgeMs < 400, `${worstAgeMs} ms`);
  assert.equal(played.pacer.headroom, 0);
});

test("where not even the least fits, every camera is told of, and of each frame the newest is looked at", () => {
  const played = new Played(new Array(8).fill(3), 80).run(30_000);
  assert.deepEqual(new Set(played.told.map(([, id]) => id)), new Set(played.cameras.keys()));
  assert.match(played.told[0]?.[2] ?? "", /^looked at 1\.\d times a second, its zones need 3$/);
  const rates = played.rates(80_000);
  about(
    rates.reduce((sum, rate) => sum + rate),
    12.5,
  );
  // Who waits is served before anybody is served twice; a frame more or less is a matter of when each frame comes.
  for (const rate of rates) assert.ok(rate > 1.2 && rate < 2, `${rates}`);
  for (const { worstAgeMs } of played.cameras.values()) assert.ok(worstAgeMs < 1_000, `${worstAgeMs} ms`);
  played.lookMs = 10;
  played.run(40_000);
  const last = new Map(played.told.map(([, id, why]) => [id, why]));
  for (const id of played.cameras.keys()) assert.equal(last.get(id), undefined, `${id} is seen again`);
  for (const rate of played.rates(10_000)) about(rate, FPS);
});

test("a camera whose zones need every frame is not slowed down", () => {
  const played = new Played([10, 3, 3], 50).run(30_000);
  about(played.rates(10_000)[0], FPS);
});
