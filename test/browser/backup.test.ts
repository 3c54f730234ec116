/** The pages about backups by touch, over a box that says what each state needs. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { wait } from "../../server/base/clock.ts";
import type { BackupAnswer, InspectionView } from "../../server/http/backup.ts";
import { openPanel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { look, SIZES } from "./look.ts";
import { furnish, lastly, onlyRefusals, write } from "./outputs-lab.ts";
import { startStub } from "./stub.ts";
import { button, shown, typePin } from "./touch.ts";

const skip = missing.chromium();
const NONE: BackupAnswer = {
  ...{
    last: null,
    running: null,
    failed: null,
    daily: null,
    dailySecrets: false,
    seen: null,
    canGoBack: false,
  },
};
const FILE = "palisade-0011223344556677-20261121-083048.tar.gz";
const SEEN: InspectionView = {
  ...{ id: "7", madeAt: "2026-11-20T08:30:48.000Z", version: "0.1.0", site: "Press 4", own: false },
  ...{ fingerprint: "0011223344556677", mode: "replaces", trail: { seq: 1_248, code: "A", ok: true } },
  here: { seq: 57, code: "B" },
  changes: ["Camera Front is added", "Zone Cell is added", "Tests: relay test every 7 days becomes 14 days"],
  ...{ people: ["Max", "Sam"], models: [], secrets: true, pinsFit: false, passwordsFit: false },
};

describe("the pages about backups", { concurrency: 1 }, () => {
  for (const size of SIZES)
    test(`somebody sets a folder, backs up, looks at a file and brings it back at ${size.width}x${size.height}`, {
      skip,
    }, async () => {
      await using stub = await startStub();
      furnish(stub);
      let state: BackupAnswer = NONE;
      stub.answer("GET /api/backup", () => ({ status: 503, body: { detail: "There is no database" } }));
      await using panel = await openPanel({ url: stub.url, ...size });
      const faults: string[] = [];
      const see = async (name: string): Promise<void> => void faults.push(...(await look(panel, name, size)));
      await button(panel, "Maintenance").tap();
      await panel.page.getByRole("button", { name: "Sam" }).tap();
      await typePin(panel, "730146");
      await button(panel, "Unlock").tap();
      await button(panel, "Open backups").tap();
      await shown(panel, "There is no database");
      await see("backup-gone");
      await button(panel, "Back").tap();
      stub.answer("GET /api/backup", () => ({ body: state }));
      await button(panel, "Open backups").tap();
      await shown(panel, "No backup was made yet");
      await see("backup-none");

      await button(panel, "Change").tap();
      await write(panel, "Folder", "/media/usb");
      await see("backup-daily");
      stub.answer("PUT /api/backup/target", () => {
        state = { ...NONE, daily: { folder: "/media/usb", keep: 8, dueDays: 3 } };
        return { body: state };
      });
      await button(panel, "More files").tap();
      await button(panel, "Save").tap();
      await shown(panel, "Into /media/usb, 8 files kept");
      assert.deepEqual(lastly(stub, "PUT").body, { folder: "/media/usb", keep: 8, dueDays: 3 });

      stub.answer("POST /api/backup", () => ({
        status: 409,
        body: {
          detail:
            'The folder "/media/usb" of the backups cannot be used: it is not there; plug its disk in, or choose another one',
        },
      }));
      await button(panel, "Back up now").tap();
      await shown(panel, /is not there; plug its disk in/);
      await see("backup-refused");
      stub.answer("POST /api/backup", () => {
        const wallAt = new Date(Date.now() - 3 * 3_600_000).toISOString();
        state = {
          ...state,
          last: { wallAt, file: FILE, bytes: 41_000_000, secrets: false, folder: "/media/usb" },
          canGoBack: true,
        };
        return { body: state, afterMs: 2_500 };
      });
      await wait(550); // the same order again within half a second is a bounce
      await button(panel, "Back up now").tap();
      await shown(panel, "A backup is being made. Everything else goes on.");
      await shown(panel, "The backup is made");
      await shown(panel, /ago/);
      await see("backup-made");

      stub.answer("POST /api/restore", () => {
        state = { ...state, seen: SEEN };
        return { body: SEEN };
      });
      await panel.page
        .getByLabel("A backup", { exact: true })
        .setInputFiles({ name: FILE, mimeType: "application/gzip", buffer: Buffer.from("x") });
      await shown(panel, "What would change");
      await shown(panel, "Zone Cell is added");
      assert.ok(await button(panel, "Restore it").isDisabled(), "it needs a reason");
      await write(panel, "Why", "disk");
      await write(panel, "Passphrase", "abcdefghijkl");
      await see("backup-seen");
      stub.answer("POST /api/restore/apply", () => ({ status: 202, body: { ok: true } }));
      await button(panel, "Restore it").tap();
      await wait(350); // the pad takes a touch that soon for a bounce
      await typePin(panel, "730146");
      await see("backup-pin");
      await button(panel, "Restore it").last().tap();
      await shown(panel, "The box begins anew with the backup");
      const order = { id: "7", name: "Sam", pin: "730146", reason: "disk", passphrase: "abcdefghijkl" };
      assert.deepEqual(lastly(stub, "POST").body, order);
      assert.deepEqual(faults, []);
      assert.deepEqual(
        onlyRefusals(panel).filter((error) => !/status of (503|409)/.test(error)),
        [],
      );
    });
});
