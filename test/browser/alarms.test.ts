/** Alarms by touch: one by itself, a comment, a shelf, what is set aside, the history, and what is heard. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { wait } from "../../server/base/clock.ts";
import { ALARMS, type AlarmDefinitionId } from "../../server/domain/alarm.ts";
import type { StopPicture } from "../../server/domain/stop_picture.ts";
import type { AlarmView } from "../../server/domain/view.ts";
import type { AlarmEventRow } from "../../server/http/alarms.ts";
import { openPanel, type Panel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { ROOT } from "../support/runtime.ts";
import { look, SIZES } from "./look.ts";
import { become, UPRIGHT } from "./profiles.ts";
import { startStub } from "./stub.ts";
import { button, shown, typePin } from "./touch.ts";

const skip = missing.chromium();
/** After opening a dialog takes a touch for a bounce. */
const GUARD_MS = 350;

function alarm(
  definition: AlarmDefinitionId,
  source: string,
  name: string,
  more: Partial<AlarmView> = {},
): AlarmView {
  const { priority, text, response } = ALARMS[definition];
  return {
    ...{ id: `${definition}:${source}`, definition, source, priority, response, state: "unacknowledged" },
    ...{ raisedAt: Date.now() - 754_000, text: text.replace("{source}", name), version: 7, returns: 0 },
    ...more,
  };
}

const LOST = alarm("prot.camera.lost", "front", "Press left", {
  firstOut: true,
  sound: "lost",
  detail: "Camera lost: no answer from 10.0.0.9; check its power and cable",
  mayLeaveService: true,
});
const NEAR = alarm("zone.warn.occupied", "aisle", "Aisle", {
  ...{ sound: "warning", chattering: true, returns: 4, shelveMaxMs: 30 * 60_000, mayLeaveService: true },
  comment: { by: "Kim", text: "The driver waits there for the next pallet", wallAt: Date.now() },
});
const STANDS = alarm("test.overdue", "relay", "relay", {
  ...{ state: "acknowledged", acknowledgedBy: "panel", standing: true, shelveMaxMs: 8 * 3_600_000 },
});
const hiddenBy = (by: string, reason: string, minutes: number) => ({
  ...{ by, reason, present: true, untilWallAt: Date.now() + minutes * 60_000, leftMs: minutes * 60_000 },
});
const shelved = (): AlarmView =>
  alarm("out.worn", "horn", "Horn", { state: "shelved", hidden: hiddenBy("Alex", "known", 14) });
const service = (): AlarmView =>
  alarm("prot.camera.lost", "door", "Loading bay at the far end of hall 2", {
    ...{ state: "out-of-service", hidden: hiddenBy("Sam", "spare-part", 2_000) },
  });
const DARK = alarm("prot.camera.dark", "front", "Press left", {
  state: "suppressed",
  hidden: { by: LOST.id, reason: "Explained by: Camera Press left gives no picture", present: false },
});

function events(count: number): AlarmEventRow[] {
  const kinds = ["raise", "acknowledge", "commented", "clear", "reset", "shelved"] as const;
  return Array.from({ length: count }, (_, i) => ({
    ...{ seq: 1_000 - i, at: new Date(Date.now() - i * 61_000).toISOString(), alarm: LOST.id },
    ...{ definition: LOST.definition, source: "front", priority: 1, text: LOST.text },
    event: kinds[i % kinds.length] ?? "raise",
    ...(i % 3 === 0 ? { by: "Alex", reason: "known" } : {}),
  }));
}

async function touch(panel: Panel, name: string): Promise<void> {
  await button(panel, name).waitFor();
  await wait(GUARD_MS);
  await button(panel, name).tap();
}

const heard = async (panel: Panel): Promise<string | undefined> =>
  await panel.page.evaluate(() => document.documentElement.dataset.sound);

