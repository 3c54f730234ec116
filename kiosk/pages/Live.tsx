/** The overview: every camera, and beside them the outputs and how well the box is doing. */
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { View } from "../../server/domain/view.ts";
import { type Area, chooseGrid } from "../layout.ts";
import { Strip } from "../parts/Strip.tsx";
import { Tile } from "../parts/Tile.tsx";
import { mm } from "../state.ts";
import { TILE } from "../words.ts";

export function Live(props: { readonly view: View }) {
  return (
    <div class="live">
      <Wall view={props.view} />
      <Strip view={props.view} />
    </div>
  );
}

function Wall(props: { readonly view: View }) {
  const { cameras } = props.view;
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
  const grid = chooseGrid(cameras.length, area.value, mm.value);
  const style = { gridTemplateColumns: `repeat(${grid.columns}, 1fr)`, gap: `${grid.gapPx}px` };
  return (
    <div class="wall" ref={wall}>
      {cameras.length === 0 && (
        <div class="nothing">
          <strong>{TILE.none}</strong>
          <p>{TILE.noneHow}</p>
        </div>
      )}
      <div class="tiles" style={style}>
        {cameras.map((camera) => (
          <Tile key={camera.id} camera={camera} view={props.view} grid={grid} />
        ))}
      </div>
    </div>
  );
}
