/** One model that could watch: what it is, what is known of it, and what can be done with it. */
import { type Signal, useSignal } from "@preact/signals";
import { Asked } from "../parts/Asked.tsx";
import { Stepper } from "../parts/Fields.tsx";
import { Head } from "../parts/Head.tsx";
import { tell } from "../state.ts";
import { COMMANDS } from "../words.ts";
import { type Model, tryModel } from "./calls.ts";
import type { PageProps } from "./Detector.tsx";
import { Figures } from "./Figures.tsx";
import { place } from "./place.ts";
import { DETECTOR, FAMILIES, gradeText, TRIAL } from "./words.ts";

const MINUTES = { least: 1, usual: 5, most: 10 } as const;

function toHome(): void {
  place.value = { kind: "home" };
}

export function ModelPage(props: PageProps & { readonly name: string }) {
  const { known, view, name } = props;
  const minutes = useSignal<number>(MINUTES.usual);
  const model = known.answer?.models.find((each) => each.name === name);
  if (model === undefined)
    return (
      <div class="setup">
        <Head title={known.answer === undefined ? name : DETECTOR.gone} onBack={toHome} />
        {known.answer === undefined && (
          <Asked
            waiting={DETECTOR.waiting}
            problems={known.problems}
            onAgain={() => {
              place.value = { kind: "model", name };
            }}
          />
        )}
      </div>
    );
  const { trial = null } = known.answer ?? {};
  const runs = trial !== null && trial.state !== "ended";
  const canTry = model.installed && !model.active;
  return (
    <div class="setup">
      <Head title={name} onBack={toHome}>
        {canTry && <Try name={name} minutes={minutes.value} runs={runs} />}
        <button
          type="button"
          class="primary"
          disabled={!model.installed || model.active || view.demonstration}
          onClick={() => {
            place.value = { kind: "use", name };
          }}
        >
          {DETECTOR.use}
        </button>
      </Head>
      {view.demonstration && <p class="how">{DETECTOR.demonstration}</p>}
      <div class="halves outputs">
        <div class="half scrolls">
          <div class="card">
            <p class="why">{gradeText(model)}</p>
            <p>{model.quality}</p>
            <Figures model={model} />
          </div>
          {!model.installed && <p class="how">{DETECTOR.install(name)}</p>}
          {canTry && !runs && <Minutes minutes={minutes} />}
        </div>
        <div class="half scrolls">
          <div class="card">
            <Particulars model={model} />
          </div>
        </div>
      </div>
    </div>
  );
}

/** For how long, and what it does and does not. */
function Minutes(props: { readonly minutes: Signal<number> }) {
  const { minutes } = props;
  return (
    <div class="card trying">
      <p>{TRIAL.how}</p>
      <Stepper
        label={TRIAL.minutes}
        fewer={TRIAL.fewer}
        more={TRIAL.more}
        value={minutes.value}
        min={MINUTES.least}
        max={MINUTES.most}
        onStep={(next) => {
          minutes.value = next;
        }}
      />
    </div>
  );
}

function Try(props: { readonly name: string; readonly minutes: number; readonly runs: boolean }) {
  const { name, minutes, runs } = props;
  const busy = useSignal(false);
  const open = (): void => {
    place.value = { kind: "trial" };
  };
  const begin = async (): Promise<void> => {
    busy.value = true;
    const outcome = await tryModel(name, minutes);
    busy.value = false;
    if (outcome.kind === "ok") open();
    if (outcome.kind === "failed") tell("refused", COMMANDS.failed(TRIAL.begin), outcome.reasons);
  };
  return (
    <button type="button" disabled={busy.value} onClick={() => (runs ? open() : void begin())}>
      {runs ? TRIAL.open : TRIAL.begin}
    </button>
  );
}

function Particulars(props: { readonly model: Model }) {
  const { family, width, height, bytes, licence, origin, sha256, threshold } = props.model;
  const rows = [
    [DETECTOR.family, FAMILIES[family]],
    [DETECTOR.input, DETECTOR.pixels(width, height)],
    [DETECTOR.size, DETECTOR.megabytes(bytes)],
    [DETECTOR.licence, licence],
    [DETECTOR.origin, origin],
    [DETECTOR.hash, sha256],
  ] as const;
  return (
    <>
      <dl class="particulars">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p>{DETECTOR.threshold(threshold)}</p>
    </>
  );
}
