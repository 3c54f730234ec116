/** The panels every screen is looked at on: a picture of each state in test/.out, and what is wrong with its layout. */
import { mkdir } from "node:fs/promises";
import type { Panel } from "../support/browser.ts";
import { ROOT } from "../support/runtime.ts";
import { layoutFaults } from "./geometry.ts";

const OUT = `${ROOT}test/.out`;

export interface Size {
  readonly width: number;
  readonly height: number;
  /** CSS pixels. */
  readonly mm: number;
}
const COMPACT: Size = { width: 1024, height: 600, mm: 4.63 };
export const MIDDLE: Size = { width: 1280, height: 800, mm: 5.88 };
const PORTRAIT: Size = { width: 800, height: 1280, mm: 5.88 };

/** The narrow one, where everything is tightest; the others with PALISADE_SIZES=all. design.test.ts looks at all panels. */
export const SIZES: readonly [Size, ...Size[]] =
  process.env.PALISADE_SIZES === "all" ? [COMPACT, MIDDLE, PORTRAIT] : [COMPACT];

/** One sentence for everything that is wrong with how this state is laid out. */
export async function look(panel: Panel, state: string, size: Size): Promise<readonly string[]> {
  await mkdir(OUT, { recursive: true });
  await panel.page.screenshot({ path: `${OUT}/${state}-${size.width}x${size.height}.png` });
  const faults = await layoutFaults(panel.page, { mayScroll: true });
  return faults.map((fault) => `${state} ${size.width}x${size.height}: ${fault}`);
}
