/**
 * `npm run bench`: every row, or the rows named, as a line of JSON each and a table at the end. The beginning of a
 * row's name stands for all that begin so: `tracking` for `tracking-idf1` and the others.
 * `--list` names the rows; `--quick` measures so shortly that the figures say little. `accuracy`, `charts`, `crop`,
 * `eight`, `flat` and `screen` are no rows and take long: each is measured only where it is named, alone.
 */
import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { accuracy } from "./accuracy.ts";
import { age } from "./age.ts";
import { around } from "./around.ts";
import { cameraOff, neighbours } from "./cameras.ts";
import { capture } from "./capture.ts";
import { charts } from "./charts.ts";
import { crop } from "./crop.ts";
import { eight } from "./eight.ts";
import { flat } from "./flat.ts";
import { benchModel } from "./floors.ts";
import { inference } from "./inference.ts";
import { endOnSignals, interrupted } from "./interrupt.ts";
import { reaction } from "./reaction.ts";
import { recording } from "./recording.ts";
import { type Experiment, jsonLine, type Row, table } from "./row.ts";
import { screen } from "./screen.ts";
import { screenMemory } from "./screen_memory.ts";
import { tracking } from "./tracking.ts";
import { trust } from "./trust.ts";
import { boxCpu, memory } from "./whole.ts";

const EXPERIMENTS: readonly Experiment[] = [
  reaction,
  inference,
  around,
  capture,
  age,
  cameraOff,
  neighbours,
  trust,
  tracking,
  boxCpu,
  memory,
  recording,
];
/** What is told in a form of its own. Each returns how much of it failed. */
const ALONE: Readonly<Record<string, (quick: boolean) => Promise<number>>> = {
  accuracy,
  charts,
  crop,
  eight,
  flat,
  screen,
  "screen-memory": screenMemory,
};
const SENTENCES: Readonly<Record<string, string>> = Object.assign({}, ...EXPERIMENTS.map(({ rows }) => rows));
const NAMES = Object.keys(SENTENCES);

/** What the figures were measured on; work of others makes every spread wide. */
function machineLine(): string {
  const before = (loadavg()[0] ?? 0).toFixed(1);
  const cores = availableParallelism();
  return `On ${cores} cores (load ${before} before), ${process.arch}, Node ${process.versions.node}, model ${benchModel().manifest.name}`;
}

/** Measures what is wanted; returns how many experiments failed. */
async function bench(wanted: ReadonlySet<string>, quick: boolean): Promise<number> {
  const rows: Row[] = [];
  const machine = machineLine();
  let failed = 0;
  for (const experiment of EXPERIMENTS) {
    const names = Object.keys(experiment.rows).filter((name) => wanted.has(name));
    if (names.length === 0 || interrupted.aborted) continue;
    process.stderr.write(`measuring ${names.join(", ")}\n`);
    try {
      for (const row of await experiment.run({ quick })) {
        if (!wanted.has(row.bench)) continue;
        console.log(jsonLine(row));
        rows.push(row);
      }
    } catch (error) {
      failed++;
      console.error(`Cannot measure ${names.join(", ")}: ${(error as Error).message}`);
    }
  }
  if (rows.length > 0) console.log(`\n${table(rows, SENTENCES)}\n${machine}`);
  return failed;
}

function usage(problem: string): void {
  console.error(`${problem}; the rows are ${NAMES.join(", ")}, and ${Object.keys(ALONE).join(", ")} alone`);
  process.exitCode = 2;
}

async function main(): Promise<void> {
  const options = { list: { type: "boolean" }, quick: { type: "boolean" } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (values.list) return void console.log(NAMES.join("\n"));
  const alone = positionals.length === 1 ? ALONE[positionals[0] ?? ""] : undefined;
  if (alone !== undefined) {
    endOnSignals();
    process.exitCode = (await alone(values.quick ?? false)) > 0 ? 1 : 0;
    return;
  }
  const rowsOf = (name: string): string[] =>
    NAMES.filter((row) => row === name || row.startsWith(`${name}-`));
  const unknown = positionals.filter((name) => rowsOf(name).length === 0);
  if (unknown.length > 0) return usage(`There is no row "${unknown.join('", "')}"`);
  if (process.platform !== "linux")
    return usage("Cannot measure here: the bench reads /proc, which only Linux has");
  endOnSignals();
  const wanted = new Set(positionals.length > 0 ? positionals.flatMap(rowsOf) : NAMES);
  const failed = await bench(wanted, values.quick ?? false);
  process.exitCode = interrupted.aborted ? 130 : failed > 0 ? 1 : 0;
}

await main();
