/** The View: what every screen is told in every state of a camera, a zone and an output. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CameraState } from "../../../server/domain/camera.ts";
import { type Surroundings, viewOf } from "../../../server/domain/screen.ts";
import type { CameraView, View } from "../../../server/domain/view.ts";
import { configOf, IN_AISLE, IN_CELL, OUTSIDE, Play, PROVISION, person } from "./scenario.ts";

const WALL = 1_800_000_000_000;

function around(play: Play, change: Partial<Surroundings> = {}): Surroundings {
  return {
    seq: 7,
    boot: "boot",
    version: "1.2.3",
    wallAt: WALL,
    at: play.at,
    site: { name: "Press 4", timezone: "Europe/Berlin" },
    demonstration: false,
    pictures: new Map(),
    reaction: { count: 0 },
    model: { name: "default", grade: "Untried", quality: "Unknown" },
    faults: [],
    ...change,
  };
}

/** The view, after it has gone through JSON as it does on the way to a screen. */
function view(play: Play, change: Partial<Surroundings> = {}): View {
  const made = viewOf(play.state, play.rules, around(play, change));
  const copy = JSON.parse(JSON.stringify(made)) as View;
  assert.deepEqual(copy, made, "nothing of a view may be lost in JSON");
  return copy;
}

function camera(play: Play, id: string, change: Partial<Surroundings> = {}): CameraView {
  const found = view(play, change).cameras.find((one) => one.id === id);
  assert.ok(found, `camera ${id} is shown`);
  return found;
}

function boxOf(change: (file: typeof PROVISION) => void): Play {
  const file = structuredClone(PROVISION);
  change(file);
  return new Play(configOf(file));
}

/* ---- cameras ---- */

const CAMERA_STATES: readonly (readonly [CameraState, CameraView["state"], string])[] = [
  [{ kind: "idle" }, "IDLE", "The camera is stopped"],
  [{ kind: "starting", attempt: 1, since: 0 }, "STARTING", "Waiting for the first picture"],
  [{ kind: "stopping", since: 0 }, "STOPPING", "The camera is being stopped"],
  [
    {
      kind: "error",
      why: "lost",
      message: "No answer from the camera",
      attempt: 2,
      since: 0,
      retryAt: 9_200,
    },
    "ERROR",
    "No answer from the camera",
  ],
];

for (const [state, word, why] of CAMERA_STATES) {
  test(`a camera that is ${state.kind} is shown ${word}, blind, with the reason and nobody in it`, () => {
    const play = new Play().guarding().watch(300, person(IN_CELL));
    play.feed({ kind: "camera", camera: "front", state });
    const shown = camera(play, "front");
    assert.equal(shown.state, word);
    assert.equal(shown.why, why);
    assert.equal(shown.verdict, "blind");
    assert.deepEqual(shown.people, []);
    assert.equal(shown.fault, state.kind === "error" ? "lost" : undefined);
    assert.equal(shown.retryWallAt, state.kind === "error" ? WALL + 9_200 - play.at : undefined);
  });
}

test("a camera that runs and is looked at is shown without a reason", () => {
  const shown = camera(new Play().guarding(), "front");
  assert.equal(shown.state, "RUNNING");
  assert.equal(shown.verdict, "clear");
  assert.ok(!("why" in shown) && !("fault" in shown) && !("retryWallAt" in shown));
});

test("a camera that runs and is not looked at says why", () => {
  const play = new Play().running("front");
  assert.equal(camera(play, "front").why, "Pictures come, but nobody has looked at one yet");
  play.feed({ kind: "detector", state: { kind: "failed", why: "Install the model again" } });
  assert.equal(camera(play, "front").why, "Pictures come, but the detector does not work");
});

test("a camera whose verdict is clear and then stale is shown blind", () => {
  const play = new Play().guarding();
  assert.equal(camera(play, "front").verdict, "clear");
  assert.equal(camera(play.wait(1_100), "front").verdict, "blind");
});

