/** How old a bypass is that was kept: by the clock nobody sets where that can tell, and never younger than it is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Instant, keptBypasses, withBegun } from "../../../server/store/begun_bypasses.ts";

const HOUR = 60 * 60_000;
const WALL = Date.parse("2026-11-21T10:00:00Z");
/** A boot that is a day old. */
const NOW: Instant = { bootId: "one", monoMs: 24 * HOUR, wallAt: WALL };

/** Hours since each bypass, of a record written then and read now. */
function hours(record: readonly Instant[], now: Instant): readonly number[] {
  return keptBypasses(JSON.stringify(record), now).map(({ monoMs }) => (now.monoMs - monoMs) / HOUR);
}

test("within one boot the age is that of the monotonic clock, however the wall clock was set", () => {
  const begun = withBegun([], [NOW.monoMs], NOW);
  for (const stepped of [0, -30, 24, 24_000]) {
    const later = { ...NOW, monoMs: NOW.monoMs + 2 * HOUR, wallAt: WALL + (2 + stepped) * HOUR };
    assert.deepEqual(hours(begun, later), [2], `${stepped} h`);
  }
});

test("over a boot the age is that of the wall clock, and at least as long as the new boot lasts", () => {
  const begun = withBegun([], [NOW.monoMs], NOW);
  const booted = (uptime: number, since: number): Instant => ({
    ...{ bootId: "two", monoMs: uptime * HOUR, wallAt: WALL + since * HOUR },
  });
  assert.deepEqual(hours(begun, booted(0.5, 3)), [3]);
  assert.deepEqual(hours(begun, booted(0.5, -48)), [0.5], "set back, it counts longer");
  assert.deepEqual(hours(begun, booted(9, -48)), [9], "but not for ever");
  const again = keptBypasses(JSON.stringify(begun), booted(0.5, 3));
  assert.deepEqual(hours([...again], booted(1.5, -48)), [4], "from then on by the clock of the new boot");
});

test("only as many as the limit counts are kept, the newest, and nothing that was not written so is read", () => {
  const begun = withBegun(withBegun([], [1, 2], NOW), [3, 4], NOW);
  assert.deepEqual(
    begun.map(({ monoMs }) => monoMs),
    [2, 3, 4],
  );
  assert.deepEqual(keptBypasses(undefined, NOW), []);
  for (const text of ["", "{}", '[{"bootId":"one"}]', JSON.stringify([...begun, ...begun])])
    assert.throws(() => keptBypasses(text, NOW), text);
});
