/** Whether the list of the first start stands where Maintenance begins, and which step somebody is on the way to. */
import { effect, signal } from "@preact/signals";
import type { SetUpAnswer } from "../../server/http/session.ts";
import { call } from "../call.ts";
import { chooseLanguage, type Language } from "../language.ts";
import { page, room, session, view } from "../state.ts";

type Room = typeof room.value;

/** Every page of Maintenance then leads back to the list. It outlives a session: who signs in again goes on there. */
export const underway = signal(false);
/** What is shown once somebody has signed in. */
export const wanted = signal<Room | undefined>(undefined);

export function openFirstStart(): void {
  page.value = "maintenance";
  room.value = "workshop";
  wanted.value = undefined;
  underway.value = true;
}

/** The list stays as it is: every step is done or not, whoever looks. */
export function leaveFirstStart(): void {
  underway.value = false;
  wanted.value = undefined;
  if (session.peek() === undefined) page.value = "live";
}

export function goTo(step: Room): void {
  if (session.peek() === undefined) wanted.value = step;
  else room.value = step;
}

effect(() => {
  if (session.value === undefined || wanted.value === undefined) return;
  room.value = wanted.value;
  wanted.value = undefined;
});

let offered = false;
const GOES_ON = "first-start-goes-on";

/** The page begins anew for its language, and comes back to the list. */
export function chooseAndGoOn(language: Language): void {
  sessionStorage.setItem(GOES_ON, "yes");
  chooseLanguage(language);
}

/** Opens it by itself, once, on a box that watches nothing and that nobody may set up yet. */
export function startFirstStart(): void {
  if (sessionStorage.getItem(GOES_ON) !== null) openFirstStart();
  sessionStorage.removeItem(GOES_ON);
  effect(() => {
    const now = view.value;
    if (offered || now === undefined || now.demonstration || now.cameras.length > 0) return;
    // Settings that cannot be read look the same, and are no first start.
    if (now.faults.length > 0 || page.value !== "live") return;
    offered = true;
    void offer();
  });
}

async function offer(): Promise<void> {
  const outcome = await call({ method: "GET", path: "/api/setup" });
  const told = outcome.kind === "ok" ? (outcome.value as SetUpAnswer) : undefined;
  if (told?.needed === true && told.here && page.peek() === "live") openFirstStart();
}
