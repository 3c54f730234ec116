import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Letterbox } from "../../../server/camera/args.ts";
import { contentSize } from "../../../server/camera/letterbox.ts";
import { Watcher } from "../../../server/camera/look.ts";
import type { Scene, Trust, TrustFault } from "../../../server/domain/trust.ts";
import type { Size } from "../../../server/domain/units.ts";
import { chance } from "../../support/looks.ts";

const FPS = 10;

interface View {
  /** In percent of the picture's width. */
  readonly dx?: number;
  readonly dy?: number;
  readonly gain?: number;
  /** Share of the width that something flat stands before, moving. */
  readonly hidden?: number;
  readonly noise?: number;
}

/** A hall of boxes: the same for the same seed, whatever the model's input. */
class Hall {
  readonly #picture: Size;
  readonly #model: Letterbox;
  readonly #boxes: readonly (readonly [x: number, y: number, w: number, h: number, level: number])[];
  readonly #random = chance(11);

  constructor(picture: Size, model: Letterbox, seed = 1) {
    const random = chance(seed);
    const box = () => [random(), random(), 0.04 + 0.2 * random(), 0.04 + 0.2 * random(), 40 + 160 * random()];
    this.#boxes = Array.from({ length: 60 }, box as () => [number, number, number, number, number]);
    this.#picture = picture;
    this.#model = model;
  }

