/** Errors of the box name boards and outputs as people know them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { named } from "../../../kiosk/outputs/names.ts";
import type { BoardView, OutputView } from "../../../server/domain/view.ts";

test("named() puts names in the place of places, and leaves what nobody knows", () => {
  const view = {
    boards: [
      { id: "press", driver: "simulated", title: "Simulated board", state: "ok" },
    ] satisfies BoardView[],
    outputs: [{ name: "Run permit" }] as OutputView[],
  };
  const errors = [
    { path: "channel", message: "is already used by outputs[0]; one channel carries one output" },
    { path: "address", message: "is already used by boards[0]; see boards[7]" },
  ];
  assert.deepEqual(named(errors, view), [
    { path: "channel", message: "is already used by Run permit; one channel carries one output" },
    { path: "address", message: "is already used by press; see boards[7]" },
  ]);
  assert.deepEqual(named(errors, undefined), errors);
});
