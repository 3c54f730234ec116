/** The model that watches, with its grade and figures, and the others that could. */
import { useSignal } from "@preact/signals";
import { report } from "../actions.ts";
import { MODEL_STATES } from "../codes.ts";
import { Asked } from "../parts/Asked.tsx";
import { Head } from "../parts/Head.tsx";
import { Icon } from "../parts/Icon.tsx";
import { room } from "../state.ts";
import { type Model, type ModelsAnswer, rollBack } from "./calls.ts";
import type { PageProps } from "./Detector.tsx";
import { Figures } from "./Figures.tsx";
import { place } from "./place.ts";
import { Speed } from "./Speed.tsx";
import { DETECTOR, gradeText, TRIAL } from "./words.ts";

export function Home(props: PageProps) {
  const { answer, problems } = props.known;
  const others = answer?.models.filter(({ active }) => !active);
  return (
    <div class="setup">
      <Head
        title={DETECTOR.title}
        onBack={() => {
          room.value = "workshop";
        }}
      >
        <button
          type="button"
          disabled={answer === undefined}
          onClick={() => {
            place.value = { kind: "add" };
          }}
        >
          {DETECTOR.add}
        </button>
        <RollBack {...props} />
      </Head>
      {answer === undefined ? (
        <Asked waiting={DETECTOR.waiting} problems={problems} onAgain={askAgain} />
      ) : (
        problems.map((problem) => (
          <p key={problem} class="bad">
            {problem}
          </p>
        ))
      )}
      {answer !== undefined && (
        <div class="halves outputs">
          <div class="half scrolls">
            <Active {...props} />
          </div>
          <div class="half scrolls">
            <h3>{DETECTOR.others}</h3>
            {others?.length === 0 && (
              <div class="nothing low">
                <strong>{DETECTOR.noOthers}</strong>
                <p>{DETECTOR.noOthersHow}</p>
              </div>
            )}
            <ul class="rows" aria-label={DETECTOR.others}>
              {others?.map((model) => (
                <li key={model.name}>
                  <Row model={model} />
                </li>
              ))}
            </ul>
          </div>
        </div>
      )}
    </div>
  );
}

function askAgain(): void {
  place.value = { kind: "home" };
}

function Active(props: PageProps) {
  const { known, view } = props;
  const { answer } = known;
  const model = answer?.models.find(({ active }) => active);
  const { previous = null, threshold = 0, trial = null } = answer ?? {};
  return (
    <>
      <div class="card">
        <h3>
          {view.model.name} <span class="small">{MODEL_STATES[view.model.state]}</span>
        </h3>
        <p class={view.model.state === "failed" ? "why bad" : "why"}>{view.model.why ?? view.model.grade}</p>
        {model === undefined ? (
          <p class="bad">
            <Icon name="wrong" />
            {DETECTOR.unknown(view.model.name)}
          </p>
        ) : (
          <p>{model.quality}</p>
        )}
        {model !== undefined && <p>{DETECTOR.threshold(threshold)}</p>}
        {model !== undefined && <Figures model={model} />}
      </div>
      {answer !== undefined && <Speed view={view} answer={answer} />}
      {!view.demonstration && (
        <p class="muted">{previous === null ? DETECTOR.noRollBack : rollBackText(previous, answer)}</p>
      )}
      {view.demonstration && <p class="muted">{DETECTOR.demonstration}</p>}
      {trial !== null && (
        <button
          type="button"
          onClick={() => {
            place.value = { kind: "trial" };
          }}
        >
          {TRIAL.open}
        </button>
      )}
    </>
  );
}

/** Whether the model that was in force before is still here. */
function hasPrevious(answer: ModelsAnswer | undefined): boolean {
  return answer?.models.some(({ name }) => name === answer.previous) ?? false;
}

function rollBackText(previous: string, answer: ModelsAnswer | undefined): string {
  return hasPrevious(answer) ? DETECTOR.rollBackTo(previous) : DETECTOR.goneBefore(previous);
}

function Row(props: { readonly model: Model }) {
  const { name, quality } = props.model;
  return (
    <button
      type="button"
      class="row"
      aria-label={name}
      onClick={() => {
        place.value = { kind: "model", name };
      }}
    >
      <span class="who">
        <b>{name}</b>
        <em>{gradeText(props.model)}</em>
        <small>{quality}</small>
      </span>
    </button>
  );
}

/** It needs no question: it only brings back what was in force, and says beneath what drops. */
function RollBack(props: PageProps) {
  const busy = useSignal(false);
  const { previous = null } = props.known.answer ?? {};
  const back = async (): Promise<void> => {
    busy.value = true;
    const outcome = await rollBack();
    busy.value = false;
    report(outcome, { done: DETECTOR.changed(previous ?? ""), command: DETECTOR.rollBack });
  };
  return (
    <button
      type="button"
      disabled={busy.value || !hasPrevious(props.known.answer) || props.view.demonstration}
      onClick={() => void back()}
    >
      {busy.value ? DETECTOR.proving : DETECTOR.rollBack}
    </button>
  );
}
