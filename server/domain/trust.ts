/**
 * Whether a camera's pictures can be believed: they move, show the scene that was taught, and are young.
 * Measured on every frame in the eye; what fails makes the camera's zones blind, each with an alarm of its own.
 */
import type { Millis } from "./units.ts";

/** In the order in which they explain each other: what stands first is the cause of what stands after it. */
export const TRUST_FAULTS = [
  /** The picture's size or shape is not the one that was taught. */
  "mismatch",
  /** Time stamps stand still, or run faster or slower than time. */
  "clock",
  /** Pictures come later than they were taken. */
  "late",
  /** Too dark to see anybody. */
  "dark",
  /** Too bright to see anybody. */
  "glare",
  /** Covered: nothing of the scene is left. */
  "blind",
  /** Pictures come, always the same. */
  "frozen",
  /** The camera looks elsewhere than when its zones were taught. */
  "moved",
  /** The scene has lost its edges. */
  "defocus",
] as const;
export type TrustFault = (typeof TRUST_FAULTS)[number];

export interface Distrust {
  readonly why: TrustFault;
  readonly since: Millis;
  /** One sentence with the figure that failed. */
  readonly message: string;
}

export type Trust =
  /** Not every check has passed since the camera began to run; counts as not knowing. */
  | { readonly kind: "proving"; readonly since: Millis }
  | { readonly kind: "trusted"; readonly since: Millis }
  /** At least one fault, the most telling first. */
  | { readonly kind: "distrusted"; readonly since: Millis; readonly faults: readonly Distrust[] };

/** One check as its page shows it. */
export interface CheckReading {
  readonly check: TrustFault;
  /** `unknown` where it cannot be made, such as `moved` without a reference. */
  readonly state: "ok" | "suspect" | "failed" | "unknown";
  /** What was measured last, in the check's unit; null where nothing was. */
  readonly value: number | null;
  readonly limit: number;
}

/** The scene as it was when the zones were taught: a small grey picture. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  /** Rows from the top, 0..255; width x height bytes. */
  readonly luma: Uint8Array;
  /** Size of the camera's own picture. */
  readonly picture: { readonly width: number; readonly height: number };
}

export interface TrustCheck {
  /** Where the check begins to fail; what it is held against depends on the check. */
  readonly limit: number;
  readonly unit: string;
  /** How long it must fail without a break before it counts. */
  readonly delayMs: Millis;
  /** How long it must pass without a break before it is forgotten. */
  readonly clearMs: Millis;
  readonly title: string;
  /** What is checked, how long it takes, and what a person can do. */
  readonly text: string;
}

export const TRUST_CHECKS: Readonly<Record<TrustFault, TrustCheck>> = {
  mismatch: {
    limit: 0,
    unit: "% off",
    delayMs: 0,
    clearMs: 0,
    title: "Size of the picture",
    text: "The picture must have the size it had when the zones were taught; another size fails at once. Set the camera back to that size, or teach the zones again.",
  },
  clock: {
    limit: 20,
    unit: "% off",
    delayMs: 2_000,
    clearMs: 5_000,
    title: "Clock of the camera",
    text: "The camera's time stamps must go on as time does; standing still or running more than 20 % too fast for 3 s fails; one that is slow looks late, and fails as that. Restart the camera; check its frame rate and its firmware.",
  },
  late: {
    limit: 1_000,
    unit: "ms",
    delayMs: 1_000,
    clearMs: 5_000,
    title: "Age of the pictures",
    text: "Pictures must come as soon as they are taken; more than a second (or 5 pictures) later than the quickest ones, for a second, fails. A stream over HTTP without times of its own is late where it never pauses between two pictures: then a queue is on the way. Check the network; lower the camera's bit rate or its frame rate.",
  },
  dark: {
    limit: 12,
    unit: "of 255",
    delayMs: 2_000,
    clearMs: 10_000,
    title: "Darkness",
    text: "The mean brightness must not stay under 12 of 255 for 2 s: nobody can be seen then. Switch the light on; see whether the lens is covered.",
  },
  glare: {
    limit: 50,
    unit: "% of the picture",
    delayMs: 2_000,
    clearMs: 10_000,
    title: "Glare",
    text: "Not more than half of the picture may stay white for 2 s: nobody can be seen there. Shade the lens, or turn the camera away from the light; short flashes, such as welding, do not count.",
  },
  blind: {
    limit: 20,
    unit: "% of the edges",
    delayMs: 2_000,
    clearMs: 10_000,
    title: "Covered lens",
    text: "The edges of the scene must be seen: fewer than 20 % of those taught, or next to none at all where none were taught, for 2 s fails. Uncover and clean the lens.",
  },
  frozen: {
    limit: 2,
    unit: "s",
    delayMs: 0,
    clearMs: 5_000,
    title: "Frozen picture",
    text: "A camera's noise makes every picture a little different; the same picture for more than 2 s fails. Where a camera repeats its pictures by itself it may take up to 5 s, and where it repeats them longer than that the check cannot be made: shorten its key frame interval and switch off its savings for still scenes. Restart a frozen camera.",
  },
  moved: {
    limit: 2,
    unit: "% of the width",
    delayMs: 2_500,
    clearMs: 5_000,
    title: "Moved camera",
    text: "The edges of the scene must be where they were when the zones were taught; more than 2 % of the picture's width beside it, or nowhere, for 2.5 s fails. Turn the camera back, or teach the zones again.",
  },
  defocus: {
    limit: 40,
    unit: "% of the sharpness",
    delayMs: 30_000,
    clearMs: 5_000,
    title: "Sharpness",
    text: "The edges of the scene must be as sharp as when the zones were taught; less than 40 % of that for 30 s fails. Clean the lens and focus it; look for drops and condensation.",
  },
};

