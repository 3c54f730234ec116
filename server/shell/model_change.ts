/**
 * `model use` and `model rollback`: another model takes over, proven first. A running box does it itself, for a
 * person with a PIN; without one it is in force from the next start.
 */
import { parseArgs } from "node:util";
import { Candidate } from "../detect/candidate.ts";
import { resolveModel } from "../detect/find.ts";
import type { Config, DetectorConfig } from "../domain/config.ts";
import { workOf } from "../guard.ts";
import { modelBefore } from "../model_before.ts";
import type { Store } from "../store/store.ts";
import { readSecret } from "./secret.ts";
import {
  DONE,
  FAILED,
  findBox,
  hasDatabase,
  misused,
  openStore,
  type RunningBox,
  type Shell,
  USAGE,
} from "./shell.ts";

/** What is wanted: this model, or the one before. */
type Wanted = { readonly kind: "use"; readonly name: string } | { readonly kind: "rollback" };

const SIGN_IN_MS = 10_000;
/** The box proves the model before it answers. */
const PROVING_MS = 75_000;

interface Sent {
  readonly method: "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  readonly cookie?: string;
  readonly limitMs?: number;
}

/** Throws one sentence where the box does not answer or refuses. */
async function send(box: RunningBox, sent: Sent): Promise<Response> {
  const { method, path, body, cookie, limitMs = SIGN_IN_MS } = sent;
  const response = await fetch(new URL(path, box.url), {
    method,
    headers: { "content-type": "application/json", ...(cookie === undefined ? {} : { cookie }) },
    signal: AbortSignal.timeout(limitMs),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((error: Error) => {
    throw new Error(`The box does not answer at ${box.url}: look at its log`, { cause: error });
  });
  if (response.ok) return response;
  const { detail } = (await response.json().catch(() => ({}))) as { readonly detail?: string };
  throw new Error(`Nothing was changed: ${detail ?? `the box answered ${response.status}`}`);
}

async function askBox(box: RunningBox, wanted: Wanted, name: string): Promise<void> {
  const pin = await readSecret(`PIN of ${name}: `);
  const session = await send(box, { method: "POST", path: "/api/session", body: { name, pin } });
  const cookie = session.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  try {
    const more = { cookie, limitMs: PROVING_MS };
    await (wanted.kind === "use"
      ? send(box, { method: "PUT", path: "/api/models/active", body: { name: wanted.name }, ...more })
      : send(box, { method: "POST", path: "/api/models/rollback", ...more }));
  } finally {
    await send(box, { method: "DELETE", path: "/api/session", cookie }).catch(() => undefined);
  }
}

/** The detector that is wanted, or a sentence. */
async function detectorOf(wanted: Wanted, { detector }: Config, store: Store): Promise<DetectorConfig> {
  const { provider } = detector;
  const kept = provider === undefined ? {} : { provider };
  if (wanted.kind === "use") return { model: wanted.name, ...kept };
  const before = modelBefore((await store.kept()).detector, detector.model);
  if (before === undefined)
    throw new Error("No other model was in force before on this box: say model use NAME");
  return { ...before, ...kept };
}

/** Proves the model, then publishes the configuration with it. Returns its name. Throws one sentence. */
async function changeStored(dataFolder: string, wanted: Wanted): Promise<string> {
  if (!hasDatabase(dataFolder))
    throw new Error("Nothing is configured yet: set detector.model in the provisioning file");
  await using store = await openStore(dataFolder);
  const current = await store.currentConfig();
  if (current === undefined || current.demonstration)
    throw new Error("Only the demonstration is configured: set detector.model in a provisioning file");
  const { config } = current;
  const detector = await detectorOf(wanted, config, store);
  const { model } = workOf({ ...config, detector }).plan;
  if ("failed" in model) throw new Error(`Nothing was changed: ${model.failed}`);
  {
    await using _proven = await Candidate.open({ name: detector.model, ...model });
  }
  await store.publishConfig({
    config: { ...config, detector },
    demonstration: false,
    author: { type: "system", id: "shell" },
    reason: `The detector was changed from ${config.detector.model} to ${detector.model}`,
  });
  return detector.model;
}

async function change(wanted: Wanted, person: string | undefined, shell: Shell): Promise<number> {
  const { dataFolder } = shell.environment;
  const box = await findBox(dataFolder);
  if (box.kind === "starting") {
    shell.complain(
      `Nothing was changed: the box (process ${box.pid}) is starting; ask again in a few seconds`,
    );
    return FAILED;
  }
  if (box.kind === "none") {
    const name = await changeStored(dataFolder, wanted);
    shell.say(`Model ${name} was proven and is in force from the next start`);
    return DONE;
  }
  if (person === undefined) {
    shell.complain("A box runs: say whose PIN you give, with --as NAME of a supervisor or maintenance");
    return USAGE;
  }
  await askBox(box, wanted, person);
  shell.say("The box has proven the model and uses it; every output was dropped and waits for Reset");
  return DONE;
}

export async function useModel(args: readonly string[], shell: Shell): Promise<number> {
  const options = { as: { type: "string" } } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [name] = positionals;
  if (name === undefined || positionals.length > 1) return misused(shell, 'Say "model use NAME"');
  const found = resolveModel(name);
  if (!found.ok) {
    shell.complain(`Nothing was changed: ${found.why}`);
    return FAILED;
  }
  return await change({ kind: "use", name: found.model.manifest.name }, values.as, shell);
}

export async function rollBackModel(args: readonly string[], shell: Shell): Promise<number> {
  const options = { as: { type: "string" } } as const;
  const { values } = parseArgs({ args: [...args], options });
  return await change({ kind: "rollback" }, values.as, shell);
}
