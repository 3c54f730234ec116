/** One camera: its picture, what was seen in it, and a plain "no" where the picture is not live. */
import { useComputed } from "@preact/signals";
import { useCallback } from "preact/hooks";
import type { CameraView, View, ZoneView } from "../../server/domain/view.ts";
import { fit, type Grid } from "../layout.ts";
import { ageNow, judgePicture, type Picture } from "../liveness.ts";
import { mm, now, wallNow, wallSecond } from "../state.ts";
import { countdown, frameAge, span } from "../text.ts";
import { setCanvas, tileOf } from "../tiles.ts";
import { CAMERA_STATES, STRIP, TILE, VERDICTS, ZONE_KINDS, zoneSays } from "../words.ts";
import { Scene } from "./Scene.tsx";

/** Under this width a zone's row has no room for the words of its kind; its mark still says it. */
const NARROW_MM = 78;

interface Props {
  readonly camera: CameraView;
  readonly view: View;
  readonly grid: Grid;
}

export function Tile(props: Props) {
  const { camera, grid } = props;
  const zones = props.view.zones.filter((zone) => zone.camera === camera.id);
  const size = fit(camera.size ? camera.size.width / camera.size.height : 16 / 9, grid.picture);
  const small = props.view.cameras.length > 4;
  const narrow = size.width < NARROW_MM * mm.value;
  const id = camera.id;
  const canvas = useCallback((element: HTMLCanvasElement | null) => setCanvas(id, element), [id]);
  return (
    <section
      class={`tile ${camera.verdict} ${small ? "small" : ""} ${narrow ? "narrow" : ""}`}
      aria-label={camera.name}
      style={{ width: `${size.width}px` }}
    >
      <header style={{ height: `${grid.headPx}px` }}>
        <h2>{camera.name}</h2>
        {camera.state !== "RUNNING" && <span class="state">{CAMERA_STATES[camera.state]}</span>}
        <Liveness camera={id} />
      </header>
      <div class="picture" style={{ width: `${size.width}px`, height: `${size.height}px` }}>
        <canvas ref={canvas} />
        <Scene size={size} zones={zones} people={camera.people} named={size.width > 300} />
        <Veil camera={camera} />
        {grid.detail === "none" && <b class={`verdict ${camera.verdict}`}>{VERDICTS[camera.verdict]}</b>}
      </div>
      {grid.detail !== "none" && <Verdict camera={camera} zones={zones} grid={grid} />}
    </section>
  );
}

/** Moves with the frame numbers themselves: a mark that a style sheet moves would outlive the picture. */
function Liveness(props: { readonly camera: string }) {
  const { shown } = tileOf(props.camera);
  const picture = shown.value;
  if (picture === undefined) return <span class="liveness">–</span>;
  const step = picture.seq % 4;
  return (
    <span class="liveness">
      <svg viewBox="0 0 28 8" aria-hidden="true">
        {[0, 1, 2, 3].map((n) => (
          <rect key={n} class={n === step ? "lit" : ""} x={n * 7} y="1" width="5" height="6" />
        ))}
      </svg>
      <span>{frameAge(ageNow(picture, now.value))}</span>
    </span>
  );
}

/** Over a picture that is not live: dark, hatched, and in words why. */
function Veil(props: { readonly camera: CameraView }) {
  const { camera } = props;
  const tile = tileOf(camera.id);
  const state = camera.state;
  const why = useComputed(() => {
    const picture = judgePicture(state, tile.shown.value, now.value);
    return picture.kind === "live" ? "" : picture.why;
  });
  // A live picture redraws nothing here ten times a second; a dead one counts its age.
  const picture = why.value === "" ? undefined : judgePicture(state, tile.shown.peek(), now.value);
  if (picture === undefined || picture.kind === "live") return null;
  return (
    <div class="veil">
      <strong>{TILE.dead}</strong>
      <span>{whyDead(camera, picture, tile.broken.value)}</span>
      {camera.retryWallAt !== undefined && <small>{retryText(camera.retryWallAt)}</small>}
    </div>
  );
}

function whyDead(camera: CameraView, picture: Picture & { readonly kind: "dead" }, broken: boolean): string {
  if (picture.why === "state") return camera.why ?? CAMERA_STATES[camera.state];
  if (broken) return TILE.broken;
  if (picture.why === "none") return camera.why ?? TILE.waiting;
  return TILE.stale(frameAge(picture.ageMs ?? 0));
}

function retryText(at: number): string {
  const left = at - wallNow.value;
  return left > 0 ? TILE.retry(countdown(left)) : TILE.retryNow;
}

interface VerdictProps {
  readonly camera: CameraView;
  readonly zones: readonly ZoneView[];
  readonly grid: Grid;
}

function Verdict(props: VerdictProps) {
  const { camera, zones, grid } = props;
  const roomy = grid.detail === "zones";
  const height = grid.cell.height - grid.headPx - grid.picture.height;
  return (
    <div class={roomy ? "seen roomy" : "seen"} style={{ maxHeight: `${height}px` }}>
      <div class={`band ${camera.verdict}`}>
        <strong>{VERDICTS[camera.verdict]}</strong>
        <span>{seenText(camera)}</span>
      </div>
      {roomy && (
        <ul>
          {zones.length === 0 && <li>{TILE.noZones}</li>}
          {zones.map((zone) => (
            <li key={zone.id} class={zone.verdict}>
              <i class={`swatch ${zone.kind}`} />
              <b>{zone.name}</b>
              <span>{ZONE_KINDS[zone.kind]}</span>
              <em>{zoneSays(zone)}</em>
              <small>{STRIP.since(span(wallSecond.value - zone.sinceWallAt))}</small>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Why there is no picture stands on the picture; here only why nobody looks at a good one. */
function seenText(camera: CameraView): string {
  if (camera.state !== "RUNNING") return "";
  if (camera.verdict === "blind") return camera.why ?? "";
  return camera.people.length === 0 ? TILE.nobody : TILE.people(camera.people.length);
}
