/** The report of a shift from rows of the trail: a day of a cell, what nobody knows, and any rows at all. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ALARMS } from "../../../server/domain/alarm.ts";
import { P95_FROM, Stopwatch } from "../../../server/domain/shift_report.ts";
import { sheetOf } from "../../../server/domain/shift_sheet.ts";
import { alarm, BEGIN, END, FROM, NAMES, reportOf, rowsOf, type Told, UNTIL } from "./shift_rows.ts";

const STOP = "zone.stop.occupied:cell";

/** A person walks in an hour after the beginning: the permit drops, Kim acknowledges, Sam resets. */
const VISIT: readonly Told[] = [
  alarm(3_600, STOP, "normal", "unacknowledged"),
  END(3_600, 7),
  [3_600.12, "output.dropped", { objectType: "output", objectId: "permit", after: { cycle: 7 } }],
  alarm(3_605, STOP, "unacknowledged", "latched-unacknowledged"),
  alarm(3_612, STOP, "latched-unacknowledged", "latched-acknowledged"),
  [3_612, "command.acknowledge", { actor: "Kim", objectType: "alarm", objectId: STOP }],
  [3_630, "command.reset", { actor: "Sam" }],
  alarm(3_630, STOP, "latched-acknowledged", "normal"),
  BEGIN(3_630, 8),
  [3_630.1, "output.energised", { objectType: "output", objectId: "permit", after: { cycle: 8 } }],
];

test("a stop is told with its cause, camera, cycle and times, and with who acknowledged and reset it", () => {
  const report = reportOf(rowsOf([BEGIN(-600, 7), ...VISIT]));
  assert.deepEqual(report.stops, {
    count: 1,
    list: [
      {
        ...{ wallAt: FROM + 3_600_000, cycle: 7, cause: "Cell is occupied", alarms: [STOP], camera: "front" },
        ...{ requestedBy: null, droppedMs: 120, acknowledgedMs: 12_000, acknowledgedBy: "Kim" },
        ...{ resetMs: 30_000, resetBy: "Sam" },
      },
    ],
  });
  assert.deepEqual(report.time, { runningMs: 8 * 3_600_000 - 30_000, stoppedMs: 30_000, unknownMs: 0 });
  assert.deepEqual(report.alarms.byPriority, { "1": 1, "2": 0, "3": 0, "4": 0, unknown: 0 });
  assert.deepEqual(report.alarms.acknowledged, {
    ...{ count: 1, of: 1, medianMs: null, p95Ms: null, longestMs: 12_000 },
  });
  assert.equal(report.alarms.reset.longestMs, 30_000);
  assert.equal(report.alarms.unacknowledged.count, 0);
  assert.deepEqual(report.outputs[0], {
    ...{ output: "permit", name: "permit", energised: 1, dropped: 1, unknown: 0, last: "energised" },
  });
  assert.equal(report.record.rows, VISIT.length, "what came before the shift is not of it");
});

test("a stop that somebody requests names who, whichever row comes first", () => {
  const stop = "op.stop.requested:panel";
  const asked: Told = [60, "command.stop-request", { actor: "panel" }];
  const stopped = [alarm(60, stop, "normal", "unacknowledged"), END(60, 7, "A stop was requested")];
  for (const told of [
    [asked, ...stopped],
    [...stopped, asked],
  ]) {
    const { stops } = reportOf(rowsOf([BEGIN(-600, 7), ...told]));
    assert.deepEqual(
      stops.list.map(({ requestedBy, alarms }) => [requestedBy, alarms]),
      [["panel", [stop]]],
    );
  }
  const visit = reportOf(rowsOf([BEGIN(-600, 7), ...VISIT.slice(0, 2), [3_601, "command.stop-request"]]));
  assert.equal(visit.stops.list[0]?.requestedBy, null, "a stop that stood already was not asked for");
});

test("what a guardian drops when it begins is no operation of a relay", () => {
  const object = { objectType: "output", objectId: "permit" };
  const told: Told[] = [
    [10, "output.dropped", { ...object, before: { readback: "unknown" } }],
    [20, "output.energised", { ...object, before: { readback: "dropped" } }],
    [30, "output.dropped", { ...object, before: { readback: "energised" } }],
  ];
  const { energised, dropped } = reportOf(rowsOf(told)).outputs[0] ?? {};
  assert.deepEqual([energised, dropped], [1, 1]);
});

