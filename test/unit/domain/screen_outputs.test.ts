/** What a screen is told of boards, second channels, contacts, bypasses, tests and cycles. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { viewOf } from "../../../server/domain/screen.ts";
import { outputSentence } from "../../../server/domain/sentence.ts";
import type { OutputView, View } from "../../../server/domain/view.ts";
import { configOf, IN_CELL, Play, PROVISION, person } from "./scenario.ts";
import { full, fullConfig, lost, stop } from "./situations.ts";

const WALL = 1_800_000_000_000;

/** The view, after it has gone through JSON as it does on the way to a screen. */
function view(play: Play, later = 0): View {
  const made = viewOf(play.state, play.rules, {
    seq: 1,
    boot: "boot",
    version: "0.0.0",
    wallAt: WALL + later,
    at: play.at + later,
    site: { name: "Press 4", timezone: "UTC" },
    demonstration: false,
    pictures: new Map(),
    reaction: { count: 0 },
    model: { name: "default", grade: "Untried", quality: "Unknown" },
    faults: [],
  });
  const copy = JSON.parse(JSON.stringify(made)) as View;
  assert.deepEqual(copy, made, "nothing of a view may be lost in JSON");
  return copy;
}

const output = (play: Play, id: string): OutputView | undefined =>
  view(play).outputs.find((one) => one.id === id);

/** The small box whose permit has a second channel and a feedback contact. */
function doubled(): Play {
  const file = structuredClone(PROVISION);
  const [permit, ...others] = file.outputs;
  return new Play(
    configOf({
      ...file,
      boards: [...file.boards, { id: "io", driver: "modbus-tcp", address: "192.0.2.7", inputs: 1 }],
      outputs: [
        { ...permit, second: { board: "io", channel: 1 }, feedback: { board: "io", input: 1 } },
        ...others,
      ],
    }),
  );
}

test("a view tells every board, what it calls itself, and why it is lost", () => {
  const play = doubled().ready();
  play.relay({
    boards: { sim: { kind: "ok", identity: "HW554" }, io: { kind: "lost", why: "It was unplugged" } },
  });
  const sim = { id: "sim", driver: "simulated", title: "Simulated board" };
  const io = { id: "io", driver: "modbus-tcp", title: "Modbus TCP" };
  assert.deepEqual(view(play).boards, [
    { ...sim, state: "ok", identity: "HW554" },
    { ...io, state: "lost", why: "It was unplugged" },
  ]);
  play.relay({ boards: { sim: { kind: "ok" } } });
  assert.deepEqual(view(play).boards, [
    { ...sim, state: "ok" },
    { ...io, state: "lost", why: "The guardian does not know it" },
  ]);
  assert.deepEqual(view(lost(play)).boards[0], { ...sim, state: "lost", why: "The guardian ended" });
});

test("a view tells second channel and feedback contact where there are such, and how long the last drop took", () => {
  const play = doubled().guarding();
  const told = { demand: "dropped", readback: "dropped", mismatch: false } as const;
  play.relay({
    outputs: { permit: { ...told, second: "dropped", feedback: "energised", dropMs: 18.2345 }, horn: told },
  });
  const { second, feedback, lastDropMs } = output(play, "permit") ?? {};
  assert.deepEqual([second, feedback, lastDropMs], ["dropped", "energised", 18.2]);
  const horn = output(play, "horn") ?? {};
  for (const member of ["second", "feedback", "lastDropMs"]) assert.ok(!(member in horn), member);
  lost(play);
  const gone = output(play, "permit");
  assert.deepEqual([gone?.second, gone?.feedback, gone?.lastDropMs], ["unknown", "unknown", undefined]);
});

test("a view tells which outputs are horns: as the settings say, else by id and name", () => {
  const config = fullConfig((file) => {
    const sounder = { board: "sim", role: "while-active", zones: ["cell"] };
    file.outputs.push(
      { ...sounder, id: "bell", channel: 12, ...{ horn: true } },
      { ...sounder, id: "horn-lamp", channel: 13, ...{ horn: false } },
    );
  });
  const play = new Play(config);
  const horns = view(play).outputs.filter(({ horn }) => horn);
  assert.deepEqual(
    horns.map(({ id }) => id),
    ["horn", "siren", "bell"],
  );
});

test("a view tells each bypass with its countdown", () => {
  const play = full().guarding().bypass("cell", 10);
  assert.deepEqual(view(play, 90_000).bypasses, [
    {
      zone: "cell",
      name: "Cell",
      by: "Sam",
      reason: "cleaning",
      untilWallAt: WALL + 600_000,
      leftMs: 510_000,
    },
  ]);
  assert.equal(view(play, 700_000).bypasses[0]?.leftMs, 0);
  assert.deepEqual(view(full().guarding()).bypasses, []);
});

test("a view tells each output test with its countdown", () => {
  const play = full().guarding().test("horn", "energised", 5);
  assert.deepEqual(view(play, 1_500).tests, [
    { output: "horn", name: "horn", drive: "energised", by: "Sam", leftMs: 3_500 },
  ]);
});

test("a view tells the machine cycle", () => {
  const play = full().guarding();
  const sinceWallAt = WALL - (play.at - play.state.cycle.since);
  assert.deepEqual(view(play).cycle, { number: 1, running: true, sinceWallAt });
  assert.deepEqual(view(stop(play)).cycle, { number: 1, running: false, sinceWallAt: WALL });
});

test("an output says that it is tested, bypassed or withheld", () => {
  const say = (play: Play, id: string): string => {
    const rule = play.rules.outputs.find((one) => one.id === id);
    assert.ok(rule);
    return outputSentence(play.state, rule, play.rules);
  };
  const tested = full().guarding().test("horn", "energised").test("red", "energised");
  assert.equal(say(tested, "horn"), "Output test by Sam");
  assert.equal(say(tested, "red"), "Output test by Sam");
  assert.equal(say(tested, "white"), "An output is being tested");
  const overruled = full().guarding().test("horn", "dropped").watch(200, person(IN_CELL));
  assert.equal(say(overruled, "horn"), "A person is in Cell", "a test that is overruled is no reason");
  const bypassed = full().guarding().bypass("cell").watch(300, person(IN_CELL));
  assert.equal(say(bypassed, "permit"), "None of its zones is watched; Cell is bypassed");
  assert.equal(say(bypassed, "horn"), "Not acting; Cell is bypassed");
  assert.equal(say(bypassed.bypass("aisle"), "beacon"), "Not acting; Cell, Aisle are bypassed");
  assert.equal(say(bypassed, "amber"), "An alarm of priority 2 or 3 is listed");
});
