/** A new camera, or one that is changed: its fields, a test that shows the picture, and saving. */
import { useSignal } from "@preact/signals";
import type { Outcome } from "../call.ts";
import { Choice, Others, Stepper, TextField } from "../parts/Fields.tsx";
import { tell } from "../state.ts";
import { COMMANDS, SET_UP } from "../words.ts";
import { saveCamera, type Tested, testCamera } from "./calls.ts";
import {
  type Draft,
  draft,
  EMPTY_DRAFT,
  enter,
  type Field,
  fieldOf,
  isNetwork,
  place,
  sendable,
  type Trial,
} from "./place.ts";
import { FORM, ROW, TESTED } from "./words.ts";

const MIN_FPS = 1;
const MAX_FPS = 30;

/** What the box allows. */
const LENGTHS = { name: 80, source: 2048, user: 256, password: 256 } as const;
type TextName = keyof typeof LENGTHS;

export function Form() {
  const entered = draft.value;
  const rtsp = /^rtsps?:/i.test(entered.source.trim());
  return (
    <div class="setup form">
      <div class="fields">
        <h2>{entered.id === undefined ? FORM.add : FORM.edit(entered.name)}</h2>
        <Text field="name" />
        <Text field="source" />
        {isNetwork(entered.source) && (
          <div class="pair">
            <Text field="user" />
            <Text field="password" />
          </div>
        )}
        <div class="pair">
          <Rate />
          {rtsp && <Transports />}
        </div>
      </div>
      <Trying />
    </div>
  );
}

function errorOf(field: Field): string | undefined {
  return draft.value.errors.find((error) => fieldOf(error) === field)?.message;
}

function Text(props: { readonly field: TextName }) {
  const { field } = props;
  const { stored, [field]: text } = draft.value;
  const kept = stored && (field === "user" || field === "password");
  return (
    <TextField
      label={FORM[field]}
      text={text}
      shown={field === "password" ? FORM.hidden(text.length) : text}
      {...(kept ? { empty: FORM.stored } : {})}
      maxLength={LENGTHS[field]}
      secret={field === "password"}
      error={errorOf(field)}
      onDone={(next) => enter({ [field]: next })}
    />
  );
}

function Rate() {
  return (
    <Stepper
      label={FORM.fps}
      fewer={FORM.fewer}
      more={FORM.more}
      value={draft.value.fps}
      min={MIN_FPS}
      max={MAX_FPS}
      error={errorOf("fps")}
      onStep={(fps) => enter({ fps })}
    />
  );
}

function Transports() {
  return (
    <Choice
      label={FORM.transport}
      options={[
        ["tcp", FORM.tcp],
        ["udp", FORM.udp],
      ]}
      isChosen={(each) => draft.value.transport === each}
      onChoose={(transport) => enter({ transport })}
    />
  );
}

function Trying() {
  const entered = draft.value;
  const saving = useSignal(false);
  const ready = entered.name.trim() !== "" && entered.source.trim() !== "" && !saving.value;
  const running = entered.trial.kind === "running";
  return (
    <div class="trying">
      <button
        type="button"
        disabled={running || entered.source.trim() === ""}
        onClick={() => void test(entered)}
      >
        {running ? FORM.testing : FORM.test}
      </button>
      <Result trial={entered.trial} />
      <Others errors={entered.errors.filter((error) => fieldOf(error) === undefined)} />
      <p class="anew">{SET_UP.anew}</p>
      <div class="decide">
        <button type="button" onClick={() => leave(entered.id)}>
          {SET_UP.cancel}
        </button>
        <button
          type="button"
          class="primary"
          disabled={!ready}
          onClick={() => {
            saving.value = true;
            void save(entered).finally(() => {
              saving.value = false;
            });
          }}
        >
          {saving.value ? SET_UP.saving : saveText(entered.trial)}
        </button>
      </div>
    </div>
  );
}

function saveText(trial: Trial): string {
  if (trial.kind !== "done") return FORM.saveUntested;
  return trial.answer.ok ? SET_UP.save : FORM.saveFailed;
}

function Result(props: { readonly trial: Trial }) {
  const { trial } = props;
  if (trial.kind === "unmade") return <NoPicture title={TESTED.unmade} reasons={trial.reasons} />;
  if (trial.kind !== "done")
    return <div class="result">{trial.kind === "none" && <p>{FORM.untested}</p>}</div>;
  const { answer } = trial;
  if (!answer.ok) return <NoPicture title={TESTED.bad} reasons={[answer.message]} />;
  const { codec, size, fps, firstFrameMs, delayMs } = answer;
  return (
    <div class="result good" role="status">
      <img src={answer.picture} alt={TESTED.alt} />
      <div>
        <b>{TESTED.good}</b>
        {[
          `${codec}, ${ROW.size(size.width, size.height)}`,
          TESTED.rate(fps),
          TESTED.first(firstFrameMs),
          TESTED.delay(delayMs),
        ].map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
    </div>
  );
}

function NoPicture(props: { readonly title: string; readonly reasons: readonly string[] }) {
  return (
    <div class="result" role="status">
      <b class="bad">{props.title}</b>
      <p>{props.reasons.join("; ")}</p>
    </div>
  );
}

/** An answer to what has been changed meanwhile is an answer to something else. */
async function test(entered: Draft): Promise<void> {
  const running: Trial = { kind: "running" };
  draft.value = { ...entered, errors: [], trial: running };
  const outcome = await testCamera(entered.id, sendable(entered));
  if (draft.peek().trial !== running) return;
  draft.value = { ...draft.peek(), ...trialOf(outcome) };
}

function trialOf(outcome: Outcome<Tested>): Partial<Draft> {
  if (outcome.kind === "ok") return { trial: { kind: "done", answer: outcome.value } };
  if (outcome.kind === "ignored") return { trial: { kind: "none" } };
  if (outcome.errors.length > 0) return { errors: outcome.errors, trial: { kind: "none" } };
  return { trial: { kind: "unmade", reasons: outcome.reasons } };
}

async function save(entered: Draft): Promise<void> {
  const outcome = await saveCamera(entered.id, sendable(entered));
  if (outcome.kind === "ok") {
    const { id, name, changed } = outcome.value;
    tell("done", changed === false ? FORM.unchanged(name) : FORM.saved(name));
    draft.value = EMPTY_DRAFT;
    place.value = { kind: "camera", id };
  } else if (outcome.kind === "failed") {
    draft.value = { ...draft.peek(), errors: outcome.errors };
    if (outcome.errors.length === 0) tell("refused", COMMANDS.failed(SET_UP.save), outcome.reasons);
  }
}

function leave(id: string | undefined): void {
  draft.value = EMPTY_DRAFT;
  place.value = id === undefined ? { kind: "add" } : { kind: "camera", id };
}
