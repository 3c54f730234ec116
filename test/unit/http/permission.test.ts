/** Every route asks for a permission of the table, and lets through exactly whom the table names. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  mayDo,
  PERMISSIONS,
  type Permission,
  type PermissionId,
  type Role,
  USER_ROLES,
  whoMay,
} from "../../../server/domain/permission.ts";
import { permissionOf } from "../../../server/http/access.ts";
import { fakeRoutes, PIN } from "./fake.ts";

const NAMES: Readonly<Record<Role, string>> = { operator: "Kim", supervisor: "Sam", maintenance: "Max" };
/** They answer without an end, or only to a socket. */
const ENDLESS = ["/api/view", "/api/tiles", "/live"];

interface Route {
  readonly method: string;
  readonly path: string;
  readonly permissions: readonly PermissionId[];
}

/** Every route with what its handlers ask for; ALL are the guards before them and the kiosk's files. */
function routesOf({ routes }: ReturnType<typeof fakeRoutes>): readonly Route[] {
  const found = new Map<string, Route>();
  for (const { method, path, handler } of routes.routes) {
    if (method === "ALL") continue;
    const permission = permissionOf(handler);
    const before = found.get(`${method} ${path}`)?.permissions ?? [];
    const permissions = permission === undefined ? before : [...before, permission];
    found.set(`${method} ${path}`, { method, path, permissions });
  }
  return [...found.values()];
}

test("every route names one permission, next to its path", () => {
  using box = fakeRoutes();
  const routes = routesOf(box);
  assert.ok(routes.length > 60, `${routes.length} routes`);
  const without = routes.filter(({ permissions }) => permissions.length !== 1);
  assert.deepEqual(
    without.map(
      ({ method, path, permissions }) => `${method} ${path}: ${permissions.join(" and ") || "none"}`,
    ),
    [],
  );
});

test("a route without a permission is found, and none answers whatever method it is asked by", () => {
  using box = fakeRoutes();
  for (const { method, path } of box.routes.routes) if (method === "ALL") assert.equal(path, "/*");
  for (const path of ["/api/shifts/:id/sign", "/api/versions/:version/revert", "/api/models/active"])
    assert.equal(routesOf(box).find((route) => route.path === path)?.permissions.length, 1, path);
  box.routes.get("/api/bare", (c) => c.text(""));
  assert.deepEqual(
    routesOf(box).filter(({ permissions }) => permissions.length !== 1),
    [{ method: "GET", path: "/api/bare", permissions: [] }],
  );
});

test("every route lets through nobody, operator, supervisor and maintenance as the table says", async () => {
  const wrong: string[] = [];
  using box = fakeRoutes();
  for (const role of [undefined, ...USER_ROLES]) {
    for (const { method, path, permissions } of routesOf(box)) {
      if (ENDLESS.includes(path)) continue;
      const [permission = "look"] = permissions;
      const { proof }: Permission = PERMISSIONS[permission];
      // Signing in and out, and what proves by itself who asks, has tests of its own.
      if (permission === "sign-in" || permission === "reset") continue;
      const name = role === undefined ? undefined : NAMES[role];
      const opened = name && (await box.send("POST", "/api/session", { name, pin: PIN }));
      const cookie = opened ? (opened.headers.get("set-cookie")?.split(";", 1)[0] ?? "") : "";
      const order = { name, pin: PIN, reason: "cleaning", minutes: 5 };
      const body = method === "GET" ? undefined : proof === "order" && name !== undefined ? order : {};
      const zone = path.replace(":id", "front");
      const { status } = await box.send(method, zone, body, { cookie });
      // An order without a name cannot be read.
      const stopped =
        proof === "order" && role === undefined ? status === 400 : status === 401 || status === 403;
      if (stopped === mayDo(role, permission))
        wrong.push(`${method} ${path} as ${role ?? "nobody"}: ${status}, ${whoMay(permission)}`);
      if (role !== undefined && status === 401) wrong.push(`${method} ${path} as ${role} is not signed in`);
    }
  }
  assert.deepEqual(wrong, []);
});

test("calm commands, looking and stopping need nobody's name, and what changes anything is for people", () => {
  for (const id of ["look", "calm", "cameras.run", "bypass.end"] as const)
    for (const role of [undefined, ...USER_ROLES]) assert.ok(mayDo(role, id), `${id} as ${role}`);
  const ids = Object.keys(PERMISSIONS) as PermissionId[];
  for (const id of ids.filter((one) => one.endsWith(".change"))) {
    assert.ok(!mayDo(undefined, id) && !mayDo("operator", id) && mayDo("maintenance", id), id);
    assert.equal(mayDo("supervisor", id), id === "zones.change", id);
  }
  // Who has more to say may never do less.
  for (const id of ids)
    for (const [i, role] of USER_ROLES.entries())
      for (const higher of USER_ROLES.slice(i)) assert.ok(!mayDo(role, id) || mayDo(higher, id), id);
  assert.equal(whoMay("zones.change"), "Changing zones needs a supervisor or maintenance");
  assert.equal(whoMay("people.change"), "Changing people needs maintenance");
  assert.equal(whoMay("walk"), "The walk test needs an operator, a supervisor or maintenance");
});
