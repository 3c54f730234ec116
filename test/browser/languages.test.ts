/** The language is chosen at the front page, by touch and without a PIN; texts a third longer are not cut off. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ALARMS } from "../../server/domain/alarm.ts";
import type { AlarmView, View } from "../../server/domain/view.ts";
import { tableOf } from "../languages/table.ts";
import { openPanel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { read } from "../support/source.ts";
import { longerTable, translate } from "./longer.ts";
import { look, SIZES } from "./look.ts";
import { cameraView, quietView, type Stub, startStub } from "./stub.ts";
import { button, shown } from "./touch.ts";

const skip = missing.chromium();

/** As a translator would write them: enough to see every way a text takes. */
const GERMAN = {
  Live: "Live",
  Alarms: "Alarme",
  Maintenance: "Wartung",
  Acknowledge: "Quittieren",
  "Request stop": "Stopp anfordern",
  Language: "Sprache",
  "{age} ago": "vor {age}",
  "{minutes} min": "{minutes} Min.",
  "Person in {source}||box": "Person in: {source}",
  "Clear the area, acknowledge, check that nobody is inside, then reset.||box":
    "Bereich räumen, quittieren, nachsehen, dann Reset.",
};

const { priority, text, response } = ALARMS["zone.stop.occupied"];
const alarm = (): AlarmView => ({
  ...{ id: "zone.stop.occupied:cell", definition: "zone.stop.occupied", source: "cell", priority, response },
  ...{ state: "unacknowledged", raisedAt: Date.now() - 754_000, version: 7, returns: 2 },
  text: text.replace("{source}", "Cell"),
  firstOut: true,
});

test("whoever stands there chooses the language by touch; it is kept, and the box's sentences follow it", {
  skip,
}, async () => {
  await using stub = await startStub();
  stub.tell({ alarms: [alarm()] });
  stub.answer("GET /api/panels", () => ({ body: [] }));
  await using panel = await openPanel({ url: stub.url, width: 1024, height: 600 });
  await translate(panel, GERMAN);
  await button(panel, "This panel").tap();
  for (const name of ["English", "Deutsch", "Español", "Français", "Polski", "中文", "日本語"])
    await button(panel, name).waitFor();
  assert.ok(
    stub.asked.every(({ path }) => path.startsWith("/api/panels")),
    "nobody was asked who they are",
  );
  await button(panel, "Deutsch").tap();
  await button(panel, "Stopp anfordern").waitFor();
  await shown(panel, "Person in: Cell");
  await shown(panel, "Bereich räumen, quittieren, nachsehen, dann Reset.");
  await shown(panel, "vor 12 Min.");
  assert.equal(await panel.page.evaluate(() => document.documentElement.lang), "de");
  await panel.page.reload();
  await button(panel, "Stopp anfordern").waitFor();
  await panel.page.locator(".clock").tap();
  await button(panel, "English").tap();
  await button(panel, "Request stop").waitFor();
  assert.deepEqual(panel.errors, []);
});

test("Live waits for no words of other pages, and these say theirs", { skip }, async () => {
  await using stub = await startStub();
  const { grade, quality } = JSON.parse(read("models/palisade-person-256x416.json")) as View["model"];
  stub.tell({ alarms: [alarm()], model: { ...quietView().model, grade, quality } });
  await using panel = await openPanel({ url: stub.url, width: 1024, height: 600 });
  await panel.page.evaluate(() => localStorage.setItem("language", "de"));
  const asked: string[] = [];
  panel.page.on("request", (request) => void asked.push(request.url()));
  const isLater = (): boolean => asked.some((url) => url.includes("/de.later-"));
  await panel.page.reload();
  const german = tableOf("de");
  await shown(panel, german["Person in {source}||box"]?.replace("{source}", "Cell") ?? "");
  await shown(panel, german[`${grade}||box`] ?? "");
  assert.equal(isLater(), false);
  await button(panel, german.Alarms ?? "").tap();
  await button(panel, german["Shift report"] ?? "").tap();
  await shown(panel, german["Earlier shifts"] ?? "");
  assert.equal(isLater(), true);
});

test("a page whose words cannot be had is drawn in English", { skip }, async () => {
  await using stub = await startStub();
  await using panel = await openPanel({ url: stub.url, width: 1024, height: 600 });
  await panel.context.route("**/assets/de.later-*.js", (route) => route.abort());
  await panel.page.evaluate(() => localStorage.setItem("language", "de"));
  await panel.page.reload();
  const german = tableOf("de");
  await button(panel, german.Alarms ?? "").tap();
  await button(panel, german["Shift report"] ?? "").tap();
  await shown(panel, "Earlier shifts");
});

function busyView(): Partial<View> {
  const zone = { camera: "front", name: "Cell", kind: "stop", sinceWallAt: Date.now() } as const;
  const polygon = [
    [0.2, 0.3],
    [0.8, 0.3],
    [0.8, 0.9],
    [0.2, 0.9],
  ] as const;
  const permit = {
    id: "permit",
    name: "Run permit",
    role: "run-permit",
    horn: false,
    board: "sim",
    channel: 1,
  } as const;
  return {
    ...{ ...quietView(), state: "tripped", alarms: [alarm()] },
    cameras: [
      cameraView("front", "Front"),
      cameraView("side", "Side", {
        state: "ERROR",
        fault: "lost",
        why: "It does not answer",
        verdict: "blind",
      }),
    ],
    zones: [{ ...zone, id: "cell", polygon, verdict: "stop" }],
    outputs: [{ ...permit, demand: "dropped", readback: "dropped", why: "A person is in Cell" }],
    reset: { possible: false, needed: true, pinNeeded: false, refusals: ["A person is in Cell"] },
  };
}

const PAGES = [
  ".clock",
  ".pages button:nth-child(2)",
  ".pages button:nth-child(3)",
  ".pages button:nth-child(1)",
];

test("texts a third longer than the English ones fit the pages that everybody sees", { skip }, async () => {
  await using stack = new AsyncDisposableStack();
  const faults: string[] = [];
  for (const size of SIZES.filter(({ width }) => width !== 1280)) {
    const stub: Stub = stack.use(await startStub());
    stub.tell(busyView());
    stub.answer("GET /api/people", () => ({ body: [{ name: "Sam", role: "maintenance" }] }));
    const panel = stack.use(await openPanel({ url: stub.url, width: size.width, height: size.height }));
    await translate(panel, longerTable());
    await panel.page.evaluate(() => localStorage.setItem("language", "de"));
    await panel.page.reload();
    await panel.page.locator(".bar").waitFor();
    for (const [n, place] of PAGES.entries()) {
      await panel.page.locator(place).tap();
      await panel.page.locator(".page").waitFor();
      faults.push(...(await look(panel, `longer-${n}`, size)));
    }
    await panel.page.locator(".commands button:last-child").tap();
    await panel.page.locator(".notice").waitFor();
    faults.push(...(await look(panel, "longer-refused", size)));
    stub.mute("end");
    await panel.page.locator(".lost.disconnected, .lost").first().waitFor();
    faults.push(...(await look(panel, "longer-lost", size)));
    assert.deepEqual(
      panel.errors.filter((error) => !/Failed to load|503/.test(error)),
      [],
    );
  }
  assert.deepEqual(faults, []);
});
