/** The picture under the finger: corners to drag, pluses to add some, and a loupe away from the finger. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren, TargetedPointerEvent } from "preact";
import { useId, useRef } from "preact/hooks";
import type { Point } from "../../server/domain/units.ts";
import { mm } from "../state.ts";
import type { Kind } from "./draft.ts";
import { type Drawing, type Gesture, plussesOf, type Reach } from "./draw.ts";
import type { Frame } from "./frame.ts";
import { Area, type PlateSize } from "./Plate.tsx";

/** Millimetres: what a finger reaches around a corner, and how large a corner is drawn. */
const REACH_MM = 10;
const HANDLE_MM = 4;
const PLUS_MM = 2.6;
/** A contact wider than this is a palm. */
const PALM_MM = 30;
const LOUPE_MM = 30;
const LOUPE_TIMES = 3;

interface Props {
  readonly frame: Frame;
  readonly size: PlateSize;
  readonly drawing: Drawing;
  readonly kind: Kind;
  readonly wrong: boolean;
  /** What the corners are called; they are not named where absent. */
  readonly names?: readonly string[];
  readonly canAdd: boolean;
  readonly label: string;
  /** Corners of other zones to snap to; absent while snapping is off. */
  readonly snapTo?: readonly Point[];
  readonly onGesture: (gesture: Gesture) => void;
  /** What else lies on the picture, under the outline. */
  readonly children?: ComponentChildren;
}

export function Board(props: Props) {
  const { size, drawing, onGesture, snapTo } = props;
  const plate = useId();
  const pointer = useRef<number | undefined>(undefined);
  /** Plate units in a pixel of the panel, known once a finger has come down. */
  const scale = useSignal<number | undefined>(undefined);

  const placeOf = (event: TargetedPointerEvent<SVGSVGElement>): { at: Point; reach: Reach } => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const reach = REACH_MM * mm.value;
    return {
      at: [(event.clientX - left) / width, (event.clientY - top) / height],
      reach: { x: reach / width, y: reach / height },
    };
  };
  const end = (kind: "lift" | "cancel") => (event: TargetedPointerEvent<SVGSVGElement>) => {
    if (event.pointerId !== pointer.current) return;
    pointer.current = undefined;
    onGesture({ kind });
  };
  const measured = (element: SVGSVGElement | null): void => {
    const width = element?.getBoundingClientRect().width ?? 0;
    if (width > 0 && scale.peek() !== size.width / width) scale.value = size.width / width;
  };
  const unit = (scale.value ?? 1.5) * mm.value;
  return (
    <>
      <svg
        ref={measured}
        class="scene drawing"
        viewBox={`0 0 ${size.width} ${size.height}`}
        role="img"
        aria-label={props.label}
        // Else a fast drag is a fling to the browser, which swallows the next touch of a button.
        onTouchStart={(event) => event.preventDefault()}
        onPointerDown={(event) => {
          const palm = Math.max(event.width, event.height) > PALM_MM * mm.value;
          if (pointer.current !== undefined || event.button !== 0 || palm) return;
          pointer.current = event.pointerId;
          event.currentTarget.setPointerCapture(event.pointerId);
          onGesture({ kind: "press", ...placeOf(event) });
        }}
        onPointerMove={(event) => {
          if (event.pointerId !== pointer.current) return;
          onGesture({ kind: "move", ...placeOf(event), ...(snapTo === undefined ? {} : { snapTo }) });
        }}
        onPointerUp={end("lift")}
        onPointerCancel={end("cancel")}
      >
        <g id={plate}>
          <image href={props.frame.url} width={size.width} height={size.height} preserveAspectRatio="none" />
          {props.children}
          <Area
            points={drawing.points}
            open={drawing.open}
            kind={props.kind}
            look={props.wrong ? "wrong" : "drawn"}
            size={size}
          />
        </g>
        <Handles {...props} unit={unit} />
      </svg>
      <Loupe plate={plate} size={size} drawing={drawing} unit={unit} />
    </>
  );
}

function Handles(props: Props & { readonly unit: number }) {
  const { drawing, size, unit, names } = props;
  const reach = { x: (REACH_MM * unit) / size.width, y: (REACH_MM * unit) / size.height };
  const place = ([x, y]: Point): string => `translate(${x * size.width} ${y * size.height})`;
  const arm = PLUS_MM * unit * 0.6;
  return (
    <g class="handles">
      {props.canAdd &&
        drawing.hold === undefined &&
        plussesOf(drawing, reach).map(({ index, at }) => (
          <g key={`plus ${index}`} class="plus" transform={place(at)}>
            <circle r={PLUS_MM * unit} />
            <path d={`M${-arm} 0H${arm}M0 ${-arm}V${arm}`} />
          </g>
        ))}
      {drawing.points.map((point, i) => (
        <g key={i} class={drawing.selected === i ? "corner chosen" : "corner"} transform={place(point)}>
          <circle r={HANDLE_MM * unit} />
          {names !== undefined && (
            <text y={HANDLE_MM * unit * 0.5} style={{ fontSize: `${HANDLE_MM * unit * 1.4}px` }}>
              {names[i]}
            </text>
          )}
        </g>
      ))}
    </g>
  );
}

/** Three times as large, in the upper corner that the finger is not at; the cross is the corner itself. */
function Loupe(props: {
  readonly plate: string;
  readonly size: PlateSize;
  readonly drawing: Drawing;
  readonly unit: number;
}) {
  const { drawing, size, unit } = props;
  const { hold } = drawing;
  if (hold === undefined || hold.what === "whole") return null;
  const [x, y] = drawing.points[hold.what] ?? [0, 0];
  const side = (LOUPE_MM / LOUPE_TIMES) * unit;
  const [left, top] = [x * size.width - side / 2, y * size.height - side / 2];
  const middle = `M${left + side / 2} ${top}v${side}M${left} ${top + side / 2}h${side}`;
  return (
    <svg
      class={x < 0.5 ? "loupe right" : "loupe left"}
      viewBox={`${left} ${top} ${side} ${side}`}
      aria-hidden="true"
    >
      <use href={`#${props.plate}`} />
      <path class="under" d={middle} style={{ strokeWidth: side / 45 }} />
      <path class="cross" d={middle} style={{ strokeWidth: side / 110 }} />
    </svg>
  );
}
