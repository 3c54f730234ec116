/** A new box from its first person to a forgotten PIN, with its real processes, its database and its shell. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type SchemaName, schemas } from "../../server/http/schemas.ts";
import type { PersonRow } from "../../server/store/protocol.ts";
import { type Box, startBox } from "../support/box.ts";
import type { Problem } from "../support/operator.ts";
import { program, ROOT } from "../support/runtime.ts";

const MAX = { name: "Max", pin: "918273" };
const PROVISION = { site: { name: "Press 4" } };

interface Wrong extends Problem {
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

function conforms(name: SchemaName, body: unknown): void {
  const parsed = schemas[name].safeParse(body);
  assert.ok(parsed.success, `${name}: ${parsed.error?.message}\n${JSON.stringify(body)}`);
  assert.deepEqual(JSON.parse(JSON.stringify(parsed.data)), body, `${name} has members of its own`);
}

const cookieOf = (headers: Headers): { cookie: string } => ({
  cookie: headers.get("set-cookie")?.split(";", 1)[0] ?? "",
});

async function pinReset(data: string, ...name: readonly string[]): Promise<{ code: number; out: string }> {
  const { command, args } = program("server/palisade.ts");
  const child = spawn(command, [...args, "pin", "reset", ...name], {
    cwd: ROOT,
    env: { ...process.env, PALISADE_DATA: data },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk) => {
      out += chunk;
    });
  const [code] = (await once(child, "close")) as [number];
  return { code, out };
}

async function signIn(box: Box, who: { name: string; pin: string }) {
  const { status, headers, body } = await box.send<{ kind?: string }>("POST", "/api/session", who);
  return { status, kind: body.kind, ...cookieOf(headers) };
}

test("a new box gets its first person at its own screen, others by them, and a lost PIN anew from its shell", async () => {
  const data = await mkdtemp(join(tmpdir(), "palisade-people-"));
  try {
    {
      await using box = await startBox({ data, provision: PROVISION });
      assert.deepEqual((await box.get("/api/setup")).body, { needed: true, here: true });
      const afar = { "x-forwarded-for": "10.0.0.5" };
      assert.deepEqual((await box.get("/api/setup", afar)).body, { needed: true, here: false });
      assert.equal((await box.send("POST", "/api/setup", MAX, afar)).status, 403);
      const weak = await box.send<Wrong>("POST", "/api/setup", { ...MAX, pin: "123456" });
      assert.deepEqual([weak.status, weak.body.errors?.[0]?.path], [400, "pin"]);
      const made = await box.send("POST", "/api/setup", MAX);
      assert.equal(made.status, 201);
      conforms("Session", made.body);
      assert.equal((await box.send("POST", "/api/setup", { name: "Eve", pin: "564738" })).status, 409);
      assert.deepEqual((await box.get("/api/setup")).body, { needed: false, here: true });

      const max = cookieOf(made.headers);
      const sam = { name: "Sam", role: "supervisor", pin: "730146", badge: "0009148825", reason: "new" };
      const added = await box.send<PersonRow>("POST", "/api/users", sam, max);
      assert.equal(added.status, 201);
      conforms("UserSaved", added.body);
      const path = `/api/users/${added.body.id}`;
      assert.equal((await box.send("POST", "/api/users", { ...sam, reasonCode: "fun" }, max)).status, 400);
      assert.equal((await box.send("POST", "/api/users", sam, max)).status, 409);
      assert.deepEqual((await box.send("POST", "/api/badge", { badge: "0009148825" })).body, {
        name: "Sam",
        role: "supervisor",
      });
      assert.equal((await box.send("POST", "/api/badge", { badge: "4711-x" })).status, 404);

      const first = await signIn(box, { name: "Sam", pin: "730146" });
      const second = await signIn(box, { name: "Sam", pin: "730146" });
      assert.equal(first.kind, "step-up");
      assert.equal((await box.send("GET", "/api/users", undefined, { cookie: first.cookie })).status, 403);
      const used = await box.get("/api/zones", { cookie: first.cookie });
      assert.ok(Number(used.headers.get("palisade-session-left")) > 40_000);
      // A PIN of one's own, and with it every session of theirs has ended.
      const own = (body: object) => box.send<Wrong>("PUT", "/api/session/pin", { name: "Sam", ...body });
      assert.equal((await own({ pin: "730146", newPin: "7301" })).status, 400);
      assert.equal((await own({ pin: "730146", newPin: "730146" })).status, 400);
      assert.equal((await own({ pin: "111222", newPin: "518273" })).status, 401);
      assert.equal((await own({ pin: "730146", newPin: "518273" })).status, 200);
      for (const { cookie } of [first, second])
        assert.equal((await box.get("/api/zones", { cookie })).status, 401, "its PIN is another one");
      assert.equal((await box.get("/api/users", max)).status, 200);

      // From the shell, beside the box that runs.
      const again = await signIn(box, { name: "Sam", pin: "518273" });
      assert.match((await pinReset(data, "Nobody")).out, /there are Max \(maintenance\), Sam \(supervisor\)/);
      const { code, out } = await pinReset(data, "sam");
      const [, pin = ""] = /The new PIN of Sam is (\d{6});/.exec(out) ?? [];
      assert.equal(code, 0, out);
      assert.equal((await box.get("/api/zones", { cookie: again.cookie })).status, 401);
      assert.equal((await signIn(box, { name: "Sam", pin: "518273" })).status, 401);
      const reset = await signIn(box, { name: "Sam", pin });
      assert.equal(reset.status, 200);

      assert.equal((await box.send("DELETE", path, undefined, max)).status, 204);
      assert.equal((await box.get("/api/zones", { cookie: reset.cookie })).status, 401, "kept out at once");
      assert.equal((await box.get("/api/badge", max)).status, 404);
      assert.equal((await box.send("POST", "/api/badge", { badge: "0009148825" })).status, 404);
      assert.deepEqual(
        (await box.get<readonly { name: string }[]>("/api/people")).body.map(({ name }) => name),
        ["Max"],
      );
      assert.equal(await box.stop(), 0);
    }
    const { out } = await pinReset(data, "Max");
    const [, pin = ""] = /The new PIN of Max is (\d{6});/.exec(out) ?? [];
    await using box = await startBox({ data, provision: PROVISION });
    assert.equal((await signIn(box, MAX)).status, 401);
    assert.equal((await signIn(box, { ...MAX, pin })).status, 200);
    const { body: trail } = await box.get<readonly Record<string, unknown>[]>("/api/audit");
    const told = trail
      .filter(({ objectType }) => objectType === "user")
      .map(({ action, actor, reason }) => `${action} by ${actor}: ${reason}`);
    assert.deepEqual(told.toReversed(), [
      "user.added by panel: first person",
      "user.added by Max: new",
      "user.changed by Sam: own PIN",
      "user.changed by shell: PIN reset at the box",
      "user.removed by Max: null",
      "user.changed by shell: PIN reset at the box",
    ]);
    assert.ok((await box.get<{ ok: boolean }>("/api/audit/verify")).body.ok);
    for (const secret of ["918273", "518273", pin, "0009148825"])
      assert.ok(!JSON.stringify(trail).includes(secret), "a PIN or a badge is in the record");
  } finally {
    await rm(data, { recursive: true, force: true });
  }
});
