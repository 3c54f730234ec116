/** A button that acts after some time of holding, on release. The rules are in hold.ts; this is finger and ring. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren, TargetedPointerEvent } from "preact";
import { useEffect, useRef } from "preact/hooks";
import {
  changesIn,
  FILL_MS,
  type HoldInput,
  type HoldOutcome,
  IDLE,
  type Ring,
  reduceHold,
  ringOf,
} from "./hold.ts";

/** A browser's timer may ring a little before its time. */
const EARLY_MS = 5;
const RADIUS = 20;

interface Props {
  readonly name: string;
  readonly hint: string;
  readonly hintFull: string;
  readonly look: string;
  /** How long to hold; 1.5 s where not given. */
  readonly fillMs?: number;
  /** Where false, a press explains instead of starting. */
  readonly ready: boolean;
  readonly onExplain: () => void;
  readonly onOutcome: (outcome: HoldOutcome) => void;
  readonly children?: ComponentChildren;
}

/** A touch stays captured by the button it began on, so that only its place tells that the finger left. */
function isOver(event: TargetedPointerEvent<HTMLButtonElement>): boolean {
  const { left, right, top, bottom } = event.currentTarget.getBoundingClientRect();
  return event.clientX >= left && event.clientX <= right && event.clientY >= top && event.clientY <= bottom;
}

export function HoldButton(props: Props) {
  const hold = useSignal(IDLE);
  const ring = useSignal<Ring>("empty");
  const pointer = useRef<number | undefined>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const { fillMs = FILL_MS } = props;

  function feed(kind: HoldInput["kind"]): void {
    const at = performance.now();
    const step = reduceHold(hold.value, { kind, at }, fillMs);
    hold.value = step.hold;
    ring.value = ringOf(step.hold, at, fillMs);
    if (step.outcome !== undefined) latest.current.onOutcome(step.outcome);
  }

  // One timer at a time, for the next moment that matters: the style sheet fills the ring.
  useEffect(() => {
    const left = changesIn(hold.value, performance.now(), fillMs);
    if (left === undefined) return;
    const timer = setTimeout(() => feed("tick"), left + EARLY_MS);
    return () => clearTimeout(timer);
  }, [hold.value, ring.value]);
  // What is no longer possible is no longer being asked for.
  useEffect(() => {
    if (!props.ready) feed("leave");
  }, [props.ready]);

  function press(): void {
    if (props.ready) feed("press");
    else props.onExplain();
  }

  return (
    <button
      type="button"
      class={`hold ${props.look}`}
      aria-label={props.name}
      onPointerDown={(event) => {
        if (!event.isPrimary || event.button !== 0) return;
        pointer.current = event.pointerId;
        press();
      }}
      onPointerMove={(event) => {
        if (event.pointerId === pointer.current && !isOver(event)) feed("leave");
      }}
      onPointerUp={(event) => {
        if (event.pointerId === pointer.current) feed(isOver(event) ? "release" : "leave");
      }}
      onPointerLeave={(event) => event.pointerId === pointer.current && feed("leave")}
      onPointerCancel={() => feed("leave")}
      onKeyDown={(event) => {
        if (!event.repeat && (event.key === " " || event.key === "Enter")) press();
      }}
      onKeyUp={(event) => (event.key === " " || event.key === "Enter") && feed("release")}
      onBlur={() => feed("leave")}
    >
      <span class="ring">
        <svg viewBox="0 0 48 48" aria-hidden="true">
          <circle class="track" cx="24" cy="24" r={RADIUS} />
          <circle
            class={`fill ${ring.value}`}
            cx="24"
            cy="24"
            r={RADIUS}
            pathLength={1}
            style={{ "--fill-for": `${fillMs}ms` }}
          />
        </svg>
        {props.children}
      </span>
      <span class="word">
        {props.name}
        <small>{ring.value === "full" ? props.hintFull : props.hint}</small>
      </span>
    </button>
  );
}
