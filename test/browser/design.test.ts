/**
 * Every page on its panels in two themes: controls as large as a finger needs, nothing cut off, covered or overlapping,
 * nothing that axe-core finds, and a picture. A run of the tests looks at a few scenes everywhere and at every page once;
 * PALISADE_PICTURES=<folder> looks at every scene on every panel in both themes, and on a 7 inch one upright, or at those
 * that PALISADE_SCENES names, and keeps their pictures there; PALISADE_APPROVE=1 makes those of a usual run the approved.
 * Pictures are compared at an eighth of their size, because letters differ from machine to machine.
 */
import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { openPanel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { ROOT } from "../support/runtime.ts";
import { axeFaults } from "./axe.ts";
import { layoutFaults } from "./geometry.ts";
import { overlaps } from "./overlaps.ts";
import { become, half, PROFILES, type Profile, shrink, type Theme, tooSmall, UPRIGHT } from "./profiles.ts";
import { openLab } from "./rooms-lab.ts";
import { SCENES, type Scene } from "./scenes.ts";
import { unsaidScrolls } from "./scrolls.ts";
import { besidesLost, LIMIT_MS, play, plug, STANDARD, type Stage, unplug } from "./stage.ts";
import { startStub } from "./stub.ts";

const FOLDER = process.env.PALISADE_PICTURES || undefined;
const WHOLE = FOLDER !== undefined;
const NAMED = process.env.PALISADE_SCENES?.split(",");
const APPROVE = process.env.PALISADE_APPROVE !== undefined;
const APPROVED = `${ROOT}test/browser/approved`;
const OUT = FOLDER ?? join(tmpdir(), "palisade-pictures");
/** Each browser takes a core and half a gigabyte. */
const BROWSERS = WHOLE ? 2 : 1;
/** Of all fields of a picture. Other letters make up to 0.3 % of it differ, a button that is missing 0.7 % and more. */
const MAY_DIFFER = 0.005;
/** The scene that ARCHITECTURE.md shows of every panel, at half its size. */
const SHOWN = "live-alarm";
const [COMPACT] = PROFILES;

/** What every run looks at on every panel; of each other page it looks at the narrowest. */
const EVERYWHERE = [
  ...["live", "live-alarm", "live-lost", "alarms-alarm", "maintenance-pin", "size"],
  ...["cameras-keyboard", "zones-error"],
];
const isPage = ({ name, page }: Scene): boolean => name === page;
const isChosen = (scene: Scene): boolean =>
  NAMED?.includes(scene.name) ?? (WHOLE || EVERYWHERE.includes(scene.name) || isPage(scene));

function panelsFor(scene: Scene, n: number): readonly Profile[] {
  // The cover of a lost link is the same over every page.
  if (scene.state === "lost" && scene.page !== "live")
    return PROFILES.filter((_, m) => m === n % PROFILES.length);
  if (WHOLE) return [...PROFILES, UPRIGHT];
  return EVERYWHERE.includes(scene.name) ? PROFILES : [COMPACT];
}

/** Both themes take turns, so that each page and each panel is seen in both. */
const themesFor = (n: number, profile: Profile): readonly [Theme, Theme] =>
  (n + [...PROFILES, UPRIGHT].indexOf(profile)) % 2 === 0 ? ["day", "dim"] : ["dim", "day"];

const SETTLES_MS = 700;

/** Takes the picture, and says where it is another one than the approved. */
async function picture(
  { panel: { page } }: Stage,
  name: string,
  isCompared: boolean,
): Promise<readonly string[]> {
  if (!WHOLE && !isCompared) return [];
  let png = await page.screenshot({ animations: "disabled" });
  if (WHOLE) writeFileSync(`${OUT}/${name}.png`, png);
  if (!isCompared) return [];
  const file = `${APPROVED}/${name}.png`;
  const approved = existsSync(file) ? readFileSync(file) : undefined;
  let small = await shrink(page, png, approved);
  if (small.differs > MAY_DIFFER) {
    // On a busy machine the last touch may still be on its way to the picture; what is another page stays one.
    await page.waitForTimeout(SETTLES_MS);
    png = await page.screenshot({ animations: "disabled" });
    small = await shrink(page, png, approved);
  }
  if (APPROVE) {
    writeFileSync(file, small.png);
    if (name.startsWith(`${SHOWN}-`))
      writeFileSync(`${ROOT}test/browser/pictures/${name}.png`, await half(page, png));
    return [];
  }
  if (small.differs <= MAY_DIFFER) return [];
  writeFileSync(`${OUT}/${name}.png`, png);
  const percent = (small.differs * 100).toFixed(1);
  return [
    `${percent} % of it is not as approved; look at ${OUT}/${name}.png, approve with PALISADE_APPROVE=1`,
  ];
}

/** Whether a usual run compares it. The cover of a lost link says other words every second. */
const isApproved = ({ name, page, state }: Scene, profile: Profile): boolean =>
  state !== "lost" &&
  profile !== UPRIGHT &&
  (EVERYWHERE.includes(name) || (name === page && profile === COMPACT));

async function lookAt(stage: Stage, scene: Scene, n: number, profile: Profile): Promise<readonly string[]> {
  const { page } = stage.panel;
  const [first, second] = themesFor(n, profile);
  const name = (theme: Theme): string => `${scene.name}-${profile.name}-${theme}`;
  await become(page, profile, first);
  const faults = [
    ...(await tooSmall(page, profile.mm)),
    ...(await layoutFaults(page, { mayScroll: true })),
    ...(await overlaps(page)),
    ...(await unsaidScrolls(page)),
    ...(profile === STANDARD ? await axeFaults(page) : []),
    ...(await picture(stage, name(first), isApproved(scene, profile))),
  ];
  if (WHOLE) {
    await become(page, profile, second);
    if (profile === STANDARD) faults.push(...(await axeFaults(page, ["color-contrast"])));
    await picture(stage, name(second), false);
  }
  return faults.map((fault) => `${name(first)}: ${fault}`);
}

/** The scene that this one goes on from. */
function before(scene: Scene): Scene {
  const at = SCENES.indexOf(scene);
  return SCENES.slice(0, at).findLast(({ goesOn }) => !goesOn) ?? scene;
}

async function open(stage: Stage, scene: Scene, isOpen: Scene | undefined): Promise<void> {
  const { way, setting, besides, state } = scene;
  if (!scene.goesOn) return await play(stage, way, setting, besides);
  const base = before(scene);
  if (isOpen !== base) await play(stage, base.way, base.setting, base.besides);
  if (state === "lost") return await unplug(stage, setting.wants);
  stage.lab.is(setting.cell ?? "quiet", besides);
  await stage.panel.page.locator(setting.wants).first().waitFor({ timeout: LIMIT_MS });
}

const MOST_TRIES = 2;

/** The scene on its panels. A machine that is too busy for the heartbeat covers the page: then it is opened anew. */
async function lookAtAll(stage: Stage, scene: Scene, isOpen: Scene | undefined): Promise<readonly string[]> {
  const n = SCENES.indexOf(scene);
  const { page } = stage.panel;
  for (let tries = 1; ; tries++) {
    const faults: string[] = [];
    const errors = stage.panel.errors.length;
    try {
      await open(stage, scene, tries === 1 ? isOpen : undefined);
      for (const profile of panelsFor(scene, n)) faults.push(...(await lookAt(stage, scene, n, profile)));
      if (scene.state === "lost") {
        faults.push(...(await besidesLost(stage)).map((fault) => `${scene.name}: ${fault}`));
        await plug(stage);
      } else if ((await page.locator(".lost").count()) > 0) throw new Error("The link was lost meanwhile");
    } catch (error) {
      if (tries < MOST_TRIES) continue;
      return [`${scene.name}: cannot be looked at: ${String(error).split("\n")[0]}`];
    }
    const said = stage.panel.errors
      .slice(errors)
      .filter((error) => !/status of 503|net::ERR|WebSocket/.test(error));
    return [...faults, ...said.map((error) => `${scene.name}: ${error}`)];
  }
}

describe("every page is right on five panels: sizes, layout, axe-core and approved pictures", {
  concurrency: BROWSERS,
}, () => {
  const chosen = [...new Set(SCENES.map(({ page }) => page))].map((page) =>
    SCENES.filter((scene) => scene.page === page && isChosen(scene)),
  );
  for (let browser = 0; browser < BROWSERS; browser++)
    test(`browser ${browser + 1} of ${BROWSERS}`, {
      skip: missing.chromium(),
      timeout: 1_200_000,
    }, async (t) => {
      for (const folder of [OUT, APPROVED, `${ROOT}test/browser/pictures`])
        mkdirSync(folder, { recursive: true });
      await using stub = await startStub();
      const lab = openLab(stub);
      await using panel = await openPanel({ url: stub.url });
      const stage = { panel, stub, lab };
      const faults: string[] = [];
      // Each takes the next page that nobody has begun.
      for (let scenes = chosen.shift(); scenes !== undefined; scenes = chosen.shift()) {
        let isOpen: Scene | undefined;
        for (const scene of scenes) {
          const found = await lookAtAll(stage, scene, isOpen);
          faults.push(...found);
          if (WHOLE) appendFileSync(`${OUT}/faults.txt`, found.map((fault) => `${fault}\n`).join(""));
          if (!scene.goesOn) isOpen = scene;
          if (scene.state === "lost") isOpen = undefined;
        }
      }
      if (WHOLE) t.diagnostic(`the pictures are in ${OUT}`);
      assert.deepEqual(faults, []);
    });
});
