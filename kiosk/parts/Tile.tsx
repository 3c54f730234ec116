/** One camera: its picture, what was seen in it, and a plain "no" where the picture is not live. */
import type { ReadonlySignal } from "@preact/signals";
import { useCallback } from "preact/hooks";
import type { BypassView, CameraView, View, ZoneView } from "../../server/domain/view.ts";
import { CAMERA_STATES, TRUST_FAULTS, VERDICTS, ZONE_KINDS } from "../codes.ts";
import { fit, type Grid, holdsZones } from "../layout.ts";
import { WALL } from "../live/words.ts";
import { ageNow, type Picture } from "../liveness.ts";
import { bypassOf, type Shown, shownCamera, shownZone } from "../shown.ts";
import { leftUntil, mm, now, wallSecond } from "../state.ts";
import { frameAge, left, span, untilText } from "../text.ts";
import { setCanvas, tileOf } from "../tiles.ts";
import { BYPASS, STRIP, TILE, zoneSays } from "../words.ts";
import { widthOf } from "./name_lines.ts";
import { Scene } from "./Scene.tsx";
import { useJudged, Veil } from "./Veil.tsx";

/** Under this width a name and an age have no room beside each other. */
const TIGHT_MM = 36;
/** Under this width it has no room for anything beside the zone's name. */
const SLIM_MM = 56;
/** What stands beside a name, the age alone, and the letters of a name that fits into a line. */
const BESIDE_MM = 20;
const AGE_MM = 9;
const NAME_MM = 3.5;
/** Under this width a zone's row has no room for the words of its kind; its mark still says it. */
const NARROW_MM = 78;
/** Over this width two zones have room beside each other, where they have none below each other. */
const BROAD_MM = 120;

interface Props {
  readonly camera: CameraView;
  readonly view: View;
  readonly grid: Grid;
  /** Beside many others there is room for less. */
  readonly small: boolean;
  /** Touched, where it is given, the picture is shown alone. */
  readonly onOpen?: () => void;
}

export function Tile(props: Props) {
  const { camera, grid, small, onOpen } = props;
  const { bypasses } = props.view;
  const zones = props.view.zones.filter((zone) => zone.camera === camera.id);
  const size = fit(camera.size ? camera.size.width / camera.size.height : 16 / 9, grid.picture);
  const isCut = !holdsZones(grid, zones.length, mm.value);
  const broad = isCut && size.width > BROAD_MM * mm.value ? "broad" : "";
  const narrow = size.width / (broad ? 2 : 1) < NARROW_MM * mm.value ? "narrow" : "";
  const slim = size.width < SLIM_MM * mm.value ? "slim" : "";
  const shown = shownCamera(camera, zones, bypasses);
  const id = camera.id;
  const canvas = useCallback((element: HTMLCanvasElement | null) => setCanvas(id, element), [id]);
  const judged = useJudged(camera);
  // Without anything under it a tile has its whole cell: a longer name, and room to say why it is dead.
  const alone = grid.detail === "none";
  const width = alone ? grid.cell.width : size.width;
  const tight = width < TIGHT_MM * mm.value ? "tight" : "";
  const room = width - (tight ? AGE_MM : BESIDE_MM) * mm.value;
  const wordy = widthOf(camera.name, NAME_MM * mm.value) > room ? "wordy" : "";
  const pictureWidth = alone && judged.value === "dead" ? width : size.width;
  return (
    <section
      class={`tile ${shown} ${small ? "small" : ""} ${broad} ${narrow} ${slim} ${tight} ${wordy}`}
      aria-label={camera.name}
      style={{ width: `${width}px` }}
    >
      <header style={{ height: `${grid.headPx}px` }}>
        <h2>{camera.name}</h2>
        {!small && camera.state !== "RUNNING" && <span class="state">{CAMERA_STATES[camera.state]}</span>}
        <Liveness camera={camera} judged={judged} />
      </header>
      <div
        class={judged.value === "doubted" ? "picture doubted" : "picture"}
        style={{ width: `${pictureWidth}px`, height: `${size.height}px` }}
      >
        <canvas ref={canvas} />
        <Scene
          size={size}
          zones={zones}
          people={camera.people}
          part={camera.looked?.part}
          bypasses={bypasses}
          view={props.view}
          camera={camera.id}
          named={size.width > 300}
        />
        <Veil camera={camera} judged={judged} />
        {alone && (judged.value === "live" || shown !== "blind") && (
          <b class={`verdict ${shown}`}>{verdictText(shown, zones)}</b>
        )}
      </div>
      {/* A camera that does not run has nothing to be seen larger, and a button of its own to touch. */}
      {onOpen !== undefined && camera.state === "RUNNING" && (
        <button
          type="button"
          class="open"
          aria-label={WALL.openThis(camera.name)}
          style={{ height: `${grid.headPx + size.height}px` }}
          onClick={onOpen}
        />
      )}
      {grid.detail !== "none" && <Verdict camera={camera} zones={zones} view={props.view} grid={grid} />}
    </section>
  );
}

