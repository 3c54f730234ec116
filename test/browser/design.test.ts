/**
 * Every page on five panels in two themes: controls as large as a finger needs, nothing cut off, nothing that axe-core
 * finds, and a picture. A run of the tests looks at a few pages; PALISADE_PICTURES=<folder> looks at all of them, or those
 * that PALISADE_SCENES names, and keeps their pictures there; PALISADE_APPROVE=1 makes those of the few the approved ones.
 * Pictures are compared at an eighth of their size, because letters differ from machine to machine.
 */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openPanel, type Panel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { ROOT } from "../support/runtime.ts";
import { layoutFaults } from "./geometry.ts";
import { become, half, PROFILES, type Profile, shrink, type Theme, tooSmall } from "./profiles.ts";
import { openLab } from "./rooms-lab.ts";
import { SCENES, type Scene, type Stage } from "./scenes.ts";
import { startStub } from "./stub.ts";

const FOLDER = process.env.PALISADE_PICTURES || undefined;
const WHOLE = FOLDER !== undefined;
const NAMED = process.env.PALISADE_SCENES?.split(",");
const APPROVE = process.env.PALISADE_APPROVE !== undefined;
const APPROVED = `${ROOT}test/browser/approved`;
const OUT = FOLDER ?? join(tmpdir(), "palisade-pictures");
const THEMES: readonly Theme[] = ["day", "dim"];
/** Of all fields of a picture. Other letters make up to 0.3 % of it differ, a button that is missing 0.7 % and more. */
const MAY_DIFFER = 0.005;
/** The scene that ARCHITECTURE.md shows of every panel, at half its size. */
const SHOWN = "live-alarm";
const STANDARD = PROFILES[1];
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What axe-core finds wrong with the page as it stands. */
async function axeFaults(panel: Panel): Promise<readonly string[]> {
  const found = await panel.page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: (options: object) => Promise<AxeAnswer> } };
    const { violations } = await axe.run({
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      rules: {
        // A panel's browser shows this page alone, and two fingers must not do anything on it.
        "meta-viewport": { enabled: false },
        // A row is called by what it opens, a page's button without its count: what stands beside is no label.
        "label-content-name-mismatch": { enabled: false },
        // Chromium gives the focus to what scrolls by itself.
        "scrollable-region-focusable": { enabled: false },
      },
      resultTypes: ["violations"],
    });
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`,
    );
  });
  return found;
}
interface AxeAnswer {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** Takes the picture, and says where it is another one than the approved. */
async function picture(panel: Panel, name: string, isApproved: boolean): Promise<readonly string[]> {
  const png = await panel.page.screenshot({ animations: "disabled" });
  if (WHOLE) writeFileSync(`${OUT}/${name}.png`, png);
  if (!isApproved) return [];
  const file = `${APPROVED}/${name}.png`;
  const approved = existsSync(file) ? readFileSync(file) : undefined;
  const small = await shrink(panel.page, png, approved);
  if (APPROVE) {
    writeFileSync(file, small.png);
    if (name.startsWith(`${SHOWN}-`))
      writeFileSync(`${ROOT}test/browser/pictures/${name}.png`, await half(panel.page, png));
    return [];
  }
  if (small.differs <= MAY_DIFFER) return [];
  writeFileSync(`${OUT}/${name}.png`, png);
  const percent = (small.differs * 100).toFixed(1);
  return [
    `${percent} % of it is not as approved; look at ${OUT}/${name}.png, approve with PALISADE_APPROVE=1`,
  ];
}

async function lookAt(panel: Panel, scene: Scene, profile: Profile, theme: Theme, first: boolean) {
  const name = `${scene.name}-${profile.name}-${theme}`;
  await become(panel.page, profile, theme);
  const faults = [
    ...(await tooSmall(panel.page, profile.mm)),
    ...(first ? await layoutFaults(panel.page, { mayScroll: true }) : []),
    ...(first && (WHOLE || profile === STANDARD) ? await axeFaults(panel) : []),
    ...(await picture(panel, name, scene.always === true && scene.counts !== true && first)),
  ];
  return faults.map((fault) => `${name}: ${fault}`);
}

const MOST_TRIES = 5;

/** The scene on every panel. A machine that is too busy for the heartbeat covers the page: then it is opened anew. */
async function lookAtAll(stage: Stage, scene: Scene, n: number): Promise<readonly string[]> {
  const { panel } = stage;
  for (let tries = 1; ; tries++) {
    try {
      await panel.page.locator(".lost").waitFor({ state: "detached" });
      await become(panel.page, STANDARD, "day");
      await scene.open(stage);
      const faults: string[] = [];
      for (const [m, profile] of PROFILES.entries()) {
        // Both themes take turns, so that each page and each panel is seen in both.
        const theme = (n + m) % 2 === 0 ? "day" : "dim";
        for (const each of WHOLE ? THEMES : ([theme] as const))
          faults.push(...(await lookAt(panel, scene, profile, each, each === theme)));
        if (scene.name !== "lost" && (await panel.page.locator(".lost").count()) > 0)
          throw new Error("The link was lost meanwhile");
      }
      return faults;
    } catch (error) {
      if (tries === MOST_TRIES) throw new Error(`Cannot look at ${scene.name}`, { cause: error });
    }
  }
}

test("every page is right on five panels: sizes, layout, axe-core and approved pictures", {
  skip: missing.chromium(),
  timeout: 600_000,
}, async (t) => {
  mkdirSync(OUT, { recursive: true });
  for (const folder of APPROVE ? [APPROVED, `${ROOT}pictures`] : []) mkdirSync(folder, { recursive: true });
  await using stub = await startStub();
  const lab = openLab(stub);
  await using panel = await openPanel({ url: `${stub.url}/?mm=${STANDARD.mm}` });
  await panel.page.addScriptTag({ path: AXE });
  const faults: string[] = [];
  for (const [n, scene] of SCENES.entries()) {
    if (!(NAMED?.includes(scene.name) ?? (WHOLE || scene.always))) continue;
    faults.push(...(await lookAtAll({ panel, stub, lab }, scene, n)));
  }
  faults.push(...panel.errors.filter((error) => !/status of 503|net::ERR|WebSocket/.test(error)));
  if (WHOLE) t.diagnostic(`the pictures are in ${OUT}`);
  assert.deepEqual(faults, []);
});
