/**
 * Writes test/golden/cell.inputs.json: what the rules of a real box were told in one loop of the demonstration
 * cell, and what they decided. Run by hand (`node test/support/record-cell.ts`) when the inputs change their form;
 * the decisions in the file are then reviewed like code.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { wait } from "../../server/base/clock.ts";
import { openLog } from "../../server/base/log.ts";
import { Cameras } from "../../server/camera/cameras.ts";
import { demonstrationConfig } from "../../server/demonstration.ts";
import { needsAcknowledge } from "../../server/domain/alarm.ts";
import { NO_PAST_ALARMS } from "../../server/domain/alarm_past.ts";
import { refusals } from "../../server/domain/interlock.ts";
import type { Input } from "../../server/domain/supervise.ts";
import { listedAlarms } from "../../server/domain/supervision.ts";
import { Guard, workOf } from "../../server/guard.ts";
import { transitions } from "./replay.ts";

const SECONDS = 64;
const FILE = new URL("../golden/cell.inputs.json", import.meta.url);

const dataFolder = mkdtempSync(join(tmpdir(), "palisade-record-"));
const fail = (error: unknown): never => {
  throw error;
};
const log = openLog("record");
const work = workOf(demonstrationConfig());
const cameras = new Cameras({ store: undefined, scenes: [], log });
const guard = new Guard({
  past: { cycle: 0, bypassedAt: [], alarms: NO_PAST_ALARMS },
  maintenance: () => ({ overdue: [], worn: [] }),
  work,
  cameras,
  dataFolder,
  tell: () => undefined,
  broken: fail,
  log,
});
await cameras.configure(work.plan);
const { pipeline, rules } = guard;
const startedAt = pipeline.state.startedAt;
const seen = new Set<Input>();
for (let i = 0; i < SECONDS * 5; i++) {
  await wait(200);
  for (const input of pipeline.recording().inputs) seen.add(input);
  for (const alarm of listedAlarms(pipeline.state))
    if (needsAcknowledge(alarm.state)) pipeline.feed({ kind: "acknowledge", alarm: alarm.id, by: "panel" });
  if (refusals(pipeline.state, rules).length === 0) pipeline.feed({ kind: "reset", by: "panel" });
}
await guard[Symbol.asyncDispose]();
await cameras[Symbol.asyncDispose]();
rmSync(dataFolder, { recursive: true });
// The guardian answers every order twice; the rules learn nothing from an answer that says what the last one said.
let last = "";
const inputs = [...seen].filter((input) => {
  if (input.kind !== "relay") return true;
  const { state } = input;
  const text = JSON.stringify(state.kind === "held" ? { ...state.report, seq: 0, at: 0 } : state);
  const news = text !== last;
  last = text;
  return news;
});
const rounded = (_key: string, value: unknown): unknown =>
  typeof value === "number" ? Math.round(value * 1e4) / 1e4 : value;
const copy = JSON.parse(JSON.stringify(inputs, rounded)) as Input[];
const decided = transitions(copy, { rules, startedAt });
const lines = (list: readonly unknown[]): string =>
  list.map((item) => `  ${JSON.stringify(item)}`).join(",\n");
writeFileSync(
  FILE,
  `{"startedAt":${startedAt},"inputs":[\n${lines(copy)}\n],"decided":[\n${lines(decided)}\n]}\n`,
);
process.exit(0);
