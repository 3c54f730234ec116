/** What the box sees, drawn over the picture: zones, people, and the point on the floor that counts. */
import { useId } from "preact/hooks";
import { footPoint } from "../../server/domain/geometry.ts";
import type { Box, Point } from "../../server/domain/units.ts";
import type { BypassView, PersonView, View, ZoneView } from "../../server/domain/view.ts";
import type { Area } from "../layout.ts";
import { type Shown, shownZone } from "../shown.ts";
import { mm } from "../state.ts";
import { untilText } from "../text.ts";
import { OUT_OF_RULES } from "../words.ts";
import { LINE_HEIGHT, nameLines, widthOf } from "./name_lines.ts";

interface Props {
  readonly size: Area;
  readonly zones: readonly ZoneView[];
  readonly people: readonly PersonView[];
  readonly bypasses: readonly BypassView[];
  /** Those of all cameras; only this one's are drawn. */
  readonly view: Pick<View, "counts" | "masks" | "site" | "wallAt">;
  readonly camera: string;
  /** All that is looked at; the whole picture where absent. */
  readonly part: Box | undefined;
  /** Small tiles show no names. */
  readonly named: boolean;
}

/** Coordinates are 0..1 everywhere else; only here they become pixels. */
export function Scene(props: Props) {
  const { width, height } = props.size;
  const shapes = shapesOf(props);
  // Of its own in every picture: one that is hidden takes its patterns along.
  const hatch = useId();
  const watched = props.zones.filter((zone) => !isOut(shownZone(zone, props.bypasses)));
  return (
    <svg class="scene" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <pattern id={hatch} width="12" height="12" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="12" height="12" fill="rgb(0 0 0 / 0.35)" />
        <rect width="5" height="12" fill="rgb(255 255 255 / 0.55)" />
      </pattern>
      {props.part !== undefined && <Unseen part={props.part} {...props.size} />}
      {shapes.map((shape) => (
        <Outline key={shape.id} shape={shape} size={props.size} hatch={hatch} />
      ))}
      {props.people.map((person, index) => (
        <Person key={index} person={person} kind={worstKind(person, watched)} {...props} />
      ))}
      {/* Over everything: no frame of a person goes through a name. */}
      {props.named && shapes.map((shape) => <Name key={shape.id} shape={shape} size={props.size} />)}
    </svg>
  );
}

interface Drawn {
  readonly id: string;
  readonly kind: ZoneView["kind"] | "mask" | "count";
  readonly state: string;
  readonly polygon: readonly Point[];
  readonly text: string;
}

/** All that is drawn on the floor, stop zones last: where two overlap, the graver one is seen. */
function shapesOf({ view, camera, zones, bypasses }: Props): readonly Drawn[] {
  const own = (each: { readonly camera: string }) => each.camera === camera;
  return [
    ...view.masks
      .filter(own)
      .map((mask) => ({ ...mask, kind: "mask" as const, state: "", text: OUT_OF_RULES.mask(mask.name) })),
    ...view.counts.filter(own).map((count) => ({
      ...{ ...count, kind: "count" as const, state: "" },
      text: OUT_OF_RULES.count(count.name, count.people),
    })),
    ...[...zones]
      .sort((a, b) => Number(a.kind === "stop") - Number(b.kind === "stop"))
      .map((zone) => zoneShape(zone, shownZone(zone, bypasses), view)),
  ];
}

/** What of the picture nobody looks at is darker: who stands there has no frame. */
function Unseen({ part, width, height }: Area & { readonly part: Box }) {
  const [x0, y0, x1, y1] = [part.x0 * width, part.y0 * height, part.x1 * width, part.y1 * height];
  const around = `M0 0H${width}V${height}H0Z`;
  return <path class="unseen" fill-rule="evenodd" d={`${around}M${x0} ${y0}H${x1}V${y1}H${x0}Z`} />;
}

function isOut(shown: Shown): boolean {
  return shown === "bypassed" || shown === "inactive";
}

function zoneShape(zone: ZoneView, shown: Shown, view: Props["view"]): Drawn {
  const until = zone.activity?.untilWallAt;
  const back = until === undefined ? undefined : untilText(until, view.wallAt, view.site.timezone);
  const text =
    shown === "bypassed"
      ? OUT_OF_RULES.bypassed(zone.name)
      : shown === "inactive"
        ? OUT_OF_RULES.inactive(zone.name, back)
        : zone.name;
  const state = isOut(shown) ? shown : shown === "clear" ? "" : "active";
  return { id: zone.id, kind: zone.kind, polygon: zone.polygon, text, state };
}

