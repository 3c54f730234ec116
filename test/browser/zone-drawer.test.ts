/** The zone drawer by one finger on three panels: drawn, undone, tried beside the one in force, and published once. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { wait } from "../../server/base/clock.ts";
import type { ZoneConfig } from "../../server/domain/config.ts";
import type { Point } from "../../server/domain/units.ts";
import type { ZoneView } from "../../server/domain/view.ts";
import { openPanel, type Panel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { until } from "../support/until.ts";
import { look, SIZES } from "./look.ts";
import { lastly, onlyRefusals, write } from "./outputs-lab.ts";
import { type Stub, startStub } from "./stub.ts";
import { because, button, shown, typePin } from "./touch.ts";

/** A question that has just opened takes no answer: it may be a bounce. */
const DIALOG_GUARD_MS = 350;
const NOW = Date.UTC(2026, 10, 21, 8, 30);
const CELL: ZoneConfig = {
  ...{ id: "cell", camera: "front", name: "Cell", kind: "stop", dwellMs: 0, stopTimeMs: 400 },
  hazard: [0.5, 0.7],
  polygon: [
    [0.2, 0.4],
    [0.8, 0.4],
    [0.8, 0.9],
    [0.2, 0.9],
  ],
};
const DOOR: ZoneConfig = {
  ...{ id: "door", camera: "front", name: "Door", kind: "warn", dwellMs: 0 },
  schedule: [{ days: ["mon", "tue", "wed", "thu", "fri"], from: "06:00", to: "22:00" }],
  condition: { board: "press", input: 2, name: "Set-up" },
  polygon: [
    [0.05, 0.2],
    [0.15, 0.2],
    [0.15, 0.6],
    [0.05, 0.6],
  ],
};
const GROUND = {
  points: [
    [0.3, 0.5],
    [0.7, 0.5],
    [0.9, 0.9],
    [0.1, 0.9],
  ],
  sides: [4, 5, 4, 5],
  diagonal: Math.hypot(4, 5),
};
const view = ({ id, camera, name, polygon }: ZoneConfig, kind: ZoneView["kind"]): ZoneView => ({
  ...{ id, camera, name, polygon, kind, verdict: "clear", sinceWallAt: NOW },
});

/** Somebody whose feet are in the left half of the picture, below the zone in force. */
const person = (capturedAt: number) => ({
  ...{ capturedAt, fresh: true, threshold: 0.45 },
  detections: [{ label: "person", score: 0.9, box: { x0: 0.06, y0: 0.5, x1: 0.12, y1: 0.97 } }],
});

function furnish(stub: Stub): void {
  stub.tell({
    zones: [view(CELL, "stop"), view(DOOR, "warn")],
    reaction: { count: 900, p99Ms: 180 },
    boards: [{ id: "press", driver: "modbus-tcp", title: "Modbus TCP", state: "ok" }],
  });
  const sam = { name: "Sam", role: "maintenance" };
  stub.answer("GET /api/people", () => ({ body: [sam] }));
  stub.answer("POST /api/session", () => ({ body: sam }));
  stub.answer("DELETE /api/session", () => ({ status: 204 }));
  const plan = { label: "", confirmMs: 200, dwellMs: 0, stopTimeMs: 400, edgeMm: 1_100, tooNear: true };
  const says =
    "draw the zone larger, or have the machine stop sooner: its edge is only 1.10 m from the hazard; 1.6 m/s in 0.78 s and 1.2 m of reach make 2.45 m, without the camera's own delay";
  stub.answer("GET /api/zones", () => ({ body: [{ ...CELL, plan: { ...plan, says } }, DOOR] }));
  const camera = { fps: 10, transport: "tcp", source: "file:front.mp4", scene: null };
  stub.answer("GET /api/cameras", () => ({
    body: [
      { id: "front", name: "Front", ...camera, ground: GROUND },
      { id: "side", name: "Side", ...camera },
    ],
  }));
  stub.answer("GET /api/boards", () => ({
    body: [{ id: "press", driver: "modbus-tcp", channels: 8, inputs: 4 }],
  }));
  const outputs = [{ id: "permit", name: "Run permit", role: "run-permit", zones: ["cell"] }];
  const settings = { site: { name: "Press 4", timezone: "Europe/Berlin", fullView: false }, outputs };
  const tests = { relayDays: 7, proofDays: 30, withholdPermit: false, walkDays: 1, demandWalk: false };
  stub.answer("GET /api/settings", () => ({ body: { ...settings, tests, detector: { model: "x" } } }));
  let frames = 0;
  stub.answer("GET /api/cameras/*/sightings", () => ({ events: () => person(++frames * 100) }));
}

async function enter(panel: Panel): Promise<void> {
  await button(panel, "Maintenance").tap();
  await panel.page.getByRole("button", { name: "Sam" }).tap();
  await typePin(panel, "730146");
  await button(panel, "Unlock").tap();
  await button(panel, "Draw zones").tap();
}

