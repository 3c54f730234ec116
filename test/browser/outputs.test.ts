/** The screens of boards and outputs on three panels, by touch, over a box that says what each test needs. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { wait } from "../../server/base/clock.ts";
import type { OutputView } from "../../server/domain/view.ts";
import { openPanel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { layoutFaults } from "./geometry.ts";
import { SIZES } from "./look.ts";
import {
  furnish,
  lastly,
  OUTPUTS,
  onlyRefusals,
  openBench,
  output,
  TESTS,
  write,
  ZONES,
} from "./outputs-lab.ts";
import { startStub } from "./stub.ts";
import { because, button, shown } from "./touch.ts";

const skip = missing.chromium();
/** After opening a dialog takes a touch for a bounce. */
const GUARD_MS = 350;
/** They mostly wait for a finger: two at a time take a small machine no longer than one. */
const TOGETHER = { concurrency: 2 } as const;

function withOutput(id: string, change: Partial<OutputView>): readonly OutputView[] {
  return OUTPUTS.map((each) => (each.id === id ? { ...each, ...change } : each));
}

function testing(id: string, drive: "energised" | "dropped", leftMs = 2_900) {
  return [{ output: id, name: id, drive, by: "Sam", leftMs }];
}

describe("the strip of Live", TOGETHER, () => {
  for (const size of SIZES)
    test(`it holds a cell's outputs and its cycle without scrolling at ${size.width}x${size.height}`, {
      skip,
    }, async () => {
      await using stub = await startStub();
      furnish(stub);
      const long = "A person is in Cell; not acting";
      stub.tell({
        zones: ZONES.map((zone) => (zone.id === "door" ? { ...zone, camera: "side" } : zone)),
        outputs: [
          output("permit", "Run permit", { role: "run-permit", why: "A person is in Cell" }),
          output("horn", "Horn", { readback: "energised", demand: "energised", why: "A person is in Cell" }),
          output("pulse", "Stop pulse", { role: "pulse", why: long }),
          output("red", "Red lamp", { role: "lamp-red", why: "A run permit is dropped" }),
          output("amber", "Amber lamp", { role: "lamp-amber", why: "A person is in a warn zone" }),
          output("green", "Green lamp", { role: "lamp-green", why: "Nothing lights it" }),
        ],
        reaction: { count: 140, lastTripMs: 95, p50Ms: 39, p95Ms: 403, p99Ms: 473, maxMs: 512 },
        cycle: { number: 1280, running: true, sinceWallAt: Date.now() - 2 * 3_600_000 - 5 * 60_000 },
      });
      await using panel = await openPanel({ url: stub.url, ...size });
      await shown(panel, "Cycle 1280, running 2 h 5 min");
      await panel.page.locator(".liveness svg").first().waitFor();
      assert.deepEqual(await layoutFaults(panel.page, { mayScroll: false }), []);
      const first = panel.page.locator(".strip .list > :first-child");
      await first.getByText("Run permit").waitFor();
      stub.tell({ outputs: OUTPUTS });
      await first.getByText("Green lamp").waitFor();
    });
});

