/** The shift report: the shift that goes on, earlier ones, the hand-over note and the signature. In the page's place. */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Outcome } from "../call.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { PinPad } from "../parts/PinPad.tsx";
import { Write } from "../parts/Write.tsx";
import { writing } from "../parts/writing.ts";
import { asking, type Person, tell } from "../state.ts";
import { readShift, signShift, type ToldShift, writeNote } from "./calls.ts";
import { List } from "./List.tsx";
import { Report } from "./Report.tsx";
import { SHIFT } from "./words.ts";
import "../style/setup.css";
import "../style/shift.css";

type Place =
  | { readonly kind: "report" }
  | { readonly kind: "list" }
  | { readonly kind: "sign"; readonly told: ToldShift }
  | { readonly kind: "note"; readonly told: ToldShift; readonly text: string };

const NOTE_MAX = 1_000;

/** What is known of the shift that is looked at; an earlier answer stays while the next one is awaited. */
export interface Known {
  readonly told: ToldShift | undefined;
  readonly problems: readonly string[];
}

function useShift(): { id: Signal<string>; known: Signal<Known>; read: () => void } {
  const id = useSignal("current");
  const known = useSignal<Known>({ told: undefined, problems: [] });
  const read = (): void => {
    const asked = id.peek();
    known.value = { ...known.peek(), problems: [] };
    void readShift(asked).then((outcome) => {
      if (id.peek() !== asked) return;
      if (outcome.kind === "ok") known.value = { told: outcome.value, problems: [] };
      if (outcome.kind === "failed") known.value = { ...known.peek(), problems: outcome.reasons };
    });
  };
  useEffect(() => {
    known.value = { told: undefined, problems: [] };
    read();
  }, [id.value]);
  return { id, known, read };
}

export function Shift() {
  const { id, known, read } = useShift();
  const place = useSignal<Place>({ kind: "report" });
  // A text that is written here is nobody's when the page goes.
  useEffect(
    () => () => {
      writing.value = undefined;
    },
    [],
  );
  const toReport = (): void => {
    place.value = { kind: "report" };
  };
  if (writing.value !== undefined) return <Write writing={writing.value} />;
  const at = place.value;
  switch (at.kind) {
    case "list":
      return (
        <List
          onBack={toReport}
          onPick={(picked) => {
            id.value = picked;
            toReport();
          }}
        />
      );
    case "report":
      return (
        <Report
          known={known.value}
          onClose={() => {
            asking.value = undefined;
          }}
          onRead={read}
          onList={() => {
            place.value = { kind: "list" };
          }}
          onSign={(told) => {
            place.value = { kind: "sign", told };
          }}
          onNote={(told) =>
            write(told, (text) => {
              place.value = { kind: "note", told, text };
            })
          }
        />
      );
    case "sign":
      return (
        <ByPin
          title={SHIFT.signWho}
          does={SHIFT.signDo}
          only={(person) => person.role !== "operator"}
          onCancel={toReport}
          send={async (person, pin) => {
            const outcome = await signShift(at.told, { person, pin });
            return done(outcome, SHIFT.signed, [toReport, read]);
          }}
        />
      );
    case "note":
      return (
        <ByPin
          title={SHIFT.noteWho}
          does={SHIFT.noteSave}
          onCancel={toReport}
          send={async (person, pin) => {
            const outcome = await writeNote(at.told, at.text, { person, pin });
            return done(outcome, SHIFT.noteSaved, [toReport, read]);
          }}
        />
      );
  }
}

/** What refuses it is said on the pad. */
function done(outcome: Outcome<unknown>, title: string, then: readonly (() => void)[]): Outcome<unknown> {
  if (outcome.kind !== "ok") return outcome;
  tell("done", title);
  for (const step of then) step();
  return outcome;
}

function write({ notes }: ToldShift, onText: (text: string) => void): void {
  writing.value = {
    label: SHIFT.noteLabel,
    text: notes.at(-1)?.text ?? "",
    secret: false,
    maxLength: NOTE_MAX,
    onDone: (text) => {
      if (text.trim() !== "") onText(text.trim());
    },
  };
}

function ByPin(props: {
  readonly title: string;
  readonly does: string;
  readonly only?: (person: Person) => boolean;
  readonly onCancel: () => void;
  readonly send: (person: Person, pin: string) => Promise<Outcome<unknown>>;
}) {
  return (
    <Dialog name={props.title} look="gate" onCancel={props.onCancel}>
      <PinPad
        title={props.title}
        {...(props.only === undefined ? {} : { only: props.only })}
        nobodyMay={SHIFT.nobodyMay}
        onCancel={props.onCancel}
        confirm={(entry) => (
          <button
            type="button"
            class="primary"
            disabled={!entry.ready}
            onClick={() => entry.submit(props.send)}
          >
            {props.does}
          </button>
        )}
      />
    </Dialog>
  );
}