/** One finger over the drawing, by places of the picture. */
async function drag(panel: Panel, path: readonly Point[], during?: () => Promise<void>): Promise<void> {
  const box = await panel.page.locator(".drawing").boundingBox();
  if (box === null) throw new Error("There is no drawing to touch");
  const at = ([x, y]: Point) => [{ x: box.x + x * box.width, y: box.y + y * box.height }];
  const devtools = await panel.context.newCDPSession(panel.page);
  const [first = [0, 0], ...rest] = path;
  await devtools.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(first) });
  for (const point of rest)
    await devtools.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: at(point) });
  await during?.();
  await devtools.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await devtools.detach();
}

/** The outline's corners as they are drawn, in shares of the picture. */
async function corners(panel: Panel): Promise<readonly Point[]> {
  const text = await panel.page
    .locator(".drawing .drawn .line, .drawing .wrong .line")
    .getAttribute("points");
  const height = await panel.page
    .locator(".drawing")
    .evaluate((svg) => (svg as SVGSVGElement).viewBox.baseVal.height);
  return (text ?? "").split(" ").map((pair): Point => {
    const [x = 0, y = 0] = pair.split(",").map(Number);
    return [Math.round((x / 1_000) * 1_000) / 1_000, Math.round((y / height) * 1_000) / 1_000];
  });
}

describe("the zone drawer", { concurrency: 2 }, () => {
  for (const size of SIZES)
    test(`a zone is drawn, tried and published by one finger at ${size.width}x${size.height}`, {
      skip: missing.chromium(),
    }, async () => {
      await using stub = await startStub();
      furnish(stub);
      await using panel = await openPanel({ url: stub.url, ...size });
      const faults: string[] = [];
      const see = async (state: string): Promise<void> =>
        void faults.push(...(await look(panel, `zones-${state}`, size)));
      await enter(panel);
      await shown(panel, /TOO NEAR/);
      await shown(panel, "this camera guards nothing");
      await see("list");
      await button(panel, "Cell").tap();
      await shown(panel, "Run permit");
      await see("one");
      await button(panel, "Remove Cell").tap();
      await shown(panel, /Outputs follow it: Run permit/);
      assert.ok(await button(panel, "Remove").isDisabled());
      await see("remove");
      await wait(DIALOG_GUARD_MS);
      await button(panel, "Cancel").tap();

      await button(panel, "Edit Cell").tap();
      await panel.page.locator(".drawing").waitFor();
      await see("draw");
      await drawn(panel, see);
      await wait(DIALOG_GUARD_MS);
      await button(panel, "Next").tap();
      await see("form");
      await wait(DIALOG_GUARD_MS);
      await button(panel, "Next").tap();
      await panel.page.getByRole("region", { name: "As drawn" }).getByText("WOULD TRIP").waitFor();
      await panel.page.getByRole("region", { name: "In force" }).getByText("Not proven").waitFor();
      await see("try");
      await wait(DIALOG_GUARD_MS);
      await button(panel, "Next").tap();
      await shown(panel, /Outline/);
      await see("review");
      await published(stub, panel, see);
      assert.deepEqual(faults, []);
      assert.deepEqual(onlyRefusals(panel), []);
    });
});

/** Corners dragged, added, deleted, crossed and undone; in the end it reaches to the picture's corner. */
async function drawn(panel: Panel, see: (state: string) => Promise<void>): Promise<void> {
  const start = await corners(panel);
  await drag(
    panel,
    [
      [0.2, 0.9],
      [0.1, 0.92],
      [0.01, 0.99],
    ],
    async () => {
      await panel.page.locator(".loupe.right").waitFor();
      await see("loupe");
    },
  );
  assert.deepEqual((await corners(panel))[3], [0, 1], "it snaps into the picture's corner");
  await button(panel, "Undo").tap();
  assert.deepEqual(await corners(panel), start);
  await button(panel, "Redo").tap();
  assert.deepEqual((await corners(panel))[3], [0, 1]);
  // A plus between two corners adds one under the finger.
  await drag(panel, [
    [0.5, 0.4],
    [0.5, 0.3],
  ]);
  assert.equal((await corners(panel)).length, 5);
  await drag(panel, [
    [0.8, 0.9],
    [0.5, 0.1],
  ]);
  await shown(panel, /crosses itself/);
  assert.ok(await button(panel, "Next").isDisabled());
  await see("crossing");
  await button(panel, "Undo").tap();
  await drag(panel, [[0.5, 0.3]]);
  await shown(panel, /Corner 2 is selected/);
  await button(panel, "Up").tap();
  assert.deepEqual((await corners(panel))[1], [0.5, 0.28]);
  await button(panel, "Delete corner").tap();
  assert.equal((await corners(panel)).length, 4);
  const handle = await panel.page.locator(".deeds-of button").first().boundingBox();
  const mm = SIZES.find(({ width }) => width === panel.page.viewportSize()?.width)?.mm ?? 0;
  assert.ok(Math.min(handle?.width ?? 0, handle?.height ?? 0) >= 15 * mm - 1);
}

