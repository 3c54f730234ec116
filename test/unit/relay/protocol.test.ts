/** The lines between server and guardian: what is read, and that nothing else is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { GuardianReport } from "../../../server/domain/relay.ts";
import {
  lineSplitter,
  MAX_LINE,
  parseGuardianConfig,
  parseOrder,
  parseReport,
} from "../../../server/relay/protocol.ts";

const HOLD = { kind: "hold", seq: 1, at: 5.5, demand: { permit: "energised", horn: "dropped" } };
const ARM = { kind: "arm", seq: 2, at: 6, epoch: 3, outputs: ["permit"] };
const BYE = { kind: "bye", seq: 3, at: 7 };

test("parseOrder() reads every kind of order as it was written", () => {
  for (const order of [HOLD, ARM, BYE]) {
    assert.deepEqual(parseOrder(JSON.stringify(order)), { ok: true, value: order });
  }
});

const badOrders: readonly (readonly [string, unknown])[] = [
  ["an unknown kind", { ...HOLD, kind: "energise" }],
  ["no kind", { seq: 1, at: 1 }],
  ["a sequence number of zero", { ...HOLD, seq: 0 }],
  ["half a sequence number", { ...HOLD, seq: 1.5 }],
  ["a sequence number as text", { ...HOLD, seq: "1" }],
  ["no time", { ...HOLD, at: null }],
  ["a time before the clock began", { ...HOLD, at: -1 }],
  ["no demand", { ...HOLD, demand: undefined }],
  ["a demand that is a list", { ...HOLD, demand: ["energised"] }],
  ["a demand that is neither energised nor dropped", { ...HOLD, demand: { permit: true } }],
  ["an arm without outputs", { ...ARM, outputs: [] }],
  ["an arm whose outputs are numbers", { ...ARM, outputs: [1] }],
  ["an arm without an epoch", { ...ARM, epoch: undefined }],
  ["a list", [HOLD]],
  ["nothing", null],
];
for (const [what, value] of badOrders) {
  test(`parseOrder() refuses ${what}`, () => {
    assert.equal(parseOrder(JSON.stringify(value)).ok, false);
  });
}

test("parseOrder() refuses what is not JSON, is cut short or is longer than 64 KiB", () => {
  const text = JSON.stringify(HOLD);
  for (const line of ["", " ", "hold", text.slice(0, -1), `${text}x`, "\u0000"]) {
    assert.equal(parseOrder(line).ok, false, line);
  }
  assert.equal(parseOrder(text + " ".repeat(MAX_LINE - text.length)).ok, true);
  assert.equal(parseOrder(text + " ".repeat(MAX_LINE - text.length + 1)).ok, false);
});

const REPORT: GuardianReport = {
  kind: "state",
  seq: 4,
  at: 10,
  epoch: 2,
  armed: ["permit"],
  boards: {
    a: { kind: "ok" },
    b: { kind: "lost", why: "Cannot open it" },
    c: { kind: "ok", identity: "HW554" },
  },
  outputs: {
    permit: {
      demand: "energised",
      readback: "energised",
      mismatch: false,
      second: "energised",
      feedback: "unknown",
      feedbackMismatch: false,
      dropMs: 12.5,
    },
    second: { demand: "dropped", readback: "unknown", mismatch: true },
  },
  lastDrop: { cause: "board", at: 9 },
};

test("parseReport() reads a report as it was written", () => {
  assert.deepEqual(parseReport(JSON.stringify(REPORT)), { ok: true, value: REPORT });
});

test("parseReport() reads the inputs of conditions, and refuses what is none", () => {
  const report = { ...REPORT, inputs: { io: { closed: [true, false], at: 9 } } };
  assert.deepEqual(parseReport(JSON.stringify(report)), { ok: true, value: report });
  for (const inputs of [[], { io: [true] }, { io: { closed: [1], at: 9 } }, { io: { closed: [], at: null } }])
    assert.equal(parseReport(JSON.stringify({ ...REPORT, inputs })).ok, false, JSON.stringify(inputs));
});

test("parseReport() reads every cause of a drop, and the largest report there can be", () => {
  const causes = [
    "start",
    "lease",
    "late",
    "malformed",
    "mismatch",
    "feedback",
    "board",
    "disconnect",
    "bye",
  ] as const;
  const times = <T>(count: number, make: (i: number) => T): Readonly<Record<string, T>> =>
    Object.fromEntries(
      Array.from({ length: count }, (_, i) => [`${"x".repeat(37)}-${i}`.slice(-40), make(i)]),
    );
  const at = Number("123456789.1234567");
  for (const cause of causes) {
    const outputs = times(64, () => ({
      demand: "energised" as const,
      readback: "energised" as const,
      mismatch: false,
      second: "energised" as const,
      feedback: "energised" as const,
      feedbackMismatch: false,
      dropMs: at,
    }));
    const boards = times(8, () => ({ kind: "lost" as const, why: "x".repeat(300) }));
    const report = { ...REPORT, at, boards, outputs, armed: Object.keys(outputs), lastDrop: { cause, at } };
    const line = JSON.stringify(report);
    assert.deepEqual(parseReport(line), { ok: true, value: report });
    assert.ok(line.length < 20_000, `${line.length}`);
  }
});

const permitThat = (fields: object) => ({
  ...REPORT,
  outputs: { permit: { ...REPORT.outputs.permit, ...fields } },
});
const badReports: readonly (readonly [string, unknown])[] = [
  ["another kind", { ...REPORT, kind: "hold" }],
  ["no sequence number", { ...REPORT, seq: -1 }],
  ["armed outputs that are no list", { ...REPORT, armed: "permit" }],
  ["a lost board without a reason", { ...REPORT, boards: { b: { kind: "lost" } } }],
  [
    "an output without a read-back",
    { ...REPORT, outputs: { permit: { demand: "dropped", mismatch: false } } },
  ],
  ["an output that is no object", { ...REPORT, outputs: { permit: "dropped" } }],
  ["an output of no demand", permitThat({ demand: "unknown" })],
  ["an output that does not say whether it contradicts", permitThat({ mismatch: "no" })],
  ["a second channel that is a number", permitThat({ second: 1 })],
  ["a feedback contact that is closed", permitThat({ feedback: "closed" })],
  ["a feedback mismatch that is a word", permitThat({ feedbackMismatch: "yes" })],
  ["a drop that took no number", permitThat({ dropMs: -1 })],
  ["a board of no state", { ...REPORT, boards: { a: "ok" } }],
  ["a board of an unknown state", { ...REPORT, boards: { a: { kind: "asleep", why: "night" } } }],
  ["a board whose identity is a number", { ...REPORT, boards: { a: { kind: "ok", identity: 5 } } }],
  ["no time", { ...REPORT, at: "now" }],
  ["no epoch", { ...REPORT, epoch: 0.5 }],
  ["boards that are no record", { ...REPORT, boards: [] }],
  ["a last drop without a time", { ...REPORT, lastDrop: { cause: "board" } }],
  ["no object at all", 5],
  ["an unknown cause", { ...REPORT, lastDrop: { cause: "mood", at: 9 } }],
  ["no last drop", { ...REPORT, lastDrop: undefined }],
];
for (const [what, value] of badReports) {
  test(`parseReport() refuses ${what}`, () => {
    assert.equal(parseReport(JSON.stringify(value)).ok, false);
  });
}

const CONFIG = {
  dataFolder: "data",
  leaseMs: 500,
  boards: [{ id: "sim", driver: "simulated", channels: 8 }],
  outputs: [{ id: "permit", board: "sim", channel: 1, permit: true }],
};
const [BOARD] = CONFIG.boards;
const [OUTPUT] = CONFIG.outputs;

/** Every field there is. */
const FULL = {
  ...CONFIG,
  boards: [
    BOARD,
    {
      id: "wire",
      driver: "modbus-rtu",
      channels: 32,
      address: "/dev/ttyUSB0",
      unit: 247,
      firstCoil: 65_535,
      firstInput: 0,
      inputs: 8,
      baud: 9600,
      selfTimedMs: 1000,
      watchdogMs: 2000,
    },
  ],
  outputs: [
    {
      ...OUTPUT,
      second: { board: "wire", channel: 32 },
      feedback: { board: "wire", input: 8, closed: "dropped" },
    },
    { id: "horn", board: "wire", channel: 1, permit: false },
  ],
};

