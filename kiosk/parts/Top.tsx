/** The top of every page: the banner, the demonstration badge, the clock of the site. */

import { useRef } from "preact/hooks";
import type { AlarmView, View } from "../../server/domain/view.ts";
import { type Banner, chooseBanner, countAlarms, countAside } from "../banner.ts";
import { LANGUAGES, spoken } from "../language.ts";
import { PANEL } from "../panel/words.ts";
import { asking, leftUntil, mm, portrait, small, wallSecond } from "../state.ts";
import { clockDate, clockTime, leftRoughly, span } from "../text.ts";
import { BANNER, DEMO } from "../words.ts";
import { widthOf } from "./name_lines.ts";
import { Shape } from "./Shape.tsx";
import { useRoom } from "./use_room.ts";

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

/** Millimetres: a title's letters as the style sheet has them, and those of one that is longer than the banner. */
const TITLE_MM = 6.6;
const LONGER_MM = 4.6;
/** On a panel of 7 inches that stands upright there are no larger ones. */
const UPRIGHT_MM = 3.5;
/** A longer detail takes three smaller lines on a panel that stands upright. */
const WORDY = 75;

function BannerBox(props: { readonly view: View }) {
  const element = useRef<HTMLDivElement>(null);
  const { width } = useRoom(element).value;
  const banner = chooseBanner(props.view);
  const alarm = banner.kind === "alarm" ? banner : undefined;
  const look = alarm ? `p${alarm.alarm.priority} ${alarm.flashing ? "flashing" : "steady"}` : banner.kind;
  const says = sentences(banner, props.view);
  return (
    <div class={`banner ${look}`}>
      {alarm && <Shape priority={alarm.alarm.priority} />}
      {banner.kind === "unguarded" && <Unguarded />}
      <div class={looksOf(says, width)} role="alert" ref={element}>
        <strong class={banner.kind === "quiet" ? "quiet" : undefined}>{says.title}</strong>
        {says.detail !== undefined && <span>{says.detail}</span>}
      </div>
      <div class="facts">
        {alarm && <AlarmFact alarm={alarm.alarm} latched={alarm.latched} />}
        {alarm && <Count view={props.view} />}
        <Aside view={props.view} quiet={banner.kind === "quiet"} />
      </div>
    </div>
  );
}

/** No alarm, and graver than most: as large as one. */
function Unguarded() {
  return (
    <svg class="shape" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M16 3 30 28H2Z" />
      <text x="16" y="25">
        !
      </text>
    </svg>
  );
}

interface Says {
  readonly title: string;
  readonly detail?: string;
}

function looksOf({ title, detail = "" }: Says, width: number): string {
  const fits = (letter: number): boolean => widthOf(title, letter * mm.value) <= width;
  // What does not fit then takes two lines of still smaller ones; the browser tests measure it on every panel.
  const isLong = !fits(small.value && portrait.value ? UPRIGHT_MM : LONGER_MM);
  const look = isLong ? "long" : fits(TITLE_MM) ? "" : "longer";
  return `says ${look} ${detail.length > WORDY ? "wordy" : ""}`;
}

function sentences(banner: Banner, { hidden, reset }: View): Says {
  const resetPossible = reset.possible;
  switch (banner.kind) {
    case "quiet":
      return { title: countAside(hidden).nextWallAt === undefined ? BANNER.quiet : BANNER.quietBut };
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
function Aside(props: { readonly view: View; readonly quiet: boolean }) {
  const { shelved, outOfService, nextWallAt } = countAside(props.view.hidden);
  if (nextWallAt === undefined) return null;
  return (
    <>
      <span class="aside">{BANNER.aside(shelved + outOfService)}</span>
      {props.quiet && <span class="aside">{BANNER.back(leftRoughly(leftUntil(nextWallAt)))}</span>}
    </>
  );
}
