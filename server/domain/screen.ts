/** Draws up the View: what every screen shows, from what the box knows. */
import { doubtOf } from "./activity.ts";
import { annunciatedAt } from "./alarm.ts";
import { alarmViews } from "./alarm_list.ts";
import { START_GRACE_MS } from "./annunciate.ts";
import { boardKind } from "./board.ts";
import { statusWord } from "./camera.ts";
import { isOneBody, peopleIn } from "./count.ts";
import { meet, polygonArea } from "./geometry.ts";
import { refusals, resetNeeded } from "./interlock.ts";
import type { LookRate } from "./pace.ts";
import { planOf } from "./planning.ts";
import type { BoardRule, MaskRule, OutputRule, Rules } from "./rules.ts";
import { outputSentence } from "./sentence.ts";
import { isFresh, isLookedAt, listedAlarms, type Supervision } from "./supervision.ts";
import { trackOf } from "./track.ts";
import type { Trust } from "./trust.ts";
import type { CameraId, Millis, Size, Verdict, ZoneId } from "./units.ts";
import type {
  ActivityView,
  BoardView,
  BypassView,
  CameraView,
  CountView,
  MaskView,
  ModelView,
  OutputTestView,
  OutputView,
  PersonView,
  ReactionView,
  TrustView,
  View,
  ZoneView,
} from "./view.ts";
import { HONEST_LABEL } from "./view.ts";
import { isHit, isMasked, isPerson, NEW_ZONE, type ZoneRule } from "./zone.ts";

/** What a view needs besides the state of the rules. */
export interface Surroundings {
  readonly seq: number;
  readonly boot: string;
  readonly version: string;
  readonly wallAt: Millis;
  /** The monotonic instant of `wallAt`. */
  readonly at: Millis;
  readonly site: { readonly name: string; readonly timezone: string };
  readonly demonstration: boolean;
  readonly pictures: ReadonlyMap<CameraId, PictureFacts>;
  readonly reaction: ReactionView;
  readonly model: { readonly name: string; readonly grade: string; readonly quality: string };
  readonly headroom?: number;
  readonly faults: readonly string[];
}

/** What is known of a camera's pictures outside the rules. */
export interface PictureFacts {
  readonly size?: Size;
  readonly capturedAt?: Millis;
  /** As ffmpeg names it. */
  readonly codec?: string;
  /** How much later than at best the newest frame came. */
  readonly lateMs?: Millis;
  readonly looked?: LookRate;
  readonly frameCount: number;
  readonly fps30s: number;
}

const WORST: readonly Verdict[] = ["clear", "warn", "stop", "blind"];

export function viewOf(state: Supervision, rules: Rules, around: Surroundings): View {
  const wallOf = (at: Millis): Millis => Math.round(around.wallAt + (at - around.at));
  const permits = [...state.permits.values()];
  const refused = refusals(state, rules);
  return {
    seq: around.seq,
    boot: around.boot,
    version: around.version,
    wallAt: around.wallAt,
    site: around.site,
    demonstration: around.demonstration,
    label: HONEST_LABEL,
    state:
      permits.length === 0
        ? "unguarded"
        : permits.every((permit) => permit.kind === "energised")
          ? "watching"
          : "tripped",
    cameras: rules.cameras.map((camera) => cameraView(state, rules, { ...camera, around, wallOf })),
    zones: rules.zones.map((zone) => zoneView(state, zone, { around, wallOf })),
    counts: rules.counts.map(({ id, camera, name, polygon }): CountView => {
      const people = isFresh(state, camera, rules) ? peopleIn(state.counts.get(id) ?? []) : undefined;
      return { id, camera, name, polygon, ...(people === undefined ? {} : { people }) };
    }),
    masks: rules.masks.map((mask) => maskView(mask, rules)),
    ...alarmViews(state, rules, wallOf),
    outputs: rules.outputs.map((output) => outputView(state, output, rules)),
    boards: rules.boards.map((board) => boardView(state, board)),
    bypasses: [...state.bypasses].map(
      ([zone, { by, reason, untilAt }]): BypassView => ({
        zone,
        name: rules.zones.find(({ id }) => id === zone)?.name ?? zone,
        by,
        reason,
        untilWallAt: wallOf(untilAt),
        leftMs: leftOf(untilAt, around.at),
      }),
    ),
    tests: [...state.tests].map(
      ([output, { by, drive, untilAt }]): OutputTestView => ({
        output,
        name: rules.outputs.find(({ id }) => id === output)?.name ?? output,
        drive,
        by,
        leftMs: leftOf(untilAt, around.at),
      }),
    ),
    cycle: {
      number: state.cycle.number,
      running: state.cycle.kind === "running",
      sinceWallAt: wallOf(state.cycle.since),
    },
    reset: {
      possible: refused.length === 0,
      needed: resetNeeded(state, rules),
      pinNeeded: !rules.fullView,
      refusals: refused,
    },
    silenced: listedAlarms(state).some(
      (alarm) => alarm.state === "unacknowledged" && annunciatedAt(alarm) <= state.silencedAt,
    ),
    stopRequested: listedAlarms(state).some((alarm) => alarm.definition === "op.stop.requested"),
    reaction: around.reaction,
    model: modelView(state, around),
    ...(around.headroom === undefined ? {} : { headroom: around.headroom }),
    faults: [...around.faults, ...doubts(state, rules)],
  };
}

