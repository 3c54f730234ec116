/** What is wrong with how a page is laid out, found in the page itself by its rectangles. */
import type { Page } from "playwright-core";

export interface LayoutRules {
  /** Whether lists may go on below their edge, to be scrolled by finger. */
  readonly mayScroll: boolean;
}

/** One sentence for every text that is cut, every button that is too full, everything outside the panel. */
export async function layoutFaults(page: Page, rules: LayoutRules): Promise<readonly string[]> {
  return await page.evaluate(({ mayScroll }) => {
    const faults: string[] = [];
    const SLACK = 1; // pixels: browsers round
    const say = (text: string, what: string): void => {
      faults.push(`"${text.trim().slice(0, 60)}" ${what}`);
    };
    const root = document.documentElement;
    if (root.scrollWidth > innerWidth)
      faults.push(`the page is ${root.scrollWidth} px wide on ${innerWidth}`);
    if (root.scrollHeight > innerHeight)
      faults.push(`the page is ${root.scrollHeight} px high on ${innerHeight}`);

    const sides = (inner: DOMRect, outer: DOMRect): { across: boolean; down: boolean } => ({
      across: inner.left < outer.left - SLACK || inner.right > outer.right + SLACK,
      down: inner.top < outer.top - SLACK || inner.bottom > outer.bottom + SLACK,
    });
    const nameOf = (box: Element): string => box.getAttribute("class") || box.tagName.toLowerCase();
    const checkText = (text: Text): void => {
      const parent = text.parentElement;
      const said = text.textContent ?? "";
      if (parent === null || said.trim() === "" || !parent.checkVisibility({ visibilityProperty: true }))
        return;
      const range = document.createRange();
      range.selectNodeContents(text);
      const lines = range.getClientRects().length;
      if (lines > 3 && said.trim().length < 2 * lines) say(said, "is written a letter a line");
      for (const rect of range.getClientRects()) {
        let scrolls = false;
        for (let box: Element | null = parent; box !== null; box = box.parentElement) {
          const { overflowX, overflowY } = getComputedStyle(box);
          const out = sides(rect, box.getBoundingClientRect());
          if (box instanceof HTMLButtonElement && (out.across || out.down)) say(said, "leaves its button");
          if (overflowX !== "visible" && out.across) say(said, `is cut at the side by ${nameOf(box)}`);
          const free = mayScroll && (overflowY === "auto" || scrolls);
          if (overflowY !== "visible" && out.down && !free) say(said, `is cut off by ${nameOf(box)}`);
          scrolls ||= overflowY === "auto";
        }
        const out = sides(rect, new DOMRect(0, 0, innerWidth, innerHeight));
        if (out.across || (out.down && !(mayScroll && scrolls))) say(said, "is outside the panel");
      }
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) checkText(node as Text);

    // What was done is told for three seconds over whatever is there, and lets every touch through.
    // Under what covers everything nothing can be touched.
    const over = document.querySelector("dialog:modal, .cleaning") ?? document;
    const buttons = [...over.querySelectorAll("button:not(.notice.done)")].filter((one) =>
      one.checkVisibility(),
    ) as HTMLElement[];
    // Only what can be touched: the rest of a list is under its edge.
    const seen = (one: Element): DOMRect => {
      let { left, top, right, bottom } = one.getBoundingClientRect();
      for (let box = one.parentElement; box !== null; box = box.parentElement) {
        if (getComputedStyle(box).overflowY === "visible") continue;
        const edge = box.getBoundingClientRect();
        left = Math.max(left, edge.left);
        top = Math.max(top, edge.top);
        right = Math.min(right, edge.right);
        bottom = Math.min(bottom, edge.bottom);
      }
      return new DOMRect(left, top, Math.max(0, right - left), Math.max(0, bottom - top));
    };
    const rects = buttons.map(seen);
    /** Answers that stay while what is asked is scrolled under them. */
    const stays = (one: Element): boolean => {
      const answers = one.closest(".decide");
      return answers !== null && getComputedStyle(answers).position === "sticky";
    };
    for (const [i, one] of buttons.entries()) {
      const rect = rects[i] as DOMRect;
      const name = one.getAttribute("aria-label") ?? one.innerText;
      if (one.scrollWidth > one.clientWidth + SLACK) say(name, "is wider than its button");
      if (one.scrollHeight > one.clientHeight + SLACK) say(name, "is higher than its button");
      for (const [n, other] of rects.slice(i + 1).entries()) {
        const apart =
          rect.width * rect.height * other.width * other.height === 0 ||
          stays(one) !== stays(buttons[i + 1 + n] as HTMLElement) ||
          rect.right <= other.left ||
          other.right <= rect.left ||
          rect.bottom <= other.top ||
          other.bottom <= rect.top;
        if (!apart) say(name, "overlaps another button");
      }
    }
    return [...new Set(faults)];
  }, rules);
}

/** A fingerprint of what each canvas of the page shows: the mean grey of 16 x 9 fields. */
export async function pictures(page: Page): Promise<readonly (readonly number[])[]> {
  return await page.evaluate(() =>
    [...document.querySelectorAll("canvas")].map((canvas) => {
      const copy = new OffscreenCanvas(canvas.width, canvas.height);
      const pen = copy.getContext("2d", { willReadFrequently: true });
      if (pen === null || canvas.width === 0) return [];
      pen.drawImage(canvas, 0, 0);
      const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
      const [columns, rows] = [16, 9];
      const sums = new Array<number>(columns * rows).fill(0);
      for (let i = 0; i < data.length; i += 4) {
        const pixel = i / 4;
        const column = Math.floor(((pixel % canvas.width) * columns) / canvas.width);
        const row = Math.floor((Math.floor(pixel / canvas.width) * rows) / canvas.height);
        const field = row * columns + column;
        sums[field] = (sums[field] ?? 0) + (data[i] ?? 0) + (data[i + 1] ?? 0) + (data[i + 2] ?? 0);
      }
      const size = (canvas.width * canvas.height * 3) / (columns * rows);
      return sums.map((sum) => sum / size);
    }),
  );
}
