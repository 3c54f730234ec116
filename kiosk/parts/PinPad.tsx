/** Who, then the PIN: name tiles, then keys of 20 mm. What is entered dies with the pad. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { people } from "../actions.ts";
import type { Outcome } from "../call.ts";
import { notice, type Person } from "../state.ts";
import { PIN, USER_ROLES } from "../words.ts";
import { Icon } from "./Icon.tsx";

/** The box refuses other lengths too (its configuration says 4 to 8). */
const MIN_DIGITS = 4;
const MAX_DIGITS = 8;

export interface Entry {
  readonly ready: boolean;
  readonly submit: (send: (person: Person, pin: string) => Promise<Outcome<unknown>>) => void;
}

interface Props {
  readonly title: string;
  readonly only?: (person: Person) => boolean;
  /** What to say where people are set up, but none of these. */
  readonly nobodyMay?: string;
  readonly confirm: (entry: Entry) => ComponentChildren;
  /** Further ways beside the names. */
  readonly children?: ComponentChildren;
  readonly onCancel?: () => void;
}

export function PinPad(props: Props) {
  const names = useSignal<Outcome<readonly Person[]> | undefined>(undefined);
  const person = useSignal<Person | undefined>(undefined);
  useEffect(() => {
    void people().then((outcome) => {
      names.value = outcome;
    });
  }, []);
  if (person.value !== undefined)
    return (
      <Keys
        {...props}
        person={person.value}
        onBack={() => {
          person.value = undefined;
        }}
      />
    );
  return (
    <div class="names">
      <h2>{props.title}</h2>
      <Names {...props} outcome={names.value} onPick={(picked) => (person.value = picked)} />
      {props.children}
      {props.onCancel && (
        <button type="button" class="cancel" onClick={props.onCancel}>
          {PIN.cancel}
        </button>
      )}
    </div>
  );
}

interface NamesProps extends Props {
  readonly outcome: Outcome<readonly Person[]> | undefined;
  readonly onPick: (person: Person) => void;
}

function Names(props: NamesProps) {
  const { outcome } = props;
  const pick = (person: Person): void => {
    notice.value = undefined; // it would lie over the keys
    props.onPick(person);
  };
  if (outcome === undefined) return <p>{PIN.loading}</p>;
  if (outcome.kind !== "ok")
    return <p class="bad">{outcome.kind === "failed" ? outcome.reasons.join("; ") : ""}</p>;
  const shown = outcome.value.filter(props.only ?? (() => true));
  if (shown.length === 0)
    return (
      <div class="nobody">
        <strong>{PIN.nobody}</strong>
        <p>{outcome.value.length === 0 ? PIN.nobodyHow : props.nobodyMay}</p>
      </div>
    );
  return (
    <div class="tilesOfNames">
      {shown.map((each) => (
        <button key={each.name} type="button" onClick={() => pick(each)}>
          <b>{each.name}</b>
          <small>{USER_ROLES[each.role]}</small>
        </button>
      ))}
    </div>
  );
}

function Keys(props: Props & { readonly person: Person; readonly onBack: () => void }) {
  const pin = useSignal("");
  const said = useSignal<readonly string[]>([]);
  const busy = useSignal(false);
  const entry: Entry = {
    ready: pin.value.length >= MIN_DIGITS && !busy.value,
    submit: (send) => {
      const sent = pin.value;
      // Emptied now: what is typed while the box thinks belongs to the next try.
      pin.value = "";
      busy.value = true;
      void send(props.person, sent).then((outcome) => {
        busy.value = false;
        said.value = outcome.kind === "failed" ? outcome.reasons : [];
      });
    },
  };
  function type(digit: string): void {
    said.value = [];
    if (pin.value.length < MAX_DIGITS) pin.value += digit;
  }
  return (
    <div class="pin">
      <div class="entry">
        <h2>{PIN.enter(props.person.name)}</h2>
        <div class="dots" role="status" aria-label={PIN.digits(pin.value.length)}>
          {Array.from({ length: MAX_DIGITS }, (_, n) => (
            <i key={n} class={n < pin.value.length ? "full" : n < MIN_DIGITS ? "" : "more"} />
          ))}
        </div>
        <p class="bad" role="alert">
          {said.value.join("; ")}
        </p>
        <div class="decide">
          <button type="button" onClick={props.onBack}>
            {PIN.back}
          </button>
          {props.confirm(entry)}
        </div>
      </div>
      <div class="keys">
        {["1", "2", "3", "4", "5", "6", "7", "8", "9"].map((digit) => (
          <button key={digit} type="button" onClick={() => type(digit)}>
            {digit}
          </button>
        ))}
        <button type="button" class="word" onClick={() => (pin.value = "")}>
          {PIN.clear}
        </button>
        <button type="button" onClick={() => type("0")}>
          0
        </button>
        <button type="button" aria-label={PIN.erase} onClick={() => (pin.value = pin.value.slice(0, -1))}>
          <Icon name="erase" />
        </button>
      </div>
    </div>
  );
}
