/** What is asked before an output moves, or something is removed. */
import { useSignal } from "@preact/signals";
import { report } from "../actions.ts";
import type { Outcome } from "../call.ts";
import { Stepper } from "../parts/Fields.tsx";
import { Question } from "../parts/Question.tsx";
import { tell } from "../state.ts";
import { COMMANDS, SET_UP } from "../words.ts";
import { relaysReplaced, removeBoard, removeOutput, testOutput } from "./calls.ts";
import { stepFor } from "./Home.tsx";
import type { PageProps } from "./Outputs.tsx";
import { type Place, place } from "./place.ts";
import { driveFor } from "./run.ts";
import { OUTPUTS, REMOVE, REPLACED, TRY, whatMoves } from "./words.ts";

const SECONDS = { least: 1, usual: 3, most: 10 } as const;

/** How long an output is tried out. */
export function Seconds(props: { readonly value: number; readonly onStep: (seconds: number) => void }) {
  return (
    <Stepper
      label={TRY.seconds}
      fewer={TRY.fewer}
      more={TRY.more}
      value={props.value}
      min={SECONDS.least}
      max={SECONDS.most}
      onStep={props.onStep}
    />
  );
}

export function AskTest(props: PageProps & { readonly id: string }) {
  const { view, id } = props;
  const seconds = useSignal<number>(SECONDS.usual);
  const busy = useSignal(false);
  const output = view.outputs.find((each) => each.id === id);
  const back = (): void => {
    place.value = { kind: "output", id };
  };
  if (output === undefined) return null;
  const step = stepFor(output);
  const drive = driveFor(step, output);
  const start = async (): Promise<void> => {
    busy.value = true;
    const outcome = await testOutput(id, drive, seconds.value);
    back();
    report(outcome, { done: TRY.started(output.name), command: TRY.title(output.name) });
  };
  return (
    <Question
      ask={TRY.title(output.name)}
      yes={TRY.start}
      busy={busy.value}
      onYes={() => void start()}
      onNo={back}
    >
      <p class="moves">{whatMoves(step, drive, seconds.value)}</p>
      <p>
        {output.role === "run-permit" && `${TRY.permit} `}
        {TRY.look}
      </p>
      <Seconds
        value={seconds.value}
        onStep={(next) => {
          seconds.value = next;
        }}
      />
    </Question>
  );
}

interface RemovalProps {
  readonly name: string;
  readonly means: string;
  readonly from: Place;
  readonly remove: () => Promise<Outcome<undefined>>;
}

function AskRemove(props: RemovalProps) {
  const { name, from } = props;
  const busy = useSignal(false);
  const remove = async (): Promise<void> => {
    busy.value = true;
    const outcome = await props.remove();
    busy.value = false;
    if (outcome.kind === "ok") {
      place.value = { kind: "home" };
      tell("done", OUTPUTS.removed(name));
    } else if (outcome.kind === "failed") {
      place.value = from;
      tell("refused", COMMANDS.failed(REMOVE.yes), outcome.reasons);
    }
  };
  return (
    <Question
      ask={REMOVE.ask(name)}
      yes={REMOVE.yes}
      busy={busy.value}
      onYes={() => void remove()}
      onNo={() => {
        place.value = from;
      }}
    >
      <p>
        {props.means} {SET_UP.anew}
      </p>
    </Question>
  );
}

export function AskRemoveOutput(props: PageProps & { readonly id: string }) {
  const { view, id } = props;
  const name = view.outputs.find((each) => each.id === id)?.name ?? id;
  return (
    <AskRemove
      name={name}
      means={REMOVE.output}
      from={{ kind: "output", id }}
      remove={() => removeOutput(id)}
    />
  );
}

export function AskRemoveBoard(props: { readonly id: string }) {
  const { id } = props;
  return (
    <AskRemove
      name={id}
      means={REMOVE.board(id)}
      from={{ kind: "board", id }}
      remove={() => removeBoard(id)}
    />
  );
}

export function AskReplaced(props: { readonly id: string }) {
  const { id } = props;
  const busy = useSignal(false);
  const back = (): void => {
    place.value = { kind: "board", id };
  };
  const replaced = async (): Promise<void> => {
    busy.value = true;
    const outcome = await relaysReplaced(id);
    back();
    report(outcome, { done: REPLACED.done, command: REPLACED.yes });
  };
  return (
    <Question
      ask={REPLACED.ask(id)}
      yes={REPLACED.yes}
      busy={busy.value}
      onYes={() => void replaced()}
      onNo={back}
    >
      <p>{REPLACED.means}</p>
    </Question>
  );
}
