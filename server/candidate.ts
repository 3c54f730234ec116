/**
 * The candidate process: a model that watches nothing. It proves the model on its golden picture, then counts people
 * in single pictures that it is handed. It goes behind everything else on the box, and may be killed at any moment.
 */
import { constants, setPriority } from "node:os";
import process from "node:process";
import { monotonicMs } from "./base/clock.ts";
import { goFirst } from "./base/memory.ts";
import { readStill } from "./camera/still.ts";
import { calibrate } from "./detect/calibrate.ts";
import type { CandidateOrder, CandidateReport } from "./detect/candidate.ts";
import { SelfTest } from "./detect/self_test.ts";
import { Detector, readManifest } from "./detect/session.ts";
import { footPoint } from "./domain/geometry.ts";
import type { Box } from "./domain/units.ts";
import { PERSON } from "./domain/zone.ts";

type Load = Extract<CandidateOrder, { kind: "load" }>;
type Look = Extract<CandidateOrder, { kind: "look" }>;
type Calibrate = Extract<CandidateOrder, { kind: "calibrate" }>;

/** By processor time: a process that stands behind all others waits much longer than its model takes. */
function timed(detector: Detector): Pick<Detector, "detect"> {
  return {
    async detect(...frame) {
      const before = process.cpuUsage();
      const { detections } = await detector.detect(...frame);
      const { user, system } = process.cpuUsage(before);
      return { detections, inferenceMs: (user + system) / 1_000 };
    },
  };
}

function standsIn(box: Box, part: Box | undefined): boolean {
  const [x, y] = footPoint(box);
  return part === undefined || (x >= part.x0 && x <= part.x1 && y >= part.y0 && y <= part.y1);
}

/** Proves the model, and answers what can be asked of it then. */
async function open({ manifestPath, weightsPath }: Load) {
  const manifest = await readManifest(manifestPath);
  const { threshold } = manifest;
  const detector = timed(await Detector.open({ manifest, weightsPath, keepThreshold: threshold }));
  const selfTest = await SelfTest.open({ manifest, manifestPath, readPicture: readStill });
  await selfTest.run(detector, monotonicMs());
  const look = async ({ jpeg, size, part }: Look): Promise<CandidateReport> => {
    const planes = await readStill(jpeg, manifest.input);
    const { detections, inferenceMs } = await detector.detect(planes, size, () => undefined, threshold);
    const people = detections.filter(({ label, box }) => label === PERSON && standsIn(box, part)).length;
    return { kind: "looked", people, ms: inferenceMs };
  };
  const measure = async ({ threads, limitMs }: Calibrate): Promise<CandidateReport> => {
    const model = { manifest, manifestPath, weightsPath, keepThreshold: threshold, readPicture: readStill };
    return { kind: "calibrated", ...(await calibrate(model, threads, limitMs)) };
  };
  return { look, measure };
}

function main(): void {
  setPriority(constants.priority.PRIORITY_LOW);
  goFirst();
  const tell = (report: CandidateReport): void => void process.send?.(report, undefined, {}, () => undefined);
  let opened: Awaited<ReturnType<typeof open>> | undefined;
  const obey = async (order: CandidateOrder): Promise<void> => {
    try {
      if (order.kind === "load") {
        opened = await open(order);
        tell({ kind: "ready" });
      } else if (opened !== undefined)
        tell(await (order.kind === "look" ? opened.look(order) : opened.measure(order)));
    } catch (error) {
      tell({ kind: "failed", why: (error as Error).message });
    }
  };
  process.on("message", (order: CandidateOrder) => void obey(order));
  process.once("disconnect", () => process.exit(0));
}

main();
