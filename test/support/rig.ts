/** Starts a rig of test/rigs and talks to its control. Cameras take free ports; the first line tells which. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { exited, stopChild } from "../../server/base/child.ts";
import { wait } from "../../server/base/clock.ts";

/** How long a rig may take until its first line. */
const START_LIMIT_MS = 20_000;

export interface RigCamera {
  readonly name: string;
  readonly port: number;
  /** Without credentials. */
  readonly url: string;
  readonly size: string;
  readonly fps: number;
  readonly fault: string;
  readonly clients: number;
  readonly sent: number;
  /** Of `src=live:FILE` with a truth beside the file: [Unix ms, somebody is in the zone] at every change. */
  readonly truth?: readonly (readonly [wallAt: number, inZone: boolean])[];
}

/** What a camera is made of; each key is told in the head of the rig's file. */
export interface RigOptions {
  readonly name: string;
  readonly [key: string]: string | number;
}

export interface Rig<Fault extends string> extends AsyncDisposable {
  /** The camera's address, with the credentials it was started with. */
  url(name: string): string;
  camera(name: string): Promise<RigCamera>;
  /** Switches a fault, `none` ends it. Some take more: `{ down_s: 1 }`. Refuses what the rig does not know. */
  fault(name: string, fault: Fault, more?: Readonly<Record<string, string | number>>): Promise<RigCamera>;
}

interface Answer {
  readonly control: number;
  readonly cams: readonly RigCamera[];
}

async function firstLine(child: ChildProcess, errors: () => string): Promise<string> {
  if (child.stdout === null) throw new Error("Cannot read the rig: it has no stdout");
  const lines = createInterface({ input: child.stdout });
  const late = new AbortController();
  const ended = exited(child).then(() => {
    throw new Error(`The rig ended before it was ready: ${errors() || "it said nothing"}`);
  });
  const limit = wait(START_LIMIT_MS, late.signal).then(() => {
    if (!late.signal.aborted)
      throw new Error(`The rig was not ready within ${START_LIMIT_MS} ms: ${errors()}`);
    return [""];
  });
  try {
    const [line] = await Promise.race([once(lines, "line") as Promise<string[]>, ended, limit]);
    return line ?? "";
  } finally {
    late.abort();
    ended.catch(() => undefined); // it will end, later, and that is no error then
  }
}

/** Starts one rig process. Throws with the rig's own words where it does not come up. */
export async function startRig<Fault extends string>(
  command: string,
  args: readonly string[],
  cameras: readonly RigOptions[],
): Promise<Rig<Fault>> {
  const options = cameras.flatMap((camera) => [
    "--cam",
    Object.entries(camera)
      .map(([key, value]) => `${key}=${value}`)
      .join(","),
  ]);
  const child = spawn(command, [...args, ...options], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-2000);
  });
  const started = once(child, "spawn");
  await started;
  try {
    const ready = JSON.parse(await firstLine(child, () => said.trim())) as Answer;
    return rigOf<Fault>(child, ready, cameras);
  } catch (error) {
    await stopChild(child, 500);
    throw error;
  }
}

function rigOf<Fault extends string>(
  child: ChildProcess,
  ready: Answer,
  cameras: readonly RigOptions[],
): Rig<Fault> {
  const control = `http://127.0.0.1:${ready.control}/`;
  const ask = async (path: string, init?: RequestInit): Promise<unknown> => {
    const answer = await fetch(control + path, { ...init, headers: { connection: "close" } });
    const value: unknown = await answer.json();
    if (!answer.ok) throw new Error(`The rig refused: ${JSON.stringify(value)}`);
    return value;
  };
  const known = <T extends { readonly name: string }>(list: readonly T[], name: string): T => {
    const found = list.find((camera) => camera.name === name);
    if (found === undefined) throw new Error(`The rig has no camera "${name}"`);
    return found;
  };
  return {
    url(name) {
      const address = new URL(known(ready.cams, name).url);
      const { user, pass } = known(cameras, name);
      if (user !== undefined) address.username = String(user);
      if (pass !== undefined) address.password = String(pass);
      return address.href;
    },
    async camera(name) {
      return known(((await ask("")) as Answer).cams, name);
    },
    async fault(name, fault, more = {}) {
      const body = JSON.stringify({ fault, ...more });
      return (await ask(name, { method: "POST", body })) as RigCamera;
    },
    async [Symbol.asyncDispose]() {
      await stopChild(child, 1000);
    },
  };
}
