/** One board: whether it answers, what it can do, and how often each of its channels has switched. */
import { boardKind } from "../../server/domain/board.ts";
import { Head } from "../parts/Head.tsx";
import { atMost } from "../text.ts";
import type { ListedBoard } from "./calls.ts";
import { toHome } from "./OutputPage.tsx";
import type { PageProps } from "./Outputs.tsx";
import { editBoard, place } from "./place.ts";
import { BOARD, CARRIES, OUTPUT, OUTPUTS, READ_BACKS } from "./words.ts";

export function BoardPage(props: PageProps & { readonly id: string }) {
  const { view, known, id } = props;
  const board = view.boards.find((each) => each.id === id);
  const stored = known.boards.find((each) => each.id === id);
  if (board === undefined)
    return (
      <div class="setup">
        <Head title={OUTPUTS.gone} onBack={toHome} />
      </div>
    );
  return (
    <div class="setup">
      <Head
        title={board.id}
        note={<small class={board.state === "lost" ? "bad" : ""}>{BOARD[board.state]}</small>}
        onBack={toHome}
      >
        <button
          type="button"
          aria-label={OUTPUT.editThis(id)}
          disabled={stored === undefined}
          onClick={() => stored !== undefined && editBoard(stored)}
        >
          {OUTPUT.edit}
        </button>
        <button
          type="button"
          aria-label={OUTPUT.removeThis(id)}
          onClick={() => {
            place.value = { kind: "remove-board", id };
          }}
        >
          {OUTPUT.remove}
        </button>
      </Head>
      <div class="halves outputs">
        <div class="half scrolls">
          <div class="card">
            <p class="why">{board.title}</p>
            {board.why !== undefined && <p class="bad">{board.why}</p>}
            {known.problems.map((problem) => (
              <p key={problem} class="bad">
                {problem}
              </p>
            ))}
            {stored !== undefined && <Facts board={stored} />}
          </div>
        </div>
        <div class="half scrolls">{stored !== undefined && <Operations {...props} board={stored} />}</div>
      </div>
    </div>
  );
}

function Facts(props: { readonly board: ListedBoard }) {
  const { address, identity, channels, inputs, selfTimedMs, watchdogMs, driver } = props.board;
  const kind = boardKind(driver);
  const facts: readonly (readonly [string, string | undefined])[] = [
    [BOARD.address, kind.address === "none" ? undefined : (address ?? BOARD.anyPort)],
    [BOARD.identity, identity],
    [BOARD.channels, String(channels)],
    [BOARD.inputs, inputs === undefined ? undefined : String(inputs)],
    [BOARD.readBack, READ_BACKS[kind.readBack]],
    [BOARD.carries, CARRIES[kind.carries]],
    [BOARD.self, selfTimedMs === undefined ? undefined : BOARD.after(selfTimedMs)],
    [BOARD.watchdog, watchdogMs === undefined ? undefined : BOARD.after(watchdogMs)],
  ];
  return (
    <dl class="particulars">
      {facts.map(
        ([name, value]) =>
          value !== undefined && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

function Operations(props: PageProps & { readonly board: ListedBoard }) {
  const { board, view } = props;
  const onIt = (channel: number): string =>
    view.outputs.find((output) => output.board === board.id && output.channel === channel)?.name ?? "";
  return (
    <div class="card">
      <h3>{BOARD.operations}</h3>
      <table>
        <tbody>
          {board.operations.map((count, n) => (
            <tr key={n}>
              <th>
                {BOARD.channel(n + 1)} {onIt(n + 1)}
              </th>
              <td>{atMost(count, 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <button
        type="button"
        onClick={() => {
          place.value = { kind: "replaced", id: board.id };
        }}
      >
        {BOARD.replaced}
      </button>
    </div>
  );
}
