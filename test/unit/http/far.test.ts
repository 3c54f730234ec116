/** Panels on the network: every route is closed before somebody signs in, and their sessions end. */
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import type { Box } from "../../../server/box.ts";
import { EMPTY_CONFIG } from "../../../server/domain/config.ts";
import { WEEKDAYS } from "../../../server/domain/schedule.ts";
import type { ShiftConfig } from "../../../server/domain/shift_config.ts";
import type { NetworkAnswer } from "../../../server/http/network.ts";
import { type ViewEnd, Viewers } from "../../../server/http/viewers.ts";
import type { Lan } from "../../../server/lan.ts";
import { fakeRoutes, PIN } from "./fake.ts";

class Wire extends EventEmitter {
  readonly remoteAddress = "192.0.2.77";
  destroyed = false;
  destroy(): void {
    this.destroyed = true;
    this.emit("close");
  }
}

const HOUR_MS = 3_600_000;
/** So that the shift neither begins nor ends within these hours. */
const ANOTHER_DAY = WEEKDAYS[(new Date().getUTCDay() + 2) % 7] ?? "mon";

const far = (socket = new Wire()) => ({ lan: true, incoming: { socket } });
const LAN = { state: { host: "press-4" }, answersTo: () => false } as unknown as Lan;
/** What a panel needs before anybody has signed in. */
const OPEN = [
  "GET /healthz",
  "GET /api/people",
  "GET /api/far-session",
  "POST /api/far-session",
  "DELETE /api/far-session",
];

async function ask(
  box: ReturnType<typeof fakeRoutes>,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
  env: object = far(),
): Promise<Response> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const init = {
    method,
    headers: { host: "192.0.2.1:8443", "content-type": "application/json", ...headers },
    ...sent,
  };
  return await box.routes.request(path, init, env);
}

async function signIn(
  box: ReturnType<typeof fakeRoutes>,
  name: string,
  env: object = far(),
): Promise<string> {
  const answer = await ask(box, "POST", "/api/far-session", { name, pin: PIN }, {}, env);
  assert.equal(answer.status, 201);
  return answer.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
}

test("over the network every route but those of the sign-in wants somebody", async () => {
  using box = fakeRoutes();
  const open: string[] = [];
  let asked = 0;
  for (const { method, path } of box.routes.routes) {
    if (method === "ALL") continue;
    asked++;
    const { status } = await ask(
      box,
      method,
      path.replace(/:\w+/g, "front"),
      method === "GET" ? undefined : {},
    );
    if (status !== 401) open.push(`${method} ${path}`);
  }
  assert.ok(asked > 80, `${asked} routes`);
  assert.deepEqual(new Set(open), new Set(OPEN));
  assert.deepEqual(box.told, [], "nothing was done");
  for (const path of ["/assets/../api/view", "/assets/%2e%2e/data", "/data/palisade.db", "/main.ts"])
    assert.equal((await ask(box, "GET", path)).status, 401, path);
  assert.equal((await ask(box, "HEAD", "/api/alarms")).status, 401);
});

test("the box's own screen is as it was, and cannot take part in it", async () => {
  using box = fakeRoutes();
  assert.deepEqual(await (await box.get("/api/far-session")).json(), { needed: false });
  assert.equal((await box.send("POST", "/api/far-session", { name: "Sam", pin: PIN })).status, 409);
  assert.equal((await box.get("/api/alarms")).status, 200);
  const own = await box.send("POST", "/api/session", { name: "Max", pin: PIN });
  assert.doesNotMatch(own.headers.get("set-cookie") ?? "", /Secure|__Host-/);
});

test("who has signed in looks and calms in their own name, and proves themselves again for the rest", async () => {
  using box = fakeRoutes({ fullView: true });
  const cookie = await signIn(box, "Kim");
  assert.match(cookie, /^__Host-palisade-view=/);
  assert.equal((await ask(box, "GET", "/api/alarms", undefined, { cookie })).status, 200);
  assert.equal((await ask(box, "POST", "/api/silence", {}, { cookie })).status, 200);
  assert.equal((await ask(box, "GET", "/api/settings", undefined, { cookie })).status, 401);
  const opened = await ask(box, "POST", "/api/session", { name: "Max", pin: PIN }, { cookie });
  const both = `${cookie}; ${opened.headers.get("set-cookie")?.split(";", 1)[0]}`;
  assert.match(opened.headers.get("set-cookie") ?? "", /^__Host-palisade=.*; Secure/);
  assert.equal((await ask(box, "GET", "/api/settings", undefined, { cookie: both })).status, 200);
  for (const near of ["reset", "outputs/permit/test", "output-tests", "zones/cell/bypass"]) {
    const refused = await ask(box, "POST", `/api/${near}`, { name: "Max", pin: PIN }, { cookie: both });
    assert.equal(refused.status, 403, near);
    assert.match(
      ((await refused.json()) as { detail: string }).detail,
      /^Only at the panel beside the machine/,
    );
  }
  assert.ok(!box.told.includes("reset by Max"));
  const here = cookie.replace("__Host-", "");
  assert.equal((await ask(box, "GET", "/api/alarms", undefined, { cookie: here })).status, 401);
});

