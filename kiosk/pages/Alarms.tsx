/** Every alarm that is not normal, in the box's order, with what to do about it; what is set aside; what has been. */
import { useEffect } from "preact/hooks";
import type { AlarmView, View } from "../../server/domain/view.ts";
import { acknowledge } from "../actions.ts";
import { opened, playing, type Tab, tab, toAlarmList } from "../alarms/place.ts";
import { countAside, lookOf } from "../banner.ts";
import type { ClipPlayerProps } from "../parts/ClipPlayer.tsx";
import { later } from "../parts/Later.tsx";
import { Shape } from "../parts/Shape.tsx";
import { asking, wallSecond } from "../state.ts";
import { clockTime, span } from "../text.ts";
import { ALARM_LIST, BANNER, BUTTONS } from "../words.ts";

const One = later(async () => (await import("../alarms/One.tsx")).One);
const Aside = later(async () => (await import("../alarms/Aside.tsx")).Aside);
const ClipPlayer = later<ClipPlayerProps>(async () => (await import("../parts/ClipPlayer.tsx")).ClipPlayer);
const History = later<{ readonly view: View }>(async () => (await import("../alarms/History.tsx")).History);

export function Alarms(props: { readonly view: View }) {
  const { view } = props;
  useEffect(() => toAlarmList, []);
  const clip = playing.value;
  return (
    <>
      {clip !== undefined && (
        <ClipPlayer
          id={clip}
          timezone={view.site.timezone}
          onBack={() => {
            playing.value = undefined;
          }}
        />
      )}
      {/* Only hidden: whoever comes back is where they were in the history. */}
      <div class="under" hidden={clip !== undefined}>
        <Beneath view={view} />
      </div>
    </>
  );
}

function Beneath(props: { readonly view: View }) {
  const { view } = props;
  if (opened.value !== undefined) return <One view={view} />;
  return (
    <div class="alarmPage">
      <Tabs view={view} />
      {tab.value === "active" && <List view={view} />}
      {tab.value === "aside" && <Aside view={view} />}
      {tab.value === "history" && <History view={view} />}
    </div>
  );
}

function Tabs(props: { readonly view: View }) {
  const { alarms, hidden } = props.view;
  const aside = countAside(hidden);
  const names: readonly (readonly [Tab, string, string])[] = [
    ["active", ALARM_LIST.tabs.active, String(alarms.length)],
    ["aside", ALARM_LIST.tabs.aside, ALARM_LIST.asideCounts(aside)],
    ["history", ALARM_LIST.tabs.history, ""],
  ];
  return (
    <div class="tabs">
      {names.map(([each, name, note]) => (
        <button
          key={each}
          type="button"
          aria-label={name}
          aria-pressed={tab.value === each}
          onClick={() => (tab.value = each)}
        >
          <span>
            {name} <small>{note}</small>
          </span>
        </button>
      ))}
    </div>
  );
}

function List(props: { readonly view: View }) {
  const { alarms, site } = props.view;
  if (alarms.length === 0)
    return (
      <div class="nothing">
        <strong>{ALARM_LIST.none}</strong>
        <p>{props.view.hidden.length > 0 ? ALARM_LIST.noneListed : ALARM_LIST.noneDetail}</p>
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
        <h2>
          {alarm.text} {latched && <em class="tag">{BANNER.resetNeeded}</em>}{" "}
          {alarm.firstOut && <em class="tag">{ALARM_LIST.firstOut}</em>}{" "}
          {alarm.chattering && <em class="tag">{ALARM_LIST.chattering}</em>}{" "}
          {alarm.standing && <em class="tag">{ALARM_LIST.standing}</em>}
        </h2>
        {alarm.detail !== undefined && <p class="detail">{alarm.detail}</p>}
        <p class="response">{alarm.response}</p>
        <p class="times">
          {ALARM_LIST.raisedAt(
            clockTime(alarm.raisedAt, props.timezone),
            span(wallSecond.value - alarm.raisedAt),
          )}
          {gone && `; ${ALARM_LIST.goneAt(clockTime(alarm.clearedAt ?? 0, props.timezone))}`}
          {alarm.returns > 0 && `; ${BANNER.times(alarm.returns)}`}
          {alarm.acknowledgedBy !== undefined && `; ${ALARM_LIST.acknowledgedBy(alarm.acknowledgedBy)}`}
        </p>
        {alarm.comment !== undefined && (
          <p class="comment">
            {alarm.comment.by}: {alarm.comment.text}
          </p>
        )}
      </div>
      <div class="side">
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
        <button
          type="button"
          class="less"
          aria-label={ALARM_LIST.openThis(alarm.text)}
          onClick={() => (opened.value = alarm.id)}
        >
          {ALARM_LIST.open}
        </button>
      </div>
    </li>
  );
}
