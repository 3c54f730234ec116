/** A new camera, or one that is changed: its fields, a test that shows the picture, and saving. */
import { useSignal } from "@preact/signals";
import type { FieldError, Outcome } from "../call.ts";
import { tell } from "../state.ts";
import { COMMANDS } from "../words.ts";
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
  writing,
} from "./place.ts";
import { CAMERAS, FORM, ROW, TESTED } from "./words.ts";

const MIN_FPS = 1;
const MAX_FPS = 30;

/** What the box allows. */
const LENGTHS = { name: 80, source: 2048, user: 256, password: 256 } as const;
type TextField = keyof typeof LENGTHS;

export function Form() {
  const entered = draft.value;
  const rtsp = /^rtsps?:/i.test(entered.source.trim());
  return (
    <div class="cameras form">
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
  const found = draft.value.errors.find((error) => fieldOf(error) === field);
  return found && sentence(found.message);
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function shownText(field: TextField, { stored, [field]: text }: Draft): string {
  if (text === "") return stored && (field === "user" || field === "password") ? FORM.stored : FORM.none;
  return field === "password" ? FORM.hidden(text.length) : text;
}

/** Touched, it opens the keyboard; what is wrong with it stands under it. */
function Text(props: { readonly field: TextField }) {
  const { field } = props;
  const text = draft.value[field];
  const error = errorOf(field);
  return (
    <div class="field">
      <button
        type="button"
        class={error === undefined ? "text" : "text wrong"}
        aria-label={FORM[field]}
        onClick={() => {
          writing.value = {
            label: FORM[field],
            text,
            secret: field === "password",
            maxLength: LENGTHS[field],
            ...(error === undefined ? {} : { error }),
            onDone: (next) => enter({ [field]: next }),
          };
        }}
      >
        <span>{FORM[field]}</span>
        <b class={text === "" ? "empty" : ""}>{shownText(field, draft.value)}</b>
      </button>
      {error !== undefined && <p class="bad">{error}</p>}
    </div>
  );
}

function Rate() {
  const { fps } = draft.value;
  const error = errorOf("fps");
  const step = (by: number) => () => enter({ fps: Math.min(MAX_FPS, Math.max(MIN_FPS, fps + by)) });
  return (
    <div class="field">
      <div class="stepper">
        <button type="button" aria-label={FORM.fewer} disabled={fps <= MIN_FPS} onClick={step(-1)}>
          −
        </button>
        <span>
          <small>{FORM.fps}</small>
          <b>{fps}</b>
        </span>
        <button type="button" aria-label={FORM.more} disabled={fps >= MAX_FPS} onClick={step(1)}>
          +
        </button>
      </div>
      {error !== undefined && <p class="bad">{error}</p>}
    </div>
  );
}

function Transports() {
  const { transport } = draft.value;
  return (
    <div class="field">
      <fieldset class="choice" aria-label={FORM.transport}>
        {(["tcp", "udp"] as const).map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={transport === each}
            onClick={() => enter({ transport: each })}
          >
            {FORM[each]}
          </button>
        ))}
      </fieldset>
    </div>
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
      <Others errors={entered.errors} />
      <p class="anew">{CAMERAS.anew}</p>
      <div class="decide">
        <button type="button" onClick={() => leave(entered.id)}>
          {CAMERAS.cancel}
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
          {saving.value ? FORM.saving : saveText(entered.trial)}
        </button>
      </div>
    </div>
  );
}

/** What is wrong with something that has no field here, such as one camera too many. */
function Others(props: { readonly errors: readonly FieldError[] }) {
  const others = props.errors.filter((error) => fieldOf(error) === undefined);
  if (others.length === 0) return null;
  return (
    <p class="bad" role="alert">
      {others.map(({ path, message }) => sentence(`${path} ${message}`)).join("; ")}
    </p>
  );
}

function saveText(trial: Trial): string {
  if (trial.kind !== "done") return FORM.saveUntested;
  return trial.answer.ok ? FORM.save : FORM.saveFailed;
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
    if (outcome.errors.length === 0) tell("refused", COMMANDS.failed(FORM.save), outcome.reasons);
  }
}

function leave(id: string | undefined): void {
  draft.value = EMPTY_DRAFT;
  place.value = id === undefined ? { kind: "add" } : { kind: "camera", id };
}
