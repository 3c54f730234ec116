/**
 * `npm run bench -- screen`: how quickly the panel's page answers a finger, tells an alarm and comes up, with nine
 * cameras at ten pictures a second, in a real Chromium without a graphics card; and whether its memory stays flat while
 * it draws as many pictures as nine cameras send in an hour (`--quick`: in a minute).
 */
import { gzipSync } from "node:zlib";
import type { AlarmView } from "../../server/domain/view.ts";
import { cameraView, startStub } from "../browser/stub.ts";
import { openPanel, type Panel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { interrupted, pause } from "./interrupt.ts";
import { childrenOf, pssMbOf } from "./proc.ts";
import { percentile } from "./row.ts";

const CAMERAS = 9;
const FPS = 10;
/** So much faster than the cameras of nine tiles would send: an hour passes in six minutes. */
const FASTER = 10;
const TAPS = 60;
const ALARMS = 30;
/** First starts of a page, each in a browser of its own. */
const STARTS = 5;
/** A person touches again after this time at the earliest. */
const BETWEEN_MS = 350;
/** Nothing is compiled or kept any more that was not by then. */
const WARM = 0.1;

declare global {
  interface Window {
    tookMs: number[];
  }
}

function told(what: string, figures: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify({ bench: "screen", what, ...figures }));
}

const spread = (ms: readonly number[]): Readonly<Record<string, number>> => ({
  p50Ms: Math.round(percentile(ms, 0.5) * 10) / 10,
  p95Ms: Math.round(percentile(ms, 0.95) * 10) / 10,
  maxMs: Math.round(Math.max(...ms) * 10) / 10,
  of: ms.length,
});

const alarm = (n: number): AlarmView => ({
  ...{
    id: `zone.trip:${n}`,
    definition: "zone.trip",
    source: String(n),
    priority: 1,
    state: "unacknowledged",
  },
  ...{
    raisedAt: Date.now(),
    text: `Person in zone ${n}`,
    response: "Leave the zone",
    version: 1,
    returns: 0,
  },
});

/** The browser's processes: whoever descends from this one and is a Chromium's. */
function browserPids(): readonly number[] {
  const below = (pid: number): number[] => childrenOf(pid).flatMap((child) => [child, ...below(child)]);
  return below(process.pid);
}

/** What was asked of the server until the page stood, as it would travel. */
async function weigh(panel: Panel, url: string): Promise<number> {
  const bodies: Promise<Buffer>[] = [];
  panel.page.on("response", (response) => {
    if (/\.(js|css|html)$|\/$/.test(new URL(response.url()).pathname)) bodies.push(response.body());
  });
  await panel.page.goto(url);
  await panel.page.locator(".tile").first().waitFor();
  return (await Promise.all(bodies)).reduce((sum, body) => sum + gzipSync(body).length, 0);
}

