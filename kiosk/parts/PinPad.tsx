/** Who, then the PIN: name tiles, then keys of 20 mm. What is entered dies with the pad. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { PIN_DIGITS } from "../../server/domain/pin.ts";
import { people } from "../actions.ts";
import { call, type Outcome } from "../call.ts";
import { USER_ROLES } from "../codes.ts";
import { useBadge } from "../people/badge.ts";
import { notice, type Person, tell } from "../state.ts";
import { PIN } from "../words.ts";
import { Asked } from "./Asked.tsx";
import { Icon } from "./Icon.tsx";

const { least: MIN_DIGITS, most: MAX_DIGITS } = PIN_DIGITS;

export interface Entry {
  readonly ready: boolean;
  readonly submit: (send: (person: Person, pin: string) => Promise<Outcome<unknown>>) => void;
}

interface Props {
  readonly title: string;
  readonly only?: (person: Person) => boolean;
  /** The one person it can be. */
  readonly fixed?: Person;
  /** Who may sign in, once the box has told. */
  readonly onNames?: (people: readonly Person[]) => void;
  /** What to say where nobody is set up at all. */
  readonly nobodyHow?: string;
  /** What to say where people are set up, but none of these. */
  readonly nobodyMay?: string;
  readonly confirm: (entry: Entry) => ComponentChildren;
  /** Further ways beside the names. */
  readonly children?: ComponentChildren;
  readonly onCancel?: () => void;
}

export function PinPad(props: Props) {
  const names = useSignal<Outcome<readonly Person[]> | undefined>(undefined);
  const person = useSignal<Person | undefined>(props.fixed);
  useBadge((badge) => {
    if (person.peek() === undefined) void byBadge(badge, props).then((found) => (person.value = found));
  });
  const ask = (): void => {
    void people().then((outcome) => {
      names.value = outcome;
      if (outcome.kind === "ok") props.onNames?.(outcome.value);
    });
  };
  useEffect(ask, []);
  if (person.value !== undefined)
    return (
      <Keys
        {...props}
        person={person.value}
        onBack={() => {
          if (props.fixed === undefined) person.value = undefined;
          else props.onCancel?.();
        }}
      />
    );
  return (
    <div class="names">
      <h2>{props.title}</h2>
      <Names {...props} outcome={names.value} onPick={(picked) => (person.value = picked)} onAgain={ask} />
      <div class="besides">
        {props.children}
        {props.onCancel && (
          <button type="button" class="cancel" onClick={props.onCancel}>
            {PIN.cancel}
          </button>
        )}
      </div>
    </div>
  );
}

interface NamesProps extends Props {
  readonly outcome: Outcome<readonly Person[]> | undefined;
  readonly onPick: (person: Person) => void;
  readonly onAgain: () => void;
}

function Names(props: NamesProps) {
  const { outcome } = props;
  const pick = (person: Person): void => {
    notice.value = undefined; // it would lie over the keys
    props.onPick(person);
  };
  if (outcome?.kind !== "ok") {
    const problems = outcome?.kind === "failed" ? outcome.reasons : [];
    return <Asked waiting={PIN.loading} problems={problems} onAgain={props.onAgain} />;
  }
  const shown = outcome.value.filter(props.only ?? (() => true));
  if (shown.length === 0)
    return (
      <div class="nobody">
        <strong>{PIN.nobody}</strong>
        <p>{outcome.value.length === 0 ? (props.nobodyHow ?? PIN.nobodyHow) : props.nobodyMay}</p>
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

/** The person whose badge it is, where they may; else says why not. */
async function byBadge(badge: string, { only = () => true, nobodyMay }: Props): Promise<Person | undefined> {
  const outcome = await call({ method: "POST", path: "/api/badge", body: { badge } });
  if (outcome.kind === "failed") tell("refused", PIN.badge, outcome.reasons);
  if (outcome.kind !== "ok") return undefined;
  const person = outcome.value as Person;
  if (only(person)) return person;
  tell("refused", `${person.name}, ${USER_ROLES[person.role]}`, nobodyMay === undefined ? [] : [nobodyMay]);
  return undefined;
}

function Keys(props: Props & { readonly person: Person; readonly onBack: () => void }) {
  const { person, onBack, confirm } = props;
  return (
    <PinKeys
      title={PIN.enter(person.name)}
      onBack={onBack}
      confirm={({ ready, submit }) =>
        confirm({ ready, submit: (send) => submit((pin) => send(person, pin)) })
      }
    />
  );
}

/** A PIN that is being entered; what is sent is gone from the pad. */
export interface PinEntry {
  readonly ready: boolean;
  readonly submit: (send: (pin: string) => Promise<Outcome<unknown>>) => void;
}

interface PinKeysProps {
  readonly title: string;
  /** What a new PIN has to be, and how long at least. */
  readonly how?: string;
  readonly least?: number;
  /** What was wrong with the last one. */
  readonly wrong?: readonly string[];
  readonly onType?: () => void;
  readonly onBack: () => void;
  readonly confirm: (entry: PinEntry) => ComponentChildren;
}

export function PinKeys(props: PinKeysProps) {
  const { least = MIN_DIGITS } = props;
  const pin = useSignal("");
  const said = useSignal<readonly string[]>([]);
  const busy = useSignal(false);
  const entry: PinEntry = {
    ready: pin.value.length >= least && !busy.value,
    submit: (send) => {
      const sent = pin.value;
      // Emptied now: what is typed while the box thinks belongs to the next try.
      pin.value = "";
      busy.value = true;
      void send(sent).then((outcome) => {
        busy.value = false;
        said.value = outcome.kind === "failed" ? outcome.reasons : [];
      });
    },
  };
  function type(digit: string): void {
    said.value = [];
    props.onType?.();
    if (pin.value.length < MAX_DIGITS) pin.value += digit;
  }
  return (
    <div class="pin">
      <div class="entry">
        <h2>{props.title}</h2>
        {props.how !== undefined && <p class="how">{props.how}</p>}
        <div class="dots" role="status" aria-label={PIN.digits(pin.value.length)}>
          {Array.from({ length: MAX_DIGITS }, (_, n) => (
            <i key={n} class={n < pin.value.length ? "full" : n < least ? "" : "more"} />
          ))}
        </div>
        <p class="bad" role="alert">
          {[...(props.wrong ?? []), ...said.value].join("; ")}
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
