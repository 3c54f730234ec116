/** Cameras are set up on a box that runs: whoever is not meant goes on, and the machine waits for a Reset. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import { type SchemaName, schemas } from "../../server/http/schemas.ts";
import { type Box, startBox } from "../support/box.ts";
import { startMjpeg } from "../support/mjpeg.ts";
import { ROOT } from "../support/runtime.ts";
import { until } from "../support/until.ts";

const PIN = "730146";
const FILM = `file:${join(ROOT, "models/demo/cell-front.mp4")}`;
const FRAME_MS = 100;
const corner = [
  [0, 0],
  [0.1, 0],
  [0.1, 0.1],
  [0, 0.1],
];
const PROVISION = {
  cameras: [{ id: "front", name: "Front", source: FILM, fps: 10 }],
  zones: [{ id: "corner", camera: "front", name: "Corner", kind: "stop", polygon: corner }],
  boards: [{ id: "sim", driver: "simulated", channels: 4 }],
  outputs: [{ id: "permit", board: "sim", channel: 1, role: "run-permit", zones: ["corner"] }],
  users: [
    { name: "Sam", role: "maintenance", pin: PIN },
    { name: "Kim", role: "operator", pin: "8264" },
  ],
};

interface Problem {
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  readonly zones?: readonly { readonly id: string }[];
  readonly outputs?: readonly { readonly id: string; readonly removed: boolean }[];
}

function conforms(name: SchemaName, body: unknown): void {
  const parsed = schemas[name].safeParse(body);
  assert.ok(parsed.success, `${name}: ${parsed.error?.message}\n${JSON.stringify(body)}`);
  assert.deepEqual(JSON.parse(JSON.stringify(parsed.data)), body, `${name} has members of its own`);
}

async function signIn(box: Box, name = "Sam", pin = PIN): Promise<{ cookie: string }> {
  const { headers } = await box.send("POST", "/api/session", { name, pin });
  return { cookie: headers.get("set-cookie")?.split(";", 1)[0] ?? "" };
}

async function reset(box: Box): Promise<void> {
  await box.waitFor(({ reset: { possible } }) => possible, 20_000);
  assert.equal((await box.send("POST", "/api/reset", { name: "Sam", pin: PIN })).status, 200);
  await box.waitFor(({ outputs }) => outputs[0]?.readback === "energised", 2_000);
}

/** Follows the pictures of a camera as a kiosk does. */
class Watch implements Disposable {
  readonly seqs: number[] = [];
  readonly #capturedAt: number[] = [];
  readonly #socket: WebSocket;