test("who may change the network signs others out there, by name and with a reason; whoever is left stays", async () => {
  using box = fakeRoutes({ lan: LAN });
  const [kims, sams, maxs] = [new Wire(), new Wire(), new Wire()];
  const kim = await signIn(box, "Kim", far(kims));
  const sam = await signIn(box, "Sam", far(sams));
  const max = await signIn(box, "Max", far(maxs));
  const look = async (cookie: string, wire: Wire): Promise<number> =>
    (await ask(box, "GET", "/api/alarms", undefined, { cookie }, far(wire))).status;
  assert.deepEqual([await look(kim, kims), await look(sam, sams)], [200, 200]);
  const opened = await ask(
    box,
    "POST",
    "/api/session",
    { name: "Max", pin: PIN },
    { cookie: max },
    far(maxs),
  );
  const his = `${max}; ${opened.headers.get("set-cookie")?.split(";", 1)[0]}`;
  const send = async (method: string, path: string) => {
    const answer = await ask(box, method, `/api/network${path}`, undefined, { cookie: his }, far(maxs));
    return { status: answer.status, body: (await answer.json()) as NetworkAnswer };
  };
  const { people } = (await send("GET", "")).body;
  assert.deepEqual(
    people.map(({ name, role, origin }) => [name, role, origin]),
    [
      ["Kim", "operator", "192.0.2.77"],
      ["Sam", "supervisor", "192.0.2.77"],
      ["Max", "maintenance", "192.0.2.77"],
    ],
  );
  for (const { seenWallAt, sinceWallAt } of people) assert.ok(seenWallAt >= sinceWallAt - 1);
  assert.ok(!JSON.stringify(people).includes(kim.split("=")[1] ?? "?"), "no token is told");
  assert.equal((await send("DELETE", `/people/${people[0]?.id}?reasonCode=nonsense`)).status, 400);
  const one = await send("DELETE", `/people/${people[0]?.id}?reasonCode=panel-lost`);
  assert.deepEqual(
    one.body.people.map(({ name }) => name),
    ["Sam", "Max"],
  );
  assert.deepEqual([kims.destroyed, sams.destroyed, maxs.destroyed], [true, false, false]);
  assert.deepEqual([await look(kim, kims), await look(sam, sams)], [401, 200]);
  assert.equal((await send("DELETE", `/people/${people[0]?.id}`)).status, 404);
  const all = await send("DELETE", "/people");
  assert.deepEqual([all.status, all.body.people], [200, []]);
  assert.deepEqual([sams.destroyed, maxs.destroyed], [true, false], "his own answer comes");
  assert.deepEqual([await look(sam, sams), await look(max, maxs)], [401, 401]);
  assert.deepEqual(
    box.rows
      .filter(({ action }) => action === "access.view-signed-out")
      .map(({ actor, object, reason, reasonCode }) => [actor.id, object?.id, reason, reasonCode]),
    [
      ["Max", "Kim", "panel-lost", "panel-lost"],
      ["Max", "Sam", "not-given", "not-given"],
      ["Max", "Max", "not-given", "not-given"],
    ],
  );
});

test("what a PIN opened at a panel on the network ends with the sign-in there", async () => {
  using box = fakeRoutes();
  const max = await signIn(box, "Max");
  const opened = await ask(box, "POST", "/api/session", { name: "Max", pin: PIN }, { cookie: max });
  const elevated = opened.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  const settings = async (view: string): Promise<number> =>
    (await ask(box, "GET", "/api/users", undefined, { cookie: `${view}; ${elevated}` })).status;
  assert.equal(await settings(max), 200);
  assert.equal(await settings(await signIn(box, "Kim")), 401, "whoever comes next is not Max");
  const near = elevated.replace("__Host-", "");
  assert.equal((await box.get("/api/users", { cookie: near })).status, 401, "nor is anybody at the box");
});

