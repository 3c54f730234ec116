/** Boards, outputs, their tests and bypasses on a box that runs: what is asked over HTTP, and what the boards do. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import Database from "better-sqlite3";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import type { OutputTests } from "../../server/http/outputs.ts";
import { type SchemaName, schemas } from "../../server/http/schemas.ts";
import { ModbusTcpRig } from "../rigs/modbus.ts";
import { type Box, startBox } from "../support/box.ts";
import { acknowledgeAll } from "../support/operator.ts";
import { ROOT } from "../support/runtime.ts";
import { until } from "../support/until.ts";

const SAM = { name: "Sam", pin: "730146" };
const MAX = { name: "Max", pin: "918273" };
const corner = [
  [0, 0],
  [0.1, 0],
  [0.1, 0.1],
  [0, 0.1],
];
/** Nobody ever stands in the upper corner of the film. */
const PROVISION = {
  cameras: [{ id: "front", name: "Front", source: `file:${join(ROOT, "models/demo/cell-front.mp4")}` }],
  zones: [{ id: "corner", camera: "front", name: "Corner", kind: "stop", polygon: corner }],
  boards: [{ id: "sim", driver: "simulated", channels: 4, ratedOperations: 1_000 }],
  outputs: [
    { id: "permit", board: "sim", channel: 1, role: "run-permit", zones: ["corner"] },
    { id: "horn", board: "sim", channel: 2, role: "while-active", zones: ["corner"] },
  ],
  users: [
    { ...SAM, role: "supervisor" },
    { ...MAX, role: "maintenance" },
    { name: "Kim", role: "operator", pin: "8264" },
  ],
};

interface Problem {
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  readonly refusals?: readonly string[];
  readonly outputs?: readonly { readonly id: string; readonly name: string }[];
}

interface Row {
  readonly seq: number;
  readonly action: string;
  readonly actor: string;
  readonly result: string;
  readonly reason: string | null;
  readonly monoMs: number;
  readonly objectId: string | null;
  readonly after: Readonly<Record<string, unknown>> | null;
}

function conforms(name: SchemaName, body: unknown): void {
  const parsed = schemas[name].safeParse(body);
  assert.ok(parsed.success, `${name}: ${parsed.error?.message}\n${JSON.stringify(body)}`);
  assert.deepEqual(JSON.parse(JSON.stringify(parsed.data)), body, `${name} has members of its own`);
}

async function signIn(box: Box, who: { name: string; pin: string } = MAX): Promise<{ cookie: string }> {
  const { headers, status } = await box.send("POST", "/api/session", who);
  assert.equal(status, 200);
  return { cookie: headers.get("set-cookie")?.split(";", 1)[0] ?? "" };
}

/** Acknowledges what waits, and resets when that is possible. */
async function reset(box: Box): Promise<void> {
  await until({
    what: "reset is possible",
    ms: 20_000,
    check: async () => {
      await acknowledgeAll(box);
      // A busy machine may be blind again for a moment between the two.
      return (await box.view()).reset.possible && (await box.send("POST", "/api/reset", SAM)).status === 200;
    },
  });
  await box.waitFor(({ outputs }) => outputs[0]?.readback === "energised", 3_000);
}

async function rows(box: Box): Promise<readonly Row[]> {
  return (await box.get<readonly Row[]>("/api/audit?limit=1000")).body.toReversed();
}

/**
 * The horn is dropped. A busy machine may have been blind for a moment: then the horn sounds in earnest, and goes on
 * when its test is over, until somebody acknowledges.
 */
async function silent(box: Box, what: string, ms: number): Promise<void> {
  await until({
    what,
    ms,
    everyMs: 5,
    check: async () => {
      if (box.board("sim")?.channels[1] === false) return true;
      if ((await box.view()).tests.length === 0) await acknowledgeAll(box);
      return false;
    },
  });
}

const permit = (box: Box): boolean | undefined => box.board("sim")?.channels[0];

