import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addCamera,
  changeCamera,
  hidesCredentials,
  idFor,
  removeCamera,
  wholeSource,
} from "../../../server/domain/edit.ts";
import { configOf, PROVISION } from "./scenario.ts";

const CONFIG = configOf(PROVISION);
const FRONT = CONFIG.cameras[0] ?? assert.fail("no camera");
const STORED = "rtsp://sam:p%2Fq@10.0.0.9:554/stream?user=admin&channel=1&pwd=xyz";
const SHOWN = "rtsp://***@10.0.0.9:554/stream?user=***&channel=1&pwd=***";

function source(entered: string, stored?: string, credentials?: { user: string; password: string }) {
  const whole = wholeSource(entered, stored, credentials);
  return whole.ok ? whole.source : whole.error.path;
}

test("*** stands for what is stored, at the same host only, whatever else of the address changes", () => {
  assert.equal(source(SHOWN, STORED), STORED);
  assert.equal(
    source("rtsp://***@10.0.0.9:8554/other?pwd=***", STORED),
    "rtsp://sam:p%2Fq@10.0.0.9:8554/other?pwd=xyz",
  );
  for (const elsewhere of ["10.0.0.8", "10.0.0.9.example", "[::1]", "sam@10.0.0.8"])
    assert.equal(source(SHOWN.replace("10.0.0.9", elsewhere), STORED), "source", elsewhere);
  assert.equal(source(SHOWN), "source", "nothing is stored");
  assert.equal(source("rtsp://***@10.0.0.9/?token=***", STORED), "source", "no such thing is stored");
  assert.equal(source("rtsp://10.0.0.8/", STORED), "rtsp://10.0.0.8/");
});

test("credentials are put in, encoded, and taken out by empty ones", () => {
  const login = { user: "s@m", password: "a/b:c?#d" };
  const part = "s%40m:a%2Fb%3Ac%3F%23d@";
  assert.equal(source("rtsp://10.0.0.9/s", undefined, login), `rtsp://${part}10.0.0.9/s`);
  assert.equal(source("rtsp://***@10.0.0.8/s", STORED, login), `rtsp://${part}10.0.0.8/s`);
  assert.equal(source("http://old:one@10.0.0.9/s", undefined, login), `http://${part}10.0.0.9/s`);
  assert.equal(source("rtsp://a:b@10.0.0.9/s", STORED, { user: "", password: "" }), "rtsp://10.0.0.9/s");
  assert.equal(source("file:/films/cell.mp4", undefined, login), "credentials");
  assert.equal(source("/dev/video0", undefined, login), "credentials");
  assert.equal(new URL(source("rtsp://h/s", undefined, login)).password, encodeURIComponent(login.password));
});

test("a locked camera's address stays as it is until somebody enters the credentials", () => {
  const locked = "rtsp://***@10.0.0.9/stream";
  assert.ok(hidesCredentials(locked) && !hidesCredentials("file:/films/***.mp4"));
  assert.equal(source(locked, locked), locked);
  const login = { user: "sam", password: "one" };
  assert.equal(source(locked, locked, login), "rtsp://sam:one@10.0.0.9/stream");
});

test("an id is made of the name, plain and unused", () => {
  assert.equal(idFor("Rückseite  Tor 2", []), "ruckseite-tor-2");
  assert.equal(idFor("Front", ["FRONT", "front-2"]), "front-3");
  assert.equal(idFor("世界", []), "camera");
  const long = idFor("x".repeat(80), ["x".repeat(40)]);
  assert.deepEqual([long.length, long.slice(-2)], [40, "-2"]);
});

test("a new camera is held against every rule, and errors are named by its own members", () => {
  const added = addCamera(CONFIG, { name: "Gate", source: "rtsp://10.0.0.7/s" });
  assert.ok(added.ok);
  assert.deepEqual(added.item, {
    ...{ id: "gate", name: "Gate", source: "rtsp://10.0.0.7/s", fps: 10, transport: "tcp" },
  });
  assert.equal(added.config.cameras.length, CONFIG.cameras.length + 1);
  assert.deepEqual({ ...added.config, cameras: CONFIG.cameras }, CONFIG);
  const wrong = addCamera(CONFIG, { id: FRONT.id, name: 7, source: "nowhere", fps: 0, other: true });
  assert.ok(!wrong.ok);
  assert.deepEqual(
    wrong.errors.map(({ path }) => path),
    ["fps", "id", "name", "other", "source"],
  );
});

test("a change keeps what it leaves out, and the same again is the same", () => {
  const same = changeCamera(CONFIG, FRONT.id, { ...FRONT });
  assert.ok(same.ok);
  assert.deepEqual(same.config, CONFIG);
  const changed = changeCamera(CONFIG, FRONT.id, { fps: 5 });
  assert.ok(changed.ok);
  assert.deepEqual(changed.item, { ...FRONT, fps: 5 });
  for (const id of ["other", FRONT.id]) {
    const refused = changeCamera(CONFIG, id === "other" ? FRONT.id : "none", { id });
    assert.ok(!refused.ok);
    assert.equal(refused.errors[0]?.path, "id");
  }
});

test("a camera takes its zones along, and the outputs that would follow nothing", () => {
  const base = {
    ...{ board: "sim", pulseMs: 500, zones: [] as string[] },
  };
  const config = {
    ...CONFIG,
    zones: [
      { ...(CONFIG.zones[0] ?? assert.fail()), id: "a", camera: FRONT.id },
      { ...(CONFIG.zones[0] ?? assert.fail()), id: "b", camera: "other" },
    ],
    outputs: [
      { ...base, id: "both", channel: 1, role: "run-permit" as const, zones: ["a", "b"] },
      { ...base, id: "only", channel: 2, role: "run-permit" as const, zones: ["a"] },
      { ...base, id: "lamp", channel: 3, role: "lamp-red" as const, zones: ["a"] },
      { ...base, id: "far", channel: 4, role: "pulse" as const, zones: ["b"] },
    ],
  };
  const removal = removeCamera(config, FRONT.id);
  assert.deepEqual(
    removal.zones.map(({ id }) => id),
    ["a"],
  );
  assert.deepEqual(
    removal.outputs.map(({ output, goes }) => [output.id, goes]),
    [
      ["both", false],
      ["only", true],
      ["lamp", false],
    ],
  );
  assert.deepEqual(
    removal.config.outputs.map(({ id, zones }) => [id, zones]),
    [
      ["both", ["b"]],
      ["lamp", []],
      ["far", ["b"]],
    ],
  );
  assert.ok(!removal.config.cameras.some(({ id }) => id === FRONT.id));
});
