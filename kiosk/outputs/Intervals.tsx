/** How often the tests are due, and whether run permits wait for the one of the day. */
import { useSignal } from "@preact/signals";
import type { FieldError } from "../call.ts";
import { Choice, TextField } from "../parts/Fields.tsx";
import { Head } from "../parts/Head.tsx";
import { tell } from "../state.ts";
import { type Intervals as Days, saveIntervals } from "./calls.ts";
import { toHome } from "./OutputPage.tsx";
import type { Known } from "./Outputs.tsx";
import { Sheet, tellRefusal } from "./Sheet.tsx";
import { INTERVALS, OUTPUTS } from "./words.ts";

const DIGITS_MAX = 3;

interface Entered {
  readonly relayDays: string;
  readonly proofDays: string;
  readonly withholdPermit: boolean;
  readonly errors: readonly FieldError[];
}

export function Intervals(props: { readonly known: Known }) {
  const { settings, problems } = props.known;
  if (settings !== undefined) return <Form tests={settings.tests} />;
  return (
    <div class="setup">
      <Head title={OUTPUTS.intervals} onBack={toHome} />
      {problems.map((problem) => (
        <p key={problem} class="bad">
          {problem}
        </p>
      ))}
    </div>
  );
}

function Form(props: { readonly tests: Days }) {
  const { relayDays, proofDays, withholdPermit } = props.tests;
  const entered = useSignal<Entered>({
    relayDays: String(relayDays),
    proofDays: String(proofDays),
    withholdPermit,
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
      others={at.errors.filter(({ path }) => path !== "relayDays" && path !== "proofDays")}
      onCancel={toHome}
      save={save}
    >
      <div class="fields">
        {(["relayDays", "proofDays"] as const).map((member) => (
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
      <Choice
        label={INTERVALS.withhold}
        titled
        options={[
          [true, OUTPUTS.yes],
          [false, OUTPUTS.no],
        ]}
        isChosen={(withholds) => at.withholdPermit === withholds}
        onChoose={(withholds) => enter({ withholdPermit: withholds })}
      />
    </Sheet>
  );
}
