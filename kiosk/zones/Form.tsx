/** What is told of a zone beside its outline: each value with its unit, its range, and what follows from it. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { CLEAR_MS, confirmation } from "../../server/domain/zone.ts";
import { Choice, Others, Stepper, TextField } from "../parts/Fields.tsx";
import { Head } from "../parts/Head.tsx";
import type { ListedBoard } from "./calls.ts";
import { type Kind, memberOf, takes, type ZoneDraft, zoneOf } from "./draft.ts";
import { Hazard } from "./Hazard.tsx";
import { distanceText } from "./List.tsx";
import { draft, enter, place } from "./place.ts";
import { planFor } from "./plan.ts";
import { Times } from "./Times.tsx";
import { DRAW, FORM, KINDS, ZONES } from "./words.ts";
import type { PageProps } from "./Zones.tsx";

const LENGTHS = { name: 80, seconds: 7, ms: 7, percent: 5, classes: 200, reason: 80 } as const;
/** Members that have a field here, in the box's names; the outline's stands on the drawing. */
const SHOWN = new Set([
  ...["name", "kind", "dwellMs", "schedule", "condition", "classes", "minHeight", "stopTimeMs"],
  ...["hazard", "reason", "polygon"],
]);

type Props = PageProps & { readonly draft: ZoneDraft };

export function Form(props: PageProps) {
  const entered = draft.value;
  const marking = useSignal(false);
  if (entered === undefined) return null;
  const all: Props = { ...props, draft: entered };
  if (marking.value)
    return (
      <Hazard
        {...all}
        onDone={() => {
          marking.value = false;
        }}
      />
    );
  return (
    <div class="setup">
      <Head
        title={FORM.title(entered.name)}
        onBack={() => {
          place.value = { kind: "draw" };
        }}
      >
        <button
          type="button"
          class="primary"
          onClick={() => {
            place.value = { kind: "try" };
          }}
        >
          {DRAW.next}
        </button>
      </Head>
      <Others errors={entered.errors.filter((error) => !SHOWN.has(memberOf(error)))} />
      <div class="sheet scrolls">
        <div class="fields">
          <Usual {...all} />
        </div>
        <div class="fields">
          <Expert
            {...all}
            onMark={() => {
              marking.value = true;
            }}
          />
        </div>
      </div>
    </div>
  );
}

function errorAt({ errors }: ZoneDraft, member: string): string | undefined {
  return errors.find((error) => memberOf(error) === member)?.message;
}

/** A field with what follows from it underneath. */
function Told(props: { readonly how: string; readonly children: ComponentChildren }) {
  return (
    <div class="told-field">
      {props.children}
      <small>{props.how}</small>
    </div>
  );
}

function Usual(props: Props) {
  const { draft: entered } = props;
  const { kind } = entered;
  return (
    <>
      <TextField
        label={FORM.name}
        text={entered.name}
        maxLength={LENGTHS.name}
        error={errorAt(entered, "name")}
        onDone={(name) => enter({ name })}
      />
      <Choice
        label={FORM.kind}
        titled
        options={(Object.keys(KINDS) as Kind[]).map((each) => [each, KINDS[each]] as const)}
        isChosen={(each) => each === kind}
        error={errorAt(entered, "kind")}
        onChoose={(each) => enter({ kind: each, errors: [] })}
      />
      {/* A stop zone counts at once; what another hand has set is shown. */}
      {takes(kind, "dwell") && (kind !== "stop" || entered.dwell !== "") && (
        <Told how={FORM.dwellHow}>
          <TextField
            label={FORM.dwell}
            text={entered.dwell}
            empty="0"
            maxLength={LENGTHS.seconds}
            error={errorAt(entered, "dwellMs")}
            onDone={(dwell) => enter({ dwell }, ["dwellMs"])}
          />
        </Told>
      )}
      {takes(kind, "reason") && (
        <Told how={FORM.reasonHow}>
          <TextField
            label={FORM.reason}
            text={entered.reason}
            empty={FORM.none}
            maxLength={LENGTHS.reason}
            error={errorAt(entered, "reason")}
            onDone={(reason) => enter({ reason })}
          />
        </Told>
      )}
      {takes(kind, "schedule") && <Times schedule={entered.schedule} error={errorAt(entered, "schedule")} />}
      {takes(kind, "condition") && <Condition draft={entered} boards={props.known.boards} />}
    </>
  );
}

