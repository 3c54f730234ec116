/** When a zone guards: always, or at weekly times. */
import type { Schedule, ScheduleTimes, Weekday } from "../../server/domain/schedule.ts";
import { Choice, TextField } from "../parts/Fields.tsx";
import { enter } from "./place.ts";
import { DAY_NAMES, daysText, FORM } from "./words.ts";

const MOST = 20;
const WORKING: ScheduleTimes = { days: ["mon", "tue", "wed", "thu", "fri"], from: "06:00", to: "22:00" };
const DAYS = Object.keys(DAY_NAMES) as Weekday[];

export function Times(props: { readonly schedule: Schedule; readonly error: string | undefined }) {
  const { schedule, error } = props;
  const change = (next: Schedule): void => enter({ schedule: next });
  return (
    <>
      <Choice
        label={FORM.schedule}
        titled
        options={[
          [false, FORM.always],
          [true, FORM.byTime],
        ]}
        isChosen={(timed) => timed === schedule.length > 0}
        error={error}
        onChoose={(timed) => {
          if (timed !== schedule.length > 0) change(timed ? [WORKING] : []);
        }}
      />
      {schedule.map((times, i) => (
        <One
          key={i}
          times={times}
          onChange={(next) => change(schedule.with(i, next))}
          onRemove={() => change(schedule.toSpliced(i, 1))}
        />
      ))}
      {schedule.length > 0 && (
        <button
          type="button"
          disabled={schedule.length >= MOST}
          onClick={() => change([...schedule, { ...WORKING, days: ["sat"] }])}
        >
          {schedule.length >= MOST ? FORM.timesFull : FORM.addTime}
        </button>
      )}
    </>
  );
}

const TIME_LENGTH = 5;

function One(props: {
  readonly times: ScheduleTimes;
  readonly onChange: (times: ScheduleTimes) => void;
  readonly onRemove: () => void;
}) {
  const { times, onChange, onRemove } = props;
  const { days, from, to } = times;
  const toggle = (day: Weekday): void =>
    onChange({
      ...times,
      days: DAYS.filter((each) => (each === day ? !days.includes(each) : days.includes(each))),
    });
  return (
    <div class="times">
      <Choice
        label={daysText(days)}
        options={DAYS.map((day) => [day, DAY_NAMES[day]] as const)}
        isChosen={(day) => days.includes(day)}
        onChoose={toggle}
      />
      <div class="from-to">
        <TextField
          label={FORM.from}
          text={from}
          maxLength={TIME_LENGTH}
          error={undefined}
          onDone={(text) => onChange({ ...times, from: text.trim() })}
        />
        <TextField
          label={FORM.to}
          text={to}
          maxLength={TIME_LENGTH}
          error={undefined}
          onDone={(text) => onChange({ ...times, to: text.trim() })}
        />
        <button type="button" onClick={onRemove}>
          {FORM.removeTime}
        </button>
      </div>
    </div>
  );
}
