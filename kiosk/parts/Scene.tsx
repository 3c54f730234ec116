/** What the box sees, drawn over the picture: zones, people, and the point on the floor that counts. */
import { useId } from "preact/hooks";
import { footPoint } from "../../server/domain/geometry.ts";
import type { BypassView, PersonView, ZoneView } from "../../server/domain/view.ts";
import type { Area } from "../layout.ts";
import { type Shown, shownZone } from "../shown.ts";
import { VERDICTS } from "../words.ts";

interface Props {
  readonly size: Area;
  readonly zones: readonly ZoneView[];
  readonly people: readonly PersonView[];
  readonly bypasses: readonly BypassView[];
  /** Small tiles show no names. */
  readonly named: boolean;
}

/** Coordinates are 0..1 everywhere else; only here they become pixels. */
export function Scene(props: Props) {
  const { width, height } = props.size;
  // Of its own in every picture: one that is hidden takes its patterns along.
  const hatch = useId();
  const watched = props.zones.filter((zone) => shownZone(zone, props.bypasses) !== "bypassed");
  return (
    <svg class="scene" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <pattern id={hatch} width="12" height="12" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="12" height="12" fill="rgb(0 0 0 / 0.35)" />
        <rect width="5" height="12" fill="rgb(255 255 255 / 0.55)" />
      </pattern>
      {/* Stop zones last: where two overlap, the graver one is seen. */}
      {[...props.zones]
        .sort((a, b) => b.kind.localeCompare(a.kind))
        .map((zone) => (
          <Zone key={zone.id} zone={zone} shown={shownZone(zone, props.bypasses)} hatch={hatch} {...props} />
        ))}
      {props.people.map((person, index) => (
        <Person key={index} person={person} kind={worstKind(person, watched)} {...props} />
      ))}
    </svg>
  );
}

interface ZoneProps extends Props {
  readonly zone: ZoneView;
  readonly shown: Shown;
  /** The name of the pattern. */
  readonly hatch: string;
}

function Zone(props: ZoneProps) {
  const { zone, size, shown } = props;
  const bypassed = shown === "bypassed";
  const points = zone.polygon.map(([x, y]) => [x * size.width, y * size.height] as const);
  const [nameX, nameY] = namePlace(points, zone.kind);
  const drawn = points.map((point) => point.map((c) => c.toFixed(1)).join(",")).join(" ");
  return (
    <g class={`zone ${zone.kind} ${bypassed ? "bypassed" : shown === "clear" ? "" : "active"}`}>
      <polygon class="under" points={drawn} />
      <polygon
        class="line"
        points={drawn}
        {...(bypassed ? { style: { fill: `url(#${props.hatch})` } } : {})}
      />
      {props.named && (
        <text x={clamp(nameX, 40, size.width - 40)} y={clamp(nameY, 14, size.height - 5)}>
          {bypassed ? `${zone.name}: ${VERDICTS.bypassed.toLowerCase()}` : zone.name}
        </text>
      )}
    </g>
  );
}

/** A stop zone is named in its middle, a warning zone around it under its lowest side: they never collide. */
function namePlace(points: readonly (readonly [number, number])[], kind: ZoneView["kind"]) {
  const mean = (some: readonly (readonly [number, number])[], axis: 0 | 1) =>
    some.reduce((sum, point) => sum + point[axis], 0) / some.length;
  if (kind === "stop") return [mean(points, 0), mean(points, 1) + 5] as const;
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
  return kinds.includes("stop") ? "stop" : kinds.includes("warn") ? "warn" : "none";
}
