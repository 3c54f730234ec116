/** What the screen of a box has told about each camera since a moment, with the times at which it was told. */
import { monotonicMs } from "../../server/base/clock.ts";
import type { CameraId, Millis } from "../../server/domain/units.ts";
import type { AlarmView, CameraView, View } from "../../server/domain/view.ts";
import type { Box } from "./box.ts";
import { until } from "./until.ts";
import { views } from "./views.ts";

/** One camera in one view. A view that tells nothing new of it makes no entry. */
export interface Seen {
  /** When the view was here. */
  readonly at: Millis;
  readonly camera: CameraView;
  /** Alarms about this camera whose condition is present. */
  readonly alarms: readonly AlarmView[];
}

export interface CameraWatch extends AsyncDisposable {
  /** Everything seen of a camera, oldest first. */
  of(camera: CameraId): readonly Seen[];
  now(camera: CameraId): Seen | undefined;
  /** The first that fits, told at or after `from`. Throws after `ms` with what was seen last. */
  first(
    camera: CameraId,
    from: Millis,
    ms: Millis,
    what: string,
    fits: (seen: Seen) => boolean,
  ): Promise<Seen>;
  /** Longest time between two views, of which at least one comes every second. */
  readonly longestGapMs: Millis;
}

const PRESENT: readonly string[] = ["unacknowledged", "acknowledged"];
const KEPT = 5_000;

/** Everything but what changes with every frame. */
function gist({ camera, alarms }: Omit<Seen, "at">): string {
  const { state, why, verdict, trust, size } = camera;
  const told = alarms.map(({ id, version, detail }) => [id, version, detail]);
  return JSON.stringify([state, why, verdict, trust, size, told]);
}

export function describeSeen(seen: Seen | undefined): string {
  if (seen === undefined) return "nothing";
  const { camera, alarms } = seen;
  const faults = camera.trust.faults.map(({ why, message }) => `${why}: ${message}`);
  const listed = alarms.map(({ definition, detail }) => `${definition} (${detail ?? ""})`);
  const parts = [camera.state, camera.verdict, camera.trust.kind, ...faults, camera.why ?? "", ...listed];
  return parts.filter((part) => part !== "").join("; ");
}

/** Follows the views of a box until it is disposed. */
export function watchCameras(box: Pick<Box, "url">): CameraWatch {
  const seen = new Map<CameraId, Seen[]>();
  const stop = new AbortController();
  let longestGapMs = 0;
  let lastAt = monotonicMs();
  let broken: unknown;

  const take = (view: View): void => {
    const at = monotonicMs();
    longestGapMs = Math.max(longestGapMs, at - lastAt);
    lastAt = at;
    for (const camera of view.cameras) {
      const alarms = view.alarms.filter(
        ({ definition, source, state }) =>
          source === camera.id && definition.startsWith("prot.camera.") && PRESENT.includes(state),
      );
      const list = seen.get(camera.id) ?? [];
      const last = list.at(-1);
      if (last !== undefined && gist(last) === gist({ camera, alarms })) continue;
      list.push({ at, camera, alarms });
      if (list.length > KEPT) list.shift();
      seen.set(camera.id, list);
    }
  };
  const reading = (async () => {
    for await (const view of views(box.url, stop.signal)) take(view);
  })().catch((error: unknown) => {
    if (!stop.signal.aborted) broken = error;
  });

  return {
    of: (camera) => seen.get(camera) ?? [],
    now: (camera) => seen.get(camera)?.at(-1),
    get longestGapMs() {
      return longestGapMs;
    },
    async first(camera, from, ms, what, fits) {
      try {
        return await until({
          what: `camera ${camera}: ${what}`,
          ms,
          everyMs: 10,
          check: () => {
            if (broken !== undefined) throw broken;
            const list = seen.get(camera) ?? [];
            const before = list.findLast(({ at }) => at <= from);
            if (before !== undefined && fits(before)) return { ...before, at: from };
            return list.find((one) => one.at > from && fits(one));
          },
        });
      } catch (error) {
        const last = describeSeen(seen.get(camera)?.at(-1));
        throw new Error(`${(error as Error).message}; last seen: ${last}`, { cause: error });
      }
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await reading;
    },
  };
}
