/** What the detector's pages ask of the box. All of it needs the session; without one Maintenance locks. */
import { CHANGE_REASONS } from "../../server/domain/reason_code.ts";
import type { ModelsAnswer } from "../../server/http/models.ts";
import { ask, send } from "../ask.ts";
import type { Outcome } from "../call.ts";

export type { ModelsAnswer };
export type Model = ModelsAnswer["models"][number];
export type Trial = NonNullable<ModelsAnswer["trial"]>;

const PATH = "/api/models";
/** A model is opened and proven before the box answers. */
const PROVING_MS = 75_000;

/** As long as the box waits for a body. */
const UPLOAD_MS = 5 * 60_000;

export async function readModels(): Promise<Outcome<ModelsAnswer>> {
  return await ask({ method: "GET", path: PATH });
}

export async function readTrial(): Promise<Outcome<Trial>> {
  return await ask({ method: "GET", path: `${PATH}/trial` });
}

export async function useModel(name: string): Promise<Outcome<unknown>> {
  return await ask(
    { method: "PUT", path: `${PATH}/active`, body: { name }, timeoutMs: PROVING_MS, because: CHANGE_REASONS },
    "use-model",
  );
}

export async function rollBack(): Promise<Outcome<unknown>> {
  return await ask(
    { method: "POST", path: `${PATH}/rollback`, timeoutMs: PROVING_MS, because: CHANGE_REASONS },
    "roll-back",
  );
}

export async function tryModel(name: string, minutes: number): Promise<Outcome<unknown>> {
  return await ask({ method: "POST", path: `${PATH}/trial`, body: { name, minutes } }, "try-model");
}

export async function endTrial(): Promise<Outcome<unknown>> {
  return await ask({ method: "DELETE", path: `${PATH}/trial` }, "end-trial");
}

export async function measure(): Promise<Outcome<unknown>> {
  return await ask({ method: "POST", path: `${PATH}/calibration` }, "measure-model");
}

export async function sendManifest(text: string): Promise<Outcome<unknown>> {
  return await send({ path: `${PATH}/manifests`, body: text, timeoutMs: UPLOAD_MS });
}

/** Tells between 0 and 1 how much of it has gone. */
export async function sendWeights(
  name: string,
  weights: File,
  onShare: (share: number) => void,
): Promise<Outcome<unknown>> {
  const path = `${PATH}/weights?name=${encodeURIComponent(name)}`;
  return await send({ path, body: weights, timeoutMs: UPLOAD_MS, onShare });
}