test("an alarm that nobody acknowledged is listed at the end, and a camera that was lost is blind until it is back", () => {
  const lost = "prot.camera.lost:front";
  const report = reportOf(
    rowsOf([
      BEGIN(-600, 7),
      alarm(-60, lost, "normal", "unacknowledged"),
      alarm(600, lost, "unacknowledged", "latched-unacknowledged"),
      alarm(1_000, "prot.detector.stalled:", "normal", "unacknowledged"),
      alarm(1_100, "prot.detector.stalled:", "unacknowledged", "latched-unacknowledged"),
      alarm(7_000, STOP, "normal", "unacknowledged"),
    ]),
  );
  assert.deepEqual(
    report.alarms.unacknowledged.list.map(({ text, state }) => `${text}: ${state}`),
    [
      "Camera Front gives no picture: latched-unacknowledged",
      "Nobody is watching: the detector does not work: latched-unacknowledged",
      "Person in Cell: unacknowledged",
    ],
  );
  assert.deepEqual(
    report.alarms.standing.list.map(({ alarm: id }) => id),
    [STOP],
  );
  assert.deepEqual(
    report.cameras.map(({ camera, blindMs, times }) => [camera, blindMs, times]),
    [
      ["front", 700_000, 2],
      ["side", 100_000, 1],
    ],
  );
});

test("three times within a minute is chattering, and gone within ten seconds is fleeting", () => {
  const warn = "zone.warn.occupied:cell";
  const told = [0, 20, 40, 200, 400].flatMap((at) => [
    alarm(at, warn, "normal", "unacknowledged"),
    alarm(at + 5, warn, "unacknowledged", "normal"),
  ]);
  const { chattering, fleeting, spans, acknowledged } = reportOf(rowsOf(told)).alarms;
  assert.deepEqual(chattering, { count: 1, list: [{ alarm: warn, text: "Person near: Cell", bursts: 1 }] });
  assert.equal(fleeting, 5);
  assert.deepEqual(spans, { count: 48, most: 5, flooded: 0 });
  assert.equal(acknowledged.of, 0, "it needs no acknowledge");
});

test("a power cut is a gap: what ran is not known, what stood is not known to stand, and the bypass ended", () => {
  const report = reportOf(
    rowsOf([
      BEGIN(-600, 7),
      alarm(100, "prot.camera.lost:side", "normal", "unacknowledged"),
      [200, "bypass.begun", { objectId: "cell", after: { by: "Sam", reason: "setup", forMs: 600_000 } }],
      [1_000, "guardian.held"],
      [2_800, "box.starting", { bootId: "next", monoMs: 5_000 }],
      [2_802, "box.started", { bootId: "next", monoMs: 7_000 }],
    ]),
  );
  assert.deepEqual(report.record.gaps.list, [
    { fromWallAt: FROM + 1_000_000, untilWallAt: FROM + 2_800_000, kind: "cut" },
  ]);
  assert.deepEqual(report.time, {
    ...{ runningMs: 1_000_000, unknownMs: 1_800_000, stoppedMs: 8 * 3_600_000 - 2_800_000 },
  });
  assert.deepEqual(
    report.stops.list.map(({ cycle, wallAt }) => [cycle, wallAt]),
    [[7, FROM + 1_000_000]],
  );
  assert.equal(report.alarms.standing.count, 0);
  assert.equal(report.alarms.interrupted.count, 1);
  assert.deepEqual(report.bypasses.list[0]?.ended, "restart");
  assert.equal(report.bypasses.totalMs, 800_000);
  assert.deepEqual(report.cameras[1], {
    ...{ camera: "side", name: "Side", blindMs: 900_000, times: 1, unknownMs: 1_800_000 },
  });
});

