/** What axe-core finds wrong with a page as it stands. */
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

interface AxeAnswer {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** @param only these rules instead of all that a panel has to keep */
export async function axeFaults(page: Page, only: readonly string[] = []): Promise<readonly string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.addScriptTag({ path: AXE });
  return await page.evaluate(async (rules) => {
    const { axe } = window as unknown as { axe: { run: (options: object) => Promise<AxeAnswer> } };
    const { violations } = await axe.run({
      runOnly:
        rules.length > 0
          ? { type: "rule", values: rules }
          : ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      ...(rules.length > 0
        ? {}
        : {
            rules: {
              // A panel's browser shows this page alone, and two fingers must not do anything on it.
              "meta-viewport": { enabled: false },
              // A row is called by what it opens, a page's button without its count: what stands beside is no label.
              "label-content-name-mismatch": { enabled: false },
              // Chromium gives the focus to what scrolls by itself.
              "scrollable-region-focusable": { enabled: false },
            },
          }),
      resultTypes: ["violations"],
    });
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`,
    );
  }, only);
}
