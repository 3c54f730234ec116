/**
 * `npm run bench -- screen`: how quickly the panel's page answers a finger, tells an alarm and comes up, with nine
 * cameras at ten pictures a second, in a real Chromium without a graphics card. Against it stands a page of one button
 * that changes its colour: the same finger, the same browser.
 */
import { gzipSync } from "node:zlib";
import { LANGUAGES } from "../../kiosk/language.ts";
import type { AlarmView, View } from "../../server/domain/view.ts";
import { cameraView, quietView, type Stub, startStub } from "../browser/stub.ts";
import * as missing from "../support/missing.ts";
import { read } from "../support/source.ts";
import { until } from "../support/until.ts";
import { type Chromium, type Point, startChromium } from "./chromium.ts";
import { interrupted, pause } from "./interrupt.ts";
import { jsonLine, percentile, type Row, table } from "./row.ts";

const CAMERAS = 9;
const FPS = 10;
const ROUNDS = 3;
const TOUCHES = 24;
/** What is compiled and cached only at the first touches is no answer's own time. */
const WARM = 4;
const ALARMS = 30;
/** First starts of a page, each in a browser of its own. */
const STARTS = 5;
/** So long a finger stays; shorter than the browser waits before it calls a button active. */
const HELD_MS = 80;
/** A person touches again after this time at the earliest. */
const BETWEEN_MS = 350;
const LIVE_WITHIN_MS = 30_000;
/** The words of the box come a moment after the first picture. */
const SENTENCES_HEARD_MS = 2_000;
/** One picture of a screen: a button's answer is there with the next. */
const TOUCH_GOAL_MS = 16;
const PAGE_GOAL_MS = 50;
const FLOOR = `data:text/html,${encodeURIComponent(`<!doctype html><style>button{position:fixed;inset:auto auto 20px 20px;width:200px;height:118px;background:#eee}</style>
<button>Touch</button><script>const button=document.querySelector("button");
button.onpointerdown=()=>button.style.background=button.style.background?"":"#999"</script>`)}`;
/** Without the clock of the screen, which lets a page show something every 17 ms alone. */
const NO_CLOCK: readonly string[] = ["--disable-frame-rate-limit", "--disable-gpu-vsync"];
const SENTENCES = {
  "screen-touch":
    "p95 from the finger until the frame is drawn in which the button looks touched; against the same on a page of one button",
  "screen-touch-unclocked": "the same without the screen's clock: what the page itself takes",
} as const;

declare global {
  interface Window {
    answered: Promise<number>;
  }
}

function told(what: string, figures: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify({ bench: "screen", what, ...figures }));
}

const rounded = (ms: number): number => Math.round(ms * 10) / 10;

