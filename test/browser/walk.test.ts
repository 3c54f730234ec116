/** The walk test's pages on three panels, by touch, over a box that says what each test needs. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { WalkView } from "../../server/domain/view.ts";
import type { WalkAttempt } from "../../server/domain/walk_test.ts";
import type { WalkTests } from "../../server/http/walk_tests.ts";
import { openPanel, type Panel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { until } from "../support/until.ts";
import { look, SIZES, type Size } from "./look.ts";
import { furnish, lastly, onlyRefusals, ZONES } from "./outputs-lab.ts";
import { become, PROFILES, UPRIGHT } from "./profiles.ts";
import { type Stub, startStub } from "./stub.ts";
import { button, shown, typePin } from "./touch.ts";

const skip = missing.chromium();
const NOW = Date.UTC(2026, 10, 21, 8, 30);
const DAY = 24 * 60 * 60_000;
const POINTS = [
  [0.24, 0.44],
  [0.46, 0.86],
  [0.46, 0.44],
  [0.24, 0.86],
  [0.35, 0.64],
] as const;

const seen = (point: number, ms?: number): WalkAttempt => ({
  ...{ point, outcome: "detected", score: 0.91, foot: [0.3, 0.5] },
  drops: [
    ms === undefined
      ? { output: "permit", kind: "already" }
      : { output: "permit", kind: "proven", ms, contact: true },
  ],
});
const MISSED: WalkAttempt = { point: 1, outcome: "missed", drops: [] };
const SKIPPED: WalkAttempt = { point: 3, outcome: "skipped", reason: "The press stands there", drops: [] };
const ALL = [seen(0, 148.3), MISSED, seen(2), SKIPPED, seen(4, 131)];

const WALK: WalkView = {
  ...{ test: "t1", zone: "cell", name: "Cell", camera: "front", by: "Sam", points: POINTS, reach: 0.06 },
  ...{ phase: "clearing", point: 0, measures: false, seen: false, attempts: [], leftMs: 14 * 60_000 },
};

const RECORD: WalkTests["records"][number] = {
  ...{ test: "t0", wallAt: NOW - DAY, begunWallAt: NOW - DAY - 200_000, by: "Kim", role: "operator" },
  ...{ zone: "cell", name: "Cell", camera: "front", model: "palisade-person-256x416" },
  ...{ outcome: "passed", why: null, points: POINTS, attempts: [0, 1, 2, 3, 4].map((n) => seen(n, 120 + n)) },
};

const TESTS: WalkTests = {
  zones: [
    {
      ...{ zone: "cell", name: "Cell", refusals: [] },
      due: { lastWallAt: NOW - DAY, dueWallAt: NOW, overdue: true },
      rate: {
        ...{ walked: 60, detected: 58 },
        days: Array.from({ length: 6 }, (_, i) => ({
          day: `2026-11-${20 - i}`,
          walked: 10,
          detected: i === 2 ? 8 : 10,
        })),
      },
    },
    {
      ...{ zone: "store", name: "Store", refusals: ["No run permit follows Store: bind one under Outputs"] },
      due: { lastWallAt: null, dueWallAt: null, overdue: false },
      rate: { walked: 0, detected: 0, days: [] },
    },
  ],
  records: [
    RECORD,
    { ...RECORD, test: "t-1", wallAt: NOW - 2 * DAY, outcome: "failed", attempts: ALL },
    { ...RECORD, test: "t-2", wallAt: NOW - 3 * DAY, outcome: "cancelled", why: "time", attempts: [MISSED] },
  ],
};

/** What is wrong, by day. */
const WRONG = "rgb(179, 0, 27)";
const colourOf = (one: Element): string => getComputedStyle(one).color;

/** On a 7 inch panel, upright too, the order and its answers are in sight without scrolling. */
async function inSight({ page }: Panel, size: Size): Promise<void> {
  const [, , , , seven] = PROFILES;
  for (const panel of [seven, UPRIGHT]) {
    await become(page, panel, "day");
    const bar = await page.locator(".bar").boundingBox();
    for (const part of [".now strong", ".deeds .primary"]) {
      const box = await page.locator(part).boundingBox();
      assert.ok(box !== null && bar !== null && box.y + box.height <= bar.y, `${part} lies under the bar`);
    }
  }
  await page.setViewportSize(size);
  await page.evaluate(() => history.replaceState(null, "", "/"));
  await page.evaluate(() => dispatchEvent(new Event("resize")));
}

/** The box was asked this. */
async function asks(stub: Stub, path: string, body: unknown): Promise<void> {
  const asked = (): boolean => lastly(stub, "POST").path === path;
  await until({ what: `the box is asked ${path}`, ms: 5_000, check: asked });
  assert.deepEqual(lastly(stub, "POST").body, body);
}

async function enter(panel: Panel): Promise<void> {
  await button(panel, "Maintenance").tap();
  await panel.page.getByRole("button", { name: "Sam" }).tap();
  await typePin(panel, "730146");
  await button(panel, "Unlock").tap();
  await button(panel, "Open walk tests").tap();
}

/** What the box says while somebody walks. */
function walk(stub: Stub, change: Partial<WalkView>): void {
  stub.tell({ walk: { ...WALK, ...change } });
}

