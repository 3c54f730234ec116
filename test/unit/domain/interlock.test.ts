/** What every output is told in every situation, and every reason why a reset is refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Config } from "../../../server/domain/config.ts";
import { refusals, resetNeeded } from "../../../server/domain/interlock.ts";
import type { Rules } from "../../../server/domain/rules.ts";
import { supervise } from "../../../server/domain/supervise.ts";
import { initialSupervision } from "../../../server/domain/supervision.ts";
import { IN_CELL, Play, person } from "./scenario.ts";
import {
  acknowledge,
  aislePerson,
  CELL,
  dropped,
  failed,
  full,
  fullConfig,
  fullDisk,
  lose,
  lost,
  mismatched,
  said,
  stop,
  unplugged,
} from "./situations.ts";

const NO_PICTURE = "Cell is not seen: camera Front gives no picture";
const NOBODY_WATCHES = "Acknowledge first: Nobody is watching: the detector does not work";

/** Columns: Permit, Horn, pUlse, Red, Green, Amber, Blue, White, heartbeaT, bEacon of both zones, Siren of the aisle. */
const COLUMNS = {
  P: "permit",
  H: "horn",
  U: "pulse",
  R: "red",
  G: "green",
  A: "amber",
  B: "blue",
  W: "white",
  T: "beat",
  E: "beacon",
  S: "siren",
} as const;

type Situation = readonly [what: string, make: () => Play, energised: string, refused: readonly string[]];

const SITUATIONS: readonly Situation[] = [
  [
    "after the start",
    () => said(full(), "tick"),
    "R A",
    [NO_PICTURE, "Outputs do not answer: The guardian is starting"],
  ],
  ["proven clear, before the reset", () => full().ready(), "R B T", []],
  ["guarding", () => full().guarding(), "P G T", ["There is nothing to reset"]],
  [
    "a person in the stop zone",
    () => full().guarding().watch(200, person(IN_CELL)),
    "H U R T E",
    ["A person is in Cell", "Acknowledge first: Person in Cell"],
  ],
  [
    "a person in the stop zone, acknowledged",
    () => acknowledge(full().guarding().watch(200, person(IN_CELL)), CELL).watch(600, person(IN_CELL)),
    "R T E",
    ["A person is in Cell", "Still present: Person in Cell"],
  ],
  [
    "the person is gone, not acknowledged",
    () => full().guarding().watch(200, person(IN_CELL)).watch(4_000),
    "R T",
    ["Acknowledge first: Person in Cell"],
  ],
  [
    "the person is gone, acknowledged",
    () => acknowledge(full().guarding().watch(200, person(IN_CELL)).watch(4_000), CELL),
    "R B T",
    [],
  ],
  [
    "a person in the warn zone",
    () => aislePerson(full().guarding()),
    "P G A T E S",
    ["There is nothing to reset"],
  ],
  ["a person in the warn zone, before the reset", () => aislePerson(full().ready()), "R A B T E S", []],
  [
    "no observation for over a second",
    () => full().guarding().wait(1_100),
    "H R A E S",
    ["Cell is not yet proven clear", NOBODY_WATCHES],
  ],
  [
    "the detector has failed",
    () => failed(full().guarding()),
    "H R A E S",
    ["Cell is not seen: the detector does not work", NOBODY_WATCHES],
  ],
  [
    "the stop zone's camera is lost",
    () => lose(full().guarding(), "front"),
    "H R A E",
    [NO_PICTURE, "Acknowledge first: Camera Front gives no picture"],
  ],
  [
    "the warn zone's camera is lost",
    () => lose(full().guarding(), "side"),
    "P R A E S",
    ["Acknowledge first: Camera Side gives no picture"],
  ],
  [
    "the guardian is lost",
    () => lost(full().guarding()),
    "R T",
    ["Acknowledge first: Outputs do not answer", "Outputs do not answer: The guardian ended"],
  ],
  [
    "the guardian has dropped by itself",
    () => dropped(full().guarding(), "lease"),
    "R T",
    ["Acknowledge first: Outputs do not answer"],
  ],
  [
    "the board is lost",
    () => unplugged(full().guarding()),
    "R T",
    ["Acknowledge first: Outputs do not answer", "Board sim does not answer: The board was unplugged"],
  ],
  [
    "the board contradicts",
    () => mismatched(full().guarding()),
    "R T",
    ["Acknowledge first: Output permit is not what it should be", "Output permit is not what it should be"],
  ],
  [
    "a stop is requested",
    () => stop(full().guarding()),
    "R T",
    ["Acknowledge first: Stop requested at the panel"],
  ],
  [
    "the record cannot be written while guarding",
    () => fullDisk(full().guarding()),
    "P G A T",
    ["There is nothing to reset"],
  ],
  [
    "the record cannot be written before the reset",
    () => fullDisk(full().ready()),
    "R A T",
    ["The record cannot be written"],
  ],
  ["the box ends", () => said(full().guarding(), "shutdown"), "", ["The box is shutting down"]],
];

