/** The top of every page: the banner, the demonstration badge, the clock of the site. */
import type { AlarmView, View } from "../../server/domain/view.ts";
import { type Banner, chooseBanner, countAlarms, countAside } from "../banner.ts";
import { LANGUAGES, spoken } from "../language.ts";
import { PANEL } from "../panel/words.ts";
import { asking, leftUntil, portrait, small, wallSecond } from "../state.ts";
import { clockDate, clockTime, leftRoughly, span } from "../text.ts";
import { BANNER, DEMO } from "../words.ts";
import { Shape } from "./Shape.tsx";

export function Top(props: { readonly view: View }) {
  const { view } = props;
  return (
    <div class="top">
      <BannerBox view={view} />
      {view.demonstration && (
        <button
          type="button"
          class="demo"
          aria-label={DEMO.end}
          onClick={() => {
            asking.value = "end-demonstration";
          }}
        >
          <strong>{DEMO.badge}</strong>
          <span>{DEMO.end}</span>
        </button>
      )}
      <h1 aria-label={view.site.name}>
        <Clock view={view} />
      </h1>
    </div>
  );
}

function Clock(props: { readonly view: View }) {
  const { name, timezone } = props.view.site;
  return (
    <button
      type="button"
      class="clock"
      aria-label={PANEL.title}
      onClick={() => {
        asking.value = "panel";
      }}
    >
      <time>{clockTime(wallSecond.value, timezone)}</time>
      <span>{clockDate(wallSecond.value, timezone)}</span>
      <b>{name}</b>
      <em>{LANGUAGES[spoken()]}</em>
    </button>
  );
}

/** Longer titles take two smaller lines; the browser tests measure it on every panel. */
const LONG = 24;
/** The same on a panel of 7 inches that stands upright. */
const LONG_ON_NARROW = 15;
/** A longer detail takes three smaller lines on a panel that stands upright. */
const WORDY = 75;

function BannerBox(props: { readonly view: View }) {
  const banner = chooseBanner(props.view);
  const alarm = banner.kind === "alarm" ? banner : undefined;
  const look = alarm ? `p${alarm.alarm.priority} ${alarm.flashing ? "flashing" : "steady"}` : banner.kind;
  const says = sentences(banner, props.view.reset.possible);
  return (
    <div class={`banner ${look}`}>
      {alarm && <Shape priority={alarm.alarm.priority} />}
      <div class={looksOf(says)} role="alert">
        <strong class={banner.kind === "quiet" ? "quiet" : undefined}>{says.title}</strong>
        {says.detail !== undefined && <span>{says.detail}</span>}
      </div>
      <div class="facts">
        {alarm && <AlarmFact alarm={alarm.alarm} latched={alarm.latched} />}
        {alarm && <Count view={props.view} />}
        <Aside view={props.view} />
      </div>
    </div>
  );
}

function looksOf({ title, detail = "" }: { readonly title: string; readonly detail?: string }): string {
  const most = small.value && portrait.value ? LONG_ON_NARROW : LONG;
  return `says ${title.length > most ? "long" : ""} ${detail.length > WORDY ? "wordy" : ""}`;
}

function sentences(
  banner: Banner,
  resetPossible: boolean,
): { readonly title: string; readonly detail?: string } {
  switch (banner.kind) {
    case "quiet":
      return { title: BANNER.quiet };
    case "unguarded":
      return { title: BANNER.unguarded, detail: BANNER.unguardedHow };
    case "tripped":
      return { title: BANNER.tripped, detail: resetPossible ? BANNER.resetHow : banner.why.join("; ") };
    case "alarm": {
      const { text, detail, response } = banner.alarm;
      return { title: text, detail: resetPossible ? BANNER.resetHow : (detail ?? response) };
    }
  }
}

/** Outside the live region: an age that is read aloud every second helps nobody. */
function AlarmFact(props: { readonly alarm: AlarmView; readonly latched: boolean }) {
  const age = span(wallSecond.value - props.alarm.raisedAt);
  return (
    <>
      {props.latched && <em class="tag">{BANNER.resetNeeded}</em>}
      <span>{BANNER.since(age)}</span>
    </>
  );
}

function Count(props: { readonly view: View }) {
  const counters = countAlarms(props.view.alarms);
  return (
    <>
      <span class="count">{BANNER.counters(counters.total, counters.unacknowledged)}</span>
      {counters.total > 1 && <span class="more">{BANNER.more(counters.total)}</span>}
    </>
  );
}

/** What a person has taken from the list stays in mind. */
function Aside(props: { readonly view: View }) {
  const { shelved, outOfService, nextWallAt } = countAside(props.view.hidden);
  if (nextWallAt === undefined) return null;
  return (
    <span class="aside">{BANNER.aside(shelved + outOfService, leftRoughly(leftUntil(nextWallAt)))}</span>
  );
}
