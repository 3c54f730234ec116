/** The detector's models: listed, tried beside the one that watches, put in force, brought back, and brought here. */
import { Hono } from "hono";
import { z } from "zod";
import type { Box } from "../box.ts";
import type { CalibrationView } from "../calibration.ts";
import type { Provider } from "../domain/detector_config.ts";
import { CHANGE_REASONS } from "../domain/reason_code.ts";
import { type Tuning, USUAL } from "../domain/tuning.ts";
import type { TrialView } from "../model_trial.ts";
import type { ListedModel } from "../models.ts";
import type { Access, Env } from "./access.ts";
import { answered, askerOf, bodyAs, fieldProblem } from "./fields.ts";
import { problem } from "./problem.ts";
import { whyIn } from "./why.ts";

export interface ModelsAnswer {
  readonly models: readonly ListedModel[];
  /** What watches now: a name that no manifest has is not in the list. */
  readonly active: string;
  /** The score from which somebody counts as seen. */
  readonly threshold: number;
  /** What a rollback brings back. */
  readonly previous: string | null;
  /** The newest trial since the start, running or ended. */
  readonly trial: TrialView | null;
  /** What computes, and what was asked to; `used` is null while no model is loaded. */
  readonly provider: {
    readonly asked: Provider;
    readonly used: Provider | null;
    readonly why: string | null;
  };
  /** Of the model that watches. */
  readonly calibration: CalibrationView & { readonly inUse: Tuning | null };
}

/** The only body that may be long. */
export const WEIGHTS_PATH = "/api/models/weights";
const MINUTES = { least: 1, most: 10 } as const;
/** Chunks that do not come hold a connection and a file open. */
const UPLOAD_MS = 5 * 60_000;

const name = z.string("must be the name of a model").max(80, "must be at most 80 characters");
const named = z.strictObject({ name });
const minutes = `must be ${MINUTES.least} to ${MINUTES.most} minutes`;
const trial = z.strictObject({
  name,
  minutes: z.int("must be a whole number").min(MINUTES.least, minutes).max(MINUTES.most, minutes),
});

function listed({ guard, models, calibration }: Box): ModelsAnswer {
  const { list } = models;
  const { detector } = guard.pipeline.state;
  const ready = detector.kind === "ready" ? detector : undefined;
  return {
    models: list,
    active: guard.model.name,
    threshold: guard.rules.threshold,
    previous: models.previous ?? null,
    trial: models.trial ?? null,
    provider: {
      asked: guard.config.detector.provider ?? "cpu",
      used: ready === undefined ? null : (ready.provider ?? "cpu"),
      why: ready?.fallback ?? null,
    },
    calibration: {
      ...calibration.view(list.find(({ active }) => active)?.sha256),
      inUse: ready === undefined ? null : (ready.tuning ?? USUAL),
    },
  };
}

/** The body piece by piece; it fails where it takes too long. */
async function* chunksOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const reader = body.getReader();
  const late = setTimeout(() => void reader.cancel().catch(() => undefined), UPLOAD_MS);
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    clearTimeout(late);
    reader.releaseLock();
  }
}

export const models = (box: Box, access: Access) =>
  new Hono<Env>()
    .get("/api/models", access.may("setup.look"), (c) => c.json(listed(box)))
    .put("/api/models/active", access.may("detector.change"), async (c) => {
      const body = await bodyAs(c, named);
      if (body instanceof Response) return body;
      const given = whyIn(c, CHANGE_REASONS);
      if (!given.ok) return fieldProblem(c, given.errors);
      return answered(c, await box.models.use(body.name, given.why, askerOf(c, access)));
    })
    .post("/api/models/rollback", access.may("detector.change"), async (c) => {
      const given = whyIn(c, CHANGE_REASONS);
      if (!given.ok) return fieldProblem(c, given.errors);
      return answered(c, await box.models.rollBack(given.why, askerOf(c, access)));
    })
    .post("/api/models/calibration", access.may("detector.change"), (c) =>
      answered(c, box.models.measure(askerOf(c, access))),
    )
    .post("/api/models/manifests", access.may("detector.change"), async (c) =>
      answered(c, await box.models.describe(await c.req.text(), askerOf(c, access))),
    )
    .get("/api/models/trial", access.may("setup.look"), (c) => {
      const now = box.models.trial;
      return now === undefined ? problem(c, 404, "No model was tried since the box started") : c.json(now);
    })
    .post("/api/models/trial", access.may("detector.change"), async (c) => {
      const body = await bodyAs(c, trial);
      if (body instanceof Response) return body;
      return answered(c, box.models.try(body.name, body.minutes, askerOf(c, access)));
    })
    .delete("/api/models/trial", access.may("detector.change"), (c) =>
      box.models.endTrial("person") ? c.body(null, 204) : problem(c, 404, "No model is being tried now"),
    )
    .post(WEIGHTS_PATH, access.may("detector.change"), async (c) => {
      const query = name.safeParse(c.req.query("name"));
      if (!query.success) return fieldProblem(c, [{ path: "name", message: "must be the name of a model" }]);
      const length = c.req.header("content-length");
      const sent = {
        chunks: chunksOf(c.req.raw.body),
        ...(length === undefined ? {} : { bytes: Number(length) }),
      };
      return answered(c, await box.models.receive(query.data, sent, askerOf(c, access)));
    });