test("boards and outputs come, change and go; each change drops everything, and the camera goes on", async () => {
  await using rig = new ModbusTcpRig({ channels: 4 });
  await rig.plugIn();
  await using box = await startBox({ provision: PROVISION });
  const session = await signIn(box);
  const send = async <T = Problem>(method: string, path: string, body?: unknown) =>
    await box.send<T>(method, path, body, session);
  const runs = async () =>
    (await box.get<{ total: { runs: number } }>("/api/cameras/front/checks", session)).body.total.runs;
  await reset(box);
  const before = await runs();

  const address = "http://admin:hunter2@127.0.0.1:9";
  const lamps = await send<{ id: string }>("POST", "/api/boards", {
    driver: "tasmota",
    channels: 2,
    address,
  });
  assert.equal(lamps.status, 201, JSON.stringify(lamps.body));
  conforms("BoardSaved", lamps.body);
  assert.equal(lamps.body.id, "tasmota");
  assert.equal(permit(box), false, "a changed configuration drops");
  const lost = await box.waitFor(({ boards }) => /refuses/.test(boards[1]?.why ?? ""), 5_000);
  assert.deepEqual(
    lost.boards.map(({ id, state }) => [id, state]),
    [
      ["sim", "ok"],
      ["tasmota", "lost"],
    ],
  );
  const list = await box.get<readonly { address?: string }[]>("/api/boards", session);
  for (const board of list.body) conforms("Board", board);
  const shown = "http://***@127.0.0.1:9";
  assert.equal(list.body[1]?.address, shown);
  // *** that comes back means what is stored.
  const kept = await send<{ changed: boolean }>("PUT", "/api/boards/tasmota", { address: shown });
  assert.deepEqual([kept.status, kept.body.changed], [200, false]);
  assert.match(await readFile(join(box.data, "drop.list"), "utf8"), /hunter2/);
  const told = box.lines.join("\n") + JSON.stringify([await rows(box), list.body, lost]);
  assert.equal(told.includes("hunter2"), false, "the password stands nowhere else");
  for (const file of ["palisade.db", "palisade.db-wal"])
    assert.equal((await readFile(join(box.data, file))).includes("hunter2"), false, file);
  await reset(box); // no permit needs the lost board
  assert.equal((await box.view()).boards[1]?.state, "lost");
  assert.equal((await send("DELETE", "/api/boards/tasmota")).status, 204);

  const net = { id: "net", driver: "modbus-tcp", channels: 4, address: rig.address };
  assert.equal((await send("POST", "/api/boards", net)).status, 201);
  const output = { name: "Red lamp", board: "net", channel: 2, role: "lamp-red" };
  const added = await send<{ id: string }>("POST", "/api/outputs", output);
  assert.equal(added.status, 201, JSON.stringify(added.body));
  conforms("OutputSaved", added.body);
  await until({ what: "the lamp is lit on the real board", ms: 5_000, check: () => rig.relays.states[1] });
  await reset(box);
  await until({ what: "the lamp is dark", ms: 2_000, check: () => rig.relays.states[1] === false });

  const same = await send<{ changed: boolean }>("PUT", "/api/outputs/red-lamp", output);
  assert.deepEqual([same.status, same.body.changed, permit(box)], [200, false, true]);
  const moved = await send<{ changed: boolean; channel: number }>("PUT", "/api/outputs/red-lamp", {
    channel: 3,
  });
  assert.deepEqual([moved.body.changed, moved.body.channel, permit(box)], [true, 3, false]);
  await until({ what: "the lamp is lit on its new channel", ms: 5_000, check: () => rig.relays.states[2] });
  assert.equal(rig.relays.states[1], false);

  const held = await send("DELETE", "/api/boards/net");
  assert.equal(held.status, 409);
  assert.match(held.body.detail, /Red lamp/);
  assert.deepEqual(held.body.outputs, [{ id: "red-lamp", name: "Red lamp" }]);
  conforms("View", await box.view());
  conforms("Settings", (await box.get("/api/settings", session)).body);
  assert.equal((await send("DELETE", "/api/outputs/red-lamp")).status, 204);
  assert.equal((await send("DELETE", "/api/boards/net")).status, 204);
  assert.equal(await runs(), before, "the camera was never started again");
  assert.equal(await box.stop(), 0);
});

