/** Clips by touch: from the history of alarms and from Maintenance; played, stepped, sought, taken along, deleted. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import type { ClipAnswer, ListedClip, StorageAnswer } from "../../server/http/clips.ts";
import { openPanel, type Panel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { ROOT } from "../support/runtime.ts";
import { until } from "../support/until.ts";
import { look, SIZES } from "./look.ts";
import { furnish } from "./outputs-lab.ts";
import { startStub } from "./stub.ts";
import { button, shown, typePin } from "./touch.ts";

const skip = missing.chromium();
const JPEGS = ["empty", "golden"].map((name) => readFileSync(`${ROOT}models/demo/${name}.jpg`));
const AT = Date.now() - 3 * 3_600_000;
const HASH = "7f3a".repeat(16);
const PICTURES = 40;

const clip = (n: number, more: Partial<ListedClip> = {}): ListedClip => ({
  ...{ id: `clip-${n}`, camera: "front", cameraName: "Front", cycle: 42 - n, wallAt: AT - n * 3_600_000 },
  events: [
    {
      ...{ alarm: "zone.stop.occupied:cell", occurrence: `a@${n}`, text: "Person in Cell" },
      ...{ wallAt: AT - n * 3_600_000 + 1_500, ms: 1_500 },
    },
  ],
  ended: { durationMs: 3_900, pictures: PICTURES, bytes: 5_800_000, sha256: HASH, lost: 0, cut: false },
  ...more,
});
const { ended: _, ...GOING_ON } = clip(0);
const CLIPS: readonly ListedClip[] = [
  { ...GOING_ON, id: "clip-now" },
  ...Array.from({ length: 12 }, (_, n) => clip(n + 1)),
];
const WHOLE: ClipAnswer = {
  ...clip(1),
  zones: [
    {
      ...{ id: "cell", name: "Cell", kind: "stop" },
      polygon: [
        [0.2, 0.5],
        [0.8, 0.5],
        [0.8, 0.9],
        [0.2, 0.9],
      ],
    },
  ],
  times: Array.from({ length: PICTURES }, (_, n) => n * 100),
};
const STORAGE: StorageAnswer = {
  disk: { freeBytes: 82e9, totalBytes: 128e9 },
  parts: [
    { part: "record", files: 12, bytes: 210e6 },
    { part: "exports", files: 2, bytes: 1.2e6 },
    { part: "pictures", files: 120, bytes: 4.1e6 },
    { part: "clips", files: 26, bytes: 71e6 },
    { part: "models", files: 4, bytes: 44e6 },
    { part: "other", files: 40, bytes: 9e6 },
  ],
  clips: {
    ...{ count: 13, bytes: 71e6, oldestWallAt: AT - 12 * 3_600_000, newestWallAt: AT },
    limits: {
      ...{ keep: 1_000, keepMegabytes: 2_000, keepDays: 30, keepFreeMegabytes: 2_000 },
      ...{ beforeSeconds: 10, afterSeconds: 20 },
    },
    ...{ recording: ["front"], missed: 1, memoryBytes: 9.6e6 },
  },
  trimmed: [
    { wallAt: new Date(AT).toISOString(), why: "room", clips: 4, bytes: 22e6, from: AT - 9e8, to: AT - 8e8 },
    { wallAt: new Date(AT - 1).toISOString(), why: "room", pictures: 9, bytes: 6e5, from: AT - 9e8, to: AT },
  ],
};
const EVENTS = [
  { event: "recorded", clip: "clip-1" },
  { event: "not-recorded", reason: "The camera gave no picture" },
  { event: "raise" },
].map((more, n) => ({
  ...{
    seq: 50 - n,
    at: new Date(AT - n * 1_000).toISOString(),
    alarm: "zone.stop.occupied:cell",
    priority: 1,
  },
  ...{ definition: "zone.stop.occupied", source: "cell", text: "Person in Cell", ...more },
}));

/** The number of the picture that is drawn. */
const drawn = async (panel: Panel): Promise<number> =>
  Number(await panel.page.locator(".clipStage canvas").getAttribute("data-picture"));

async function seen(what: string, check: () => Promise<boolean>): Promise<void> {
  await until({ what, ms: 8_000, check });
}

