/** The buttons that are always at the same place: three pages, four commands. */
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import type { View } from "../../server/domain/view.ts";
import {
  acknowledge,
  explainReset,
  requestStop,
  reset,
  type Seen,
  seenInBanner,
  silence,
} from "../actions.ts";
import { toAlarmList } from "../alarms/place.ts";
import { countAlarms } from "../banner.ts";
import { isFar } from "../far/session.ts";
import { alone } from "../live/wall.ts";
import { soundLocked } from "../sound.ts";
import { asking, type Page, page, room, tell } from "../state.ts";
import { BUTTONS, COMMANDS, RESET } from "../words.ts";
import { asksForPin } from "./Dialogs.tsx";
import { HoldButton } from "./HoldButton.tsx";
import type { HoldOutcome } from "./hold.ts";
import { Icon } from "./Icon.tsx";
import { writing } from "./writing.ts";

/** "Acknowledge" fits as it is; longer words of other languages are written smaller. */
const LONG = 11;

function Word(props: { readonly text: string; readonly children?: ComponentChildren }) {
  const long = props.text.split(/\s/).some((word) => word.length > LONG);
  return (
    <span class={long ? "word long" : "word"}>
      {props.text}
      {props.children}
    </span>
  );
}

export function Bar(props: { readonly view: View }) {
  const { view } = props;
  const counters = countAlarms(view.alarms);
  return (
    <nav class="bar">
      <div class="pages">
        <PageButton view={view} page="live" />
        <PageButton
          view={view}
          page="alarms"
          count={counters.unacknowledged || counters.total}
          open={counters.unacknowledged > 0}
        />
        <PageButton view={view} page="maintenance" />
      </div>
      <div class="commands">
        <button type="button" aria-label={BUTTONS.silence} onClick={() => void silence()}>
          <Icon name="silence" />
          <Word text={BUTTONS.silence}>
            {view.silenced && <small>{COMMANDS.silencedBefore}</small>}
            {soundLocked.value && <small>{COMMANDS.touchForSound}</small>}
          </Word>
        </button>
        <AcknowledgeButton waiting={counters.unacknowledged > 0} />
        <button type="button" class="stop" aria-label={BUTTONS.stop} onClick={() => void requestStop()}>
          <Icon name="stop" />
          <Word text={BUTTONS.stop}>{view.stopRequested && <small>{COMMANDS.stopAskedBefore}</small>}</Word>
        </button>
        <ResetButton view={view} />
      </div>
    </nav>
  );
}

function PageButton(props: {
  readonly view: View;
  readonly page: Page;
  readonly count?: number;
  readonly open?: boolean;
}) {
  const here =
    page.value === props.page &&
    !asksForPin(props.view) &&
    asking.value !== "bypass" &&
    asking.value !== "panel";
  return (
    <button
      type="button"
      aria-label={BUTTONS[props.page]}
      aria-current={here ? "page" : undefined}
      onClick={() => {
        page.value = props.page;
        room.value = "workshop";
        writing.value = undefined; // it belongs to the page that is left
        toAlarmList();
        asking.value = undefined;
        alone.value = undefined;
      }}
    >
      <Icon name={props.page} />
      <Word text={BUTTONS[props.page]} />
      {(props.count ?? 0) > 0 && <b class={props.open ? "badge open" : "badge"}>{props.count}</b>}
    </button>
  );
}

function AcknowledgeButton(props: { readonly waiting: boolean }) {
  const seen = useRef<Seen | undefined>(undefined);
  return (
    <button
      type="button"
      class={props.waiting ? "wanted" : ""}
      aria-label={BUTTONS.acknowledge}
      onPointerDown={() => {
        seen.current = seenInBanner();
      }}
      onClick={() => {
        void acknowledge(seen.current ?? seenInBanner());
        seen.current = undefined;
      }}
    >
      <Icon name="acknowledge" />
      <Word text={BUTTONS.acknowledge} />
    </button>
  );
}

function ResetButton(props: { readonly view: View }) {
  const { pinNeeded: asksPin } = props.view.reset;
  const possible = props.view.reset.possible && !isFar();
  function decide(outcome: HoldOutcome): void {
    if (outcome === "act") void reset();
    else tell("refused", RESET.outcomes[outcome].title, [RESET.outcomes[outcome].detail]);
  }
  return (
    <HoldButton
      name={BUTTONS.reset}
      hint={possible ? (asksPin ? RESET.needsPin : RESET.hold) : ""}
      hintFull={RESET.release}
      look={possible ? "possible" : "resting"}
      ready={possible && !asksPin}
      onExplain={() => {
        if (possible) asking.value = "reset-pin";
        else explainReset();
      }}
      onOutcome={decide}
    >
      <Icon name="reset" />
    </HoldButton>
  );
}