test("parseGuardianConfig() reads a configuration, one with every field, and one without boards", () => {
  assert.deepEqual(parseGuardianConfig(JSON.stringify(CONFIG)), { ok: true, value: CONFIG });
  assert.deepEqual(parseGuardianConfig(JSON.stringify(FULL)), { ok: true, value: FULL });
  const empty = { ...CONFIG, boards: [], outputs: [] };
  assert.deepEqual(parseGuardianConfig(JSON.stringify(empty)), { ok: true, value: empty });
});

const wireThat = (fields: object) => ({ ...FULL, boards: [BOARD, { ...FULL.boards[1], ...fields }] });
const outputThat = (fields: object) => ({ ...FULL, outputs: [{ ...FULL.outputs[0], ...fields }] });

const badConfigs: readonly (readonly [string, unknown, RegExp])[] = [
  ["nothing", null, /not an object/],
  ["no data folder", { ...CONFIG, dataFolder: "" }, /dataFolder/],
  ["a lease of no time", { ...CONFIG, leaseMs: 0 }, /leaseMs/],
  ["boards that are no list", { ...CONFIG, boards: {} }, /not a list/],
  ["a board that is no object", { ...CONFIG, boards: ["sim"] }, /not an object/],
  [
    "a board whose id climbs out of the folder",
    { ...CONFIG, boards: [{ ...BOARD, id: "../x" }] },
    /id is not/,
  ],
  ["a board without a driver", { ...CONFIG, boards: [{ ...BOARD, driver: 1 }] }, /no known driver/],
  [
    "a board of a driver nobody wrote",
    { ...CONFIG, boards: [{ ...BOARD, driver: "magic" }] },
    /no known driver/,
  ],
  ["a board whose id is a number", { ...CONFIG, boards: [{ ...BOARD, id: 1 }] }, /id is not/],
  ["a USB board with 9 channels", wireThat({ driver: "dct-hid", channels: 9 }), /1 to 8 channels/],
  ["an address that is a number", wireThat({ address: 1 }), /"wire" has a wrong address/],
  ["an address of 201 characters", wireThat({ address: "x".repeat(201) }), /wrong address/],
  ["Modbus unit 0", wireThat({ unit: 0 }), /wrong unit/],
  ["a coil beyond all coils", wireThat({ firstCoil: 65_536 }), /wrong firstCoil/],
  ["an input before the first", wireThat({ firstInput: -1 }), /wrong firstInput/],
  ["33 inputs", wireThat({ inputs: 33 }), /wrong inputs/],
  ["a baud rate that is a word", wireThat({ baud: "fast" }), /wrong baud/],
  ["a board that holds its channels for no time", wireThat({ selfTimedMs: 0 }), /wrong selfTimedMs/],
  ["a watchdog of a year", wireThat({ watchdogMs: 31_536_000_000 }), /wrong watchdogMs/],
  ["a second channel that is no place", outputThat({ second: 2 }), /second channel on no board/],
  [
    "a second channel on no board",
    outputThat({ second: { board: "x", channel: 1 } }),
    /second channel on no board/,
  ],
  [
    "a second channel on the same board",
    outputThat({ second: { board: "sim", channel: 2 } }),
    /another board/,
  ],
  [
    "a second channel that the board does not have",
    outputThat({ second: { board: "wire", channel: 33 } }),
    /second channel from 1 to 32/,
  ],
  [
    "a second channel that another output has",
    { ...FULL, outputs: [FULL.outputs[0], { ...FULL.outputs[1], channel: 32 }] },
    /share a channel/,
  ],
  ["a feedback that is no place", outputThat({ feedback: "wire" }), /feedback on no board/],
  [
    "a feedback on no board",
    outputThat({ feedback: { board: 1, input: 1, closed: "dropped" } }),
    /feedback on no board/,
  ],
  [
    "a feedback input that the board does not read",
    outputThat({ feedback: { board: "wire", input: 9, closed: "dropped" } }),
    /feedback input from 1 to 8/,
  ],
  [
    "a feedback input beyond what such a board has",
    outputThat({ feedback: { board: "sim", input: 33, closed: "dropped" } }),
    /feedback input from 1 to 32/,
  ],
  [
    "a feedback contact that is closed at noon",
    outputThat({ feedback: { board: "wire", input: 1, closed: "noon" } }),
    /when its feedback contact is closed/,
  ],
  ["outputs that are no list", { ...CONFIG, outputs: "permit" }, /not a list/],
  ["an output that is no object", { ...CONFIG, outputs: [1] }, /no id/],
  ["a board with 33 channels", { ...CONFIG, boards: [{ ...BOARD, channels: 33 }] }, /1 to 32/],
  ["two boards of one id", { ...CONFIG, boards: [BOARD, BOARD] }, /boards share an id/],
  ["an output without an id", { ...CONFIG, outputs: [{ ...OUTPUT, id: 1 }] }, /no id/],
  ["an output on an unknown board", { ...CONFIG, outputs: [{ ...OUTPUT, board: "other" }] }, /no board/],
  ["a channel that the board does not have", { ...CONFIG, outputs: [{ ...OUTPUT, channel: 9 }] }, /1 to 8/],
  [
    "an output that does not say whether it permits",
    { ...CONFIG, outputs: [{ ...OUTPUT, permit: "yes" }] },
    /permits/,
  ],
  [
    "two outputs of one id",
    { ...CONFIG, outputs: [OUTPUT, { ...OUTPUT, channel: 2 }] },
    /outputs share an id/,
  ],
  [
    "two outputs on one channel",
    { ...CONFIG, outputs: [OUTPUT, { ...OUTPUT, id: "second" }] },
    /share a channel/,
  ],
];
for (const [what, value, why] of badConfigs) {
  test(`parseGuardianConfig() refuses ${what}`, () => {
    const read = parseGuardianConfig(JSON.stringify(value));
    assert.ok(!read.ok);
    assert.match(read.why, why);
  });
}

