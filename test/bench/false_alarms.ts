/**
 * What the trust checks say about hours of ordinary pictures, and about pictures that are not: real films, in
 * other light, through the product's own Watcher, faster than time. `--minutes` for each film and light.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DEMONSTRATION_FOLDER } from "../../server/demonstration.ts";
import { type Scene, TRUST_FAULTS, type TrustFault } from "../../server/domain/trust.ts";
import { FAULTS, type LookFault, ORDINARY } from "../support/look_faults.ts";
import {
  type Change,
  type Film,
  Looker,
  noisy,
  type Reading,
  readFilm,
  same,
  sceneOf,
} from "../support/looks.ts";
import { outside, outsidePath } from "../support/missing.ts";

const FPS = 10;
const SECONDS = 140;
/** So strongly packed that still parts of the picture repeat. */
const PACKED = [..."-c:v libx264 -preset veryfast -bf 0 -g 40 -crf 36".split(" ")];
/** These fail under their limit, the others over it. */
const LOW_IS_BAD: ReadonlySet<TrustFault> = new Set(["dark", "blind", "defocus"]);
const SHOWN: readonly TrustFault[] = ["dark", "glare", "blind", "frozen", "moved", "defocus"];
/** Before a fault the camera is watched until it is trusted and its noise is known. */
const KNOWN_SECONDS = 20;

const OUTSIDE: readonly (readonly [file: string, width: number, height: number])[] = [
  ["one-by-one-768x432-10fps", 768, 432],
  ["vtest-480x360-10fps", 480, 360],
  ["worker-zone-detection-480x270", 480, 270],
  ["store-aisle-detection-480x270", 480, 270],
  ["classroom-480x270", 480, 270],
  ["face-demographics-walking-480x270", 480, 270],
  ["people-detection-480x270", 480, 270],
];

function readings(): readonly Reading[] {
  const limits = { fps: FPS, seconds: SECONDS };
  const demonstration = ["cell-front", "cell-side"].map((name) => {
    const path = join(DEMONSTRATION_FOLDER, `${name}.mp4`);
    return { name, path, picture: { width: 640, height: 360 }, ...limits };
  });
  const films = OUTSIDE.flatMap(([name, width, height]) => {
    const file = `footage/${name}.mp4`;
    const missing = outside(file);
    if (missing !== false) console.error(`Left out: ${missing}`);
    return missing !== false
      ? []
      : [{ name, path: outsidePath(file), picture: { width, height }, ...limits }];
  });
  return [...demonstration, ...films];
}

interface Watched {
  readonly film: string;
  readonly light: string;
  readonly minutes: number;
  readonly alarms: readonly TrustFault[];
  /** Share of the time that was not trusted, 0..1. */
  readonly doubted: number;
  /** The values that came nearest to their limits. */
  readonly worst: ReadonlyMap<TrustFault, number>;
}

function watch(film: Film, scene: Scene, light: string, change: Change, minutes: number): Watched {
  const looker = new Looker(film, scene);
  const worst = new Map<TrustFault, number>();
  let doubted = 0;
  for (let second = 0; second < 60 * minutes; second++) {
    looker.play(1, change);
    if (looker.watcher.trust.kind === "distrusted") doubted++;
    for (const { check, value } of looker.watcher.readings()) {
      const pick = LOW_IS_BAD.has(check) ? Math.min : Math.max;
      if (value !== null) worst.set(check, pick(worst.get(check) ?? value, value));
    }
  }
  const alarms = looker.told.map(({ why }) => why);
  return { film: film.name, light, minutes, alarms, doubted: doubted / (60 * minutes), worst };
}

/** Milliseconds until any true word was said; undefined where none was in time. */
function find(film: Film, scene: Scene, fault: LookFault, light: Change): number | undefined {
  const looker = new Looker(film, scene);
  looker.play(KNOWN_SECONDS, light);
  const [began, heard] = [looker.at, looker.told.length];
  const change = fault.change();
  const between = new Uint8Array(film.frames[0]?.length ?? 0);
  // A lens is covered or turned before its sensor's light and noise; the rest is what the camera makes of both.
  const lens =
    !["dark", "glare", "frozen"].includes(fault.tells[0] ?? "") || fault.name.startsWith("covered");
  const [first, second] = lens ? [change, light] : [light, change];
  const both: Change = (from, to, at) => {
    first(from, between, at);
    second(between, to, at);
  };
  const found = (): boolean => looker.told.slice(heard).some(({ why }) => fault.tells.includes(why));
  looker.play(fault.within, both, found);
  const at = looker.told.slice(heard).find(({ why }) => fault.tells.includes(why))?.at;
  return at === undefined ? undefined : at - began;
}

function tell(watched: readonly Watched[]): void {
  const hours = watched.reduce((sum, { minutes }) => sum + minutes, 0) / 60;
  console.log(`nearest to its limit, once a second: ${SHOWN.join(", ")}`);
  for (const { film, light, minutes, alarms, doubted, worst } of watched) {
    const which = alarms.length === 0 ? "none" : alarms.join(", ");
    const values = SHOWN.map((check) => worst.get(check)?.toFixed(1) ?? "-").join(" ");
    const doubt = `${(100 * doubted).toFixed(1)} % doubted`;
    console.log(`${film.padEnd(36)} ${light.padEnd(8)} ${minutes} min, ${doubt}, ${which}; ${values}`);
  }
  const all = watched.flatMap(({ alarms }) => alarms);
  const each = TRUST_FAULTS.map((why) => `${why} ${all.filter((alarm) => alarm === why).length}`);
  console.log(`${hours.toFixed(1)} h watched, ${all.length} false alarms: ${each.join(", ")}`);
}

async function main(): Promise<void> {
  const options = { minutes: { type: "string", default: "10" }, film: { type: "string" } } as const;
  const { values } = parseArgs({ options });
  const minutes = Number(values.minutes);
  const watched: Watched[] = [];
  const times = new Map<string, (number | undefined)[]>();
  for (const reading of readings()) {
    if (values.film !== undefined && !reading.name.includes(values.film)) continue;
    const film = await readFilm(reading);
    const scene = sceneOf(film);
    if (minutes > 0) {
      for (const [light, change] of Object.entries(ORDINARY))
        watched.push(watch(film, scene, light, change(), minutes));
      const packed = await readFilm({ ...reading, encode: PACKED });
      watched.push(watch(packed, scene, "packed", same, minutes));
    }
    for (const [light, change] of [
      ["day", same],
      ["dim", noisy(4, ORDINARY.lamps?.())],
    ] as const) {
      for (const fault of FAULTS) {
        const name = `${fault.name}, ${light}`;
        const ms = find(film, scene, fault, change);
        if (ms === undefined) console.error(`Not found: ${name} in ${film.name}`);
        times.set(name, [...(times.get(name) ?? []), ms]);
      }
    }
  }
  if (watched.length > 0) tell(watched);
  console.log("\nfault, found of all, median and longest seconds");
  for (const [name, all] of times) {
    const found = all.filter((ms) => ms !== undefined).sort((a, b) => a - b);
    const seconds = [found[found.length >> 1], found.at(-1)].map((ms) =>
      ((ms ?? Number.NaN) / 1000).toFixed(1),
    );
    console.log(`${name.padEnd(44)} ${found.length} of ${all.length}  ${seconds.join("  ")}`);
  }
}

await main();
