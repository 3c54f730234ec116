/** Every camera with its zones: what they are, how they stand, how far they should reach, and when they guard. */
import type { ZoneView } from "../../server/domain/view.ts";
import { VERDICTS } from "../codes.ts";
import { Asked } from "../parts/Asked.tsx";
import { Head } from "../parts/Head.tsx";
import { inside } from "../say.ts";
import { shownZone } from "../shown.ts";
import { room } from "../state.ts";
import { untilText } from "../text.ts";
import { MAINTENANCE, zoneSays } from "../words.ts";
import type { ListedZone } from "./calls.ts";
import { takes } from "./draft.ts";
import { beginGround, place } from "./place.ts";
import { conditionText, KINDS, scheduleText, ZONES } from "./words.ts";
import type { PageProps } from "./Zones.tsx";

export function List(props: PageProps) {
  const { view, known } = props;
  // Without an answer it would look as if no zone were drawn.
  const isKnown = known.asked && known.problems.length === 0;
  return (
    <div class="setup">
      <Head
        title={ZONES.title}
        onBack={() => {
          room.value = "workshop";
        }}
      />
      {!isKnown && <Asked waiting={ZONES.waiting} problems={known.problems} onAgain={askAgain} />}
      {isKnown && view.cameras.length === 0 && (
        <div class="nothing">
          <strong>{ZONES.none}</strong>
          <p>{ZONES.noneHow}</p>
          <button
            type="button"
            class="primary"
            onClick={() => {
              room.value = "cameras";
            }}
          >
            {MAINTENANCE.camerasOpen}
          </button>
        </div>
      )}
      <div class="scrolls cameras-of">
        {isKnown && view.cameras.map(({ id }) => <OfCamera key={id} {...props} camera={id} />)}
      </div>
    </div>
  );
}

function askAgain(): void {
  place.value = { kind: "list" };
}

function OfCamera(props: PageProps & { readonly camera: string }) {
  const { view, known, camera } = props;
  const name = view.cameras.find(({ id }) => id === camera)?.name ?? camera;
  const ground = known.cameras.find(({ id }) => id === camera)?.ground;
  const zones = known.zones.filter((zone) => zone.camera === camera);
  return (
    <section class="of-camera" aria-label={name}>
      <div class="head">
        <h3>
          {name} <small>{ground === undefined ? ZONES.floorNot : ZONES.floorDone}</small>
        </h3>
        <button type="button" aria-label={ZONES.floorOf(name)} onClick={() => beginGround(camera, ground)}>
          {ZONES.floor}
        </button>
        <button
          type="button"
          class="primary"
          aria-label={ZONES.addTo(name)}
          onClick={() => {
            place.value = { kind: "add", camera };
          }}
        >
          {ZONES.add}
        </button>
      </div>
      {zones.length === 0 && <p class="bad">{ZONES.noZones}</p>}
      <ul class="rows">
        {zones.map((zone) => (
          <li key={zone.id}>
            <Row {...props} zone={zone} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Row(props: PageProps & { readonly zone: ListedZone }) {
  const { zone } = props;
  const { tooNear } = zone.plan ?? { tooNear: false };
  return (
    <button
      type="button"
      class="row"
      aria-label={zone.name}
      onClick={() => {
        place.value = { kind: "zone", id: zone.id };
      }}
    >
      <span class="who">
        <b>{zone.name}</b>
        <em>{KINDS[zone.kind]}</em>
        <Standing {...props} zone={zone} />
        {takes(zone.kind, "schedule") && <small>{whenText(zone)}</small>}
        {takes(zone.kind, "stopTime") && <small class={tooNear ? "bad" : ""}>{planText(zone)}</small>}
      </span>
    </button>
  );
}

/** How the zone stands now; what is not as it should be looks as it does beside the live picture. */
export function Standing(props: PageProps & { readonly zone: ListedZone }) {
  const { zone, view } = props;
  const guards = zone.kind !== "count" && zone.kind !== "mask";
  const seen = view.zones.find(({ id }) => id === zone.id);
  const shown = !guards ? "clear" : seen === undefined ? "blind" : shownZone(seen, view.bypasses);
  if (shown === "clear" || shown === "inactive") return <span class="stands">{stateOf(zone, props)}</span>;
  return <span class={`stands band ${shown}`}>{zoneSays(shown)}</span>;
}

function stateOf(zone: ListedZone, { view }: PageProps): string {
  if (zone.kind === "count") return ZONES.counts(view.counts.find(({ id }) => id === zone.id)?.people);
  if (zone.kind === "mask") return ZONES.masks;
  const seen: ZoneView | undefined = view.zones.find(({ id }) => id === zone.id);
  if (seen === undefined) return VERDICTS.blind;
  const shown = shownZone(seen, view.bypasses);
  const until = seen.activity?.untilWallAt;
  return shown === "inactive" && until !== undefined
    ? ZONES.inactiveUntil(untilText(until, view.wallAt, view.site.timezone))
    : VERDICTS[shown];
}

export function whenText({ schedule, condition }: ListedZone): string {
  const when = `${ZONES.when}: ${scheduleText(schedule)}`;
  return condition === undefined ? when : `${when}; ${inside(ZONES.condition)} ${conditionText(condition)}`;
}

/** What a plan says, and first of all where the zone ends too near to the hazard. */
export function distanceText({ tooNear, says }: NonNullable<ListedZone["plan"]>): string {
  return tooNear ? `${ZONES.tooNear}: ${says}` : says;
}

export function planText({ plan, hazard }: ListedZone): string {
  if (plan === undefined) return ZONES.noPlan;
  const mark = hazard === undefined ? `; ${inside(ZONES.noEdge)}` : "";
  return `${distanceText(plan)}${mark}`;
}
