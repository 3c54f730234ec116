/** The overview: every camera, and beside them the outputs and how well the box is doing. */
import { useRef } from "preact/hooks";
import type { CameraView, View } from "../../server/domain/view.ts";
import { openFirstStart } from "../first/place.ts";
import { WAYS } from "../first/ways.ts";
import { type Area, chooseFocus, chooseGrid, type Grid, makeRoom } from "../layout.ts";
import { Alone, useRoom } from "../live/Alone.tsx";
import { alone, layout } from "../live/wall.ts";
import { Model, Strip } from "../parts/Strip.tsx";
import { Tile } from "../parts/Tile.tsx";
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
  const chosen = layout.value;
  const large =
    chosen.kind === "one" && count > 1
      ? (cameras.find(({ id }) => id === chosen.camera) ?? cameras[0])
      : undefined;
  const whole = chooseGrid(count, area.value, mm.value);
  const most = Math.max(1, ...cameras.map(({ id }) => zones.filter((zone) => zone.camera === id).length));
  // In portrait the strip lies under the pictures, and what it holds decides how much room they have.
  const lower =
    portrait.value || large !== undefined
      ? undefined
      : makeRoom(whole, { count, area: area.value, mm: mm.value, zones: most });
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
        {large === undefined ? (
          <Tiles cameras={cameras} view={props.view} grid={lower ?? whole} small={count > 4} />
        ) : (
          <OneLarge large={large} view={props.view} area={area.value} />
        )}
        {lower !== undefined && <Model model={model} />}
      </div>
      <Strip view={props.view} withModel={lower === undefined} />
    </div>
  );
}

function Tiles(props: {
  readonly cameras: readonly CameraView[];
  readonly view: View;
  readonly grid: Grid;
  readonly small: boolean;
}) {
  const { cameras, view, grid, small } = props;
  const style = { gridTemplateColumns: `repeat(${grid.columns}, 1fr)`, gap: `${grid.gapPx}px` };
  return (
    <div class="tiles" style={style}>
      {cameras.map((camera) => (
        <Tile
          key={camera.id}
          camera={camera}
          view={view}
          grid={grid}
          small={small}
          onOpen={() => {
            alone.value = camera.id;
          }}
        />
      ))}
    </div>
  );
}

function OneLarge(props: { readonly large: CameraView; readonly view: View; readonly area: Area }) {
  const { large, view, area } = props;
  const focus = chooseFocus(view.cameras.length, area, mm.value);
  const others = view.cameras.filter(({ id }) => id !== large.id);
  const { share, side, gapPx } = focus;
  const tracks = `minmax(0, ${1 - share}fr) minmax(0, ${share}fr)`;
  const style = side === "right" ? { gridTemplateColumns: tracks } : { gridTemplateRows: tracks };
  return (
    <div class="focus" style={{ ...style, gap: `${gapPx}px` }}>
      <Tiles cameras={[large]} view={view} grid={focus.large} small={false} />
      <Tiles cameras={others} view={view} grid={focus.others} small={true} />
    </div>
  );
}
