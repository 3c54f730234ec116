/** The detector's pages on three panels, by touch, over a box that says what each test needs. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { wait } from "../../server/base/clock.ts";
import { USUAL } from "../../server/domain/tuning.ts";
import type { ModelsAnswer } from "../../server/http/models.ts";
import type { TrialView } from "../../server/model_trial.ts";
import { openPanel, type Panel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { until } from "../support/until.ts";
import { look, SIZES } from "./look.ts";
import { furnish, lastly, onlyRefusals } from "./outputs-lab.ts";
import { type Stub, startStub } from "./stub.ts";
import { because, button, shown, typePin } from "./touch.ts";

const skip = missing.chromium();
const NOW = Date.UTC(2026, 10, 21, 8, 30);
/** A dialog takes no touch for a moment: a bounce is no answer. */
const DIALOG_GUARD_MS = 350;
const OWN = "palisade-person-256x416";

const MODEL: ModelsAnswer["models"][number] = {
  ...{ name: OWN, family: "boxes5", width: 416, height: 256, threshold: 0.4, licence: "Apache-2.0" },
  ...{ origin: "This project", download: null, sha256: "4b82da99".repeat(8), bytes: 3_634_211 },
  ...{
    grade: "For demonstration only",
    recommended: false,
    golden: true,
    installed: true,
    active: true,
    previous: false,
  },
  quality: "Works offline and is good enough to show the cell and to set a box up",
  measured: {
    ...{ ms: 6.9, source: "its card" },
    sets: [
      { set: "site", precision: 0.49, recall: 0.32 },
      { set: "forklift", precision: 0.2, recall: 0.11 },
      { set: "coco", precision: 0.19, recall: 0.14 },
    ],
  },
  hereMs: 7.42,
};
const OTHER = { ...MODEL, active: false, measured: null, hereMs: null } as const;
const MODELS: ModelsAnswer = {
  models: [
    MODEL,
    {
      ...OTHER,
      ...{ name: "yolox-tiny-416", family: "yolox", height: 416, grade: "Official, recommended" },
      ...{ recommended: true, previous: true, origin: "Megvii's YOLOX release 0.1.1rc0", bytes: 20_219_662 },
      quality: "The recommended model: clearly better than nano at about six times its arithmetic",
    },
    { ...OTHER, name: "yolox-nano-416", grade: "Official, for weak processors", quality: "Small and steady" },
    {
      ...{ ...OTHER, name: "picodet-s-416", installed: false },
      ...{ grade: "Official, light", quality: "Small, 80 classes" },
    },
  ],
  ...{ active: OWN, threshold: 0.4, previous: "yolox-tiny-416", trial: null },
  provider: { asked: "cpu", used: "cpu", why: null },
  calibration: { running: false, chosen: USUAL, inUse: USUAL },
};
const MEASURED: ModelsAnswer = {
  ...MODELS,
  provider: {
    ...{ asked: "cuda", used: "cpu" },
    why: "The detector computes on the processor instead of cuda (Failed to load shared library): install CUDA 12 and run npm rebuild onnxruntime-node, or set detector.provider to cpu",
  },
  calibration: {
    ...{ running: false, inUse: USUAL, chosen: { threads: 2, spinning: false, arena: true } },
    record: {
      ...{ wallAt: NOW, usualMs: 7.41 },
      figures: [
        { tuning: { ...USUAL, arena: false }, ms: 7.38, ratio: 0.996, faster: 0.55, rounds: 49 },
        { tuning: { ...USUAL, threads: 2, spinning: false }, ms: 4.6, ratio: 0.62, faster: 1, rounds: 41 },
        {
          ...{ tuning: { ...USUAL, threads: 2 }, ms: 9.9, ratio: 1.34, faster: 0, rounds: 5 },
          unsure: "the box was busy",
        },
      ],
      refused: [],
    },
  },
};
const TRIAL: TrialView = {
  ...{ model: "yolox-tiny-416", against: OWN, by: "Sam", state: "looking", ms: 41.3 },
  ...{ begunWallAt: Date.now(), endsWallAt: Date.now() + 5 * 60_000 },
  cameras: [
    {
      ...{ camera: "front", name: "Front", frames: 212, active: 180, candidate: 203, more: 23, fewer: 2 },
      newest: { active: 1, candidate: 2 },
    },
    {
      ...{ camera: "side", name: "Side", frames: 208, active: 0, candidate: 0, more: 0, fewer: 0 },
      newest: { active: 0, candidate: 0 },
    },
  ],
  differences: Array.from({ length: 10 }, (_, i) => ({
    ...{ camera: "front", wallAt: NOW - i * 7_000, active: 1, candidate: i === 4 ? 0 : 2 },
  })),
};

async function enter(panel: Panel): Promise<void> {
  await button(panel, "Maintenance").tap();
  await panel.page.getByRole("button", { name: "Sam" }).tap();
  await typePin(panel, "730146");
  await button(panel, "Unlock").tap();
  await button(panel, "Open detector").tap();
}

async function asks(stub: Stub, method: string, path: string, body: unknown): Promise<void> {
  const asked = (): boolean => lastly(stub, method).path === path;
  await until({ what: `the box is asked ${method} ${path}`, ms: 5_000, check: asked });
  assert.deepEqual(lastly(stub, method).body, body);
}

