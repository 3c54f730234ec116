/** Alarms as they are kept: within a boot, over one, and by a clock that somebody has set. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Alarm, normalAlarm } from "../../../server/domain/alarm.ts";
import { EMPTY_CONFIG } from "../../../server/domain/config.ts";
import { compileRules } from "../../../server/domain/rules.ts";
import { initialSupervision, type Supervision } from "../../../server/domain/supervision.ts";
import { alarmsText, keptAlarms } from "../../../server/store/kept_alarms.ts";

const NOW = { bootId: "boot", monoMs: 50_000, wallAt: 1_800_000_000_000 };
const ID = "sys.audit.fail:record";
const alarm: Alarm = {
  ...normalAlarm("sys.audit.fail", "record", 7),
  state: "acknowledged",
  ...{ raisedAt: 40_000, acknowledgedAt: 45_000, acknowledgedBy: "Sam" },
  comment: { by: "Kim", at: 46_000, text: "Disk is ordered" },
};
const state: Supervision = {
  ...initialSupervision(compileRules(EMPTY_CONFIG, 0.5), 50_000),
  alarms: new Map([[ID, { alarm, presentSince: 40_000, goneSince: undefined, raises: [] }]]),
  hidden: new Map([
    [ID, { as: "shelved", by: "Sam", reason: "known", since: 48_000, untilAt: 170_000 } as const],
  ]),
  firstOut: ID,
};
const text = alarmsText(state, NOW);

test("within a boot everything comes back as it was", () => {
  const back = keptAlarms(text, { ...NOW, monoMs: 60_000, wallAt: NOW.wallAt + 10_000 });
  assert.deepEqual(back, { alarms: [alarm], hidden: state.hidden, firstOut: ID });
});

test("after another boot the wall clock says how long ago it was", () => {
  const back = keptAlarms(text, { bootId: "next", monoMs: 3_000, wallAt: NOW.wallAt + 60_000 });
  assert.equal(back.alarms[0]?.acknowledgedAt, 3_000 - 60_000 - 5_000);
  assert.equal(back.alarms[0]?.comment?.at, 3_000 - 60_000 - 4_000);
  assert.equal(back.hidden.get(ID)?.untilAt, 3_000 + 60_000);
});

for (const [what, now] of [
  ["set within the boot", { ...NOW, monoMs: 60_000, wallAt: NOW.wallAt + 3_600_000 }],
  ["set back before another boot", { bootId: "next", monoMs: 3_000, wallAt: NOW.wallAt - 60_000 }],
] as const)
  test(`a clock that was ${what} ends every shelf, and no acknowledgement`, () => {
    const back = keptAlarms(text, now);
    assert.equal(back.hidden.get(ID)?.untilAt, now.monoMs);
    assert.equal(back.alarms[0]?.acknowledgedBy, "Sam");
  });

test("nothing kept is nothing, an alarm of another program is left out, and what is damaged is said", () => {
  assert.deepEqual(keptAlarms(undefined, NOW), { alarms: [], hidden: new Map() });
  const other = JSON.parse(text);
  other.alarms.push({ ...alarm, definition: "sys.other" }, 7);
  assert.equal(keptAlarms(JSON.stringify(other), NOW).alarms.length, 1);
  assert.throws(() => keptAlarms('{"alarms":7}', NOW));
});
