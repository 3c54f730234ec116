/** One zone: its walk test can be begun here, and every earlier one looked at, day by day and one by one. */
import { useSignal } from "@preact/signals";
import { Asked } from "../parts/Asked.tsx";
import { Head } from "../parts/Head.tsx";
import { tell } from "../state.ts";
import { clockDate, clockTime } from "../text.ts";
import { COMMANDS } from "../words.ts";
import { beginWalk, type WalkedZone, type WalkRecord } from "./calls.ts";
import { dueText, rateText } from "./Home.tsx";
import { place } from "./place.ts";
import type { PageProps } from "./Walk.tsx";
import { RECORD, WALKS } from "./words.ts";

function toHome(): void {
  place.value = { kind: "home" };
}

export function Zone(props: PageProps & { readonly id: string }) {
  const { known, view, id } = props;
  const busy = useSignal(false);
  const zone = known.walks?.zones.find((each) => each.zone === id);
  if (zone === undefined)
    return (
      <div class="setup">
        <Head title={known.walks === undefined ? WALKS.title : WALKS.gone} onBack={toHome} />
        {known.walks === undefined && (
          <Asked
            waiting={WALKS.waiting}
            problems={known.problems}
            onAgain={() => {
              place.value = { kind: "zone", zone: id };
            }}
          />
        )}
      </div>
    );
  const begin = async (): Promise<void> => {
    busy.value = true;
    const outcome = await beginWalk(id);
    busy.value = false;
    if (outcome.kind === "failed") tell("refused", COMMANDS.failed(WALKS.begin), outcome.reasons);
  };
  const { timezone } = view.site;
  const records = known.walks?.records.filter((record) => record.zone === id) ?? [];
  return (
    <div class="setup">
      <Head title={zone.name} onBack={toHome}>
        <button
          type="button"
          class="primary"
          disabled={busy.value || zone.refusals.length > 0}
          onClick={() => void begin()}
        >
          {WALKS.begin}
        </button>
      </Head>
      <div class="halves outputs">
        <div class="half scrolls">
          {zone.refusals.map((refusal) => (
            <p key={refusal} class="how bad">
              {refusal}
            </p>
          ))}
          <div class="card">
            <p class={zone.due.overdue ? "why bad" : "why"}>{dueText(zone.due, timezone)}</p>
            <p>{rateText(zone.rate)}</p>
            <Days rate={zone.rate} />
          </div>
        </div>
        <div class="half scrolls">
          <h3>{WALKS.records}</h3>
          {records.length === 0 && <p class="muted">{WALKS.noRecords}</p>}
          <ul class="rows" aria-label={WALKS.records}>
            {records.map((record) => (
              <li key={record.test}>
                <RecordRow record={record} timezone={timezone} />
              </li>
            ))}
          </ul>
        </div>
      </div>
    </div>
  );
}

function Days(props: { readonly rate: WalkedZone["rate"] }) {
  const { days } = props.rate;
  if (days.length === 0) return null;
  return (
    <table>
      <thead>
        <tr>
          <th>{WALKS.day}</th>
          <th>{WALKS.seenOf}</th>
          <th>{WALKS.share}</th>
        </tr>
      </thead>
      <tbody>
        {days.map(({ day, detected, walked }) => (
          <tr key={day}>
            <th>{clockDate(Date.parse(day), "UTC")}</th>
            <td>
              {detected} / {walked}
            </td>
            <td class={detected < walked ? "bad" : ""}>
              {walked === 0 ? "–" : WALKS.percent(detected, walked)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function RecordRow(props: { readonly record: WalkRecord; readonly timezone: string }) {
  const { record, timezone } = props;
  const { zone, test, wallAt, outcome, by, role, attempts } = record;
  const gone = attempts.filter((attempt) => attempt.outcome !== "skipped");
  const seen = gone.filter((attempt) => attempt.outcome === "detected");
  const when = `${clockDate(wallAt, timezone)}, ${clockTime(wallAt, timezone)}`;
  return (
    <button
      type="button"
      class="row"
      aria-label={when}
      onClick={() => {
        place.value = { kind: "record", zone, test };
      }}
    >
      <span class="who">
        <b class={outcome === "failed" ? "bad" : ""}>{RECORD.outcome[outcome]}</b>
        <em>{gone.length === 0 ? RECORD.nothing : RECORD.count(seen.length, gone.length)}</em>
        <small>
          {when}, {RECORD.by(by, role)}
        </small>
      </span>
    </button>
  );
}