/** They mostly wait for a finger: three at a time take a small machine hardly longer than one. */
describe("alarms", { concurrency: 3 }, () => {
  for (const size of SIZES)
    test(`alarms are looked at, commented, shelved and found again at ${size.width}x${size.height}`, {
      skip,
    }, async () => {
      await using stub = await startStub();
      const alarms = [LOST, NEAR, STANDS];
      const hidden = [shelved(), service(), DARK];
      stub.tell({ alarms, hidden, state: "tripped" });
      const people = [
        { name: "Alex", role: "supervisor" },
        { name: "Kim", role: "operator" },
        { name: "Max", role: "maintenance" },
      ];
      stub.answer("GET /api/people", () => ({ body: people }));
      stub.answer("GET /api/alarms/history", () => ({ body: events(50) }));
      stub.answer("POST /api/alarms/*/comment", () => ({ body: { ok: true } }));
      await using panel = await openPanel({ url: stub.url, ...size });
      const faults: string[] = [];
      const see = async (state: string): Promise<void> => {
        faults.push(...(await look(panel, state, size)));
      };
      await button(panel, "Alarms").waitFor();
      await shown(panel, "2 set aside");
      stub.tell({ alarms: [], state: "watching" });
      await shown(panel, "No active alarms");
      await shown(panel, /^next back in 1[34] min/);
      stub.tell({ alarms, state: "tripped" });
      assert.equal(await heard(panel), "locked");
      await shown(panel, "Touch for sound");
      await see("alarms-banner");
      await button(panel, "Alarms").tap();
      await shown(panel, "Came first");
      assert.equal(await heard(panel), "lost", "the most urgent class, from the first touch on");
      await shown(panel, "1 shelved, 1 out of service, 1 suppressed");
      await see("alarms-active");

      // One alarm by itself, and a comment on it.
      await button(panel, `More about ${NEAR.text}`).tap();
      await shown(panel, NEAR.response);
      await see("alarm-one");
      await button(panel, "Its history").tap();
      await panel.page.locator(".events .row").first().waitFor();
      assert.match(stub.asked.at(-1)?.path ?? "", /definition=zone.warn.occupied&source=aisle/);
      await see("alarm-one-history");
      await button(panel, "Back").tap();
      await button(panel, "Comment").tap();
      await button(panel, "Maintenance is told").waitFor();
      await see("alarm-comment");
      await touch(panel, "Write something else");
      await button(panel, "Done").waitFor();
      await see("alarm-comment-write");
      await panel.page.getByRole("button", { name: "Cancel" }).tap();
      await touch(panel, "Maintenance is told");
      await panel.page.getByRole("button", { name: "Kim" }).waitFor();
      await wait(GUARD_MS);
      await panel.page.getByRole("button", { name: "Kim" }).tap();
      await typePin(panel, "8264");
      await see("alarm-comment-pin");
      await button(panel, "Confirm").tap();
      await shown(panel, /^Comment is kept/);
      const path = `/api/alarms/${encodeURIComponent(NEAR.id)}`;
      assert.deepEqual(
        stub.asked.findLast(({ method }) => method === "POST"),
        {
          ...{ method: "POST", path: `${path}/comment` },
          body: { reasonCode: "maintenance-told", name: "Kim", pin: "8264" },
        },
      );

      // A shelf: refused because the alarm changed under the finger, then taken.
      await button(panel, "Shelve").tap();
      await button(panel, "Known and being worked on").waitFor();
      await see("alarm-shelve-why");
      await touch(panel, "Known and being worked on");
      await button(panel, "30 min").waitFor();
      assert.equal(await button(panel, "1 h").count(), 0, "no longer than this alarm may");
      await see("alarm-shelve-how-long");
      stub.tell({ alarms: [LOST, { ...NEAR, version: 9 }, STANDS] });
      await touch(panel, "15 min");
      await panel.page.getByRole("button", { name: "Alex" }).waitFor();
      assert.equal(await panel.page.getByRole("button", { name: "Kim" }).count(), 0, "an operator may not");
      await wait(GUARD_MS);
      await panel.page.getByRole("button", { name: "Alex" }).tap();
      await typePin(panel, "481516");
      stub.answer("POST /api/alarms/*/shelve", () => ({
        status: 409,
        body: { detail: "Shelving is not possible now", refusals: ["The alarm has changed meanwhile"] },
      }));
      await button(panel, "Confirm").tap();
      await shown(panel, /The alarm has changed meanwhile/);
      assert.deepEqual(stub.asked.findLast(({ method }) => method === "POST")?.body, {
        ...{ reason: "known", minutes: 15, name: "Alex", pin: "481516", version: 7 },
      });
      await see("alarm-shelve-refused");
      await button(panel, "Alarms").tap();

      // What never may be shelved says so.
      await button(panel, `More about ${LOST.text}`).tap();
      await shown(panel, /It is never shelved/);
      assert.equal(await button(panel, "Shelve").count(), 0);
      await see("alarm-one-urgent");
      await button(panel, "Back").tap();

      // What is set aside, and one of it back again.
      await button(panel, "Set aside").tap();
      await shown(panel, /^Alex: Known and being worked on; until/);
      await see("alarms-aside");
      await button(panel, shelved().text).tap();
      stub.answer("POST /api/alarms/*/unshelve", () => ({ body: { ok: true } }));
      await see("alarm-one-shelved");
      await button(panel, "List again").tap();
      await shown(panel, "Listed again");
      stub.tell({ hidden: [] });
      await shown(panel, "This alarm is over");
      await button(panel, "Back").tap();
      await shown(panel, "Nothing is set aside");

      // The history, filtered, and where it cannot be had.
      await button(panel, "History").tap();
      await panel.page.locator(".events .row").first().waitFor();
      await see("alarms-history");
      await button(panel, "1 Critical").tap();
      await button(panel, "7 days").tap();
      await button(panel, "Show earlier ones").waitFor();
      await button(panel, "Show earlier ones").tap();
      await panel.page.waitForFunction(() => document.querySelectorAll(".events .row").length > 50);
      assert.match(stub.asked.at(-1)?.path ?? "", /before=951/);
      assert.match(stub.asked.findLast(({ path: one }) => one.includes("history"))?.path ?? "", /priority=1/);
      stub.answer("GET /api/alarms/history", () => ({ body: [] }));
      await button(panel, "2 High").tap();
      await shown(panel, "Nothing happened");
      await see("alarms-history-none");
      stub.answer("GET /api/alarms/history", () => ({
        status: 503,
        body: { detail: "There is no database" },
      }));
      await button(panel, "3 Medium").tap();
      await shown(panel, "There is no database");
      await see("alarms-history-failed");

      // Silenced, nothing is heard; with nothing listed neither.
      stub.tell({ alarms: alarms.map(({ sound: _, ...rest }) => rest) });
      await button(panel, "Active").tap();
      await panel.page.waitForFunction(() => document.documentElement.dataset.sound === "none");
      stub.tell({ alarms: [] });
      await shown(panel, "Every condition is normal");
      await see("alarms-none");
      const sides = await panel.page
        .locator("main button")
        .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
      assert.ok(Math.min(...sides) >= 15 * size.mm - 1, `keys of 15 mm: ${sides.join(", ")}`);
      assert.deepEqual(
        panel.errors.filter((error) => !/503|409/.test(error)),
        [],
      );
      assert.deepEqual(faults, []);
    });
});

