/** What a finger does on the panel, and what the tests need of a provisioned cell. */
import type { Locator, Page } from "playwright-core";
import { wait } from "../../server/base/clock.ts";
import { demonstrationConfig } from "../../server/demonstration.ts";
import type { View } from "../../server/domain/view.ts";
import type { Box } from "../support/box.ts";
import type { Panel } from "../support/browser.ts";
import { acknowledgeAll as acknowledgeListed } from "../support/operator.ts";
import { until } from "../support/until.ts";

/** Longer than the 1.5 s of the ring, and well before the 6.5 s at which a release is too late. */
export const HOLD_MS = 1_800;

/** A 10.1 inch panel of 1280x800, as kiosk/measure.ts has it. */
export const PX_PER_MM = 5.88;

/** The control of that accessible name, which is the contract's. */
export function button(panel: { readonly page: Page }, name: string): Locator {
  return panel.page.getByRole("button", { name, exact: true });
}

/** One finger in the middle of the control for `ms`. The time is what the control measures. */
export async function hold(panel: Panel, control: Locator, ms: number): Promise<void> {
  await control.waitFor();
  const box = await control.boundingBox();
  if (box === null) throw new Error("Cannot hold a control that is not drawn");
  const touchPoints = [{ x: box.x + box.width / 2, y: box.y + box.height / 2 }];
  const devtools = await panel.context.newCDPSession(panel.page);
  await devtools.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
  await wait(ms);
  await devtools.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await devtools.detach();
}

/** Answers why something is changed. The question ignores touches at first, as a bounce is no answer. */
export async function because(panel: { readonly page: Page }, reason: string): Promise<void> {
  const asked = panel.page.getByRole("dialog", { name: "Why is this changed?" });
  await asked.waitFor();
  await wait(350);
  await asked.getByRole("button", { name: reason, exact: true }).tap();
  await asked.waitFor({ state: "detached" });
}

/** Waits until the screen shows this text. Throws after `ms`. */
export async function shown(panel: Panel, text: string | RegExp, ms = 5_000): Promise<void> {
  await panel.page.getByText(text).first().waitFor({ timeout: ms });
}

/** The same command is ignored for half a second, as a bounce of the finger. */
const BOUNCE_MS = 550;
const MOST_TOUCHES = 20;

/** Touches Acknowledge as long as an alarm waits for it, as a person does who reads each in the banner. */
export async function acknowledgeAll(panel: Panel): Promise<void> {
  for (let touches = 0; (await panel.page.locator(".bar .wanted").count()) > 0; touches++) {
    if (touches === MOST_TOUCHES) throw new Error(`Still to acknowledge after ${touches} touches`);
    await button(panel, "Acknowledge").tap();
    await wait(BOUNCE_MS);
  }
}

/** What the live region of the banner says, in one line. */
export async function banner(panel: Panel): Promise<string> {
  return (await panel.page.locator(".banner [role=alert]").innerText()).replaceAll("\n", " ");
}

/** Waits until the box would reset: on a busy machine the film's person is inside before the panel is open. */
export async function resettable(box: Box): Promise<void> {
  let reset: View["reset"] | undefined;
  try {
    await until({
      what: "Reset is possible",
      ms: 60_000,
      everyMs: 100,
      check: async () => {
        await acknowledgeListed(box);
        reset = (await box.view()).reset;
        return reset.possible;
      },
    });
  } catch (error) {
    throw new Error(`It is refused: ${JSON.stringify(reset)}`, { cause: error });
  }
}

/** Acknowledges and holds Reset when the screen offers it; waits until it does. */
export async function resetByTouch(panel: Panel, ms: number): Promise<void> {
  await until({
    what: "Reset is offered",
    ms,
    everyMs: 100,
    check: async () => {
      await acknowledgeAll(panel);
      return (await panel.page.locator(".bar .hold.possible").count()) > 0;
    },
  });
  await hold(panel, button(panel, "Reset"), HOLD_MS);
}

/** The demonstration's cell as a site of its own, with two people. */
export function provisionedCell(site: { readonly fullView: boolean }) {
  const { detector: _own, site: _theirs, ...cell } = demonstrationConfig();
  return {
    ...cell,
    site: { name: "Press 4", timezone: "Europe/Berlin", ...site },
    users: [
      { name: "Sam", role: "maintenance", pin: "730146" },
      { name: "Kim", role: "operator", pin: "2580" },
    ],
  };
}

/** Types on the PIN pad. */
export async function typePin(panel: Panel, digits: string): Promise<void> {
  for (const digit of digits) await button(panel, digit).tap();
}
