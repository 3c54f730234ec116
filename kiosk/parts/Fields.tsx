/** The fields of a form: a text that opens the keyboard, a number with two keys, a choice. Errors stand beneath. */
import type { ComponentChildren } from "preact";
import { SET_UP } from "../words.ts";
import { writing } from "./writing.ts";

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A field and what is wrong with it. */
export function Field(props: { readonly error: string | undefined; readonly children: ComponentChildren }) {
  const { error } = props;
  return (
    <div class="field">
      {props.children}
      {error !== undefined && <p class="bad">{sentence(error)}</p>}
    </div>
  );
}

/** What is wrong with something that has no field in this form. */
export function Others(props: {
  readonly errors: readonly { readonly path: string; readonly message: string }[];
}) {
  if (props.errors.length === 0) return null;
  return (
    <p class="bad" role="alert">
      {props.errors.map(({ path, message }) => sentence(`${path} ${message}`)).join("; ")}
    </p>
  );
}

/** Touched, it opens the keyboard. */
export function TextField(props: {
  readonly label: string;
  readonly text: string;
  /** What stands there while nothing is entered. */
  readonly empty?: string;
  /** What stands there in place of the text. */
  readonly shown?: string;
  readonly maxLength: number;
  readonly secret?: boolean;
  readonly error: string | undefined;
  readonly onDone: (text: string) => void;
}) {
  const { label, text, empty = SET_UP.none, shown = text, maxLength, secret = false, onDone } = props;
  const error = props.error === undefined ? undefined : sentence(props.error);
  return (
    <Field error={error}>
      <button
        type="button"
        class={error === undefined ? "text" : "text wrong"}
        aria-label={label}
        onClick={() => {
          writing.value = {
            label,
            text,
            secret,
            maxLength,
            ...(error === undefined ? {} : { error }),
            onDone,
          };
        }}
      >
        <span>{label}</span>
        <b class={text === "" ? "empty" : ""}>{text === "" ? empty : shown}</b>
      </button>
    </Field>
  );
}

export function Stepper(props: {
  readonly label: string;
  readonly fewer: string;
  readonly more: string;
  readonly value: number;
  /** The value as people read it. */
  readonly shown?: string;
  readonly min: number;
  readonly max: number;
  readonly error?: string | undefined;
  readonly onStep: (value: number) => void;
}) {
  const { label, value, min, max } = props;
  const step = (by: number) => () => props.onStep(Math.min(max, Math.max(min, value + by)));
  return (
    <Field error={props.error}>
      <div class="stepper">
        <button type="button" aria-label={props.fewer} disabled={value <= min} onClick={step(-1)}>
          −
        </button>
        <span>
          <small>{label}</small>
          <b>{props.shown ?? value}</b>
        </span>
        <button type="button" aria-label={props.more} disabled={value >= max} onClick={step(1)}>
          +
        </button>
      </div>
    </Field>
  );
}

/** One of several, or some of them. */
export function Choice<T extends string | number | boolean>(props: {
  readonly label: string;
  readonly titled?: boolean;
  readonly options: readonly (readonly [value: T, name: string])[];
  readonly isChosen: (value: T) => boolean;
  readonly error?: string | undefined;
  readonly onChoose: (value: T) => void;
}) {
  return (
    <Field error={props.error}>
      {props.titled && <small class="title">{props.label}</small>}
      <fieldset class="choice" aria-label={props.label}>
        {props.options.map(([value, name]) => (
          <button
            key={String(value)}
            type="button"
            aria-pressed={props.isChosen(value)}
            onClick={() => props.onChoose(value)}
          >
            {name}
          </button>
        ))}
      </fieldset>
    </Field>
  );
}