interface LivenessProps {
  readonly camera: CameraView;
  readonly judged: ReadonlySignal<Picture["kind"]>;
}

/**
 * Moves with the frame numbers themselves: a mark that a style sheet moves would outlive the picture. The age is that of
 * the picture below it: where none is seen there is none, how new the box's own may be.
 */
function Liveness(props: LivenessProps) {
  const { shown } = tileOf(props.camera.id);
  const picture = shown.value;
  if (picture === undefined || props.camera.state !== "RUNNING") return <span class="liveness">–</span>;
  const ageMs = ageNow(picture, now.value);
  const step = props.judged.value === "live" ? picture.seq % 4 : undefined;
  return (
    <span class="liveness">
      {step !== undefined && (
        <svg viewBox="0 0 28 8" aria-hidden="true">
          {[0, 1, 2, 3].map((n) => (
            <rect key={n} class={n === step ? "lit" : ""} x={n * 7} y="1" width="5" height="6" />
          ))}
        </svg>
      )}
      <span>{frameAge(ageMs)}</span>
    </span>
  );
}

interface VerdictProps {
  readonly camera: CameraView;
  readonly zones: readonly ZoneView[];
  readonly view: View;
  readonly grid: Grid;
}

function Verdict(props: VerdictProps) {
  const { camera, zones, grid } = props;
  const { bypasses, site } = props.view;
  const shown = shownCamera(camera, zones, bypasses);
  const roomy = grid.detail === "zones";
  const height = grid.cell.height - grid.headPx - grid.picture.height;
  return (
    <div class={roomy ? "seen roomy" : "seen"} style={{ maxHeight: `${height}px` }}>
      <div class={`band ${shown}`}>
        <strong>{verdictText(shown, zones)}</strong>
        <span>{roomy ? seenText(camera) : seenShort(camera)}</span>
      </div>
      {roomy && (
        <ul>
          {zones.length === 0 && camera.verdict !== "clear" && <li>{TILE.noZones}</li>}
          {zones.map((zone) => (
            <li key={zone.id} class={shownZone(zone, bypasses)}>
              <i class={`swatch ${zone.kind}`} />
              <b>{zone.name}</b>
              <span>{ZONE_KINDS[zone.kind]}</span>
              <em>{zoneSays(shownZone(zone, bypasses))}</em>
              <small>{howLong(zone, bypassOf(zone, bypasses), site.timezone)}</small>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Where no zone is drawn nothing is judged: "clear" would say that somebody had looked. */
export function verdictText(shown: Shown, zones: readonly ZoneView[]): string {
  return shown === "clear" && zones.length === 0 ? TILE.noZones : VERDICTS[shown];
}

/** How long it is so, or how long it will be. */
function howLong(zone: ZoneView, bypass: BypassView | undefined, timezone: string): string {
  const until = zone.activity?.untilWallAt;
  if (bypass === undefined && until !== undefined)
    return STRIP.until(untilText(until, wallSecond.value, timezone));
  if (bypass === undefined) return STRIP.since(span(wallSecond.value - zone.sinceWallAt));
  return BYPASS.left(left(leftUntil(bypass.untilWallAt)));
}

/** Why there is no picture stands on the picture; here only why nobody looks at a good one. */
function seenText(camera: CameraView): string {
  if (camera.state !== "RUNNING") return "";
  const [worst] = camera.trust.faults;
  if (worst !== undefined) return TRUST_FAULTS[worst.why];
  if (camera.verdict === "blind") return camera.why ?? "";
  return camera.people.length === 0 ? TILE.nobody : TILE.people(camera.people.length);
}

/** In one line is room for two words; a fault is written over its picture. */
function seenShort(camera: CameraView): string {
  if (camera.state !== "RUNNING") return "";
  if (camera.verdict === "blind") return camera.trust.kind === "proving" ? TILE.checking : "";
  return camera.trust.faults.length > 0 ? "" : seenText(camera);
}
