/**
 * `npm run bench -- eight`: how many cameras at 10 frames a second this machine looks at without a late frame. The
 * eyes of a box, as many as it would start, and the demonstration's films; each camera as if it had a stop zone.
 */
import { availableParallelism, loadavg } from "node:os";
import { monotonicMs } from "../../server/base/clock.ts";
import { openLog } from "../../server/base/log.ts";
import { Eyes } from "../../server/camera/eyes.ts";
import type { CameraCounts, EyeReport } from "../../server/domain/eye.ts";
import { leastFps } from "../../server/domain/pace.ts";
import { staleMs } from "../../server/domain/rules.ts";
import type { CameraId, Millis } from "../../server/domain/units.ts";
import { benchModel, FILM_FPS, FILMS, filmOrder } from "./floors.ts";
import { interrupted, pause } from "./interrupt.ts";
import { percentile } from "./row.ts";

const CAMERAS = [1, 2, 4, 6, 8] as const;
const LATE_MS = staleMs(FILM_FPS);
/** A camera counts as looked at at its rate from this share of it on: a window cuts frames off. */
const NEARLY = 0.95;
const STEP_MS = 50;
const START_MS = 30_000;
/** The pace has settled: it is measured over ten seconds. */
const SETTLE_MS = 12_000;

interface Figures {
  readonly cameras: number;
  /** Frames a second, of the camera that was looked at least. */
  readonly givenFps: number;
  readonly lookedFps: number;
  readonly p50Ms: Millis;
  readonly p99Ms: Millis;
  /** Too old to count when the server had them. */
  readonly late: number;
  readonly headroom: number | undefined;
}

class Watched {
  readonly #ages = new Map<CameraId, Millis[]>();
  readonly counts = new Map<CameraId, CameraCounts>();

  readonly take = (report: EyeReport): void => {
    if (report.kind === "counts") this.counts.set(report.camera, report.counts);
    if (report.kind !== "observed") return;
    const { camera, capturedAt } = report.observation;
    const ages = this.#ages.get(camera) ?? [];
    ages.push(monotonicMs() - capturedAt);
    this.#ages.set(camera, ages);
  };

  get looked(): readonly (readonly Millis[])[] {
    return [...this.#ages.values()];
  }

  clear(): void {
    this.#ages.clear();
  }
}

async function measure(cameras: number, windowMs: Millis): Promise<Figures> {
  const orders = Array.from({ length: cameras }, (_, i) => filmOrder(FILMS[i % FILMS.length] ?? "", i));
  const { manifestPath, weightsPath } = benchModel();
  const watched = new Watched();
  await using _eyes = Eyes.open({
    cameras: orders,
    least: new Map(orders.map(({ id }) => [id, leastFps(FILM_FPS, [{ kind: "stop" }])])),
    model: { manifestPath, weightsPath, keepThreshold: 0.2 },
    log: openLog("bench", { write: (line: string) => void process.stderr.write(line) }),
    onReport: watched.take,
  });
  for (let waited = 0; watched.looked.length < cameras; waited += STEP_MS) {
    if (waited > START_MS) throw new Error(`Not every camera was looked at within ${START_MS / 1_000} s`);
    await pause(STEP_MS);
  }
  await pause(Math.min(SETTLE_MS, windowMs));
  watched.clear();
  const captured = new Map([...watched.counts].map(([id, counts]) => [id, counts.captured]));
  const began = monotonicMs();
  await pause(windowMs);
  const seconds = (monotonicMs() - began) / 1_000;
  const { looked } = watched;
  const ages = looked.flat();
  const given = [...watched.counts].map(([id, counts]) => counts.captured - (captured.get(id) ?? 0));
  const headrooms = [...watched.counts.values()].flatMap(({ headroom }) => headroom ?? []);
  return {
    cameras,
    givenFps: Math.min(...given) / seconds,
    lookedFps: looked.length < cameras ? 0 : Math.min(...looked.map(({ length }) => length)) / seconds,
    p50Ms: percentile(ages, 0.5),
    p99Ms: percentile(ages, 0.99),
    late: ages.filter((age) => age > LATE_MS).length,
    headroom: headrooms.length === 0 ? undefined : Math.min(...headrooms),
  };
}

const keepsUp = ({ lookedFps, late }: Figures): boolean => late === 0 && lookedFps >= NEARLY * FILM_FPS;

/** Measures and prints. Returns how many numbers of cameras failed. */
export async function eight(quick: boolean): Promise<number> {
  const measured: Figures[] = [];
  let failed = 0;
  const load = (loadavg()[0] ?? 0).toFixed(1);
  for (const cameras of quick ? CAMERAS.slice(0, 2) : CAMERAS) {
    if (interrupted.aborted) break;
    process.stderr.write(`measuring ${cameras} at ${FILM_FPS} frames a second\n`);
    try {
      const figures = await measure(cameras, quick ? 2_000 : 20_000);
      measured.push(figures);
      const rounded = Object.entries(figures).map(([name, value]) => [name, Number(value?.toFixed(1))]);
      console.log(JSON.stringify({ bench: "eight", ...Object.fromEntries(rounded) }));
    } catch (error) {
      failed++;
      console.error(`Cannot measure ${cameras}: ${(error as Error).message}`);
    }
  }
  const stopsAt = measured.find((figures) => !keepsUp(figures));
  const most = measured.filter(keepsUp).at(-1)?.cameras ?? 0;
  console.log(
    stopsAt === undefined
      ? `Up to ${most} cameras every frame is looked at in time`
      : `It stops at ${stopsAt.cameras} cameras: ${stopsAt.lookedFps.toFixed(1)} frames a second of the camera looked at least, ${stopsAt.late} late`,
  );
  const { manifest } = benchModel();
  console.log(
    `On ${availableParallelism()} cores (load ${load} before), ${process.arch}, Node ${process.versions.node}, model ${manifest.name}`,
  );
  return failed;
}
