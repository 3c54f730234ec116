/** A detector that fails comes back by itself once it is right again; one without its provider says so. Real eyes. */
import assert from "node:assert/strict";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openLog } from "../../server/base/log.ts";
import { Eyes, type EyesModel } from "../../server/camera/eyes.ts";
import { resolveModel } from "../../server/detect/find.ts";
import type { DetectorState, EyeReport } from "../../server/domain/eye.ts";
import { USUAL } from "../../server/domain/tuning.ts";
import { startBox } from "../support/box.ts";
import { ROOT } from "../support/runtime.ts";
import { until } from "../support/until.ts";

const DEMO = join(ROOT, "models/demo");
const log = openLog("test", { write: () => undefined });
const OWN = resolveModel("palisade-person-256x416", { further: undefined });

/** Eyes over one film, and what they say of their detector and see. */
function watch(model: EyesModel, tuning = USUAL) {
  const states: DetectorState[] = [];
  const seen = { pictures: 0, looks: 0 };
  const eyes = Eyes.open({
    cameras: [{ id: "side", source: `file:${join(DEMO, "cell-side.mp4")}`, fps: 5, transport: "tcp" }],
    model,
    tuning: () => tuning,
    onReport(report: EyeReport) {
      if (report.kind === "detector") states.push(report.state);
      if (report.kind === "picture") seen.pictures++;
      if (report.kind === "observed") seen.looks++;
    },
    log,
  });
  return { eyes, states, seen };
}

const kind =
  (states: readonly DetectorState[], wanted: DetectorState["kind"]): (() => boolean) =>
  () =>
    states.at(-1)?.kind === wanted;

test("a model that fails its test is not trusted, tried again with its pictures going on, and comes back", async () => {
  const folder = await mkdtemp(join(tmpdir(), "palisade-failed-"));
  try {
    assert.ok(OWN.ok);
    const { manifest, weightsPath, manifestPath } = OWN.model;
    const golden = { picture: "golden.jpg", truth: "golden.json" };
    const text = JSON.parse(await readFile(manifestPath, "utf8")) as object;
    await writeFile(join(folder, "own.json"), JSON.stringify({ ...text, golden }));
    await copyFile(join(DEMO, "empty.jpg"), join(folder, golden.picture));
    await copyFile(join(DEMO, "golden.json"), join(folder, golden.truth));
    const model = { manifestPath: join(folder, "own.json"), weightsPath, keepThreshold: manifest.threshold };
    const { eyes, states, seen } = watch(model);
    await using _eyes = eyes;
    await until({ what: "it has failed", ms: 20_000, check: kind(states, "failed") });
    const failed = states.at(-1);
    assert.ok(failed?.kind === "failed" && failed.selfTest === true);
    assert.match(failed.why, /of 2 people it found 0.*; it is tried again in 5 s \(1 of 5\)$/);
    const { pictures } = seen;
    await copyFile(join(DEMO, "golden.jpg"), join(folder, golden.picture));
    await until({ what: "it is ready", ms: 20_000, check: kind(states, "ready") });
    assert.ok(seen.pictures > pictures, "people go on seeing");
    assert.deepEqual(
      states.map((state) => state.kind),
      ["loading", "failed", "ready"],
    );
    await until({ what: "it looks", ms: 10_000, check: () => seen.looks > 0 });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a provider that is not there is told on every screen, in readyz and in the record, and the box watches", async () => {
  await using box = await startBox({
    provision: {
      cameras: [{ id: "side", name: "Side", source: `file:${join(DEMO, "cell-side.mp4")}`, fps: 5 }],
      detector: { model: "palisade-person-256x416", provider: "dml" },
    },
  });
  const view = await box.waitFor(({ model, faults }) => model.state === "ready" && faults.length > 0, 30_000);
  const sentence =
    /on the processor instead of dml \(.*backend not found.*\): it exists on Windows alone, or set detector\.provider to cpu$/;
  assert.match(view.faults.join(), sentence);
  const { body } = await box.get<{ failing: { name: string; why: string }[] }>("/readyz");
  assert.match(body.failing.find(({ name }) => name.startsWith("fault"))?.why ?? "", sentence);
  const rows = await box.get<{ action: string; reason: string }[]>("/api/audit?limit=1000");
  assert.match(rows.body.find(({ action }) => action === "detector.fallback")?.reason ?? "", sentence);
});

test("an eye uses the processor as it is told", async () => {
  assert.ok(OWN.ok);
  const { manifestPath, weightsPath } = OWN.model;
  const tuning = { threads: 2, spinning: false, arena: false };
  const { eyes, states, seen } = watch({ manifestPath, weightsPath, keepThreshold: 0.2 }, tuning);
  await using _eyes = eyes;
  await until({ what: "it looks", ms: 20_000, check: () => seen.looks > 0 });
  const ready = states.at(-1);
  assert.ok(ready?.kind === "ready");
  assert.deepEqual([ready.provider, ready.tuning, ready.fallback], ["cpu", tuning, undefined]);
});
