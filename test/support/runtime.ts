/** The runtimes a test can start our programs with, found in node_modules: never what happens to be on the path. */
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

export type Runtime = "node" | "deno";

/** The project's folder, with a slash at the end. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const underDeno = "Deno" in globalThis;

/** Deno's real binary: the script in .bin would leave it behind when it is ended with SIGTERM. */
function denoBinary(): string {
  const folder = `${ROOT}node_modules/@deno`;
  const platforms = existsSync(folder) ? readdirSync(folder) : [];
  const found = platforms.map((name) => `${folder}/${name}/deno`).find((file) => existsSync(file));
  if (found === undefined)
    throw new Error("Cannot find Deno in node_modules: run node server/setup.mjs test");
  return found;
}

/** The command line that runs a TypeScript file of ours. Without a runtime, with the one that runs the test. */
export function program(file: string, runtime?: Runtime): { command: string; args: string[] } {
  const wanted = runtime ?? (underDeno ? "deno" : "node");
  if (wanted === "deno") {
    return { command: underDeno ? process.execPath : denoBinary(), args: ["run", "--no-prompt", "-A", file] };
  }
  return { command: underDeno ? `${ROOT}node_modules/.bin/node` : process.execPath, args: [file] };
}
