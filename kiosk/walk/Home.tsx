/** Every stop zone: when its walk test is due, and how often people who stood in it were seen. */
import { Asked } from "../parts/Asked.tsx";
import { Head } from "../parts/Head.tsx";
import { room } from "../state.ts";
import { clockDate } from "../text.ts";
import type { WalkedZone } from "./calls.ts";
import { place } from "./place.ts";
import type { PageProps } from "./Walk.tsx";
import { WALKS } from "./words.ts";

export function Home(props: PageProps) {
  const { walks, problems } = props.known;
  const { timezone } = props.view.site;
  return (
    <div class="setup">
      <Head
        title={WALKS.title}
        onBack={() => {
          room.value = "workshop";
        }}
      />
      <p class="how">{WALKS.how}</p>
      {walks === undefined ? (
        <Asked waiting={WALKS.waiting} problems={problems} onAgain={askAgain} />
      ) : (
        problems.map((problem) => (
          <p key={problem} class="bad">
            {problem}
          </p>
        ))
      )}
      {walks?.zones.length === 0 && (
        <div class="nothing">
          <strong>{WALKS.none}</strong>
          <p>{WALKS.noneHow}</p>
        </div>
      )}
      <ul class="rows" aria-label={WALKS.title}>
        {walks?.zones.map((zone) => (
          <li key={zone.zone}>
            <button
              type="button"
              class="row"
              aria-label={zone.name}
              onClick={() => {
                place.value = { kind: "zone", zone: zone.zone };
              }}
            >
              <span class="who">
                <b>{zone.name}</b>
                <em class={zone.due.overdue ? "bad" : ""}>{dueText(zone.due, timezone)}</em>
                {zone.refusals.map((refusal) => (
                  <small key={refusal} class="bad">
                    {refusal}
                  </small>
                ))}
                <small>{rateText(zone.rate)}</small>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function askAgain(): void {
  place.value = { kind: "home" };
}

export function dueText({ lastWallAt, dueWallAt, overdue }: WalkedZone["due"], timezone: string): string {
  const last = lastWallAt === null ? WALKS.never : WALKS.last(clockDate(lastWallAt, timezone));
  if (dueWallAt === null) return `${last}, ${WALKS.notAsked}`;
  const due = clockDate(dueWallAt, timezone);
  return `${last}, ${overdue ? WALKS.overdue(due) : WALKS.due(due)}`;
}

export function rateText({ detected, walked }: WalkedZone["rate"]): string {
  return walked === 0 ? WALKS.noRate : WALKS.rate(detected, walked);
}
