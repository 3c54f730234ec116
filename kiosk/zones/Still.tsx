/** The picture to draw on: taken once the camera can be trusted, kept until another one is asked for. */
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { CameraView } from "../../server/domain/view.ts";
import { useJudged } from "../parts/Veil.tsx";
import { now } from "../state.ts";
import { frameAge } from "../text.ts";
import { tileOf } from "../tiles.ts";
import { type Frame, frame, freeze } from "./frame.ts";
import { Lens, Plate, type PlateSize } from "./Plate.tsx";
import { DRAW } from "./words.ts";

export function Still(props: {
  readonly camera: CameraView;
  readonly size: PlateSize;
  readonly children: (frame: Frame) => ComponentChildren;
}) {
  const { camera, size } = props;
  const kept = frame.value?.camera === camera.id ? frame.value : undefined;
  return (
    <Plate size={size} name={camera.name}>
      {kept === undefined ? (
        <Waiting camera={camera} />
      ) : (
        <>
          {props.children(kept)}
          <StillAge />
        </>
      )}
    </Plate>
  );
}

/** Live until a picture of a trusted camera is there. */
function Waiting(props: { readonly camera: CameraView }) {
  const { camera } = props;
  const judged = useJudged(camera);
  const { seq } = tileOf(camera.id).shown.value ?? {};
  const ready = judged.value === "live" && camera.trust.kind === "trusted";
  useEffect(() => {
    if (ready) frame.value = freeze(camera.id);
  }, [ready, seq]);
  return (
    <>
      <Lens camera={camera} />
      <p class="still-waits">
        {DRAW.waiting} {camera.why !== undefined && `${DRAW.waitingHow} ${camera.why}`}
      </p>
    </>
  );
}

/** A picture of an empty cell must not be taken for the cell. Counts by itself: the drawing is not drawn anew with it. */
export function StillAge() {
  const taken = frame.value?.takenAt;
  return <p class="still-age">{taken === undefined ? "" : DRAW.age(frameAge(now.value - taken))}</p>;
}

/** The next picture of the camera takes its place. */
export function takeAnother(): void {
  frame.value = undefined;
}
