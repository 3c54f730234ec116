/** One alarm by itself: what to do about it, large; what is known of it; and what else a person may do. */
import { needsAcknowledge } from "../../server/domain/alarm.ts";
import type { AlarmView, View } from "../../server/domain/view.ts";
import { acknowledge, report } from "../actions.ts";
import { call } from "../call.ts";
import { reasonText } from "../codes.ts";
import { Head } from "../parts/Head.tsx";
import { Shape } from "../parts/Shape.tsx";
import { wallSecond } from "../state.ts";
import { clockTime, span } from "../text.ts";
import { ALARM_LIST, BUTTONS } from "../words.ts";
import { aboutOf } from "./Aside.tsx";
import { AskAlarm } from "./AskAlarm.tsx";
import { History } from "./History.tsx";
import { asked, opened } from "./place.ts";
import { asideText, ONE } from "./words.ts";
import "../style/setup.css";
import "../style/alarms.css";

function back(): void {
  opened.value = undefined;
  asked.value = undefined;
}

export function One(props: { readonly view: View }) {
  const { alarms, hidden } = props.view;
  const alarm = [...alarms, ...hidden].find(({ id }) => id === opened.value);
  if (alarm === undefined)
    return (
      <div class="setup">
        <Head title={ONE.gone} onBack={back} />
        <div class="nothing">
          <p>{ONE.goneHow}</p>
        </div>
      </div>
    );
  if (asked.value === "history") return <Its alarm={alarm} view={props.view} />;
  if (asked.value !== undefined) return <AskAlarm key={alarm.id} alarm={alarm} ask={asked.value} />;
  return <Whole alarm={alarm} view={props.view} />;
}

function Its(props: { readonly alarm: AlarmView; readonly view: View }) {
  return (
    <div class="setup">
      <Head title={props.alarm.text} onBack={() => (asked.value = undefined)} />
      <History view={props.view} only={props.alarm} />
    </div>
  );
}

function Whole(props: { readonly alarm: AlarmView; readonly view: View }) {
  const { alarm, view } = props;
  const { timezone } = view.site;
  const tags = [
    ...(alarm.firstOut ? [ALARM_LIST.firstOut] : []),
    ...(alarm.standing ? [ALARM_LIST.standing] : []),
    ...(alarm.chattering ? [ALARM_LIST.chattering] : []),
    ...(alarm.hidden === undefined ? [] : [asideText(alarm.state)]),
  ];
  return (
    <div class="setup one">
      <Head
        title={alarm.text}
        note={
          <span class={`mark p${alarm.priority}`}>
            <Shape priority={alarm.priority} />
          </span>
        }
        onBack={back}
      />
      <p class="respond">{alarm.response}</p>
      <div class="known">
        {tags.map((tag) => (
          <em key={tag} class="tag">
            {tag}
          </em>
        ))}
        {alarm.detail !== undefined && <p>{alarm.detail}</p>}
        {alarm.hidden !== undefined && <p>{aboutOf(alarm, timezone)}</p>}
        <p class="muted">
          {ALARM_LIST.raisedAt(clockTime(alarm.raisedAt, timezone), span(wallSecond.value - alarm.raisedAt))}
          {alarm.acknowledgedBy !== undefined && `; ${ALARM_LIST.acknowledgedBy(alarm.acknowledgedBy)}`}
        </p>
        {alarm.comment !== undefined && (
          <p class="comment">{ONE.lastComment(alarm.comment.by, reasonText(alarm.comment.text))}</p>
        )}
      </div>
      <Deeds alarm={alarm} />
    </div>
  );
}

function Deeds(props: { readonly alarm: AlarmView }) {
  const { alarm } = props;
  const listed = alarm.hidden === undefined;
  return (
    <div class="alarmDeeds">
      {listed && needsAcknowledge(alarm.state) && (
        <button
          type="button"
          class="primary"
          aria-label={ALARM_LIST.acknowledgeThis(alarm.text)}
          onClick={() => void acknowledge(alarm)}
        >
          {BUTTONS.acknowledge}
        </button>
      )}
      <button type="button" onClick={() => (asked.value = "comment")}>
        {ONE.comment}
      </button>
      <button type="button" onClick={() => (asked.value = "history")}>
        {ONE.history}
      </button>
      {listed && alarm.shelveMaxMs !== undefined && (
        <button type="button" onClick={() => (asked.value = "shelve")}>
          {ONE.shelve}
        </button>
      )}
      {listed && alarm.mayLeaveService && (
        <button type="button" onClick={() => (asked.value = "out-of-service")}>
          {ONE.service}
        </button>
      )}
      {alarm.state === "shelved" && (
        <button type="button" class="primary" onClick={() => void unshelve(alarm)}>
          {ONE.unshelve}
        </button>
      )}
      {alarm.state === "out-of-service" && (
        <button type="button" class="primary" onClick={() => (asked.value = "return-to-service")}>
          {ONE.back}
        </button>
      )}
      {listed && alarm.shelveMaxMs === undefined && <p class="muted">{ONE.never}</p>}
    </div>
  );
}

/** Brings it back for anybody, at one touch. */
async function unshelve(alarm: AlarmView): Promise<void> {
  const path = `/api/alarms/${encodeURIComponent(alarm.id)}/unshelve`;
  const outcome = await call({ method: "POST", path }, `unshelve ${alarm.id}`);
  report(outcome, { done: ONE.done["return-to-service"], command: ONE.unshelve });
}
