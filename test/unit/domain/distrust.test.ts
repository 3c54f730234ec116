/** What the rules make of pictures that cannot be believed, and of a camera that refuses. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ALARMS } from "../../../server/domain/alarm.ts";
import type { CameraFault } from "../../../server/domain/camera.ts";
import { refusals } from "../../../server/domain/interlock.ts";
import { viewOf } from "../../../server/domain/screen.ts";
import { TRUST_FAULTS } from "../../../server/domain/trust.ts";
import { Play } from "./scenario.ts";

const AROUND = {
  ...{ seq: 1, boot: "b", version: "0", wallAt: 1_700_000_000_000, site: { name: "S", timezone: "UTC" } },
  ...{ demonstration: false, faults: [], model: { name: "m", grade: "g", quality: "q" } },
  reaction: { count: 0 },
};

function front(play: Play) {
  const view = viewOf(play.state, play.rules, { ...AROUND, at: play.at, pictures: new Map() });
  return view.cameras.find(({ id }) => id === "front") ?? assert.fail("no camera front");
}

function fail(play: Play, why: CameraFault, message: string): void {
  const state = {
    kind: "error",
    why,
    message,
    attempt: 1,
    since: play.at,
    retryAt: play.at + 9_000,
  } as const;
  play.feed({ kind: "camera", camera: "front", state });
}

for (const why of TRUST_FAULTS) {
  test(`a camera that fails the check "${why}" blinds its zones and drops in the same step, with an alarm of its own`, () => {
    const play = new Play().guarding();
    play.trust("front", why);
    assert.equal(play.state.verdicts.get("cell")?.verdict, "blind");
    assert.equal(play.state.verdicts.get("aisle")?.verdict, "clear", "the other camera's zone");
    assert.equal(play.demand("permit"), "dropped");
    assert.equal(play.demand("horn"), "energised");
    assert.equal(play.alarm(`prot.camera.${why}:front`), "unacknowledged");
    const permit = play.state.permits.get("permit");
    assert.match(permit?.kind === "dropped" ? permit.why : "", /^Cell is not seen: camera Front /);
    const view = front(play);
    assert.equal(view.verdict, "blind");
    assert.equal(view.why, `It fails the check ${why}`);
    assert.deepEqual(
      view.trust.faults.map((fault) => fault.why),
      [why],
    );
    // Nothing but Reset brings it back, and that only when the check passes and the zone is proven clear anew.
    play.feed({ kind: "acknowledge", alarm: `prot.camera.${why}:front`, by: "panel" });
    play.watch(4_000);
    assert.ok(refusals(play.state, play.rules).length > 0);
    play.trust("front").watch(2_000);
    assert.ok(refusals(play.state, play.rules).length > 0, "empty pictures count from the recovery on");
    play.watch(1_500);
    assert.deepEqual(refusals(play.state, play.rules), []);
    assert.equal(play.demand("permit"), "dropped");
    play.feed({ kind: "reset", by: "panel" });
    assert.equal(play.demand("permit"), "energised");
  });
}

test("a camera that is not yet proven guards nothing, and after ten seconds says so", () => {
  const play = new Play().guarding();
  play.feed({ kind: "trust", camera: "front", trust: { kind: "proving", since: play.at } });
  assert.equal(play.demand("permit"), "dropped");
  assert.equal(front(play).why, "Its pictures are being checked");
  play.watch(9_900);
  assert.equal(play.alarm("prot.camera.lost:front"), "normal");
  play.watch(200);
  assert.equal(play.alarm("prot.camera.lost:front"), "unacknowledged");
  assert.equal(
    play.state.alarms.get("prot.camera.lost:front")?.alarm.detail,
    "Its pictures cannot be checked",
  );
});

test("several faults are several alarms, and the first is the camera's sentence", () => {
  const play = new Play().guarding();
  play.trust("front", "moved", "defocus");
  assert.equal(play.alarm("prot.camera.moved:front"), "unacknowledged");
  assert.equal(play.alarm("prot.camera.defocus:front"), "unacknowledged");
  assert.equal(front(play).why, "It fails the check moved");
});

test("a camera that is lost is that alone, and has to prove itself anew when it comes back", () => {
  const play = new Play().guarding();
  play.trust("front", "frozen");
  fail(play, "lost", "Camera was lost: the connection was closed");
  assert.equal(play.alarm("prot.camera.frozen:front"), "latched-unacknowledged");
  assert.equal(play.alarm("prot.camera.lost:front"), "unacknowledged");
  // The fault stays until a picture disproves it.
  const state = { kind: "running", since: play.at, size: { width: 640, height: 360 } } as const;
  play.feed({ kind: "camera", camera: "front", state });
  assert.equal(play.state.cameras.get("front")?.trust.kind, "distrusted");
  play.trust("front");
  fail(play, "lost", "Camera was lost: the connection was closed");
  assert.equal(play.state.cameras.get("front")?.trust.kind, "proving");
});

test("a late camera whose frames are all too old is called late, and nobody blames the detector", () => {
  const play = new Play().guarding();
  play.trust("front", "late");
  for (let i = 0; i < 30; i++) {
    play.at += 100;
    const capturedAt = play.at - 3_000 + i;
    play.see("side");
    play.feed({
      kind: "observed",
      observation: { camera: "front", seq: 900 + i, capturedAt, detections: [], inferenceMs: 7 },
    });
  }
  assert.equal(play.alarm("prot.camera.late:front"), "unacknowledged");
  assert.equal(play.alarm("prot.camera.lost:front"), "normal");
  assert.equal(play.alarm("prot.detector.stalled:detector"), "normal");
  assert.ok((play.state.cameras.get("front")?.late ?? 0) >= 30, "every late frame is counted");
});

for (const why of ["refused", "unsupported"] as const) {
  test(`a camera in error "${why}" has an alarm of its own, which stays while it is tried again`, () => {
    const play = new Play().guarding();
    fail(play, why, "Cannot open camera: server answered 401");
    const id = "prot.camera.refused:front";
    assert.equal(play.alarm(id), "unacknowledged");
    assert.equal(play.state.alarms.get(id)?.alarm.detail, "Cannot open camera: server answered 401");
    const version = play.state.alarms.get(id)?.alarm.version;
    play.feed({ kind: "camera", camera: "front", state: { kind: "starting", attempt: 2, since: play.at } });
    play.wait(8_000);
    fail(play, why, "Cannot open camera: server answered 401");
    assert.equal(play.alarm(id), "unacknowledged");
    assert.equal(play.state.alarms.get(id)?.alarm.version, version, "it did not come and go");
    assert.equal(play.alarm("prot.camera.lost:front"), "normal");
  });
}

test("what a camera is told of without being known changes nothing", () => {
  const play = new Play().guarding();
  const before = play.state;
  play.trust("nobody", "frozen");
  assert.equal(play.state.cameras, before.cameras);
  assert.equal(play.demand("permit"), "energised");
});

test("every check has an alarm in the catalogue that stops and latches", () => {
  for (const why of TRUST_FAULTS) {
    const definition = ALARMS[`prot.camera.${why}`];
    assert.equal(definition.latching, true);
    assert.match(definition.text, /\{source\}/);
  }
});
