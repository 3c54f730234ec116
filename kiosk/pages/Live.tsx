/** The overview: every camera, and beside them the outputs and how well the box is doing. */
import { useRef } from "preact/hooks";
import type { CameraView, View } from "../../server/domain/view.ts";
import { openFirstStart } from "../first/place.ts";
import { WAYS } from "../first/ways.ts";
import { type Area, chooseFocus, chooseGrid, type Grid, makeRoom, type Place, placeIn } from "../layout.ts";
import { Alone } from "../live/Alone.tsx";
import { alone, large, layout } from "../live/wall.ts";
import { Model, Strip } from "../parts/Strip.tsx";
import { Tile } from "../parts/Tile.tsx";
import { useRoom } from "../parts/use_room.ts";
import { mm, portrait } from "../state.ts";
import { TILE } from "../words.ts";

export function Live(props: { readonly view: View }) {
  const lonely = props.view.cameras.find(({ id }) => id === alone.value);
  if (lonely !== undefined) return <Alone camera={lonely} view={props.view} />;
  return <Overview view={props.view} />;
}

function Overview(props: { readonly view: View }) {
  const { cameras, zones, model } = props.view;
  const wall = useRef<HTMLDivElement>(null);
  const area = useRoom(wall);
  const count = cameras.length;
  const whole = chooseGrid(count, area.value, mm.value);
  const focus = focusOf(cameras, area.value, whole);
  const most = Math.max(1, ...cameras.map(({ id }) => zones.filter((zone) => zone.camera === id).length));
  // In portrait the strip lies under the pictures, and what it holds decides how much room they have.
  const lower =
    portrait.value || focus !== undefined
      ? undefined
      : makeRoom(whole, { count, area: area.value, mm: mm.value, zones: most });
  const cells = focus ?? alike(cameras, lower ?? whole);
  return (
    <div class="live">
      <div class="wall" ref={wall}>
        {count === 0 && (
          <div class="nothing">
            <h2>{TILE.none}</h2>
            <p>{TILE.noneHow}</p>
            <button type="button" onClick={openFirstStart}>
              {WAYS.firstOpen}
            </button>
          </div>
        )}
        {cameras.map((camera) => {
          const cell = cells.get(camera.id);
          return cell && <Cell key={camera.id} camera={camera} view={props.view} cell={cell} />;
        })}
        {lower !== undefined && <Model model={model} />}
      </div>
      <Strip view={props.view} withModel={lower === undefined} />
    </div>
  );
}

/** Where a tile lies. All of them are of one row of elements: a picture that is moved goes on being live. */
interface CellPlace {
  readonly place: Place;
  readonly grid: Grid;
  readonly small: boolean;
  readonly aside: boolean;
}
type Cells = ReadonlyMap<string, CellPlace>;

function alike(cameras: readonly CameraView[], grid: Grid): Cells {
  const looks = { grid, small: cameras.length > 4, aside: false };
  return new Map(cameras.map(({ id }, n) => [id, { ...looks, place: placeIn(grid, n) }]));
}

/** Some large and the others beside them; undefined where none is large, or would be no larger for it. */
function focusOf(cameras: readonly CameraView[], area: Area, whole: Grid): Cells | undefined {
  const found = cameras.filter(({ id }) => large.value.includes(id));
  const chosen = layout.value.kind === "one" && found.length === 0 ? cameras.slice(0, 1) : found;
  const rest = cameras.filter((camera) => !chosen.includes(camera));
  if (chosen.length === 0 || rest.length === 0) return undefined;
  const focus = chooseFocus(chosen.length, rest.length, area, mm.value);
  if (focus.large.picture.width <= whole.picture.width) return undefined;
  const looks = { grid: focus.others, small: true, aside: true };
  const small = rest.map(
    ({ id }, n) => [id, { ...looks, place: placeIn(focus.others, n, focus.aside) }] as const,
  );
  return new Map([...alike(chosen, focus.large), ...small]);
}

function Cell(props: { readonly camera: CameraView; readonly view: View; readonly cell: CellPlace }) {
  const { camera, view } = props;
  const { place, grid, small, aside } = props.cell;
  const { width, height } = grid.cell;
  const style = { left: `${place.x}px`, top: `${place.y}px`, width: `${width}px`, height: `${height}px` };
  return (
    <div class={aside ? "cell aside" : "cell"} style={style}>
      <Tile
        camera={camera}
        view={view}
        grid={grid}
        small={small}
        onOpen={() => {
          alone.value = camera.id;
        }}
      />
    </div>
  );
}
