/**
 * A detector that may be used: opened, and right on its golden picture. Where another provider than the processor is
 * asked for and cannot do that, the processor does, and it is told why.
 */
import { monotonicMs } from "../base/clock.ts";
import { fallbackText, type Provider } from "../domain/detector_config.ts";
import type { DetectorState } from "../domain/eye.ts";
import { USUAL } from "../domain/tuning.ts";
import { SelfTest, type SelfTestOptions } from "./self_test.ts";
import { Detector, type DetectorOptions } from "./session.ts";

export type ProvenOptions = DetectorOptions & SelfTestOptions;

export interface Proven {
  readonly detector: Detector;
  readonly selfTest: SelfTest;
  readonly state: Extract<DetectorState, { kind: "ready" }>;
}

async function prove(options: ProvenOptions): Promise<Proven> {
  const { provider = "cpu", tuning = USUAL } = options;
  await using opened = new AsyncDisposableStack();
  const detector = opened.use(await Detector.open(options));
  const selfTest = await SelfTest.open(options);
  await selfTest.run(detector, monotonicMs());
  opened.move();
  return { detector, selfTest, state: { kind: "ready", warmupMs: detector.warmupMs, provider, tuning } };
}

/** What the runtime or the picture said, without what model it was about. */
function reason(error: unknown): string {
  const { cause, message } = error as Error;
  return (cause instanceof Error ? cause.message : message).split("\n")[0]?.slice(0, 160) ?? "unknown";
}

/** Opens and proves a model. Throws one sentence with the cure. */
export async function openProven(options: ProvenOptions): Promise<Proven> {
  const asked: Provider = options.provider ?? "cpu";
  if (asked === "cpu") return await prove(options);
  try {
    return await prove(options);
  } catch (error) {
    const { detector, selfTest, state } = await prove({ ...options, provider: "cpu" });
    return { detector, selfTest, state: { ...state, fallback: fallbackText(asked, reason(error)) } };
  }
}
