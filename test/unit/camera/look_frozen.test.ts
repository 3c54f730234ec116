import assert from "node:assert/strict";
import { test } from "node:test";
import { FreezeWatch, type Step } from "../../../server/camera/look_frozen.ts";

const FPS = 10;
const live: Step = { same: false, stirred: 0.7, alive: false, mean: 100, telling: true };
const repeated: Step = { ...live, same: true, stirred: 0 };

/** One camera, watched picture by picture. */
class Watched {
  readonly #watch = new FreezeWatch();
  #at = 0;
  value: number | null = 0;

  constructor() {
    this.#watch.look(undefined, this.#at);
  }

  /** Seconds until it is told; undefined where it is not. */
  see(seconds: number, step: Step | ((i: number) => Step)): number | undefined {
    let told: number | undefined;
    for (let i = 1; i <= seconds * FPS; i++) {
      this.#at += 1000 / FPS;
      const finding = this.#watch.look(typeof step === "function" ? step(i) : step, this.#at);
      this.value = finding?.value ?? null;
      if (finding?.bad) told ??= i / FPS;
    }
    return told;
  }
}

test("a camera that is known is frozen after 2 s, one that is not yet known before 5 s", () => {
  const known = new Watched();
  assert.equal(known.see(10, live), undefined);
  assert.equal(known.see(5, repeated), 2.1);
  assert.equal(known.value, 5);
  const unknown = new Watched();
  unknown.see(1, live);
  assert.equal(unknown.see(5, repeated), 4.6);
});

test("a camera that repeats its pictures for a while by itself is given twice that, but never 5 s", () => {
  const camera = new Watched();
  camera.see(20, live);
  assert.equal(camera.see(1.4, repeated), undefined);
  camera.see(10, live);
  assert.equal(camera.see(6, repeated), 2.9);
  const slow = new Watched();
  for (let i = 0; i < 5; i++) slow.see(4, (n) => (n === 1 ? live : repeated));
  slow.see(0.1, live);
  assert.equal(slow.see(6, repeated), 4.6);
});

test("a camera that repeats its pictures for longer than can be waited for cannot be checked, and says so", () => {
  const camera = new Watched();
  for (let i = 0; i < 4; i++) camera.see(8, (n) => (n === 1 ? live : repeated));
  camera.see(0.1, live);
  assert.equal(camera.see(20, repeated), undefined);
  assert.equal(camera.value, null);
});

test("a camera that freezes again and again does not teach that freezing is usual", () => {
  const camera = new Watched();
  camera.see(20, live);
  for (let i = 0; i < 6; i++) {
    const told = camera.see(10, repeated);
    assert.ok(told !== undefined && told < 5, `freeze ${i} told after ${told} s`);
    camera.see(5, live);
  }
});

test("a still picture encoded anew is told within 5 s, though its key frames stir it", () => {
  const camera = new Watched();
  camera.see(40, live);
  const told = camera.see(8, (i) => (i % 10 === 0 ? { ...live, stirred: 0.03 } : repeated));
  assert.ok(told !== undefined && told < 5, `told after ${told} s`);
});

test("noise that all but vanishes is told within 5 s, unless the light changed or something moves", () => {
  const calm: Step = { ...live, stirred: 0.02 };
  const seen = (): Watched => {
    const camera = new Watched();
    assert.equal(camera.see(150, live), undefined);
    return camera;
  };
  const told = seen().see(8, calm);
  assert.ok(told !== undefined && told < 5, `told after ${told} s`);
  assert.equal(seen().see(30, { ...calm, mean: 70 }), undefined);
  assert.equal(
    seen().see(30, (i) => ({ ...calm, alive: i % 10 === 0 })),
    undefined,
  );
  assert.equal(seen().see(30, { ...live, stirred: 0.3 }), undefined);
});

test("nothing is learnt from the dark", () => {
  const camera = new Watched();
  camera.see(10, live);
  camera.see(20, { ...repeated, telling: false });
  camera.see(10, live);
  assert.equal(camera.see(5, repeated), 2.1);
});
