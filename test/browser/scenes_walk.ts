/** The walk tests as scenes: what whoever walks reads at every step, and what came of it. */
import type { View, WalkView } from "../../server/domain/view.ts";
import type { WalkAttempt } from "../../server/domain/walk_test.ts";
import { NOTHING, type Page, type Part, part, room, WRITING } from "./scene_parts.ts";
import { LIMIT_MS, type Stage } from "./stage.ts";

const POINTS = [
  [0.24, 0.44],
  [0.46, 0.86],
  [0.46, 0.44],
  [0.24, 0.86],
  [0.35, 0.64],
] as const;

const seen = (point: number): WalkAttempt => ({
  ...{ point, outcome: "detected", score: 0.91, foot: [0.3, 0.5] },
  drops: [{ output: "permit", kind: "proven", ms: 131 + point, contact: true }],
});
const missed = (point: number): WalkAttempt => ({ point, outcome: "missed", drops: [] });
const SKIPPED: WalkAttempt = {
  ...{ point: 3, outcome: "skipped", reason: "The press stands there and cannot be moved today", drops: [] },
};
const HELD: WalkAttempt = { ...seen(2), drops: [{ output: "permit", kind: "failed" }] };
const ALREADY: WalkAttempt = { ...seen(4), drops: [{ output: "permit", kind: "already" }] };

const WALK: WalkView = {
  ...{ test: "t0", zone: "cell", name: "Cell", camera: "front", by: "Sam", points: POINTS, reach: 0.06 },
  ...{ phase: "clearing", point: 0, measures: true, seen: false, attempts: [], leftMs: 14 * 60_000 },
};
const walks = (change: Partial<WalkView> = {}): Partial<View> => ({ walk: { ...WALK, ...change } });

/** Somebody is on the way: what is there now, with a picture. */
function walking(change: Partial<WalkView>): Part {
  return part([], ".walking .picture:not(:has(.veil))", walks(change));
}

function review(attempts: readonly WalkAttempt[]): Part {
  const { point: _, ...rest } = { ...WALK, phase: "review" as const, attempts };
  return part([], 'text="Save record"', { walk: rest });
}

/** The test ends while its page is open. */
async function end({ panel, stub }: Stage): Promise<void> {
  await panel.page.locator(".walking").waitFor({ timeout: LIMIT_MS });
  stub.tell({ walk: undefined as never });
}

const ends = (test: string, wants = ".verdictOf"): Part => ({
  ...part([end], wants, walks({ test })),
  ends: { walk: undefined as never },
});

export const WALKS: Page = room("walks", "Open walk tests", ".rows .row", {
  home: "home",
  parts: {
    zone: part(["Cell"], "table"),
    "zone-refused": part(["Store"], ".page .how"),
    record: part(["Cell", /^Fri|^20 Nov|Nov/], "table"),
    clearing: walking({}),
    blind: part([], { cell: "broken", wants: ".walking .veil" }, walks()),
    to: walking({ phase: "awaiting" }),
    "to-after": walking({ phase: "awaiting", measures: false, point: 1, attempts: [seen(0)] }),
    "to-missed": walking({ phase: "awaiting", point: 2, attempts: [seen(0), missed(1)] }),
    stand: walking({ phase: "entered" }),
    drop: walking({ phase: "entered", seen: true }),
    came: walking({ point: 1, attempts: [seen(0)] }),
    skip: part(["Skip point"], WRITING, walks({ phase: "awaiting", point: 3, attempts: [seen(0)] })),
    passes: review([0, 1, 2, 3, 4].map(seen)),
    fails: review([seen(0), missed(1), seen(1), HELD, SKIPPED, ALREADY]),
    passed: ends("t0"),
    failed: ends("t-1"),
    cancelled: ends("t-2"),
    gone: ends("t-none", NOTHING),
  },
});
