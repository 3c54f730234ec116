/** The routes over a real box: true answers against the document, sessions, the commands and their refusals. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import type { AlarmView } from "../../server/domain/view.ts";
import { type SchemaName, schemas } from "../../server/http/schemas.ts";
import { type Box, startBox } from "../support/box.ts";
import { ROOT } from "../support/runtime.ts";
import { until } from "../support/until.ts";

const PIN = "730146";
const corner = [
  [0, 0],
  [0.1, 0],
  [0.1, 0.1],
  [0, 0.1],
];
/** Nobody ever stands in the upper corner of the film, so Reset becomes possible. */
const PROVISION = {
  cameras: [
    { id: "front", name: "Front", source: `file:${join(ROOT, "models/demo/cell-front.mp4")}` },
    { id: "gone", name: "Gone", source: "rtsp://viewer:s3cret@127.0.0.1:9/stream" },
  ],
  zones: [{ id: "corner", camera: "front", name: "Corner", kind: "stop", polygon: corner }],
  boards: [{ id: "sim", driver: "simulated", channels: 4 }],
  outputs: [{ id: "permit", board: "sim", channel: 1, role: "run-permit", zones: ["corner"] }],
  users: [
    { name: "Sam", role: "supervisor", pin: PIN },
    { name: "Kim", role: "operator", pin: "8264" },
    { name: "Max", role: "maintenance", pin: "918273" },
  ],
};

/** The body is what the document says: every member known, none missing. */
function conforms(name: SchemaName, body: unknown): void {
  const parsed = schemas[name].safeParse(body);
  assert.ok(parsed.success, `${name}: ${parsed.error?.message}\n${JSON.stringify(body)}`);
  assert.deepEqual(JSON.parse(JSON.stringify(parsed.data)), body, `${name} has members of its own`);
}

async function signIn(box: Box, name: string, pin: string): Promise<{ cookie: string }> {
  const { status, headers, body } = await box.send("POST", "/api/session", { name, pin });
  assert.equal(status, 200, JSON.stringify(body));
  return { cookie: headers.get("set-cookie")?.split(";", 1)[0] ?? "" };
}

test("what the routes answer is what the document says", async () => {
  await using box = await startBox({ provision: PROVISION });
  const view = await box.waitFor(
    ({ cameras, alarms }) => cameras[0]?.state === "RUNNING" && alarms.length > 0,
    20_000,
  );
  conforms("View", view);
  const one = async (path: string, name: SchemaName, headers = {}): Promise<void> => {
    const { status, body } = await box.get(path, headers);
    assert.equal(status, 200, path);
    conforms(name, body);
  };
  const list = async (path: string, name: SchemaName, headers = {}): Promise<void> => {
    const { status, body } = await box.get<unknown[]>(path, headers);
    assert.equal(status, 200, path);
    assert.ok(body.length > 0, `${path} has something to show`);
    for (const each of body) conforms(name, each);
  };
  await one("/status", "Status");
  await one("/status/front", "CameraStatus");
  await list("/api/alarms", "Alarm");
  await list("/api/outputs", "Output");
  await list("/api/people", "Person");
  await list("/api/audit", "AuditRow");
  await one("/api/audit/verify", "TrailReport");
  await one("/healthz", "Alive");
  const ready = await box.get("/readyz");
  assert.equal(ready.status, 503, "one camera is not there");
  conforms("Ready", ready.body);
  const { body: started } = await box.send("POST", "/start");
  conforms("CamerasChanged", started);
  assert.deepEqual(started, {
    status: "trying again",
    cameras: { front: "already running", gone: "trying again" },
  });
  await one("/api/setup", "SetUp");
  const session = await signIn(box, "Max", "918273");
  await one("/api/session", "Session", session);
  await list("/api/cameras", "Camera", session);
  await list("/api/zones", "Zone", session);
  await list("/api/boards", "Board", session);
  await list("/api/users", "User", session);
  await one("/api/settings", "Settings", session);
  const { body: problem } = await box.get("/status/none");
  conforms("Problem", problem);
  assert.doesNotMatch(JSON.stringify((await box.get("/api/cameras", session)).body), /s3cret|viewer/);
  assert.doesNotMatch(JSON.stringify((await box.get("/api/audit", session)).body), /s3cret/);
});

