/** The routes of the record, and the rows that refused requests leave. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeRoutes, PIN, problemOf } from "./fake.ts";

async function signedIn(routes: ReturnType<typeof fakeRoutes>): Promise<{ readonly cookie: string }> {
  const response = await routes.send("POST", "/api/session", { name: "Sam", pin: PIN });
  return { cookie: (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "" };
}

test("rows are asked for by kind and result, and a word that is none is refused", async () => {
  using routes = fakeRoutes();
  assert.equal((await routes.get("/api/audit?kind=commands&result=denied,failed&limit=5")).status, 200);
  assert.deepEqual(routes.queries, [{ limit: 5, actions: ["command."], results: ["denied", "failed"] }]);
  for (const [query, says] of [
    ["kind=rumours", /"kind" is one of commands, outputs, alarms/],
    ["kind=toString", /"kind" is one of/],
    ["result=perhaps", /"result" is one or some of ok, denied, failed/],
    ["limit=0", /"limit" is 1 to 1000/],
    ["before=x", /"before" is a row's number/],
    ["from=never", /"from" and "to"/],
  ] as const)
    assert.match(String((await problemOf(await routes.get(`/api/audit?${query}`), 400)).detail), says);
});

test("an anchor that cannot be read is refused; without a database nothing is checked or exported", async () => {
  using routes = fakeRoutes();
  await problemOf(await routes.get("/api/audit/verify?anchor=1:what"), 400);
  assert.equal((await routes.get("/api/audit/verify")).status, 200);
  using without = fakeRoutes({ database: false });
  for (const path of ["/api/audit", "/api/audit/verify"]) await problemOf(await without.get(path), 503);
});

test("state, anchors and exports need a session; an export needs a reason, and names who has it", async () => {
  using routes = fakeRoutes();
  await problemOf(await routes.get("/api/audit/state"), 401);
  await problemOf(await routes.send("POST", "/api/audit/anchors"), 401);
  await problemOf(await routes.send("POST", "/api/audit/exports", { format: "csv", reason: "x" }), 401);
  await problemOf(await routes.get("/api/audit/exports/record-20261101-000000.csv"), 401);
  const cookie = await signedIn(routes);
  assert.equal((await routes.get("/api/audit/state", cookie)).status, 200);
  assert.equal((await routes.send("POST", "/api/audit/anchors", {}, cookie)).status, 200);
  const ask = async (body: unknown) => await routes.send("POST", "/api/audit/exports", body, cookie);
  for (const [body, path] of [
    [{ format: "csv" }, "reason"],
    [{ format: "csv", reason: "  " }, "reason"],
    [{ format: "doc", reason: "x" }, "format"],
    [{ format: "csv", reason: "x", from: 2, to: 1 }, "from"],
    [{ format: "csv", reason: "x", file: "/etc/passwd" }, "file"],
  ] as const) {
    const { errors } = await problemOf(await ask(body), 400);
    assert.deepEqual(
      (errors as { readonly path: string }[]).map((error) => error.path),
      [path],
    );
  }
  assert.equal((await ask({ format: "pdf", reason: "inspection" })).status, 200);
  assert.deepEqual(routes.told.slice(-2), ["anchor person", "export pdf for Sam: inspection"]);
  await problemOf(await routes.get("/api/audit/exports/palisade.db", cookie), 404);
});

test("a refused wish to change something is in the record with who, what and why; reading leaves nothing", async () => {
  using routes = fakeRoutes();
  await routes.get("/api/audit/state");
  await routes.send("POST", "/api/session", { name: "Sam", pin: "000000" });
  assert.equal(routes.refused.length, 0, "a wrong PIN has a row of its own");
  await routes.send("PUT", "/api/tower", { red: [] });
  const cookie = await signedIn(routes);
  await routes.send("POST", "/api/walk-tests", { zone: 7 }, cookie);
  await routes.send("PUT", "/api/tower", "no json", cookie);
  await routes.send("PUT", "/api/zones/cell", "no json", cookie);
  assert.deepEqual(
    routes.refused.map(({ actor, object, result, after }) => [actor.id, object?.id, result, after]),
    [
      ["panel", "PUT /api/tower", "denied", { status: 401 }],
      ["Sam", "POST /api/walk-tests", "denied", { status: 400 }],
      ["Sam", "PUT /api/tower", "denied", { status: 403 }],
      ["Sam", "PUT /api/zones/cell", "denied", { status: 400 }],
    ],
  );
  assert.match(routes.refused[3]?.reason ?? "", /The body must be JSON/);
});

test("somebody who asks again and again fills no disk", async () => {
  using routes = fakeRoutes();
  for (let i = 0; i < 100; i++) await routes.send("PUT", "/api/tower", {});
  assert.equal(routes.refused.length, 60);
});
