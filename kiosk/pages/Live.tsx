/** The overview: every camera, and beside them the outputs and how well the box is doing. */
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { View } from "../../server/domain/view.ts";
import { openFirstStart } from "../first/place.ts";
import { WAYS } from "../first/ways.ts";
import { type Area, chooseGrid, makeRoom } from "../layout.ts";
import { Model, Strip } from "../parts/Strip.tsx";
import { Tile } from "../parts/Tile.tsx";
import { mm, portrait } from "../state.ts";
import { TILE } from "../words.ts";

export function Live(props: { readonly view: View }) {
  const { cameras, zones, model } = props.view;
  const area = useSignal<Area>({ width: 0, height: 0 });
  const wall = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = wall.current;
    if (element === null) return;
    const measure = () => {
      area.value = { width: element.clientWidth, height: element.clientHeight };
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const count = cameras.length;
  const whole = chooseGrid(count, area.value, mm.value);
  const most = Math.max(1, ...cameras.map(({ id }) => zones.filter((zone) => zone.camera === id).length));
  // In portrait the strip lies under the pictures, and what it holds decides how much room they have.
  const lower = portrait.value
    ? undefined
    : makeRoom(whole, { count, area: area.value, mm: mm.value, zones: most });
  const grid = lower ?? whole;
  const style = { gridTemplateColumns: `repeat(${grid.columns}, 1fr)`, gap: `${grid.gapPx}px` };
  return (
    <div class="live">
      <div class="wall" ref={wall}>
        {count === 0 && (
          <div class="nothing">
            <strong>{TILE.none}</strong>
            <p>{TILE.noneHow}</p>
            <button type="button" onClick={openFirstStart}>
              {WAYS.firstOpen}
            </button>
          </div>
        )}
        <div class="tiles" style={style}>
          {cameras.map((camera) => (
            <Tile key={camera.id} camera={camera} view={props.view} grid={grid} />
          ))}
        </div>
        {lower !== undefined && <Model model={model} />}
      </div>
      <Strip view={props.view} withModel={lower === undefined} />
    </div>
  );
}
