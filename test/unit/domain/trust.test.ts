import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  beginAgain,
  type Finding,
  type Findings,
  forgetScene,
  type Judgement,
  judge,
  readingsOf,
  TRUST_CHECKS,
  TRUST_FAULTS,
  type TrustFault,
  untried,
} from "../../../server/domain/trust.ts";

const good: Finding = { value: 1, bad: false };
const bad: Finding = { value: 7, bad: true };
const unmade: Finding = { value: null, bad: false };
const FRAME_MS = 100;

const all = (finding: Finding): Findings =>
  Object.fromEntries(TRUST_FAULTS.map((check) => [check, finding])) as Findings;

/** Looks ten times a second with the same findings; ends at `to`. */
function looked(before: Judgement, findings: Findings, from: number, to: number): Judgement {
  let now = before;
  for (let at = from; at <= to; at += FRAME_MS) now = judge(now, findings, at);
  return now;
}

function faultsOf({ trust }: Judgement): readonly TrustFault[] {
  return trust.kind === "distrusted" ? trust.faults.map(({ why }) => why) : [];
}

const trusted = judge(untried(0), all(good), 0);

test("a camera is proving until every check has passed or is known to be impossible", () => {
  const but = (missing: TrustFault): Findings => ({ ...all(good), [missing]: undefined });
  assert.equal(untried(5).trust.kind, "proving");
  for (const missing of TRUST_FAULTS) {
    const { [missing]: _, ...rest } = but(missing);
    const almost = judge(untried(0), rest, 100);
    assert.equal(almost.trust.kind, "proving", missing);
    assert.deepEqual(judge(almost, { [missing]: good }, 200).trust, { kind: "trusted", since: 200 });
    assert.deepEqual(judge(almost, { [missing]: unmade }, 200).trust, { kind: "trusted", since: 200 });
  }
});

test("trust is the same object while nothing changes", () => {
  assert.equal(judge(trusted, all({ value: 2, bad: false }), 100).trust, trusted.trust);
  const failed = looked(trusted, { ...all(good), dark: bad }, 0, 5_000);
  assert.equal(judge(failed, { ...all(good), dark: { value: 5, bad: true } }, 5_100).trust, failed.trust);
});

for (const check of TRUST_FAULTS) {
  const { delayMs, clearMs } = TRUST_CHECKS[check];
  const fails = { ...all(good), [check]: bad };

  test(`${check} fails after ${delayMs} ms without a break and is forgotten after ${clearMs} ms`, () => {
    if (delayMs > 0) {
      const before = looked(trusted, fails, 1_000, 1_000 + delayMs - FRAME_MS);
      assert.equal(before.trust.kind, "trusted");
      assert.equal(readingsOf(before).find((reading) => reading.check === check)?.state, "suspect");
      const broken = looked(judge(before, all(good), 1_000 + delayMs), fails, 0, delayMs - FRAME_MS);
      assert.equal(broken.trust.kind, "trusted", "one look that passes begins the delay anew");
    }
    const failed = looked(trusted, fails, 1_000, 1_000 + delayMs);
    assert.deepEqual(faultsOf(failed), [check]);
    const { trust } = failed;
    assert.ok(trust.kind === "distrusted" && trust.faults[0]?.since === 1_000 + delayMs);

    const end = 100_000 + clearMs;
    if (clearMs > 0) {
      const passing = looked(failed, all(good), 100_000, end - FRAME_MS);
      assert.deepEqual(faultsOf(passing), [check]);
      const again = judge(passing, fails, end);
      assert.deepEqual(faultsOf(looked(again, all(good), end + FRAME_MS, end + clearMs)), [check]);
    }
    assert.deepEqual(looked(failed, all(good), 100_000, end).trust, { kind: "trusted", since: end });
  });

  test(`${check} is told in a sentence and explained`, () => {
    const { title, text } = TRUST_CHECKS[check];
    assert.match(title, /^[A-Z][a-z ]+$/);
    assert.match(text, /^[A-Z].{60,}\.$/);
    for (const value of [0, 7.25, 100]) {
      const { trust } = looked(trusted, { ...all(good), [check]: { value, bad: true } }, 0, 40_000);
      assert.ok(trust.kind === "distrusted");
      assert.match(trust.faults[0]?.message ?? "", /^[A-Z][^{}]{30,}; [^;]*[a-z]$/);
      assert.doesNotMatch(trust.faults[0]?.message ?? "", /NaN|undefined|\d\.\d{3}/);
    }
  });
}