test("parseGuardianConfig() reads which boards carry conditions", () => {
  const config = { ...CONFIG, conditions: [CONFIG.boards[0]?.id] };
  assert.deepEqual(parseGuardianConfig(JSON.stringify(config)), { ok: true, value: config });
  for (const conditions of [{}, [1], "io"])
    assert.equal(parseGuardianConfig(JSON.stringify({ ...CONFIG, conditions })).ok, false);
});

test("parseGuardianConfig() refuses what is not JSON", () => {
  assert.equal(parseGuardianConfig("").ok, false);
});

test("lineSplitter() gives the same lines however the text is cut", () => {
  const text = fc.array(
    fc.string({ maxLength: 20 }).map((line) => line.replaceAll("\n", "")),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(text, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (lines, cuts) => {
      const taken: string[] = [];
      const put = lineSplitter((line) => taken.push(line));
      let rest = lines.map((line) => `${line}\n`).join("");
      for (let i = 0; rest !== ""; i++) {
        const cut = cuts[i % cuts.length] ?? 1;
        put(rest.slice(0, cut));
        rest = rest.slice(cut);
      }
      assert.deepEqual(taken, lines);
    }),
  );
});

test("lineSplitter() gives an endless line out once, too long to be read, and goes on after its end", () => {
  const taken: string[] = [];
  const put = lineSplitter((line) => taken.push(line));
  for (let i = 0; i < 100; i++) put("x".repeat(10_000));
  assert.equal(taken.length, 1);
  assert.ok((taken[0]?.length ?? 0) > MAX_LINE && (taken[0]?.length ?? 0) < MAX_LINE + 10_001);
  put(`tail of it\n${JSON.stringify(BYE)}\n`);
  assert.deepEqual(taken.slice(1), [JSON.stringify(BYE)]);
});
