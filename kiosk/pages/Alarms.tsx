/** Every alarm that is not normal, in the box's order, with what to do about it. */
import type { AlarmView, View } from "../../server/domain/view.ts";
import { acknowledge } from "../actions.ts";
import { lookOf } from "../banner.ts";
import { Shape } from "../parts/Shape.tsx";
import { asking, wallSecond } from "../state.ts";
import { clockTime, span } from "../text.ts";
import { ALARM_LIST, BANNER, BUTTONS } from "../words.ts";

export function Alarms(props: { readonly view: View }) {
  const { alarms, site } = props.view;
  if (alarms.length === 0)
    return (
      <div class="nothing">
        <strong>{ALARM_LIST.none}</strong>
        <p>{ALARM_LIST.noneDetail}</p>
        <ToShift />
      </div>
    );
  return (
    <ul class="alarms" aria-label={ALARM_LIST.title}>
      {alarms.map((alarm) => (
        <Row key={alarm.id} alarm={alarm} timezone={site.timezone} />
      ))}
      <li>
        <ToShift />
      </li>
    </ul>
  );
}

/** Anybody may read what the shift came to. */
function ToShift() {
  return (
    <button
      type="button"
      onClick={() => {
        asking.value = "shift";
      }}
    >
      {ALARM_LIST.shift}
    </button>
  );
}

function Row(props: { readonly alarm: AlarmView; readonly timezone: string }) {
  const { alarm } = props;
  const { flashing, latched } = lookOf(alarm);
  const gone = alarm.clearedAt !== undefined && alarm.state !== "unacknowledged";
  return (
    <li class={`alarm p${alarm.priority} ${flashing ? "flashing" : "steady"} ${gone ? "gone" : "active"}`}>
      <div class="mark">
        <Shape priority={alarm.priority} />
      </div>
      <div class="text">
        <h2>{alarm.text}</h2>
        {alarm.detail !== undefined && <p class="detail">{alarm.detail}</p>}
        <p class="response">{alarm.response}</p>
        <p class="times">
          {ALARM_LIST.raised} {clockTime(alarm.raisedAt, props.timezone)},{" "}
          {BANNER.since(span(wallSecond.value - alarm.raisedAt))}
          {gone && `; ${ALARM_LIST.cleared.toLowerCase()} ${clockTime(alarm.clearedAt ?? 0, props.timezone)}`}
          {alarm.returns > 0 && `; ${BANNER.times(alarm.returns)}`}
          {alarm.acknowledgedBy !== undefined &&
            `; ${BANNER.acknowledged.toLowerCase()}: ${alarm.acknowledgedBy}`}
        </p>
      </div>
      <div class="side">
        {latched && <em class="tag">{BANNER.resetNeeded}</em>}
        {flashing ? (
          <button
            type="button"
            aria-label={ALARM_LIST.acknowledgeThis(alarm.text)}
            onClick={() => void acknowledge(alarm)}
          >
            {BUTTONS.acknowledge}
          </button>
        ) : (
          <span class="muted">{BANNER.acknowledged}</span>
        )}
      </div>
    </li>
  );
}
