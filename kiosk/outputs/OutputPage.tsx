/** One output: what it should be and is, how it has dropped and worn, and what can be done with it. */
import type { OutputView, View } from "../../server/domain/view.ts";
import { report } from "../actions.ts";
import { DRIVES, ROLES } from "../codes.ts";
import { Head } from "../parts/Head.tsx";
import { Icon } from "../parts/Icon.tsx";
import { inside } from "../say.ts";
import { lastViewAt, now } from "../state.ts";
import { countdown } from "../text.ts";
import { STRIP } from "../words.ts";
import { endTest, type ListedBoard } from "./calls.ts";
import type { PageProps } from "./Outputs.tsx";
import { editOutput, place } from "./place.ts";
import { OUTPUT, OUTPUTS, TRY } from "./words.ts";

export function toHome(): void {
  place.value = { kind: "home" };
}

/** What an output is, in few words, and whether somebody has to see to it. */
export function stateOf(output: OutputView, view: View): { readonly text: string; readonly bad: boolean } {
  const { readback, demand } = output;
  const tested = view.tests.find((test) => test.output === output.id);
  if (tested !== undefined) return { text: TRY.running(tested.drive, timeLeft(tested.leftMs)), bad: false };
  const dropped = output.role === "run-permit" && readback !== "energised";
  const apart = isApart(output, "second") || isApart(output, "feedback");
  return {
    text: apart ? OUTPUT.contradicted(readback) : DRIVES[readback],
    bad: apart || readback !== demand || dropped,
  };
}

/** Whether the second channel or the feedback contact says something else than the read-back. */
function isApart(output: OutputView, part: "second" | "feedback"): boolean {
  return output[part] !== undefined && output[part] !== output.readback;
}

/** Counts on between two views. */
function timeLeft(leftMs: number): string {
  return countdown(leftMs - Math.max(0, now.value - lastViewAt.value));
}

export function OutputPage(props: PageProps & { readonly id: string }) {
  const { view, known, id } = props;
  const output = view.outputs.find((each) => each.id === id);
  const config = known.settings?.outputs.find((each) => each.id === id);
  if (output === undefined)
    return (
      <div class="setup">
        <Head title={OUTPUTS.gone} onBack={toHome} />
      </div>
    );
  const state = stateOf(output, view);
  return (
    <div class="setup">
      <Head
        title={output.name}
        note={
          <small class={state.bad ? "bad" : ""}>
            {state.bad && <Icon name="wrong" />}
            {state.text}
          </small>
        }
        onBack={toHome}
      >
        <button
          type="button"
          aria-label={OUTPUT.editThis(output.name)}
          disabled={config === undefined}
          onClick={() => config !== undefined && editOutput(config, output.horn)}
        >
          {OUTPUT.edit}
        </button>
        <button
          type="button"
          aria-label={OUTPUT.removeThis(output.name)}
          onClick={() => {
            place.value = { kind: "remove-output", id };
          }}
        >
          {OUTPUT.remove}
        </button>
        <TestButton output={output} view={view} />
      </Head>
      <div class="half scrolls">
        {known.problems.map((problem) => (
          <p key={problem} class="bad">
            {problem}
          </p>
        ))}
        <div class="card">
          <p class="why">{output.why}</p>
          {output.readback !== output.demand && (
            <p class="bad">{STRIP.mismatch(output.demand, output.readback)}</p>
          )}
          <Facts {...props} output={output} />
        </div>
      </div>
    </div>
  );
}

function TestButton(props: { readonly output: OutputView; readonly view: View }) {
  const { id, name } = props.output;
  const runs = props.view.tests.some((test) => test.output === id);
  return runs ? (
    <button
      type="button"
      class="primary"
      aria-label={TRY.stopThis(name)}
      onClick={() => void stopTest(id, name)}
    >
      {TRY.stop}
    </button>
  ) : (
    <button
      type="button"
      class="primary"
      aria-label={OUTPUT.testThis(name)}
      onClick={() => {
        place.value = { kind: "try", id };
      }}
    >
      {OUTPUT.test}
    </button>
  );
}

async function stopTest(id: string, name: string): Promise<void> {
  report(await endTest(id), { done: TRY.stopped(name), command: TRY.stop });
}

function Facts(props: PageProps & { readonly output: OutputView }) {
  const { output, known, view } = props;
  const config = known.settings?.outputs.find((each) => each.id === output.id);
  const { second, feedback, zones, pulseMs } = config ?? {};
  const zoneNames = zones?.map((zone) => view.zones.find(({ id }) => id === zone)?.name ?? zone);
  const wear = (board: string, channel: number) => wearOf(known.boards, board, channel);
  const told = (part: "second" | "feedback", where: string): string =>
    isApart(output, part)
      ? OUTPUT.contradicts(where, output[part] ?? "unknown")
      : OUTPUT.says(where, output[part] ?? "unknown");
  const facts: readonly (readonly [name: string, value: string | undefined, bad?: boolean])[] = [
    [OUTPUT.role, ROLES[output.role]],
    [OUTPUT.place, OUTPUT.where(output.board, output.channel)],
    [OUTPUT.zones, zoneNames?.length === 0 ? OUTPUT.everyZone : zoneNames?.join(", ")],
    [OUTPUT.pulse, output.role === "pulse" && pulseMs !== undefined ? OUTPUT.ms(pulseMs) : undefined],
    [OUTPUT.demand, DRIVES[output.demand]],
    [OUTPUT.readback, DRIVES[output.readback], output.readback !== output.demand],
    [
      OUTPUT.second,
      second && told("second", OUTPUT.where(second.board, second.channel)),
      isApart(output, "second"),
    ],
    [
      OUTPUT.feedback,
      feedback && told("feedback", OUTPUT.contact(feedback.board, feedback.input)),
      isApart(output, "feedback"),
    ],
    [OUTPUT.lastDrop, output.lastDropMs === undefined ? OUTPUT.notYet : OUTPUT.ms(output.lastDropMs)],
    [OUTPUT.operations, wear(output.board, output.channel)],
    [`${OUTPUT.operations}, ${inside(OUTPUT.second)}`, second && wear(second.board, second.channel)],
  ];
  return (
    <dl class="particulars">
      {facts.map(
        ([name, value, bad = false]) =>
          value !== undefined && (
            <div key={name}>
              <dt>{name}</dt>
              <dd class={bad ? "bad" : ""}>
                {bad && <Icon name="wrong" />}
                {value}
              </dd>
            </div>
          ),
      )}
    </dl>
  );
}

/** How often the channel has switched, and what share of its relay's life that is. */
function wearOf(boards: readonly ListedBoard[], id: string, channel: number): string | undefined {
  const board = boards.find((each) => each.id === id);
  const count = board?.operations[channel - 1];
  if (board === undefined || count === undefined) return undefined;
  return OUTPUT.worn(count, Math.floor((100 * count) / board.ratedOperations), board.ratedOperations);
}