describe("the detector's pages", { concurrency: 1 }, () => {
  for (const size of SIZES)
    test(`somebody reads, tries, changes and rolls back at ${size.width}x${size.height}`, {
      skip,
    }, async () => {
      await using stub = await startStub();
      furnish(stub);
      stub.answer("GET /api/models", () => ({ status: 503, body: { detail: "The database is gone" } }));
      await using panel = await openPanel({ url: stub.url, ...size });
      const faults: string[] = [];
      const see = async (state: string): Promise<void> =>
        void faults.push(...(await look(panel, state, size)));
      await enter(panel);
      await shown(panel, "The database is gone");
      await button(panel, "Back").tap();
      let answer = MODELS;
      stub.answer("GET /api/models", () => ({ body: answer }));
      await button(panel, "Open detector").tap();
      await shown(panel, "7.4 ms a picture");
      await see("detector");

      stub.answer("POST /api/models/calibration", () => {
        answer = MEASURED;
        return { body: { ok: true } };
      });
      await shown(panel, /fastest here was not measured yet/);
      await button(panel, "Measure now").tap();
      await shown(panel, /the best is 2 threads, sleeping\. It is taken when the model is loaded next/);
      await shown(panel, /instead of cuda/);
      await see("detector-measured");

      await button(panel, "picodet-s-416").tap();
      await shown(panel, /Its weights are missing: add them from a file/);
      assert.ok(await button(panel, "Use this model").isDisabled());
      await see("detector-missing");
      await button(panel, "Back").tap();

      await button(panel, "Add a model").tap();
      await see("detector-add");
      const files = panel.page.locator("input[type=file]");
      const onnx = { name: "odd.onnx", mimeType: "", buffer: Buffer.alloc(1_000) };
      await files.setInputFiles([onnx]);
      await shown(panel, /choose the manifest together with it/);
      assert.ok(await button(panel, "Send to the box").isDisabled());
      const manifest = Buffer.from(JSON.stringify({ name: "odd" }));
      await files.setInputFiles([onnx, { name: "odd.json", mimeType: "", buffer: manifest }]);
      await shown(panel, "odd.onnx, 0.0 MB");
      let refuses = true;
      stub.answer("POST /api/models/manifests", () =>
        refuses
          ? { status: 409, body: { detail: "Cannot use the manifest: family: is missing; correct it" } }
          : { body: { ok: true } },
      );
      stub.answer("POST /api/models/weights", () => ({ body: { ok: true } }));
      await button(panel, "Send to the box").tap();
      await shown(panel, /family: is missing/);
      await see("detector-refused");
      refuses = false;
      answer = { ...MEASURED, models: [...MODELS.models, { ...OTHER, name: "odd", grade: "Odd" }] };
      await button(panel, "Send to the box").tap();
      await shown(panel, "odd is installed");
      assert.match(lastly(stub, "POST").path, /^\/api\/models\/weights/);
      await button(panel, "Back").tap();

      await button(panel, "yolox-tiny-416").tap();
      await see("detector-model");
      await button(panel, "Longer").tap();
      stub.answer("POST /api/models/trial", () => {
        answer = { ...MODELS, trial: TRIAL };
        return { body: { ok: true } };
      });
      stub.answer("GET /api/models/trial", () => ({ body: answer.trial ?? undefined }));
      await button(panel, "Try beside").tap();
      await asks(stub, "POST", "/api/models/trial", { name: "yolox-tiny-416", minutes: 6 });
      await shown(panel, "180 : 203");
      await see("detector-trial");
      stub.answer("DELETE /api/models/trial", () => {
        answer = { ...MODELS, trial: { ...TRIAL, state: "ended", end: "person" } };
        return { status: 204 };
      });
      await button(panel, "End trial").tap();
      await shown(panel, /^Somebody ended it\. 41\.3 ms/);
      await button(panel, "Back").tap();

      await button(panel, "yolox-tiny-416").tap();
      await button(panel, "Use this model").tap();
      await shown(panel, /every output drops/);
      await see("detector-use");
      stub.answer("PUT /api/models/active", () => ({
        status: 409,
        body: { detail: 'Model "yolox-tiny-416" failed its self-test; choose another' },
      }));
      const dialog = panel.page.getByRole("dialog");
      await wait(DIALOG_GUARD_MS);
      await dialog.getByRole("button", { name: "Use this model" }).tap();
      await because(panel, "To try something out");
      await asks(stub, "PUT", "/api/models/active", { name: "yolox-tiny-416" });
      await shown(panel, /failed its self-test/);
      stub.answer("POST /api/models/rollback", () => ({ body: { ok: true } }));
      await button(panel, "Roll back").tap();
      await because(panel, "To correct something");
      await shown(panel, "yolox-tiny-416 is in force");

      answer = { ...MEASURED, models: [], trial: null };
      await button(panel, "Add a model").tap();
      await button(panel, "Back").tap();
      await shown(panel, /No manifest here has the name palisade-person-256x416/);
      await shown(panel, /yolox-tiny-416 was in force before, but is not here any more/);
      assert.ok(await button(panel, "Roll back").isDisabled());
      await see("detector-no-manifest");
      assert.deepEqual(faults, []);
      assert.deepEqual(
        onlyRefusals(panel).filter((error) => !/status of 503/.test(error)),
        [],
      );
    });
});