const GONE = "This picture is not kept any more, or never was; the record has its hash";
const PICTURED: StopPicture = {
  ...{ id: "20261122T061500123Z-1", alarm: "zone.stop.occupied:cell", camera: "front" },
  ...{ cameraName: "Press left", cycle: 12, takenWallAt: Date.now(), offMs: 80 },
  size: { width: 1280, height: 720 },
  boxes: [{ label: "person", score: 0.81, box: { x0: 0.4, y0: 0.3, x1: 0.52, y1: 0.85 } }],
  zones: [
    {
      ...{ id: "cell", name: "Cell", kind: "stop" },
      polygon: [
        [0.2, 0.5],
        [0.8, 0.5],
        [0.9, 0.95],
        [0.1, 0.95],
      ],
    },
  ],
};

test("the history shows the frame that tripped with what was seen in it, and says where it is gone", {
  skip,
}, async () => {
  const [size] = SIZES;
  const faults: string[] = [];
  const kept = (seq: number, picture: string): AlarmEventRow => ({
    ...{ seq, at: new Date(Date.now() - seq * 1_000).toISOString(), alarm: PICTURED.alarm, picture },
    ...{ definition: "zone.stop.occupied", source: "cell", priority: 1, event: "pictured" },
    text: "Person in stop zone Cell",
  });
  await using stub = await startStub();
  stub.answer("GET /api/alarms/history", () => ({
    body: [kept(3, PICTURED.id), kept(2, "rotated"), kept(1, "half")],
  }));
  stub.answer("GET /api/pictures/*", () => ({ status: 404, body: { detail: GONE } }));
  stub.answer("GET /api/pictures/*/jpeg", () => ({ status: 404, body: { detail: GONE } }));
  for (const id of [PICTURED.id, "half"])
    stub.answer(`GET /api/pictures/${id}`, () => ({ body: { ...PICTURED, id } }));
  const jpeg = readFileSync(`${ROOT}models/demo/empty.jpg`);
  stub.answer(`GET /api/pictures/${PICTURED.id}/jpeg`, () => ({ body: jpeg }));
  await using panel = await openPanel({ url: stub.url, ...size });
  await button(panel, "Alarms").tap();
  await button(panel, "History").tap();
  const rows = panel.page.locator(".events .row");
  await rows.nth(2).waitFor();
  const show = async (n: number): Promise<void> =>
    await rows.nth(n).getByRole("button", { name: "Show the picture" }).tap();
  await show(0);
  await panel.page.waitForFunction(
    () => (document.querySelector<HTMLImageElement>(".stopPicture img")?.naturalWidth ?? 0) > 0,
  );
  const picture = rows.nth(0).locator(".stopPicture");
  assert.deepEqual(
    [await picture.locator("polygon.stop").count(), await picture.locator("rect.seen").count()],
    [1, 1],
  );
  await shown(panel, "Person in stop zone Cell, when it tripped");
  const [first, second] = await rows.evaluateAll((all) => all.map((one) => one.getBoundingClientRect()));
  assert.ok(
    (first?.height ?? 0) > 200 && (second?.top ?? 0) >= (first?.bottom ?? 0),
    "it lies over no other row",
  );
  faults.push(...(await look(panel, "alarms-history-picture", size)));
  await rows.nth(0).getByRole("button", { name: "Hide the picture" }).tap();
  await picture.waitFor({ state: "detached" });
  await show(1);
  await rows.nth(1).getByText(GONE).waitFor();
  await show(2);
  await rows.nth(2).getByText("This picture is not kept any more", { exact: true }).waitFor();
  faults.push(...(await look(panel, "alarms-history-picture-gone", size)));
  assert.deepEqual(faults, []);
  assert.deepEqual(
    panel.errors.filter((error) => !/status of 404/.test(error)),
    [],
  );
});