async function published(stub: Stub, panel: Panel, see: (state: string) => Promise<void>): Promise<void> {
  const error = { path: "stopTimeMs", message: "must be 0 to 60000" };
  stub.answer("PUT /api/zones/cell", () => ({
    ...{ status: 400, body: { detail: "stopTimeMs must be 0 to 60000", errors: [error] } },
  }));
  await wait(DIALOG_GUARD_MS);
  await button(panel, "Publish").tap();
  await because(panel, "Too many or too few alarms");
  await shown(panel, "Stop time");
  await see("refused");
  await wait(DIALOG_GUARD_MS);
  await button(panel, "Go there").tap();
  await write(panel, "Stop time of the machine, ms", "500");
  await wait(DIALOG_GUARD_MS);
  await button(panel, "Next").tap();
  await wait(DIALOG_GUARD_MS);
  await button(panel, "Next").tap();
  const asked = stub.asked.length;
  stub.answer("PUT /api/zones/cell", () => ({ body: { ...CELL, changed: true }, afterMs: 400 }));
  await wait(550); // the same command is ignored for half a second
  await wait(DIALOG_GUARD_MS);
  await button(panel, "Publish").tap();
  await because(panel, "Too many or too few alarms");
  await shown(panel, "Cell is in force");
  const sent = stub.asked.slice(asked).filter(({ method }) => method === "PUT");
  assert.equal(sent.length, 1);
  const { polygon, stopTimeMs, schedule } = lastly(stub, "PUT").body as ZoneConfig;
  assert.deepEqual(polygon[3], [0, 1]);
  assert.deepEqual([stopTimeMs, schedule], [500, null]);
}

test("a mask is drawn corner by corner, and the floor is measured", {
  skip: missing.chromium(),
}, async () => {
  await using stub = await startStub();
  furnish(stub);
  await using panel = await openPanel({ url: stub.url, width: 1024, height: 600 });
  const [size] = SIZES;
  const faults: string[] = [];
  const see = async (state: string): Promise<void> =>
    void faults.push(...(await look(panel, `zones-${state}`, size)));
  await enter(panel);
  await button(panel, "Add zone to Side").tap();
  await see("add");
  await button(panel, "Mask").tap();
  await panel.page.locator(".drawing").waitFor();
  await button(panel, "Shapes").tap();
  await see("shapes");
  await button(panel, "Corner by corner").tap();
  await shown(panel, /first corner/);
  for (const point of [
    [0.2, 0.2],
    [0.5, 0.2],
    [0.5, 0.6],
  ] as const)
    await drag(panel, [point]);
  await see("open");
  await drag(panel, [[0.2, 0.2]]);
  await shown(panel, /3 corners, 6.0 %/);
  await wait(DIALOG_GUARD_MS);
  await button(panel, "Next").tap();
  await write(panel, "Name", "Poster");
  await wait(DIALOG_GUARD_MS);
  await button(panel, "Next").tap();
  await wait(DIALOG_GUARD_MS);
  await button(panel, "Next").tap();
  stub.answer("POST /api/zones", ({ body }) => ({ body: { ...(body as object), changed: true } }));
  await wait(DIALOG_GUARD_MS);
  await button(panel, "Publish").tap();
  await because(panel, "To correct something");
  await until({
    what: "the mask is sent",
    ms: 5_000,
    check: () => lastly(stub, "POST").path === "/api/zones",
  });
  const { id, kind, name, camera } = lastly(stub, "POST").body as ZoneConfig;
  assert.deepEqual([id, kind, name, camera], ["zone-3", "mask", "Poster", "side"]);
  await wait(DIALOG_GUARD_MS);
  await button(panel, "Back").tap();

  await button(panel, "Measure floor of Side").tap();
  await panel.page.locator(".drawing").waitFor();
  assert.ok(await button(panel, "Publish").isDisabled());
  const lengths = { "A to B": "4", "B to C": "5", "C to D": "4", "D to A": "5", "A to C": "6.4" };
  for (const [name_, metres] of Object.entries(lengths)) await write(panel, `${name_}, m`, metres);
  await shown(panel, /must lie on the floor as tiles would/);
  assert.ok((await panel.page.locator(".floor-lines line").count()) > 8);
  await see("floor");
  stub.answer("PUT /api/cameras/side", () => ({ body: { changed: true } }));
  await wait(DIALOG_GUARD_MS);
  await button(panel, "Publish").tap();
  await because(panel, "Set up for the first time");
  await shown(panel, "The floor is measured");
  const { ground } = lastly(stub, "PUT").body as { ground: { sides: number[]; diagonal: number } };
  assert.deepEqual([ground.sides, ground.diagonal], [[4, 5, 4, 5], 6.4]);
  assert.deepEqual(faults, []);
  assert.deepEqual(panel.errors, []);
});