/** What one look says about one check. */
export interface Finding {
  /** Null: the check cannot be made; that is no fault, and hides none. */
  readonly value: number | null;
  /** Where the check's own limit does not apply. */
  readonly limit?: number;
  readonly bad: boolean;
}

/** A check that is absent was not made in this look: what was known of it stays, and its time-outs begin anew. */
export type Findings = Readonly<Partial<Record<TrustFault, Finding>>>;

interface CheckState extends CheckReading {
  /** Passed, or found to be impossible, since the camera's pictures began. */
  readonly proven: boolean;
  /** Since when it fails or, once it has failed, passes; absent while neither lasts. */
  readonly turningAt?: Millis;
  readonly fault?: Distrust;
}

export interface Judgement {
  readonly trust: Trust;
  readonly checks: Readonly<Record<TrustFault, CheckState>>;
}

/** What a fault explains well enough that the others say nothing more. */
const HIDES: Readonly<Partial<Record<TrustFault, readonly TrustFault[]>>> = {
  mismatch: ["blind", "moved", "defocus"],
  dark: ["glare", "blind", "frozen", "moved", "defocus"],
  glare: ["blind", "frozen", "moved", "defocus"],
  blind: ["frozen", "moved", "defocus"],
  moved: ["defocus"],
};

/** From here on no shift was found: the scene is not in the picture at all. */
export const SHIFT_LOST = 100;

const rounded = (value: number, digits = 0): string => String(Number(value.toFixed(digits)));

const SENTENCES: Readonly<Record<TrustFault, (value: number, limit: number) => string>> = {
  mismatch: () =>
    "The picture has not the size it had when the zones were taught; set the camera back or teach the zones again",
  clock: (value) =>
    value >= 100
      ? "The camera's time stamps stand still; restart the camera"
      : `The camera's time stamps are ${rounded(value)} % off time; restart the camera`,
  late: (value, limit) =>
    `Pictures come ${rounded(value / 1000, 1)} s late, more than ${rounded(limit / 1000, 1)} s; check the network`,
  dark: (value, limit) =>
    `The picture is too dark: its brightness is ${rounded(value)} of 255, under ${limit}; switch the light on`,
  glare: (value, limit) =>
    `The picture is too bright: ${rounded(value)} % of it is white, over ${limit} %; shade the lens`,
  blind: (value, limit) =>
    `The lens is covered: ${rounded(Math.max(0, value))} % of the scene's edges are left, under ${limit} %; uncover it`,
  frozen: (value) =>
    `The picture is frozen: it has been the same for ${rounded(value, 1)} s; restart the camera`,
  moved: (value, limit) =>
    value >= SHIFT_LOST
      ? "The camera looks elsewhere: the taught scene is not in its picture; turn it back or teach the zones again"
      : `The camera has moved by ${rounded(value, 1)} % of the picture's width, over ${limit} %; turn it back or teach the zones again`,
  defocus: (value, limit) =>
    `The picture has lost its sharpness: ${rounded(value)} % of the taught one, under ${limit} %; clean and focus the lens`,
};

