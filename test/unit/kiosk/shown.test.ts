/** A zone that is bypassed is never called clear, and never hides what another zone says. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { shownCamera, shownZone } from "../../../kiosk/shown.ts";
import type { BypassView, CameraView, Verdict, ZoneView } from "../../../server/domain/view.ts";

function zone(id: string, verdict: Verdict): ZoneView {
  return { id, camera: "front", name: id, kind: "stop", polygon: [], verdict, sinceWallAt: 0 };
}

function bypass(id: string): BypassView {
  return { zone: id, name: id, by: "Sam", reason: "cleaning", untilWallAt: 60_000, leftMs: 60_000 };
}

function camera(verdict: Verdict): CameraView {
  return {
    id: "front",
    name: "Front",
    state: "RUNNING",
    trust: { kind: "trusted", faults: [] },
    fps30s: 10,
    frameCount: 1,
    verdict,
    people: [],
  };
}

test("shownZone() calls a bypassed zone bypassed, whatever is seen in it", () => {
  for (const verdict of ["clear", "warn", "stop", "blind"] as const) {
    assert.equal(shownZone(zone("cell", verdict), [bypass("cell")]), "bypassed");
    assert.equal(shownZone(zone("cell", verdict), [bypass("other")]), verdict);
  }
});

test("shownCamera() tells the worst of the zones that are watched, and bypassed rather than clear", () => {
  const cases: readonly (readonly [cell: Verdict, door: Verdict, shown: string])[] = [
    ["clear", "clear", "bypassed"],
    ["stop", "clear", "bypassed"],
    ["blind", "clear", "bypassed"],
    ["stop", "warn", "warn"],
    ["clear", "stop", "stop"],
    ["clear", "blind", "blind"],
  ];
  for (const [cell, door, expected] of cases) {
    const zones = [zone("cell", cell), zone("door", door)];
    assert.equal(shownCamera(camera("stop"), zones, [bypass("cell")]), expected, `${cell}, ${door}`);
  }
  assert.equal(shownCamera(camera("clear"), [zone("cell", "clear")], []), "clear");
  assert.equal(shownCamera(camera("blind"), [zone("cell", "blind")], [bypass("cell")]), "bypassed");
});

test("a camera without zones keeps its own verdict, whatever is bypassed elsewhere", () => {
  assert.equal(shownCamera(camera("blind"), [], [bypass("cell")]), "blind");
});