function zoneView(
  state: Supervision,
  zone: ZoneRule,
  { around, wallOf }: { readonly around: Surroundings; readonly wallOf: (at: Millis) => Millis },
): ZoneView {
  const known = state.verdicts.get(zone.id);
  const { id, camera, name, kind, polygon, schedule, condition, confirmMs, dwellMs, stopTimeMs } = zone;
  const { p99Ms, lastTripMs } = around.reaction;
  const reaction = p99Ms === undefined ? {} : { reactionMs: Math.max(p99Ms, lastTripMs ?? 0) };
  const edge = zone.edgeMm === undefined ? {} : { edgeMm: zone.edgeMm };
  return {
    ...{ id, camera, name, kind, polygon },
    verdict: known?.verdict ?? "blind",
    sinceWallAt: wallOf(known?.since ?? state.startedAt),
    ...(schedule === undefined && condition === undefined ? {} : { activity: activityView(state, zone) }),
    ...(stopTimeMs === undefined
      ? {}
      : {
          plan: planOf({
            ...reaction,
            confirmMs: Math.round(confirmMs * slowdownOf(around.pictures.get(camera))),
            ...{ dwellMs, stopTimeMs, ...edge },
          }),
        }),
  };
}

/** How many times longer the same number of looks takes than at the configured rate. */
function slowdownOf(picture: PictureFacts | undefined): number {
  const looked = picture?.looked;
  return looked === undefined ? 1 : looked.configuredFps / Math.min(looked.paceFps, looked.configuredFps);
}

/** Told once the box has had the time to find out. */
function doubts(state: Supervision, rules: Rules): readonly string[] {
  if (state.at - state.startedAt <= START_GRACE_MS) return [];
  return rules.zones.flatMap((zone) => doubtOf(state, zone) ?? []);
}

function activityView(state: Supervision, zone: ZoneRule): ActivityView {
  const inactive = state.inactive.get(zone.id);
  if (inactive === undefined) return { active: true, why: doubtOf(state, zone) ?? "It guards now" };
  const { why, untilWallAt } = inactive;
  if (why === "condition")
    return { active: false, why: `Out of the rules: ${zone.condition?.name ?? "its contact is closed"}` };
  const until = untilWallAt === undefined ? {} : { untilWallAt };
  return { active: false, why: "Out of the rules by its schedule", ...until };
}

/** Masks over more of a picture than this are told of: the camera hardly watches any more. */
const MUCH_MASKED = 0.2;

function maskView(mask: MaskRule, rules: Rules): MaskView {
  const { id, camera, name, polygon, reason } = mask;
  const own = rules.masks.filter((other) => other.camera === camera);
  const share = own.reduce((sum, other) => sum + polygonArea(other.polygon), 0);
  const covered = rules.zones.filter(
    (zone) =>
      reason !== undefined && zone.kind === "stop" && zone.camera === camera && meet(zone.polygon, polygon),
  );
  const warnings = [
    ...covered.map((zone) => `Nobody is seen in part of ${zone.name}: ${reason}`),
    ...(share > MUCH_MASKED ? [`The masks cover ${Math.round(share * 100)} % of the picture`] : []),
  ];
  return { id, camera, name, polygon, ...(reason === undefined ? {} : { reason }), warnings };
}

function leftOf(untilAt: Millis, at: Millis): Millis {
  return Math.max(0, Math.round(untilAt - at));
}

function boardView(state: Supervision, { id, driver }: BoardRule): BoardView {
  const base = { id, driver, title: boardKind(driver).title };
  if (state.relay.kind === "lost") return { ...base, state: "lost", why: state.relay.why };
  const known = state.relay.report.boards[id];
  if (known === undefined) return { ...base, state: "lost", why: "The guardian does not know it" };
  if (known.kind === "lost") return { ...base, state: "lost", why: known.why };
  return { ...base, state: "ok", ...(known.identity === undefined ? {} : { identity: known.identity }) };
}

function modelView(state: Supervision, around: Surroundings): ModelView {
  const why = state.detector.kind === "failed" ? { why: state.detector.why } : {};
  return { ...around.model, state: state.detector.kind, ...why };
}