for (const [what, make, energised, refused] of SITUATIONS) {
  test(`with ${what} the outputs are "${energised}"`, () => {
    const play = make();
    const found = Object.entries(COLUMNS).flatMap(([letter, id]) =>
      play.demand(id) === "energised" ? [letter] : [],
    );
    assert.equal(found.sort().join(" "), energised.split(" ").sort().join(" "));
    assert.deepEqual(Object.keys(play.state.demand).sort(), Object.values(COLUMNS).slice().sort());
  });

  test(`with ${what} a reset ${refused.length === 0 ? "is possible" : `is refused: ${refused.join("; ")}`}`, () => {
    const play = said(make(), "tick"); // what holds for one step only is over
    assert.deepEqual(refusals(play.state, play.rules), refused);
    const before = play.state;
    play.feed({ kind: "reset", by: "panel" });
    if (refused.length === 0) {
      assert.equal(play.demand("permit"), "energised");
      return;
    }
    assert.deepEqual(play.state.permits, before.permits);
    assert.equal(play.state.alarms, before.alarms, "a refused reset ends no latch");
  });
}

test("what is asked for twice in the same situation is the very same demand", () => {
  const play = full().guarding();
  const { demand } = play.state;
  play.feed({ kind: "tick" });
  assert.equal(play.state.demand, demand);
});

/* ---- why a permit dropped ---- */

for (const [what, trip, why] of [
  ["a person", (play: Play) => play.watch(200, person(IN_CELL)), "A person is in Cell"],
  ["silence", (play: Play) => play.wait(900), "Cell is not yet proven clear"],
  ["a lost camera", (play: Play) => lose(play, "front"), NO_PICTURE],
  ["a stop request", stop, "A stop was requested at the panel"],
  ["a lost guardian", lost, "Outputs do not answer: The guardian ended"],
  ["a lost board", unplugged, "Board sim does not answer: The board was unplugged"],
  ["a mismatch", mismatched, "Output permit is not what it should be"],
  ["a lease that ran out", (play: Play) => dropped(play, "lease"), "The server gave no sign of life in time"],
  ["a guardian started again", (play: Play) => dropped(play, "start"), "The guardian was started again"],
  ["a late order", (play: Play) => dropped(play, "late"), "An order of the server came too late"],
  [
    "an order nobody can read",
    (play: Play) => dropped(play, "malformed"),
    "An order of the server could not be read",
  ],
  [
    "a board that did not obey",
    (play: Play) => dropped(play, "mismatch"),
    "The board did not do what it was told",
  ],
  ["a board lost for a moment", (play: Play) => dropped(play, "board"), "The board was lost"],
  ["a server that went away", (play: Play) => dropped(play, "disconnect"), "The server went away"],
  ["a guardian told goodbye", (play: Play) => dropped(play, "bye"), "The box is shutting down"],
  ["the end of the box", (play: Play) => said(play, "shutdown"), "The box is shutting down"],
] as const) {
  test(`a permit dropped by ${what} says so until the reset, whatever else happens`, () => {
    const play = trip(full().guarding());
    const permit = play.state.permits.get("permit");
    assert.equal(play.demand("permit"), "dropped");
    assert.deepEqual(permit, { kind: "dropped", since: play.at, why });
    lost(play);
    play.relay();
    play.watch(300, person(IN_CELL)).watch(5_000);
    assert.equal(play.state.permits.get("permit"), permit);
  });
}

