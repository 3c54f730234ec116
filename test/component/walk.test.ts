/** A walk test on a box that runs: a film's person walks through a stop zone, and the record says what was seen. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { DEMONSTRATION_FOLDER } from "../../server/demonstration.ts";
import { type SchemaName, schemas } from "../../server/http/schemas.ts";
import type { WalkTests } from "../../server/http/walk_tests.ts";
import { type Box, startBox } from "../support/box.ts";
import { cutFilm } from "../support/footage.ts";
import { acknowledgeAll } from "../support/operator.ts";
import { until } from "../support/until.ts";

const KIM = { name: "Kim", role: "operator", pin: "8264" };
/** Nobody near the zone for four seconds, then one person who walks through it from end to end. */
const PIECE = { startSeconds: 3, seconds: 7 };
const LOOP_MS = 7_000;
/** A strip along that person's way. */
const STRIP = [
  [0.4, 0.55],
  [0.6, 0.57],
  [0.6, 0.61],
  [0.4, 0.6],
];

function provision(source: string) {
  return {
    site: { name: "Press 4", timezone: "Europe/Berlin", fullView: true },
    cameras: [{ id: "side", name: "Side", source, fps: 10 }],
    zones: [{ id: "strip", camera: "side", name: "Strip", kind: "stop", polygon: STRIP }],
    boards: [{ id: "sim", driver: "simulated", channels: 4 }],
    outputs: [{ id: "permit", board: "sim", channel: 1, role: "run-permit", zones: ["strip"] }],
    tests: { demandWalk: true },
    users: [KIM],
  };
}

function conforms(name: SchemaName, body: unknown): void {
  const parsed = schemas[name].safeParse(body);
  assert.ok(parsed.success, `${name}: ${parsed.error?.message}\n${JSON.stringify(body)}`);
  assert.deepEqual(JSON.parse(JSON.stringify(parsed.data)), body, `${name} has members of its own`);
}

interface Row {
  readonly action: string;
  readonly actor: string;
  readonly objectId: string | null;
}

async function signIn(box: Box): Promise<{ cookie: string }> {
  const { headers } = await box.send("POST", "/api/session", { name: KIM.name, pin: KIM.pin });
  return { cookie: headers.get("set-cookie")?.split(";", 1)[0] ?? "" };
}

async function reset(box: Box): Promise<void> {
  await until({
    what: "the permit is energised before the person comes",
    ms: 4 * LOOP_MS,
    check: async () => {
      await acknowledgeAll(box);
      return (await box.send("POST", "/api/reset")).status === 200;
    },
  });
}

test("an operator walks a zone: each point is seen, a drop is measured and proven, and all of it is recorded, also over a kill", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "palisade-walk-"));
  try {
    const film = join(folder, "walk.mp4");
    await cutFilm({ from: join(DEMONSTRATION_FOLDER, "cell-side.mp4"), to: film, ...PIECE });
    const file = { data: folder, provision: provision(`file:${film}`) };
    await using box = await startBox(file);
    for (const [method, path] of [
      ["GET", ""],
      ["POST", ""],
      ["POST", "/answer"],
      ["POST", "/repeat"],
      ["POST", "/finish"],
      ["DELETE", ""],
    ] as const)
      assert.equal((await box.send(method, `/api/walk-tests${path}`)).status, 401, `${method} ${path}`);
    const session = await signIn(box);
    const send = async <T>(method: string, path: string, body?: unknown) =>
      await box.send<T>(method, `/api/walk-tests${path}`, body, session);
    const tests = async (): Promise<WalkTests> => (await send<WalkTests>("GET", "")).body;

    const before = await tests();
    conforms("WalkTests", before);
    assert.equal(before.zones[0]?.due.overdue, false, "a new box has a day for it");
    assert.equal((await send("POST", "", { zone: 7 })).status, 400);
    assert.equal((await send("POST", "", { zone: "kitchen" })).status, 404);
    assert.equal((await send("DELETE", "")).status, 404);
    assert.equal((await send("POST", "", { zone: "strip" })).status, 200);
    assert.equal((await send("POST", "/answer", { outcome: "lost", point: 0, attempts: 0 })).status, 400);

    await box.waitFor(({ walk }) => walk?.phase === "awaiting", 40_000);
    conforms("View", await box.view());
    await reset(box);
    const { walk } = await box.waitFor(
      (view) => view.walk?.attempts.some(({ drops }) => drops[0]?.kind === "proven") ?? false,
      3 * LOOP_MS,
    );
    const proven = walk?.attempts.find(({ drops }) => drops[0]?.kind === "proven");
    const drop = proven?.drops[0];
    assert.ok(proven?.outcome === "detected" && drop?.kind === "proven");
    // The second of three frames confirms, at ten frames a second; the rest is the machine's.
    assert.ok(drop.ms > 50 && drop.ms < 1_500, `${drop.ms} ms`);
    t.diagnostic(`first frame with the person to the read-back: ${drop.ms} ms, score ${proven.score}`);
    assert.equal(box.board("sim")?.channels[0], false);

    await box.waitFor((view) => view.walk?.phase === "review", 8 * LOOP_MS);
    assert.equal((await send("POST", "/finish")).status, 200);
    assert.equal((await box.view()).walk, undefined);
    const { zones, records } = await tests();
    conforms("WalkTests", { zones, records });
    const [record] = records;
    assert.deepEqual(
      [record?.outcome, record?.by, record?.role, record?.camera],
      [...["passed", "Kim", "operator", "side"]],
    );
    const points = record?.points.length ?? 0;
    assert.ok(points >= 3);
    assert.ok(record?.attempts.every(({ outcome }) => outcome === "detected"));
    const [zone] = zones;
    assert.deepEqual([zone?.rate.walked, zone?.rate.detected], [points, points]);
    assert.equal(zone?.due.lastWallAt, record?.wallAt);

    // Another one is given up, and the next one runs when the box is killed.
    assert.equal((await send("POST", "", { zone: "strip" })).status, 200);
    assert.equal((await send("DELETE", "")).status, 204);
    assert.equal((await tests()).records[0]?.why, "person");
    const rows = (await box.get<readonly Row[]>("/api/audit?limit=1000")).body.toReversed();
    const told = rows.filter(({ action }) => action.startsWith("walk-test."));
    assert.deepEqual(
      told.map(({ action }) => action.slice("walk-test.".length)),
      ["begun", ...new Array(points).fill("point"), "ended", "begun", "ended"],
    );
    assert.ok(told.every(({ actor, objectId }) => actor === "Kim" && objectId === "strip"));
    const verified = await box.get<{ ok: boolean }>("/api/audit/verify");
    assert.ok(verified.body.ok);

    assert.equal((await send("POST", "", { zone: "strip" })).status, 200);
    const skip = { outcome: "skipped", reason: "Wet floor", point: 0, attempts: 0 };
    assert.equal((await send("POST", "/answer", skip)).status, 200);
    await until({
      what: "the row of the point is on the disk, and what is kept before it",
      ms: 5_000,
      check: async () => {
        const [newest] = (await box.get<readonly Row[]>("/api/audit?limit=1")).body;
        return newest?.action === "walk-test.point";
      },
    });
    await box.kill9();
    await using again = await startBox(file);
    const { body } = await again.get<WalkTests>("/api/walk-tests", await signIn(again));
    const [newest] = body.records;
    assert.deepEqual(
      [newest?.outcome, newest?.why, newest?.by, newest?.attempts.map(({ reason }) => reason)],
      ["cancelled", "restart", "Kim", ["Wet floor"]],
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