const NONE = "";

function Condition(props: { readonly draft: ZoneDraft; readonly boards: readonly ListedBoard[] }) {
  const { draft: entered, boards } = props;
  const { condition } = entered;
  const reading = boards.filter(({ inputs = 0 }) => inputs > 0);
  const options = [[NONE, FORM.none], ...reading.map(({ id }) => [id, id] as const)] as const;
  return (
    <Told how={reading.length === 0 ? FORM.noInputs : FORM.conditionHow}>
      <Choice
        label={FORM.condition}
        titled
        options={options}
        isChosen={(board) => (condition?.board ?? NONE) === board}
        error={errorAt(entered, "condition")}
        onChoose={(board) =>
          enter({
            condition: board === NONE ? undefined : { board, input: 1, name: condition?.name ?? "" },
          })
        }
      />
      {condition !== undefined && (
        <div class="pair">
          <Stepper
            label={FORM.input}
            fewer={FORM.fewer}
            more={FORM.more}
            value={condition.input}
            min={1}
            max={reading.find(({ id }) => id === condition.board)?.inputs ?? condition.input}
            onStep={(input) => enter({ condition: { ...condition, input } })}
          />
          <TextField
            label={FORM.conditionName}
            text={condition.name}
            empty={FORM.conditionEmpty}
            maxLength={LENGTHS.name}
            error={undefined}
            onDone={(name) => enter({ condition: { ...condition, name } })}
          />
        </div>
      )}
    </Told>
  );
}

function Expert(props: Props & { readonly onMark: () => void }) {
  const { draft: entered, known, view, onMark } = props;
  const { kind } = entered;
  const camera = known.cameras.find(({ id }) => id === entered.camera);
  const plan = planFor(known, zoneOf(entered), view);
  const measured = camera?.ground !== undefined;
  return (
    <>
      {takes(kind, "minHeight") && <h3>{FORM.expert}</h3>}
      {takes(kind, "stopTime") && (
        <Told how={FORM.stopTimeHow}>
          <TextField
            label={FORM.stopTime}
            text={entered.stopTime}
            maxLength={LENGTHS.ms}
            error={errorAt(entered, "stopTimeMs")}
            onDone={(stopTime) => enter({ stopTime }, ["stopTimeMs"])}
          />
        </Told>
      )}
      {takes(kind, "hazard") && (
        <Told how={measured ? FORM.hazardHow : FORM.hazardFloor}>
          <small class="title">
            {FORM.hazard}: {entered.hazard === undefined ? FORM.hazardNot : FORM.hazardSet}
          </small>
          <div class="choice">
            <button type="button" disabled={!measured} onClick={onMark}>
              {FORM.hazardMark}
            </button>
            <button
              type="button"
              disabled={entered.hazard === undefined}
              onClick={() => enter({ hazard: undefined })}
            >
              {FORM.hazardClear}
            </button>
          </div>
          <p class="bad">{errorAt(entered, "hazard")}</p>
        </Told>
      )}
      {takes(kind, "stopTime") && (
        <p class={plan?.tooNear ? "bad" : ""}>{plan === undefined ? ZONES.noPlan : distanceText(plan)}</p>
      )}
      {takes(kind, "minHeight") && (
        <Told how={FORM.minHeightHow}>
          <TextField
            label={FORM.minHeight}
            text={entered.minHeight}
            empty="0"
            maxLength={LENGTHS.percent}
            error={errorAt(entered, "minHeight")}
            onDone={(minHeight) => enter({ minHeight })}
          />
        </Told>
      )}
      {takes(kind, "classes") && (
        <Told how={FORM.classesHow}>
          <TextField
            label={FORM.classes}
            text={entered.classes}
            empty={FORM.classesEmpty}
            maxLength={LENGTHS.classes}
            error={errorAt(entered, "classes")}
            onDone={(classes) => enter({ classes })}
          />
        </Told>
      )}
      {kind !== "count" && kind !== "mask" && camera !== undefined && (
        <p class="muted">{fixedText(kind, camera.fps)}</p>
      )}
    </>
  );
}

function fixedText(kind: keyof typeof CLEAR_MS, fps: number): string {
  const { confirm, window } = confirmation(kind, fps);
  return FORM.fixed(confirm, window, CLEAR_MS[kind]);
}
