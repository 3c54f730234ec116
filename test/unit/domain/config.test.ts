/** The provisioning file's rules: every wrong file, the place it is told at, and the sentence. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EMPTY_CONFIG, parseProvision } from "../../../server/domain/config.ts";
import { isHorn } from "../../../server/domain/sounder.ts";
import {
  board,
  camera,
  example,
  type Members,
  output,
  outputs,
  user,
  users,
  zone,
} from "../../fakes/config_files.ts";
import { RIGHT_BOARDS, WRONG_BOARDS } from "../../fakes/wrong_boards.ts";
import { WRONG_CAMERAS } from "../../fakes/wrong_cameras.ts";
import { WRONG_OUTPUTS } from "../../fakes/wrong_outputs.ts";
import { RIGHT_ZONES, WRONG_ZONES } from "../../fakes/wrong_zones.ts";

function errorsOf(file: unknown): string[] {
  const parsed = parseProvision(file);
  return parsed.ok ? [] : parsed.errors.map(({ path, message }) => `${path}: ${message}`);
}

const UNKNOWN = "is not a known key; remove it or check its spelling";
const GUESSED = "is easy to guess; choose one that does not repeat or count and is no date";
const ROLES =
  "must be one of run-permit, while-active, pulse, lamp-red, lamp-amber, lamp-green, lamp-blue, lamp-white, heartbeat";

test("the example of the contract is right and comes back as it is", () => {
  const parsed = parseProvision(example());
  assert.ok(parsed.ok, JSON.stringify(parsed));
  const filled = example();
  const listed = filled.outputs as Members[];
  filled.outputs = listed.map((item) => ({ zones: [], pulseMs: 500, ...item }));
  filled.boards = [board({ channels: 8, ratedOperations: 100_000 })];
  filled.tower = EMPTY_CONFIG.tower;
  filled.tests = { relayDays: 7, proofDays: 30, withholdPermit: false, walkDays: 1, demandWalk: false };
  filled.record = {
    ...{ keepRows: 250_000, keepDays: 400 },
    pictures: { keep: 500, keepMegabytes: 200, keepDays: 90 },
    clips: {
      ...{ beforeSeconds: 10, afterSeconds: 20, keep: 1_000, keepMegabytes: 2_000, keepDays: 30 },
      keepFreeMegabytes: 2_000,
    },
  };
  filled.network = { lan: { on: false, port: 8_443 } };
  assert.deepEqual(parsed.value, filled);
});

test("an empty file is a box without anything, with the documented defaults", () => {
  assert.deepEqual(parseProvision({}), { ok: true, value: { ...EMPTY_CONFIG, users: [] } });
});

test("absent values take their defaults", () => {
  const parsed = parseProvision({ cameras: [camera()], boards: [board()], site: {} });
  assert.ok(parsed.ok);
  const { fps, transport } = parsed.value.cameras[0] ?? {};
  assert.deepEqual([fps, transport, parsed.value.boards[0]?.channels], [10, "tcp", 8]);
  assert.deepEqual(parsed.value.site, { name: "Palisade", timezone: "UTC", fullView: false });
});

test("every wrong file is refused with every error at its place, and nothing else", () => {
  for (const [what, file, wanted] of [...WRONG_CAMERAS, ...WRONG_ZONES, ...WRONG_OUTPUTS, ...WRONG_BOARDS])
    assert.deepEqual(errorsOf(file), [...wanted], what);
});

test("a zone may name classes of the model", () => {
  const withClasses = (classes: unknown) => errorsOf({ cameras: [camera()], zones: [zone({ classes })] });
  assert.deepEqual(withClasses(["person", "forklift"]), []);
  for (const wrong of [[], [""], ["x".repeat(41)], "forklift", [7]])
    assert.equal(withClasses(wrong).length, 1);
});

test("what only looks wrong is taken", () => {
  for (const [what, file] of [...RIGHT_BOARDS, ...RIGHT_ZONES]) assert.deepEqual(errorsOf(file), [], what);
});

test("errors of shape and errors between sections are told together", () => {
  const file = {
    cameras: [camera({ fps: "fast" }), camera()],
    zones: [zone({ camera: "back", kind: "slow" })],
    boards: [board({ channels: 2 })],
    outputs: [
      output({ channel: 3, zones: ["cell", "hall"] }),
      output({ id: "horn", role: "horn", channel: 3 }),
    ],
    users: [user({ pin: "123456" }), user({ pin: 7 })],
    extra: true,
  };
  assert.deepEqual(errorsOf(file), [
    "cameras[0].fps: must be of type number, not string",
    'cameras[1].id: "front" is already used by cameras[0]; choose another',
    `extra: ${UNKNOWN}`,
    'outputs[0].channel: is 3, but board "sim" has 2 channels',
    'outputs[0].zones[1]: names no zone of this file: "hall"',
    'outputs[1].channel: is 3, but board "sim" has 2 channels',
    "outputs[1].channel: is already used by outputs[0]; one channel carries one output",
    `outputs[1].role: ${ROLES}`,
    `users[0].pin: ${GUESSED}`,
    'users[1].name: "Sam" is already used by users[0]; choose another',
    "users[1].pin: must be of type string, not number",
    'zones[0].camera: names no camera of this file: "back"',
    "zones[0].kind: must be one of stop, warn, dwell, count, mask",
  ]);
});

test("the detector computes on what the runtime has a name for", () => {
  const asked = (provider: unknown): Record<string, unknown> => ({ ...example(), detector: { provider } });
  for (const provider of ["cpu", "cuda", "tensorrt", "webgpu", "coreml", "dml"])
    assert.ok(parseProvision(asked(provider)).ok, provider);
  assert.deepEqual(errorsOf(asked("openvino")), [
    "detector.provider: must be one of cpu, cuda, tensorrt, webgpu, coreml, dml",
  ]);
});

test("any wrong section keeps the errors of all other sections", () => {
  const wrong: Readonly<Record<string, readonly [unknown, string]>> = {
    site: [{ name: "" }, "site.name"],
    cameras: [[camera(), camera()], "cameras[1].id"],
    zones: [[zone({ dwellMs: -1 })], "zones[0].dwellMs"],
    boards: [[board(), board()], "boards[1].id"],
    outputs: [[output({ zones: ["hall"] })], "outputs[0].zones[0]"],
    users: [[user({ pin: "111111" })], "users[0].pin"],
    detector: [{ threshold: 2 }, "detector.threshold"],
  };
  fc.assert(
    fc.property(fc.subarray(Object.keys(wrong), { minLength: 1 }), (sections) => {
      const file = example();
      for (const section of sections) file[section] = wrong[section]?.[0];
      const parsed = parseProvision(file);
      const paths = parsed.ok ? [] : parsed.errors.map((error) => error.path);
      assert.deepEqual(paths.sort(), sections.map((section) => wrong[section]?.[1]).sort());
    }),
  );
});

test("no value whatever makes the reader throw, and no error repeats a PIN or a password", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(example())), (value, section) => {
      parseProvision(value);
      parseProvision({ ...example(), [section]: value });
      parseProvision({ ...example(), [section]: [value] });
    }),
    { numRuns: 300 },
  );
  const file = {
    ...example(),
    cameras: [camera({ source: "ftp://root:hunter2@h/x" })],
    users: [user({ pin: "hunter2" }), user({ name: "Kim", pin: ["hunter2"] })],
  };
  assert.doesNotMatch(errorsOf(file).join(), /hunter2/);
});

test("errors are listed in the order of the file, numbers by their value", () => {
  const list = Array.from({ length: 12 }, (_, i) => camera({ id: `c${i}`, fps: 0 }));
  const paths = errorsOf({ cameras: list }).map((line) => line.split(":")[0]);
  assert.deepEqual(
    paths,
    list.map((_, i) => `cameras[${i}].fps`),
  );
});

test("good PINs pass", () => {
  for (const pin of ["730146", "482915", "19841985", "90210734"])
    assert.deepEqual(errorsOf(users(user({ pin }))), [], pin);
  for (const pin of ["4711", "2580", "7301"])
    assert.deepEqual(errorsOf(users(user({ role: "operator", pin }))), [], pin);
});

test("sources of every kind pass", () => {
  const sources = [
    "rtsp://u:p@h:8554/a?b=c",
    "rtsps://h",
    "http://[::1]:80/x.mjpg",
    "https://h/x",
    "file:a b.mp4",
    "file:///x.mp4",
    "/dev/video12",
    "/dev/v4l/by-id/usb-046d_C920-video-index0",
  ];
  for (const source of sources) assert.deepEqual(errorsOf({ cameras: [camera({ source })] }), [], source);
});

test("Silence ends what is told or named as a horn, and only while-active outputs", () => {
  const parsed = parseProvision(
    outputs(
      output({ id: "horn", channel: 1, role: "while-active" }),
      output({ id: "a", name: "Sirene Halle", channel: 2, role: "while-active" }),
      output({ id: "light", channel: 3, role: "while-active" }),
      output({ id: "horn2", horn: false, channel: 4, role: "while-active" }),
      output({ id: "b", horn: true, channel: 5, role: "while-active" }),
      output({ id: "horn3", horn: true, channel: 6, role: "pulse" }),
    ),
  );
  assert.ok(parsed.ok, JSON.stringify(parsed));
  assert.deepEqual(parsed.value.outputs.map(isHorn), [true, true, false, false, true, false]);
});