/** One person from the first point to the record, and what was asked of the box meanwhile. */
async function walkThrough(
  stub: Stub,
  panel: Panel,
  size: Size,
  see: (state: string) => Promise<void>,
): Promise<void> {
  stub.answer("POST /api/walk-tests", () => {
    walk(stub, {});
    return { body: { ok: true } };
  });
  stub.answer("POST /api/walk-tests/*", () => ({ body: { ok: true } }));
  await button(panel, "Begin walk test").tap();
  await shown(panel, "Leave the zone");
  await asks(stub, "/api/walk-tests", { zone: "cell" });
  await see("walk-clearing");
  stub.tell({ zones: ZONES.map((zone) => ({ ...zone, verdict: "blind" as const })) });
  await shown(panel, "Wait: Front sees nothing");
  assert.equal(
    await panel.page.getByText("Leave the zone").count(),
    0,
    "nobody could see that it is followed",
  );
  stub.tell({ zones: ZONES });
  walk(stub, { phase: "awaiting", measures: true });
  await shown(panel, "Walk to point 1");
  await see("walk-to");
  walk(stub, { phase: "entered", measures: true });
  await shown(panel, "In the zone. Stand on point 1");
  await see("walk-stand");
  walk(stub, { point: 1, attempts: [seen(0, 148.3)] });
  await shown(panel, "148 ms");
  await see("walk-came");
  walk(stub, { phase: "awaiting", point: 1, attempts: [seen(0, 148.3)] });
  await shown(panel, /reset it to measure its drop/);
  await button(panel, "I stand there, not seen").tap();
  await asks(stub, "/api/walk-tests/answer", { outcome: "missed", point: 1, attempts: 1 });
  walk(stub, { phase: "awaiting", point: 3, attempts: ALL.slice(0, 3) });
  await shown(panel, "Walk to point 4");
  await see("walk-missed");
  if (size === SIZES[0]) await inSight(panel, size);
  await button(panel, "Skip point").tap();
  await panel.page.locator(".line input:focus").waitFor();
  await panel.page.keyboard.type("The press stands there");
  await panel.page.keyboard.press("Enter");
  const skipped = { outcome: "skipped", reason: "The press stands there", point: 3, attempts: 3 };
  await until({
    what: "the box is told why",
    ms: 5_000,
    check: () => isDeepStrictEqual(lastly(stub, "POST").body, skipped),
  });
  const { point: _, ...review } = { ...WALK, phase: "review" as const, attempts: ALL };
  stub.tell({ walk: review });
  await shown(panel, /will be recorded as not passed/);
  await see("walk-review");
  await button(panel, "Point 2 once more").tap();
  await asks(stub, "/api/walk-tests/repeat", { point: 1 });
  const record = { ...RECORD, test: "t1", outcome: "failed" as const, attempts: ALL };
  stub.answer("GET /api/walk-tests", () => ({ body: { ...TESTS, records: [record, ...TESTS.records] } }));
  stub.answer("POST /api/walk-tests/finish", () => {
    stub.tell({ walk: undefined as never });
    return { body: { ok: true } };
  });
  await button(panel, "Save record").tap();
  await shown(panel, "Not passed");
}

describe("the walk test's pages", { concurrency: 2 }, () => {
  for (const size of SIZES)
    test(`one person walks a zone and reads what came of it at ${size.width}x${size.height}`, {
      skip,
    }, async () => {
      await using stub = await startStub();
      furnish(stub);
      stub.answer("GET /api/walk-tests", () => ({ body: TESTS }));
      await using panel = await openPanel({ url: stub.url, ...size });
      const faults: string[] = [];
      const see = async (state: string): Promise<void> =>
        void faults.push(...(await look(panel, state, size as Size)));
      await enter(panel);
      await shown(panel, /OVERDUE since 21 Nov 2026/);
      await see("walks");
      await button(panel, "Store").tap();
      await shown(panel, /bind one under Outputs/);
      assert.ok(await button(panel, "Begin walk test").isDisabled());
      await button(panel, "Back").tap();
      await button(panel, "Cell").tap();
      await shown(panel, "80 %");
      await see("walk-zone");
      const overdue = await panel.page.locator(".card .bad").first().evaluate(colourOf);
      assert.equal(overdue, WRONG, "what is wrong has its colour in a card too");
      await walkThrough(stub, panel, size, see);
      await see("walk-record");
      const verdict = await panel.page
        .locator(".verdictOf")
        .evaluate((one) => getComputedStyle(one).fontSize);
      assert.ok(Number.parseFloat(verdict) > 30, `"Not passed" is as large as "Passed": ${verdict}`);
      await button(panel, "Back").tap();
      await button(panel, "Begin walk test").waitFor();
      await button(panel, "Back").tap();
      await button(panel, "Back").tap();
      await see("workshop-walks");
      stub.answer("GET /api/walk-tests", () => ({ status: 503, body: { detail: "The database is gone" } }));
      await button(panel, "Open walk tests").tap();
      await shown(panel, "The database is gone");
      assert.deepEqual(faults, []);
      assert.deepEqual(
        onlyRefusals(panel).filter((error) => !/status of 503/.test(error)),
        [],
      );
    });
});