test("a permit stays dropped while the guardian's report leaves out its board or itself", () => {
  for (const [change, sentence] of [
    [{ boards: {} }, "Board sim is not known to the guardian"],
    [{ outputs: {} }, "Output permit is not what it should be"],
  ] as const) {
    const play = full().guarding();
    play.relay(change);
    assert.equal(play.demand("permit"), "dropped");
    assert.deepEqual(refusals(play.state, play.rules), [sentence]);
  }
});

test("a guardian's own drop by mismatch names the permit in its alarm, any other names the guardian", () => {
  const mismatch = dropped(full().guarding(), "mismatch");
  assert.equal(mismatch.alarm("out.mismatch:permit"), "unacknowledged");
  assert.equal(mismatch.alarm("out.comm.lost:guardian"), "normal");
  const lease = dropped(full().guarding(), "lease");
  assert.equal(lease.alarm("out.comm.lost:guardian"), "unacknowledged");
  assert.equal(
    lease.state.alarms.get("out.comm.lost:guardian")?.alarm.detail,
    "The server gave no sign of life in time",
  );
});

test("a guardian's own drop while the permit is dropped anyway asks nothing of anybody", () => {
  const play = dropped(full().ready(), "lease");
  assert.deepEqual(refusals(play.state, play.rules), []);
  play.feed({ kind: "reset", by: "panel" });
  play.relay();
  assert.equal(play.demand("permit"), "energised", "the reset answers the newest epoch");
});

test("a box without boards has no relay alarms", () => {
  const play = new Play(fullConfig((file) => Object.assign(file, { boards: [], outputs: [] }))).wait(20_000);
  assert.equal(play.alarm("out.comm.lost:guardian"), "normal");
});

test("a permit that the board does not read back energised within a second of its reset drops, and says so", () => {
  for (const readback of ["dropped", "unknown"] as const) {
    const play = full().ready();
    play.feed({ kind: "reset", by: "panel" });
    const refused = { outputs: { permit: { demand: "dropped", readback, mismatch: false } } } as const;
    play.watch(1_000);
    play.relay(refused);
    assert.equal(play.demand("permit"), "energised", "1.0 s");
    play.watch(100);
    play.relay(refused);
    const permit = play.state.permits.get("permit");
    assert.deepEqual(permit, { kind: "dropped", since: play.at, why: "The guardian did not energise it" });
  }
  const obeyed = full().guarding().watch(5_000);
  obeyed.relay();
  assert.equal(obeyed.demand("permit"), "energised");
});

test("a permit in force drops when the zone it is bound to leaves the rules", () => {
  const play = full().guarding();
  const outputs = play.rules.outputs.map((output) => ({ ...output, zones: ["ghost"] }));
  const state = supervise(play.state, { at: play.at, kind: "tick" }, { ...play.rules, outputs });
  assert.deepEqual(state.permits.get("permit"), {
    kind: "dropped",
    since: play.at,
    why: "Zone ghost is not known",
  });
});

/* ---- reset ---- */

test("a lost camera that no zone of the permit needs does not refuse its reset", () => {
  const play = lose(full().ready(), "side");
  assert.deepEqual(refusals(play.state, play.rules), []);
  play.feed({ kind: "reset", by: "panel" });
  assert.equal(play.demand("permit"), "energised");
});

