/** A new output, or one that is changed: what it does, where it is wired, and what tells whether it obeyed. */
import type { OutputRole } from "../../server/domain/config.ts";
import type { View } from "../../server/domain/view.ts";
import { ROLES } from "../codes.ts";
import { Choice, Stepper, TextField } from "../parts/Fields.tsx";
import { tell } from "../state.ts";
import { type ListedBoard, saveOutput } from "./calls.ts";
import type { PageProps } from "./Outputs.tsx";
import { enterOutput, errorAt, memberOf, type OutputDraft, outputDraft, place } from "./place.ts";
import { Sheet, tellRefusal } from "./Sheet.tsx";
import { outputBody } from "./sendable.ts";
import { OUTPUT_FORM, OUTPUTS } from "./words.ts";

const NAME_MAX = 80;
const PULSE_DIGITS = 5;

interface PartProps {
  readonly draft: OutputDraft;
  readonly view: View;
  readonly boards: readonly ListedBoard[];
}

export function OutputForm(props: PageProps) {
  const draft = outputDraft.value;
  if (draft === undefined) return null;
  const part: PartProps = { draft, view: props.view, boards: props.known.boards };
  const roles = Object.keys(ROLES) as OutputRole[];
  return (
    <Sheet
      title={draft.of === undefined ? OUTPUT_FORM.add : OUTPUT_FORM.edit(draft.name || draft.of)}
      others={draft.errors.filter((error) => !isShown(memberOf(error), draft))}
      onCancel={() => leave(draft)}
      save={() => save(draft)}
    >
      <div class="fields">
        <TextField
          label={OUTPUT_FORM.name}
          text={draft.name}
          empty={OUTPUT_FORM.nameEmpty}
          maxLength={NAME_MAX}
          error={errorAt(draft, "name")}
          onDone={(name) => enterOutput({ name })}
        />
        <Choice
          label={OUTPUT_FORM.role}
          titled
          options={roles.map((role) => [role, ROLES[role]] as const)}
          isChosen={(role) => draft.role === role}
          error={errorAt(draft, "role")}
          onChoose={(role) => enterOutput({ role, errors: [] })}
        />
        <Zones {...part} />
        {draft.role === "pulse" && (
          <TextField
            label={OUTPUT_FORM.pulseMs}
            text={draft.pulseMs}
            empty={OUTPUT_FORM.pulseUsual}
            maxLength={PULSE_DIGITS}
            error={errorAt(draft, "pulseMs")}
            onDone={(pulseMs) => enterOutput({ pulseMs })}
          />
        )}
        {draft.role === "while-active" && (
          <Choice
            label={OUTPUT_FORM.horn}
            titled
            options={[
              [false, OUTPUTS.no],
              [true, OUTPUTS.yes],
            ]}
            isChosen={(horn) => draft.horn === horn}
            error={errorAt(draft, "horn")}
            onChoose={(horn) => enterOutput({ horn })}
          />
        )}
      </div>
      <div class="fields">
        <Wiring {...part} />
        {draft.role === "run-permit" && <Second {...part} />}
        <Feedback {...part} />
      </div>
    </Sheet>
  );
}

/** Whether the form has a field for it now. */
function isShown(member: string, { role }: OutputDraft): boolean {
  const fields: Readonly<Record<string, boolean>> = {
    ...{ name: true, role: true, board: true, channel: true, zones: true, feedback: true },
    pulseMs: role === "pulse",
    horn: role === "while-active",
    second: role === "run-permit",
  };
  return fields[member] ?? false;
}

function Zones({ draft, view: { zones: all } }: PartProps) {
  const { zones } = draft;
  const toggle = (id: string): void =>
    enterOutput({ zones: zones.includes(id) ? zones.filter((zone) => zone !== id) : [...zones, id] });
  if (all.length === 0) return <p class="muted">{OUTPUT_FORM.noZones}</p>;
  return (
    <Choice
      label={OUTPUT_FORM.zones}
      titled
      options={all.map((zone) => [zone.id, zone.name] as const)}
      isChosen={(id) => zones.includes(id)}
      error={errorAt(draft, "zones")}
      onChoose={toggle}
    />
  );
}

const NONE = "";