/** From the finger on a control until the page that shows its answer is drawn: the control then matches `shows`. */
async function taps(
  panel: Panel,
  names: readonly [string, string],
  shows: string,
): Promise<readonly number[]> {
  await panel.page.evaluate((selector) => {
    window.tookMs = [];
    window.onpointerdown = ({ timeStamp, target }) => {
      const button = (target as Element).closest("button");
      const look = (): void => {
        if (button?.matches(selector)) window.tookMs.push(performance.now() - timeStamp);
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    };
  }, shows);
  for (let i = 0; i < TAPS && !interrupted.aborted; i++) {
    await panel.page.getByRole("button", { name: names[i % 2] ?? "", exact: true }).tap();
    await pause(BETWEEN_MS);
  }
  return await panel.page.evaluate(() => window.tookMs);
}

async function speed(quick: boolean): Promise<void> {
  await using stub = await startStub({ tilesEveryMs: 1_000 / FPS });
  stub.tell({ cameras: Array.from({ length: CAMERAS }, (_, i) => cameraView(`c${i}`, `Camera ${i + 1}`)) });
  const paints: number[] = [];
  let bytes = 0;
  for (let start = 0; start < (quick ? 1 : STARTS); start++) {
    await using fresh = await openPanel({ url: "about:blank" });
    bytes = await weigh(fresh, stub.url);
    paints.push(
      await fresh.page.evaluate(
        () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
      ),
    );
  }
  told("first paint from a cold browser", spread(paints));
  told("what the Live page loads, gzip", { kB: Math.round(bytes / 100) / 10 });

  await using panel = await openPanel({ url: stub.url });
  await panel.page
    .locator(".tile .liveness svg")
    .nth(CAMERAS - 1)
    .waitFor();
  told(
    "a touched control until it shows that it is touched",
    spread(await taps(panel, ["Live", "Live"], ":active")),
  );
  told(
    "another page until it is there",
    spread(await taps(panel, ["Alarms", "Live"], "[aria-current=page]")),
  );

  const took: number[] = [];
  for (let i = 0; i < (quick ? 3 : ALARMS) && !interrupted.aborted; i++) {
    const text = `Person in zone ${i}`;
    const shown = panel.page.evaluate(
      async (wanted) =>
        await new Promise<number>((done) => {
          const banner = document.querySelector(".banner");
          const seen = (): void => {
            if (banner?.textContent?.includes(wanted)) requestAnimationFrame(() => done(Date.now()));
          };
          if (banner !== null)
            new MutationObserver(seen).observe(banner, {
              subtree: true,
              childList: true,
              characterData: true,
            });
        }),
      text,
    );
    await pause(200);
    const at = Date.now();
    stub.tell({ alarms: [alarm(i)] });
    took.push((await shown) - at);
  }
  told("the banner, from the box's sending of an alarm", spread(took));
  if (panel.errors.length > 0) throw new Error(`The page reported: ${panel.errors.join("; ")}`);
}

async function memory(quick: boolean): Promise<boolean> {
  await using stub = await startStub({ tilesEveryMs: 1_000 / FPS / FASTER });
  stub.tell({ cameras: Array.from({ length: CAMERAS }, (_, i) => cameraView(`c${i}`, `Camera ${i + 1}`)) });
  await using panel = await openPanel({ url: stub.url });
  await panel.page
    .locator(".tile .liveness svg")
    .nth(CAMERAS - 1)
    .waitFor();
  await panel.page.evaluate(() => {
    const draw = ImageBitmapRenderingContext.prototype.transferFromImageBitmap;
    const counted = window as unknown as { drawn: number };
    counted.drawn = 0;
    ImageBitmapRenderingContext.prototype.transferFromImageBitmap = function (bitmap) {
      counted.drawn++;
      draw.call(this, bitmap);
    };
  });
  const wanted = (quick ? 60 : 3_600) * CAMERAS * FPS;
  const samples: number[] = [];
  for (let drawn = 0, tenth = 0; drawn < wanted && !interrupted.aborted; ) {
    await pause(1_000);
    drawn = await panel.page.evaluate(() => (window as unknown as { drawn: number }).drawn);
    if (drawn < wanted * WARM) continue;
    samples.push(pssMbOf(browserPids()));
    if (drawn < (wanted * ++tenth) / 10) tenth--;
    else told("memory of the browser's processes", { drawn, mb: Math.round(samples.at(-1) ?? 0) });
  }
  const part = Math.max(1, Math.floor(samples.length / 10));
  const most = (values: readonly number[]): number => Math.round(Math.max(...values));
  const [firstMb, lastMb] = [most(samples.slice(0, part)), most(samples.slice(-part))];
  const flat = lastMb <= firstMb * 1.05;
  told("memory over an hour's pictures", { pictures: wanted, firstMb, lastMb, flat });
  return flat;
}

export async function screen(quick: boolean): Promise<number> {
  const lacks = missing.chromium();
  if (lacks !== false) {
    console.log(`Left out: ${lacks}`);
    return 0;
  }
  await speed(quick);
  return (await memory(quick)) ? 0 : 1;
}