test("what cannot be wired is refused by its member, and nothing moves; an operator may not try", async () => {
  await using box = await startBox({ provision: PROVISION });
  const session = await signIn(box);
  const send = async (method: string, path: string, body: unknown) =>
    await box.send<Problem>(method, path, body, session);
  const boards: readonly (readonly [object, string, RegExp])[] = [
    [{ id: "sim", driver: "simulated" }, "id", /already used/],
    [{ driver: "modbus-tcp", channels: 4 }, "address", /is missing/],
    [{ driver: "dct-hid", channels: 9 }, "channels", /at most 8/],
    [{ driver: "lcus", channels: 2, address: "/dev/ttyUSB0", unit: 3 }, "unit", /only for modbus/],
  ];
  for (const [body, path, says] of boards) {
    const { status, body: problem } = await send("POST", "/api/boards", body);
    assert.equal(status, 400, JSON.stringify(body));
    assert.match(
      problem.errors?.find((one) => one.path === path)?.message ?? "",
      says,
      JSON.stringify(problem),
    );
  }
  const serial = { id: "line", driver: "lcus", channels: 2, address: "/dev/palisade-none" };
  assert.equal((await send("POST", "/api/boards", serial)).status, 201);
  const twice = await send("POST", "/api/boards", { ...serial, id: "line-2" });
  assert.match(twice.body.errors?.[0]?.message ?? "", /one place carries one board/);
  const zones = ["corner"];
  const outputs: readonly (readonly [object, string, RegExp])[] = [
    [{ board: "sim", channel: 9, role: "lamp-red" }, "channel", /has 4 channels/],
    [{ board: "sim", channel: 2, role: "lamp-red" }, "channel", /already used by output "horn"/],
    [{ board: "none", channel: 1, role: "lamp-red" }, "board", /names no board/],
    [{ board: "line", channel: 1, role: "run-permit", zones }, "board", /carries horns and lamps only/],
    [{ board: "sim", channel: 3, role: "pulse" }, "zones", /at least one zone/],
  ];
  const before = (await rows(box)).filter(({ action }) => action === "config.published").length;
  for (const [body, path, says] of outputs) {
    const { status, body: problem } = await send("POST", "/api/outputs", body);
    assert.equal(status, 400, JSON.stringify(body));
    assert.match(
      problem.errors?.find((one) => one.path === path)?.message ?? "",
      says,
      JSON.stringify(problem),
    );
  }
  const bare = await send("PUT", "/api/tower", { red: ["tripped", "tripped"] });
  assert.deepEqual([bare.status, bare.body.errors?.[0]?.path], [400, "red[1]"]);
  assert.equal((await send("PUT", "/api/settings", { tests: { relayDays: 0 } })).status, 400);
  assert.equal((await rows(box)).filter(({ action }) => action === "config.published").length, before);

  const settings = await send("PUT", "/api/settings", { tests: { relayDays: 14 } });
  assert.equal(settings.status, 200);
  conforms("Settings", settings.body);
  const tower = await box.send<{ white: readonly string[]; red: readonly string[] }>(
    ...(["PUT", "/api/tower", { white: ["bypassed"] }, session] as const),
  );
  conforms("Tower", tower.body);
  assert.deepEqual([tower.body.white, tower.body.red], [["bypassed"], ["tripped", "critical-alarm"]]);
  const found = await box.get("/api/boards/find", session);
  assert.equal(found.status, 200);
  conforms("BoardsFound", found.body);

  const operator = await signIn(box, { name: "Kim", pin: "8264" });
  for (const [method, path] of [
    ["POST", "/api/boards"],
    ["DELETE", "/api/boards/sim"],
    ["POST", "/api/outputs"],
    ["DELETE", "/api/outputs/horn"],
    ["POST", "/api/outputs/horn/test"],
    ["POST", "/api/output-tests"],
    ["PUT", "/api/tower"],
    ["GET", "/api/boards/find"],
  ] as const)
    assert.equal((await box.send(method, path, undefined, operator)).status, 403, path);
  assert.equal((await box.send("POST", "/api/outputs/horn/test", {})).status, 401);
});

