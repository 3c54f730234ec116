/**
 * `npm run bench -- screen-memory`: whether a panel's browser stays as large as it is while it draws as many pictures as
 * nine cameras at ten a second send in an hour (`--quick`: in a minute), as fast as it can.
 * Between two collections garbage lies about, the more the less a busy machine leaves for collecting it; so besides what is
 * held at most times stands what is held right after a collection, and by that a leak is told.
 */
import { cameraView, startStub } from "../browser/stub.ts";
import * as missing from "../support/missing.ts";
import { type Held, startChromium } from "./chromium.ts";
import { interrupted, pause } from "./interrupt.ts";
import { median } from "./row.ts";

const CAMERAS = 9;
const FPS = 10;
/** A camera may send so often; what is not drawn is not sent. */
const EVERY_MS = 10;
const PARTS = 10;
/** How much more may be held after the last tenth than after the second: in the first one code is compiled and caches are filled. */
const FLAT = 1.05;
const SAMPLES_COLLECTED = 3;

declare global {
  interface Window {
    drawn: number;
  }
}

const sumOf = (held: Held): number => held.browser + held.renderer + held.others;

/** The median of each kind, in whole megabytes. */
function typical(samples: readonly Held[]): Held & { readonly all: number } {
  const of = (pick: (held: Held) => number): number => Math.round(median(samples.map(pick)));
  return {
    browser: of((held) => held.browser),
    renderer: of((held) => held.renderer),
    others: of((held) => held.others),
    all: of(sumOf),
  };
}

/** Prints a line for each tenth; returns 1 where the last one holds more than the second. */
export async function screenMemory(quick: boolean): Promise<number> {
  const lacks = missing.chromium();
  if (lacks !== false) {
    console.log(`Left out: ${lacks}`);
    return 0;
  }
  await using stub = await startStub({ tilesEveryMs: EVERY_MS });
  stub.tell({ cameras: Array.from({ length: CAMERAS }, (_, i) => cameraView(`c${i}`, `Camera ${i + 1}`)) });
  await using chromium = await startChromium({ url: stub.url });
  await chromium.run(() => {
    const draw = CanvasRenderingContext2D.prototype.putImageData;
    window.drawn = 0;
    CanvasRenderingContext2D.prototype.putImageData = function (...given: unknown[]) {
      window.drawn++;
      Reflect.apply(draw, this, given);
    };
  });
  const wanted = (quick ? 60 : 3_600) * CAMERAS * FPS;
  const parts: ReturnType<typeof typical>[] = [];
  await chromium.send("HeapProfiler.enable");
  const collected = async (): Promise<ReturnType<typeof typical>> => {
    const held: Held[] = [];
    while (held.length < SAMPLES_COLLECTED) {
      await chromium.send("HeapProfiler.collectGarbage");
      held.push(chromium.held());
    }
    return typical(held);
  };
  let most = 0;
  for (let samples: Held[] = []; parts.length < PARTS && !interrupted.aborted; ) {
    await pause(1_000);
    samples.push(chromium.held());
    most = Math.max(most, Math.round(sumOf(samples.at(-1) as Held)));
    const drawn = await chromium.run(() => window.drawn);
    if (drawn < (wanted * (parts.length + 1)) / PARTS) continue;
    const mb = typical(samples);
    samples = [];
    parts.push(await collected());
    console.log(JSON.stringify({ bench: "screen-memory", drawn, mb, collected: parts.at(-1) }));
  }
  if (chromium.errors.length > 0) throw new Error(`The page reported: ${chromium.errors.join("; ")}`);
  const [, early = Number.NaN, , , middle, , , , , late = Number.NaN] = parts.map(({ all }) => all);
  const flat = late <= early * FLAT;
  console.log(JSON.stringify({ bench: "screen-memory", pictures: wanted, early, middle, late, most, flat }));
  return flat ? 0 : 1;
}