describe("clips by touch", { concurrency: 1 }, () => {
  for (const size of SIZES)
    test(`at ${size.width}x${size.height}`, { skip }, async () => {
      await using stub = await startStub();
      furnish(stub);
      stub.answer("GET /api/alarms/history", () => ({ body: EVENTS }));
      stub.answer("GET /api/clips", ({ path }) => ({ body: path.includes("camera=side") ? [] : CLIPS }));
      stub.answer("GET /api/storage", () => ({ body: STORAGE }));
      stub.answer("GET /api/clips/*", () => ({ body: WHOLE }));
      stub.answer("GET /api/clips/clip-now", () => ({ body: { ...WHOLE, ...GOING_ON, times: [] } }));
      stub.answer("GET /api/clips/*/pictures/*", ({ path }) => {
        const n = Number(path.split("/").at(-1));
        return { body: JPEGS[n < 15 ? 0 : 1] };
      });
      await using panel = await openPanel({ url: stub.url, ...size });
      const faults: string[] = [];
      const see = async (state: string): Promise<void> =>
        void faults.push(...(await look(panel, state, size)));

      // From the history, and back to where one was.
      await button(panel, "Alarms").tap();
      await button(panel, "History").tap();
      await shown(panel, "No clip was recorded");
      await see("clips-history");
      await button(panel, "Show the clip").tap();
      await shown(panel, /^RECORDED /);
      await shown(panel, "1.5 s before the event");
      await seen("the first picture", async () => (await drawn(panel)) === 0);
      assert.equal(await button(panel, "Step back").isDisabled(), true);
      await button(panel, "Step forward").tap();
      await seen("the second picture", async () => (await drawn(panel)) === 1);
      await button(panel, "To the event").tap();
      await seen("the picture of the event", async () => (await drawn(panel)) === 15);
      await shown(panel, "0.0 s after the event");
      await see("clip");
      const stage = (await panel.page.locator(".clipStage").boundingBox()) ?? assert.fail();
      assert.ok(stage.height >= 35 * size.mm, `${stage.height / size.mm} mm of picture`);
      await button(panel, "Play").tap();
      await button(panel, "Pause").waitFor();
      const began = performance.now();
      await button(panel, "Play").waitFor({ timeout: 15_000 });
      assert.equal(await drawn(panel), PICTURES - 1);
      assert.ok(performance.now() - began > 1_800, "at the pace at which it was taken");
      const slider = panel.page.getByRole("slider", { name: "Place in the clip" });
      const bar = (await slider.boundingBox()) ?? assert.fail();
      assert.ok(bar.height >= 15 * size.mm - 1);
      await panel.page.touchscreen.tap(bar.x + bar.width / 2, bar.y + bar.height / 2);
      await seen("a picture in the middle", async () => Math.abs((await drawn(panel)) - 20) <= 2);
      await panel.page.locator(".head button").first().tap();
      await shown(panel, "No clip was recorded");

      // Maintenance: what is kept, and what a senior may do with it.
      await button(panel, "Maintenance").tap();
      await panel.page.getByRole("button", { name: "Sam" }).tap();
      await typePin(panel, "730146");
      await button(panel, "Unlock").tap();
      stub.answer("GET /api/storage", () => ({
        status: 503,
        body: { detail: "The box is too busy to answer" },
      }));
      await button(panel, "Open storage").tap();
      await shown(panel, "The box is too busy to answer");
      await see("storage-failed");
      stub.answer("GET /api/storage", () => ({ body: STORAGE }));
      await button(panel, "Try again").tap();
      await shown(panel, "82.0 GB free of 128.0 GB");
      await shown(panel, "Of 1 event since the start no clip could be kept.");
      await see("storage");
      await button(panel, "Side").tap();
      await shown(panel, "There is no such clip");
      await see("storage-none");
      await panel.page.getByRole("button", { name: "All cameras", exact: true }).tap();
      await panel.page.getByText("being recorded").tap();
      await shown(panel, "This clip is still being recorded");
      await see("clip-recording");
      await panel.page.locator(".head button").first().tap();
      await panel.page.locator(".rows .row").nth(1).tap();
      await shown(panel, /^RECORDED /);
      await see("clip-deeds");

      stub.answer("POST /api/clips/*/export", () => ({
        body: { path: "/api/clips/clip-1/file", bytes: 5_800_000, sha256: HASH, minutes: 60 },
      }));
      await button(panel, "Export").tap();
      assert.equal(await button(panel, "Write it down").isDisabled(), true);
      await button(panel, "What it is for").tap();
      await panel.page.locator(".write input").fill("Accident report 12");
      await button(panel, "Done").tap();
      await button(panel, "Incident").tap();
      await see("clip-export");
      await button(panel, "Write it down").tap();
      await shown(panel, "It is in the record");
      await see("clip-exported");
      assert.deepEqual(stub.asked.at(-1)?.body, { reason: "Accident report 12", reasonCode: "incident" });
      await panel.page.locator(".head button").first().tap();

      stub.answer("POST /api/clips/*/delete", () => ({ body: { ok: true } }));
      await button(panel, "Delete").tap();
      await button(panel, "Recorded by mistake").tap();
      await see("clip-delete");
      await button(panel, "Delete the clip").tap();
      await shown(panel, "The clip is deleted");
      const deleted = stub.asked.find(({ path }) => path.endsWith("/delete"));
      assert.deepEqual(
        [deleted?.path, deleted?.body],
        ["/api/clips/clip-1/delete", { reason: "Recorded by mistake" }],
      );
      await shown(panel, "82.0 GB free of 128.0 GB");
      assert.deepEqual(faults, []);
    });
});
