/** The system's pages by touch, over a box that says what each test needs. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openPanel, type Panel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { until } from "../support/until.ts";
import { look, SIZES } from "./look.ts";
import { startStub } from "./stub.ts";
import { enterSystem, figuresUpTo, furnishSystem } from "./system-lab.ts";
import { button, shown } from "./touch.ts";

const skip = missing.chromium();
/** The lowest, on which the least has room; all of them where that is asked for. */
const PANELS = process.env.PALISADE_ALL_PANELS === undefined ? SIZES.slice(0, 1) : SIZES;

/** Whether the chart's canvas has anything on it. */
async function isDrawn(panel: Panel): Promise<boolean> {
  return await panel.page.locator(".plot canvas").evaluate((canvas: HTMLCanvasElement) => {
    const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    return pixels.some((value) => value !== 0);
  });
}

describe("the system's pages", { concurrency: 1 }, () => {
  for (const size of PANELS)
    test(`figures, log and what this box is at ${size.width}x${size.height}`, { skip }, async () => {
      await using stub = await startStub();
      furnishSystem(stub);
      const fails = () => ({ status: 503, body: { detail: "The box is too busy to answer" } });
      stub.answer("GET /api/figures", fails);
      await using panel = await openPanel({ url: stub.url, ...size });
      const faults: string[] = [];
      const see = async (state: string): Promise<void> =>
        void faults.push(...(await look(panel, state, size)));
      const loaded = (): Promise<number> =>
        panel.page.evaluate(
          () => performance.getEntriesByType("resource").filter(({ name }) => /Plot-/.test(name)).length,
        );
      await enterSystem(panel);
      await shown(panel, "The box is too busy to answer");
      await see("system-failed");
      stub.answer("GET /api/figures", () => ({ body: figuresUpTo(0, 0) }));
      await shown(panel, "There are no figures yet");
      await see("system-none");
      assert.equal(await loaded(), 0, "the chart's library is fetched with the first chart");

      furnishSystem(stub);
      await shown(panel, "Touch the chart to read an earlier moment");
      await shown(panel, "587 MB of the box, 2.3 GB free");
      await panel.page.locator(".plot canvas").waitFor();
      await until({ what: "the chart is drawn", ms: 5_000, check: async () => await isDrawn(panel) });
      assert.ok((await loaded()) > 0);
      await see("system-cpu");
      await button(panel, "Reaction").tap();
      await shown(panel, "398 ms");
      await see("system-reaction");

      // A finger on the chart reads that moment.
      const chart = await panel.page.locator(".plot .u-over").boundingBox();
      assert.ok(chart);
      await panel.page.touchscreen.tap(chart.x + chart.width / 2, chart.y + chart.height / 2);
      await shown(panel, /^At 09:\d\d:\d\d$/);
      await see("system-moment");
      await button(panel, "Memory").tap();
      await until({
        what: "another chart begins with what is now",
        ms: 5_000,
        check: async () => (await panel.page.getByText(/^At 09:/).count()) === 0,
      });
      await see("system-memory");
      await until({
        what: "only newer samples are asked for again",
        ms: 10_000,
        check: async () => stub.asked.some(({ path }) => path === "/api/figures?after=600"),
      });

      await button(panel, "Log").tap();
      await shown(panel, "eye process ended");
      await see("system-log");
      await button(panel, "Errors").tap();
      await until({
        what: "errors alone are shown",
        ms: 5_000,
        check: async () => (await panel.page.locator(".logLines li").count()) === 1,
      });
      stub.answer("GET /api/log", fails);
      await button(panel, "Read again").tap();
      await shown(panel, "The box is too busy to answer");
      stub.answer("GET /api/log", () => ({ body: [] }));
      await button(panel, "Warnings").tap();
      await shown(panel, "There are no such lines");
      await see("system-log-none");

      await button(panel, "About").tap();
      await shown(panel, "palisade-person-256x416");
      await shown(panel, "follows no time server");
      await see("system-about");
      stub.answer("POST /cleanup-resources", () => ({
        body: { sessions: 2, temporaryFiles: 1, temporaryBytes: 10, databaseBytes: 4_100_000 },
      }));
      await button(panel, "Clean up").tap();
      await shown(panel, "2 sessions were over");
      await see("system-cleaned");
      assert.deepEqual(faults, []);
      assert.deepEqual(
        panel.errors.filter((error) => !/status of 503/.test(error)),
        [],
      );
    });
});
