/** Tracks in the rules: people keep their numbers on the screen, and no output goes by them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { demonstrationConfig } from "../../../server/demonstration.ts";
import { compileRules } from "../../../server/domain/rules.ts";
import { type Input, supervise } from "../../../server/domain/supervise.ts";
import {
  type CameraWatch,
  initialSupervision,
  type Supervision,
} from "../../../server/domain/supervision.ts";
import { advanceTracks, NO_TRACKS, type Tracks } from "../../../server/domain/track.ts";
import { person } from "./scenario.ts";

interface Recording {
  readonly startedAt: number;
  readonly inputs: readonly Input[];
}

const file = new URL("../../golden/cell.inputs.json", import.meta.url);
const recording = JSON.parse(readFileSync(file, "utf8")) as Recording;
const rules = compileRules(demonstrationConfig(), 0.4);

function mapCameras(state: Supervision, change: (watch: CameraWatch) => CameraWatch): Supervision {
  return { ...state, cameras: new Map([...state.cameras].map(([id, watch]) => [id, change(watch)])) };
}

/** Somebody who never was, seen for ever. */
const GHOSTS: Tracks = [0, 100].reduce(
  (tracks, at) => advanceTracks(tracks, [person({ x0: 0.4, y0: 0.4, x1: 0.6, y1: 0.8 })], at, 0.4),
  NO_TRACKS,
);

test("the demonstration cell is judged alike whatever its tracks say", () => {
  for (const [name, wrong] of [
    ["none", NO_TRACKS],
    ["a ghost", GHOSTS],
    ["none that ever moves on", { ...GHOSTS, at: Number.MAX_VALUE }],
  ] as const) {
    let right = initialSupervision(rules, recording.startedAt);
    let misled = right;
    let trips = 0;
    for (const input of recording.inputs) {
      const before = right;
      right = supervise(before, input, rules);
      misled = supervise(
        mapCameras(misled, (watch) => ({ ...watch, tracks: wrong })),
        input,
        rules,
      );
      if (right.permits !== before.permits) trips++;
      const [a, b] = [right, misled].map(({ demand, verdicts, alarms }) => ({ demand, verdicts, alarms }));
      if (right.demand !== before.demand || input.kind === "observed") assert.deepEqual(b, a, name);
    }
    assert.ok(trips >= 5, "there are trips and resets to compare");
  }
});

test("the people of the demonstration cell keep their numbers from frame to frame", () => {
  let state = initialSupervision(rules, recording.startedAt);
  const ids = new Set<number>();
  let seen = 0;
  for (const input of recording.inputs) {
    state = supervise(state, input, rules);
    if (input.kind !== "observed" || input.observation.camera !== "side") continue;
    for (const track of state.cameras.get("side")?.tracks.list ?? []) {
      if (track.state !== "confirmed") continue;
      seen++;
      ids.add(track.id);
    }
  }
  // Three people on five visits; the recording is one loop of the film and may begin within one.
  assert.ok(seen > 400, `somebody is seen ${seen} times`);
  assert.ok(ids.size >= 3 && ids.size <= 7, `${ids.size} numbers for five visits`);
});
