/** What is kept from the list: shelved, out of service, suppressed; each with who, why and until when. */
import type { AlarmView, View } from "../../server/domain/view.ts";
import { reasonText } from "../codes.ts";
import { Shape } from "../parts/Shape.tsx";
import { leftUntil, wallSecond } from "../state.ts";
import { leftRoughly, untilText } from "../text.ts";
import { opened } from "./place.ts";
import { ASIDE, asideText, ONE } from "./words.ts";
import "../style/setup.css";
import "../style/alarms.css";

/** "until 14:30, 12 min 3 s left". */
export function untilOf(alarm: AlarmView, timezone: string): string | undefined {
  const until = alarm.hidden?.untilWallAt;
  if (until === undefined) return undefined;
  return ONE.until(untilText(until, wallSecond.value, timezone), leftRoughly(leftUntil(until)));
}

export function Aside(props: { readonly view: View }) {
  const { hidden, site } = props.view;
  if (hidden.length === 0)
    return (
      <div class="nothing">
        <strong>{ASIDE.none}</strong>
        <p>{ASIDE.noneHow}</p>
      </div>
    );
  return (
    <div class="setup">
      <ul class="rows" aria-label={ASIDE.title}>
        {hidden.map((alarm) => (
          <li key={alarm.id}>
            <button
              type="button"
              class="row"
              aria-label={alarm.text}
              onClick={() => (opened.value = alarm.id)}
            >
              <span class={`mark p${alarm.priority}`}>
                <Shape priority={alarm.priority} />
              </span>
              <span class="who">
                <b>{alarm.text}</b>
                <em>{asideText(alarm.state)}</em>
                <em class={alarm.hidden?.present ? "bad" : ""}>
                  {alarm.hidden?.present ? ASIDE.present : ASIDE.gone}
                </em>
                <small>{aboutOf(alarm, site.timezone)}</small>
              </span>
            </button>
          </li>
        ))}
      </ul>
      <p class="muted">{ASIDE.outputs}</p>
    </div>
  );
}

export function aboutOf(alarm: AlarmView, timezone: string): string {
  const { hidden } = alarm;
  if (hidden === undefined) return "";
  const until = untilOf(alarm, timezone);
  return until === undefined
    ? reasonText(hidden.reason)
    : `${hidden.by}: ${reasonText(hidden.reason)}; ${until}`;
}
