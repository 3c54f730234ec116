/** Real eye processes for a bench, and what they have reported so far. */
import { openLog } from "../../server/base/log.ts";
import { Eyes, type EyesModel } from "../../server/camera/eyes.ts";
import type { CameraOrder } from "../../server/domain/eye.ts";
import type { CameraId } from "../../server/domain/units.ts";
import { pause } from "./interrupt.ts";

const STEP_MS = 10;

export interface BenchEyes extends AsyncDisposable {
  readonly eyes: Eyes;
  /** Frames the detector has looked at, all cameras together. */
  observed(): number;
  /** Frames a newer one replaced, as last told; told once a second. */
  replaced(): number;
  /** Waits until every camera delivers, or until none does any more. Throws after ten seconds. */
  settle(running: boolean): Promise<void>;
}

/** One eye process that serves all these cameras. */
export function openBenchEyes(cameras: readonly CameraOrder[], model: EyesModel): BenchEyes {
  const states = new Map<CameraId, string>();
  const replaced = new Map<CameraId, number>();
  let observed = 0;
  const eyes = Eyes.open({
    cameras,
    model,
    count: 1,
    log: openLog("bench", { write: (line: string) => void process.stderr.write(line) }),
    onReport(report) {
      if (report.kind === "observed") observed++;
      if (report.kind === "camera") states.set(report.camera, report.state.kind);
      if (report.kind === "counts") replaced.set(report.camera, report.counts.replaced);
    },
  });
  return {
    eyes,
    observed: () => observed,
    replaced: () => [...replaced.values()].reduce((sum, each) => sum + each, 0),
    async settle(running) {
      const wanted = running ? "running" : "idle";
      for (let waited = 0; waited < 10_000; waited += STEP_MS) {
        if (cameras.every(({ id }) => states.get(id) === wanted)) return;
        await pause(STEP_MS);
      }
      const seen = [...states].map(([id, state]) => `${id} ${state}`).join(", ");
      throw new Error(`The cameras are not ${wanted} within 10 s: ${seen}`);
    },
    [Symbol.asyncDispose]: async () => await eyes[Symbol.asyncDispose](),
  };
}
