/** A real Chromium with a touch screen of a given size. Ask `missing.chromium()` first. */
import { type BrowserContext, chromium, type Locator, type Page } from "playwright-core";
import { wait } from "../../server/base/clock.ts";
import { chromiumPath } from "./missing.ts";

export interface Panel extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors of the page: what it threw, and what it wrote to the console as an error. */
  readonly errors: readonly string[];
}

export interface PanelOptions {
  readonly url: string;
  /** CSS pixels; 1280x800 where not given. */
  readonly width?: number;
  readonly height?: number;
  readonly touch?: boolean;
  /** Goes on where the browser warns of a certificate. */
  readonly trusts?: boolean;
}

/** As kiosk/panel/touch.ts has them, with something to spare: what comes to the place of a touch takes none so soon. */
const BOUNCE_MS = 320;
const BOUNCE_PX = 70;

/** Where and when each panel was touched last. */
const touched = new WeakMap<Page, { readonly at: number; readonly x: number; readonly y: number }>();
let slowed = false;

/** A person's finger is never so quick as to meet the guard against bounces; a test's is, unless it waits. */
function touchAsAPerson(page: Page): void {
  if (slowed) return;
  slowed = true;
  const locators = Object.getPrototypeOf(page.locator("body")) as Locator;
  const { tap: tapAtOnce } = locators;
  locators.tap = async function tap(this: Locator, options) {
    // What is replaced meanwhile is found again by the tap itself.
    await this.scrollIntoViewIfNeeded(options).catch(() => undefined);
    const box = await this.boundingBox(options);
    const [x, y] = box === null ? [0, 0] : [box.x + box.width / 2, box.y + box.height / 2];
    const last = touched.get(this.page());
    const left = last === undefined ? 0 : last.at + BOUNCE_MS - performance.now();
    if (last !== undefined && left > 0 && Math.hypot(x - last.x, y - last.y) < BOUNCE_PX) await wait(left);
    await tapAtOnce.call(this, options);
    touched.set(this.page(), { at: performance.now(), x, y });
  };
}

/** Opens the address and waits until the document is there. */
export async function openPanel({
  url,
  width = 1280,
  height = 800,
  touch = true,
  trusts = false,
}: PanelOptions): Promise<Panel> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error("Cannot open a panel: no Chromium here");
  // --no-sandbox: as root Chromium starts no other way; no other page than ours is opened.
  const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--mute-audio"];
  const browser = await chromium.launch({ executablePath, args });
  try {
    const context = await browser.newContext({
      viewport: { width, height },
      hasTouch: touch,
      locale: "en-GB",
      ignoreHTTPSErrors: trusts,
    });
    const page = await context.newPage();
    touchAsAPerson(page);
    const errors: string[] = [];
    page.on("pageerror", (error) => void errors.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    await page.goto(url, { waitUntil: "domcontentloaded" });
    return { page, context, errors, [Symbol.asyncDispose]: async () => await browser.close() };
  } catch (error) {
    await browser.close();
    throw error;
  }
}
