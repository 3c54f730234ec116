/** A zone that is judged in the browser by what the detector sees, as the box would judge it. It decides nothing. */
import { observeCount, peopleIn } from "../../server/domain/count.ts";
import type { Detection } from "../../server/domain/eye.ts";
import type { Rules } from "../../server/domain/rules.ts";
import type { Verdict } from "../../server/domain/units.ts";
import {
  isHit,
  isMasked,
  isPerson,
  loseZone,
  NEW_ZONE,
  observeZone,
  verdictOf,
  type ZoneState,
} from "../../server/domain/zone.ts";
import type { Sighting } from "../../server/http/sightings.ts";

export interface Trial {
  readonly zone: ZoneState;
  readonly counts: readonly number[];
  readonly verdict: Verdict;
  /** How often it would have tripped or warned since the trial began. */
  readonly times: number;
  /** Of a zone that counts: people in it; of a mask: people it hides. */
  readonly people: number | undefined;
  /** The detections that count in it, by their place in the newest frame. */
  readonly hits: readonly number[];
  readonly frames: number;
  readonly capturedAt: number | undefined;
}

export const NEW_TRIAL: Trial = {
  zone: NEW_ZONE,
  counts: [],
  verdict: "blind",
  times: 0,
  people: undefined,
  hits: [],
  frames: 0,
  capturedAt: undefined,
};

/** What of the rules is tried: the zone of this id. */
export type Tried = Pick<Rules, "zones" | "counts" | "masks">;

function indexes(detections: readonly Detection[], fits: (one: Detection) => boolean): readonly number[] {
  return detections.flatMap((one, i) => (fits(one) ? [i] : []));
}

const trips = (verdict: Verdict): boolean => verdict === "stop" || verdict === "warn";

/** The trial after one more frame of its camera. One that came before counts once. */
export function judge(trial: Trial, tried: Tried, id: string, seen: Sighting): Trial {
  if (!seen.fresh) return blind(trial);
  if (trial.capturedAt !== undefined && seen.capturedAt <= trial.capturedAt) return trial;
  const { detections, capturedAt } = seen;
  const common = { frames: trial.frames + 1, capturedAt };
  const rule = tried.zones.find((zone) => zone.id === id);
  if (rule !== undefined) {
    const hits = indexes(detections, (one) => isHit(rule, trial.zone, one));
    const observation = { camera: rule.camera, seq: common.frames, capturedAt, detections, inferenceMs: 0 };
    const zone = observeZone(trial.zone, rule, observation);
    const verdict = verdictOf(zone, rule, true);
    const times = trial.times + (trips(verdict) && !trips(trial.verdict) ? 1 : 0);
    return { ...trial, ...common, zone, verdict, times, hits };
  }
  const count = tried.counts.find((each) => each.id === id);
  if (count !== undefined) {
    const counts = observeCount(trial.counts, count, detections);
    const hits = indexes(detections, (one) => observeCount([], count, [one])[0] === 1);
    return { ...trial, ...common, counts, people: peopleIn(counts), hits, verdict: "clear" };
  }
  const mask = tried.masks.find((each) => each.id === id);
  if (mask === undefined) return trial;
  const hidden = ({ label, score, box }: Detection): boolean =>
    isPerson(label) && score >= seen.threshold && isMasked([mask.polygon], box);
  const hits = indexes(detections, hidden);
  return { ...trial, ...common, people: hits.length, hits, verdict: "clear" };
}

/** After its camera went silent, or is trusted no longer. */
export function blind(trial: Trial): Trial {
  if (trial.verdict === "blind" && trial.hits.length === 0 && trial.people === undefined) return trial;
  const zone = loseZone(trial.zone);
  return { ...trial, zone, counts: [], verdict: "blind", people: undefined, hits: [] };
}
