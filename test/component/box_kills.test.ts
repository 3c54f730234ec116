/** A whole box killed while it publishes: the next start has the old version or the new one, dropped, and its chain holds. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { wait } from "../../server/base/clock.ts";
import { DEMONSTRATION_FOLDER } from "../../server/demonstration.ts";
import type { VersionList } from "../../server/http/versions.ts";
import { type Box, startBox } from "../support/box.ts";

const PIN = "730146";
const PROVISION = {
  cameras: [{ id: "side", name: "Side", source: `file:${DEMONSTRATION_FOLDER}/cell-side.mp4`, fps: 10 }],
  boards: [{ id: "sim", driver: "simulated", channels: 4 }],
  users: [{ name: "Sam", role: "supervisor", pin: PIN }],
};
/** From before the request is read to after the new guard is there. */
const AFTER_MS = [0, 5, 10, 20, 40, 80, 160] as const;
const skip =
  process.env.PALISADE_EVERY_KILL === "1"
    ? false
    : "eight starts of a box; store_kills has every write of it; cure: PALISADE_EVERY_KILL=1";

async function signIn(box: Box): Promise<{ cookie: string }> {
  const { headers } = await box.send("POST", "/api/session", { name: "Sam", pin: PIN });
  return { cookie: headers.get("set-cookie")?.split(";", 1)[0] ?? "" };
}

test("kill -9 of a box at any time of a publication leaves the old version or the new one", {
  skip,
}, async (t) => {
  const data = mkdtempSync(join(tmpdir(), "palisade-box-kills-"));
  try {
    let before = { version: 1, relayDays: 7 };
    const found: string[] = [];
    for (const ms of [...AFTER_MS, undefined]) {
      await using box = await startBox({ data, provision: PROVISION });
      const session = await signIn(box);
      const { tests } = (await box.get<{ tests: { relayDays: number } }>("/api/settings", session)).body;
      const [row] = (await box.get<VersionList>("/api/versions", session)).body.versions;
      assert.ok(row?.inForce, "the newest is in force");
      assert.deepEqual((await box.view()).faults, []);
      assert.equal((await box.get<{ ok: boolean }>("/api/audit/verify")).body.ok, true);
      const is = { version: row.version, relayDays: tests.relayDays };
      const after = { version: before.version + 1, relayDays: before.relayDays + 1 };
      assert.deepEqual(is, is.version === before.version ? before : after);
      found.push(is.version === before.version ? "old" : "new");
      before = is;
      if (ms === undefined) break;
      const wanted = { tests: { relayDays: is.relayDays + 1 } };
      const asked = box.send("PUT", "/api/settings", wanted, session).catch(() => undefined);
      await wait(ms);
      await box.kill9();
      await asked;
    }
    t.diagnostic?.(`after ${AFTER_MS.join(", ")} ms; at the next start: ${found.slice(1).join(", ")}`);
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
});
