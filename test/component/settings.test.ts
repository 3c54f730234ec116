/** Single settings on a real box: read with where they came from, changed as one version, brought back. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { AuditRow } from "../../server/http/audit.ts";
import { schemas } from "../../server/http/schemas.ts";
import type { ListedSetting, SettingTable } from "../../server/http/setting_table.ts";
import type { VersionAnswer } from "../../server/http/versions.ts";
import { startBox } from "../support/box.ts";

const PIN = "730146";
const PATH = "/api/settings/table";
const PROVISION = {
  site: { name: "Press 4", timezone: "Europe/Berlin" },
  tests: { relayDays: 14 },
  users: [
    { name: "Max", role: "maintenance", pin: PIN },
    { name: "Sam", role: "supervisor", pin: "564738" },
  ],
};

interface Problem {
  readonly detail?: string;
  readonly errors?: readonly { readonly path: string }[];
}

test("a setting tells where it came from, several change as one version, and what is old or wrong changes nothing", async () => {
  await using box = await startBox({ provision: PROVISION });
  const signIn = async (name: string, pin: string): Promise<{ cookie: string }> => {
    const { headers } = await box.send("POST", "/api/session", { name, pin });
    return { cookie: headers.get("set-cookie")?.split(";", 1)[0] ?? "" };
  };
  const session = await signIn("Max", PIN);
  const read = async (): Promise<SettingTable> => {
    const { body } = await box.get<SettingTable>(PATH, session);
    const parsed = schemas.SettingTable.safeParse(body);
    assert.ok(parsed.success, `${parsed.error?.message}`);
    return body;
  };
  const put = async (basedOn: number, changes: object, who = session) =>
    await box.send<Problem>("PUT", PATH, { basedOn, changes, reasonCode: "correction" }, who);
  const of = ({ settings }: SettingTable, path: string): ListedSetting | undefined =>
    settings.find((one) => one.path === path);

  const first = await read();
  assert.equal(of(first, "site.name")?.value, "Press 4");
  assert.deepEqual(of(first, "record.keepDays"), {
    ...{ path: "record.keepDays", type: "number", min: 1, max: 4_000 },
    ...{ default: 400, value: 400, source: { kind: "default" } },
  });
  const provisioned = of(first, "tests.relayDays")?.source;
  assert.equal(provisioned?.kind === "provisioned" && provisioned.by, "provisioning file");

  const wrong = await put(first.version, { "site.timezone": "Berlin", "tests.walkDays": 0 });
  assert.equal(wrong.status, 400);
  assert.deepEqual(
    wrong.body.errors?.map(({ path }) => path),
    ["site.timezone", "tests.walkDays"],
  );
  assert.equal((await put(first.version, { "cameras[0].fps": 3 })).status, 400, "it is no single setting");
  assert.equal((await put(first.version, {}, await signIn("Sam", "564738"))).status, 403);

  const changes = { "record.keepDays": 30, "record.syslog.address": "127.0.0.1:9", "tests.relayDays": 7 };
  assert.equal((await put(first.version, changes)).status, 200);
  const second = await read();
  assert.equal(second.version, first.version + 1, "one version for all of them");
  for (const path of Object.keys(changes)) {
    const source = of(second, path)?.source;
    assert.equal(source?.kind === "changed" && source.by, "Max", path);
  }
  assert.equal(of(second, "site.name")?.source.kind, "provisioned", "what did not change stays whose it was");
  const { body: told } = await box.get<VersionAnswer>(`/api/versions/${second.version}`, session);
  assert.equal(told.reason, "Settings were changed: To correct something");
  const silent = await box.send<Problem>("PUT", PATH, { basedOn: second.version, changes: {} }, session);
  assert.equal(silent.status, 400);
  assert.match(
    silent.body.detail ?? "",
    /^reasonCode is missing: choose one of first-set-up, .*, or write a reason$/,
  );

  const late = await put(first.version, { "site.name": "Press 5" });
  assert.equal(late.status, 409);
  assert.match(late.body.detail ?? "", /Version 2 came in force since you read the settings of version 1/);
  const back = { "record.keepDays": null, "record.syslog.address": null, "tests.relayDays": 14 };
  assert.equal((await put(second.version, back)).status, 200);
  const third = await read();
  assert.deepEqual(
    third.settings.map(({ value }) => value),
    first.settings.map(({ value }) => value),
  );

  // Programs that know nothing of reasons write as before; what they leave out is told as not given.
  const newest = async (action: string): Promise<readonly unknown[]> => {
    const { body } = await box.get<readonly AuditRow[]>("/api/audit?limit=20", session);
    const row = body.find((each) => each.action === action);
    return [row?.reason, row?.reasonCode];
  };
  const tests = async (walkDays: number, query = "") =>
    await box.send<Problem>("PUT", `/api/settings${query}`, { tests: { walkDays } }, session);
  assert.equal((await tests(5)).status, 200);
  assert.deepEqual(await newest("config.published"), ["The times of the tests were changed", "not-given"]);
  assert.equal((await tests(6, "?reasonCode=tuning&reason=by%20the%20book")).status, 200);
  assert.deepEqual(await newest("config.published"), [
    ...["The times of the tests were changed: by the book", "tuning"],
  ]);
  const unknown = await tests(7, "?reasonCode=because");
  assert.equal(unknown.status, 400);
  assert.match(unknown.body.detail ?? "", /^reasonCode must be one of first-set-up, /);
  const kim = { name: "Kim", role: "operator", pin: "8264" };
  const added = await box.send<{ readonly id: string }>("POST", "/api/users", kim, session);
  assert.equal(added.status, 201);
  assert.deepEqual(await newest("user.added"), [null, "not-given"]);
  const out = `/api/users/${added.body.id}`;
  assert.equal(
    (await box.send("PUT", out, { role: "operator", name: "Kim B", reason: "task" }, session)).status,
    200,
  );
  assert.deepEqual(await newest("user.changed"), ["task", "task"]);
  assert.equal((await box.send("DELETE", `${out}?reasonCode=left`, undefined, session)).status, 204);
  assert.deepEqual(await newest("user.removed"), ["left", "left"]);
});