/** The channels of a board; one while it is not known. */
function channelsOf(boards: readonly ListedBoard[], id: string): number {
  return boards.find((board) => board.id === id)?.channels ?? 1;
}

function Wiring({ draft, boards, view: { boards: all } }: PartProps) {
  return (
    <>
      <Choice
        label={OUTPUT_FORM.board}
        titled
        options={all.map(({ id }) => [id, id] as const)}
        isChosen={(board) => draft.board === board}
        error={errorAt(draft, "board")}
        onChoose={(board) =>
          enterOutput({ board, channel: Math.min(draft.channel, channelsOf(boards, board)) })
        }
      />
      <Stepper
        label={OUTPUT_FORM.channel}
        fewer={OUTPUT_FORM.fewer.channel}
        more={OUTPUT_FORM.more.channel}
        value={draft.channel}
        min={1}
        max={channelsOf(boards, draft.board)}
        error={errorAt(draft, "channel")}
        onStep={(channel) => enterOutput({ channel })}
      />
    </>
  );
}

/** Only another board is of use: one that fails would take both along. */
function Second({ draft, boards, view: { boards: all } }: PartProps) {
  const others = all.filter(({ id }) => id !== draft.board);
  const { second } = draft;
  return (
    <>
      <Choice
        label={OUTPUT_FORM.second}
        titled
        options={[[NONE, OUTPUT_FORM.none], ...others.map(({ id }) => [id, id] as const)]}
        isChosen={(board) => (second?.board ?? NONE) === board}
        error={errorAt(draft, "second")}
        onChoose={(board) => enterOutput({ second: board === NONE ? undefined : { board, channel: 1 } })}
      />
      {second !== undefined && (
        <Stepper
          label={OUTPUT_FORM.secondChannel}
          fewer={OUTPUT_FORM.fewer.secondChannel}
          more={OUTPUT_FORM.more.secondChannel}
          value={second.channel}
          min={1}
          max={channelsOf(boards, second.board)}
          onStep={(channel) => enterOutput({ second: { ...second, channel } })}
        />
      )}
    </>
  );
}

function Feedback({ draft, boards }: PartProps) {
  const reading = boards.filter(({ inputs = 0 }) => inputs > 0);
  const { feedback } = draft;
  return (
    <>
      <Choice
        label={OUTPUT_FORM.feedback}
        titled
        options={[[NONE, OUTPUT_FORM.none], ...reading.map(({ id }) => [id, id] as const)]}
        isChosen={(board) => (feedback?.board ?? NONE) === board}
        error={errorAt(draft, "feedback")}
        onChoose={(board) =>
          enterOutput({ feedback: board === NONE ? undefined : { board, input: 1, closed: "dropped" } })
        }
      />
      {feedback !== undefined && (
        <>
          <Stepper
            label={OUTPUT_FORM.input}
            fewer={OUTPUT_FORM.fewer.input}
            more={OUTPUT_FORM.more.input}
            value={feedback.input}
            min={1}
            max={reading.find(({ id }) => id === feedback.board)?.inputs ?? 1}
            onStep={(input) => enterOutput({ feedback: { ...feedback, input } })}
          />
          <Choice
            label={OUTPUT_FORM.closed}
            titled
            options={[
              ["dropped", "dropped"],
              ["energised", "energised"],
            ]}
            isChosen={(closed) => feedback.closed === closed}
            onChoose={(closed) => enterOutput({ feedback: { ...feedback, closed } })}
          />
        </>
      )}
    </>
  );
}

async function save(draft: OutputDraft): Promise<void> {
  const outcome = await saveOutput(draft.of, outputBody(draft));
  if (outcome.kind === "ok") {
    const { id, name = id, changed } = outcome.value;
    outputDraft.value = undefined;
    place.value = { kind: "output", id };
    tell("done", changed ? OUTPUTS.saved(name) : OUTPUTS.unchanged(name));
  } else if (outcome.kind === "failed") {
    enterOutput({ errors: outcome.errors });
    tellRefusal(outcome);
  }
}

function leave({ of }: OutputDraft): void {
  outputDraft.value = undefined;
  place.value = of === undefined ? { kind: "home" } : { kind: "output", id: of };
}
