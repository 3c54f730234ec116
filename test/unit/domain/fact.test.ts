/** Facts: nothing where nothing happened, and each change once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { normalAlarm } from "../../../server/domain/alarm.ts";
import { type Fact, factsBetween } from "../../../server/domain/fact.ts";
import type { Told } from "../../../server/pipeline.ts";
import { IN_AISLE, IN_CELL, Play, person } from "./scenario.ts";

/** The facts of one more input. */
function facts(play: Play, step: Told): Fact[] {
  const before = play.state;
  play.feed(step);
  return factsBetween(before, play.state, play.rules);
}

const kinds = (list: readonly Fact[]): string[] => list.map(({ kind }) => kind);
const seeing = (play: Play, camera: string, ...detections: ReturnType<typeof person>[]): Told => ({
  kind: "observed",
  observation: { camera, seq: 1, capturedAt: play.at - 5, detections, inferenceMs: 1 },
});

test("no change, no fact", () => {
  const play = new Play().guarding();
  assert.deepEqual(factsBetween(play.state, play.state, play.rules), []);
  assert.deepEqual(facts(play, { kind: "tick" }), []);
  play.at += 100;
  assert.deepEqual(facts(play, seeing(play, "front")), []);
  assert.deepEqual(facts(play, { kind: "relay", state: play.report() }), []);
  assert.deepEqual(facts(play, { kind: "silence", by: "panel" }), []);
});

test("a trip tells the verdict and the alarm at once, and the output when the board has read it back", () => {
  const play = new Play().guarding();
  play.at += 100;
  assert.deepEqual(facts(play, seeing(play, "front", person(IN_CELL))), []);
  play.at += 100;
  const tripped = facts(play, seeing(play, "front", person(IN_CELL)));
  assert.deepEqual(kinds(tripped), ["alarm-changed", "verdict-changed", "cycle-ended"]);
  const [alarm, verdict, cycle] = tripped;
  assert.ok(alarm?.kind === "alarm-changed" && alarm.from === "normal");
  assert.equal(alarm.alarm.state, "unacknowledged");
  assert.deepEqual(verdict, {
    kind: "verdict-changed",
    at: play.at,
    zone: "cell",
    camera: "front",
    from: "clear",
    to: "stop",
    cycle: 1,
  });
  assert.deepEqual(cycle, { kind: "cycle-ended", at: play.at, cycle: 1, why: "A person is in Cell" });

  play.at += 4;
  const moved = facts(play, { kind: "relay", state: play.report() });
  assert.deepEqual(
    moved.map((fact) => (fact.kind === "output-changed" ? [fact.output, fact.from, fact.to] : fact.kind)),
    [
      ["permit", "energised", "dropped"],
      ["horn", "dropped", "energised"],
      ["pulse", "dropped", "energised"],
      ["red", "dropped", "energised"],
      ["green", "energised", "dropped"],
      ["beacon", "dropped", "energised"],
    ],
  );
  const [permit] = moved;
  assert.deepEqual(permit, {
    kind: "output-changed",
    at: play.at,
    output: "permit",
    from: "energised",
    to: "dropped",
    demand: "dropped",
    why: "A person is in Cell",
    cycle: 1,
  });
});

test("a board that moves against the demand is told with both", () => {
  const play = new Play().guarding();
  const outputs = { permit: { demand: "energised", readback: "dropped", mismatch: true } } as const;
  const [moved] = facts(play, { kind: "relay", state: play.report({ outputs }) });
  assert.ok(moved?.kind === "output-changed");
  assert.deepEqual([moved.from, moved.to], ["energised", "dropped"]);
  assert.equal(moved.why, "Output permit is not what it should be");
});

test("an alarm that comes back, is acknowledged and reset is told each time, with where it came from", () => {
  const play = new Play().guarding().watch(300, person(IN_CELL));
  const told: string[] = [];
  const tell = (list: readonly Fact[]): void => {
    for (const fact of list)
      if (fact.kind === "alarm-changed") told.push(`${fact.from} > ${fact.alarm.state}`);
  };
  const id = "zone.stop.occupied:cell";
  for (let i = 0; i < 40; i++) {
    play.at += 100;
    tell(facts(play, seeing(play, "front")));
    tell(facts(play, seeing(play, "side")));
  }
  tell(facts(play, { kind: "acknowledge", alarm: id, by: "panel" }));
  tell(facts(play, { kind: "acknowledge", alarm: id, by: "panel" }));
  tell(facts(play, { kind: "reset", by: "panel" }));
  assert.deepEqual(told, [
    "unacknowledged > latched-unacknowledged",
    "latched-unacknowledged > latched-acknowledged",
    "latched-acknowledged > normal",
  ]);
});

test("a condition whose alarm is not raised yet is no fact", () => {
  const play = new Play().guarding();
  const alarm = normalAlarm("prot.camera.lost", "front");
  const waiting = { alarm, presentSince: play.at, goneSince: undefined, raises: [] };
  const after = { ...play.state, alarms: new Map([[alarm.id, waiting]]) };
  assert.deepEqual(factsBetween(play.state, after, play.rules), []);
});

test("cameras and the detector are told when their state changes, and not when it is told again", () => {
  const play = new Play();
  const state = { kind: "starting", attempt: 1, since: play.at } as const;
  assert.deepEqual(facts(play, { kind: "camera", camera: "front", state }), [
    { kind: "camera-changed", at: play.at, camera: "front", state },
  ]);
  assert.deepEqual(facts(play, { kind: "camera", camera: "front", state }), []);
  const ready = { kind: "ready", warmupMs: 3 } as const;
  assert.deepEqual(facts(play, { kind: "detector", state: ready }), [
    { kind: "detector-changed", at: play.at, state: ready },
  ]);
});

