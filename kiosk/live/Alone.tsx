/** One camera with the whole page; beside it the way back, how all the others are, the outputs and what was measured. */
import { useRef } from "preact/hooks";
import type { CameraView, View } from "../../server/domain/view.ts";
import { chooseGrid } from "../layout.ts";
import { Icon } from "../parts/Icon.tsx";
import { Tile, verdictText } from "../parts/Tile.tsx";
import { useRoom } from "../parts/use_room.ts";
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
    <div class={others.length > 0 ? "alone" : "alone only"}>
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
      {others.length > 0 && (
        <nav class="others" aria-label={WALL.others}>
          {others.map((other) => (
            <Other key={other.id} camera={other} view={view} />
          ))}
        </nav>
      )}
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
      <small>{verdictText(shown, zones)}</small>
    </button>
  );
}
