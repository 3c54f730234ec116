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
  boards: { a: { kind: "ok" }, b: { kind: "lost", why: "Cannot open it" } },
  outputs: {
    permit: { demand: "energised", readback: "energised", mismatch: false },
    second: { demand: "dropped", readback: "unknown", mismatch: true },
  },
  lastDrop: { cause: "board", at: 9 },
};

test("parseReport() reads a report as it was written", () => {
  assert.deepEqual(parseReport(JSON.stringify(REPORT)), { ok: true, value: REPORT });
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

test("parseGuardianConfig() reads a configuration, and one without boards", () => {
  assert.deepEqual(parseGuardianConfig(JSON.stringify(CONFIG)), { ok: true, value: CONFIG });
  const empty = { ...CONFIG, boards: [], outputs: [] };
  assert.deepEqual(parseGuardianConfig(JSON.stringify(empty)), { ok: true, value: empty });
});

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
  ["a board without a driver", { ...CONFIG, boards: [{ ...BOARD, driver: 1 }] }, /no driver/],
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
