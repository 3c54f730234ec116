/** The shifts of the site: a name, when it begins, and on which days. */
import type { Weekday } from "../../server/domain/schedule.ts";
import type { ShiftConfig } from "../../server/domain/shift_config.ts";
import { Choice, TextField } from "../parts/Fields.tsx";
import { DAY_NAMES, daysText } from "../zones/words.ts";
import { errors } from "./place.ts";
import { EVERY_DAY, SHIFTS } from "./words.ts";

const MOST = 30;
const NAME_MAX = 40;
const TIME_LENGTH = 5;

type Change = (shifts: readonly ShiftConfig[]) => void;

export function Shifts(props: { readonly shifts: readonly ShiftConfig[]; readonly onChange: Change }) {
  const { shifts, onChange } = props;
  return (
    <>
      {shifts.map((shift, i) => (
        <One
          key={i}
          shift={shift}
          place={`shifts[${i}]`}
          isOnly={shifts.length === 1}
          onChange={(next) => onChange(shifts.with(i, next))}
          onRemove={() => onChange(shifts.toSpliced(i, 1))}
        />
      ))}
      <button
        type="button"
        disabled={shifts.length >= MOST}
        onClick={() => onChange([...shifts, { name: SHIFTS.numbered(shifts.length + 1), from: "12:00" }])}
      >
        {SHIFTS.add}
      </button>
    </>
  );
}

function One(props: {
  readonly shift: ShiftConfig;
  readonly place: string;
  readonly isOnly: boolean;
  readonly onChange: (shift: ShiftConfig) => void;
  readonly onRemove: () => void;
}) {
  const { shift, onChange } = props;
  const { name, from, days = EVERY_DAY } = shift;
  const errorOf = (member: string): string | undefined =>
    errors.value.find(({ path }) => path === `${props.place}.${member}`)?.message;
  const toggle = (day: Weekday): void => {
    const next = EVERY_DAY.filter((each) => (each === day ? !days.includes(each) : days.includes(each)));
    // A shift on no day is none: that is what its Remove is for.
    if (next.length > 0)
      onChange(next.length === EVERY_DAY.length ? { name, from } : { name, from, days: next });
  };
  return (
    <div class="times">
      <Choice
        label={`${name}: ${daysText(days)}`}
        options={EVERY_DAY.map((day) => [day, DAY_NAMES[day]] as const)}
        isChosen={(day) => days.includes(day)}
        error={errorOf("days")}
        onChoose={toggle}
      />
      <div class="from-to">
        <TextField
          label={SHIFTS.name}
          text={name}
          maxLength={NAME_MAX}
          error={errorOf("name")}
          onDone={(text) => onChange({ ...shift, name: text.trim() })}
        />
        <TextField
          label={SHIFTS.from}
          text={from}
          maxLength={TIME_LENGTH}
          error={errorOf("from")}
          onDone={(text) => onChange({ ...shift, from: text.trim() })}
        />
        <button
          type="button"
          aria-label={SHIFTS.removeThis(name)}
          disabled={props.isOnly}
          onClick={props.onRemove}
        >
          {SHIFTS.remove}
        </button>
      </div>
    </div>
  );
}