function cameraView(
  state: Supervision,
  rules: Rules,
  camera: {
    readonly id: CameraId;
    readonly name: string;
    readonly around: Surroundings;
    readonly wallOf: (at: Millis) => Millis;
  },
): CameraView {
  const { id, name, around, wallOf } = camera;
  const watch = state.cameras.get(id);
  const picture = around.pictures.get(id);
  const known = watch?.state ?? { kind: "idle" };
  const zones = rules.zones.filter((zone) => zone.camera === id);
  const verdicts = zones.map((zone) => state.verdicts.get(zone.id)?.verdict ?? "blind");
  const fresh = isFresh(state, id, rules);
  const worst = zones.length === 0 ? (fresh ? "clear" : "blind") : worstOf(verdicts);
  const why = cameraSentence(state, id, rules);
  return {
    id,
    name,
    state: statusWord(known),
    ...(known.kind === "error" ? { fault: known.why, retryWallAt: wallOf(known.retryAt) } : {}),
    ...(why === undefined ? {} : { why }),
    ...(picture?.size === undefined ? {} : { size: picture.size }),
    ...(picture?.codec === undefined ? {} : { codec: picture.codec }),
    ...(picture?.lateMs === undefined ? {} : { lateMs: Math.round(picture.lateMs) }),
    trust: trustView(watch?.trust, wallOf),
    fps30s: picture?.fps30s ?? 0,
    ...(picture?.looked === undefined ? {} : { looked: picture.looked }),
    frameCount: picture?.frameCount ?? 0,
    ...(picture?.capturedAt === undefined
      ? {}
      : { frameAgeMs: Math.max(0, Math.round(around.at - picture.capturedAt)) }),
    verdict: worst,
    people: fresh ? people(state, id, rules) : [],
  };
}

function trustView(trust: Trust | undefined, wallOf: (at: Millis) => Millis): TrustView {
  if (trust?.kind !== "distrusted") return { kind: trust?.kind ?? "proving", faults: [] };
  const faults = trust.faults.map(({ why, message, since }) => ({
    why,
    message,
    sinceWallAt: wallOf(since),
  }));
  return { kind: "distrusted", faults };
}

function worstOf(verdicts: readonly Verdict[]): Verdict {
  return WORST[Math.max(...verdicts.map((verdict) => WORST.indexOf(verdict)))] ?? "blind";
}

function cameraSentence(state: Supervision, id: CameraId, rules: Rules): string | undefined {
  const watch = state.cameras.get(id);
  const known = watch?.state;
  if (known === undefined || known.kind === "idle") return "The camera is stopped";
  if (known.kind === "error") return known.message;
  if (known.kind === "starting") return "Waiting for the first picture";
  if (known.kind === "stopping") return "The camera is being stopped";
  if (watch?.trust.kind === "distrusted") return watch.trust.faults[0]?.message;
  if (isLookedAt(state, id, rules))
    return watch?.trust.kind === "proving" ? "Its pictures are being checked" : undefined;
  if (state.detector.kind === "failed") return "Pictures come, but the detector does not work";
  return "Pictures come, but nobody has looked at one yet";
}

/**
 * Everyone the detector sees well enough to count, and the zones each counts in. Boxes that are surely one body are
 * drawn once; the zones have judged every box.
 */
function people(state: Supervision, id: CameraId, rules: Rules): PersonView[] {
  const watch = state.cameras.get(id);
  if (watch === undefined) return [];
  const zones = rules.zones.filter((zone) => zone.camera === id);
  const masks = rules.masks.filter((mask) => mask.camera === id).map(({ polygon }) => polygon);
  const shown = watch.detections.flatMap((detection): PersonView[] => {
    const within = zones
      .filter((zone) => isHit(zone, state.zones.get(zone.id) ?? NEW_ZONE, detection))
      .map((zone): ZoneId => zone.id);
    const { box, label } = detection;
    const enough = zones.length === 0 || detection.score >= Math.min(...zones.map((zone) => zone.threshold));
    const sure = isPerson(label) && enough && !isMasked(masks, box);
    if (!sure && within.length === 0) return [];
    const track = trackOf(watch.tracks, detection);
    const score = Math.round(detection.score * 100) / 100;
    return [{ box, score, zones: within, ...(track === undefined ? {} : { track }) }];
  });
  const best = shown.sort((a, b) => b.zones.length - a.zones.length || b.score - a.score);
  return best.filter((person, i) => !best.slice(0, i).some((other) => isOneBody(person.box, other.box)));
}

function outputView(state: Supervision, output: OutputRule, rules: Rules): OutputView {
  const demand = state.demand[output.id] ?? "dropped";
  const known = state.relay.kind === "held" ? state.relay.report.outputs[output.id] : undefined;
  return {
    id: output.id,
    name: output.name,
    role: output.role,
    horn: output.horn,
    board: output.board,
    channel: output.channel,
    demand,
    readback: known?.readback ?? "unknown",
    ...(output.second === undefined ? {} : { second: known?.second ?? "unknown" }),
    ...(output.feedback === undefined ? {} : { feedback: known?.feedback ?? "unknown" }),
    ...(known?.dropMs === undefined ? {} : { lastDropMs: Math.round(known.dropMs * 10) / 10 }),
    why: outputSentence(state, output, rules),
  };
}