test("a box that was told to end, and one that began within the shift, tell so", () => {
  const ended = reportOf(
    rowsOf([
      [10, "box.stopping"],
      [60, "box.starting"],
      [61, "box.started"],
    ]),
  );
  assert.deepEqual(
    ended.record.gaps.list.map(({ kind }) => kind),
    ["ended"],
  );
  assert.equal(ended.stops.count, 0);
  const began = reportOf(
    rowsOf(
      [
        [600, "box.starting"],
        [601, "box.started"],
      ],
      1,
    ),
  );
  assert.deepEqual(began.record.gaps.list, [
    { fromWallAt: FROM, untilWallAt: FROM + 600_000, kind: "before" },
  ]);
  assert.equal(began.time.unknownMs, 600_000);
  const empty = reportOf([]);
  assert.equal(empty.time.unknownMs, UNTIL - FROM);
  const next = reportOf(rowsOf([BEGIN(-10, 1), [3_600, "guardian.held"], [8 * 3_600 + 60, "box.starting"]]));
  assert.deepEqual(next.record.gaps.list[0]?.untilWallAt, UNTIL, "the start after the shift tells of it");
});

test("bypasses, tests, changes, wrong PINs and refusals are counted with who and why", () => {
  const attempts = [
    { outcome: "detected" },
    { outcome: "detected" },
    { outcome: "missed" },
    { outcome: "skipped" },
  ];
  const report = reportOf(
    rowsOf([
      [10, "bypass.begun", { objectId: "cell", after: { by: "Sam", reason: "setup", forMs: 600_000 } }],
      [70, "bypass.ended", { objectId: "cell", reason: "person" }],
      [80, "walk-test.ended", { actor: "Kim", objectId: "cell", after: { outcome: "failed", attempts } }],
      [81, "output-test.recorded", { actor: "Sam", objectId: "relay", after: { passed: true } }],
      alarm(90, "test.overdue:proof", "normal", "unacknowledged"),
      [100, "config.published", { actor: "Max", objectId: "4", reason: "Zone Cell was changed" }],
      alarm(101, "test.overdue:proof", "normal", "unacknowledged"),
      [110, "access.denied", { objectId: "Sam", result: "denied" }],
      [111, "access.denied", { objectId: "Sam", result: "denied" }],
      [120, "command.reset", { actor: "Kim", result: "denied" }],
      [130, "brand.new", {}],
    ]),
  );
  assert.deepEqual(report.bypasses.list, [
    {
      ...{ zone: "cell", by: "Sam", reason: "setup", fromWallAt: FROM + 10_000, untilWallAt: FROM + 70_000 },
      ended: "person",
    },
  ]);
  assert.equal(report.bypasses.totalMs, 60_000);
  assert.deepEqual(
    report.tests.list.map(({ test: what, outcome, seen }) => [what, outcome, seen]),
    [
      ["walk cell", "failed", { count: 2, of: 3 }],
      ["relay", "passed", null],
    ],
  );
  assert.deepEqual(report.tests.overdue, ["proof"]);
  assert.deepEqual(report.changes.list, [
    {
      ...{ wallAt: FROM + 100_000, action: "config.published", object: "4", by: "Max" },
      reason: "Zone Cell was changed",
    },
  ]);
  assert.deepEqual(report.wrongPins, { count: 2, list: [{ name: "Sam", count: 2 }] });
  assert.deepEqual(report.refused, { count: 1, list: [{ action: "reset", count: 1 }] });
  assert.equal(report.record.unknownRows, 1);
});

test("few values have no median and no percentile, and many have what they came to", () => {
  const waits = (n: number) => {
    const watch = new Stopwatch();
    for (let ms = 1; ms <= n; ms++) {
      watch.expect();
      watch.add(ms);
    }
    return watch.waits();
  };
  assert.deepEqual(waits(4), { count: 4, of: 4, medianMs: null, p95Ms: null, longestMs: 4 });
  assert.deepEqual(waits(6), { count: 6, of: 6, medianMs: 3.5, p95Ms: null, longestMs: 6 });
  assert.equal(waits(P95_FROM - 1).p95Ms, null);
  assert.equal(waits(100).p95Ms, 95);
});

test("a list has an end and its count has none", () => {
  const told = Array.from(
    { length: 1_000 },
    (_, i): Told => [i, "config.published", { objectId: String(i) }],
  );
  const { changes } = reportOf(rowsOf(told));
  assert.deepEqual([changes.count, changes.list.length], [1_000, 200]);
  const text = sheetOf(reportOf(rowsOf(told))).find(({ title }) => title.startsWith("Changes"));
  assert.match(text?.notes[0] ?? "", /200 of 1000/);
});

