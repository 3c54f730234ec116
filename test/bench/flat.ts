/**
 * `npm run bench -- flat`: whether memory stays where it is over 100,000 inferences of the detector alone, and over
 * 50 changes of the model on running cameras. Takes long, so it is measured only where it is named.
 */
import { openLog } from "../../server/base/log.ts";
import { residentBytes } from "../../server/base/memory.ts";
import { Eyes, type EyesModel } from "../../server/camera/eyes.ts";
import { listModels, type ModelEntry } from "../../server/detect/find.ts";
import { Detector } from "../../server/detect/session.ts";
import { benchModel, FILMS, filmOrder } from "./floors.ts";
import { interrupted, pause } from "./interrupt.ts";

const INFERENCES = 100_000;
const SWITCHES = 50;
/** Everything has run often enough to be compiled, and every buffer is as large as it gets. */
const WARM = 2_000;
const SAMPLE_EVERY = 500;
const TELL_EVERY = 10_000;
const STEP_MS = 20;
/** A model must be loaded and look at every camera by then, on a busy machine. */
const READY_MS = 60_000;
/** Frames of each camera that a new model looks at before its memory is read. */
const LOOKS_FIRST = 10;
const KEEP = 0.2;
/** A collector that has not run yet; a leak of a kilobyte a picture is a hundred megabytes. */
const MOST_GROWTH = 1.05;

const mb = (bytes: number): number => Math.round(bytes / 1e5) / 10;

function told(kind: string, figures: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify({ bench: kind, ...figures }));
}

interface Ends {
  readonly beforeMb: number;
  readonly afterMb: number;
  readonly flat: boolean;
}

/** The most of the first and of the last tenth: what a collector has just freed says nothing. */
function ends(samples: readonly number[]): Ends {
  const tenth = Math.max(1, Math.floor(samples.length / 10));
  const most = (part: readonly number[]): number => mb(Math.max(...part));
  const [beforeMb, afterMb] = [most(samples.slice(0, tenth)), most(samples.slice(-tenth))];
  return { beforeMb, afterMb, flat: afterMb <= beforeMb * MOST_GROWTH };
}

async function inferences(count: number): Promise<void> {
  const { manifest, weightsPath } = benchModel();
  await using detector = await Detector.open({ manifest, weightsPath, keepThreshold: KEEP });
  const planes = new Uint8Array(3 * manifest.input.width * manifest.input.height);
  const samples: number[] = [];
  let looked = -WARM;
  while (looked < count && !interrupted.aborted) {
    // Another picture every time.
    planes[(Math.abs(looked) * 7_919) % planes.length] = Math.abs(looked) % 256;
    await detector.detect(planes, { width: 640, height: 360 }, () => undefined);
    looked++;
    if (looked < 0 || looked % SAMPLE_EVERY !== 0) continue;
    // The loop must turn, or nothing that waits for it is ever freed.
    await new Promise((next) => setImmediate(next));
    samples.push(process.memoryUsage.rss());
    if (looked % TELL_EVERY === 0)
      process.stderr.write(`${looked} inferences, ${mb(samples.at(-1) ?? 0)} MB\n`);
  }
  told("flat-inferences", { model: manifest.name, inferences: looked, ...ends(samples) });
}

/** Two models that are installed; where there is one only, it is opened anew each time all the same. */
function twoModels(): readonly [name: string, model: EyesModel][] {
  const own = benchModel();
  const installed = listModels().filter(
    (entry): entry is Required<ModelEntry> => entry.weightsPath !== undefined,
  );
  const other = installed.find(({ manifest }) => manifest.name !== own.manifest.name) ?? own;
  return [own, other].map(({ manifest, manifestPath, weightsPath }, i) => [
    manifest.name,
    { manifestPath, weightsPath, keepThreshold: KEEP + i / 100 },
  ]);
}

async function switches(count: number): Promise<void> {
  const models = twoModels();
  const cameras = FILMS.map((film, i) => filmOrder(film, i));
  const looks = new Map<string, number>();
  const openModel = models[0]?.[1] ?? { failed: "No model is installed" };
  await using eyes = Eyes.open({
    cameras,
    model: openModel,
    count: 1,
    log: openLog("bench", { write: (line: string) => void process.stderr.write(line) }),
    onReport(report) {
      if (report.kind !== "observed") return;
      const { camera } = report.observation;
      looks.set(camera, (looks.get(camera) ?? 0) + 1);
    },
  });
  const looked = async (): Promise<void> => {
    looks.clear();
    for (let waited = 0; waited < READY_MS; waited += STEP_MS) {
      if (cameras.every(({ id }) => (looks.get(id) ?? 0) >= LOOKS_FIRST)) return;
      await pause(STEP_MS);
    }
    throw new Error(`No model looked at every camera within ${READY_MS / 1_000} s`);
  };
  const server: number[] = [];
  const eye: number[][] = models.map(() => []);
  await looked();
  for (let done = 1; done <= count; done++) {
    const at = done % models.length;
    await eyes.configure({ cameras, model: models[at]?.[1] ?? openModel });
    await looked();
    server.push(process.memoryUsage.rss());
    eye[at]?.push(eyes.pids.reduce((sum, pid) => sum + (residentBytes(pid) ?? 0), 0));
    if (done % 10 === 0) process.stderr.write(`${done} changes, ${mb(server.at(-1) ?? 0)} MB\n`);
  }
  told("flat-switches", { switches: count, part: "server", ...ends(server) });
  for (const [i, [name]] of models.entries())
    told("flat-switches", { switches: count, part: "eye", model: name, ...ends(eye[i] ?? []) });
}

/** Measures and prints. Returns how many parts failed. */
export async function flat(quick: boolean): Promise<number> {
  let failed = 0;
  for (const [part, count] of [
    [switches, quick ? 10 : SWITCHES],
    [inferences, quick ? 5_000 : INFERENCES],
  ] as const) {
    try {
      if (!interrupted.aborted) await part(count);
    } catch (error) {
      failed++;
      console.error(`Cannot measure ${part.name}: ${(error as Error).message}`);
    }
  }
  return failed;
}
