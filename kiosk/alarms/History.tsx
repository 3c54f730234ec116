/** What happened to alarms, newest first, of a time, a priority and one alarm where asked. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { View } from "../../server/domain/view.ts";
import type { AlarmEventRow } from "../../server/http/alarms.ts";
import { call, type Outcome } from "../call.ts";
import { PRIORITIES, reasonText } from "../codes.ts";
import { Asked } from "../parts/Asked.tsx";
import { CLIP, CLIP_EVENTS } from "../parts/clip_words.ts";
import { Choice } from "../parts/Fields.tsx";
import { FoldButton, Folded, useFold } from "../parts/Fold.tsx";
import { PICTURE, PICTURE_EVENTS } from "../parts/picture_words.ts";
import { Shape } from "../parts/Shape.tsx";
import { StopPicture } from "../parts/StopPicture.tsx";
import { wallNow } from "../state.ts";
import { clockDate, clockTime } from "../text.ts";
import { ALARM_LIST } from "../words.ts";
import { playing } from "./place.ts";

import { eventText, HISTORY } from "./words.ts";
import "../style/setup.css";
import "../style/alarms.css";

const ROWS = 50;
const HOUR_MS = 60 * 60_000;
type Priority = "all" | 1 | 2 | 3 | 4;
type Hours = 1 | 8 | 24 | 168;
const PRIORITY_CHOICES: readonly (readonly [Priority, string])[] = [
  ["all", HISTORY.all],
  ...([1, 2, 3, 4] as const).map((value) => [value, `${value} ${PRIORITIES[value]}`] as const),
];

/** @param only the alarm whose history is shown; all where absent */
export function History(props: { readonly view: View; readonly only?: { readonly id: string } }) {
  const priority = useSignal<Priority>("all");
  const hours = useSignal<Hours>(24);
  const rows = useSignal<readonly AlarmEventRow[]>([]);
  const told = useSignal<Outcome<unknown> | undefined>(undefined);
  const further = useSignal(false);
  const { only } = props;
  const load = async (before?: number): Promise<void> => {
    told.value = undefined;
    const asked = [priority.value, hours.value];
    const query = new URLSearchParams({ limit: String(ROWS) });
    query.set("from", String(Math.round(wallNow.peek() - hours.value * HOUR_MS)));
    if (priority.value !== "all") query.set("priority", String(priority.value));
    if (before !== undefined) query.set("before", String(before));
    if (only !== undefined) {
      const colon = only.id.indexOf(":");
      query.set("definition", only.id.slice(0, colon));
      query.set("source", only.id.slice(colon + 1));
    }
    const outcome = await call({ method: "GET", path: `/api/alarms/history?${query}` });
    // Another choice was made meanwhile: its answer is on the way.
    if (asked[0] !== priority.value || asked[1] !== hours.value) return;
    told.value = outcome;
    if (outcome.kind !== "ok") return;
    const more = outcome.value as readonly AlarmEventRow[];
    rows.value = before === undefined ? more : [...rows.value, ...more];
    further.value = more.length === ROWS;
  };
  useEffect(() => {
    rows.value = [];
    void load();
  }, [priority.value, hours.value, only?.id]);
  const says = [
    ...(only === undefined ? PRIORITY_CHOICES.filter(([value]) => value === priority.value) : []),
    ["", HISTORY.periods[hours.value]],
  ]
    .map(([, text]) => text)
    .join(", ");
  const open = useFold(says);
  return (
    <div class="setup history">
      <FoldButton open={open} says={says} />
      <Folded open={open}>
        {only === undefined && (
          <Choice<Priority>
            label={HISTORY.priority}
            options={PRIORITY_CHOICES}
            isChosen={(value) => priority.value === value}
            onChoose={(value) => (priority.value = value)}
          />
        )}
        <Choice
          label={HISTORY.period}
          options={([1, 8, 24, 168] as const).map((value) => [value, HISTORY.periods[value]] as const)}
          isChosen={(value) => hours.value === value}
          onChoose={(value) => (hours.value = value)}
        />
      </Folded>
      <Rows
        rows={rows.value}
        timezone={props.view.site.timezone}
        told={told.value}
        onAgain={() => void load()}
        {...(further.value ? { onMore: () => void load(rows.value.at(-1)?.seq) } : {})}
      />
    </div>
  );
}

function Rows(props: {
  readonly rows: readonly AlarmEventRow[];
  readonly timezone: string;
  readonly told: Outcome<unknown> | undefined;
  readonly onAgain: () => void;
  /** Only where there are earlier ones. */
  readonly onMore?: () => void;
}) {
  const { rows, told, timezone } = props;
  const problems = told?.kind === "failed" ? told.reasons : [];
  if (problems.length > 0 || (rows.length === 0 && told === undefined))
    return <Asked waiting={HISTORY.waiting} problems={problems} onAgain={props.onAgain} />;
  if (rows.length === 0)
    return (
      <div class="nothing">
        <strong>{HISTORY.none}</strong>
        <p>{HISTORY.noneHow}</p>
      </div>
    );
  return (
    <ul class="rows events" aria-label={ALARM_LIST.tabs.history}>
      {rows.map((row) => (
        <li key={row.seq} class="row">
          <time>
            {clockTime(Date.parse(row.at), timezone)} <small>{clockDate(Date.parse(row.at), timezone)}</small>
          </time>
          {row.priority !== undefined && (
            <span class={`mark p${row.priority}`}>
              <Shape priority={row.priority} />
            </span>
          )}
          <span class="who">
            <b>{PICTURE_EVENTS[row.event] ?? CLIP_EVENTS[row.event] ?? eventText(row.event)}</b> {row.text}
            <small>{[row.by, row.reason && reasonText(row.reason)].filter(Boolean).join(": ")}</small>
          </span>
          {row.picture !== undefined && <Picture id={row.picture} about={row.text} />}
          {row.clip !== undefined && (
            <button
              type="button"
              onClick={() => {
                playing.value = row.clip;
              }}
            >
              {CLIP.show}
            </button>
          )}
        </li>
      ))}
      {props.onMore !== undefined && (
        <li class="more">
          <button type="button" onClick={props.onMore}>
            {HISTORY.more}
          </button>
        </li>
      )}
    </ul>
  );
}

/** Fetched only when somebody wants to see it: a list of fifty pictures is no list. */
function Picture(props: { readonly id: string; readonly about: string }) {
  const shown = useSignal(false);
  return (
    <>
      <button
        type="button"
        onClick={() => {
          shown.value = !shown.value;
        }}
      >
        {shown.value ? PICTURE.hide : PICTURE.show}
      </button>
      {shown.value && <StopPicture id={props.id} caption={PICTURE.about(props.about)} />}
    </>
  );
}