type Pixels = readonly (readonly [x: number, y: number])[];

function inPixels({ polygon }: Drawn, { width, height }: Area): Pixels {
  return polygon.map(([x, y]) => [x * width, y * height] as const);
}

interface OutlineProps {
  readonly shape: Drawn;
  readonly size: Area;
  /** The name of the pattern that fills what nobody looks at. */
  readonly hatch: string;
}

function Outline({ shape, size, hatch }: OutlineProps) {
  const { kind, state } = shape;
  const drawn = inPixels(shape, size)
    .map((point) => point.map((c) => c.toFixed(1)).join(","))
    .join(" ");
  const isHatched = kind === "mask" || state === "bypassed";
  return (
    <g class={`zone ${kind} ${state}`}>
      <polygon class="under" points={drawn} />
      <polygon class="line" points={drawn} {...(isHatched ? { style: { fill: `url(#${hatch})` } } : {})} />
    </g>
  );
}

/** The least letters, pixels and millimetres. */
const LETTER = { px: 14, mm: 2.5 } as const;
/** A small zone's name may be so much of the picture wide. */
const NAME_SHARE = 1 / 3;

/** As wide as its zone, in several lines where that is too narrow. */
function Name({ shape, size }: { readonly shape: Drawn; readonly size: Area }) {
  const { kind, text, state } = shape;
  const points = inPixels(shape, size);
  const letter = Math.max(LETTER.px, LETTER.mm * mm.value);
  const across = points.map(([x]) => x);
  const room = Math.max(Math.max(...across) - Math.min(...across), size.width * NAME_SHARE);
  const lines = nameLines(text, room, letter);
  const half = Math.max(...lines.map((line) => widthOf(line, letter))) / 2;
  const more = (lines.length - 1) * letter * LINE_HEIGHT;
  const [nameX, nameY] = namePlace(points, kind, { letter, more });
  const x = clamp(nameX, half, size.width - half);
  const y = clamp(nameY, letter, size.height - 5 - more);
  return (
    <text class={state} style={{ fontSize: `${letter}px` }}>
      {lines.map((line, n) => (
        <tspan key={n} x={x} y={y + n * letter * LINE_HEIGHT}>
          {line}
        </tspan>
      ))}
    </text>
  );
}

/**
 * Where the foot of its first line is. A stop zone is named on its lowest side, where of a person in it the feet are at
 * most; a warning zone around it under its own: names of two zones around each other never collide.
 */
function namePlace(
  points: Pixels,
  kind: Drawn["kind"],
  { letter, more }: { readonly letter: number; readonly more: number },
) {
  const mean = (some: Pixels, axis: 0 | 1) => some.reduce((sum, point) => sum + point[axis], 0) / some.length;
  if (kind === "mask") return [mean(points, 0), mean(points, 1) + 5 - more / 2] as const;
  const lowest = [...points].sort((a, b) => b[1] - a[1]).slice(0, 2);
  const side = mean(lowest, 1);
  return [mean(lowest, 0), kind === "stop" ? side - letter / 2 - more : side + 17] as const;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

function Person(props: Props & { readonly person: PersonView; readonly kind: "stop" | "warn" | "none" }) {
  const { width, height } = props.size;
  const { box } = props.person;
  const [footX, footY] = footPoint(box);
  const rect = {
    x: box.x0 * width,
    y: box.y0 * height,
    width: (box.x1 - box.x0) * width,
    height: (box.y1 - box.y0) * height,
  };
  return (
    <g class={`person ${props.kind}`}>
      <rect class="under" {...rect} rx="2" />
      <rect class="line" {...rect} rx="2" />
      <circle cx={footX * width} cy={footY * height} r="5" />
    </g>
  );
}

function worstKind(person: PersonView, zones: readonly ZoneView[]): "stop" | "warn" | "none" {
  const kinds = zones.filter((zone) => person.zones.includes(zone.id)).map((zone) => zone.kind);
  return kinds.includes("stop") ? "stop" : kinds.length > 0 ? "warn" : "none";
}
