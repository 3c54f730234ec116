/** The lamps of a signal tower: what lights each, by the mapping, for the whole box and for zones of its own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LAMP_CONDITIONS, type LampCondition } from "../../../server/domain/config.ts";
import { configOf, IN_CELL, Play, PROVISION, person } from "./scenario.ts";
import { acknowledge, aislePerson, CELL, full, lose, lost, stop } from "./situations.ts";

/** One lamp that tells this condition only, for the whole box or for these zones; and a permit for the aisle. */
function telling(condition: LampCondition, zones: readonly string[] = []): Play {
  const file = structuredClone(PROVISION);
  if (file.boards[0]) file.boards[0].channels = 16;
  file.outputs = file.outputs.filter(({ role }) => !role.startsWith("lamp-"));
  file.outputs.push(
    { id: "lamp", board: "sim", channel: 9, role: "lamp-white", zones: [...zones] },
    { id: "permit2", board: "sim", channel: 10, role: "run-permit", zones: ["aisle"] },
  );
  return new Play(configOf({ ...file, tower: { white: [condition] } }));
}

const SITUATIONS: readonly (readonly [string, (play: Play) => Play, string])[] = [
  ["after the start", (play) => play, "tripped blind"],
  ["ready", (play) => play.ready(), "tripped reset-possible"],
  ["guarding", (play) => play.guarding(), "watching"],
  ["a person in the cell", (play) => play.guarding().watch(300, person(IN_CELL)), "tripped critical-alarm"],
  ["a person in the aisle", (play) => aislePerson(play.guarding()), "tripped other-alarm warn"],
  [
    "the cell bypassed",
    (play) => play.guarding().bypass("cell").watch(200, person(IN_CELL)),
    "bypassed other-alarm",
  ],
  ["an output tested", (play) => play.guarding().test("horn", "energised"), "testing watching"],
  ["a lost camera", (play) => lose(play.guarding(), "front"), "tripped critical-alarm blind"],
  ["a requested stop", (play) => stop(play.guarding()), "tripped critical-alarm"],
];

for (const [what, make, conditions] of SITUATIONS) {
  test(`${what}: ${conditions}`, () => {
    const lit = LAMP_CONDITIONS.filter(
      (condition) => make(telling(condition)).feed({ kind: "tick" }).demand.lamp === "energised",
    );
    assert.deepEqual(lit.sort(), conditions.split(" ").sort());
  });
}

for (const [what, make, cell, aisle] of [
  [
    "a person in the cell",
    (play) => play.guarding().watch(300, person(IN_CELL)),
    "tripped critical-alarm",
    "watching",
  ],
  ["a person in the aisle", (play) => aislePerson(play.guarding()), "watching", "tripped other-alarm warn"],
  [
    "the cell bypassed",
    (play) => play.guarding().bypass("cell").watch(200),
    "bypassed other-alarm",
    "watching",
  ],
  [
    "the aisle's camera lost",
    (play) => lose(play.guarding(), "side"),
    "watching",
    "tripped critical-alarm blind",
  ],
  [
    "the person gone from the cell",
    (play) => acknowledge(play.guarding().watch(300, person(IN_CELL)).watch(4_000), CELL),
    "tripped critical-alarm reset-possible",
    "watching",
  ],
  ["the guardian lost", (play) => lost(play.guarding()), "tripped critical-alarm", "tripped critical-alarm"],
] as readonly (readonly [string, (play: Play) => Play, string, string])[]) {
  test(`${what}: the cell's lamps tell ${cell}, the aisle's ${aisle}`, () => {
    for (const [zone, wanted] of [
      ["cell", cell],
      ["aisle", aisle],
    ] as const) {
      const lit = LAMP_CONDITIONS.filter(
        (condition) => make(telling(condition, [zone])).feed({ kind: "tick" }).demand.lamp === "energised",
      );
      assert.deepEqual(lit.sort(), wanted.split(" ").sort(), zone);
    }
  });
}

test("an output's alarm lights the lamps of its zones", () => {
  for (const [output, aisle, cell] of [
    ["horn", "dropped", "energised"],
    ["beacon", "energised", "energised"],
  ] as const) {
    const lit = ["aisle", "cell"].map((zone) => {
      const play = telling("critical-alarm", [zone]).guarding();
      const held = play.report();
      const outputs = held.kind === "held" ? held.report.outputs : {};
      const wrong = { demand: "dropped", readback: "energised", mismatch: true } as const;
      return play.relay({ outputs: { ...outputs, [output]: wrong } }).demand.lamp;
    });
    assert.deepEqual(lit, [aisle, cell], output);
  }
});

test("a lamp without any condition is never lit, and no lamp changes while nothing happens", () => {
  const play = full().guarding();
  const dark = new Play(
    configOf({ ...PROVISION, tower: { red: [], amber: [], green: [], blue: [] } }),
  ).guarding();
  for (const id of ["red", "amber", "green", "blue"]) assert.equal(dark.demand(id), "dropped");
  const situations: readonly ((play: Play) => Play)[] = [
    (one) => one,
    (one) => one.watch(300, person(IN_CELL)),
    (one) => lose(one, "front"),
    (one) => lost(one),
    (one) => one.bypass("cell", 30),
  ];
  for (const make of situations) {
    const one = make(play.fork()).watch(8_000);
    const lamps = (): string => ["red", "amber", "green", "blue", "white"].map((id) => one.demand(id)).join();
    const before = lamps();
    for (let i = 0; i < 600; i++) {
      one.watch(100);
      assert.equal(lamps(), before);
    }
  }
});
