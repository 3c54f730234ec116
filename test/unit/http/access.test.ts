/** Who may ask, and how an answer that is none looks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeRoutes, HOST, PIN, problemOf } from "./fake.ts";

const COMMANDS = ["/api/silence", "/api/stop-request", "/api/alarms/a/acknowledge"];

test("a page of another site is refused, by its Origin and by a Host that is a name", async () => {
  using box = fakeRoutes();
  const origins = ["http://evil.example", "null", `https://${HOST}.evil.example`, "http://127.0.0.1:9999"];
  for (const origin of origins)
    await problemOf(await box.send("POST", "/api/stop-request", undefined, { origin }), 403);
  for (const host of ["evil.example:8080", "box.local", "localhost.evil.example", ""])
    await problemOf(await box.get("/healthz", { host }), 403);
  assert.deepEqual(box.told, []);
});

test("the box's own page and programs pass, under every name of the machine itself", async () => {
  using box = fakeRoutes();
  for (const host of [HOST, "localhost:8080", "[::1]:8080", "10.0.0.4"]) {
    const own = await box.send("POST", "/api/silence", undefined, { host, origin: `http://${host}` });
    assert.equal(own.status, 200, host);
    assert.equal((await box.send("POST", "/api/silence", undefined, { host })).status, 200, host);
  }
});

test("a body that is no JSON object is a problem 400, and carries nothing out", async () => {
  using box = fakeRoutes();
  for (const body of ["{", "[1]", '"x"', "null", "7"]) {
    for (const path of ["/start", "/stop", "/api/session", "/api/reset", "/api/alarms/a/acknowledge"])
      await problemOf(await box.send("POST", path, body), 400);
  }
  await problemOf(await box.send("POST", "/api/alarms/a/acknowledge", { version: "3" }), 400);
  await problemOf(await box.send("POST", "/api/session", { name: "Sam" }), 400);
  assert.deepEqual(box.told, []);
});

test("a body over 64 KiB is a problem 413, with and without its length told", async () => {
  using box = fakeRoutes();
  const body = JSON.stringify({ camera: "x".repeat(64 * 1024) });
  await problemOf(await box.send("POST", "/start", body), 413);
  await problemOf(await box.send("POST", "/start", body, { "content-length": String(body.length) }), 413);
  assert.equal((await box.send("POST", "/start", { camera: "front" })).status, 200);
});

test("what is not there is a problem 404 that names it", async () => {
  using box = fakeRoutes();
  for (const path of ["/status/none", "/live/none", "/api/nothing"])
    assert.match(String((await problemOf(await box.get(path), 404)).detail), /none|nothing/);
  assert.match(
    String((await problemOf(await box.send("POST", "/start", { camera: "none" }), 404)).detail),
    /"none"/,
  );
  await problemOf(await box.send("POST", "/api/alarms/b/acknowledge"), 404);
});

test("an acknowledgement of an older version is a problem 409 with the list as it is now", async () => {
  using box = fakeRoutes();
  const problem = await problemOf(await box.send("POST", "/api/alarms/a/acknowledge", { version: 2 }), 409);
  assert.deepEqual(problem.alarms, []);
  assert.equal((await box.send("POST", "/api/alarms/a/acknowledge", { version: 3 })).status, 200);
  assert.deepEqual(box.told, ["acknowledge"]);
});

test("after five wrong PINs a name waits, even with the right one, and the panel's commands do not", async () => {
  using box = fakeRoutes();
  for (let i = 0; i < 5; i++)
    await problemOf(await box.send("POST", "/api/session", { name: "Sam", pin: "111111" }), 401);
  // The same person in another spelling.
  for (const name of ["Sam", " sAM "]) {
    const response = await box.send("POST", "/api/session", { name, pin: PIN });
    const seconds = Number(response.headers.get("retry-after"));
    await problemOf(response, 429);
    assert.ok(seconds > 25 && seconds <= 30, `retry-after ${seconds}`);
  }
  await problemOf(await box.send("POST", "/api/reset", { name: "Sam", pin: PIN }), 429);
  for (const path of COMMANDS) assert.equal((await box.send("POST", path)).status, 200, path);
  assert.equal(box.told.filter((action) => action === "access.denied").length, 5);
});

test("four wrong PINs and the right one open a session, and the count begins anew", async () => {
  using box = fakeRoutes();
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 4; i++) await box.send("POST", "/api/session", { name: "Sam", pin: "111111" });
    assert.equal((await box.send("POST", "/api/session", { name: "Sam", pin: PIN })).status, 200);
  }
});

test("without a database the panel's commands work, and what needs it is a problem 503 that says why", async () => {
  using box = fakeRoutes({ database: false });
  for (const path of COMMANDS) assert.equal((await box.send("POST", path)).status, 200, path);
  await problemOf(await box.send("POST", "/api/session", { name: "Sam", pin: PIN }), 503);
  const problem = await problemOf(await box.get("/api/audit"), 503);
  assert.match(String(problem.detail), /the disk is full/);
});

test("maintenance pages need a session, show no password, and close with it", async () => {
  using box = fakeRoutes();
  const paths = ["/api/cameras", "/api/zones", "/api/boards", "/api/users", "/api/settings"];
  for (const path of paths) {
    await problemOf(await box.get(path), 401);
    await problemOf(await box.get(path, { cookie: "palisade=guessed" }), 401);
  }
  const opened = await box.send("POST", "/api/session", { name: "Sam", pin: PIN });
  const { leftMs, ...signedIn } = (await opened.json()) as { leftMs: number };
  assert.deepEqual(signedIn, { name: "Sam", role: "supervisor", kind: "step-up" });
  assert.ok(leftMs > 59_000 && leftMs <= 60_000, `${leftMs} ms`);
  const setCookie = opened.headers.get("set-cookie") ?? "";
  assert.match(setCookie, /HttpOnly/);
  assert.match(setCookie, /SameSite=Strict/);
  const cookie = setCookie.split(";", 1)[0] ?? "";
  const cameras = await (await box.get("/api/cameras", { cookie })).text();
  assert.match(cameras, /rtsp:\/\/\*\*\*@10\.0\.0\.9/);
  assert.doesNotMatch(cameras, /s3cret|viewer/);
  assert.equal((await box.send("DELETE", "/api/session", undefined, { cookie })).status, 204);
  await problemOf(await box.get("/api/cameras", { cookie }), 401);
});

test("names of people who may no longer enter are not offered", async () => {
  using box = fakeRoutes();
  assert.deepEqual(await (await box.get("/api/people")).json(), [
    { name: "Sam", role: "supervisor" },
    { name: "Kim", role: "operator" },
    { name: "Max", role: "maintenance" },
  ]);
});

test("reset needs a supervisor where the panel does not overlook every zone, and nobody where it does", async () => {
  using narrow = fakeRoutes();
  await problemOf(await narrow.send("POST", "/api/reset"), 401);
  await problemOf(await narrow.send("POST", "/api/reset", { name: "Sam", pin: "111111" }), 401);
  assert.equal((await narrow.send("POST", "/api/reset", { name: "Sam", pin: PIN })).status, 200);
  assert.deepEqual(narrow.told, ["access.denied", "reset by Sam"]);
  using wide = fakeRoutes({ fullView: true });
  assert.equal((await wide.send("POST", "/api/reset")).status, 200);
  assert.deepEqual(wide.told, ["reset by panel"]);
});

test("the trail's parameters are read or refused by name", async () => {
  using box = fakeRoutes();
  for (const query of ["from=yesterday", "to=x", "limit=0", "limit=1001", "limit=a", "before=-1"])
    assert.match(
      String((await problemOf(await box.get(`/api/audit?${query}`), 400)).detail),
      new RegExp(`"${query.split("=", 1)[0]}"`),
    );
  await box.get("/api/audit?from=2026-11-21T00:00:00Z&to=1795219200000&limit=2&before=9");
  const from = Date.UTC(2026, 10, 21);
  assert.deepEqual(box.queries, [{ limit: 2, from, to: 1_795_219_200_000, beforeSeq: 9 }]);
});