test("once nobody may connect any more, nobody is signed in there", async () => {
  using box = fakeRoutes({ lan: LAN });
  const kim = await signIn(box, "Kim");
  box.change({ lan: { on: true, port: 8_444 } });
  assert.equal((await ask(box, "GET", "/api/alarms", undefined, { cookie: kim })).status, 200);
  box.change({ lan: { on: false, port: 8_443 } });
  box.change({ lan: { on: true, port: 8_443 } });
  assert.equal((await ask(box, "GET", "/api/alarms", undefined, { cookie: kim })).status, 401);
  assert.equal(box.rows.at(-1)?.action, "access.view-ended");
});

test("wrong PINs from the network make nobody wait at the box", async () => {
  using box = fakeRoutes();
  for (let tries = 0; tries < 5; tries++)
    assert.equal((await ask(box, "POST", "/api/far-session", { name: "Sam", pin: "000000" })).status, 401);
  assert.equal((await ask(box, "POST", "/api/far-session", { name: "Sam", pin: PIN })).status, 429);
  assert.equal((await box.send("POST", "/api/session", { name: "Sam", pin: PIN })).status, 200);
});

test("two at once from the network are checked one after the other", async () => {
  using box = fakeRoutes();
  const order = { name: "Sam", pin: PIN };
  const both = await Promise.all([1, 2].map(() => ask(box, "POST", "/api/far-session", order)));
  assert.deepEqual(both.map(({ status }) => status).toSorted(), [201, 429]);
});

/** Sessions over a clock, people who stay, and a site whose shifts begin at 6, 14 and 22 o'clock. */
function play(shifts?: readonly ShiftConfig[]) {
  let now = 0;
  let standing: object | undefined | Error = {};
  const ends: ViewEnd[] = [];
  const person = { id: "3", name: "Kim", role: "operator", proof: PIN } as const;
  const box = {
    guard: { config: { ...EMPTY_CONFIG, shifts } },
    store: {
      crew: {
        standing: async () => {
          if (standing instanceof Error) throw standing;
          return standing && person;
        },
      },
    },
  } as unknown as Box;
  const viewers = new Viewers({ box, onEnd: (_, why) => ends.push(why), now: () => now });
  return {
    ...{ viewers, ends, person },
    pass: (ms: number) => (now += ms),
    stands: (value: object | undefined | Error) => (standing = value),
  };
}

test("a session lasts until the shift ends, takes its connections along, and no longer than 12 hours", () => {
  const { viewers, ends, person, pass } = play();
  const viewer = viewers.open(person, "192.0.2.77");
  const wire = new Wire();
  viewers.use(viewer, wire as never);
  const left = viewers.leftMs(viewer);
  assert.ok(left > 0 && left <= 8.25 * HOUR_MS, `${left} ms of a shift of 8 hours`);
  pass(left - 1);
  assert.equal(viewers.find(viewer.token), viewer);
  pass(1);
  assert.equal(viewers.find(viewer.token), undefined);
  assert.ok(wire.destroyed);
  assert.deepEqual(ends, ["over"]);
  assert.equal(viewers.find(undefined), undefined);
  // A shift that lasts a week.
  const long = play([{ name: "Always", from: "00:00", days: [ANOTHER_DAY] }]);
  assert.equal(long.viewers.leftMs(long.viewers.open(person, "192.0.2.77")), 12 * HOUR_MS);
});

test("who may not enter any more is put out, and a database that does not answer puts nobody out", async () => {
  const { viewers, ends, person, stands } = play();
  const viewer = viewers.open(person, "192.0.2.77");
  const wire = new Wire();
  viewers.use(viewer, wire as never);
  stands(new Error("the disk is full"));
  await viewers.look();
  assert.ok(viewers.find(viewer.token) && !wire.destroyed);
  stands(undefined);
  await viewers.look();
  assert.equal(viewers.find(viewer.token), undefined);
  assert.ok(wire.destroyed);
  assert.deepEqual(ends, ["refused"]);
});

test("the connection over which somebody signs out stays for the answer", () => {
  const { viewers, person } = play();
  const viewer = viewers.open(person, "192.0.2.77");
  const [stream, asking] = [new Wire(), new Wire()];
  for (const wire of [stream, asking]) viewers.use(viewer, wire as never);
  viewers.end(viewer, "closed", asking as never);
  assert.deepEqual([stream.destroyed, asking.destroyed], [true, false]);
});