  frame(view: View = {}, i = 0): Uint8Array {
    const { dx = 0, dy = 0, gain = 1, hidden = 0, noise = 2 } = view;
    const { width, height, pad } = this.#model;
    const content = contentSize(this.#picture, this.#model);
    const plane = new Uint8Array(width * height).fill(pad);
    const fill = (x0: number, y0: number, x1: number, y1: number, level: number): void => {
      const inside = (value: number, limit: number) => Math.max(0, Math.min(limit, Math.round(value)));
      for (let y = inside(y0, content.height); y < inside(y1, content.height); y++)
        plane.fill(level, y * width + inside(x0, content.width), y * width + inside(x1, content.width));
    };
    fill(0, 0, content.width, content.height, 100 * gain);
    const unit = content.width / 100;
    for (const [x, y, w, h, level] of this.#boxes) {
      const [left, top] = [x * content.width + dx * unit, y * content.height + dy * unit];
      fill(left, top, left + w * content.width, top + h * content.height, Math.min(255, level * gain));
    }
    const start = hidden >= 1 ? 0 : ((i * 7) % 40) / 100;
    fill(start * content.width, 0, (start + hidden) * content.width, content.height, 90 * gain);
    for (let y = 0; y < content.height; y++) {
      for (let x = 0; x < content.width; x++) {
        const at = y * width + x;
        const level = (plane[at] as number) + noise * (this.#random() + this.#random() - 1);
        plane[at] = Math.max(0, Math.min(255, level));
      }
    }
    return plane;
  }
}

const wide = { width: 1280, height: 720 };
const model = { width: 416, height: 256, pad: 114 };
const hall = new Hall(wide, model);

/** A camera that was watched until it had a scene. */
function started(scene?: Scene): { watcher: Watcher; at: number } {
  const watcher = new Watcher(model, FPS, scene);
  watcher.begin(0);
  let at = 0;
  for (let i = 0; i < 25; i++, at += 100) watcher.look(hall.frame(), wide, at, 0, { ratio: 1 });
  return { watcher, at };
}

const scene = started().watcher.scene() as Scene;

function told({ trust }: Watcher): readonly TrustFault[] {
  return trust.kind === "distrusted" ? trust.faults.map(({ why }) => why) : [];
}

/** What is told after some seconds of this, and when. */
function shown(view: View | ((i: number) => View), seconds: number, where = started(scene), from = hall) {
  let trust: Trust = where.watcher.trust;
  let toldAt: number | undefined;
  for (let i = 0; i < seconds * FPS; i++, where.at += 100) {
    const frame = from.frame(typeof view === "function" ? view(i) : view, i);
    trust = where.watcher.look(frame, wide, where.at, 0, { ratio: 1 });
    if (trust.kind === "distrusted") toldAt ??= i / FPS;
  }
  return {
    faults: told(where.watcher),
    toldAt,
    message: trust.kind === "distrusted" ? trust.faults[0]?.message : undefined,
  };
}

test("a good camera is trusted within a second, with a scene and without", () => {
  for (const held of [scene, undefined]) {
    const watcher = new Watcher(model, FPS, held);
    watcher.begin(0);
    for (let at = 0; at <= 500; at += 100) watcher.look(hall.frame(), wide, at);
    assert.equal(watcher.trust.kind, "trusted");
  }
});

test("nothing is told of light that changes, of noise, and of people before 40 % of the picture", () => {
  assert.deepEqual(shown({ gain: 0.4 }, 12).toldAt, undefined);
  assert.deepEqual(shown({ gain: 1.25 }, 12).toldAt, undefined);
  assert.deepEqual(shown({ gain: 0.4, noise: 20 }, 12).toldAt, undefined);
  assert.deepEqual(shown({ hidden: 0.4 }, 40).toldAt, undefined);
  const lamp = (i: number): View => ({ gain: i % 30 < 15 ? 1 : 0.5 });
  assert.deepEqual(shown(lamp, 12).toldAt, undefined);
  const flash = (i: number): View => (i % 17 === 0 ? { gain: 6 } : {});
  assert.deepEqual(shown(flash, 6).toldAt, undefined);
});

const faults: readonly (readonly [name: string, view: View, why: string])[] = [
  ["black", { gain: 0.02 }, "dark"],
  ["white", { gain: 9 }, "glare"],
  ["covered", { hidden: 3 }, "blind"],
  ["the same picture again and again", { noise: 0 }, "frozen"],
  ["moved by 3 %", { dx: 3 }, "moved"],
  ["moved down by 2.5 %", { dy: 2.5 }, "moved"],
  ["moved by 9 % and 5 %", { dx: -9, dy: 5 }, "moved"],
  ["moved by 40 %", { dx: 40 }, "moved"],
];
for (const [name, view, why] of faults) {
  test(`${name}: ${why}, within 5 s`, () => {
    const { faults, toldAt } = shown(view, 5);
    assert.deepEqual(faults, [why]);
    assert.ok((toldAt ?? Number.NaN) >= 1.9 && (toldAt ?? Number.NaN) < 5, `told after ${toldAt} s`);
  });
}

test("welding before a camera that moved or is covered hides neither", () => {
  const flashing = (view: View) => (i: number) => (i % 6 === 0 ? { ...view, gain: 6 } : view);
  assert.deepEqual(shown(flashing({ dx: 5 }), 5).faults, ["moved"]);
  assert.deepEqual(shown(flashing({ hidden: 3 }), 5).faults, ["blind"]);
});

test("a camera that moved less than its limit is not told, and the shift is measured to a third of a percent", () => {
  for (const dx of [1, 1.5, 3, 4.5, 7]) {
    const where = started(scene);
    const { faults } = shown({ dx }, 4, where);
    const { value } = where.watcher.readings().find(({ check }) => check === "moved") ?? { value: null };
    assert.deepEqual(faults, dx < 2 ? [] : ["moved"]);
    if (dx > 1) assert.ok(Math.abs((value ?? 0) - dx) < 0.34, `${value} instead of ${dx}`);
  }
});

test("another hall is another scene, whatever it looks like", () => {
  const other = new Hall(wide, model, 2);
  const { faults, message } = shown({}, 4, started(scene), other);
  assert.deepEqual(faults, ["moved"]);
  assert.match(message ?? "", /looks elsewhere/);
});

test("without a scene the picture must still show something", () => {
  const where = started();
  assert.deepEqual(shown({ hidden: 3 }, 4, where).faults, ["blind"]);
  const states = where.watcher.readings().map(({ check, state }) => [check, state]);
  assert.deepEqual(Object.fromEntries(states).mismatch, "unknown");
  assert.equal(where.watcher.scene(), undefined, "no scene of a covered camera");
  assert.deepEqual(shown({ dx: 30 }, 15, started()).toldAt, undefined);
});

test("another size than the taught one is told at once, and taught anew it is none", () => {
  const { watcher, at } = started(scene);
  const small = { width: 640, height: 360 };
  const trust = watcher.look(hall.frame(), small, at);
  assert.ok(trust.kind === "distrusted" && trust.faults[0]?.why === "mismatch");
  watcher.teach({ ...scene, picture: small });
  assert.notEqual(watcher.look(hall.frame(), small, at + 100).kind, "distrusted");
  for (let i = 2; i < 5; i++) watcher.look(hall.frame(), small, at + 100 * i);
  assert.equal(watcher.trust.kind, "trusted");
});

test("a scene taught in its new place is where it belongs", () => {
  const where = started(scene);
  assert.deepEqual(shown({ dx: 6 }, 5, where).faults, ["moved"]);
  const now = where.watcher.scene();
  assert.ok(now !== undefined, "a camera that moved has a scene");
  where.watcher.teach(now);
  assert.deepEqual(shown({ dx: 6 }, 5, where).faults, []);
});

test("the scene leaves out who passes through it", () => {
  const watcher = new Watcher(model, FPS, scene);
  const passing = (i: number): View => ({ hidden: i % 15 < 5 ? 0.3 : 0 });
  const where = { watcher, at: 0 };
  watcher.begin(0);
  shown(passing, 3, where);
  const seen = watcher.scene()?.luma ?? new Uint8Array();
  const apart = seen.reduce((sum, level, i) => sum + Math.abs(level - (scene.luma[i] ?? 0)), 0);
  assert.ok(apart / scene.luma.length < 2, `${apart / scene.luma.length} levels apart`);
});

test("late pictures and time stamps that stand still are told while everything else is well", () => {
  const late = started(scene);
  late.watcher.look(hall.frame(), wide, late.at, 1_500);
  assert.equal(late.watcher.readings().find(({ check }) => check === "late")?.state, "suspect");
  late.watcher.look(hall.frame(), wide, late.at + 1_000, 1_500);
  assert.ok(late.watcher.trust.kind === "distrusted" && late.watcher.trust.faults[0]?.why === "late");

  const { watcher, at } = started(scene);
  for (let since = 0; since <= 2_000; since += 500) watcher.stamps(at + since, { ratio: 0 });
  assert.ok(watcher.trust.kind === "distrusted" && watcher.trust.faults[0]?.why === "clock");
  watcher.begin(at + 3_000);
  watcher.look(hall.frame(), wide, at + 3_100);
  assert.equal(watcher.trust.kind, "distrusted", "a new run has not disproved it yet");
});

describe("every shape of picture in every model", () => {
  const pictures = [
    wide,
    { width: 640, height: 480 },
    { width: 720, height: 1280 },
    { width: 400, height: 400 },
  ];
  const models = [model, { width: 416, height: 416, pad: 0 }, { width: 640, height: 384, pad: 114 }];
  for (const picture of pictures) {
    for (const input of models) {
      test(`${picture.width}x${picture.height} in ${input.width}x${input.height}`, () => {
        const place = new Hall(picture, input);
        const learner = new Watcher(input, FPS);
        for (let at = 0; at < 2_000; at += 100) learner.look(place.frame(), picture, at);
        const watcher = new Watcher(input, FPS, learner.scene());
        for (let at = 0; at < 1_000; at += 100) watcher.look(place.frame({ gain: 0.8 }), picture, at);
        assert.equal(watcher.trust.kind, "trusted");
        const dx = 4;
        for (let at = 1_000; at < 5_000; at += 100) watcher.look(place.frame({ dx }), picture, at);
        assert.deepEqual(told(watcher), ["moved"]);
      });
    }
  }
});
