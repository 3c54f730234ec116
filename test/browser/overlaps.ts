/** What lies over something else on a page: texts over texts, and whatever a finger meets in place of a control. */
import type { Page } from "playwright-core";

/** One sentence for every two texts that overlap, and every control that cannot be reached where it is seen. */
export async function overlaps(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    const faults: string[] = [];
    const SLACK = 3; // pixels
    const SHARE = 0.4; // of a line's height: its box is higher than its letters
    const named = (text: string): string => `"${text.trim().replaceAll(/\s+/g, " ").slice(0, 50)}"`;
    /** What is seen of it: the rest lies under the edge of what scrolls. */
    const seen = (rect: DOMRect, inside: Element | null): DOMRect => {
      let { left, top, right, bottom } = rect;
      for (let box = inside; box !== null; box = box.parentElement) {
        if (getComputedStyle(box).overflowY === "visible") continue;
        const edge = box.getBoundingClientRect();
        [left, top] = [Math.max(left, edge.left), Math.max(top, edge.top)];
        [right, bottom] = [Math.min(right, edge.right), Math.min(bottom, edge.bottom)];
      }
      return new DOMRect(left, top, Math.max(0, right - left), Math.max(0, bottom - top));
    };
    const opaque = (one: Element): boolean =>
      one.checkVisibility({ visibilityProperty: true, opacityProperty: true });

    // What is told of the last deed goes by itself; an open dialog, cleaning and a dimmed panel cover everything.
    const over = document.querySelector("dialog:modal, .cleaning, .lost");
    const root = over ?? document.body;
    const texts: { text: string; parent: Element; rect: DOMRect }[] = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const { parentElement: parent, textContent } = node;
      // Numbers and names on a picture lie where the scene wants them.
      if (parent === null || (textContent ?? "").trim() === "" || parent.closest("svg, .notice") !== null)
        continue;
      if (!opaque(parent)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const part of range.getClientRects()) {
        const rect = seen(part, parent);
        if (rect.width > SLACK && rect.height > SLACK) texts.push({ text: textContent ?? "", parent, rect });
      }
    }
    /** Whether the upper of them lies on something without gaps: then the other one is not seen there. */
    const hides = (x: number, y: number, one: Element, other: Element): boolean => {
      const met = new Set<Element>();
      for (const at of document.elementsFromPoint(x, y)) {
        const [ofOne, ofOther] = [at.contains(one), at.contains(other)];
        if (ofOne !== ofOther && !getComputedStyle(at).backgroundColor.endsWith(", 0)"))
          return !met.has(ofOne ? other : one);
        met.add(at);
      }
      return false;
    };
    for (const [i, { text, parent, rect }] of texts.entries())
      for (const other of texts.slice(i + 1)) {
        if (other.parent === parent) continue;
        const left = Math.max(rect.left, other.rect.left);
        const top = Math.max(rect.top, other.rect.top);
        const across = Math.min(rect.right, other.rect.right) - left;
        const down = Math.min(rect.bottom, other.rect.bottom) - top;
        if (across <= SLACK || down <= SHARE * Math.min(rect.height, other.rect.height)) continue;
        if (!hides(left + across / 2, top + down / 2, parent, other.parent))
          faults.push(`${named(text)} lies over ${named(other.text)}`);
      }

    for (const control of root.querySelectorAll("button, input, a[href], [role=slider]")) {
      if (!opaque(control) || control.matches(".notice")) continue;
      const whole = control.getBoundingClientRect();
      const rect = seen(whole, control.parentElement);
      const name = named(control.getAttribute("aria-label") ?? control.textContent ?? "");
      const scrolls = [...parents(control)].some((box) => getComputedStyle(box).overflowY === "auto");
      if (whole.right > innerWidth + 1 || whole.left < -1 || (!scrolls && whole.bottom > innerHeight + 1))
        faults.push(`${name} is off the panel`);
      // Half hidden under an edge it is scrolled to.
      if (rect.width < 8 || rect.height < whole.height / 2) continue;
      const met = document.elementFromPoint(rect.x + rect.width / 2, rect.y + rect.height / 2);
      if (met === null || met.closest(".notice") !== null) continue;
      // Scrolled, it comes out from under the answers that stay.
      const stays = met.closest(".decide");
      if (stays !== null && scrolls && getComputedStyle(stays).position === "sticky") continue;
      if (!control.contains(met) && !met.contains(control))
        faults.push(`${name} is covered by ${met.tagName.toLowerCase()}.${met.getAttribute("class") ?? ""}`);
    }
    function* parents(of: Element): Generator<Element> {
      for (let box = of.parentElement; box !== null; box = box.parentElement) yield box;
    }
    return [...new Set(faults)];
  });
}
