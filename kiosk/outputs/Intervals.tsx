/** How often the tests are due, and whether run permits wait for the one of the day. */
import { useSignal } from "@preact/signals";
import type { FieldError } from "../call.ts";
import { Asked } from "../parts/Asked.tsx";
import { Choice, TextField } from "../parts/Fields.tsx";
import { Head } from "../parts/Head.tsx";
import { tell } from "../state.ts";
import { type Intervals as Days, saveIntervals } from "./calls.ts";
import { toHome } from "./OutputPage.tsx";
import type { Known } from "./Outputs.tsx";
import { place } from "./place.ts";
import { Sheet, tellRefusal } from "./Sheet.tsx";
import { INTERVALS, OUTPUTS } from "./words.ts";

const DIGITS_MAX = 3;
const DAYS = ["relayDays", "proofDays", "walkDays"] as const;

const NO_OR_YES = [
  [false, OUTPUTS.no],
  [true, OUTPUTS.yes],
] as const;

interface Entered {
  readonly relayDays: string;
  readonly proofDays: string;
  readonly withholdPermit: boolean;
  readonly walkDays: string;
  readonly demandWalk: boolean;
  readonly errors: readonly FieldError[];
}

export function Intervals(props: { readonly known: Known }) {
  const { settings, problems } = props.known;
  if (settings !== undefined) return <Form tests={settings.tests} />;
  return (
    <div class="setup">
      <Head title={OUTPUTS.intervals} onBack={toHome} />
      <Asked
        waiting={OUTPUTS.waiting}
        problems={problems}
        onAgain={() => {
          place.value = { kind: "intervals" };
        }}
      />
    </div>
  );
}

function Form(props: { readonly tests: Days }) {
  const { relayDays, proofDays, walkDays, ...asked } = props.tests;
  const entered = useSignal<Entered>({
    relayDays: String(relayDays),
    proofDays: String(proofDays),
    walkDays: String(walkDays),
    ...asked,
    errors: [],
  });
  const at = entered.value;
  const enter = (change: Partial<Entered>): void => {
    const errors = entered.peek().errors.filter(({ path }) => !(path in change));
    entered.value = { ...entered.peek(), errors, ...change };
  };
  const save = async (): Promise<void> => {
    const { errors: _, ...tests } = at;
    const outcome = await saveIntervals({
      ...tests,
      relayDays: Number(tests.relayDays),
      proofDays: Number(tests.proofDays),
      walkDays: Number(tests.walkDays),
    });
    if (outcome.kind === "ok") {
      toHome();
      tell("done", INTERVALS.saved);
    } else if (outcome.kind === "failed") {
      enter({ errors: outcome.errors });
      tellRefusal(outcome);
    }
  };
  return (
    <Sheet
      title={OUTPUTS.intervals}
      others={at.errors.filter(({ path }) => !DAYS.some((member) => member === path))}
      onCancel={toHome}
      save={save}
    >
      <div class="fields">
        {DAYS.map((member) => (
          <TextField
            key={member}
            label={INTERVALS[member]}
            text={at[member]}
            maxLength={DIGITS_MAX}
            error={at.errors.find(({ path }) => path === member)?.message}
            onDone={(text) => enter({ [member]: text })}
          />
        ))}
      </div>
      <div class="fields">
        <Choice
          label={INTERVALS.withhold}
          titled
          options={NO_OR_YES}
          isChosen={(withholds) => at.withholdPermit === withholds}
          onChoose={(withholds) => enter({ withholdPermit: withholds })}
        />
        <Choice
          label={INTERVALS.demandWalk}
          titled
          options={NO_OR_YES}
          isChosen={(demands) => at.demandWalk === demands}
          onChoose={(demands) => enter({ demandWalk: demands })}
        />
      </div>
    </Sheet>
  );
}