function unmade(check: TrustFault): CheckState {
  return { check, state: "unknown", value: null, limit: TRUST_CHECKS[check].limit, proven: false };
}

/** Nothing is known yet. */
export function untried(at: Millis): Judgement {
  const checks = Object.fromEntries(TRUST_FAULTS.map((check) => [check, unmade(check)]));
  return { trust: { kind: "proving", since: at }, checks: checks as Record<TrustFault, CheckState> };
}

/** The camera's pictures begin anew: everything must be proven again, and faults stay until disproved. */
export function beginAgain({ trust, checks }: Judgement, at: Millis): Judgement {
  const again = mapped(checks, (state) => ({ ...unmade(state.check), ...kept(state), proven: false }));
  return { checks: again, trust: trust.kind === "distrusted" ? trust : { kind: "proving", since: at } };
}

/** Another scene is held against from now on: what was said against the old one is void. */
export function forgetScene(judgement: Judgement, at: Millis): Judgement {
  const about: readonly TrustFault[] = ["mismatch", "blind", "moved", "defocus"];
  const checks = mapped(judgement.checks, (state) =>
    about.includes(state.check) ? { ...unmade(state.check), proven: state.proven } : state,
  );
  return { checks, trust: conclude(judgement.trust, checks, at) };
}

/** Takes what one look found; the same object where it changes nothing but figures is its `trust`. */
export function judge(before: Judgement, findings: Findings, at: Millis): Judgement {
  const checks = mapped(before.checks, (state) => step(state, findings[state.check], at));
  return { checks, trust: conclude(before.trust, checks, at) };
}

export function readingsOf({ checks }: Judgement): readonly CheckReading[] {
  return TRUST_FAULTS.map((name) => {
    const { check, state, value, limit } = checks[name];
    return { check, state, value, limit };
  });
}

function mapped(
  checks: Judgement["checks"],
  change: (state: CheckState) => CheckState,
): Record<TrustFault, CheckState> {
  const entries = TRUST_FAULTS.map((check) => [check, change(checks[check])] as const);
  return Object.fromEntries(entries) as Record<TrustFault, CheckState>;
}

/** A fault outlives what it was found with. */
function kept({ fault, value, limit }: CheckState): Partial<CheckState> {
  return fault === undefined ? {} : { state: "failed", value, limit, fault };
}

function step(before: CheckState, finding: Finding | undefined, at: Millis): CheckState {
  const { check, proven, fault, turningAt } = before;
  const { delayMs, clearMs, limit: usual } = TRUST_CHECKS[check];
  if (finding === undefined) {
    const state = before.state === "suspect" ? "unknown" : before.state;
    return turningAt === undefined ? before : { ...resting(before), state };
  }
  const { value, bad, limit = usual } = finding;
  if (value === null) return { check, state: "unknown", value, limit, proven: true };
  const turned = (fault === undefined) === bad;
  const since = turned ? (turningAt ?? at) : undefined;
  if (fault === undefined) {
    if (since === undefined) return { check, state: "ok", value, limit, proven: true };
    if (at - since < delayMs) return { check, state: "suspect", value, limit, proven, turningAt: since };
    const message = SENTENCES[check](value, limit);
    return { check, state: "failed", value, limit, proven, fault: { why: check, since: at, message } };
  }
  if (since === undefined) return { check, state: "failed", value, limit, proven, fault };
  if (at - since < clearMs) return { check, state: "failed", value, limit, proven, fault, turningAt: since };
  return { check, state: "ok", value, limit, proven: true };
}

function resting(state: CheckState): CheckState {
  const { turningAt: _, ...rest } = state;
  return rest;
}

function conclude(before: Trust, checks: Judgement["checks"], at: Millis): Trust {
  const all = TRUST_FAULTS.flatMap((check) => checks[check].fault ?? []);
  const hidden = new Set(all.flatMap(({ why }) => HIDES[why] ?? []));
  const faults = all.filter(({ why }) => !hidden.has(why));
  if (faults.length > 0) {
    if (before.kind !== "distrusted") return { kind: "distrusted", since: at, faults };
    const same = faults.length === before.faults.length && faults.every((f, i) => f === before.faults[i]);
    return same ? before : { kind: "distrusted", since: before.since, faults };
  }
  const kind = TRUST_FAULTS.every((check) => checks[check].proven) ? "trusted" : "proving";
  // What was once trusted stays so while a check that is only suspected runs out its delay.
  return before.kind === kind ? before : { kind, since: at };
}
