/** What a camera that fails costs: the processor while it is off, and its neighbours while it comes and goes. */
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { monotonicMs } from "../../server/base/clock.ts";
import { openLog } from "../../server/base/log.ts";
import { Eyes, type EyesModel } from "../../server/camera/eyes.ts";
import type { CameraOrder } from "../../server/domain/eye.ts";
import type { Millis } from "../../server/domain/units.ts";
import * as missing from "../support/missing.ts";
import { startMjpeg } from "../support/mjpeg.ts";
import type { Rig } from "../support/rig.ts";
import { startRtsp } from "../support/rtsp.ts";
import { openBenchEyes } from "./eyes.ts";
import { benchModel, FILMS, filmOrder } from "./floors.ts";
import { interrupted, pause } from "./interrupt.ts";
import { childrenOf, cpuMsOf } from "./proc.ts";
import { type Experiment, percentile } from "./row.ts";

/** A port where nobody listens: one that was free a moment ago. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Milliseconds of processor time of children that have ended and were waited for, in ticks of 10 ms. */
function endedChildrenMs(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return sum + 10 * (Number(fields[13]) + Number(fields[14]));
  }, 0);
}

function wholeCpuMs(pids: readonly number[]): number {
  return cpuMsOf([...pids, ...pids.flatMap(childrenOf)]) + endedChildrenMs(pids);
}

/** What the issue of a camera that is off may cost, in milliseconds of processor time a second. */
const OFF_MS_PER_S = 2;

export const cameraOff: Experiment = {
  rows: {
    "camera-off":
      "processor time of an eye whose camera refuses the connection, less that of an eye whose camera is stopped, against 0.2 % of a core",
  },
  async run({ quick }) {
    const [runs, windowMs] = quick ? [1, 5_000] : [2, 25_000];
    const off: CameraOrder = {
      id: "off",
      source: `rtsp://viewer:word@127.0.0.1:${await closedPort()}/stream`,
      fps: 10,
      transport: "tcp",
    };
    const model = { failed: "No model, for the bench" };
    await using tried = openBenchEyes([off], model);
    await using stopped = openBenchEyes([off], model);
    stopped.eyes.stop(off.id);
    await stopped.settle(false);
    await pause(quick ? 1_000 : 5_000); // the runtimes have started, and the tries are as far apart as they get
    const [ours, floor]: [number[], number[]] = [[], []];
    // Both at the same time, so whatever else the machine does, it does to each.
    for (let run = 0; run < runs; run++) {
      const sides = [tried.eyes.pids, stopped.eyes.pids] as const;
      const [began, before] = [monotonicMs(), sides.map(wholeCpuMs)];
      await pause(windowMs);
      const spent = sides.map((pids, i) => wholeCpuMs(pids) - (before[i] ?? Number.NaN));
      const seconds = (monotonicMs() - began) / 1_000;
      // What is too little to be measured is told as a hundredth of what it may be.
      ours.push(Math.max(OFF_MS_PER_S / 100, ((spent[0] ?? 0) - (spent[1] ?? 0)) / seconds));
      floor.push(OFF_MS_PER_S);
    }
    return [{ bench: "camera-off", better: "lower", unit: "ms a second", goal: 1, ours, floor }];
  },
};

const GOOD = 3;
const FAILING = ["http", "rtsp"] as const;
type Failing = (typeof FAILING)[number];

interface Timed extends AsyncDisposable {
  readonly eyes: Eyes;
  /** First byte to detections at the server, of every frame of the good cameras since the last call. */
  take(): readonly Millis[];
}

function openTimed(cameras: readonly CameraOrder[], model: EyesModel): Timed {
  let took: Millis[] = [];
  const eyes = Eyes.open({
    cameras,
    model,
    count: 1,
    log: openLog("bench", { write: () => undefined }),
    onReport(report) {
      if (report.kind !== "observed" || (FAILING as readonly string[]).includes(report.observation.camera))
        return;
      took.push(monotonicMs() - report.observation.capturedAt);
    },
  });
  return {
    eyes,
    take() {
      const taken = took;
      took = [];
      return taken;
    },
    [Symbol.asyncDispose]: async () => await eyes[Symbol.asyncDispose](),
  };
}

/** A camera that sends broken pictures for a second and a half and is gone for half a one, until the signal. */
async function flap<Fault extends string>(
  rig: Rig<Fault>,
  name: Failing,
  signal: AbortSignal,
): Promise<void> {
  try {
    while (!signal.aborted && !interrupted.aborted) {
      await rig.fault(name, "garbage" as Fault);
      await pause(1_500);
      await rig.fault(name, "reboot" as Fault, { down_s: 0.5 });
      await pause(500);
    }
  } catch {
    // The bench was interrupted, or is over.
  }
}

const what = (kind: string): string =>
  `first byte of a frame to the server's knowing what is in it, p99 of three good cameras beside one over ${kind} that sends broken pictures and is gone every two seconds, against the same without that camera`;

export const neighbours: Experiment = {
  rows: { "neighbours-http": what("HTTP"), "neighbours-rtsp": what("RTSP") },
  async run({ quick }) {
    // Twenty seconds hold 600 frames: with fewer, the one in a hundred is a matter of luck.
    const [runs, windowMs] = quick ? [1, 4_000] : [3, 20_000];
    const lacks = missing.rtsp();
    if (lacks !== false) throw new Error(lacks);
    const { manifestPath, weightsPath } = benchModel();
    await using mjpeg = await startMjpeg([{ name: "http", fps: 10 }]);
    // Its pictures are not encoded anew for whoever looks, which would be work of the camera on our processor.
    await using rtsp = await startRtsp([{ name: "rtsp", fps: 10, src: FILMS[0] ?? "" }]);
    const good = Array.from({ length: GOOD }, (_, i) => filmOrder(FILMS[i % FILMS.length] ?? "", i));
    const bad = FAILING.map((id): CameraOrder => {
      return { id, source: (id === "http" ? mjpeg : rtsp).url(id), fps: 10, transport: "tcp" };
    });
    await using timed = openTimed([...good, ...bad], { manifestPath, weightsPath, keepThreshold: 0.2 });
    const over = new AbortController();
    const flapping = [flap(mjpeg, "http", over.signal), flap(rtsp, "rtsp", over.signal)];
    const measure = async (beside: Failing | undefined): Promise<number> => {
      for (const { id } of bad) {
        if (id === beside) timed.eyes.start(id);
        else timed.eyes.stop(id);
      }
      await pause(1_000);
      timed.take();
      await pause(windowMs);
      const took = timed.take();
      if (took.length < (windowMs / 1000) * GOOD * 5)
        throw new Error(`The good cameras gave only ${took.length} frames in ${windowMs} ms`);
      return percentile(took, 0.99);
    };
    await pause(3_000);
    const floor: number[] = [];
    const ours: Readonly<Record<Failing, number[]>> = { http: [], rtsp: [] };
    for (let run = 0; run < runs; run++) {
      // In turns, so that a machine that becomes busier does not decide it.
      const order = [undefined, ...FAILING];
      for (const beside of run % 2 === 0 ? order : order.reverse())
        (beside === undefined ? floor : ours[beside]).push(await measure(beside));
    }
    over.abort();
    await Promise.all(flapping);
    return FAILING.map((kind) => {
      return {
        bench: `neighbours-${kind}`,
        better: "lower",
        unit: "ms",
        goal: 1.1,
        ours: ours[kind],
        floor,
      };
    });
  },
};
