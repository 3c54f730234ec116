/** The drawn zone beside the one in force, both judged here by what the detector sees. Nothing is switched by it. */
import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Detection } from "../../server/domain/eye.ts";
import { footPoint } from "../../server/domain/geometry.ts";
import { staleMs } from "../../server/domain/rules.ts";
import type { Sighting } from "../../server/http/sightings.ts";
import { inside } from "../say.ts";
import { now } from "../state.ts";
import { type ListedCamera, sightingsPath, type ZoneConfig } from "./calls.ts";
import { zoneOf } from "./draft.ts";
import { Area, Lens, Plate, type PlateSize, plateOf } from "./Plate.tsx";
import { draft, place } from "./place.ts";
import { rulesWith } from "./plan.ts";
import { blind, judge, NEW_TRIAL, type Trial } from "./trial.ts";
import { WaysOut } from "./WaysOut.tsx";
import { DRAW, KINDS, TRY } from "./words.ts";
import type { PageProps } from "./Zones.tsx";

interface Run {
  readonly drawn: Trial;
  readonly inForce: Trial;
  readonly detections: readonly Detection[];
  /** When the newest frame came, the page's monotonic clock. */
  readonly at: number | undefined;
}
const NEW_RUN: Run = { drawn: NEW_TRIAL, inForce: NEW_TRIAL, detections: [], at: undefined };

function judged(run: Run, props: PageProps, zones: Zones, seen: Sighting): Run {
  const one = (trial: Trial, zone: ZoneConfig | undefined): Trial => {
    if (zone === undefined) return trial;
    const rules = rulesWith(props.known, zone, seen.threshold);
    return rules === undefined ? trial : judge(trial, rules, zone.id, seen);
  };
  return {
    drawn: one(run.drawn, zones.drawn),
    inForce: one(run.inForce, zones.inForce),
    detections: seen.fresh ? seen.detections : [],
    at: performance.now(),
  };
}

interface Zones {
  readonly drawn: ZoneConfig;
  readonly inForce: ZoneConfig | undefined;
}

/** Follows the detector as long as the page is open; frames that stop coming leave nothing proven. */
function useRun(props: PageProps, zones: Zones, camera: ListedCamera | undefined) {
  const run = useSignal<Run>(NEW_RUN);
  const ready = props.known.settings !== undefined && camera !== undefined;
  const what = JSON.stringify(zones);
  useEffect(() => {
    if (!ready || camera === undefined) return;
    run.value = { ...NEW_RUN, at: performance.now() };
    const source = new EventSource(sightingsPath(camera.id));
    source.onmessage = (event: MessageEvent<string>) => {
      run.value = judged(run.value, props, zones, JSON.parse(event.data) as Sighting);
    };
    return () => source.close();
  }, [ready, what, camera?.id]);
  const limit = staleMs(camera?.fps ?? 10);
  const lost = useComputed(() => run.value.at === undefined || now.value - run.value.at > limit);
  useEffect(() => {
    const { drawn, inForce } = run.peek();
    if (lost.value)
      run.value = { ...run.peek(), drawn: blind(drawn), inForce: blind(inForce), detections: [] };
  }, [lost.value]);
  return { run, lost };
}

export function Try(props: PageProps) {
  const entered = draft.value;
  if (entered === undefined) return null;
  const zones: Zones = {
    drawn: zoneOf(entered),
    inForce: props.known.zones.find(({ id }) => id === entered.of),
  };
  return <Trying {...props} zones={zones} />;
}

function Trying(props: PageProps & { readonly zones: Zones }) {
  const { view, known, zones } = props;
  const { drawn, inForce } = zones;
  const camera = known.cameras.find(({ id }) => id === drawn.camera);
  const { run, lost } = useRun(props, zones, camera);
  const shownCamera = view.cameras.find(({ id }) => id === drawn.camera);
  const size = plateOf(shownCamera);
  const { drawn: drawnTrial, inForce: forceTrial, detections } = run.value;
  const shown = lost.value
    ? { drawn: blind(drawnTrial), inForce: blind(forceTrial), detections: [] }
    : { drawn: drawnTrial, inForce: forceTrial, detections };
  return (
    <div class="drawer">
      <Plate size={size} name={camera?.name ?? drawn.camera}>
        {shownCamera !== undefined && <Lens camera={shownCamera} />}
        <svg class="scene" viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true">
          {inForce !== undefined && (
            <Area points={inForce.polygon} kind={inForce.kind} look="before" size={size} />
          )}
          <Area points={drawn.polygon} kind={drawn.kind} look="drawn" size={size} />
          {shown.detections.map((one, i) => (
            <Seen key={i} detection={one} counts={shown.drawn.hits.includes(i)} size={size} />
          ))}
        </svg>
      </Plate>
      <div class="tools">
        <WaysOut back="form">
          <button
            type="button"
            class="primary"
            onClick={() => {
              place.value = { kind: "review" };
            }}
          >
            {DRAW.next}
          </button>
        </WaysOut>
        <div class="lamps">
          <Lamp title={TRY.draft} zone={drawn} trial={shown.drawn} words={TRY.would} />
          {inForce === undefined ? (
            <p class="lamp">{TRY.noneInForce}</p>
          ) : (
            <Lamp title={TRY.inForce} zone={inForce} trial={shown.inForce} words={TRY.is} />
          )}
        </div>
        {lost.value ? <p class="bad">{TRY.lost}</p> : <p>{TRY.how}</p>}
        {(drawn.schedule !== undefined || drawn.condition !== undefined) && (
          <p class="muted">{TRY.ignores}</p>
        )}
        <button
          type="button"
          onClick={() => {
            run.value = { ...NEW_RUN, at: run.value.at };
          }}
        >
          {TRY.again}
        </button>
      </div>
    </div>
  );
}

function Lamp(props: {
  readonly title: string;
  readonly zone: ZoneConfig;
  readonly trial: Trial;
  readonly words: typeof TRY.would | typeof TRY.is;
}) {
  const { title, zone, trial, words } = props;
  const { verdict, times, people, frames } = trial;
  const counts = zone.kind === "count" ? TRY.inside(people) : TRY.hides(people);
  const guards = zone.kind !== "count" && zone.kind !== "mask";
  return (
    <section class={`lamp ${guards ? verdict : "quiet"}`} aria-label={title}>
      <small>
        {title}, {inside(KINDS[zone.kind])}
      </small>
      <strong>{guards ? words[verdict] : counts}</strong>
      <span>
        {guards && `${TRY.times(times)} `}
        {TRY.since(frames)}
      </span>
    </section>
  );
}

/** Everybody the detector sees, and the point on the floor that counts. */
function Seen(props: { readonly detection: Detection; readonly counts: boolean; readonly size: PlateSize }) {
  const { width, height } = props.size;
  const { box } = props.detection;
  const [x, y] = footPoint(box);
  const rect = {
    ...{ x: box.x0 * width, y: box.y0 * height },
    ...{ width: (box.x1 - box.x0) * width, height: (box.y1 - box.y0) * height },
  };
  return (
    <g class={`person ${props.counts ? "stop" : "none"}`}>
      <rect class="under" {...rect} />
      <rect class="line" {...rect} />
      <circle cx={x * width} cy={y * height} r="9" />
    </g>
  );
}
