/** Measures on the golden picture, in a process of its own, how fast a model is with each way to use the processor. */
import { monotonicMs } from "../base/clock.ts";
import {
  type Cost,
  candidates,
  type Figure,
  figureOf,
  type Measured,
  type Refused,
  type Round,
} from "../domain/tuning.ts";
import type { Millis } from "../domain/units.ts";
import { SelfTest, type SelfTestOptions } from "./self_test.ts";
import { Detector, type DetectorOptions } from "./session.ts";

/** What a session is opened and tested in is kept back for it. */
const OPENING_SHARE = 0.2;
/** So much of each at a time: neighbours in time meet the same of a busy box. */
const TURN_MS = 40;
const MAX_PICTURES = 8;

/** Without clocks and sessions: what a round asks of either side. */
type Look = () => Promise<unknown>;

async function costOf(look: Look, pictures: number): Promise<Cost> {
  const [before, began] = [process.cpuUsage(), monotonicMs()];
  for (let i = 0; i < pictures; i++) await look();
  const wallMs = (monotonicMs() - began) / pictures;
  const { user, system } = process.cpuUsage(before);
  return { wallMs, cpuMs: (user + system) / 1_000 / pictures };
}

/** Rounds until the deadline, each beginning with the other side. */
async function rounds(usual: Look, other: Look, deadline: Millis): Promise<Round[]> {
  const { wallMs } = await costOf(usual, 1);
  const pictures = Math.max(1, Math.min(MAX_PICTURES, Math.round(TURN_MS / wallMs)));
  const done: Round[] = [];
  do {
    const first = done.length % 2 === 0 ? usual : other;
    const one = await costOf(first, pictures);
    const two = await costOf(first === usual ? other : usual, pictures);
    done.push(first === usual ? { usual: one, other: two } : { usual: two, other: one });
  } while (monotonicMs() < deadline);
  return done;
}

/** Throws one sentence where the model is not right in the usual way. */
export async function calibrate(
  options: DetectorOptions & SelfTestOptions,
  threads: number,
  limitMs: Millis,
): Promise<Measured> {
  const { input } = options.manifest;
  const began = monotonicMs();
  const planes = new Uint8Array(3 * input.width * input.height).fill(input.pad);
  const look =
    (detector: Detector): Look =>
    () =>
      detector.detect(planes, input, () => undefined);
  await using usual = await Detector.open(options);
  const selfTest = await SelfTest.open(options);
  await selfTest.run(usual, monotonicMs());
  const { cpuMs: usualMs } = await costOf(look(usual), 3);

  const figures: Figure[] = [];
  const refused: Refused[] = [];
  const tunings = candidates(threads);
  for (const [i, tuning] of tunings.entries()) {
    const left = began + limitMs - monotonicMs();
    const deadline = monotonicMs() + (left / (tunings.length - i)) * (1 - OPENING_SHARE);
    try {
      await using other = await Detector.open({ ...options, tuning });
      // The same test knows what the usual one has answered.
      await selfTest.run(other, monotonicMs());
      figures.push(figureOf(tuning, await rounds(look(usual), look(other), deadline)));
    } catch (error) {
      refused.push({ tuning, why: (error as Error).message });
    }
  }
  return { usualMs, figures, refused };
}
