/** One text in the page's place, with keys on the screen; a keyboard that is plugged in writes too. */
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { portrait, small } from "../state.ts";
import { SET_UP } from "../words.ts";
import { Icon } from "./Icon.tsx";
import { type BoardShape, type Key, keysFor, type Layer, layerAfter, pressKey } from "./keys.ts";
import { KEYS } from "./words.ts";
import { type Writing, writing } from "./writing.ts";

function close(): void {
  writing.value = undefined;
}

export function Write(props: { readonly writing: Writing }) {
  const { label, text, secret, maxLength, error, onDone } = props.writing;
  const field = useRef<HTMLInputElement>(null);
  const layer = useSignal<Layer>("small");
  const shown = useSignal(!secret);
  useLayoutEffect(() => {
    const input = field.current;
    if (input === null) return;
    input.value = text;
    input.focus();
    input.setSelectionRange(text.length, text.length);
  }, []);
  function done(): void {
    onDone(field.current?.value ?? text);
    close();
  }
  function press(key: Key): void {
    layer.value = layerAfter(layer.value, key);
    const input = field.current;
    if (input === null) return;
    const { value, selectionStart, selectionEnd } = input;
    const from = selectionStart ?? value.length;
    const next = pressKey({ text: value, from, to: selectionEnd ?? from }, key, maxLength);
    input.value = next.text;
    input.setSelectionRange(next.from, next.to);
    // The field scrolls to its cursor only when it is given the focus.
    input.blur();
    input.focus();
  }
  return (
    <div class="write">
      <div class="line">
        <label>
          <span>
            {label} {error !== undefined && <b class="bad">{error}</b>}
          </span>
          {/* A panel's system may bring keys of its own for a field: this one has them. */}
          <input
            ref={field}
            type="text"
            class={shown.value ? "" : "secret"}
            inputmode="none"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            maxLength={maxLength}
            onKeyDown={(event) => {
              if (event.key === "Enter") done();
              if (event.key === "Escape") close();
            }}
          />
        </label>
        {secret && (
          <button
            type="button"
            onClick={() => {
              shown.value = !shown.value;
            }}
          >
            {shown.value ? KEYS.hide : KEYS.show}
          </button>
        )}
        <button type="button" onClick={close}>
          {SET_UP.cancel}
        </button>
        <button type="button" class="primary" onClick={done}>
          {KEYS.done}
        </button>
      </div>
      <div class="board">
        {keysFor(shapeOf(), layer.value).map((row, n) => (
          <div key={n} class="keyRow">
            {row.map((key) => (
              <KeyButton key={nameOf(key)} pressed={key} layer={layer.value} onPress={() => press(key)} />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

function shapeOf(): BoardShape {
  if (!portrait.value) return "landscape";
  return small.value ? "narrow" : "portrait";
}

function KeyButton(props: { readonly pressed: Key; readonly layer: Layer; readonly onPress: () => void }) {
  const { pressed, layer } = props;
  const wide = pressed.kind === "type" ? pressed.wide === true : false;
  const on =
    (pressed.kind === "shift" && layer === "capital") || (pressed.kind === "signs" && layer === "signs");
  return (
    <button
      type="button"
      class={`key ${wide ? "wide" : ""} ${pressed.kind === "type" ? "" : "deed"}`}
      aria-label={layer === "signs" && pressed.kind === "signs" ? KEYS.lettersName : nameOf(pressed)}
      aria-pressed={pressed.kind === "shift" ? on : undefined}
      // The field keeps the focus, and with it the cursor.
      onPointerDown={(event) => event.preventDefault()}
      onClick={props.onPress}
    >
      {faceOf(pressed, layer)}
    </button>
  );
}

function nameOf(key: Key): string {
  if (key.kind === "type") return key.text === " " ? KEYS.space : key.text;
  return key.kind === "signs" ? KEYS.signsName : KEYS[key.kind];
}

function faceOf(key: Key, layer: Layer) {
  switch (key.kind) {
    case "type":
      return key.text === " " ? <Icon name="space" /> : key.text;
    case "signs":
      return layer === "signs" ? KEYS.letters : KEYS.signs;
    default:
      return <Icon name={key.kind} />;
  }
}
