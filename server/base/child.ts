/** Child processes: started the same way under Node and Deno, ended for certain, in a group of their own. */
import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { wait } from "./clock.ts";

const underDeno = "Deno" in globalThis;

/** The command line that runs one of our own TypeScript files with the runtime that runs this one. */
export function ownProgram(file: string, args: readonly string[] = []): { command: string; args: string[] } {
  return {
    command: process.execPath,
    args: [...(underDeno ? ["run", "--no-prompt", "-A"] : []), file, ...args],
  };
}

/**
 * Starts one of our own programs as the leader of a new process group: a Ctrl-C at the terminal reaches only
 * the first process, and `killGroup` reaches the program together with everything it started.
 * @param environment added to this process's own
 */
export function spawnOwn(
  file: string,
  args: readonly string[],
  stdio: StdioOptions,
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  const program = ownProgram(file, args);
  return spawn(program.command, program.args, {
    stdio,
    detached: true,
    serialization: "advanced",
    env: { ...process.env, ...environment },
  });
}

/**
 * Sends a signal to the child alone. Not `child.kill`: under Deno that writes `signalCode` before the child has
 * gone and refuses every second signal. A child that is already gone is no error.
 */
export function signalChild(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid !== undefined && !hasExited(child)) send(child.pid, signal);
}

/** Kills a whole group at once. A group that is already gone is no error. */
export function killGroup(child: ChildProcess, signal: NodeJS.Signals = "SIGKILL"): void {
  if (child.pid !== undefined) send(-child.pid, signal);
}

function send(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

export function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Resolves when the child is gone; at once where it is already, or never started. */
export async function exited(child: ChildProcess): Promise<void> {
  if (hasExited(child) || child.pid === undefined) return;
  await once(child, "exit");
}

/**
 * Asks with SIGTERM, then ends with SIGKILL. Resolves only after the child is gone.
 * @param graceMs how long it may take over SIGTERM; a decoder blocked on a full pipe never answers it
 */
export async function stopChild(child: ChildProcess, graceMs: number): Promise<void> {
  if (hasExited(child) || child.pid === undefined) return;
  signalChild(child, "SIGTERM");
  const gone = exited(child);
  const graceOver = new AbortController();
  await Promise.race([gone, wait(graceMs, graceOver.signal)]);
  graceOver.abort(); // a timer left behind would hold the process up at its end
  signalChild(child, "SIGKILL");
  await gone;
}
