import assert from "node:assert/strict";
import { test } from "node:test";
import { openLog } from "../../../server/base/log.ts";
import { type KnownScene, type SceneStore, Scenes, sceneKey } from "../../../server/camera/scenes.ts";
import type { CameraConfig, ZoneConfig } from "../../../server/domain/config.ts";
import type { Scene, Trust } from "../../../server/domain/trust.ts";

const CAMERA: CameraConfig = {
  ...{ id: "front", name: "Front", fps: 10, transport: "tcp" },
  source: "rtsp://sam:one@10.0.0.9/stream",
};
const ZONE: ZoneConfig = {
  ...{ id: "cell", camera: "front", name: "Cell", kind: "stop", dwellMs: 0 },
  polygon: [
    [0, 0],
    [0.5, 0],
    [0.5, 0.5],
  ],
};
const MOVED: ZoneConfig = { ...ZONE, polygon: [...ZONE.polygon, [0, 0.5]] };
const SCENE: Scene = {
  ...{ width: 2, height: 1, luma: new Uint8Array(2) },
  picture: { width: 640, height: 360 },
};
const TRUSTED: Trust = { kind: "trusted", since: 0 };
const moved: Trust = {
  ...{ kind: "distrusted", since: 0 },
  faults: [{ why: "moved", since: 0, message: "It looks elsewhere" }],
};
const dark: Trust = { ...moved, faults: [{ why: "dark", since: 0, message: "Too dark" }] };

/** Scenes whose eye and store write down what they are told. */
function desk({ store, stored = [] }: { store?: SceneStore; stored?: readonly KnownScene[] } = {}) {
  const told: string[] = [];
  const scenes = new Scenes({
    store,
    stored,
    ask: (camera) => told.push(`ask ${camera}`),
    teach: (camera) => told.push(`teach ${camera}`),
    picture: () => new Uint8Array(10),
    log: openLog("test", { write: () => undefined }),
  });
  scenes.configure([CAMERA], [ZONE]);
  return { scenes, told };
}

/** Frames ten times a second, from one instant to another. */
function look(scenes: Scenes, from: number, to: number, somebody = false, trust: Trust = TRUSTED): void {
  for (let at = from; at <= to; at += 100) scenes.looked("front", somebody, trust, at);
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

test("the scene is asked for after 3 s of trust, with nobody in the picture, and once", async () => {
  const { scenes, told } = desk();
  look(scenes, 0, 2_900);
  look(scenes, 3_000, 5_000, true);
  assert.deepEqual(told, []);
  look(scenes, 5_100, 9_000);
  assert.deepEqual(told, ["ask front"]);
  scenes.arrived("front", SCENE);
  await settled();
  assert.deepEqual(told, ["ask front", "teach front"]);
  assert.equal(scenes.of("front")?.takenBy, "palisade");
  assert.equal(scenes.all().get("front"), SCENE);
  look(scenes, 9_100, 30_000);
  assert.equal(told.length, 2);
});

test("it is asked for again where no answer comes, and not while the picture is not believed", () => {
  const { scenes, told } = desk();
  scenes.trusted("front", TRUSTED, 0);
  look(scenes, 0, 2_000);
  scenes.trusted("front", { kind: "proving", since: 2_000 }, 2_000);
  look(scenes, 2_100, 9_000, false, { kind: "proving", since: 2_000 });
  look(scenes, 9_100, 15_000, false, moved);
  assert.deepEqual(told, [], "nor where it is disbelieved without a scene to blame");
  look(scenes, 15_100, 25_000);
  assert.equal(told.length, 2, "after 6 s again");
});

test("a camera without zones needs none", () => {
  const { scenes, told } = desk();
  scenes.configure([CAMERA], []);
  look(scenes, 0, 10_000);
  assert.deepEqual(told, []);
});

test("a scene fits its address without the password, and its zones; another one is replaced", async () => {
  const key = sceneKey(CAMERA, [ZONE]);
  assert.equal(sceneKey({ ...CAMERA, source: "rtsp://kim:two@10.0.0.9/stream" }, [ZONE]), key);
  assert.equal(sceneKey({ ...CAMERA, source: "rtsp://10.0.0.9/stream", fps: 5 }, [ZONE]), key);
  assert.equal(sceneKey(CAMERA, [{ ...ZONE, name: "Other", kind: "warn" }]), key);
  assert.notEqual(sceneKey({ ...CAMERA, source: "rtsp://10.0.0.8/stream" }, [ZONE]), key);
  assert.notEqual(sceneKey(CAMERA, [MOVED]), key);
  const known = { camera: "front", key, scene: SCENE, jpeg: null, takenWallAt: "", takenBy: "Sam" };
  const { scenes, told } = desk({ stored: [known] });
  assert.equal(scenes.of("front")?.takenBy, "Sam");
  look(scenes, 0, 10_000);
  assert.deepEqual(told, []);
  scenes.configure([CAMERA], [MOVED]);
  assert.equal(scenes.of("front"), undefined);
  assert.equal(scenes.all().size, 0);
  // The eye still holds the old one against the picture: what only that one says against it does not count.
  look(scenes, 10_100, 14_000, false, dark);
  assert.deepEqual(told, []);
  look(scenes, 14_100, 18_000, false, moved);
  scenes.arrived("front", SCENE);
  await settled();
  assert.deepEqual(told, ["ask front", "teach front"]);
  assert.equal(scenes.of("front")?.key, sceneKey(CAMERA, [MOVED]));
});

test("a person's wish is stored before it is taught, under the person's name", async () => {
  const saved: unknown[] = [];
  const store: SceneStore = {
    saveScene: async (save) => {
      saved.push(save.takenBy);
      return { takenWallAt: "2026-11-21T12:00:00.000Z" };
    },
  };
  const { scenes, told } = desk({ store });
  const sam = { type: "user", id: "Sam", role: "supervisor" } as const;
  const [first, second] = [scenes.take("front", sam), scenes.take("front", sam)];
  assert.deepEqual(told, ["ask front"]);
  scenes.arrived("front", SCENE);
  for (const taken of [await first, await second])
    assert.deepEqual([taken.ok, taken.ok && taken.known.takenWallAt], [true, "2026-11-21T12:00:00.000Z"]);
  assert.deepEqual(saved, [sam]);
  scenes.arrived("front", SCENE);
  await settled();
  assert.equal(saved.length, 1, "an answer that nobody waits for any more is left");
});

test("a disk that takes nothing refuses a person, and keeps no camera from being checked", async () => {
  const store: SceneStore = { saveScene: async () => await Promise.reject(new Error("The disk is full")) };
  const { scenes, told } = desk({ store });
  const wish = scenes.take("front", { type: "user", id: "Sam" });
  scenes.arrived("front", SCENE);
  const taken = await wish;
  assert.ok(!taken.ok);
  assert.match(taken.why, /could not be stored: The disk is full/);
  assert.deepEqual(told, ["ask front"]);
  look(scenes, 0, 4_000);
  scenes.arrived("front", SCENE);
  await settled();
  assert.deepEqual(told, ["ask front", "ask front", "teach front"]);
});

test("a camera that goes takes its scene and the wish for one along", async () => {
  const { scenes } = desk();
  const wish = scenes.take("front", { type: "user", id: "Sam" });
  scenes.configure([], []);
  assert.deepEqual(await wish, { ok: false, why: "The camera was removed" });
  assert.ok(!(await scenes.take("front", { type: "user", id: "Sam" })).ok);
});
