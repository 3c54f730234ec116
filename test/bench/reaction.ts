/** From the first byte of a frame to the guardian's answer, in a whole box that trips again and again. */
import { join } from "node:path";
import { demonstrationConfig } from "../../server/demonstration.ts";
import type { ReactionView, View } from "../../server/domain/view.ts";
import { startBox } from "../support/box.ts";
import { views } from "../support/views.ts";
import {
  type BareSession,
  benchModel,
  cutFilm,
  FILMS,
  modelFolders,
  startBareSession,
  temporaryFolder,
} from "./floors.ts";
import { interrupted, pause } from "./interrupt.ts";
import { type Experiment, median, percentile } from "./row.ts";

/**
 * Seconds of the films: the stop zone is empty for 3.7 s, which proves it clear, and is then entered. Looped,
 * the box trips every five seconds, if somebody resets it in between.
 */
const [FILM_FROM, FILM_LENGTH] = ["4", "5"];
const PERCENTILES = { "reaction-p50": 0.5, "reaction-p95": 0.95, "reaction-p99": 0.99 } as const;

interface Watched {
  readonly reaction: ReactionView;
  readonly trips: readonly number[];
}

/** Acknowledges and resets whatever can be, as a person at the panel, and collects the trips. */
async function watch(url: string, send: Send, ms: number): Promise<Watched> {
  const limit = AbortSignal.any([AbortSignal.timeout(ms), interrupted]);
  const trips: number[] = [];
  let last: View | undefined;
  try {
    for await (const view of views(url, limit)) {
      const { lastTripMs } = view.reaction;
      if (lastTripMs !== undefined && lastTripMs !== last?.reaction.lastTripMs) trips.push(lastTripMs);
      last = view;
      for (const alarm of view.alarms.filter(({ state }) => state.endsWith("unacknowledged")))
        await send("POST", `/api/alarms/${encodeURIComponent(alarm.id)}/acknowledge`, {});
      if (view.reset.needed && view.reset.possible) await send("POST", "/api/reset", {});
    }
  } catch (error) {
    if (!limit.aborted) throw error;
  }
  await pause(0);
  if (last?.reaction.p50Ms === undefined) throw new Error("The box has answered no frame");
  return { reaction: last.reaction, trips };
}

type Send = Awaited<ReturnType<typeof startBox>>["send"];

interface Run {
  readonly box: Watched;
  readonly floorMs: readonly number[];
}

export const reaction: Experiment = {
  rows: {
    "reaction-p50":
      "frame's first byte to the guardian's answer, every frame of two cameras, against preparation, inference, board write and read-back in a bare loop (the same percentile)",
    "reaction-p95": "as reaction-p50",
    "reaction-p99": "as reaction-p50",
    "reaction-trip": "as reaction-p50, but only frames that trip the permit, median against median",
  },
  async run({ quick }) {
    const [runs, boxMs, floorMs] = quick ? [1, 8_000, 500] : [3, 15_500, 1_500];
    const model = benchModel();
    await using stack = new AsyncDisposableStack();
    const folder = stack.use(await temporaryFolder()).path;
    const films = await Promise.all(
      FILMS.map((film, i) =>
        cutFilm(["-ss", FILM_FROM, "-t", FILM_LENGTH, "-i", film], join(folder, `trip-${i}.mp4`)),
      ),
    );
    const demonstration = demonstrationConfig();
    const provision = {
      ...demonstration,
      cameras: demonstration.cameras.map((camera, i) => ({ ...camera, source: `file:${films[i]}` })),
    };
    const bare = stack.use(await startBareSession(model));
    const all: Run[] = [];
    for (let run = 0; run < runs; run++) all.push(await once({ bare, folder, floorMs, provision, boxMs }));

    const told = { better: "lower", unit: "ms" } as const;
    const rows = Object.entries(PERCENTILES).map(([bench, share]) => ({
      bench,
      ...told,
      ours: all.map(({ box }) => atShare(box.reaction, share)),
      floor: all.map((each) => percentile(each.floorMs, share)),
    }));
    const tripped = all.filter(({ box }) => box.trips.length > 0);
    return [
      ...rows,
      {
        bench: "reaction-trip",
        ...told,
        ours: tripped.map(({ box }) => median(box.trips)),
        floor: tripped.map((each) => median(each.floorMs)),
      },
    ];
  },
};

function atShare(view: ReactionView, share: number): number {
  return { 0.5: view.p50Ms, 0.95: view.p95Ms, 0.99: view.p99Ms }[share] ?? Number.NaN;
}

interface Setting {
  readonly bare: BareSession;
  readonly folder: string;
  readonly floorMs: number;
  readonly provision: unknown;
  readonly boxMs: number;
}

/** A box of its own, and the floor before and after it, while nothing of the box runs. */
async function once({ bare, folder, floorMs, provision, boxMs }: Setting): Promise<Run> {
  const before = await bare.react(floorMs, folder);
  await using box = await startBox({ provision, env: modelFolders() });
  const watched = await watch(box.url, box.send, boxMs);
  await box.stop();
  return { box: watched, floorMs: [...before, ...(await bare.react(floorMs, folder))] };
}
