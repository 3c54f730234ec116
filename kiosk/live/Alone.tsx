/** One camera with the whole page, what was measured of it, and how all the others are beside the way back. */
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { CameraView, View } from "../../server/domain/view.ts";
import { VERDICTS } from "../codes.ts";
import { type Area, chooseGrid } from "../layout.ts";
import { Icon } from "../parts/Icon.tsx";
import { Tile } from "../parts/Tile.tsx";
import { shownCamera } from "../shown.ts";
import { mm } from "../state.ts";
import { Measured } from "./Measured.tsx";
import { alone, choose, layout } from "./wall.ts";
import { WALL } from "./words.ts";

export function Alone(props: { readonly camera: CameraView; readonly view: View }) {
  const { camera, view } = props;
  const room = useRef<HTMLDivElement>(null);
  const area = useRoom(room);
  const others = view.cameras.filter(({ id }) => id !== camera.id);
  const isLarge = layout.value.kind === "one" && layout.value.camera === camera.id;
  return (
    <div class="alone">
      <div class="aloneHead">
        <button
          type="button"
          onClick={() => {
            alone.value = undefined;
          }}
        >
          <Icon name="left" />
          {WALL.all}
        </button>
        <nav class="others" aria-label={WALL.others}>
          {others.map((other) => (
            <Other key={other.id} camera={other} view={view} />
          ))}
        </nav>
        {others.length > 0 && (
          <button
            type="button"
            onClick={() => {
              choose(isLarge ? { kind: "auto" } : { kind: "one", camera: camera.id });
              alone.value = undefined;
            }}
          >
            {isLarge ? WALL.notLarge : WALL.large}
          </button>
        )}
      </div>
      <Measured camera={camera} view={view} />
      <div class="aloneRoom" ref={room}>
        <Tile camera={camera} view={view} grid={chooseGrid(1, area.value, mm.value)} small={false} />
      </div>
    </div>
  );
}

/** A camera that is not on the page still says what is seen in it. */
function Other(props: { readonly camera: CameraView; readonly view: View }) {
  const { camera, view } = props;
  const zones = view.zones.filter((zone) => zone.camera === camera.id);
  const shown = shownCamera(camera, zones, view.bypasses);
  return (
    <button
      type="button"
      class={`other ${shown}`}
      onClick={() => {
        alone.value = camera.id;
      }}
    >
      <b>{camera.name}</b>
      <small>{VERDICTS[shown]}</small>
    </button>
  );
}

/** The room an element has, pixels, followed as it changes. */
export function useRoom(element: { readonly current: HTMLElement | null }) {
  const area = useSignal<Area>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const measured = element.current;
    if (measured === null) return;
    const measure = () => {
      area.value = { width: measured.clientWidth, height: measured.clientHeight };
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(measured);
    return () => observer.disconnect();
  }, []);
  return area;
}
