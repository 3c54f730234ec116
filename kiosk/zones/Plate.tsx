/** A camera's picture with zones on it, in a box of a thousand: standing still, or live. */
import type { ComponentChildren } from "preact";
import { useCallback } from "preact/hooks";
import type { Polygon } from "../../server/domain/geometry.ts";
import type { CameraView } from "../../server/domain/view.ts";
import { useJudged, Veil } from "../parts/Veil.tsx";
import { setCanvas } from "../tiles.ts";
import type { Kind } from "./draft.ts";

export const WIDTH = 1_000;

export interface PlateSize {
  readonly width: number;
  readonly height: number;
}

export function plateOf(camera: CameraView | undefined): PlateSize {
  const { width, height } = camera?.size ?? { width: 16, height: 9 };
  return { width: WIDTH, height: (WIDTH * height) / width };
}

/** The room for a picture, which keeps its shape as large as it fits. */
export function Plate(props: {
  readonly size: PlateSize;
  readonly name: string;
  readonly children: ComponentChildren;
}) {
  const { width, height } = props.size;
  return (
    <section class="plate" style={{ "--shape": `${width} / ${height}` }} aria-label={props.name}>
      <div class="picture">{props.children}</div>
    </section>
  );
}

/** The newest pictures of the camera; what is not live is covered, with the reason. */
export function Lens(props: { readonly camera: CameraView }) {
  const { camera } = props;
  const { id } = camera;
  const canvas = useCallback((element: HTMLCanvasElement | null) => setCanvas(id, element), [id]);
  const judged = useJudged(camera);
  return (
    <>
      <canvas ref={canvas} />
      <Veil camera={camera} judged={judged} />
    </>
  );
}

export function pointsText(points: Polygon, { width, height }: PlateSize): string {
  return points.map(([x, y]) => `${(x * width).toFixed(1)},${(y * height).toFixed(1)}`).join(" ");
}

/** One outline: as it is drawn, as another zone stands behind it, or as it was. */
export function Area(props: {
  readonly points: Polygon;
  readonly open?: boolean;
  readonly kind: Kind;
  readonly look: "drawn" | "other" | "before" | "wrong";
  readonly size: PlateSize;
}) {
  const { kind, look, open = false } = props;
  const points = pointsText(props.points, props.size);
  return (
    <g class={`zone outline ${kind} ${look}`}>
      {open ? (
        <>
          <polyline class="under" points={points} />
          <polyline class="line" points={points} />
        </>
      ) : (
        <>
          <polygon class="under" points={points} />
          <polygon class="line" points={points} />
        </>
      )}
    </g>
  );
}