test("a bypass takes a PIN every time, holds its zone out of the rules, ends by a person and a restart, and is counted over both", async () => {
  const data = await mkdtemp(join(tmpdir(), "palisade-outputs-"));
  try {
    const order = (over = {}) => ({ ...SAM, reason: "cleaning", minutes: 2, ...over });
    const ask = async (box: Box, body: unknown) =>
      await box.send<Problem>("POST", "/api/zones/corner/bypass", body);
    {
      await using box = await startBox({ data, provision: PROVISION });
      await reset(box);
      const session = await signIn(box);
      assert.equal(
        (await box.send("POST", "/api/zones/corner/bypass", { reason: "cleaning" }, session)).status,
        400,
      );
      assert.equal((await ask(box, order({ pin: "111111" }))).status, 401);
      assert.equal((await ask(box, order({ name: "Kim", pin: "8264" }))).status, 403);
      assert.equal((await ask(box, order({ minutes: 31 }))).body.errors?.[0]?.path, "minutes");
      assert.equal((await ask(box, order({ reason: "lunch" }))).body.errors?.[0]?.path, "reason");
      assert.equal((await box.send("POST", "/api/zones/none/bypass", order())).status, 404);
      assert.equal((await box.view()).bypasses.length, 0);

      assert.equal((await ask(box, order())).status, 200);
      const view = await box.waitFor(({ bypasses }) => bypasses.length === 1, 2_000);
      conforms("View", view);
      const [shown] = view.bypasses;
      assert.deepEqual([shown?.name, shown?.by, shown?.reason], ["Corner", "Sam", "cleaning"]);
      assert.ok(
        (shown?.leftMs ?? 0) > 110_000 && (shown?.leftMs ?? 0) <= 120_000,
        `${shown?.leftMs} ms left`,
      );
      // Its camera is stopped: the zone is blind, and the permit stays.
      assert.equal((await box.send("POST", "/stop", { camera: "front" })).status, 200);
      await wait(1_000);
      assert.equal(permit(box), true);
      const at = monotonicMs();
      assert.equal((await box.send("DELETE", "/api/zones/corner/bypass")).status, 204);
      await until({
        what: "the blind zone trips at once",
        ms: 1_000,
        everyMs: 5,
        check: () => permit(box) === false,
      });
      assert.ok(monotonicMs() - at < 1_000);
      assert.equal((await box.send("DELETE", "/api/zones/corner/bypass")).status, 404);

      assert.equal((await ask(box, order())).status, 200);
      assert.equal((await ask(box, order())).status, 200, "an extension needs a PIN and is another one");
      const fourth = await ask(box, order());
      assert.equal(fourth.status, 409);
      assert.match(fourth.body.refusals?.join() ?? "", /within 8 hours; a further one needs maintenance/);
      assert.equal((await ask(box, order({ ...MAX }))).status, 200);

      const trail = (await rows(box)).map(({ action, actor, result }) => `${action} ${actor} ${result}`);
      const begun = trail.indexOf("bypass.begun palisade ok");
      assert.ok(begun > trail.indexOf("command.bypass Sam ok"), "recorded before it began");
      for (const line of [
        "command.bypass-end panel ok",
        "bypass.ended palisade ok",
        "command.bypass Sam denied",
      ])
        assert.ok(trail.includes(line), line);
      assert.ok(trail.includes("access.denied panel denied"), "the wrong PIN");
      await box.kill9();
    }
    await using box = await startBox({ data, provision: PROVISION });
    assert.deepEqual((await box.view()).bypasses, [], "a restart ends it");
    const tooMany = /within 8 hours; a further one needs maintenance/;
    assert.match((await ask(box, order())).body.refusals?.join() ?? "", tooMany, "and forgets none");
    const session = await signIn(box);
    assert.equal((await box.send("PUT", "/api/tower", { white: [] }, session)).status, 200);
    assert.match((await ask(box, order())).body.refusals?.join() ?? "", tooMany, "nor does a publication");
    assert.doesNotMatch((await ask(box, order({ ...MAX }))).body.refusals?.join() ?? "", tooMany);
    assert.equal(await box.stop(), 0);
  } finally {
    await rm(data, { recursive: true, force: true });
  }
});

