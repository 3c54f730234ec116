/**
 * A whole box killed while it brings a backup back: the next start has the settings from before or those of the backup,
 * never a mixture, every output dropped, and a record that holds.
 */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import type { TrailReport } from "../../server/http/audit.ts";
import type { InspectionView } from "../../server/http/backup.ts";
import { watchBoard } from "../support/board-watch.ts";
import { type Box, startBox } from "../support/box.ts";
import { emptyCell } from "../support/empty-cell.ts";
import { makeEmptyFilm } from "../support/footage.ts";
import { energise } from "../support/operator.ts";

const PIN = "730146";
const RESTORED_DAYS = 7;
/** Long: a camera that is late on a busy machine lets nobody reset. */
const LIMIT_MS = 120_000;
/** From before the order is read to after the next run of the box has begun; its names change within the first second. */
const AFTER_MS = [0, 5, 20, 60, 120, 250, 500, 1_000, 2_000] as const;
const skip =
  process.env.PALISADE_EVERY_KILL === "1"
    ? false
    : "ten starts of a box; backup.test.ts has every step of it; cure: PALISADE_EVERY_KILL=1";

async function signIn(box: Box): Promise<{ cookie: string }> {
  const { headers } = await box.send("POST", "/api/session", { name: "Max", pin: PIN });
  return { cookie: headers.get("set-cookie")?.split(";", 1)[0] ?? "" };
}

type Days = { readonly tests: { readonly relayDays: number } };

test("kill -9 of a box at any time after a restore was ordered leaves the old box or the new one, dropped", {
  skip,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "palisade-restore-kills-"));
  const data = join(folder, "data");
  try {
    await makeEmptyFilm(join(folder, "empty.mp4"));
    const provision = {
      ...emptyCell(join(folder, "empty.mp4")),
      users: [{ name: "Max", role: "maintenance", pin: PIN }],
    };
    let file: Uint8Array<ArrayBuffer> | undefined;
    /** What the box was when it was killed, and whether it had said that the order is taken. */
    let before = { relayDays: RESTORED_DAYS, restored: 0, taken: false };
    const found: string[] = [];
    for (const ms of [...AFTER_MS, undefined]) {
      await using box = await startBox({ data, provision });
      assert.notEqual(box.board("sim")?.channels[0], true, "the permit is dropped");
      const session = await signIn(box);
      const { tests } = (await box.get<Days>("/api/settings", session)).body;
      const report = (await box.get<TrailReport>("/api/audit/verify")).body;
      assert.deepEqual([report.ok, report.faults], [true, []]);
      const restored = report.restored?.length ?? 0;
      const isNew = restored > before.restored;
      assert.equal(restored, before.restored + (isNew ? 1 : 0));
      assert.equal(tests.relayDays, isNew ? RESTORED_DAYS : before.relayDays, "settings and record agree");
      assert.ok(isNew || !before.taken, "what was taken is done");
      assert.ok(!existsSync(join(data, "restore")), "nothing of it is left");
      found.push(isNew ? "new" : "old");
      if (ms === undefined) break;

      file ??= await taken(box, session);
      const relayDays = RESTORED_DAYS + found.length;
      await box.send("PUT", "/api/settings", { tests: { relayDays } }, session);
      using board = watchBoard(box);
      await energise(box, board, LIMIT_MS);
      const { id } = await seen(box, session, file);
      const order = { id, name: "Max", pin: PIN, reason: "Back to what was tested" };
      const asked = box.send("POST", "/api/restore/apply", order).then(
        ({ status }) => status === 202,
        () => false,
      );
      await wait(ms);
      const at = monotonicMs();
      await box.kill9();
      await board.permit(false, LIMIT_MS, at);
      before = { relayDays, restored, taken: await asked };
    }
    t.diagnostic?.(`after ${AFTER_MS.join(", ")} ms; at the next start: ${found.slice(1).join(", ")}`);
    assert.ok(found.includes("new"), "some kills came after the order");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

async function taken(box: Box, session: Record<string, string>): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await fetch(`${box.url}/api/backup`, {
    ...{ method: "POST", body: "{}" },
    headers: { ...session, "content-type": "application/json" },
  });
  assert.equal(answer.status, 200);
  return new Uint8Array(await answer.arrayBuffer());
}

async function seen(
  box: Box,
  session: Record<string, string>,
  body: Uint8Array<ArrayBuffer>,
): Promise<InspectionView> {
  const headers = { ...session, "content-type": "application/octet-stream" };
  const answer = await fetch(`${box.url}/api/restore`, { method: "POST", headers, body });
  assert.equal(answer.status, 200);
  return (await answer.json()) as InspectionView;
}
