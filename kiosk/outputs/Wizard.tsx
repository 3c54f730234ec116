/** Leads through a test of every output: what moves, what the box measured, what the person saw, and the record. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { OutputView } from "../../server/domain/view.ts";
import { TextField } from "../parts/Fields.tsx";
import { Head } from "../parts/Head.tsx";
import { now, tell } from "../state.ts";
import { COMMANDS } from "../words.ts";
import { endTest, recordTest, testOutput } from "./calls.ts";
import { toHome } from "./OutputPage.tsx";
import type { PageProps } from "./Outputs.tsx";
import { place, run } from "./place.ts";
import { Seconds } from "./Questions.tsx";
import {
  answered,
  canAnswer,
  driveFor,
  lacks,
  type Run,
  refused,
  repeated,
  type Step,
  started,
  stepOf,
  watched,
} from "./run.ts";
import { OUTPUTS, question, RUN, resultLine, TRY, whatMoves } from "./words.ts";

const NOTE_MAX = 300;

export function Wizard(props: PageProps) {
  const { view } = props;
  const at = run.value;
  useEffect(() => {
    if (run.value !== undefined) run.value = watched(run.value, view, now.peek());
  }, [view]);
  if (at === undefined) return null;
  const step = stepOf(at);
  const leave = (): void => {
    if (at.phase.kind === "running" && step !== undefined) void endTest(step.output);
    run.value = undefined;
    toHome();
  };
  const title =
    at.steps.length > 0 && step === undefined
      ? RUN.summary(RUN[at.test])
      : `${RUN[at.test]}: ${RUN.at(at.at + 1, at.steps.length)}`;
  return (
    <div class="setup wizard">
      <Head title={at.steps.length === 0 ? RUN[at.test] : title} onBack={leave} back={RUN.leave} />
      {at.leftOut.length > 0 && <p class="how">{RUN.leftOut(at.leftOut.join(", "))}</p>}
      {at.steps.length === 0 && (
        <div class="nothing">
          <strong>{RUN.nothing}</strong>
          <p>{RUN.nothingHow}</p>
        </div>
      )}
      {step !== undefined && (
        <At
          key={at.at}
          {...props}
          run={at}
          step={step}
          output={view.outputs.find(({ id }) => id === step.output)}
        />
      )}
      {at.steps.length > 0 && step === undefined && <Summary {...props} run={at} />}
    </div>
  );
}

interface AtProps {
  readonly run: Run;
  readonly step: Step;
  readonly output: OutputView | undefined;
}

function At(props: AtProps) {
  return props.run.phase.kind === "ready" ? <Ready {...props} /> : <Asked {...props} />;
}

function Ready(props: AtProps) {
  const { run: at, step, output } = props;
  const busy = useSignal(false);
  const drive = driveFor(step, output);
  const why = at.phase.kind === "ready" ? at.phase.refused : [];
  const start = async (): Promise<void> => {
    busy.value = true;
    const outcome = await testOutput(step.output, drive, at.seconds);
    busy.value = false;
    // Somebody may have left the test meanwhile.
    if (run.peek() !== at) return;
    if (outcome.kind === "ok") run.value = started(at, drive, performance.now());
    if (outcome.kind === "failed") run.value = refused(at, outcome.reasons);
  };
  return (
    <div class="step">
      <h3 class="moves">{whatMoves(step, drive, at.seconds)}</h3>
      {at.test === "proof" && <p>{RUN.proofBegin}</p>}
      <p>{TRY.look}</p>
      {step.role !== "run-permit" && (
        <Seconds
          value={at.seconds}
          onStep={(seconds) => {
            run.value = { ...at, seconds };
          }}
        />
      )}
      <p class="bad" role="alert">
        {why.join(". ")}
      </p>
      {why.length > 0 && <p>{RUN.refusedHow}</p>}
      <div class="decide">
        {why.length > 0 && (
          <button
            type="button"
            onClick={() => {
              run.value = answered(at, false, [RUN.notTestedNote(why.join(". "))]);
            }}
          >
            {RUN.notTested}
          </button>
        )}
        <button type="button" class="primary" disabled={busy.value} onClick={() => void start()}>
          {RUN.start}
        </button>
      </div>
    </div>
  );
}

function Asked(props: AtProps) {
  const { run: at, step } = props;
  const { phase } = at;
  if (phase.kind === "ready") return null;
  const { drive } = phase;
  const may = canAnswer(at);
  const answer = (yes: boolean): void => {
    if (phase.kind === "running") void endTest(step.output);
    run.value = answered(
      at,
      yes,
      lacks(at).map((part) => RUN.neverSaid[part](drive)),
    );
  };
  return (
    <div class="step">
      <h3>{step.name}</h3>
      <Measured {...props} />
      <p class="asks">{question(step, drive, at.test)}</p>
      <div class="decide">
        <button type="button" disabled={!may} onClick={() => answer(false)}>
          {OUTPUTS.no}
        </button>
        <button type="button" class="primary" disabled={!may} onClick={() => answer(true)}>
          {OUTPUTS.yes}
        </button>
      </div>
      {!may && <p role="status">{RUN.wait}</p>}
      <div class="pair">
        <TextField
          label={RUN.note}
          text={at.note}
          empty={RUN.noNote}
          maxLength={NOTE_MAX}
          error={undefined}
          onDone={(note) => {
            const newest = run.peek();
            if (newest !== undefined) run.value = { ...newest, note };
          }}
        />
        <button
          type="button"
          disabled={phase.kind === "running"}
          onClick={() => {
            run.value = repeated(at);
          }}
        >
          {RUN.again}
        </button>
      </div>
    </div>
  );
}

/** What the box found by itself, place by place. */
function Measured(props: AtProps) {
  const { run: at, output } = props;
  const missing = lacks(at);
  const over = at.phase.kind === "over";
  const places = (["readback", "second", "feedback"] as const).filter(
    (part) => part === "readback" || output?.[part] !== undefined,
  );
  return (
    <dl class="measured">
      {places.map((part) => {
        const open = missing.includes(part);
        return (
          <div key={part}>
            <dt>{RUN.measured[part]}</dt>
            <dd class={open && over ? "bad" : ""}>
              {open ? (over ? RUN.disagrees : RUN.notYet) : RUN.agrees}
            </dd>
          </div>
        );
      })}
      {output?.lastDropMs !== undefined && over && <div>{RUN.drop(output.lastDropMs)}</div>}
    </dl>
  );
}

