/** A box with many rig cameras, and one fault after the other on each, with the times it took to be told and to heal. */
import { readFileSync } from "node:fs";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import type { AlarmDefinitionId } from "../../server/domain/alarm.ts";
import type { CameraId, Millis } from "../../server/domain/units.ts";
import type { Box } from "./box.ts";
import { type CameraWatch, describeSeen, type Seen } from "./camera-watch.ts";
import { until } from "./until.ts";

export interface LabCamera {
  readonly id: CameraId;
  readonly source: string;
}

const POLYGON = [
  [0.1, 0.3],
  [0.9, 0.3],
  [0.9, 0.95],
  [0.1, 0.95],
];

/** A provisioning file: a stop zone on every camera, and one run permit over those that nothing happens to. */
export function labProvision(cameras: readonly LabCamera[], fps: number, calm: readonly CameraId[]) {
  return {
    site: { name: "Lab", timezone: "UTC", fullView: true },
    cameras: cameras.map(({ id, source }) => ({ id, name: id, source, fps })),
    zones: cameras.map(({ id }) => ({
      id: `zone-${id}`,
      camera: id,
      name: `Zone ${id}`,
      kind: "stop",
      polygon: POLYGON,
    })),
    detector: { model: "nobody" },
    boards: [{ id: "sim", driver: "simulated", channels: 8 }],
    outputs: [
      {
        id: "permit",
        board: "sim",
        channel: 1,
        role: "run-permit",
        zones: calm.map((id) => `zone-${id}`),
      },
    ],
  };
}

/** One fault on one camera. */
export interface Row {
  readonly fault: string;
  readonly camera: CameraId;
  readonly on: () => Promise<unknown>;
  /** Ends it; absent where it ends by itself `lastsMs` after it began. */
  readonly off?: () => Promise<unknown>;
  readonly lastsMs?: Millis;
  /** Further time under the fault after its alarm. */
  readonly holdMs?: Millis;
  /** Any of these tells it. Empty: the camera must go on as if nothing were, for `lastsMs`. */
  readonly alarms: readonly AlarmDefinitionId[];
  /** What the sentence must say. */
  readonly says?: RegExp;
  /** From the fault to blind. */
  readonly blindMs: Millis;
  /** From the fault to its alarm. */
  readonly toldMs: Millis;
  /** From its end to running and trusted. */
  readonly backMs: Millis;
}

export interface Outcome {
  readonly row: Row;
  /** When the row was begun and ended. */
  readonly from: Millis;
  readonly to: Millis;
  /** What went wrong, one sentence each. */
  readonly problems: readonly string[];
  readonly blindMs?: Millis;
  readonly toldMs?: Millis;
  readonly alarm?: string;
  readonly detail?: string;
  readonly backMs?: Millis;
  /** Until the zone was proven clear again: three seconds of empty pictures on top. */
  readonly clearMs?: Millis;
}

/** The rules' tick, the view's way to the test, and the test's own turn on a busy machine. */
export const SLACK_MS = 250;
const STEADY_MS = 45_000;
const LAST_LIMIT_MS = 40_000;
export interface Lab {
  readonly box: Box;
  readonly watch: CameraWatch;
}

const isBlind = ({ camera }: Seen): boolean => camera.verdict === "blind";
const isWell = ({ camera }: Seen): boolean => camera.state === "RUNNING" && camera.trust.kind === "trusted";
const isSteady = (seen: Seen): boolean => isWell(seen) && !isBlind(seen) && seen.alarms.length === 0;

/** Waits until the camera runs, is trusted, its zone is clear and no alarm about it is present. */
export async function steady({ watch }: Lab, camera: CameraId): Promise<void> {
  await watch.first(camera, monotonicMs(), STEADY_MS, "runs, is trusted and clear", isSteady);
}

/** Waits until the scene of each of these cameras has been taken down. */
export async function scenesTaught({ box }: Lab, cameras: readonly CameraId[], ms: Millis): Promise<void> {
  await until({
    what: `the scenes of ${cameras.join(", ")}`,
    ms,
    everyMs: 500,
    check: async () => {
      const { body } = await box.get<readonly { action: string }[]>("/api/audit");
      const rows = body.filter(({ action }) => action === "camera.scene-taught");
      return cameras.every((id) => rows.some((row) => JSON.stringify(row).includes(`"${id}"`)));
    },
  });
}

/** A camera that waits long before it tries again is told to by a person, as the screen's Try again does. */
async function tryAgain({ box }: Lab, camera: CameraId): Promise<void> {
  await box.send("POST", "/start", { camera }, { connection: "close" });
}

/** Runs one row from a steady camera to a steady camera. What goes wrong stands in the outcome. */
export async function runRow(lab: Lab, row: Row): Promise<Outcome> {
  const from = monotonicMs();
  const measured = await measure(lab, row);
  return { ...measured, from, to: monotonicMs() };
}

type Measured = Omit<Outcome, "from" | "to">;