const spread = (ms: readonly number[]): Readonly<Record<string, number>> => ({
  p50Ms: rounded(percentile(ms, 0.5)),
  p95Ms: rounded(percentile(ms, 0.95)),
  maxMs: rounded(Math.max(...ms)),
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

/** What the page has loaded until it stood, as it would travel; without letters and the list of where they are. */
async function weigh(chromium: Chromium, url: string): Promise<number> {
  const asked = await chromium.run(() => performance.getEntriesByType("resource").map(({ name }) => name));
  const files = [
    url,
    ...asked.filter((name) => /(?<!\/wght-[\w-]+)\.(?:js|css)$/.test(new URL(name).pathname)),
  ];
  const bodies = await Promise.all(
    files.map(async (file) => Buffer.from(await (await fetch(file)).arrayBuffer())),
  );
  return bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
}

const cameras = () => Array.from({ length: CAMERAS }, (_, i) => cameraView(`c${i}`, `Camera ${i + 1}`));

async function open(chromium: Chromium, url: string, shows: string, count = 1): Promise<void> {
  await chromium.send("Page.navigate", { url });
  await until({
    what: `${shows} on the page`,
    ms: LIVE_WITHIN_MS,
    check: async () =>
      (await chromium.run((selector) => document.querySelectorAll(selector).length, shows)) >= count,
  });
}

async function middleOf(chromium: Chromium, selector: string): Promise<Point> {
  return await chromium.run((wanted) => {
    const {
      x = 0,
      y = 0,
      width = 0,
      height = 0,
    } = document.querySelector(wanted)?.getBoundingClientRect() ?? {};
    return { x: x + width / 2, y: y + height / 2 };
  }, selector);
}

/** Not answered for so long it is not answered at all. */
const ANSWERED_WITHIN_MS = 10_000;

/** From the finger (or its lifting) until the frame is done that shows `shows`, or else the button in another colour. */
async function answer(
  chromium: Chromium,
  at: Point,
  wanted: { readonly from: "pointerdown" | "pointerup"; readonly shows?: string },
): Promise<number> {
  await pause(BETWEEN_MS);
  // The page listens before the finger comes, however busy the machine is.
  await chromium.run(listen, at, wanted.from, wanted.shows ?? "", ANSWERED_WITHIN_MS);
  await chromium.touch(at, HELD_MS);
  return await chromium.run(() => window.answered);
}

/** Runs in the page. */
function listen({ x, y }: Point, from: string, shows: string, limitMs: number): void {
  const button = document.elementFromPoint(x, y)?.closest("button") ?? document.body;
  const look = (): string => {
    if (shows !== "") return String(document.querySelector(shows) !== null);
    const { backgroundColor, boxShadow } = getComputedStyle(button);
    return `${backgroundColor} ${boxShadow}`;
  };
  const before = look();
  window.answered = new Promise((done, fail) => {
    const late = setTimeout(() => {
      const link = document.querySelector(".lost") === null ? "live" : "lost";
      fail(new Error(`No answer to ${from} at ${x}, ${y} ${shows}; the screen is ${link}`));
    }, limitMs);
    const watch = ({ timeStamp }: Event): void => {
      const poll = (): void => {
        if (look() === before) {
          requestAnimationFrame(poll);
          return;
        }
        clearTimeout(late);
        // What is sent in a frame arrives once that frame is done.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          port1.close();
          done(performance.now() - timeStamp);
        };
        port2.postMessage(undefined);
      };
      requestAnimationFrame(poll);
    };
    addEventListener(from, watch, { once: true, capture: true });
  });
}

async function touches(chromium: Chromium, selector: string, count: number): Promise<readonly number[]> {
  const at = await middleOf(chromium, selector);
  const took: number[] = [];
  for (let i = 0; i < WARM + count && !interrupted.aborted; i++)
    took.push(await answer(chromium, at, { from: "pointerdown" }));
  return took.slice(WARM);
}

/**
 * What the page's main thread computes for a touch of each of these in turn, less what it does in as long a time without one:
 * the work itself, and not how long it had to wait for a frame or for a processor.
 */
async function computing(
  chromium: Chromium,
  selectors: readonly string[],
  count: number,
): Promise<readonly number[]> {
  await chromium.send("Performance.enable", { timeDomain: "threadTicks" });
  const workMs = async (): Promise<number> => {
    const { metrics } = (await chromium.send("Performance.getMetrics")) as {
      metrics: readonly { readonly name: string; readonly value: number }[];
    };
    return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN) * 1_000;
  };
  const took: number[] = [];
  for (let i = 0; i < WARM + count && !interrupted.aborted; i++) {
    const at = await middleOf(chromium, selectors[i % selectors.length] ?? "");
    const start = await workMs();
    await pause(HELD_MS + BETWEEN_MS);
    const idle = (await workMs()) - start;
    await chromium.touch(at, HELD_MS);
    await pause(BETWEEN_MS);
    took.push(Math.max(0, (await workMs()) - start - 2 * idle));
  }
  return took.slice(WARM);
}

const PAGES: readonly (readonly [selector: string, shows: string])[] = [
  [".pages button:nth-child(2)", ".alarmPage"],
  [".pages button:nth-child(3)", ".gate"],
  [".clock", ".thisPanel"],
  [".pages button:nth-child(1)", ".live .tile"],
];

/** Each page in turn; the first round loads what comes in a file of its own. */
async function pages(chromium: Chromium, count: number): Promise<readonly number[]> {
  const took: number[] = [];
  for (let i = 0; i < PAGES.length + count && !interrupted.aborted; i++) {
    const [selector, shows] = PAGES[i % PAGES.length] ?? ["", ""];
    took.push(await answer(chromium, await middleOf(chromium, selector), { from: "pointerup", shows }));
  }
  return took.slice(PAGES.length);
}

interface Answers {
  readonly row: Row;
  readonly touched: readonly number[];
  readonly turned: readonly number[];
}

async function answers(
  stub: Stub,
  bench: keyof typeof SENTENCES,
  flags: readonly string[],
  quick: boolean,
): Promise<Answers> {
  await using chromium = await startChromium({ url: "about:blank", flags });
  const count = quick ? 6 : TOUCHES;
  const [touched, turned, bare]: [number[], number[], number[]] = [[], [], []];
  const [ours, floor]: [number[], number[]] = [[], []];
  for (let round = 0; round < (quick ? 1 : ROUNDS) && !interrupted.aborted; round++) {
    await open(chromium, FLOOR, "button");
    const alone = await touches(chromium, "button", count);
    await open(chromium, stub.url, ".tile .liveness svg", CAMERAS);
    const page = await touches(chromium, ".pages button", count);
    turned.push(...(await pages(chromium, count)));
    bare.push(...alone);
    touched.push(...page);
    floor.push(percentile(alone, 0.95));
    ours.push(percentile(page, 0.95));
  }
  if (chromium.errors.length > 0) throw new Error(`The page reported: ${chromium.errors.join("; ")}`);
  const clock = flags.length === 0 ? "" : ", without the screen's clock";
  told(`a finger until its button looks touched${clock}`, spread(touched));
  told(`the same on a page of one button${clock}`, spread(bare));
  told(`another page until it is there${clock}`, spread(turned));
  return { row: { bench, better: "lower", unit: "ms", ours, floor }, touched, turned };
}

