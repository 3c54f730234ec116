/**
 * A box that was started again may bring another page than this one. The page then loads itself anew, but only while
 * nothing goes on: nobody looks at a screen that is being loaded.
 */
import { effect, signal } from "@preact/signals";
import { isActive, needsAcknowledge } from "../../server/domain/alarm.ts";
import type { View } from "../../server/domain/view.ts";
import { writing } from "../parts/writing.ts";
import { asking, connected, now, session, tell, touchedAt, view } from "../state.ts";
import { cleaning } from "./clean.ts";
import { STILL_MS } from "./rest.ts";
import { touching } from "./touches.ts";
import { PANEL } from "./words.ts";

const AGAIN_MS = 5_000;
const ANSWER_MS = 3_000;

/** A newer page waits until it may be loaded. */
export const renewing = signal(false);

/** Whether something is told or under way in the box that a screen must show without a gap. */
export function isBusy(shown: Pick<View, "alarms" | "bypasses" | "tests" | "walk">): boolean {
  const urgent = shown.alarms.some(
    ({ state, priority }) => needsAcknowledge(state) || (isActive(state) && priority <= 2),
  );
  return urgent || shown.bypasses.length > 0 || shown.tests.length > 0 || shown.walk !== undefined;
}

/** Every file the start page names that this page did not come with. */
export function newFiles(startPage: string, own: string): readonly string[] {
  const named = [...startPage.matchAll(/assets\/[\w.-]+\.(?:js|css)/g)].map(([file]) => file);
  return named.filter((file) => !own.includes(file));
}

/** Asks the box, which is another than the one this page came from, for its page. */
export async function lookForNewPage(): Promise<void> {
  try {
    const answer = await fetch("/", { cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS) });
    if (!answer.ok) throw new Error(`The box answered ${answer.status}`);
    if (newFiles(await answer.text(), document.head.innerHTML).length === 0) return;
    if (!renewing.peek()) tell("done", PANEL.newer);
    renewing.value = true;
  } catch {
    setTimeout(() => void lookForNewPage(), AGAIN_MS); // it is still starting
  }
}

/** For the life of the page. */
export function startRenewing(): void {
  effect(() => {
    if (!renewing.value || !connected.value || view.value === undefined) return;
    const used = touching.value || now.value - touchedAt.value < STILL_MS || cleaning.value !== undefined;
    const asked = session.value !== undefined || asking.value !== undefined || writing.value !== undefined;
    if (!used && !asked && !isBusy(view.value)) location.reload();
  });
  // An old page that cannot show what a new box says is worse than none.
  addEventListener("error", () => {
    if (renewing.value) location.reload();
  });
}