function Summary(props: PageProps & { readonly run: Run }) {
  const { run: at, view } = props;
  const busy = useSignal(false);
  const outputOf = (id: string): OutputView | undefined => view.outputs.find((output) => output.id === id);
  const failed = at.results.filter(({ passed }) => !passed).length;
  const save = async (): Promise<void> => {
    busy.value = true;
    const outcome = await recordTest(at.test, at.results, at.remark);
    busy.value = false;
    if (outcome.kind === "ok") {
      run.value = undefined;
      place.value = { kind: "home" };
      tell("done", RUN.saved);
    } else if (outcome.kind === "failed") tell("refused", COMMANDS.failed(RUN.save), outcome.reasons);
  };
  return (
    <div class="step">
      <h3 class={failed > 0 ? "bad" : ""}>{failed > 0 ? RUN.failedSome(failed) : RUN.passedAll}</h3>
      <ul class="results scrolls">
        {at.results.map((result) => {
          const output = outputOf(result.output);
          return (
            <li key={result.output} class={result.passed ? "" : "bad"}>
              {resultLine(result, output?.name ?? result.output)}
              {output?.lastDropMs !== undefined && <small> {RUN.drop(output.lastDropMs)}</small>}
            </li>
          );
        })}
      </ul>
      <TextField
        label={RUN.remark}
        text={at.remark}
        empty={RUN.noNote}
        maxLength={NOTE_MAX}
        error={undefined}
        onDone={(remark) => {
          const newest = run.peek();
          if (newest !== undefined) run.value = { ...newest, remark };
        }}
      />
      <div class="decide">
        <button type="button" class="primary" disabled={busy.value} onClick={() => void save()}>
          {RUN.save}
        </button>
      </div>
    </div>
  );
}
