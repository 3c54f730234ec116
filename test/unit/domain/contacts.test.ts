/** Second channels, feedback contacts, wear, due tests and the withheld permit: what else stands behind an output. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Config } from "../../../server/domain/config.ts";
import { refusals } from "../../../server/domain/interlock.ts";
import type { GuardianReport, OutputState } from "../../../server/domain/relay.ts";
import { outputSentence } from "../../../server/domain/sentence.ts";
import { configOf, Play, PROVISION } from "./scenario.ts";
import { dropped, full } from "./situations.ts";

/** The small box whose permit has a second channel and a feedback contact, each on a board of its own. */
function config(tests: object = {}): Config {
  const file = structuredClone(PROVISION);
  const [permit, ...others] = file.outputs;
  return configOf({
    ...file,
    boards: [
      ...file.boards,
      { id: "two", driver: "simulated", channels: 4 },
      { id: "contacts", driver: "simulated", inputs: 4 },
    ],
    outputs: [
      { ...permit, second: { board: "two", channel: 1 }, feedback: { board: "contacts", input: 1 } },
      ...others,
    ],
    tests,
  });
}
const CONFIG = config();
const guarding = (): Play => new Play(CONFIG).guarding().watch(1_200);

/** What the guardian tells where the permit is told as this. */
function told(play: Play, change: Partial<OutputState>): Partial<GuardianReport> {
  const held = play.report();
  if (held.kind !== "held") throw new TypeError("the scenario's guardian is held");
  const { outputs } = held.report;
  return { outputs: { ...outputs, permit: { ...(outputs.permit as OutputState), ...change } } };
}

function sentence(play: Play): string {
  const permit = play.rules.outputs.find(({ id }) => id === "permit");
  assert.ok(permit);
  return outputSentence(play.state, permit, play.rules);
}

test("a permit with a second channel and a feedback contact runs while all three agree", () => {
  const play = guarding();
  play.relay();
  assert.equal(play.watch(3_000).demand("permit"), "energised");
});

for (const [what, change, why] of [
  ["read-back is not energised", { readback: "dropped" }, "The guardian did not energise it"],
  [
    "second channel is not energised",
    { second: "dropped" },
    "The guardian did not energise its second channel",
  ],
  ["second channel is unknown", { second: "unknown" }, "The guardian did not energise its second channel"],
  ["feedback contact is open", { feedback: "dropped" }, "Its feedback contact does not confirm it"],
  ["feedback contact is unknown", { feedback: "unknown" }, "Its feedback contact does not confirm it"],
] as const) {
  test(`a permit whose ${what} a second after its reset drops`, () => {
    const play = new Play(CONFIG).guarding().watch(900);
    play.relay(told(play, change));
    assert.equal(play.demand("permit"), "energised", "it has a second");
    play.watch(200);
    play.relay(told(play, change));
    assert.deepEqual(play.state.permits.get("permit"), { kind: "dropped", since: play.at, why });
  });
}

test("a feedback contact that contradicts drops the permit, is an alarm of its own, and keeps Reset away", () => {
  const play = guarding();
  play.relay(told(play, { feedbackMismatch: true }));
  assert.equal(play.demand("permit"), "dropped");
  assert.equal(play.alarm("out.feedback:permit"), "unacknowledged");
  assert.equal(play.alarm("out.mismatch:permit"), "normal");
  assert.match(sentence(play), /^The feedback contact of permit contradicts it; its feedback contact/);
  assert.deepEqual(refusals(play.state, play.rules), [
    "Acknowledge first: The feedback contact of permit contradicts it",
    "The feedback contact of permit contradicts it",
  ]);
  play.relay();
  play.feed({ kind: "acknowledge", alarm: "out.feedback:permit", by: "panel" });
  play.watch(1_100);
  play.feed({ kind: "reset", by: "panel" });
  assert.equal(play.demand("permit"), "energised");
});

test("the guardian's own drop by a feedback contact is told as that", () => {
  const play = dropped(guarding(), "feedback");
  assert.equal(play.alarm("out.feedback:permit"), "unacknowledged");
  assert.equal(play.alarm("out.comm.lost:guardian"), "normal");
  assert.equal(sentence(play), "The feedback contact contradicts the output");
});

for (const board of ["two", "contacts"]) {
  test(`a permit drops when the board "${board}" of its second channel or contact is lost or unheard of`, () => {
    const { boards } = {
      boards: { sim: { kind: "ok" }, two: { kind: "ok" }, contacts: { kind: "ok" } },
    } as const;
    const play = guarding();
    play.relay({ boards: { ...boards, [board]: { kind: "lost", why: "It was unplugged" } } });
    assert.equal(sentence(play), `Board ${board} does not answer: It was unplugged`);
    const { [board as "two"]: _gone, ...rest } = boards;
    const unheard = guarding();
    unheard.relay({ boards: rest });
    assert.equal(sentence(unheard), `Board ${board} is not known to the guardian`);
    for (const one of [play, unheard]) assert.equal(one.demand("permit"), "dropped");
  });
}

test("an output says when its second channel does not agree", () => {
  const play = guarding();
  play.relay(told(play, { second: "dropped", mismatch: true }));
  assert.equal(sentence(play), "Output permit is not what it should be; its second channel does not agree");
});

/* ---- the tests a person runs, and wear ---- */

test("a withheld permit refuses Reset and stops no machine that runs", () => {
  const withheld = "Run permits are withheld until today's relay test has passed";
  const play = new Play(config({ withholdPermit: true })).ready();
  assert.deepEqual(refusals(play.state, play.rules), [withheld], "before anybody has told");
  assert.equal(sentence(play), `Waiting for Reset after the start. ${withheld}`);
  play.feed({ kind: "maintenance", overdue: [], worn: [] });
  assert.deepEqual(refusals(play.state, play.rules), []);
  play.feed({ kind: "reset", by: "panel" });
  play.relay();
  play.feed({ kind: "maintenance", withheld: "The day is new", overdue: [], worn: [] });
  play.watch(3_000);
  assert.equal(play.demand("permit"), "energised");
  play.feed({ kind: "stop-request", by: "panel" });
  play.relay();
  play.feed({ kind: "acknowledge", alarm: "op.stop.requested:panel", by: "panel" });
  play.watch(100);
  assert.deepEqual(refusals(play.state, play.rules), ["The day is new"]);
});

test("without that setting nothing is withheld", () => {
  assert.deepEqual(refusals(full().ready().state, full().rules), []);
});

test("overdue tests and worn relays are alarms of low priority that go when they are told no more", () => {
  const play = full().guarding();
  const worn = [{ output: "horn", message: "It has switched 60,000 times" }];
  const relay = { test: "relay", message: "It was due yesterday" } as const;
  const proof = { test: "proof", message: "It was due in March", long: true } as const;
  play.feed({ kind: "maintenance", overdue: [relay, proof], worn });
  const listed = [...play.state.alarms.values()].map(({ alarm }) => [alarm.id, alarm.state, alarm.detail]);
  assert.deepEqual(listed, [
    ["out.worn:horn", "unacknowledged", "It has switched 60,000 times"],
    ["test.overdue:relay", "unacknowledged", "It was due yesterday"],
    ["test.overdue.long:proof", "unacknowledged", "It was due in March"],
  ]);
  assert.equal(play.demand("permit"), "energised");
  assert.equal(play.demand("horn"), "dropped");
  play.feed({ kind: "maintenance", overdue: [], worn: [] });
  for (const id of ["out.worn:horn", "test.overdue:relay", "test.overdue.long:proof"])
    assert.equal(play.alarm(id), "normal", id);
});