async function starts(stub: Stub, quick: boolean): Promise<void> {
  const paints: number[] = [];
  const kB: Record<string, number> = {};
  for (let start = 0; start < (quick ? 1 : STARTS); start++) {
    await using chromium = await startChromium({ url: "about:blank" });
    await open(chromium, stub.url, ".tile");
    paints.push(
      await chromium.run(
        () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
      ),
    );
  }
  told("first paint from a cold browser", spread(paints));
  for (const language of Object.keys(LANGUAGES)) {
    await using chromium = await startChromium({ url: "about:blank" });
    await open(chromium, stub.url, ".tile");
    await chromium.run((chosen) => localStorage.setItem("language", chosen), language);
    await open(chromium, stub.url, ".tile");
    await pause(SENTENCES_HEARD_MS);
    kB[language] = Math.round((await weigh(chromium, stub.url)) / 100) / 10;
  }
  told("what the Live page loads, gzip, kB", kB);
}

/** From the box's sending until the frame is there in which the banner says it. */
async function banners(stub: Stub, quick: boolean): Promise<void> {
  await using chromium = await startChromium({ url: "about:blank" });
  await open(chromium, stub.url, ".tile .liveness svg", CAMERAS);
  const took: number[] = [];
  for (let i = 0; i < (quick ? 3 : ALARMS) && !interrupted.aborted; i++) {
    const shown = chromium.run(
      async (wanted) =>
        await new Promise<number>((done) => {
          const banner = document.querySelector(".banner");
          const seen = (): void => {
            if (banner?.textContent?.includes(wanted)) requestAnimationFrame(() => done(Date.now()));
          };
          if (banner !== null)
            new MutationObserver(seen).observe(banner, {
              ...{ subtree: true, childList: true, characterData: true },
            });
        }),
      `Person in zone ${i}`,
    );
    await pause(200);
    const at = Date.now();
    stub.tell({ alarms: [alarm(i)] });
    took.push((await shown) - at);
  }
  stub.tell({ alarms: [] });
  told("the banner, from the box's sending of an alarm", spread(took));
}

/** Without pictures, whose work would hide that of a touch. */
async function work(
  quick: boolean,
): Promise<{ readonly touched: readonly number[]; readonly turned: readonly number[] }> {
  await using stub = await startStub({ tilesEveryMs: 3_600_000 });
  stub.tell({ cameras: cameras() });
  await using chromium = await startChromium({ url: "about:blank" });
  await open(chromium, stub.url, ".tile", CAMERAS);
  const count = quick ? 8 : TOUCHES;
  const touched = await computing(chromium, [".pages button"], count);
  const turned = await computing(
    chromium,
    PAGES.map(([selector]) => selector),
    count,
  );
  told("what the page computes for a touch", spread(touched));
  told("what the page computes for a touch that opens another page", spread(turned));
  return { touched, turned };
}

/** Returns how many goals were missed. */
export async function screen(quick: boolean): Promise<number> {
  const lacks = missing.chromium();
  if (lacks !== false) {
    console.log(`Left out: ${lacks}`);
    return 0;
  }
  await using stub = await startStub({ tilesEveryMs: 1_000 / FPS });
  // As the box says it: a sentence that no page knows would fetch the words of all of them.
  const { grade, quality } = JSON.parse(read("models/palisade-person-256x416.json")) as View["model"];
  stub.tell({ cameras: cameras(), model: { ...quietView().model, grade, quality } });
  await starts(stub, quick);
  const computed = await work(quick);
  await banners(stub, quick);
  const clocked = await answers(stub, "screen-touch", [], quick);
  const free = await answers(stub, "screen-touch-unclocked", NO_CLOCK, quick);
  const rows = [clocked.row, free.row];
  for (const row of rows) console.log(jsonLine(row));
  console.log(`\n${table(rows, SENTENCES)}`);
  const goals = [
    { what: "computing for a touch", p95Ms: percentile(computed.touched, 0.95), goal: TOUCH_GOAL_MS },
    { what: "computing for another page", p95Ms: percentile(computed.turned, 0.95), goal: PAGE_GOAL_MS },
    { what: "touch, without the screen's clock", p95Ms: percentile(free.touched, 0.95), goal: TOUCH_GOAL_MS },
    { what: "another page", p95Ms: percentile(clocked.turned, 0.95), goal: PAGE_GOAL_MS },
  ];
  for (const { what, p95Ms, goal } of goals)
    told(`goal: ${what}`, { p95Ms: rounded(p95Ms), goalMs: goal, met: p95Ms <= goal });
  return goals.filter(({ p95Ms, goal }) => p95Ms > goal).length;
}
