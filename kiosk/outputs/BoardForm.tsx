/** A new board, or one that is changed: what its kind needs, and what it does when nobody talks to it. */
import { boardKind } from "../../server/domain/board.ts";
import { Choice, Stepper, TextField } from "../parts/Fields.tsx";
import { tell } from "../state.ts";
import { saveBoard } from "./calls.ts";
import { type BoardDraft, boardDraft, enterBoard, errorAt, memberOf, place } from "./place.ts";
import { Sheet, tellRefusal } from "./Sheet.tsx";
import { boardBody, membersOf } from "./sendable.ts";
import { BOARD_FORM, OUTPUTS } from "./words.ts";

const BAUDS = [9600, 19_200, 38_400, 57_600, 115_200] as const;
/** What the box allows. */
const ID_MAX = 40;
const ADDRESS_MAX = 200;
const DIGITS_MAX = 9;

type Written = "unit" | "firstCoil" | "firstInput" | "selfTimedMs" | "watchdogMs" | "ratedOperations";

export function BoardForm() {
  const draft = boardDraft.value;
  if (draft === undefined) return null;
  const kind = boardKind(draft.driver);
  const takes = membersOf(draft.driver);
  const usual = { empty: BOARD_FORM.usual };
  const unused = { empty: BOARD_FORM.notUsed };
  return (
    <Sheet
      title={draft.of === undefined ? BOARD_FORM.add(kind.title) : BOARD_FORM.edit(draft.of)}
      others={draft.errors.filter((error) => !isShown(memberOf(error), draft))}
      onCancel={() => leave(draft)}
      save={() => save(draft)}
      complete={!kind.addressNeeded || draft.address.trim() !== ""}
    >
      <div class="fields">
        {draft.of === undefined && (
          <TextField
            label={BOARD_FORM.id}
            text={draft.id}
            empty={BOARD_FORM.idEmpty}
            maxLength={ID_MAX}
            error={errorAt(draft, "id")}
            onDone={(id) => enterBoard({ id })}
          />
        )}
        {takes.address && (
          <TextField
            label={BOARD_FORM.address[kind.address]}
            text={draft.address}
            {...(kind.addressNeeded ? {} : { empty: BOARD_FORM.onlyOne })}
            maxLength={ADDRESS_MAX}
            error={errorAt(draft, "address")}
            onDone={(address) => enterBoard({ address })}
          />
        )}
        <div class="pair">
          <Count draft={draft} member="channels" min={1} max={kind.maxChannels} />
          {takes.inputs && <Count draft={draft} member="inputs" min={0} max={kind.maxInputs} />}
          {takes.modbus && <Numeral draft={draft} member="unit" label={BOARD_FORM.unit} {...usual} />}
          {takes.modbus && (
            <Numeral draft={draft} member="firstCoil" label={BOARD_FORM.firstCoil} {...usual} />
          )}
          {takes.modbus && draft.inputs > 0 && (
            <Numeral draft={draft} member="firstInput" label={BOARD_FORM.firstInput} {...usual} />
          )}
          {takes.selfTimed !== undefined && (
            <Numeral
              draft={draft}
              member="selfTimedMs"
              label={BOARD_FORM.selfTimedMs(takes.selfTimed.minMs, takes.selfTimed.maxMs)}
              {...unused}
            />
          )}
          {takes.watchdog && (
            <Numeral draft={draft} member="watchdogMs" label={BOARD_FORM.watchdogMs} {...unused} />
          )}
          <Numeral draft={draft} member="ratedOperations" label={BOARD_FORM.ratedOperations} {...usual} />
        </div>
        {takes.baud && <Baud draft={draft} />}
      </div>
      {takes.deadMan && <DeadMan draft={draft} />}
    </Sheet>
  );
}

/** Whether the form has a field for it now. */
function isShown(member: string, { driver, of, inputs }: BoardDraft): boolean {
  const takes = membersOf(driver);
  const fields: Readonly<Record<string, boolean>> = {
    id: of === undefined,
    address: takes.address,
    channels: true,
    inputs: takes.inputs,
    unit: takes.modbus,
    firstCoil: takes.modbus,
    firstInput: takes.modbus && inputs > 0,
    baud: takes.baud,
    selfTimedMs: takes.selfTimed !== undefined,
    watchdogMs: takes.watchdog,
    acceptNoDeadMan: takes.deadMan,
    ratedOperations: true,
  };
  return fields[member] ?? false;
}

function Count(props: {
  readonly draft: BoardDraft;
  readonly member: "channels" | "inputs";
  readonly min: number;
  readonly max: number;
}) {
  const { draft, member, min, max } = props;
  const label = BOARD_FORM[member];
  return (
    <Stepper
      label={label}
      fewer={BOARD_FORM.fewer(member)}
      more={BOARD_FORM.more(member)}
      value={draft[member]}
      min={min}
      max={max}
      error={errorAt(draft, member)}
      onStep={(count) => enterBoard({ [member]: count })}
    />
  );
}

function Numeral(props: {
  readonly draft: BoardDraft;
  readonly member: Written;
  readonly label: string;
  readonly empty: string;
}) {
  const { draft, member } = props;
  return (
    <TextField
      label={props.label}
      text={draft[member]}
      empty={props.empty}
      maxLength={DIGITS_MAX}
      error={errorAt(draft, member)}
      onDone={(text) => enterBoard({ [member]: text })}
    />
  );
}

function Baud(props: { readonly draft: BoardDraft }) {
  const { draft } = props;
  return (
    <Choice
      label={BOARD_FORM.baud}
      titled
      options={[["", BOARD_FORM.usual], ...BAUDS.map((baud) => [String(baud), String(baud)] as const)]}
      isChosen={(baud) => draft.baud === baud}
      error={errorAt(draft, "baud")}
      onChoose={(baud) => enterBoard({ baud })}
    />
  );
}

function DeadMan(props: { readonly draft: BoardDraft }) {
  const { draft } = props;
  return (
    <div class="accepts">
      <Choice
        label={BOARD_FORM.deadMan}
        titled
        options={[
          [false, OUTPUTS.no],
          [true, OUTPUTS.yes],
        ]}
        isChosen={(accepts) => draft.acceptNoDeadMan === accepts}
        error={errorAt(draft, "acceptNoDeadMan")}
        onChoose={(acceptNoDeadMan) => enterBoard({ acceptNoDeadMan })}
      />
      <p>{BOARD_FORM.deadManHow}</p>
    </div>
  );
}

async function save(draft: BoardDraft): Promise<void> {
  const outcome = await saveBoard(draft.of, boardBody(draft));
  if (outcome.kind === "ok") {
    const { id, changed } = outcome.value;
    boardDraft.value = undefined;
    place.value = { kind: "board", id };
    tell("done", changed ? OUTPUTS.saved(id) : OUTPUTS.unchanged(id));
  } else if (outcome.kind === "failed") {
    enterBoard({ errors: outcome.errors });
    tellRefusal(outcome);
  }
}

function leave({ of }: BoardDraft): void {
  boardDraft.value = undefined;
  place.value = of === undefined ? { kind: "add-board" } : { kind: "board", id: of };
}
