/** Why each output is demanded as it is, in one sentence. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { outputSentence } from "../../../server/domain/sentence.ts";
import { configOf, IN_CELL, Play, PROVISION, person } from "./scenario.ts";

function boxOf(change: (file: typeof PROVISION) => void): Play {
  const file = structuredClone(PROVISION);
  change(file);
  return new Play(configOf(file));
}

function sentence(play: Play, id: string): string {
  const output = play.rules.outputs.find((one) => one.id === id);
  assert.ok(output, `output ${id} is configured`);
  return outputSentence(play.state, output, play.rules);
}

/** The small box with the roles it lacks. */
const full = (): Play =>
  boxOf((file) => {
    if (file.boards[0]) file.boards[0].channels = 16;
    file.outputs.push(
      { id: "white", board: "sim", channel: 9, role: "lamp-white" },
      { id: "beat", board: "sim", channel: 10, role: "heartbeat" },
      { id: "long", board: "sim", channel: 11, role: "pulse", pulseMs: 60_000, zones: ["cell"] },
    );
  });
const guarding = (): Play => full().guarding();
const tripped = (): Play => guarding().watch(200, person(IN_CELL));

for (const [id, what, make, expected] of [
  ["permit", "guarding", guarding, "Every zone is proven clear"],
  ["permit", "after the start", full, "Waiting for Reset after the start"],
  ["permit", "tripped", tripped, "A person is in Cell"],
  ["red", "guarding", guarding, "Nothing lights it"],
  ["red", "tripped", tripped, "A run permit is dropped"],
  ["amber", "guarding", guarding, "Nothing lights it"],
  ["amber", "blind", () => guarding().wait(1_100), "A zone is not seen"],
  ["green", "guarding", guarding, "Every zone is watched and every permit is energised"],
  ["green", "tripped", tripped, "Nothing lights it"],
  ["blue", "guarding", guarding, "Nothing lights it"],
  ["blue", "ready", () => full().ready(), "Reset is possible"],
  ["white", "guarding", guarding, "Nothing lights it"],
  ["beat", "guarding", guarding, "First half of the slow beat"],
  ["beat", "blind", () => guarding().wait(1_100), "Second half of the slow beat, or a zone is blind"],
  ["horn", "guarding", guarding, "Its zones are clear"],
  ["horn", "tripped", tripped, "A person is in Cell"],
  [
    "horn",
    "acknowledged",
    () => {
      const play = tripped();
      play.feed({ kind: "acknowledge", alarm: "zone.stop.occupied:cell", by: "panel" });
      return play;
    },
    "A person is in Cell; silenced, acknowledged, timed out or between two sounds",
  ],
  ["horn", "blind", () => guarding().wait(1_100), "Cell is not seen"],
  ["horn", "sounding on", () => guarding().wait(1_100).watch(3_200), "An alarm is not yet acknowledged"],
  ["pulse", "guarding", guarding, "Its zones are clear"],
  ["pulse", "tripped", tripped, "A person is in Cell"],
  ["pulse", "over", () => tripped().watch(600, person(IN_CELL)), "A person is in Cell; not acting"],
  ["pulse", "blind", () => guarding().wait(1_100), "Cell is not seen; not acting"],
  ["long", "clear again", () => tripped().watch(4_000), "Its pulse still runs"],
  ["beacon", "guarding", guarding, "Its zones are clear"],
  ["beacon", "tripped", tripped, "A person is in Cell"],
  ["beacon", "coming up", full, "Cell is not seen; not acting"],
] as const) {
  test(`${id}, ${what}, says: ${expected}`, () => assert.equal(sentence(make(), id), expected));
}

test("an output whose state nobody knows says what its role means", () => {
  const play = full();
  play.state = { ...play.state, permits: new Map(), verdicts: new Map(), demand: {} };
  assert.equal(sentence(play, "permit"), "Every zone is proven clear");
});
