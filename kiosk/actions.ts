/** What a person can have the box do from this panel, and what the screen says of it. */
import type { AlarmView, BypassView } from "../server/domain/view.ts";
import { ask } from "./ask.ts";
import { alarmToAcknowledge } from "./banner.ts";
import { call, type Outcome } from "./call.ts";
import { isFar } from "./far/session.ts";
import { asking, type Person, session, sessionEndsAt, tell, touchedAt, view } from "./state.ts";
import { BUTTONS, BYPASS, COMMANDS, DEMO, MAINTENANCE, RESET } from "./words.ts";

/** Says on the screen what became of a command. */
export function report(
  outcome: Outcome<unknown>,
  words: { readonly done: string; readonly command: string },
): void {
  if (outcome.kind === "ok") tell("done", words.done);
  if (outcome.kind === "failed") tell("refused", COMMANDS.failed(words.command), outcome.reasons);
}

/** What the finger meant when it came down: the alarm may change under it. */
export interface Seen {
  readonly id: string;
  readonly version: number;
  readonly text: string;
}

export function seenInBanner(): Seen | undefined {
  return view.value && alarmToAcknowledge(view.value);
}

/** Acknowledges what the person saw. One guard for all alarms: a bounce must not take the next one too. */
export async function acknowledge(seen: Seen | AlarmView | undefined): Promise<void> {
  if (seen === undefined) {
    tell("done", COMMANDS.nothingToAcknowledge);
    return;
  }
  const path = `/api/alarms/${encodeURIComponent(seen.id)}/acknowledge`;
  const outcome = await call({ method: "POST", path, body: { version: seen.version } }, "acknowledge");
  report(outcome, { done: `${COMMANDS.acknowledged}: ${seen.text}`, command: BUTTONS.acknowledge });
}

export async function silence(): Promise<void> {
  report(await call({ method: "POST", path: "/api/silence" }, "silence"), {
    done: COMMANDS.silenced,
    command: BUTTONS.silence,
  });
}

export async function requestStop(): Promise<void> {
  report(await call({ method: "POST", path: "/api/stop-request" }, "stop"), {
    done: COMMANDS.stopAsked,
    command: BUTTONS.stop,
  });
}

/** Resets, with a supervisor's name and PIN where the box asks for them. */
export async function reset(proof?: {
  readonly name: string;
  readonly pin: string;
}): Promise<Outcome<unknown>> {
  const outcome = await call({ method: "POST", path: "/api/reset", body: proof ?? {} }, "reset");
  if (outcome.kind === "ok" || proof === undefined)
    report(outcome, { done: RESET.done, command: BUTTONS.reset });
  if (outcome.kind === "ok") asking.value = undefined;
  return outcome;
}

/** Brings a zone back into the rules: for anybody, at one touch. */
export async function endBypass(bypass: BypassView): Promise<void> {
  const path = `/api/zones/${encodeURIComponent(bypass.zone)}/bypass`;
  const outcome = await call({ method: "DELETE", path }, `end-bypass ${bypass.zone}`);
  report(outcome, { done: BYPASS.ended(bypass.name), command: BYPASS.end });
}

/** Says why Reset does nothing now. */
export function explainReset(): void {
  const state = view.value?.reset;
  if (state === undefined) return;
  if (isFar()) tell("refused", RESET.refused, [RESET.onlyNear]);
  else if (!state.needed && state.refusals.length === 0) tell("done", RESET.nothing, [RESET.nothingWhy]);
  else tell("refused", RESET.refused, state.refusals);
}

export async function endDemonstration(): Promise<void> {
  const outcome = await call({ method: "POST", path: "/api/demonstration/end" }, "end-demonstration");
  if (outcome.kind === "failed") report(outcome, { done: "", command: DEMO.end });
  asking.value = undefined;
}

export async function people(): Promise<Outcome<readonly Person[]>> {
  return (await call({ method: "GET", path: "/api/people" })) as Outcome<readonly Person[]>;
}

export async function unlock(person: Person, pin: string): Promise<Outcome<unknown>> {
  const body = { name: person.name, pin };
  // No guard: the pad is busy while it asks and empty afterwards.
  const outcome = await call({ method: "POST", path: "/api/session", body });
  if (outcome.kind === "ok") unlocked(person, outcome.value);
  return outcome;
}

/** Until the box says otherwise. */
const USUAL_MS = 300_000;

/** The box has let this person in, for so long. */
export function unlocked(person: Person, told: unknown): void {
  touchedAt.value = performance.now();
  lasts(told);
  session.value = person;
}

function lasts(told: unknown): void {
  const { leftMs = USUAL_MS } = (told ?? {}) as { readonly leftMs?: number };
  sessionEndsAt.value = performance.now() + leftMs;
}

/** Tells the box that somebody is still there. */
export async function stay(): Promise<void> {
  const outcome = await ask({ method: "PUT", path: "/api/session" });
  if (outcome.kind === "ok") lasts(outcome.value);
}

/** Ends the session here first: a box that does not answer must not keep the page open. */
export async function lock(): Promise<void> {
  session.value = undefined;
  const outcome = await call({ method: "DELETE", path: "/api/session" });
  if (outcome.kind === "failed") tell("refused", COMMANDS.failed(MAINTENANCE.lock), outcome.reasons);
}

export async function switchCamera(
  camera: { readonly id: string; readonly name: string },
  to: "start" | "stop",
) {
  const words = to === "start" ? MAINTENANCE.startThis(camera.name) : MAINTENANCE.stopThis(camera.name);
  const outcome = await call(
    { method: "POST", path: `/${to}`, body: { camera: camera.id } },
    `${to} ${camera.id}`,
  );
  report(outcome, { done: words, command: words });
}
