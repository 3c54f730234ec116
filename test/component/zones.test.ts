/** Zones on a box that runs: drawn over HTTP, taken out by a real contact and by the clock, planned with what is measured. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { WEEKDAYS } from "../../server/domain/schedule.ts";
import type { ZonePictureRow } from "../../server/domain/zone_change.ts";
import type { AuditRow } from "../../server/http/audit.ts";
import { type SchemaName, schemas } from "../../server/http/schemas.ts";
import type { ListedZone } from "../../server/http/zones.ts";
import { type Box, startBox } from "../support/box.ts";
import { acknowledgeAll } from "../support/operator.ts";
import { ROOT } from "../support/runtime.ts";
import { until } from "../support/until.ts";

const SAM = { name: "Sam", pin: "730146" };
const corner = (x: number) => [
  [x, 0],
  [x + 0.1, 0],
  [x + 0.1, 0.1],
  [x, 0.1],
];
const FLOOR = {
  points: [
    [0.2, 0.9],
    [0.8, 0.9],
    [0.65, 0.5],
    [0.35, 0.5],
  ],
  sides: [3, 4, 3, 4],
  diagonal: 5,
};
/** In three days, whatever the day is: neither now nor within reach of a midnight. */
const LATER = WEEKDAYS[(new Date().getUTCDay() + 2) % 7];
/** Nobody ever stands in the upper corners of the film. */
const PROVISION = {
  site: { name: "Press 4", timezone: "UTC", fullView: true },
  cameras: [
    {
      ...{ id: "front", name: "Front", source: `file:${join(ROOT, "models/demo/cell-front.mp4")}` },
      ground: FLOOR,
    },
  ],
  zones: [
    {
      ...{ id: "corner", camera: "front", name: "Corner", kind: "stop", polygon: corner(0), stopTimeMs: 400 },
      ...{ hazard: [0.5, 0.7], condition: { board: "sim", input: 1, name: "Set-up" } },
    },
    {
      ...{ id: "night", camera: "front", name: "Night", kind: "warn", polygon: corner(0.2) },
      schedule: [{ days: [LATER], from: "06:00", to: "14:00" }],
    },
  ],
  boards: [{ id: "sim", driver: "simulated", channels: 4, inputs: 2 }],
  outputs: [{ id: "permit", board: "sim", channel: 1, role: "run-permit", zones: ["corner"] }],
  users: [{ ...SAM, role: "maintenance" }],
};