test("a camera shows the worst of its zones, and without zones whether it is looked at", () => {
  const play = boxOf((file) => {
    file.zones.push({ ...(file.zones[0] as (typeof file.zones)[0]), id: "near", name: "Near", kind: "warn" });
    file.zones = file.zones.filter(({ camera }) => camera === "front");
    for (const output of file.outputs) if (output.zones) output.zones = ["cell"];
  }).ready();
  assert.equal(camera(play, "front").verdict, "clear");
  assert.equal(camera(play, "side").verdict, "clear");
  play.watch(200, person(IN_CELL));
  assert.equal(camera(play, "front").verdict, "stop", "the stop zone confirms before the warn zone does");
  play.watch(200, person(IN_CELL));
  assert.deepEqual(
    view(play).zones.map(({ verdict }) => verdict),
    ["stop", "warn"],
  );
  assert.equal(camera(play, "front").verdict, "stop");
  assert.equal(camera(play.wait(1_100), "side").verdict, "blind");
});

test("pictures bring size, rate, count and age; without any the numbers are zero and the age absent", () => {
  const play = new Play().guarding();
  const pictures = new Map([
    ["front", { size: { width: 640, height: 360 }, capturedAt: play.at - 80.4, frameCount: 41, fps30s: 9.9 }],
    ["side", { frameCount: 2, fps30s: 0.1, capturedAt: play.at + 3 }],
  ]);
  const front = camera(play, "front", { pictures });
  assert.deepEqual(front.size, { width: 640, height: 360 });
  assert.equal(front.frameAgeMs, 80);
  assert.equal(front.frameCount, 41);
  assert.equal(front.fps30s, 9.9);
  assert.equal(camera(play, "side", { pictures }).frameAgeMs, 0, "never younger than now");
  assert.ok(!("size" in camera(play, "side", { pictures })));
  const none = camera(play, "front");
  assert.equal(none.frameCount + none.fps30s, 0);
  assert.ok(!("frameAgeMs" in none) && !("size" in none));
});

/* ---- people ---- */

test("people are shown with the zones they count in, and the unsure ones not at all", () => {
  const play = new Play().guarding();
  play.at += 100;
  play.see(
    "front",
    person(IN_CELL, 0.876),
    person(OUTSIDE, 0.5),
    person(IN_CELL, 0.44),
    person(OUTSIDE, 0.3),
  );
  assert.deepEqual(camera(play, "front").people, [
    { box: IN_CELL, score: 0.88, zones: ["cell"] },
    { box: OUTSIDE, score: 0.5, zones: [] },
  ]);
});

test("an unsure person is shown while the score keeps a zone occupied", () => {
  const play = new Play().guarding().watch(300, person(IN_CELL)).watch(100, person(IN_CELL, 0.3));
  assert.deepEqual(camera(play, "front").people, [{ box: IN_CELL, score: 0.3, zones: ["cell"], track: 1 }]);
});

test("a person is shown with their number from the second frame on, and the next one with another", () => {
  const play = new Play().guarding();
  const numbers = (): unknown[] => camera(play, "front").people.map(({ track }) => track);
  play.watch(100, person(IN_CELL));
  assert.deepEqual(numbers(), [undefined]);
  play.watch(100, person(IN_CELL), person(OUTSIDE, 0.8));
  assert.deepEqual(numbers(), [1, undefined]);
  play.watch(100, person(IN_CELL), person(OUTSIDE, 0.8));
  assert.deepEqual(numbers(), [1, 2]);
});

test("a camera without zones shows everyone the detector reports", () => {
  const play = boxOf((file) => {
    file.zones = file.zones.filter(({ camera }) => camera === "front");
    for (const output of file.outputs) if (output.zones) output.zones = ["cell"];
  }).ready();
  play.see("side", person(IN_AISLE, 0.3));
  assert.equal(camera(play, "side").people.length, 0, "an observation of the same instant is not newer");
  play.at += 100;
  play.see("side", person(IN_AISLE, 0.3));
  assert.deepEqual(camera(play, "side").people, [{ box: IN_AISLE, score: 0.3, zones: [] }]);
});

/* ---- zones, alarms, times ---- */

