/**
 * How long a chart of 600 samples takes to be drawn in a real Chromium: everything its page's main thread does from the
 * touch until nothing is left to do, less what it does in as long a time without a touch.
 */
import { wait } from "../../server/base/clock.ts";
import { startStub } from "../browser/stub.ts";
import { enterSystem, furnishSystem } from "../browser/system-lab.ts";
import { button } from "../browser/touch.ts";
import { openPanel } from "../support/browser.ts";
import { median, percentile } from "./row.ts";

const CHARTS = ["Computing", "Memory", "Network", "Disk", "Reaction", "Frames", "Alarm count"];
const GOAL_MS = 30;
const SETTLES_MS = 300;

/** Prints a line for each chart; returns how many medians are over the goal. */
export async function charts(quick: boolean): Promise<number> {
  await using stub = await startStub();
  furnishSystem(stub);
  await using panel = await openPanel({ url: stub.url, width: 1280, height: 800 });
  const devtools = await panel.context.newCDPSession(panel.page);
  // The work itself, and not how long it had to wait for a processor that others use too.
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  const workMs = async (): Promise<number> => {
    const { metrics } = await devtools.send("Performance.getMetrics");
    return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN) * 1_000;
  };
  const during = async (work: () => Promise<void>): Promise<number> => {
    const before = await workMs();
    await work();
    await wait(SETTLES_MS);
    return (await workMs()) - before;
  };
  /** A touch in the middle of the row; found beforehand, because looking for it is work of the page too. */
  const finger = async (name: string): Promise<() => Promise<void>> => {
    const row = button(panel, name);
    await row.scrollIntoViewIfNeeded();
    const box = await row.boundingBox();
    if (box === null) throw new Error(`Cannot touch ${name}: it is not drawn`);
    const touchPoints = [{ x: box.x + box.width / 2, y: box.y + box.height / 2 }];
    return async () => {
      await devtools.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
      await devtools.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    };
  };
  await enterSystem(panel);
  await panel.page.locator(".plot canvas").waitFor();
  await wait(SETTLES_MS);
  const took = new Map(CHARTS.map((name) => [name, [] as number[]]));
  for (let round = 0; round < (quick ? 2 : 7); round++) {
    for (const name of CHARTS.toReversed()) {
      const idle = await during(async () => undefined);
      const all = await during(await finger(name));
      took.get(name)?.push(Math.max(0, all - idle));
    }
  }
  let over = 0;
  for (const [name, values] of took) {
    const middle = median(values);
    if (middle > GOAL_MS) over++;
    const [text, worst] = [middle, percentile(values, 1)].map((value) => value.toFixed(1));
    console.log(`${name}: ${text} ms at the median, ${worst} at most, of ${values.length}`);
  }
  return over;
}