interface Problem {
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

function conforms(name: SchemaName, body: unknown): void {
  const parsed = schemas[name].safeParse(body);
  assert.ok(parsed.success, `${name}: ${parsed.error?.message}\n${JSON.stringify(body)}`);
  assert.deepEqual(JSON.parse(JSON.stringify(parsed.data)), body, `${name} has members of its own`);
}

/** The contact of the set-up switch. */
async function put(box: Box, closed: boolean): Promise<void> {
  await writeFile(join(box.data, "simulated-inputs-sim.json"), JSON.stringify([closed, false]));
}

test("a contact and the clock take zones out and in, and zones are drawn over HTTP with their planning values", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "palisade-clock-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, "timedatectl"), "#!/bin/sh\necho yes\n");
  await chmod(join(folder, "timedatectl"), 0o755);
  await using box = await startBox({ provision: PROVISION, env: { PATH: `${folder}:${process.env.PATH}` } });
  await put(box, false);
  const { headers } = await box.send("POST", "/api/session", SAM);
  const session = { cookie: headers.get("set-cookie")?.split(";", 1)[0] ?? "" };
  const send = async <T = Problem>(method: string, path: string, body?: unknown) =>
    await box.send<T>(method, path, body, session);

  const night = await box.waitFor(({ zones }) => zones[1]?.activity?.active === false, 5_000);
  const { why, untilWallAt = 0 } = night.zones[1]?.activity ?? {};
  assert.equal(why, "Out of the rules by its schedule");
  assert.equal(new Date(untilWallAt).toISOString().slice(11), "06:00:00.000Z");

  await until({
    what: "the permit is energised",
    ms: 20_000,
    check: async () => {
      await acknowledgeAll(box);
      return (await box.send("POST", "/api/reset", {})).status === 200;
    },
  });
  assert.deepEqual((await box.view()).zones[0]?.activity, { active: true, why: "It guards now" });
  await put(box, true);
  await box.waitFor(({ zones }) => zones[0]?.activity?.active === false, 5_000);
  await put(box, false);
  const back = await box.waitFor(({ zones }) => zones[0]?.activity?.active === true, 2_000);
  conforms("View", back);
  const plan = back.zones[0]?.plan;
  assert.ok((plan?.totalMs ?? 0) >= 600 && plan?.tooNear === false, JSON.stringify(plan));
  const rows = (await box.get<readonly { action: string; objectId: string }[]>("/api/audit?limit=200")).body;
  const acted = rows
    .filter(({ action }) => action.startsWith("zone."))
    .map((row) => `${row.action} ${row.objectId}`);
  assert.deepEqual(acted.toReversed(), ["zone.inactive night", "zone.inactive corner", "zone.active corner"]);

  const covering = { name: "Poster", camera: "front", kind: "mask", polygon: corner(0.05) };
  const refused = await send("POST", "/api/zones", covering);
  assert.equal(refused.status, 400);
  assert.match(refused.body.errors?.[0]?.message ?? "", /^covers part of stop zone "corner"/);
  const mask = await send("POST", "/api/zones", { ...covering, polygon: corner(0.5) });
  assert.equal(mask.status, 201, JSON.stringify(mask.body));
  conforms("ZoneSaved", mask.body);
  assert.equal(box.board("sim")?.channels[0], false, "a changed configuration drops");
  assert.deepEqual((await box.view()).masks[0]?.warnings, []);
  const changed = await send<ListedZone>("PUT", "/api/zones/corner", { condition: null, minHeight: 0.05 });
  assert.deepEqual([changed.status, changed.body.condition, changed.body.minHeight], [200, undefined, 0.05]);
  // What was on the picture when the outlines changed is kept with them.
  const drawn = await until({
    what: "a row of the picture that the zone was drawn on",
    ms: 5_000,
    check: async () => {
      const { body: rows } = await box.get<readonly AuditRow[]>("/api/audit?limit=50", session);
      return rows.find(({ action, result }) => action === "zone.pictured" && result === "ok");
    },
  });
  const { picture, sha256, before, after } = drawn.after as unknown as ZonePictureRow;
  assert.deepEqual(
    [before.some(({ id }) => id === "poster"), after.some(({ id }) => id === "poster")],
    [false, true],
  );
  const jpeg = await fetch(`${box.url}/api/zone-pictures/${picture}/jpeg`);
  const bytes = new Uint8Array(await jpeg.arrayBuffer());
  assert.equal(createHash("sha256").update(bytes).digest("hex"), sha256);
  assert.equal((await fetch(`${box.url}/api/zone-pictures/none/jpeg`)).status, 404);

  const held = await send<Problem & { outputs: unknown }>("DELETE", "/api/zones/corner");
  assert.deepEqual([held.status, held.body.outputs], [409, [{ id: "permit", name: "permit" }]]);
  assert.equal((await send("DELETE", "/api/zones/poster")).status, 204);
  assert.equal((await send("DELETE", "/api/zones/poster")).status, 404);
  const { body: zones } = await box.get<readonly unknown[]>("/api/zones", session);
  for (const zone of zones) conforms("Zone", zone);
  const grid = await box.get<{ lines: unknown[] }>("/api/cameras/front/ground", session);
  conforms("Ground", grid.body);
  assert.ok(grid.body.lines.length > 4);
  assert.equal(await box.stop(), 0);
});
