/** What a scene is played on: a fresh page on a panel over a box that answers as told, and how it is walked through. */
import { wait } from "../../server/base/clock.ts";
import type { View } from "../../server/domain/view.ts";
import type { Panel } from "../support/browser.ts";
import type { Cell } from "./cells.ts";
import { PROFILES, type Profile } from "./profiles.ts";
import type { Answers, Lab } from "./rooms-lab.ts";
import type { Stub } from "./stub.ts";
import { button } from "./touch.ts";

export interface Stage {
  readonly panel: Panel;
  readonly stub: Stub;
  readonly lab: Lab;
}

/** A control by its name, or whatever else is done. */
export type Step = string | RegExp | ((stage: Stage) => Promise<void>);

/** What the box is and answers at the last step of the way, and what is there then. */
export interface Setting {
  readonly wants: string;
  readonly cell?: Cell;
  readonly answers?: Answers;
}

/** For a machine that is much too busy. */
export const LIMIT_MS = 20_000;
/** A dialog takes a touch that soon for a bounce. */
const GUARD_MS = 320;
const PIN = "730146";
export const [, STANDARD] = PROFILES;

/** Presses it as a script does: that fingers reach it is looked at by size and place, and tested elsewhere. */
export async function press({ panel }: Stage, name: string | RegExp): Promise<void> {
  const control = panel.page
    .getByRole("button", { name, exact: typeof name === "string", disabled: false })
    .first();
  await control.waitFor({ timeout: LIMIT_MS });
  if (await control.evaluate((one) => one.closest("dialog") !== null)) await wait(GUARD_MS);
  await control.evaluate((one) => (one as HTMLElement).click());
}

async function take(stage: Stage, step: Step): Promise<void> {
  await (typeof step === "function" ? step(stage) : press(stage, step));
}

/** Signs Sam in, who may do everything. */
export async function unlock(stage: Stage): Promise<void> {
  await press(stage, "Maintenance");
  await press(stage, /^Sam/);
  for (const digit of PIN) await press(stage, digit);
  await press(stage, "Unlock");
  await button(stage.panel, "Lock").waitFor({ timeout: LIMIT_MS });
}

/** A short touch on a control that is held: it asks for more, or says why not. */
export const touch =
  (name: string): Step =>
  async ({ panel }) =>
    await button(panel, name).tap({ timeout: LIMIT_MS });

/** What the next step presses has been answered: the box may answer otherwise from then on. */
export const there =
  (wants: string): Step =>
  async ({ panel }) =>
    await panel.page.locator(wants).first().waitFor({ timeout: LIMIT_MS });

/** Writes with a plugged-in keyboard. */
export const write =
  (field: string, text: string): Step =>
  async (stage) => {
    await press(stage, field);
    const { page } = stage.panel;
    await page.locator(".line input").fill(text, { timeout: LIMIT_MS });
    await press(stage, "Done");
  };

/** From a fresh page all the way; the box answers as the scene wants it only at the last step. */
export async function play(
  stage: Stage,
  way: readonly Step[],
  { wants, cell = "quiet", answers = "full" }: Setting,
  besides: Partial<View>,
  on: Profile = STANDARD,
): Promise<void> {
  const { panel, stub, lab } = stage;
  const { page } = panel;
  stub.mute("speak");
  stub.hang(false);
  lab.answers(way.length === 0 ? answers : "full");
  lab.is(cell, besides);
  await page.setViewportSize(on);
  await page.goto(`${stub.url}/?mm=${on.mm}`, { waitUntil: "domcontentloaded" });
  await page.locator(".bar").waitFor({ timeout: LIMIT_MS });
  // A page that was never touched may not sound, and says so.
  await page.locator(".top .says").tap({ timeout: LIMIT_MS });
  for (const [n, step] of way.entries()) {
    if (n === way.length - 1) lab.answers(answers);
    await take(stage, step);
  }
  await page.locator(wants).first().waitFor({ timeout: LIMIT_MS });
}

/** Longer than a page tries by itself before it says that somebody should look. */
const FAILED_MS = 31_000;

/** The link is lost, and with it everything on the screen; or it has been for long, by the page's clock. */
export async function unplug({ panel, stub }: Stage, wants: string): Promise<void> {
  stub.hang(true);
  stub.mute("end");
  await panel.page.locator(".lost").waitFor({ timeout: LIMIT_MS });
  if (wants === ".lost") return;
  await panel.page.evaluate((ms) => {
    const { now } = performance;
    performance.now = () => now.call(performance) + ms;
  }, FAILED_MS);
  await panel.page.locator(wants).waitFor({ timeout: LIMIT_MS });
}

/** What is drawn beside the cover of a lost link: nothing may be, because it could be taken for the truth. */
export async function besidesLost({ panel }: Stage): Promise<readonly string[]> {
  return await panel.page.evaluate(() =>
    [...document.querySelectorAll(".frame > :not(.lost)")].map(
      (one) => `${one.tagName.toLowerCase()}.${one.className} is drawn while the link is lost`,
    ),
  );
}

/** The link is there again. */
export async function plug({ panel, stub }: Stage): Promise<void> {
  stub.hang(false);
  stub.mute("speak");
  await panel.page.locator(".lost").waitFor({ state: "detached", timeout: LIMIT_MS });
}