test("one reset brings back what it can and leaves the rest, and tells each reason once", () => {
  const config = fullConfig((file) =>
    file.outputs.push(
      { id: "permit2", board: "sim", channel: 12, role: "run-permit", zones: ["aisle"] },
      { id: "permit3", board: "sim", channel: 13, role: "run-permit", zones: ["cell", "aisle"] },
    ),
  );
  const play = new Play(config).ready().watch(300, person(IN_CELL));
  acknowledge(play, CELL);
  play.feed({ kind: "reset", by: "panel" });
  assert.equal(play.demand("permit"), "dropped");
  assert.equal(play.demand("permit2"), "energised");
  assert.equal(play.demand("permit3"), "dropped");
  assert.deepEqual(refusals(play.state, play.rules), [
    "A person is in Cell",
    "Still present: Person in Cell",
  ]);
});

test("one machine's reset does not bring back another whose alarm nobody has acknowledged, or with a person in it", () => {
  const config = (dwellMs: number): Config =>
    fullConfig((file) => {
      file.outputs.push({ id: "permit2", board: "sim", channel: 12, role: "run-permit", zones: ["aisle"] });
      const zone = file.zones[0];
      if (zone) Object.assign(zone, { dwellMs });
    });
  const unseen = new Play(config(0)).ready().watch(300, person(IN_CELL)).watch(4_000);
  const crossing = new Play(config(5_000)).ready().watch(300, person(IN_CELL));
  for (const play of [unseen, crossing]) {
    assert.equal(play.state.verdicts.get("cell")?.verdict, "clear");
    const before = play.state.permits.get("permit");
    play.feed({ kind: "reset", by: "panel" });
    assert.equal(play.demand("permit2"), "energised");
    assert.equal(play.demand("permit"), "dropped");
    assert.equal(play.state.permits.get("permit"), before);
  }
});

test("a permit in force is not given a new beginning by another one's reset", () => {
  const config = fullConfig((file) =>
    file.outputs.push({ id: "permit2", board: "sim", channel: 12, role: "run-permit", zones: ["aisle"] }),
  );
  const play = new Play(config).guarding().watch(300, person(IN_CELL)).watch(4_000);
  const since = play.state.permits.get("permit2");
  acknowledge(play, CELL).feed({ kind: "reset", by: "panel" });
  assert.equal(play.demand("permit"), "energised");
  assert.equal(play.state.permits.get("permit2"), since);
});

test("a box without permits resets its latched alarms alone", () => {
  const play = new Play(
    fullConfig((file) => {
      file.outputs = file.outputs.filter(({ role }) => role !== "run-permit");
    }),
  ).ready();
  const refused = (): readonly string[] => refusals(play.state, play.rules);
  assert.equal(resetNeeded(play.state, play.rules), false);
  assert.deepEqual(refused(), ["There is nothing to reset"]);
  play.watch(300, person(IN_CELL));
  assert.equal(resetNeeded(play.state, play.rules), true);
  assert.deepEqual(refused(), ["Acknowledge first: Person in Cell"]);
  acknowledge(play, CELL);
  assert.deepEqual(refused(), ["Still present: Person in Cell"]);
  play.watch(4_000);
  assert.deepEqual(refused(), []);
  assert.equal(play.demand("blue"), "energised");
  play.feed({ kind: "reset", by: "panel" });
  assert.equal(play.alarm(CELL), "normal");
  assert.deepEqual(refused(), ["There is nothing to reset"]);
});

test("a permit bound to a zone that the rules do not know is never energised", () => {
  const play = full();
  const rules: Rules = {
    ...play.rules,
    outputs: play.rules.outputs.map((output) => ({ ...output, zones: ["ghost"] })),
  };
  let state = initialSupervision(rules, 0);
  const report = play.report();
  state = supervise(state, { at: 1, kind: "relay", state: report }, rules);
  state = supervise(state, { at: 2, kind: "reset", by: "panel" }, rules);
  assert.equal(state.demand.permit, "dropped");
  assert.deepEqual(refusals(state, rules), ["Zone ghost is not known"]);
  assert.equal(state.demand.beacon, "energised", "what is not known is acted upon");
});

test("a reset that comes while the guardian is lost energises nothing later", () => {
  const play = lost(full().ready());
  play.feed({ kind: "reset", by: "panel" });
  play.relay();
  play.watch(5_000);
  assert.equal(play.demand("permit"), "dropped");
});
