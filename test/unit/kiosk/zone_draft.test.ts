/** A zone as it is entered: what the box is sent is what it takes, and the trial judges as the box would. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  changedMembers,
  draftOf,
  freeId,
  type Kind,
  newDraft,
  takes,
  type ZoneDraft,
  zoneBody,
  zoneOf,
} from "../../../kiosk/zones/draft.ts";
import { type Known, planFor, ringAround, rulesWith } from "../../../kiosk/zones/plan.ts";
import { blind, judge, NEW_TRIAL } from "../../../kiosk/zones/trial.ts";
import { scheduleText } from "../../../kiosk/zones/words.ts";
import { type Config, EMPTY_CONFIG, type ZoneConfig } from "../../../server/domain/config.ts";
import { addZone, changeZone } from "../../../server/domain/edit_zones.ts";
import type { Detection } from "../../../server/domain/eye.ts";
import { borderDistance, calibrate, onFloor } from "../../../server/domain/ground.ts";
import { compileRules } from "../../../server/domain/rules.ts";
import { NEW_ZONE, observeZone, verdictOf } from "../../../server/domain/zone.ts";
import { quietView } from "../../browser/stub.ts";

const GROUND = {
  points: [
    [0.3, 0.5],
    [0.7, 0.5],
    [0.9, 0.9],
    [0.1, 0.9],
  ],
  sides: [4, 5, 4, 5],
  diagonal: Math.hypot(4, 5),
} as const;
const CONFIG: Config = {
  ...EMPTY_CONFIG,
  cameras: [
    { id: "front", name: "Front", source: "file:a.mp4", fps: 10, transport: "tcp", ground: GROUND as never },
  ],
  boards: [
    {
      id: "press",
      driver: "modbus-tcp",
      address: "192.0.2.7:502",
      channels: 8,
      inputs: 4,
      ratedOperations: 100_000,
    },
  ],
};
const KNOWN: Known = {
  zones: [],
  cameras: CONFIG.cameras.map((camera) => ({ ...camera, scene: null })),
  settings: CONFIG,
};
const KINDS: readonly Kind[] = ["stop", "warn", "dwell", "count", "mask"];
const full = (kind: Kind): ZoneDraft => ({
  ...newDraft("front", kind, []),
  ...{ name: " Cell ", dwell: "2,5", minHeight: "10", classes: "person, forklift", stopTime: "400" },
  schedule: [{ days: ["mon", "tue", "wed"], from: "06:00", to: "14:00" }],
  ...{ condition: { board: "press", input: 2, name: "Set-up" }, hazard: [0.5, 0.6], reason: "A mannequin" },
});

test("the box takes what is sent of every kind, as full as it can be, and with nothing but a name", () => {
  for (const kind of KINDS) {
    for (const draft of [full(kind), { ...newDraft("front", kind, []), name: "Cell" }]) {
      const added = addZone(CONFIG, { id: draft.id, ...zoneBody(draft) });
      assert.ok(added.ok, `${kind}: ${added.ok ? "" : JSON.stringify(added.errors)}`);
      assert.deepEqual(zoneOf(draft), added.item, "what is tried is what would be in force");
      assert.deepEqual(changedMembers(added.item, draft), []);
      assert.deepEqual(zoneBody(draftOf(added.item)), zoneBody(draft), "opened again it is the same");
    }
  }
});

test("a member that the kind does not take is taken out of a zone that had it", () => {
  const stop = addZone(CONFIG, { id: "cell", ...zoneBody(full("stop")) });
  assert.ok(stop.ok);
  for (const kind of KINDS) {
    const changed = changeZone(stop.config, "cell", zoneBody({ ...draftOf(stop.item), kind, dwell: "3" }));
    assert.ok(changed.ok, `${kind}: ${changed.ok ? "" : JSON.stringify(changed.errors)}`);
    assert.equal(changed.item.hazard === undefined, !takes(kind, "hazard"));
  }
});

test("what is no number goes as it was written, and the refusal names the field", () => {
  const refused = addZone(CONFIG, zoneBody({ ...full("stop"), stopTime: "fast" }));
  assert.ok(!refused.ok);
  assert.deepEqual(
    refused.errors.map(({ path }) => path),
    ["stopTimeMs"],
  );
  assert.equal(zoneOf({ ...full("stop"), stopTime: "fast" }).stopTimeMs, undefined);
});

test("an id is free and stays the same for one draft", () => {
  assert.equal(freeId([]), "zone-1");
  assert.equal(freeId(["cell", "zone-3"]), "zone-4");
});

const CELL: ZoneConfig = zoneOf({ ...newDraft("front", "stop", []), name: "Cell" });
const inside: Detection = { label: "person", score: 0.9, box: { x0: 0.45, y0: 0.4, x1: 0.55, y1: 0.8 } };
const seen = (n: number, detections: readonly Detection[]) => ({
  ...{ capturedAt: n * 100, fresh: true, threshold: 0.45, detections },
});

test("the trial judges frame by frame as the box does, and counts each time it would trip", () => {
  const rules = rulesWith(KNOWN, CELL, 0.45);
  assert.ok(rules !== undefined);
  const [rule] = compileRules({ ...CONFIG, zones: [CELL] }, 0.45).zones;
  assert.ok(rule !== undefined);
  let [trial, zone] = [NEW_TRIAL, NEW_ZONE];
  const there = (n: number): boolean => (n > 40 && n < 60) || (n > 120 && n < 125);
  for (let n = 1; n < 200; n++) {
    const sighting = seen(n, there(n) ? [inside] : []);
    trial = judge(trial, rules, CELL.id, sighting);
    trial = judge(trial, rules, CELL.id, sighting);
    zone = observeZone(zone, rule, { ...sighting, camera: "front", seq: n, inferenceMs: 0 });
    assert.equal(trial.verdict, verdictOf(zone, rule, true), `frame ${n}`);
    assert.equal(trial.hits.length, there(n) ? 1 : 0);
  }
  assert.deepEqual([trial.times, trial.frames], [2, 199]);
  assert.equal(blind(trial).verdict, "blind");
  assert.equal(judge(trial, rules, CELL.id, { ...seen(300, []), fresh: false }).verdict, "blind");
});

test("a count counts and a mask says whom it hides", () => {
  const count: ZoneConfig = { ...CELL, kind: "count" };
  const mask: ZoneConfig = { ...CELL, kind: "mask" };
  for (const zone of [count, mask]) {
    const rules = rulesWith(KNOWN, zone, 0.45);
    assert.ok(rules !== undefined);
    const one = judge(NEW_TRIAL, rules, zone.id, seen(1, [inside]));
    assert.deepEqual([one.people, one.hits, one.times], [1, [0], 0], zone.kind);
  }
});

test("the planning distance is the box's own, and its ring lies that far around the hazard", () => {
  const zone: ZoneConfig = { ...CELL, stopTimeMs: 400, hazard: [0.5, 0.7] };
  const view = { ...quietView(), reaction: { count: 9, p99Ms: 180 } };
  const plan = planFor(KNOWN, zone, view);
  const ground = calibrate(GROUND as never);
  const edge = borderDistance(ground, zone.polygon, [0.5, 0.7]) ?? 0;
  assert.equal(plan?.edgeMm, Math.floor(edge * 1_000));
  // 1.6 m/s in 0.18 + 0.2 + 0.4 s, and 1.2 m of reach.
  assert.equal(plan?.distanceMm, 2_448);
  assert.equal(plan?.tooNear, true);
  assert.equal(planFor(KNOWN, CELL, view), undefined);
  const middle = onFloor(ground, [0.5, 0.7]);
  assert.ok(middle !== undefined);
  const ring = ringAround(ground, [0.5, 0.7], 1);
  assert.ok(ring.length > 60);
  for (const point of ring) {
    const place = onFloor(ground, point);
    if (place === undefined) continue;
    assert.ok(Math.abs(Math.hypot(place[0] - middle[0], place[1] - middle[1]) - 1) < 1e-6);
  }
});

test("times are said in words", () => {
  assert.equal(scheduleText(undefined), "Always");
  assert.equal(
    scheduleText([
      { days: ["mon", "tue", "wed", "thu", "fri"], from: "22:00", to: "06:00" },
      { days: ["sat", "mon"], from: "06:00", to: "24:00" },
    ]),
    "Mon–Fri 22:00–06:00; Mon, Sat 06:00–24:00",
  );
});
