/** Where the hazard stands on the floor: one touch, and the planning distance around it as a ring. */
import type { TargetedPointerEvent } from "preact";
import type { Point } from "../../server/domain/units.ts";
import { Head } from "../parts/Head.tsx";
import { type ZoneDraft, zoneOf } from "./draft.ts";
import { distanceText } from "./List.tsx";
import { Area, type PlateSize, plateOf, pointsText } from "./Plate.tsx";
import { enter } from "./place.ts";
import { groundOf, planFor, ringAround } from "./plan.ts";
import { Still } from "./Still.tsx";
import { HAZARD, ZONES } from "./words.ts";
import type { PageProps } from "./Zones.tsx";

const PLACES = 10_000;

export function Hazard(props: PageProps & { readonly draft: ZoneDraft; readonly onDone: () => void }) {
  const { draft, known, view, onDone } = props;
  const camera = view.cameras.find(({ id }) => id === draft.camera);
  if (camera === undefined) return null;
  const size = plateOf(camera);
  const plan = planFor(known, zoneOf(draft), view);
  const put = (event: TargetedPointerEvent<SVGSVGElement>): void => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const clean = (value: number): number => Math.round(Math.min(1, Math.max(0, value)) * PLACES) / PLACES;
    enter({ hazard: [clean((event.clientX - left) / width), clean((event.clientY - top) / height)] });
  };
  return (
    <div class="drawer">
      <Still camera={camera} size={size}>
        {(still) => (
          <svg
            class="scene drawing"
            viewBox={`0 0 ${size.width} ${size.height}`}
            role="img"
            aria-label={HAZARD.title}
            // Else a fast drag is a fling to the browser, which swallows the next touch of a button.
            onTouchStart={(event) => event.preventDefault()}
            onPointerDown={(event) => {
              event.currentTarget.setPointerCapture(event.pointerId);
              put(event);
            }}
            onPointerMove={(event) => event.buttons > 0 && put(event)}
          >
            <image href={still.url} width={size.width} height={size.height} preserveAspectRatio="none" />
            <Area points={draft.drawing.points} kind={draft.kind} look="drawn" size={size} />
            <Ring {...props} size={size} metres={(plan?.distanceMm ?? 0) / 1_000} />
            {draft.hazard !== undefined && <Mark at={draft.hazard} size={size} />}
          </svg>
        )}
      </Still>
      <div class="tools">
        <Head title="" back={HAZARD.done} onBack={onDone} />
        <p class="says-so">{HAZARD.title}</p>
        <p class={plan?.tooNear ? "says-so bad" : "says-so"} role="status">
          {plan === undefined ? ZONES.noPlan : `${distanceText(plan)}. ${HAZARD.ring}`}
        </p>
      </div>
    </div>
  );
}

function Ring(
  props: PageProps & { readonly draft: ZoneDraft; readonly size: PlateSize; readonly metres: number },
) {
  const { draft, known, size, metres } = props;
  const ground = groundOf(known, draft.camera);
  if (ground === undefined || draft.hazard === undefined || metres === 0) return null;
  const points = pointsText(ringAround(ground, draft.hazard, metres), size);
  return (
    <g class="ring-of">
      <polygon class="under" points={points} />
      <polygon class="line" points={points} />
    </g>
  );
}

export function Mark(props: { readonly at: Point; readonly size: PlateSize }) {
  const [x, y] = props.at;
  const { width, height } = props.size;
  return (
    <g class="hazard" transform={`translate(${x * width} ${y * height})`}>
      <path class="under" d="M-22 -22 22 22M22 -22-22 22" />
      <path class="line" d="M-22 -22 22 22M22 -22-22 22" />
    </g>
  );
}
