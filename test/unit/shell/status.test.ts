/** What `status` says of boards, bypasses, tests and the machine cycle. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { View } from "../../../server/domain/view.ts";
import { statusLines } from "../../../server/shell/status.ts";

const VIEW = {
  state: "watching",
  demonstration: false,
  stopRequested: false,
  cameras: [],
  alarms: [],
  outputs: [],
  boards: [],
  bypasses: [],
  tests: [],
  cycle: { number: 0, running: false, sinceWallAt: 0 },
  reset: { needed: false, possible: false, pinNeeded: false, refusals: [] },
  model: { name: "m", state: "ready", grade: "", quality: "" },
  faults: [],
} as unknown as View;

const lines = (over: Partial<View>): string[] => statusLines({ ...VIEW, ...over });

test("a bypass and a test stand in lines of their own, with who, why and how long", () => {
  const bypass = { zone: "cell", name: "Cell", by: "Sam", reason: "cleaning", untilWallAt: 0 } as const;
  const said = lines({
    bypasses: [
      { ...bypass, leftMs: 61_000 },
      { ...bypass, name: "Door", leftMs: 1 },
    ],
    tests: [{ output: "horn", name: "Horn", drive: "energised", by: "Max", leftMs: 900 }],
  });
  assert.ok(said.includes("BYPASSED: Cell, by Sam (cleaning), 2 minutes left"), said.join("\n"));
  assert.ok(said.includes("BYPASSED: Door, by Sam (cleaning), 1 minute left"));
  assert.ok(said.includes("Being tested: Horn is energised by Max"));
  assert.equal(
    lines({}).some((line) => /BYPASSED|tested/.test(line)),
    false,
  );
});

test("a board that is lost says why, one that answers its id, and the cycle its number", () => {
  const board = { driver: "dct-hid", title: "DCT USBRelay (USB HID)" } as const;
  const said = lines({
    boards: [
      { ...board, id: "a", state: "ok", identity: "HW554" },
      { ...board, id: "b", state: "lost", why: "It was pulled out; plug it in" },
    ],
    cycle: { number: 7, running: true, sinceWallAt: 0 },
  });
  assert.ok(said.includes("  a  answers  DCT USBRelay (USB HID)  id HW554"), said.join("\n"));
  assert.ok(said.includes("  b  LOST     DCT USBRelay (USB HID)  It was pulled out; plug it in"));
  assert.ok(said.includes("Machine cycle: number 7 runs"));
  assert.ok(
    lines({ cycle: { number: 7, running: false, sinceWallAt: 0 } }).includes(
      "Machine cycle: number 7 has ended",
    ),
  );
  assert.ok(lines({}).includes("Machine cycle: none was begun"));
});