test("reset needs a supervisor's PIN, and acknowledge the version that was seen", async () => {
  await using box = await startBox({ provision: PROVISION });
  await box.waitFor(({ reset }) => reset.possible, 20_000);
  const reset = async (body?: unknown) => (await box.send("POST", "/api/reset", body)).status;
  assert.equal(await reset(), 401);
  assert.equal(await reset({ name: "Sam", pin: "111111" }), 401);
  assert.equal(await reset({ name: "Kim", pin: "8264" }), 403);
  assert.equal((await box.view()).outputs[0]?.demand, "dropped");
  assert.equal(await reset({ name: "Sam", pin: PIN }), 200);
  await box.waitFor(({ outputs }) => outputs[0]?.readback === "energised", 2_000);

  await box.send("POST", "/stop", { camera: "front" });
  await box.waitFor(({ outputs }) => outputs[0]?.readback === "dropped", 2_000);
  const refused = await box.send<{ refusals: string[] }>("POST", "/api/reset", { name: "Sam", pin: PIN });
  assert.equal(refused.status, 409);
  assert.ok(refused.body.refusals.length > 0);
  const view = await box.waitFor(({ alarms }) => alarms.some(({ state }) => /unack/.test(state)), 5_000);
  const alarm = view.alarms.find(({ state }) => /unack/.test(state)) as AlarmView;
  const path = `/api/alarms/${encodeURIComponent(alarm.id)}/acknowledge`;
  const stale = await box.send<{ alarms: AlarmView[] }>("POST", path, { version: alarm.version - 1 });
  assert.equal(stale.status, 409);
  assert.ok(stale.body.alarms.some(({ id }) => id === alarm.id));
  assert.equal((await box.send("POST", path, { version: alarm.version })).status, 200);
  assert.equal((await box.send("POST", path, { version: alarm.version })).status, 409, "that one changed it");
  assert.equal((await box.send("POST", "/api/alarms/none/acknowledge")).status, 404);
});

/** A sign-in from another of this machine's addresses, as from another panel. */
async function signInFrom(localAddress: string, box: Box, name: string, pin: string): Promise<number> {
  const sent = request(`${box.url}/api/session`, {
    method: "POST",
    localAddress,
    headers: { "content-type": "application/json" },
  });
  sent.end(JSON.stringify({ name, pin }));
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  answer.resume();
  await once(answer, "end");
  return answer.statusCode ?? 0;
}

test("a thousand wrong PINs hold up no command of the panel, are an alarm, and lock out no other panel", async (t) => {
  await using box = await startBox({ provision: PROVISION });
  await box.waitFor(({ alarms }) => alarms.length > 0, 10_000);
  const flood = new Worker(new URL("../fakes/pin_flood.ts", import.meta.url), {
    workerData: { url: box.url, count: 1_000 },
  });
  let statuses: readonly number[] | undefined;
  flood.on("message", (told: readonly number[]) => {
    statuses = told;
  });
  const ended = once(flood, "exit");
  const took = { acknowledge: [] as number[], silence: [] as number[], "stop request": [] as number[] };
  const asked = async (command: keyof typeof took, path: string): Promise<void> => {
    const at = monotonicMs();
    assert.equal((await box.send("POST", path)).status, 200, path);
    took[command].push(monotonicMs() - at);
  };
  do {
    const { body } = await box.get<readonly AlarmView[]>("/api/alarms");
    await asked("acknowledge", `/api/alarms/${encodeURIComponent(body[0]?.id ?? "")}/acknowledge`);
    await asked("silence", "/api/silence");
    await asked("stop request", "/api/stop-request");
    await wait(60); // people do not ask without a pause, and the flood is to go on
  } while (statuses === undefined);
  await ended;
  const answered = (status: number): number => statuses?.filter((one) => one === status).length ?? 0;
  assert.equal(answered(401) + answered(429), 1_000);
  // One more is checked after each waiting time, on a machine so busy that such a time passes meanwhile.
  assert.ok(answered(401) >= 5 && answered(401) <= 7, `${answered(401)} were checked`);
  for (const [command, ms] of Object.entries(took)) {
    const sorted = ms.toSorted((a, b) => a - b);
    const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
    const figures = [0.5, 0.99, 1].map((share) => at(share).toFixed(0)).join(", ");
    t.diagnostic?.(
      `${ms.length} of ${command} during 1,000 wrong PINs: p50, p99 and max within ${figures} ms`,
    );
    assert.ok(at(0.5) < 200, `${command}: ${figures}`);
  }

  const view = await box.waitFor(
    ({ alarms }) => alarms.some(({ definition }) => definition === "sec.pin.guessing"),
    5_000,
  );
  const alarm = view.alarms.find(({ definition }) => definition === "sec.pin.guessing");
  assert.match(alarm?.detail ?? "", /^\d+ wrong PINs, the last from 127\.0\.0\.1$/);
  const last = await box.send("POST", "/api/session", { name: "Nobody", pin: "111111" });
  const waits = await box.send("POST", "/api/session", { name: "Kim", pin: "8264" });
  assert.equal(waits.status, 429, "the panel waits, with the right PIN too");
  assert.ok(Number(waits.headers.get("retry-after")) > 0);
  assert.equal(await signInFrom("127.0.0.2", box, "Kim", "8264"), 200, "another panel does not");
  await until({
    what: "each wrong PIN, and the guessing once, are in the record",
    ms: 5_000,
    check: async () => {
      const { body: trail } =
        await box.get<readonly { readonly action: string }[]>("/api/audit?result=denied");
      const count = (action: string): number => trail.filter((row) => row.action === action).length;
      const denied = answered(401) + (last.status === 401 ? 1 : 0);
      return count("access.denied") === denied && count("access.guessing") >= 1;
    },
  });
});