test("an output is tried out for seconds, the relay test gives a withheld permit back, and cycles outlast kill -9", async () => {
  const data = await mkdtemp(join(tmpdir(), "palisade-outputs-"));
  const provision = { ...PROVISION, tests: { withholdPermit: true } };
  try {
    {
      await using box = await startBox({ data, provision });
      const session = await signIn(box);
      const send = async <T = Problem>(method: string, path: string, body?: unknown) =>
        await box.send<T>(method, path, body, session);
      await box.waitFor(({ zones }) => zones[0]?.verdict === "clear", 20_000);
      await until({
        what: "nothing waits to be acknowledged",
        ms: 5_000,
        check: async () => (await acknowledgeAll(box)) === 0,
      });
      const withheld = await box.send<Problem>("POST", "/api/reset", SAM);
      assert.equal(withheld.status, 409);
      assert.match(withheld.body.refusals?.join() ?? "", /today's relay test/);

      assert.equal(
        (await send("POST", "/api/outputs/horn/test", { drive: "energised", seconds: 11 })).status,
        400,
      );
      assert.equal(
        (await send("POST", "/api/outputs/none/test", { drive: "energised", seconds: 1 })).status,
        404,
      );
      const raise = await send("POST", "/api/outputs/permit/test", { drive: "energised", seconds: 1 });
      assert.equal(raise.status, 409);
      assert.match(raise.body.refusals?.join() ?? "", /by Reset alone/);
      assert.equal(
        (await send("POST", "/api/outputs/horn/test", { drive: "energised", seconds: 1 })).status,
        200,
      );
      await until({
        what: "the horn sounds",
        ms: 1_000,
        everyMs: 5,
        check: () => box.board("sim")?.channels[1],
      });
      conforms("View", await box.view());
      await silent(box, "its time is over", 3_000);
      const [began, ended] = (await rows(box)).filter(({ action }) =>
        /^output-test\.(begun|ended)/.test(action),
      );
      const lasted = (ended?.monoMs ?? Number.NaN) - (began?.monoMs ?? Number.NaN);
      assert.equal(ended?.reason, "time");
      assert.ok(lasted > 900 && lasted < 2_000, `lasted ${lasted} ms`);
      assert.equal(
        (await send("POST", "/api/outputs/horn/test", { drive: "energised", seconds: 9 })).status,
        200,
      );
      await until({
        what: "it sounds again",
        ms: 1_000,
        everyMs: 5,
        check: () => box.board("sim")?.channels[1],
      });
      assert.equal((await send("DELETE", "/api/outputs/horn/test")).status, 204);
      await silent(box, "it ends", 1_000);
      assert.equal((await send("DELETE", "/api/outputs/horn/test")).status, 404);

      const wrong = await send("POST", "/api/output-tests", {
        test: "relay",
        results: [{ output: "bell", passed: true }],
      });
      assert.deepEqual(
        wrong.body.errors?.map(({ path }) => path),
        ["results[0].output", "results"],
      );
      const results = [{ output: "horn", passed: false, note: "silent" }];
      assert.equal((await send("POST", "/api/output-tests", { test: "relay", results })).status, 201);
      assert.equal(
        (await box.send("POST", "/api/reset", SAM)).status,
        409,
        "one that failed gives nothing back",
      );
      const passed = await send<OutputTests>("POST", "/api/output-tests", {
        test: "relay",
        results: [{ output: "horn", passed: true }],
        note: "after the fuse was changed",
      });
      assert.equal(passed.status, 201);
      conforms("OutputTests", passed.body);
      assert.deepEqual([passed.body.withheld, passed.body.relay.overdue], [undefined, false]);
      assert.deepEqual(
        passed.body.records.map((record) => [record.by, record.passed, record.note]),
        [
          ["Max", true, "after the fuse was changed"],
          ["Max", false, null],
        ],
      );
      assert.equal(typeof passed.body.records[0]?.results[0]?.dropMs, "number", "measured by the guardian");

      await reset(box);
      const first = await box.view();
      assert.deepEqual([first.cycle.number, first.cycle.running], [1, true]);
      assert.equal(
        (await send("POST", "/api/outputs/permit/test", { drive: "dropped", seconds: 1 })).status,
        200,
      );
      await until({ what: "the permit drops", ms: 1_000, everyMs: 5, check: () => permit(box) === false });
      await wait(1_500);
      assert.equal(permit(box), false, "it waits for Reset");
      await reset(box);
      assert.equal((await box.view()).cycle.number, 2);
      const cycles = (await rows(box)).filter(({ action }) => action.startsWith("cycle."));
      assert.deepEqual(
        cycles.map(({ action, objectId }) => `${action} ${objectId}`),
        ["cycle.begun 1", "cycle.ended 1", "cycle.begun 2"],
      );
      const energised = (await rows(box)).findLast(({ action }) => action === "output.energised");
      assert.equal(energised?.after?.cycle, 2);
      await box.kill9();
    }
    await using box = await startBox({ data, provision });
    const session = await signIn(box);
    assert.deepEqual(
      [(await box.view()).cycle.number, (await box.view()).cycle.running],
      [2, false],
      "the number outlasts kill -9",
    );
    const tests = (await box.get<OutputTests>("/api/output-tests", session)).body;
    assert.deepEqual([tests.records.length, tests.withheld], [2, undefined], "and so does the test");
    const [, horn] = (await box.get<readonly { operations: number }[]>("/api/outputs")).body;
    assert.ok((horn?.operations ?? 0) >= 2, `and so do the operations: ${horn?.operations}`);
    await reset(box);
    assert.equal((await box.view()).cycle.number, 3);
    const outputs = (await box.get<readonly { id: string; operations: number }[]>("/api/outputs")).body;
    for (const output of outputs) conforms("Output", output);
    assert.ok((outputs[0]?.operations ?? 0) >= 1, "the permit's relay has switched");
    assert.equal((await box.send("DELETE", "/api/boards/sim/operations", undefined, session)).status, 204);
    const tried = { drive: "energised", seconds: 1 };
    assert.equal((await box.send("POST", "/api/outputs/horn/test", tried, session)).status, 200);
    await until({ what: "it sounds", ms: 1_000, everyMs: 5, check: () => box.board("sim")?.channels[1] });
    await silent(box, "it ends", 3_000);
    assert.equal(await box.stop(), 0);
    const sqlite = new Database(join(data, "palisade.db"), { readonly: true });
    const counted = sqlite.prepare("SELECT board, channel FROM relay_operations WHERE count > 0").all();
    sqlite.close();
    assert.deepEqual(counted, [{ board: "sim", channel: 2 }], "written at the end");
  } finally {
    await rm(data, { recursive: true, force: true });
  }
});