test("a cause hides its consequences, and they are told when it has gone", () => {
  const cases: readonly (readonly [readonly TrustFault[], readonly TrustFault[]])[] = [
    [["dark", "blind", "frozen"], ["dark"]],
    [["glare", "moved", "defocus"], ["glare"]],
    [["blind", "frozen", "moved"], ["blind"]],
    [
      ["mismatch", "dark", "moved"],
      ["mismatch", "dark"],
    ],
    [
      ["late", "frozen"],
      ["late", "frozen"],
    ],
    [["moved", "defocus"], ["moved"]],
  ];
  for (const [failing, told] of cases) {
    const findings = { ...all(good), ...Object.fromEntries(failing.map((check) => [check, bad])) };
    assert.deepEqual(faultsOf(looked(trusted, findings, 0, 31_000)), told);
  }
  const both = looked(trusted, { ...all(good), dark: bad, frozen: bad }, 0, 3_000);
  const light = looked(both, { ...all(good), frozen: bad }, 3_100, 13_100);
  assert.deepEqual(faultsOf(light), ["frozen"]);
  assert.equal(light.trust.since, both.trust.since, "distrusted all the time");
});

test("a new run proves everything again and keeps a fault until it is disproved", () => {
  const again = beginAgain(trusted, 50);
  assert.deepEqual(again.trust, { kind: "proving", since: 50 });
  const failed = beginAgain(looked(trusted, { ...all(good), blind: bad }, 0, 3_000), 4_000);
  assert.deepEqual(faultsOf(failed), ["blind"]);
  assert.deepEqual(faultsOf(looked(failed, all(good), 5_000, 14_900)), ["blind"]);
  assert.equal(looked(failed, all(good), 5_000, 15_000).trust.kind, "trusted");
});

test("a check that is not made keeps its fault, one that cannot be made drops it", () => {
  const failed = looked(trusted, { ...all(good), moved: bad }, 0, 3_000);
  const { moved: _, ...others } = all(good);
  assert.deepEqual(faultsOf(looked(failed, others, 3_100, 60_000)), ["moved"]);
  assert.equal(judge(failed, { ...all(good), moved: unmade }, 3_100).trust.kind, "trusted");
});

test("another scene voids what was said against the old one, and only that", () => {
  const failed = looked(trusted, { ...all(good), moved: bad, late: bad }, 0, 3_000);
  assert.deepEqual(faultsOf(forgetScene(failed, 3_000)), ["late"]);
  assert.equal(forgetScene(trusted, 10).trust, trusted.trust);
});

test("whatever fails, something is told; and nothing that passed for long is", () => {
  const finding = fc.record({ value: fc.integer({ min: 0, max: 200 }), bad: fc.boolean() });
  const looks = fc.array(fc.record(Object.fromEntries(TRUST_FAULTS.map((check) => [check, finding]))), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(looks, (each) => {
      let now = trusted;
      for (const [i, findings] of each.entries()) now = judge(now, findings as Findings, 700 * i);
      const failed = readingsOf(now).filter(({ state }) => state === "failed");
      assert.equal(failed.length > 0, now.trust.kind === "distrusted");
      if (failed.length > 0) assert.ok(faultsOf(now).length > 0);
      const end = 700 * each.length;
      assert.equal(looked(now, all(good), end, end + 11_000).trust.kind, "trusted");
    }),
  );
});