describe("outputs and boards", TOGETHER, () => {
  for (const size of SIZES)
    test(`they are looked at, tried out and removed at ${size.width}x${size.height}`, { skip }, async () => {
      await using bench = await openBench(size);
      const { stub, panel, see } = bench;
      const sounds = async (sound: string): Promise<unknown> =>
        await panel.page.waitForFunction((one) => document.documentElement.dataset.sound === one, sound);
      await shown(panel, /OVERDUE since 19 Nov 2026/);
      await see("outputs");
      if (size === SIZES[0]) {
        await button(panel, "Test sound").tap();
        await sounds("stop");
        await shown(panel, "Now: person in a stop zone, or a stop");
        await button(panel, "End sound test").tap();
        await sounds("none");
      }
      await button(panel, "signals").tap();
      await shown(panel, /is not there; check its cable/);
      await see("board-lost");
      await button(panel, "Back").tap();
      await button(panel, "press").tap();
      await shown(panel, "61,204");
      await see("board");
      stub.answer("DELETE /api/boards/*/operations", () => ({ status: 204 }));
      await button(panel, "Relays replaced").tap();
      await wait(GUARD_MS);
      await button(panel, "They are new").tap();
      await shown(panel, "Counted from zero");
      const hangs = "Outputs hang on board press: Run permit; move or remove them first";
      stub.answer("DELETE /api/boards/*", () => ({ status: 409, body: { detail: hangs } }));
      await button(panel, "Remove press").tap();
      await shown(panel, "Remove press?");
      await wait(GUARD_MS);
      await see("board-remove");
      await button(panel, "Remove").tap();
      await because(panel, "A device was replaced");
      await shown(panel, hangs);
      await button(panel, "Back").tap();

      await button(panel, "Run permit").tap();
      await shown(panel, /61 % of 100,000/);
      await shown(panel, "18.4 ms");
      await see("output-permit");
      await button(panel, "Test Run permit").tap();
      await shown(panel, "Run permit drops and the machine stops. Only Reset gives it back.");
      await wait(GUARD_MS);
      await see("output-ask-permit");
      await button(panel, "Cancel").tap();
      await button(panel, "Back").tap();
      await button(panel, "Horn").tap();
      await button(panel, "Test Horn").tap();
      await shown(panel, "Horn will sound for 3 s.");
      await wait(GUARD_MS);
      await button(panel, "More seconds").tap();
      await shown(panel, "Horn will sound for 4 s.");
      await see("output-ask");
      stub.answer("POST /api/outputs/*/test", () => ({ body: { ok: true } }));
      stub.answer("DELETE /api/outputs/*/test", () => ({ status: 204 }));
      await button(panel, "Start test").tap();
      await shown(panel, "Test of Horn runs");
      assert.deepEqual(lastly(stub, "POST"), {
        path: "/api/outputs/horn/test",
        body: { drive: "energised", seconds: 4 },
      });
      const sounding = { demand: "energised", readback: "energised", why: "Output test by Sam" } as const;
      stub.tell({ outputs: withOutput("horn", sounding), tests: testing("horn", "energised", 3_900) });
      await shown(panel, /Being tested: energised, [34] s left/);
      await see("output-testing");
      await button(panel, "Stop test of Horn").tap();
      await shown(panel, "Test of Horn ended");
      assert.equal(lastly(stub, "DELETE").path, "/api/outputs/horn/test");
      stub.tell({ outputs: OUTPUTS, tests: [] });
      await button(panel, "Remove Horn").tap();
      await wait(GUARD_MS);
      stub.answer("DELETE /api/outputs/*", () => ({ status: 204 }));
      await button(panel, "Remove").tap();
      await because(panel, "To correct something");
      await shown(panel, "Horn removed");
      assert.deepEqual(bench.faults, []);
      assert.deepEqual(onlyRefusals(panel), []);
    });

  for (const size of SIZES)
    test(`every output is tested one after the other and recorded at ${size.width}x${size.height}`, {
      skip,
    }, async () => {
      await using bench = await openBench(size);
      const { stub, panel, see } = bench;
      stub.answer("DELETE /api/outputs/*/test", () => ({ status: 204 }));
      stub.answer("POST /api/outputs/*/test", () => ({ body: { ok: true } }));
      stub.tell({ outputs: OUTPUTS.filter(({ id }) => ["permit", "horn", "green"].includes(id)) });
      await button(panel, "Horn").waitFor();
      await button(panel, "Run relay test").tap();
      await shown(panel, "Relay test: 1 of 3");
      await see("run-ready");
      await button(panel, "Start").tap();
      await shown(panel, "Is Horn sounding?");
      assert.ok(await button(panel, "Yes").isDisabled(), "nothing is measured yet");
      stub.tell({
        outputs: withOutput("horn", { readback: "energised" }),
        tests: testing("horn", "energised"),
      });
      await panel.page.locator(".decide button:enabled").first().waitFor();
      await see("run-asked");
      await write(panel, "Note", "Hoarse");
      await button(panel, "Yes").tap();
      assert.equal(lastly(stub, "DELETE").path, "/api/outputs/horn/test", "answered, it need not go on");

      // Green is lit and so tested dark; its read-back stays unknown, whatever the person sees.
      await shown(panel, "Green lamp will be dark for 3 s.");
      stub.tell({ outputs: OUTPUTS, tests: [] });
      await button(panel, "Start").tap();
      await shown(panel, "Is Green lamp dark?");
      stub.tell({ tests: testing("green", "dropped") });
      await wait(600); // a view with the test in it
      stub.tell({ tests: [] });
      await shown(panel, "disagrees");
      await see("run-disagrees");
      await button(panel, "Yes").tap();

      await shown(panel, "Run permit drops and the machine stops.");
      const refusals = ["Run permit is dropped already; reset it first, then see it drop"];
      stub.answer("POST /api/outputs/*/test", () => ({
        status: 409,
        body: { detail: "The output test is not possible now", refusals },
      }));
      await button(panel, "Start").tap();
      await shown(panel, /reset it first/);
      await see("run-refused");
      stub.answer("POST /api/outputs/*/test", () => ({ body: { ok: true } }));
      await button(panel, "Start").tap();
      await shown(panel, "Did the relay of Run permit drop?");
      const dropped = { readback: "dropped", second: "dropped", feedback: "dropped" } as const;
      stub.tell({ outputs: withOutput("permit", dropped), tests: testing("permit", "dropped") });
      await panel.page.locator(".decide button:enabled").first().waitFor();
      await see("run-permit");
      await button(panel, "Yes").tap();
      await shown(panel, "1 not passed");
      await write(panel, "Note on the test", "Lamp to be looked at");
      await see("run-summary");
      const results = [
        { output: "horn", passed: true, note: "Hoarse" },
        { output: "green", passed: false, note: "The read-back never said dropped" },
        { output: "permit", passed: true },
      ];
      stub.answer("POST /api/output-tests", () => ({ status: 201, body: TESTS }));
      await button(panel, "Save record").tap();
      await shown(panel, "The test is recorded");
      assert.deepEqual(lastly(stub, "POST"), {
        path: "/api/output-tests",
        body: { test: "relay", results, note: "Lamp to be looked at" },
      });

      await button(panel, "Records").tap();
      await shown(panel, "Horn: not passed. Sounds hoarse and stops by itself after a second");
      await see("records");
      await button(panel, "Back").tap();
      await button(panel, "Run proof test").tap();
      await shown(panel, "Proof test: 1 of 2");
      await see("run-proof");
      await button(panel, "Leave test").tap();

      // Until the test has passed a withheld permit cannot move: it is left out of this one.
      const withheld = "Run permits are withheld until today's relay test has passed: run it and record it";
      stub.answer("GET /api/output-tests", () => ({ body: { ...TESTS, withheld } }));
      const held = {
        demand: "dropped",
        readback: "dropped",
        why: `Output test by Sam. ${withheld}`,
      } as const;
      stub.tell({
        state: "tripped",
        outputs: withOutput("permit", held),
        reset: { possible: false, needed: true, pinNeeded: false, refusals: [withheld] },
      });
      await button(panel, "Intervals").tap();
      await see("intervals");
      await button(panel, "Cancel").tap();
      await shown(panel, withheld);
      await see("outputs-withheld");
      await button(panel, "Run relay test").tap();
      await shown(panel, "Left out, because it is withheld: Run permit.");
      await button(panel, "Live").tap();
      await shown(panel, /withheld until today's relay test/);
      await see("live-withheld");
      assert.deepEqual(bench.faults, []);
      assert.deepEqual(onlyRefusals(panel), []);
    });
});
