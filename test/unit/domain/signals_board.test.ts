/** A lost board of horns and lamps alone is an alarm and no trip; one that a permit needs is both. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Config } from "../../../server/domain/config.ts";
import { refusals } from "../../../server/domain/interlock.ts";
import type { BoardState, OutputState } from "../../../server/domain/relay.ts";
import { Play } from "./scenario.ts";
import { acknowledge, fullConfig, stop } from "./situations.ts";

const LOST = "out.comm.lost:lamps";
const STOP = "op.stop.requested:panel";

/** The small box with a lamp on a board of its own, and what the permit needs besides. */
function config(permit: object = {}): Config {
  return fullConfig((file) => {
    file.boards.push({ id: "lamps", driver: "simulated", channels: 4, ...{ inputs: 4 } });
    file.outputs.push({ id: "far", board: "lamps", channel: 1, role: "lamp-red" });
    Object.assign(file.outputs[0] ?? {}, permit);
  });
}

/** The guardian tells that the lamp's board is lost, and of its lamp whatever else is wrong. */
function lampsLost(play: Play, lamp: Partial<OutputState> = {}): Play {
  return lampsAre(play, { kind: "lost", why: "It was unplugged" }, { readback: "unknown", ...lamp });
}

function lampsAre(play: Play, lamps: BoardState, lamp: Partial<OutputState> = {}): Play {
  const held = play.report();
  if (held.kind !== "held") throw new TypeError("the scenario's guardian is held");
  const { boards, outputs } = held.report;
  const far = { ...(outputs.far as OutputState), ...lamp };
  play.relay({ boards: { ...boards, lamps }, outputs: { ...outputs, far } });
  return play;
}

test("a lost board of lamps alone is an alarm, and trips no permit", () => {
  const play = lampsLost(new Play(config()).guarding()).watch(3_000);
  assert.equal(play.alarm(LOST), "unacknowledged");
  assert.equal(play.demand("permit"), "energised");
  assert.equal(play.state.alarms.get(LOST)?.alarm.detail, "It was unplugged");
});

test("a permit is reset while a board of lamps is lost, unacknowledged, and after it has come back", () => {
  const play = stop(lampsLost(new Play(config()).guarding()));
  acknowledge(play, STOP);
  lampsLost(play.watch(100));
  assert.deepEqual(refusals(play.state, play.rules), []);
  assert.equal(play.demand("blue"), "energised", "the lamp tells that Reset is possible");
  play.feed({ kind: "reset", by: "panel" });
  assert.equal(play.demand("permit"), "energised");
  assert.equal(play.alarm(LOST), "unacknowledged", "a reset acknowledges nothing");
  lampsAre(stop(play), { kind: "ok" });
  acknowledge(play, STOP).watch(1_200);
  assert.equal(play.alarm(LOST), "latched-unacknowledged");
  assert.deepEqual(refusals(play.state, play.rules), []);
});

for (const [what, permit] of [
  ["its only channel", { board: "lamps", channel: 2 }],
  ["its second channel", { second: { board: "lamps", channel: 2 } }],
  ["its feedback contact", { feedback: { board: "lamps", input: 1 } }],
] as const) {
  test(`a lost board that a permit has ${what} on trips it and refuses every Reset`, () => {
    const play = lampsLost(new Play(config(permit)).guarding());
    assert.equal(play.demand("permit"), "dropped");
    assert.deepEqual(refusals(play.state, play.rules), [
      "Acknowledge first: Outputs do not answer",
      "Board lamps does not answer: It was unplugged",
    ]);
  });
}

test("a lamp that contradicts keeps Reset away while its board answers, and no longer when it is lost", () => {
  const wrong = { mismatch: true, feedbackMismatch: true };
  const play = lampsAre(new Play(config()).ready(), { kind: "ok" }, wrong);
  assert.deepEqual(refusals(play.state, play.rules), [
    "Acknowledge first: Output far is not what it should be",
    "Acknowledge first: The feedback contact of far contradicts it",
  ]);
  lampsLost(play, wrong);
  assert.equal(play.alarm("out.mismatch:far"), "unacknowledged");
  assert.deepEqual(refusals(play.state, play.rules), []);
});

test("an alarm of a board that the rules do not know keeps Reset away", () => {
  const play = new Play(config()).ready();
  play.relay({ boards: { sim: { kind: "ok" }, lamps: { kind: "ok" }, ghost: { kind: "lost", why: "w" } } });
  assert.deepEqual(refusals(play.state, play.rules), ["Acknowledge first: Outputs do not answer"]);
});

test("a feedback contact that is not read, or not yet back, refuses Reset in words and trips nothing", () => {
  const feedback = { board: "lamps", input: 3 };
  const told = (play: Play, contact: OutputState["feedback"]): Play => {
    const held = play.report();
    if (held.kind !== "held") throw new TypeError("the scenario's guardian is held");
    const { outputs } = held.report;
    const permit = { ...(outputs.permit as OutputState), feedback: contact } as OutputState;
    play.relay({ outputs: { ...outputs, permit } });
    return play;
  };
  const ready = (): Play => new Play(config({ feedback })).ready();
  for (const [contact, sentence] of [
    [
      "unknown",
      "The feedback contact of permit is not read yet: if that stays so, check input 3 of board lamps",
    ],
    [
      undefined,
      "The feedback contact of permit is not read yet: if that stays so, check input 3 of board lamps",
    ],
    ["energised", "The feedback contact of permit does not say yet that it is dropped"],
  ] as const) {
    const play = told(ready(), contact);
    assert.deepEqual(refusals(play.state, play.rules), [sentence]);
    play.feed({ kind: "reset", by: "panel" });
    assert.equal(play.demand("permit"), "dropped");
    assert.deepEqual(refusals(told(play, "dropped").state, play.rules), []);
  }
  const running = new Play(config({ feedback })).guarding();
  assert.equal(told(running, "unknown").demand("permit"), "energised", "its board's loss is what trips");
});
