/** Boards and serial devices that are plugged into this box. An address by hand is always possible. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { BoardDriver } from "../../server/domain/board.ts";
import type { Outcome } from "../call.ts";
import { Head } from "../parts/Head.tsx";
import { type BoardsFound, findBoards } from "./calls.ts";
import { newBoard, place } from "./place.ts";
import { FIND } from "./words.ts";

interface Props {
  readonly what: "hid" | "serial";
  readonly driver: BoardDriver;
}

export function Find(props: Props) {
  const { what, driver } = props;
  const outcome = useSignal<Outcome<BoardsFound> | undefined>(undefined);
  const search = (): void => {
    outcome.value = undefined;
    void findBoards().then((answer) => {
      outcome.value = answer;
    });
  };
  useEffect(search, []);
  return (
    <div class="setup">
      <Head
        title={FIND[what]}
        onBack={() => {
          place.value = { kind: "add-board" };
        }}
      >
        <button type="button" disabled={outcome.value === undefined} onClick={search}>
          {FIND.again}
        </button>
        <button type="button" onClick={() => newBoard(driver)}>
          {FIND.byHand}
        </button>
      </Head>
      <Result {...props} outcome={outcome.value} />
    </div>
  );
}

function Result(props: Props & { readonly outcome: Outcome<BoardsFound> | undefined }) {
  const { what, outcome, driver } = props;
  if (outcome === undefined || outcome.kind === "ignored")
    return (
      <div class="nothing" role="status">
        <strong>{FIND.searching}</strong>
      </div>
    );
  if (outcome.kind === "failed") return <Problems reasons={outcome.reasons} />;
  const { problems } = outcome.value;
  const found = outcome.value[what];
  return (
    <div class="scrolls">
      <Problems reasons={problems} />
      {found.length === 0 && (
        <div class="nothing low">
          <strong>{FIND.none[what]}</strong>
          <p>{FIND.noneHow}</p>
        </div>
      )}
      <ul class="rows" aria-label={FIND[what]}>
        {what === "hid"
          ? outcome.value.hid.map((board) => <HidRow key={board.address} board={board} driver={driver} />)
          : outcome.value.serial.map(({ path, name }) => (
              <Row key={path} name={name} what={path} onPick={() => newBoard(driver, { address: path })} />
            ))}
      </ul>
    </div>
  );
}

function HidRow(props: { readonly board: BoardsFound["hid"][number]; readonly driver: BoardDriver }) {
  const { address, product, identity, channels, usedBy, problem } = props.board;
  return (
    <Row
      name={[product, identity].filter(Boolean).join(" ")}
      what={`${FIND.port(address)}, ${FIND.channels(channels)}`}
      note={usedBy === undefined ? undefined : FIND.usedBy(usedBy)}
      problem={problem}
      onPick={() => newBoard(props.driver, { address, channels })}
    />
  );
}

function Row(props: {
  readonly name: string;
  readonly what: string;
  readonly note?: string | undefined;
  readonly problem?: string | undefined;
  readonly onPick: () => void;
}) {
  return (
    <li>
      <button type="button" class="row" aria-label={props.name} onClick={props.onPick}>
        <span class="who">
          <b>{props.name}</b>
          {props.note !== undefined && <em>{props.note}</em>}
          {props.problem !== undefined && <em class="bad">{props.problem}</em>}
          <small>{props.what}</small>
        </span>
      </button>
    </li>
  );
}

function Problems(props: { readonly reasons: readonly string[] }) {
  return (
    <>
      {props.reasons.map((reason) => (
        <p key={reason} class="problem bad">
          {reason}
        </p>
      ))}
    </>
  );
}
