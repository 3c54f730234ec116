/** `provision FILE`: checks a provisioning file and puts it in force for the next start of the box. */
import { resolve } from "node:path";
import { readProvision } from "../provision.ts";
import { applyProvision } from "../settle.ts";
import type { Store } from "../store/store.ts";
import { DONE, FAILED, findBox, misused, openStore, type Verb } from "./shell.ts";

const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** A stored configuration that cannot be understood must not stand in the way of the file that replaces it. */
async function modelInForce(store: Store): Promise<string | undefined> {
  try {
    const current = await store.currentConfig();
    return current?.demonstration ? undefined : current?.config.detector.model;
  } catch {
    return undefined;
  }
}

export const provision: Verb = async (args, shell) => {
  const [file] = args;
  if (file === undefined || args.length > 1) return misused(shell, 'Say "provision FILE"');
  const path = resolve(file);
  const read = await readProvision(path);
  if (!read.ok) {
    for (const { path: where, message } of read.errors) shell.complain(`${where} ${message}`);
    shell.complain(`Nothing was changed: ${counted(read.errors.length, "error")} in "${path}"`);
    return FAILED;
  }
  const { dataFolder } = shell.environment;
  const box = await findBox(dataFolder);
  if (box.kind !== "none") {
    shell.complain(
      `Nothing was changed: the file is right, but a box (process ${box.pid}) runs on the data folder "${dataFolder}"; ` +
        `stop it first, or start it with PALISADE_PROVISION="${path}"`,
    );
    return FAILED;
  }
  await using store = await openStore(dataFolder);
  const inForce = await modelInForce(store);
  const { changed, version, config } = await applyProvision({ store, file: read.value, path, inForce });
  if (!changed) {
    shell.say(`Nothing to change: configuration ${version} says the same`);
    return DONE;
  }
  const { cameras, zones, outputs, detector } = config;
  const parts = [
    counted(cameras.length, "camera"),
    counted(zones.length, "zone"),
    counted(outputs.length, "output"),
    counted(read.value.provision.users.length, "person", "people"),
    `model ${detector.model}`,
  ];
  shell.say(`Configuration ${version} is in force from the next start: ${parts.join(", ")}`);
  return DONE;
};
