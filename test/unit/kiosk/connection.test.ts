/** The transition table of the link to the box. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Connection,
  type ConnectionInput,
  DISCONNECTED,
  FAILED_AFTER_MS,
  reduceConnection,
} from "../../../kiosk/connection.ts";
import { LOST_AFTER_MS, LOST_BROKEN_MS } from "../../../kiosk/liveness.ts";

const T = 100_000;
const trying = (since: number) => ({ kind: "trying", since }) as const;
const waiting = (until: number) => ({ kind: "waiting", until }) as const;
const tick = (at: number): ConnectionInput => ({ kind: "tick", at, lastTickAt: at - 100 });

const connecting: Connection = {
  kind: "connecting",
  since: T,
  failures: 0,
  try: trying(T),
  health: "unknown",
};
const connected: Connection = {
  kind: "connected",
  viewAt: T,
  try: trying(T - 9_000),
  broken: false,
  unanswered: 0,
};
const reconnecting: Connection = { ...connecting, kind: "reconnecting", failures: 1, try: waiting(T + 500) };
const failed: Connection = { ...connecting, kind: "failed", failures: 9, try: waiting(T + 40_000) };

type Row = readonly [what: string, from: Connection, input: ConnectionInput, to: Connection];
const TABLE: readonly Row[] = [
  ["the page begins", DISCONNECTED, { kind: "start", at: T }, connecting],
  ["nothing happens before that", DISCONNECTED, { kind: "view", at: T }, DISCONNECTED],
  ["nor by a second start", connecting, { kind: "start", at: T + 9 }, connecting],
  [
    "the first view connects",
    connecting,
    { kind: "view", at: T + 300 },
    { kind: "connected", viewAt: T + 300, try: trying(T), broken: false, unanswered: 0 },
  ],
  [
    "a refused first try is tried again soon",
    connecting,
    { kind: "ended", at: T + 10 },
    { ...connecting, failures: 1, try: waiting(T + 510) },
  ],
  [
    "a stream that says nothing is given up",
    connecting,
    tick(T + LOST_AFTER_MS),
    { ...connecting, failures: 1, try: waiting(T + LOST_AFTER_MS + 500) },
  ],
  ["and not a moment sooner", connecting, tick(T + LOST_AFTER_MS - 1), connecting],
  [
    "a first connection that never comes has failed",
    { ...connecting, failures: 8, try: waiting(T + 31_000) },
    tick(T + FAILED_AFTER_MS),
    { ...connecting, kind: "failed", failures: 8, try: waiting(T + 31_000) },
  ],
  [
    "each view keeps it connected",
    { ...connected, broken: true },
    { kind: "view", at: T + 900 },
    { ...connected, viewAt: T + 900 },
  ],
  ["one silent second is nothing", connected, tick(T + LOST_BROKEN_MS), connected],
  [
    "two silent seconds end it",
    connected,
    tick(T + LOST_AFTER_MS),
    { ...reconnecting, try: waiting(T + LOST_AFTER_MS + 500) },
  ],
  [
    "a stream that ends is opened again before the screen is covered",
    connected,
    { kind: "ended", at: T + 100 },
    { ...connected, broken: true, try: waiting(T + 600) },
  ],
  [
    "the new stream is due",
    { ...connected, broken: true, try: waiting(T + 600) },
    tick(T + 600),
    { ...connected, broken: true, try: trying(T + 600) },
  ],
  [
    "a stream that ended covers it after one second, and goes on with its try",
    { ...connected, broken: true, try: trying(T + 600) },
    tick(T + LOST_BROKEN_MS),
    { ...reconnecting, try: trying(T + 600) },
  ],
  [
    "one health check without an answer is counted",
    connected,
    { kind: "health", health: "silent", at: T + 10 },
    { ...connected, unanswered: 1 },
  ],
  [
    "the second one in a row asks for a view over a new stream",
    { ...connected, unanswered: 1 },
    { kind: "health", health: "silent", at: T + 10 },
    { ...connected, broken: true, try: trying(T + 10) },
  ],
  [
    "an answer forgives the one before",
    { ...connected, unanswered: 1 },
    { kind: "health", health: "answers", at: T + 10 },
    connected,
  ],
  [
    "a health check is no view",
    reconnecting,
    { kind: "health", health: "answers", at: T },
    { ...reconnecting, health: "answers" },
  ],
  [
    "after a sleep nothing shown is true",
    connected,
    { kind: "tick", at: T + 50_000, lastTickAt: T },
    { ...reconnecting, failures: 0, try: trying(T + 50_000) },
  ],
  ["nobody asks again while it is connected", connected, { kind: "again", at: T + 10 }, connected],
  ["the next try is due", reconnecting, tick(T + 500), { ...reconnecting, try: trying(T + 500) }],
  [
    "tries come further apart",
    { ...reconnecting, failures: 2, try: trying(T + 500) },
    { kind: "ended", at: T + 600 },
    { ...reconnecting, failures: 3, try: waiting(T + 2_600) },
  ],
  ["a stream that is closed already ends nothing", reconnecting, { kind: "ended", at: T + 9 }, reconnecting],
  [
    "a person does not wait",
    reconnecting,
    { kind: "again", at: T + 50 },
    { ...reconnecting, failures: 0, try: trying(T + 50) },
  ],
  [
    "after 30 s it has failed, and the next try stands",
    { ...reconnecting, failures: 9, try: waiting(T + 31_000) },
    tick(T + FAILED_AFTER_MS),
    { ...failed, try: waiting(T + 31_000) },
  ],
  ["what has failed goes on trying", failed, tick(T + 40_000), { ...failed, try: trying(T + 40_000) }],
  [
    "what has failed is connected by a view as ever",
    { ...failed, try: trying(T + 40_000) },
    { kind: "view", at: T + 40_100 },
    { kind: "connected", viewAt: T + 40_100, try: trying(T + 40_000), broken: false, unanswered: 0 },
  ],
];

for (const [what, from, input, to] of TABLE)
  test(`the link to the box: ${what}`, () => {
    const next = reduceConnection(from, input);
    assert.deepEqual(next, to);
    // Another object is another stream: a view must not cost the one that it came over.
    if (input.kind === "view" && "try" in next && "try" in from) assert.equal(next.try, from.try);
  });

test("a dead box is tried for ever, at least every 4 s and never twice within half a second", () => {
  let state = reduceConnection(DISCONNECTED, { kind: "start", at: 0 });
  const tries: number[] = [];
  for (let at = 100; at < 120_000; at += 100) {
    const before = state.kind === "disconnected" ? undefined : state.try;
    state = reduceConnection(state, tick(at));
    assert.ok(state.kind === "connecting" || state.kind === "failed");
    if (state.try !== before && state.try.kind === "trying") {
      tries.push(at);
      state = reduceConnection(state, { kind: "ended", at });
    }
  }
  const gaps = tries.slice(1).map((at, n) => at - (tries[n] ?? 0));
  assert.ok(Math.min(...gaps) >= 500 && Math.max(...gaps) <= 4_100, gaps.join(" "));
  assert.ok((tries.at(-1) ?? 0) > 115_000);
  assert.equal(state.kind, "failed");
});