test("a zone is shown with its shape, verdict and the wall time since when", () => {
  const play = new Play().guarding().watch(200, person(IN_CELL));
  const since = play.at;
  play.watch(1_000, person(IN_CELL));
  const [cell, aisle] = view(play).zones;
  assert.equal(cell?.verdict, "stop");
  assert.equal(cell?.sinceWallAt, WALL - (play.at - since));
  assert.deepEqual(
    [cell?.camera, cell?.name, cell?.kind, cell?.polygon.length],
    ["front", "Cell", "stop", 4],
  );
  assert.equal(aisle?.verdict, "clear");
});

test("what the state does not know yet is shown blind", () => {
  const play = new Play();
  play.state = { ...play.state, verdicts: new Map(), cameras: new Map() };
  const shown = view(play);
  assert.deepEqual(
    shown.zones.map(({ verdict }) => verdict),
    ["blind", "blind"],
  );
  assert.deepEqual(
    shown.cameras.map(({ state, verdict }) => [state, verdict]),
    [
      ["IDLE", "blind"],
      ["IDLE", "blind"],
    ],
  );
  assert.equal(shown.cameras[0]?.why, "The camera is stopped");
});

test("an alarm's instants become wall time, and absent ones stay absent", () => {
  const play = new Play().guarding().watch(200, person(IN_CELL));
  const raisedAt = play.at;
  const [fresh] = view(play).alarms;
  assert.deepEqual(fresh, {
    id: "zone.stop.occupied:cell",
    definition: "zone.stop.occupied",
    source: "cell",
    priority: 1,
    state: "unacknowledged",
    raisedAt: WALL,
    text: "Person in Cell",
    response: "Clear the area, acknowledge, check that nobody is inside, then reset.",
    version: 1,
    returns: 0,
    firstOut: true,
    sound: "stop",
  });
  play.watch(4_000);
  const clearedAt = play.state.alarms.get("zone.stop.occupied:cell")?.alarm.clearedAt ?? 0;
  play.at += 50;
  play.feed({ kind: "acknowledge", alarm: "zone.stop.occupied:cell", by: "Sam" });
  const [seen] = view(play).alarms;
  assert.equal(seen?.raisedAt, WALL - (play.at - raisedAt));
  assert.equal(seen?.clearedAt, WALL - (play.at - clearedAt));
  assert.equal(seen?.acknowledgedAt, WALL);
  assert.equal(seen?.acknowledgedBy, "Sam");
});

test("alarms are shown in the banner's order, with detail where there is one", () => {
  const play = new Play().guarding().watch(200, person(IN_CELL));
  play.feed({ kind: "acknowledge", alarm: "zone.stop.occupied:cell", by: "panel" });
  play.feed({ kind: "record", writable: false, why: "The disk is full" });
  play.feed({ kind: "relay", state: { kind: "lost", why: "The guardian ended", since: play.at } });
  assert.deepEqual(
    view(play).alarms.map(({ id, detail }) => [id, detail]),
    [
      ["out.comm.lost:guardian", "The guardian ended"],
      ["sys.audit.fail:record", "The disk is full"],
      ["zone.stop.occupied:cell", undefined],
    ],
  );
});

/* ---- the whole ---- */

test("a view says watching, tripped or unguarded", () => {
  assert.equal(view(new Play().ready()).state, "tripped");
  assert.equal(view(new Play().guarding()).state, "watching");
  const bare = boxOf((file) => {
    file.outputs = file.outputs.filter(({ role }) => role !== "run-permit");
  });
  assert.equal(view(bare).state, "unguarded");
});

test("a view with one of two permits dropped is tripped", () => {
  const play = boxOf((file) => {
    if (file.boards[0]) file.boards[0].channels = 9;
    file.outputs.push({ id: "second", board: "sim", channel: 9, role: "run-permit", zones: ["aisle"] });
  }).guarding();
  assert.equal(view(play).state, "watching");
  play.watch(200, person(IN_CELL));
  assert.equal(play.demand("second"), "energised");
  assert.equal(view(play).state, "tripped");
});