  constructor(box: Box, camera: string) {
    this.#socket = new WebSocket(`${box.url.replace("http", "ws")}/api/tiles`);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.onmessage = ({ data }) => {
      const bytes = new Uint8Array(data as ArrayBuffer);
      const length = new DataView(data as ArrayBuffer).getUint16(0);
      const header = JSON.parse(new TextDecoder().decode(bytes.subarray(2, 2 + length)));
      this.#socket.send(JSON.stringify({ drawn: header.camera }));
      if (header.camera !== camera) return;
      this.seqs.push(header.seq);
      this.#capturedAt.push(monotonicMs() - header.ageMs);
    };
  }

  get length(): number {
    return this.seqs.length;
  }

  /** The longest time between two pictures, from this one on. */
  longestGap(from: number): number {
    const times = this.#capturedAt.slice(from);
    return Math.max(...times.slice(1).map((at, i) => at - (times[i] as number)));
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

test("a camera is added, changed and removed while another goes on without a gap; each change drops the permit", async (t) => {
  await using box = await startBox({ provision: PROVISION });
  const session = await signIn(box);
  const send = async <T>(method: string, path: string, body?: unknown) =>
    await box.send<T>(method, path, body, session);
  await reset(box);
  using watch = new Watch(box, "front");
  await until({ what: "pictures come", ms: 5_000, check: () => watch.length > 5 });
  const from = watch.length;
  const eyes = box.eyePids();
  const runs = async () =>
    (await box.get<{ total: { runs: number; frames: number } }>("/api/cameras/front/checks", session)).body
      .total;
  const before = await runs();
  const since = monotonicMs();

  const added = await send<{ id: string; changed: boolean }>("POST", "/api/cameras", {
    name: "Rear Gate",
    source: FILM.replace("front", "side"),
    fps: 5,
  });
  assert.equal(added.status, 201, JSON.stringify(added.body));
  conforms("CameraSaved", added.body);
  assert.equal(added.body.id, "rear-gate");
  assert.equal(box.board("sim")?.channels[0], false, "the permit drops");
  const front = await box.waitFor(({ cameras }) => cameras[1]?.state === "RUNNING", 10_000);
  assert.equal(front.cameras[0]?.state, "RUNNING");

  // The same again changes nothing, and so drops nothing.
  await reset(box);
  const same = { name: "Rear Gate", source: FILM.replace("front", "side"), fps: 5, transport: "tcp" };
  const unchanged = await send<{ changed: boolean }>("PUT", "/api/cameras/rear-gate", same);
  assert.deepEqual([unchanged.status, unchanged.body.changed], [200, false]);
  assert.equal(box.board("sim")?.channels[0], true);

  const changed = await send<{ changed: boolean; fps: number }>("PUT", "/api/cameras/rear-gate", {
    ...same,
    fps: 4,
  });
  assert.deepEqual([changed.body.changed, changed.body.fps], [true, 4]);
  assert.equal(box.board("sim")?.channels[0], false);
  await box.waitFor(({ cameras }) => cameras[1]?.state === "RUNNING", 10_000);
  const removed = await send("DELETE", "/api/cameras/rear-gate");
  assert.equal(removed.status, 204);
  assert.equal((await box.view()).cameras.length, 1);
  assert.equal((await box.get("/live/rear-gate")).status, 404);
  await wait(500);
  // A gap that the change makes comes with every change; one that the machine's other work makes does not.
  const gaps = [watch.longestGap(from)];
  while (Math.min(...gaps) > 3 * FRAME_MS && gaps.length < 3) {
    const start = watch.length;
    await send("POST", "/api/cameras", same);
    await send("PUT", "/api/cameras/rear-gate", { ...same, fps: 4 });
    await send("DELETE", "/api/cameras/rear-gate");
    await wait(500);
    gaps.push(watch.longestGap(start));
  }
  t.diagnostic(`longest gap ${gaps.map(Math.round).join(", ")} ms at a frame every ${FRAME_MS} ms`);
  assert.ok(Math.min(...gaps) <= 3 * FRAME_MS, `gaps of ${gaps} ms`);
  assert.ok(
    watch.seqs.every((seq, i) => i === 0 || seq > (watch.seqs[i - 1] as number)),
    "one run",
  );
  const after = await runs();
  assert.equal(after.runs, before.runs);
  // Counts are told once a second.
  const due = 0.8 * ((monotonicMs() - since - 1_500) / FRAME_MS);
  assert.ok(after.frames - before.frames >= due, `${after.frames - before.frames} frames, ${due} were due`);
  assert.deepEqual(box.eyePids(), eyes);

  const { body: rows } = await box.get<{ reason: string; actor: string; action: string }[]>("/api/audit");
  const reasons = rows
    .filter(({ action }) => action.startsWith("config."))
    .map((row) => `${row.actor}: ${row.reason}`);
  assert.deepEqual(reasons.slice(0, 3), [
    "Sam: Camera Rear Gate was removed",
    "Sam: Camera Rear Gate was changed",
    "Sam: Camera Rear Gate was added",
  ]);
});

test("an address keeps its password, in no answer and no log, and lends it to no other host", async () => {
  const secret = "sw0rd fish/7";
  await using rig = await startMjpeg([
    { name: "gate", file: FILM.slice(5), size: "320x180", user: "viewer", pass: secret, auth: "basic" },
  ]);
  const address = (await rig.camera("gate")).url;
  await using box = await startBox({ provision: { ...PROVISION, cameras: [PROVISION.cameras[0]] } });
  const session = await signIn(box);
  const answers: unknown[] = [];
  const send = async <T = Problem>(method: string, path: string, body?: unknown) => {
    const answer = await box.send<T>(method, path, body, session);
    answers.push(answer.body);
    return answer;
  };
  const fields = ({ body }: { body: Problem }) => body.errors?.map(({ path }) => path);

  // Wrong fields are named, and nothing is changed.
  const listed = async () => (await box.get("/api/cameras", session)).body;
  const before = await listed();
  assert.deepEqual(fields(await send("POST", "/api/cameras", { name: "", source: "ftp://x", fps: 90 })), [
    "fps",
    "name",
    "source",
  ]);
  assert.deepEqual(fields(await send("POST", "/api/cameras", { name: "A" })), ["source"]);
  assert.deepEqual(fields(await send("POST", "/api/cameras", { name: "A", source: address, sauce: 1 })), [
    "sauce",
  ]);
  assert.deepEqual(
    fields(await send("POST", "/api/cameras", { name: "A", source: address, credentials: { user: "x" } })),
    ["credentials.password"],
  );
  assert.deepEqual(fields(await send("POST", "/api/cameras", { id: "front", name: "A", source: address })), [
    "id",
  ]);
  assert.deepEqual(fields(await send("POST", "/api/cameras/test", { source: "nowhere" })), ["source"]);
  assert.deepEqual(await listed(), before);

  // Tried before it is saved.
  const credentials = { user: "viewer", password: secret };
  const refused = await send<{ ok: boolean; why: string }>("POST", "/api/cameras/test", { source: address });
  conforms("CameraTest", refused.body);
  assert.deepEqual([refused.body.ok, refused.body.why], [false, "refused"]);
  const passed = await send<{ ok: boolean; picture: string; size: unknown }>("POST", "/api/cameras/test", {
    source: address,
    credentials,
  });
  conforms("CameraTest", passed.body);
  assert.ok(passed.body.ok, JSON.stringify(passed.body));
  assert.deepEqual(passed.body.size, { width: 320, height: 180 });
  assert.match(passed.body.picture, /^data:image\/jpeg;base64,\/9j\//);

  const added = await send<{ source: string }>("POST", "/api/cameras", {
    name: "Gate",
    source: address,
    credentials,
  });
  assert.equal(added.status, 201, JSON.stringify(added.body));
  assert.equal(added.body.source, address.replace("//", "//***@"));
  await box.waitFor(({ cameras }) => cameras[1]?.state === "RUNNING", 10_000);
  const stars = added.body.source;
  const kept = await send<{ ok: boolean }>("POST", "/api/cameras/test", { source: stars, camera: "gate" });
  assert.ok(kept.body.ok, "the stored password stands for ***");
  const renamed = await send<{ changed: boolean }>("PUT", "/api/cameras/gate", {
    name: "Gate 2",
    source: stars,
  });
  assert.ok(renamed.body.changed);
  const other = { name: "Gate", source: stars.replace("127.0.0.1", "127.0.0.2") };
  assert.deepEqual(fields(await send("PUT", "/api/cameras/gate", other)), ["source"]);
  const lent = { source: other.source, camera: "gate" };
  assert.deepEqual(fields(await send("POST", "/api/cameras/test", lent)), ["source"]);
  await box.waitFor(
    ({ cameras }) => cameras[1]?.state === "RUNNING" && cameras[1]?.name === "Gate 2",
    10_000,
  );

  // Two trials at once, and a sentence for the third, until somebody leaves.
  await rig.fault("gate", "blackhole");
  const left = new AbortController();
  const slow = [1, 2].map(async () => {
    const body = JSON.stringify({ source: stars, camera: "gate" });
    const headers = { ...session, "content-type": "application/json" };
    await fetch(`${box.url}/api/cameras/test`, { method: "POST", headers, body, signal: left.signal });
  });
  const tried = async () => await send("POST", "/api/cameras/test", { source: "file:/nowhere.mp4" });
  const third = await until({
    what: "the third trial is refused",
    ms: 5_000,
    check: async () => {
      const answer = await tried();
      return answer.status === 429 && answer;
    },
  });
  assert.match(third.body.detail, /wait/);
  left.abort();
  for (const { status } of await Promise.allSettled(slow)) assert.equal(status, "rejected");
  await until({ what: "a trial is possible", ms: 3_000, check: async () => (await tried()).status === 200 });

  answers.push(
    (await box.get("/api/cameras", session)).body,
    (await box.get("/api/audit")).body,
    await box.view(),
  );
  const everything = JSON.stringify(answers) + box.lines.join("");
  for (const word of [secret, encodeURIComponent(secret), "sw0rd"])
    assert.ok(!everything.includes(word), word);
});

test("a camera whose password nobody can open is not tried, says so, and runs once somebody enters it", async (t) => {
  const data = await mkdtemp(join(tmpdir(), "palisade-cameras-"));
  t.after(async () => await rm(data, { recursive: true, force: true }));
  await using rig = await startMjpeg([
    { name: "gate", file: FILM.slice(5), size: "320x180", user: "viewer", pass: "one", auth: "basic" },
  ]);
  const gate = { id: "gate", name: "Gate", source: rig.url("gate"), fps: 5 };
  const provision = { ...PROVISION, cameras: [...PROVISION.cameras, gate] };
  {
    await using first = await startBox({ data, provision });
    await first.waitFor(({ cameras }) => cameras[1]?.state === "RUNNING", 10_000);
    assert.equal(await first.stop(), 0);
  }
  await rm(join(data, "camera-key"));
  await using box = await startBox({ data });
  const locked = await box.waitFor(({ cameras }) => cameras[0]?.state === "RUNNING", 10_000);
  assert.match(locked.faults.join(), /enter the password of camera "Gate" again/);
  assert.equal(locked.cameras[1]?.state, "IDLE");
  const { body } = await box.send<{ cameras: Record<string, string> }>("POST", "/start", { camera: "gate" });
  assert.match(body.cameras.gate ?? "", /password/);
  const session = await signIn(box);
  const credentials = { user: "viewer", password: "one" };
  assert.equal((await box.send("PUT", "/api/cameras/gate", { credentials }, session)).status, 200);
  const open = await box.waitFor(({ cameras }) => cameras[1]?.state === "RUNNING", 10_000);
  assert.deepEqual(open.faults, []);
});

test("a camera goes with its zones only when that is wished for, and takes what would follow nothing along", async () => {
  const provision = {
    ...PROVISION,
    cameras: [
      ...PROVISION.cameras,
      { id: "side", name: "Side", source: FILM.replace("front", "side"), fps: 5 },
    ],
    zones: [...PROVISION.zones, { id: "gate", camera: "side", name: "Gate", kind: "stop", polygon: corner }],
    outputs: [
      { ...PROVISION.outputs[0], zones: ["corner", "gate"] },
      { id: "horn", board: "sim", channel: 2, role: "while-active", zones: ["gate"] },
      { id: "red", board: "sim", channel: 3, role: "lamp-red" },
    ],
  };
  await using box = await startBox({ provision });
  const session = await signIn(box);
  const operator = await signIn(box, "Kim", "8264");
  assert.equal((await box.get("/api/cameras", operator)).status, 200);
  for (const [method, path] of [
    ["POST", "/api/cameras"],
    ["PUT", "/api/cameras/side"],
    ["DELETE", "/api/cameras/side?withZones=true"],
    ["POST", "/api/cameras/test"],
    ["POST", "/api/cameras/side/scene"],
  ] as const)
    assert.equal((await box.send(method, path, { name: "Side" }, operator)).status, 403, path);
  const held = await box.send<Problem>("DELETE", "/api/cameras/side", undefined, session);
  assert.equal(held.status, 409);
  assert.deepEqual(held.body.zones, [{ id: "gate", name: "Gate" }]);
  assert.deepEqual(held.body.outputs, [
    { id: "permit", name: "permit", removed: false },
    { id: "horn", name: "horn", removed: true },
  ]);
  assert.match(held.body.detail, /its zones would go: Gate.*horn/);
  assert.equal((await box.view()).zones.length, 2);
  assert.equal(
    (await box.send("DELETE", "/api/cameras/side?withZones=true", undefined, session)).status,
    204,
  );
  const view = await box.view();
  assert.deepEqual(
    [view.cameras, view.zones, view.outputs].map((list) => list.map(({ id }) => id)),
    [["front"], ["corner"], ["permit", "red"]],
  );
  assert.equal((await box.send("DELETE", "/api/cameras/side", undefined, session)).status, 404);
});

test("the scene is taught by itself and by a person; counters are reset and the camera notices nothing", async (t) => {
  const data = await mkdtemp(join(tmpdir(), "palisade-cameras-"));
  t.after(async () => await rm(data, { recursive: true, force: true }));
  await using box = await startBox({ data, provision: PROVISION });
  const session = await signIn(box);
  type Listed = { scene: { takenBy: string; takenWallAt: number } | null };
  const scene = async () => (await box.get<Listed[]>("/api/cameras", session)).body[0]?.scene;
  assert.equal((await box.get("/api/cameras/front/scene.jpg", session)).status, 404);
  const own = await until({
    what: "the scene was taken",
    ms: 25_000,
    everyMs: 200,
    check: async () => (await scene()) ?? false,
  });
  assert.equal(own.takenBy, "palisade");
  const taken = await box.send<Listed["scene"]>("POST", "/api/cameras/front/scene", undefined, session);
  assert.equal(taken.status, 200, JSON.stringify(taken.body));
  conforms("SceneTaken", taken.body);
  assert.equal((await scene())?.takenBy, "Sam");
  const jpeg = await fetch(`${box.url}/api/cameras/front/scene.jpg`, { headers: session });
  assert.deepEqual([...new Uint8Array(await jpeg.arrayBuffer()).subarray(0, 2)], [0xff, 0xd8]);
  assert.equal(jpeg.headers.get("content-type"), "image/jpeg");

  type Checks = { readings: unknown[]; total: { frames: number; runs: number }; session: { frames: number } };
  const checks = async () => (await box.get<Checks>("/api/cameras/front/checks", session)).body;
  const before = await checks();
  conforms("CameraChecks", before);
  assert.ok(before.readings.length > 0);
  assert.ok(before.total.frames > 10 && before.total.runs === 1, JSON.stringify(before.total));
  for (const camera of ["front", undefined]) {
    const answer = await box.send<{ status: string }>("POST", "/reset-counters", { camera });
    assert.equal(answer.body.status, "reset");
  }
  assert.equal((await box.send("POST", "/reset-counters", { camera: "none" })).status, 404);
  const after = await checks();
  assert.ok(after.total.frames < before.total.frames && after.total.runs === 0);
  assert.ok(after.session.frames >= before.session.frames, "the run goes on");

  const actions = (await box.get<{ action: string; actor: string }[]>("/api/audit")).body;
  const taught = actions.filter(({ action }) => action === "camera.scene-taught").map(({ actor }) => actor);
  assert.deepEqual(taught, ["Sam", "palisade"]);
  assert.ok(actions.some(({ action }) => action === "command.reset-counters"));

  // The next start finds the scene again, though not for other zones.
  assert.equal(await box.stop(), 0);
  for (const [zones, takenBy] of [
    [PROVISION.zones, "Sam"],
    [
      [{ ...PROVISION.zones[0], name: "Nook", polygon: corner.map(([x = 0, y = 0]) => [x + 0.5, y]) }],
      undefined,
    ],
  ] as const) {
    await using next = await startBox({ data, provision: { ...PROVISION, zones } });
    const [front] = (await next.get<Listed[]>("/api/cameras", await signIn(next))).body;
    assert.equal(front?.scene?.takenBy, takenBy);
    assert.equal(await next.stop(), 0);
  }
});
