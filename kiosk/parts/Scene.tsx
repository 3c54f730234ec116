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
  // Of its own in every picture: one that is hidden takes its patterns along.
  const hatch = useId();
  const watched = props.zones.filter((zone) => !isOut(shownZone(zone, props.bypasses)));
  const own = ({ camera }: { readonly camera: string }) => camera === props.camera;
  return (
    <svg class="scene" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <pattern id={hatch} width="12" height="12" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="12" height="12" fill="rgb(0 0 0 / 0.35)" />
        <rect width="5" height="12" fill="rgb(255 255 255 / 0.55)" />
      </pattern>
      {props.part !== undefined && <Unseen part={props.part} {...props.size} />}
      {props.view.masks.filter(own).map((mask) => (
        <Drawn
          key={mask.id}
          kind="mask"
          {...mask}
          text={OUT_OF_RULES.mask(mask.name)}
          hatch={hatch}
          {...props}
        />
      ))}
      {props.view.counts.filter(own).map((count) => (
        <Drawn
          key={count.id}
          kind="count"
          {...count}
          text={OUT_OF_RULES.count(count.name, count.people)}
          {...props}
        />
      ))}
      {/* Stop zones last: where two overlap, the graver one is seen. */}
      {[...props.zones]
        .sort((a, b) => Number(a.kind === "stop") - Number(b.kind === "stop"))
        .map((zone) => (
          <Zone key={zone.id} zone={zone} shown={shownZone(zone, props.bypasses)} hatch={hatch} {...props} />
        ))}
      {props.people.map((person, index) => (
        <Person key={index} person={person} kind={worstKind(person, watched)} {...props} />
      ))}
    </svg>
  );
}

/** What of the picture nobody looks at is darker: who stands there has no frame. */
function Unseen({ part, width, height }: Area & { readonly part: Box }) {
  const [x0, y0, x1, y1] = [part.x0 * width, part.y0 * height, part.x1 * width, part.y1 * height];
  const around = `M0 0H${width}V${height}H0Z`;
  return <path class="unseen" fill-rule="evenodd" d={`${around}M${x0} ${y0}H${x1}V${y1}H${x0}Z`} />;
}

interface ZoneProps extends Props {
  readonly zone: ZoneView;
  readonly shown: Shown;
  /** The name of the pattern. */
  readonly hatch: string;
}

function isOut(shown: Shown): boolean {
  return shown === "bypassed" || shown === "inactive";
}

function Zone(props: ZoneProps) {
  const { zone, shown, view } = props;
  const until = zone.activity?.untilWallAt;
  const back = until === undefined ? undefined : untilText(until, view.wallAt, view.site.timezone);
  const text =
    shown === "bypassed"
      ? OUT_OF_RULES.bypassed(zone.name)
      : shown === "inactive"
        ? OUT_OF_RULES.inactive(zone.name, back)
        : zone.name;
  const state = isOut(shown) ? shown : shown === "clear" ? "" : "active";
  const hatch = shown === "bypassed" ? { hatch: props.hatch } : {};
  return (
    <Drawn
      {...{ size: props.size, named: props.named, polygon: zone.polygon, text }}
      kind={zone.kind}
      state={state}
      {...hatch}
    />
  );
}

interface DrawnProps {
  readonly size: Area;
  readonly named: boolean;
  readonly kind: ZoneView["kind"] | "mask" | "count";
  readonly state?: string;
  readonly polygon: readonly Point[];
  readonly text: string;
  /** The name of the pattern that fills it. */
  readonly hatch?: string;
}

function Drawn(props: DrawnProps) {
  const { size, kind, state = "", hatch } = props;
  const points = props.polygon.map(([x, y]) => [x * size.width, y * size.height] as const);
  const drawn = points.map((point) => point.map((c) => c.toFixed(1)).join(",")).join(" ");
  return (
    <g class={`zone ${kind} ${state}`}>
      <polygon class="under" points={drawn} />
      <polygon
        class="line"
        points={drawn}
        {...(hatch === undefined ? {} : { style: { fill: `url(#${hatch})` } })}
      />
      {props.named && <Name points={points} {...{ size, kind, text: props.text }} />}
    </g>
  );
}

/** The least letters, pixels and millimetres. */
const LETTER = { px: 14, mm: 2.5 } as const;
/** A small zone's name may be so much of the picture wide. */
const NAME_SHARE = 1 / 3;

interface NameProps extends Pick<DrawnProps, "size" | "kind" | "text"> {
  readonly points: readonly (readonly [number, number])[];
}

/** As wide as its zone, in several lines where that is too narrow. */
function Name({ size, kind, text, points }: NameProps) {
  const letter = Math.max(LETTER.px, LETTER.mm * mm.value);
  const across = points.map(([x]) => x);
  const room = Math.max(Math.max(...across) - Math.min(...across), size.width * NAME_SHARE);
  const lines = nameLines(text, room, letter);
  const half = Math.max(...lines.map((line) => widthOf(line, letter))) / 2;
  const more = (lines.length - 1) * letter * LINE_HEIGHT;
  const [nameX, nameY] = namePlace(points, kind);
  const x = clamp(nameX, half, size.width - half);
  const y = clamp(isInside(kind) ? nameY - more / 2 : nameY, letter, size.height - 5 - more);
  return (
    <text style={{ fontSize: `${letter}px` }}>
      {lines.map((line, n) => (
        <tspan key={n} x={x} y={y + n * letter * LINE_HEIGHT}>
          {line}
        </tspan>
      ))}
    </text>
  );
}

/** A stop zone is named in its middle, a warning zone around it under its lowest side. */
const isInside = (kind: DrawnProps["kind"]): boolean => kind === "stop" || kind === "mask";

/** Where the middle of its first line is: names of two zones around each other never collide. */
function namePlace(points: readonly (readonly [number, number])[], kind: DrawnProps["kind"]) {
  const mean = (some: readonly (readonly [number, number])[], axis: 0 | 1) =>
    some.reduce((sum, point) => sum + point[axis], 0) / some.length;
  if (isInside(kind)) return [mean(points, 0), mean(points, 1) + 5] as const;
  const lowest = [...points].sort((a, b) => b[1] - a[1]).slice(0, 2);
  return [mean(lowest, 0), mean(lowest, 1) + 17] as const;
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