test("a view passes on what surrounds it", () => {
  const change = {
    demonstration: true,
    faults: ["The disk is full; make room"],
    reaction: { count: 3, lastTripMs: 41.2 },
  };
  const shown = view(new Play(), change);
  assert.equal(shown.seq, 7);
  assert.equal(shown.boot, "boot");
  assert.equal(shown.version, "1.2.3");
  assert.equal(shown.wallAt, WALL);
  assert.deepEqual(shown.site, { name: "Press 4", timezone: "Europe/Berlin" });
  assert.equal(shown.label, "Assistance only. Not a safety device. Keep guards and emergency stop in use.");
  assert.equal(shown.demonstration, true);
  assert.deepEqual(shown.faults, change.faults);
  assert.deepEqual(shown.reaction, change.reaction);
});

test("a view tells the model's state, with the cure where it failed", () => {
  const play = new Play();
  assert.deepEqual(view(play).model, {
    name: "default",
    grade: "Untried",
    quality: "Unknown",
    state: "loading",
  });
  play.feed({ kind: "detector", state: { kind: "ready", warmupMs: 1 } });
  assert.equal(view(play).model.state, "ready");
  play.feed({ kind: "detector", state: { kind: "failed", why: "Install the model again" } });
  assert.deepEqual(view(play).model, {
    name: "default",
    grade: "Untried",
    quality: "Unknown",
    state: "failed",
    why: "Install the model again",
  });
});

test("a view tells whether Reset is possible, needed, and wants a PIN", () => {
  assert.deepEqual(view(new Play().ready()).reset, {
    possible: true,
    needed: true,
    pinNeeded: false,
    refusals: [],
  });
  assert.deepEqual(view(new Play().guarding()).reset, {
    possible: false,
    needed: false,
    pinNeeded: false,
    refusals: ["There is nothing to reset"],
  });
  const elsewhere = boxOf((file) => {
    file.site.fullView = false;
  });
  assert.equal(view(elsewhere).reset.pinNeeded, true);
});

test("a view tells that the horn was silenced while that still means something", () => {
  const play = new Play().guarding().watch(200, person(IN_CELL));
  assert.equal(view(play).silenced, false);
  play.feed({ kind: "silence", by: "panel" });
  assert.equal(view(play).silenced, true);
  play.feed({ kind: "acknowledge", alarm: "zone.stop.occupied:cell", by: "panel" });
  assert.equal(view(play).silenced, false);
});

test("a view tells a requested stop until it is reset", () => {
  const play = new Play().guarding();
  assert.equal(view(play).stopRequested, false);
  play.feed({ kind: "stop-request", by: "panel" });
  assert.equal(view(play).stopRequested, true);
  play.watch(500).feed({ kind: "acknowledge", alarm: "op.stop.requested:panel", by: "panel" });
  assert.equal(view(play).stopRequested, true);
  play.feed({ kind: "reset", by: "panel" });
  assert.equal(view(play).stopRequested, false);
});

/* ---- outputs ---- */

test("an output is shown with demand, read-back and place; unknown while nobody answers", () => {
  const play = new Play().guarding();
  const permit = (): unknown => view(play).outputs.find(({ id }) => id === "permit");
  assert.deepEqual(permit(), {
    id: "permit",
    name: "permit",
    role: "run-permit",
    horn: false,
    board: "sim",
    channel: 1,
    demand: "energised",
    readback: "energised",
    why: "Every zone is proven clear",
  });
  play.relay({ outputs: {} });
  assert.equal(view(play).outputs[0]?.readback, "unknown");
  play.feed({ kind: "relay", state: { kind: "lost", why: "w", since: play.at } });
  assert.equal(view(play).outputs[0]?.readback, "unknown");
  play.state = { ...play.state, demand: {} };
  assert.equal(view(play).outputs[0]?.demand, "dropped", "what is not demanded is dropped");
});

test("viewOf() draws one body once, however many boxes the detector gave it, and two people twice", () => {
  const twice = { x0: 0.44, y0: 0.32, x1: 0.56, y1: 0.71 };
  const half = { x0: 0.46, y0: 0.31, x1: 0.54, y1: 0.5 };
  const beside = { x0: 0.56, y0: 0.3, x1: 0.66, y1: 0.7 };
  const play = new Play().guarding();
  play.at += 100;
  play.see("front", person(IN_CELL, 0.8), person(twice, 0.7), person(half, 0.6), person(beside, 0.5));
  assert.deepEqual(
    camera(play, "front").people.map(({ score }) => score),
    [0.8, 0.5],
  );
});