test("the guardian's link and its own drops are told with their cause", () => {
  const play = new Play().guarding();
  const lost = { kind: "lost", why: "The guardian ended", since: play.at } as const;
  const gone = facts(play, { kind: "relay", state: lost });
  assert.deepEqual(
    gone.find(({ kind }) => kind === "relay-link-changed"),
    {
      kind: "relay-link-changed",
      at: play.at,
      link: "lost",
      why: "The guardian ended",
    },
  );
  const unknown = gone.filter((fact) => fact.kind === "output-changed");
  assert.equal(unknown.length, play.rules.outputs.length);
  assert.ok(unknown.every((fact) => fact.kind === "output-changed" && fact.to === "unknown"));

  const back = facts(play, { kind: "relay", state: play.report() });
  assert.deepEqual(back[0], { kind: "relay-link-changed", at: play.at, link: "held" });

  const other = new Play().guarding();
  other.epoch++;
  const dropped = facts(other, {
    kind: "relay",
    state: other.report({ lastDrop: { cause: "lease", at: other.at } }),
  });
  assert.deepEqual(dropped[0], { kind: "guardian-dropped", at: other.at, cause: "lease" });
});

test("what one state did not know at all is blind, unknown and dropped", () => {
  const play = new Play().guarding();
  const before = { ...play.state, verdicts: new Map(), relay: { kind: "lost", why: "w", since: 0 } as const };
  const after = { ...play.state, demand: {} };
  const list = factsBetween(before, after, play.rules);
  const verdicts = list.filter((fact) => fact.kind === "verdict-changed");
  assert.deepEqual(
    verdicts.map((fact) => fact.kind === "verdict-changed" && [fact.zone, fact.from, fact.to]),
    [
      ["cell", "blind", "clear"],
      ["aisle", "blind", "clear"],
    ],
  );
  assert.ok(list.every((fact) => fact.kind !== "output-changed" || fact.demand === "dropped"));
});

test("facts add up: whoever hears them all knows every verdict, alarm, camera and read-back", () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.constant("calm") },
    { weight: 2, arbitrary: fc.constantFrom("cell", "aisle") },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        "wait",
        "report",
        "lost",
        "epoch",
        "acknowledge",
        "reset",
        "stop",
        "camera",
        "back",
      ),
    },
  );
  let told = 0;
  const guarding = new Play().guarding();
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
      const play = guarding.fork();
      const heard = new Map<string, string>();
      const known = (): Map<string, string> => {
        const { state } = play;
        const report = state.relay.kind === "held" ? state.relay.report : undefined;
        return new Map([
          ...[...state.verdicts].map(([id, { verdict }]) => [`zone ${id}`, verdict] as const),
          ...[...state.alarms].map(([id, { alarm }]) => [`alarm ${id}`, alarm.state] as const),
          ...[...state.cameras].map(([id, watch]) => [`camera ${id}`, watch.state.kind] as const),
          ...play.rules.outputs.map(
            ({ id }) => [`output ${id}`, report?.outputs[id]?.readback ?? "unknown"] as const,
          ),
          ["link", state.relay.kind] as const,
        ]);
      };
      for (const [key, value] of known()) heard.set(key, value);
      const hear = (input: Told): void => {
        for (const fact of facts(play, input)) {
          told++;
          if (fact.kind === "verdict-changed") heard.set(`zone ${fact.zone}`, fact.to);
          else if (fact.kind === "alarm-changed") heard.set(`alarm ${fact.alarm.id}`, fact.alarm.state);
          else if (fact.kind === "camera-changed") heard.set(`camera ${fact.camera}`, fact.state.kind);
          else if (fact.kind === "output-changed") heard.set(`output ${fact.output}`, fact.to);
          else if (fact.kind === "relay-link-changed") heard.set("link", fact.link);
        }
        assert.deepEqual(heard, known());
      };
      for (const one of steps) {
        play.at += one === "wait" ? 1_200 : 100;
        if (one === "calm" || one === "cell")
          hear(seeing(play, "front", ...(one === "cell" ? [person(IN_CELL)] : [])));
        if (one === "calm" || one === "aisle")
          hear(seeing(play, "side", ...(one === "aisle" ? [person(IN_AISLE)] : [])));
        if (one === "wait") hear({ kind: "tick" });
        if (one === "epoch") play.epoch++;
        if (one === "report" || one === "epoch") hear({ kind: "relay", state: play.report() });
        if (one === "lost") hear({ kind: "relay", state: { kind: "lost", why: "w", since: play.at } });
        if (one === "reset" || one === "stop")
          hear({ kind: one === "stop" ? "stop-request" : one, by: "panel" });
        if (one === "acknowledge")
          for (const alarm of play.state.alarms.keys()) hear({ kind: "acknowledge", alarm, by: "panel" });
        if (one === "camera")
          hear({ kind: "camera", camera: "front", state: { kind: "stopping", since: play.at } });
        if (one === "back")
          hear({
            kind: "camera",
            camera: "front",
            state: { kind: "running", since: play.at, size: { width: 1, height: 1 } },
          });
      }
    }),
    { numRuns: 100 },
  );
  assert.ok(told > 500, `the property must hear facts; it heard ${told}`);
});
