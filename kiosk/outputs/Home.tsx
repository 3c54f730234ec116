/** Every output and every board as it is now, when the tests are due, and the ways to everything else. */
import type { BoardView, OutputView } from "../../server/domain/view.ts";
import { ROLES } from "../codes.ts";
import { Head } from "../parts/Head.tsx";
import { Icon } from "../parts/Icon.tsx";
import { soundTest, testSound } from "../sound.ts";
import { room } from "../state.ts";
import { clockDate } from "../text.ts";
import { LOST } from "../words.ts";
import type { OutputTests } from "./calls.ts";
import { stateOf, toHome } from "./OutputPage.tsx";
import type { PageProps } from "./Outputs.tsx";
import { newOutput, place, run } from "./place.ts";
import { beginRun, type Step } from "./run.ts";
import { BOARD, OUTPUT, OUTPUTS, RUN, SOUND } from "./words.ts";

export function Home(props: PageProps) {
  const { view, known } = props;
  const [board] = view.boards;
  return (
    <div class="setup">
      <Head
        title={OUTPUTS.title}
        onBack={() => {
          room.value = "workshop";
        }}
      >
        <button
          type="button"
          onClick={() => {
            place.value = { kind: "add-board" };
          }}
        >
          {OUTPUTS.addBoard}
        </button>
        <button
          type="button"
          class="primary"
          disabled={board === undefined}
          onClick={() => board !== undefined && newOutput(board.id)}
        >
          {OUTPUTS.addOutput}
        </button>
      </Head>
      <div class="halves outputs together">
        <div class="half scrolls">
          {known.problems.length > 0 && (
            <div class="asked beside" role="alert">
              <p class="bad">{known.problems.join("; ")}</p>
              <button type="button" onClick={toHome}>
                {LOST.again}
              </button>
            </div>
          )}
          {view.outputs.length === 0 && (
            <div class="nothing low">
              <strong>{OUTPUTS.none}</strong>
              <p>{OUTPUTS.noneHow}</p>
            </div>
          )}
          <ul class="rows" aria-label={OUTPUTS.title}>
            {view.outputs.map((output) => (
              <li key={output.id}>
                <OutputRow {...props} output={output} />
              </li>
            ))}
          </ul>
          <h3>{OUTPUTS.boards}</h3>
          {view.boards.length === 0 && <p class="muted">{OUTPUTS.noBoards}</p>}
          <ul class="rows" aria-label={OUTPUTS.boards}>
            {view.boards.map((each) => (
              <li key={each.id}>
                <BoardRow board={each} />
              </li>
            ))}
          </ul>
        </div>
        <div class="half scrolls">
          <Ways />
          <Tests {...props} />
        </div>
      </div>
    </div>
  );
}

function OutputRow(props: PageProps & { readonly output: OutputView }) {
  const { output, view } = props;
  const state = stateOf(output, view);
  return (
    <button
      type="button"
      class="row"
      aria-label={output.name}
      onClick={() => {
        place.value = { kind: "output", id: output.id };
      }}
    >
      <span class="who">
        <b>{output.name}</b>
        <em class={state.bad ? "bad" : ""}>
          {state.bad && <Icon name="wrong" />}
          {state.text}
        </em>
        <small>
          {ROLES[output.role]}, {OUTPUT.where(output.board, output.channel)}
        </small>
      </span>
    </button>
  );
}

function BoardRow(props: { readonly board: BoardView }) {
  const { id, title, state, why, identity } = props.board;
  return (
    <button
      type="button"
      class="row"
      aria-label={id}
      onClick={() => {
        place.value = { kind: "board", id };
      }}
    >
      <span class="who">
        <b>{id}</b>
        <em class={state === "lost" ? "bad" : ""}>
          {state === "lost" && <Icon name="wrong" />}
          {BOARD[state]}
        </em>
        <small>{[title, identity].filter(Boolean).join(", ")}</small>
        {why !== undefined && <small>{why}</small>}
      </span>
    </button>
  );
}

function Tests(props: PageProps) {
  const { known, view } = props;
  const { tests } = known;
  const { timezone } = view.site;
  return (
    <div class="card tests">
      <h3>{OUTPUTS.tests}</h3>
      {tests === undefined && known.problems.length === 0 && <p>{OUTPUTS.waiting}</p>}
      {tests?.withheld !== undefined && <p class="why bad">{tests.withheld}</p>}
      {tests !== undefined &&
        (["relay", "proof"] as const).map((test) => (
          <div key={test} class="due">
            <div>
              <b>{RUN[test]}</b>
              <p>{dueText(tests[test], timezone)}</p>
            </div>
            <button
              type="button"
              disabled={tests[test].dueWallAt === null}
              onClick={() => begin(test, props)}
            >
              {test === "relay" ? RUN.runRelay : RUN.runProof}
            </button>
          </div>
        ))}
      <div class="due">
        <div>
          <b>{RUN.walk}</b>
          <p>{RUN.walkHow}</p>
        </div>
        <button
          type="button"
          onClick={() => {
            room.value = "walks";
          }}
        >
          {RUN.runWalk}
        </button>
      </div>
      <div class="due">
        <div>
          <b>{SOUND.title}</b>
          <p>{soundTest.value === undefined ? SOUND.how : SOUND.now[soundTest.value]}</p>
        </div>
        <button type="button" onClick={testSound}>
          {soundTest.value === undefined ? SOUND.test : SOUND.end}
        </button>
      </div>
    </div>
  );
}

function Ways() {
  return (
    <div class="deeds">
      <button
        type="button"
        onClick={() => {
          place.value = { kind: "records" };
        }}
      >
        {OUTPUTS.records}
      </button>
      <button
        type="button"
        onClick={() => {
          place.value = { kind: "intervals" };
        }}
      >
        {OUTPUTS.intervals}
      </button>
      <button
        type="button"
        onClick={() => {
          place.value = { kind: "tower" };
        }}
      >
        {OUTPUTS.tower}
      </button>
    </div>
  );
}

function dueText({ lastWallAt, dueWallAt, overdue }: OutputTests["relay"], timezone: string) {
  if (dueWallAt === null) return RUN.nothingDue;
  const due = clockDate(dueWallAt, timezone);
  return (
    <>
      {lastWallAt === null ? RUN.never : RUN.last(clockDate(lastWallAt, timezone))},{" "}
      <b class={overdue ? "bad" : ""}>{overdue ? RUN.overdue(due) : RUN.due(due)}</b>
    </>
  );
}

function begin(test: "relay" | "proof", { view, known }: PageProps): void {
  run.value = beginRun(test, view.outputs.map(stepFor), { withheld: known.tests?.withheld !== undefined });
  place.value = { kind: "run" };
}

/** An output as tests know it. */
export function stepFor({ id: output, name, role, horn }: OutputView): Step {
  return { output, name, role, horn };
}
