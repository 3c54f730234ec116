/** `model`: which detectors there are, and how their weights come here. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fetchModel, findEntry, installModel, weightsFault } from "../detect/add.ts";
import { listModels, resolveModel } from "../detect/find.ts";
import type { Manifest } from "../detect/manifest.ts";
import { rollBackModel, useModel } from "./model_change.ts";
import {
  columns,
  currentView,
  DONE,
  findBox,
  hasDatabase,
  misused,
  openStore,
  type Shell,
  USAGE,
  type Verb,
} from "./shell.ts";

/** The model that the box on this folder watches with, or would at its next start. */
async function activeModel({ environment: { dataFolder } }: Shell): Promise<string> {
  const box = await findBox(dataFolder);
  if (box.kind === "running") return (await currentView(box)).model.name;
  let name = "default";
  if (box.kind === "none" && hasDatabase(dataFolder)) {
    await using store = await openStore(dataFolder);
    name = (await store.currentConfig())?.config.detector.model ?? name;
  }
  if (name !== "default") return name;
  const found = resolveModel(name);
  return found.ok ? found.model.manifest.name : name;
}

function marks(manifest: Manifest, installed: boolean, active: boolean): string {
  const words = [
    installed
      ? "installed"
      : manifest.download === undefined
        ? "not installed (bring the file)"
        : "not installed",
    ...(manifest.recommended ? ["recommended"] : []),
    ...(active ? ["ACTIVE"] : []),
  ];
  return words.join(", ");
}

async function list(args: readonly string[], shell: Shell): Promise<number> {
  if (args.length > 0) return misused(shell, `model list takes nothing behind it, not "${args.join(" ")}"`);
  let active = "";
  try {
    active = await activeModel(shell);
  } catch (error) {
    shell.complain(`Which model is active cannot be told: ${(error as Error).message}`);
  }
  const rows = listModels().map(({ manifest, weightsPath }) => [
    manifest.name,
    marks(manifest, weightsPath !== undefined, manifest.name === active),
    manifest.quality,
  ]);
  for (const line of columns(rows, "")) shell.say(line);
  return DONE;
}

/** No model is ever changed by itself on a box that guards. */
function tellSwitch(name: string, shell: Shell): void {
  shell.say("The box was not changed: it goes on with the model that it has");
  shell.say(`To switch, say model use ${name}, or choose it on the page Detector`);
}

async function add(args: readonly string[], shell: Shell): Promise<number> {
  const [what] = args;
  if (what === undefined || args.length > 1) return misused(shell, 'Say "model add NAME-or-FILE"');
  const entry = findEntry(what);
  if (entry === undefined) {
    if (!existsSync(what)) {
      const names = listModels().map(({ manifest }) => manifest.name);
      shell.complain(`There is no model and no file "${what}"; the models are ${names.join(", ")}`);
      return USAGE;
    }
    const { manifest, path } = await installModel(resolve(what));
    shell.say(`${what} is the model ${manifest.name}: installed as ${path}`);
    tellSwitch(manifest.name, shell);
    return DONE;
  }
  const { manifest, weightsPath } = entry;
  if (weightsPath !== undefined) {
    const fault = await weightsFault(manifest, weightsPath);
    if (fault === undefined) {
      shell.say(`${manifest.name} is installed already: ${weightsPath}`);
      tellSwitch(manifest.name, shell);
      return DONE;
    }
    shell.say(`The installed weights are damaged (${fault}): fetching them again`);
  }
  if (manifest.download !== undefined)
    shell.say(
      `Fetching ${manifest.name}, ${(manifest.bytes / 1e6).toFixed(1)} MB, from ${manifest.download}`,
    );
  const path = await fetchModel(manifest);
  shell.say(`Installed as ${path}: ${manifest.bytes} bytes, SHA-256 as expected`);
  tellSwitch(manifest.name, shell);
  return DONE;
}

export const model: Verb = async ([what, ...args], shell) => {
  if (what === "list") return await list(args, shell);
  if (what === "add") return await add(args, shell);
  if (what === "use") return await useModel(args, shell);
  if (what === "rollback") return await rollBackModel(args, shell);
  return misused(shell, 'Say "model list", "model add NAME-or-FILE", "model use NAME" or "model rollback"');
};
