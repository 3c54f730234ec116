/** One zone: where it lies, everything that is set of it, and what can be done with it. */
import { useSignal } from "@preact/signals";
import { polygonArea } from "../../server/domain/geometry.ts";
import { PLAN_LABEL } from "../../server/domain/planning.ts";
import { heard } from "../heard.ts";
import { Head } from "../parts/Head.tsx";
import { Question } from "../parts/Question.tsx";
import { room, tell } from "../state.ts";
import { COMMANDS, SET_UP } from "../words.ts";
import { type ListedZone, removeZone } from "./calls.ts";
import { takes } from "./draft.ts";
import { planText, Standing } from "./List.tsx";
import { Area, Lens, Plate, plateOf } from "./Plate.tsx";
import { editZone, place } from "./place.ts";
import { conditionText, KINDS, REMOVE, scheduleText, ZONES } from "./words.ts";
import type { PageProps } from "./Zones.tsx";

type Props = PageProps & { readonly id: string };

function toList(): void {
  place.value = { kind: "list" };
}

export function ZonePage(props: Props) {
  const { known, id } = props;
  const zone = known.zones.find((each) => each.id === id);
  if (zone === undefined)
    return (
      <div class="setup">
        <Head title={known.asked ? ZONES.gone : ZONES.waiting} onBack={toList} />
        {known.problems.map((problem) => (
          <p key={problem} class="bad">
            {problem}
          </p>
        ))}
      </div>
    );
  return (
    <div class="setup">
      <Head title={zone.name} note={<Standing {...props} zone={zone} />} onBack={toList}>
        <button
          type="button"
          class="primary"
          aria-label={ZONES.editThis(zone.name)}
          onClick={() => editZone(zone)}
        >
          {ZONES.edit}
        </button>
      </Head>
      <div class="halves zone-of">
        <div class="half">
          <Picture {...props} zone={zone} />
          <div class="deeds">
            {zone.kind === "stop" && (
              <button
                type="button"
                onClick={() => {
                  room.value = "walks";
                }}
              >
                {ZONES.walk}
              </button>
            )}
            <button
              type="button"
              aria-label={ZONES.removeThis(zone.name)}
              onClick={() => {
                place.value = { kind: "remove", id };
              }}
            >
              {ZONES.remove}
            </button>
          </div>
        </div>
        <div class="half scrolls">
          <Facts {...props} zone={zone} />
        </div>
      </div>
    </div>
  );
}

function Picture(props: Props & { readonly zone: ListedZone }) {
  const { view, known, zone } = props;
  const camera = view.cameras.find(({ id }) => id === zone.camera);
  const size = plateOf(camera);
  return (
    <Plate size={size} name={camera?.name ?? zone.camera}>
      {camera !== undefined && <Lens camera={camera} />}
      <svg class="scene" viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true">
        {known.zones
          .filter((other) => other.camera === zone.camera && other.id !== zone.id)
          .map((other) => (
            <Area key={other.id} points={other.polygon} kind={other.kind} look="other" size={size} />
          ))}
        <Area points={zone.polygon} kind={zone.kind} look="drawn" size={size} />
      </svg>
    </Plate>
  );
}

function outputsOf({ known }: PageProps, id: string): readonly string[] {
  return (known.settings?.outputs ?? []).flatMap((output) =>
    output.zones.includes(id) ? [output.name ?? output.id] : [],
  );
}

function Facts(props: Props & { readonly zone: ListedZone }) {
  const { zone, view } = props;
  const { kind } = zone;
  const outputs = outputsOf(props, zone.id);
  const facts: readonly (readonly [string, string | undefined])[] = [
    [ZONES.kind, KINDS[kind]],
    [ZONES.camera, view.cameras.find(({ id }) => id === zone.camera)?.name ?? zone.camera],
    [ZONES.corners, String(zone.polygon.length)],
    [ZONES.share, ZONES.shareOf(polygonArea(zone.polygon))],
    [ZONES.dwell, takes(kind, "dwell") && zone.dwellMs > 0 ? ZONES.seconds(zone.dwellMs) : undefined],
    [ZONES.when, takes(kind, "schedule") ? scheduleText(zone.schedule) : undefined],
    [ZONES.condition, zone.condition === undefined ? undefined : conditionText(zone.condition)],
    [ZONES.stopTime, zone.stopTimeMs === undefined ? undefined : ZONES.ms(zone.stopTimeMs)],
    [ZONES.minHeight, zone.minHeight === undefined ? undefined : ZONES.shareOf(zone.minHeight)],
    [ZONES.classes, zone.classes?.join(", ")],
    [ZONES.reason, zone.reason],
    [
      ZONES.outputs,
      takes(kind, "schedule") ? (outputs.length === 0 ? ZONES.noOutputs : outputs.join(", ")) : undefined,
    ],
  ];
  return (
    <>
      <div class="card">
        <dl class="particulars">
          {facts.map(
            ([name, value]) =>
              value !== undefined && (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ),
          )}
        </dl>
      </div>
      {takes(kind, "stopTime") && (
        <div class="card">
          <h3>{ZONES.plan}</h3>
          <p class={zone.plan?.tooNear ? "bad" : ""}>{planText(zone)}</p>
          <p class="muted">{heard(PLAN_LABEL)}</p>
        </div>
      )}
    </>
  );
}

export function AskRemove(props: Props) {
  const { known, id } = props;
  const busy = useSignal(false);
  const zone = known.zones.find((each) => each.id === id);
  if (zone === undefined) return null;
  const outputs = outputsOf(props, id);
  const back = (): void => {
    place.value = { kind: "zone", id };
  };
  const remove = async (): Promise<void> => {
    busy.value = true;
    const outcome = await removeZone(id);
    busy.value = false;
    if (outcome.kind === "ok") {
      toList();
      tell("done", REMOVE.done(zone.name));
    } else if (outcome.kind === "failed") {
      back();
      tell("refused", COMMANDS.failed(REMOVE.yes), outcome.reasons);
    }
  };
  return (
    <Question
      ask={REMOVE.ask(zone.name)}
      yes={REMOVE.yes}
      busy={busy.value || outputs.length > 0}
      onYes={() => void remove()}
      onNo={back}
    >
      <p class={outputs.length > 0 ? "held" : ""}>
        {outputs.length > 0 ? REMOVE.follows(outputs.join(", ")) : REMOVE.nobody}
      </p>
      <p>
        {zone.kind === "mask" ? REMOVE.mask : REMOVE.blind} {SET_UP.anew}
      </p>
    </Question>
  );
}