async function measure(lab: Lab, row: Row): Promise<Measured> {
  const problems: string[] = [];
  const outcome: { -readonly [Key in keyof Measured]: Measured[Key] } = { row, problems };
  const { watch } = lab;
  const wrong = (error: unknown): void => void problems.push((error as Error).message);
  try {
    await steady(lab, row.camera);
  } catch (error) {
    wrong(error);
    return outcome;
  }
  const onAt = monotonicMs();
  await row.on();
  try {
    if (row.alarms.length === 0) {
      await wait(row.lastsMs ?? 0);
      const seen = watch.of(row.camera).find((one) => one.at > onAt && !isSteady(one));
      if (seen !== undefined)
        problems.push(`harmed ${(seen.at - onAt).toFixed(0)} ms after: ${describeSeen(seen)}`);
    } else {
      await suffer(lab, row, onAt, outcome);
      for (const key of ["blindMs", "toldMs"] as const)
        if ((outcome[key] ?? 0) > row[key] + SLACK_MS)
          problems.push(`${key} ${outcome[key]?.toFixed(0)}, limit ${row[key]} ms`);
    }
  } catch (error) {
    wrong(error);
  }
  if (row.off !== undefined) await row.off();
  else await wait(Math.max(0, onAt + (row.lastsMs ?? 0) - monotonicMs()));
  if (row.alarms.length === 0) return outcome;
  const offAt = row.off === undefined ? onAt + (row.lastsMs ?? 0) : monotonicMs();
  try {
    const now = watch.now(row.camera)?.camera;
    if (outcome.alarm === "prot.camera.refused") {
      const waitMs = (now?.retryWallAt ?? 0) - Date.now();
      if (waitMs > 31_000) problems.push(`would wait ${waitMs} ms before it tries again`);
      await tryAgain(lab, row.camera);
    }
    const back = await watch.first(row.camera, offAt, LAST_LIMIT_MS, "runs and is trusted again", isWell);
    outcome.backMs = back.at - offAt;
    if (outcome.backMs > row.backMs + SLACK_MS)
      problems.push(`back after ${outcome.backMs.toFixed(0)} ms, limit ${row.backMs} ms`);
    const clear = await watch.first(row.camera, offAt, LAST_LIMIT_MS, "clear", (seen) => !isBlind(seen));
    outcome.clearMs = clear.at - offAt;
  } catch (error) {
    wrong(error);
  }
  return outcome;
}

/** What tells of this row in one view: the alarm it should raise, with the sentence it should come with. */
function tellingOf(row: Row, { camera, alarms }: Seen): Pick<Outcome, "alarm" | "detail"> | undefined {
  const alarm = alarms.find(({ definition }) => row.alarms.includes(definition as AlarmDefinitionId));
  if (alarm === undefined) return undefined;
  // The alarm keeps the sentence it began with; the camera's own tells how it is now.
  const sentences = [alarm.detail, camera.why].filter((text) => text !== undefined);
  const detail = row.says === undefined ? sentences[0] : sentences.find((text) => row.says?.test(text));
  return detail === undefined ? undefined : { alarm: alarm.definition, detail };
}

async function suffer(
  { watch }: Lab,
  row: Row,
  onAt: Millis,
  outcome: { -readonly [Key in keyof Measured]: Measured[Key] },
): Promise<void> {
  const { camera, fault, alarms } = row;
  const ms = row.toldMs + 15_000;
  const blind = await watch.first(camera, onAt, ms, `blind by ${fault}`, isBlind);
  outcome.blindMs = blind.at - onAt;
  const what = `${alarms.join(" or ")} by ${fault}${row.says === undefined ? "" : `, saying ${row.says}`}`;
  const told = await watch.first(camera, onAt, ms, what, (seen) => tellingOf(row, seen) !== undefined);
  outcome.toldMs = told.at - onAt;
  if (!isBlind(told)) throw new Error(`Told, but not blind: ${describeSeen(told)}`);
  Object.assign(outcome, tellingOf(row, told));
  await wait(row.holdMs ?? 0);
}

/** The rows of a test as a table for people. */
export function tableOf(outcomes: readonly Outcome[]): readonly string[] {
  const ms = (value: Millis | undefined): string => (value === undefined ? "-" : value.toFixed(0));
  const head = ["fault", "blind ms", "told ms", "back ms", "clear ms", "alarm", "sentence"];
  const lines = outcomes.map(({ row, blindMs, toldMs, backMs, clearMs, alarm, detail }) => [
    ...[row.fault, ms(blindMs), ms(toldMs), ms(backMs), ms(clearMs)],
    ...[alarm ?? "-", detail ?? ""],
  ]);
  const widths = head.map((_title, i) => Math.max(...[head, ...lines].map((cells) => cells[i]?.length ?? 0)));
  return [head, ...lines].map((cells) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** Megabytes (10^6 bytes) a process holds; 0 where it is gone. */
export function rssMb(pid: number): number {
  try {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kib ?? 0) * 1.024e-3;
  } catch {
    return 0;
  }
}

export interface MemoryWatch extends Disposable {
  /** The most any process of this kind held since the last `begin`. */
  readonly mostMb: number;
  begin(): void;
}

/** Looks every 100 ms at the processes named by `pids`. */
export function watchMemory(pids: () => readonly number[]): MemoryWatch {
  let mostMb = 0;
  const timer = setInterval(() => {
    for (const pid of pids()) mostMb = Math.max(mostMb, rssMb(pid));
  }, 100);
  return {
    get mostMb() {
      return mostMb;
    },
    begin() {
      mostMb = 0;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
