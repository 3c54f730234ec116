/** Whether everything that scrolls on a page says so at the edge where it goes on. */
import type { Page } from "playwright-core";

/** One sentence for every area that hides a part of itself and shows no sign of it. */
export async function unsaidScrolls(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    const SLACK = 1; // browsers round to pixels
    const isSaid = (one: Element, pseudo: string): boolean =>
      getComputedStyle(one, pseudo).content !== "none";
    return [...document.querySelectorAll(".frame *")].flatMap((one) => {
      const hidden = one.scrollHeight - one.clientHeight;
      if (hidden <= SLACK || !["auto", "scroll"].includes(getComputedStyle(one).overflowY)) return [];
      if (!one.checkVisibility()) return [];
      const name = one.className || one.tagName;
      const answers = one.querySelector(":scope > :is(.decide, .alarmDeeds)");
      const bottom = answers === null ? isSaid(one, "::after") : isSaid(answers, "::before");
      return [
        ...(one.scrollTop > SLACK && !isSaid(one, "::before") ? [`"${name}" goes on above, unsaid`] : []),
        ...(hidden - one.scrollTop > SLACK && !bottom ? [`"${name}" goes on below, unsaid`] : []),
      ];
    });
  });
}