const STATES = [
  ...["normal", "unacknowledged", "acknowledged", "latched-unacknowledged", "latched-acknowledged"],
  ...["returned-unacknowledged", "shelved", "suppressed", "out-of-service", "unheard-of"],
];
const ids = fc.oneof(
  fc
    .tuple(fc.constantFrom(...Object.keys(ALARMS), "new.kind"), fc.constantFrom("cell", "front", "side", "x"))
    .map((parts) => parts.join(":")),
  fc.string({ maxLength: 12 }),
);
const anyAction = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...STATES.map((state) => `alarm.${state}`)) },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      ...["box.starting", "box.started", "box.stopping", "cycle.begun", "cycle.ended", "bypass.begun"],
      ...["bypass.ended", "output.dropped", "output.energised", "output.unknown", "config.published"],
      ...["access.denied", "walk-test.ended", "output-test.recorded", "clock.stepped", "command.reset"],
      ...["command.acknowledge", "command.stop-request", "user.added", "constructor", "alarm.", "output."],
    ),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
);
const anyRow = fc.record({
  seconds: fc.integer({ min: -4_000, max: 33_000 }),
  action: anyAction,
  monoMs: fc.integer({ min: 0, max: 1e9 }),
  bootId: fc.constantFrom("a", "b"),
  objectId: fc.option(fc.oneof(ids, fc.constantFrom("cell", "permit", "7", "front"))),
  before: fc.oneof(fc.record({ state: fc.constantFrom(...STATES) }), fc.jsonValue()),
  after: fc.oneof(
    fc.record({ by: fc.string(), cycle: fc.constantFrom(7, 8), attempts: fc.array(fc.jsonValue()) }),
    fc.jsonValue(),
  ),
  reason: fc.option(fc.string()),
  result: fc.constantFrom("ok", "denied", "failed", "x"),
});

test("whatever the rows, there is a report, its sums agree, and it can be written", () => {
  fc.assert(
    fc.property(fc.array(anyRow, { maxLength: 120 }), fc.boolean(), fc.boolean(), (some, ordered, first) => {
      const told = ordered ? some.toSorted((a, b) => a.seconds - b.seconds) : some;
      const rows = rowsOf(
        told.map(({ seconds, action, ...more }): Told => [seconds, action, more]),
        first ? 1 : 50,
      );
      const report = reportOf(rows);
      const { time, alarms, record, cameras, bypasses, stops } = report;
      assert.equal(time.runningMs + time.stoppedMs + time.unknownMs, UNTIL - FROM);
      const sum = Object.values(alarms.byPriority).reduce((a, b) => a + b, 0);
      assert.equal(sum, alarms.raised);
      assert.ok(
        alarms.sources.list.length === 200 ||
          alarms.sources.list.reduce((n, { count }) => n + count, 0) === sum,
      );
      assert.ok(alarms.acknowledged.count <= alarms.acknowledged.of);
      assert.ok(alarms.reset.count <= alarms.reset.of);
      const within = rows.filter(({ wallAt }) => Date.parse(wallAt) >= FROM && Date.parse(wallAt) < UNTIL);
      assert.equal(record.rows, within.length);
      assert.ok(
        cameras.every(({ blindMs, unknownMs }) => blindMs >= 0 && blindMs + unknownMs <= UNTIL - FROM),
      );
      assert.ok(record.gaps.list.every((gap) => gap.fromWallAt >= FROM && gap.untilWallAt <= UNTIL));
      assert.ok(bypasses.list.every(({ zone }) => typeof zone === "string"));
      const ended = within.filter(({ action }) => action === "cycle.ended").length;
      assert.ok(stops.count >= ended);
      assert.deepEqual(JSON.parse(JSON.stringify(report)), report, "nothing is lost on the way");
      for (const { columns, rows: lines } of sheetOf(report))
        for (const line of lines) assert.equal(line.length, columns.length || 2);
      assert.deepEqual(reportOf(rows), report, "the same rows give the same report");
    }),
    { numRuns: 150 },
  );
  assert.equal(NAMES.cameras.length, 2);
});