test("on a small panel what the history shows folds behind one button, and the list is in view", {
  skip,
}, async () => {
  await using stub = await startStub();
  stub.answer("GET /api/alarms/history", () => ({ body: events(20) }));
  await using panel = await openPanel({ url: stub.url });
  await become(panel.page, UPRIGHT, "day");
  await button(panel, "Alarms").tap();
  await button(panel, "History").tap();
  await panel.page.locator(".events .row").first().waitFor();
  // The page learns of its size from the browser, a moment later.
  await button(panel, "8 h").waitFor({ state: "hidden" });
  const lowest = await panel.page.locator(".bar").evaluate((bar) => bar.getBoundingClientRect().top);
  const rows = await panel.page
    .locator(".events .row")
    .evaluateAll((all) => all.map((row) => row.getBoundingClientRect().bottom));
  assert.ok(rows.filter((bottom) => bottom < lowest).length >= 4, `rows end at ${rows.slice(0, 5)}`);
  await panel.page.getByRole("button", { name: "Showing All, 24 h" }).tap();
  assert.deepEqual(await look(panel, "alarms-history-filters", UPRIGHT), []);
  await button(panel, "8 h").tap();
  await panel.page.getByRole("button", { name: "Showing All, 8 h" }).waitFor();
  await button(panel, "8 h").waitFor({ state: "hidden" });
  const from = Number(/from=(\d+)/.exec(stub.asked.at(-1)?.path ?? "")?.[1]);
  assert.ok(Math.abs(Date.now() - 8 * 3_600_000 - from) < 60_000, "the last eight hours are asked for");
});
