/** A real Chromium with a touch screen of a given size. Ask `missing.chromium()` first. */
import { type BrowserContext, chromium, type Page } from "playwright-core";
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
}

/** Opens the address and waits until the document is there. */
export async function openPanel({
  url,
  width = 1280,
  height = 800,
  touch = true,
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
    });
    const page = await context.newPage();
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
