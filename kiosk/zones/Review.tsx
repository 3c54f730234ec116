/** What publishing would change, in a picture and in words; then it is sent, once. */
import { useSignal } from "@preact/signals";
import { polygonArea } from "../../server/domain/geometry.ts";
import type { FieldError } from "../call.ts";
import { tell } from "../state.ts";
import { atMost, decimal } from "../text.ts";
import { COMMANDS, SET_UP } from "../words.ts";
import { type ListedZone, saveZone, type ZoneConfig } from "./calls.ts";
import { changedMembers, memberOf, type ZoneDraft, zoneBody, zoneOf } from "./draft.ts";
import { frame } from "./frame.ts";
import { Area, Lens, Plate, plateOf } from "./Plate.tsx";
import { draft, enter, place } from "./place.ts";
import { StillAge } from "./Still.tsx";
import { WaysOut } from "./WaysOut.tsx";
import { conditionText, KINDS, MEMBERS, REVIEW, scheduleText, ZONES } from "./words.ts";
import type { PageProps } from "./Zones.tsx";

export function Review(props: PageProps) {
  const entered = draft.value;
  const busy = useSignal(false);
  if (entered === undefined) return null;
  const before = props.known.zones.find(({ id }) => id === entered.of);
  const publish = async (): Promise<void> => {
    busy.value = true;
    await send(entered);
    busy.value = false;
  };
  const changes = changedMembers(before, entered);
  return (
    <div class="drawer">
      <Difference {...props} before={before} draft={entered} />
      <div class="tools">
        <WaysOut back="try">
          <button
            type="button"
            class="primary"
            disabled={busy.value || changes.length === 0}
            onClick={() => void publish()}
          >
            {busy.value ? REVIEW.publishing : REVIEW.publish}
          </button>
        </WaysOut>
        <h2>{REVIEW.title(entered.name)}</h2>
        {changes.length > 0 && <p class="anew">{SET_UP.anew}</p>}
        <Errors errors={entered.errors} />
        {before !== undefined && changes.includes("polygon") && (
          <p class="legend">
            <i class="dashed" /> {REVIEW.before} <i class="solid" /> {REVIEW.after}
          </p>
        )}
        <div class="card">
          <h3>
            {changes.length === 0 ? REVIEW.nothing : before === undefined ? REVIEW.fresh : REVIEW.changes}
          </h3>
          {changes.length === 0 && <p>{REVIEW.nothingHow}</p>}
          <Changes before={before} after={zoneOf(entered)} members={changes} />
        </div>
      </div>
    </div>
  );
}

async function send(entered: ZoneDraft): Promise<void> {
  const how = entered.of === undefined ? "add" : "change";
  const outcome = await saveZone(entered.id, how, zoneBody(entered));
  if (outcome.kind === "ok") {
    const { id, name, changed } = outcome.value;
    draft.value = undefined;
    place.value = { kind: "zone", id };
    tell("done", changed ? REVIEW.added(name) : REVIEW.same(name));
  } else if (outcome.kind === "failed") {
    enter({ errors: outcome.errors });
    if (outcome.errors.length === 0) tell("refused", COMMANDS.failed(REVIEW.publish), outcome.reasons);
  }
}

/** Each refusal with the way to the field it is about. */
function Errors(props: { readonly errors: readonly FieldError[] }) {
  return props.errors.map((error) => {
    const member = memberOf(error);
    const to = member === "polygon" ? "draw" : "form";
    return (
      <div key={`${error.path} ${error.message}`} class="card refused-field" role="alert">
        <p class="bad">
          <b>{MEMBERS[member] ?? error.path}</b> {error.message}
        </p>
        {MEMBERS[member] !== undefined && (
          <button
            type="button"
            onClick={() => {
              place.value = { kind: to };
            }}
          >
            {REVIEW.toField}
          </button>
        )}
      </div>
    );
  });
}

function Difference(
  props: PageProps & { readonly before: ListedZone | undefined; readonly draft: ZoneDraft },
) {
  const { before, draft: after, view } = props;
  const camera = view.cameras.find(({ id }) => id === after.camera);
  const size = plateOf(camera);
  const still = frame.value?.camera === after.camera ? frame.value.url : undefined;
  return (
    <Plate size={size} name={camera?.name ?? after.camera}>
      {still === undefined && camera !== undefined && <Lens camera={camera} />}
      <svg class="scene" viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true">
        {still !== undefined && <image href={still} width={size.width} height={size.height} />}
        {before !== undefined && (
          <Area points={before.polygon} kind={before.kind} look="before" size={size} />
        )}
        <Area points={after.drawing.points} kind={after.kind} look="drawn" size={size} />
      </svg>
      {still !== undefined && <StillAge />}
    </Plate>
  );
}

/** A member as people read it. */
function valueText(zone: ZoneConfig | undefined, member: string): string {
  if (zone === undefined) return REVIEW.none;
  switch (member) {
    case "kind":
      return KINDS[zone.kind];
    case "polygon":
      return `${REVIEW.corners(zone.polygon.length)}, ${ZONES.shareOf(polygonArea(zone.polygon))}`;
    case "dwellMs":
      return ZONES.seconds(zone.dwellMs);
    case "schedule":
      return scheduleText(zone.schedule);
    case "condition":
      return zone.condition === undefined ? REVIEW.none : conditionText(zone.condition);
    case "classes":
      return zone.classes?.join(", ") ?? REVIEW.none;
    case "minHeight":
      return ZONES.percent(atMost((zone.minHeight ?? 0) * 100, 1));
    case "stopTimeMs":
      return zone.stopTimeMs === undefined ? REVIEW.none : ZONES.ms(zone.stopTimeMs);
    case "hazard":
      return zone.hazard?.map((share) => ZONES.percent(decimal(share * 100, 1))).join(", ") ?? REVIEW.none;
    default: {
      const value = (zone as unknown as Readonly<Record<string, unknown>>)[member];
      return value === undefined ? REVIEW.none : String(value);
    }
  }
}

function Changes(props: {
  readonly before: ZoneConfig | undefined;
  readonly after: ZoneConfig;
  readonly members: readonly string[];
}) {
  const { before, after, members } = props;
  const shown = members.filter((member) => before !== undefined || member !== "camera");
  return (
    <dl class="particulars">
      {shown.map((member) => (
        <div key={member}>
          <dt>{MEMBERS[member] ?? member}</dt>
          <dd>
            {before !== undefined && <>{valueText(before, member)} → </>}
            {valueText(after, member)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
