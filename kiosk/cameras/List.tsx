/** Every camera in a row: what it does, why, and how well its pictures come. */
import type { CameraView, View } from "../../server/domain/view.ts";
import { CAMERA_STATES, TRUST_FAULTS } from "../codes.ts";
import { Head } from "../parts/Head.tsx";
import { inside } from "../say.ts";
import { lastViewAt, now, room } from "../state.ts";
import { frameAge } from "../text.ts";
import { place } from "./place.ts";
import { CAMERAS, ROW } from "./words.ts";

export function List(props: { readonly view: View }) {
  const { cameras } = props.view;
  return (
    <div class="setup">
      <Head
        title={CAMERAS.title}
        onBack={() => {
          room.value = "workshop";
        }}
      >
        <button
          type="button"
          class="primary"
          onClick={() => {
            place.value = { kind: "add" };
          }}
        >
          {CAMERAS.add}
        </button>
      </Head>
      {cameras.length === 0 ? (
        <div class="nothing">
          <strong>{CAMERAS.none}</strong>
          <p>{CAMERAS.noneHow}</p>
        </div>
      ) : (
        <ul class="rows" aria-label={CAMERAS.title}>
          {cameras.map((camera) => (
            <li key={camera.id}>
              <Row camera={camera} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Row(props: { readonly camera: CameraView }) {
  const { camera } = props;
  const { size } = camera;
  return (
    <button
      type="button"
      class="row"
      aria-label={camera.name}
      onClick={() => {
        place.value = { kind: "camera", id: camera.id };
      }}
    >
      <span class="who">
        <b>{camera.name}</b>
        <em class={isBad(camera) ? "bad" : ""}>{stateText(camera)}</em>
        {camera.why !== undefined && <small>{camera.why}</small>}
      </span>
      <span class="figures">
        <i>{ROW.rate(camera.fps30s)}</i>
        <i>{size === undefined ? "–" : ROW.size(size.width, size.height)}</i>
        <i>{camera.codec ?? "–"}</i>
        <i>{ageText(camera, now.value)}</i>
      </span>
    </button>
  );
}

/** Whether somebody has to see to it. */
export function isBad({ state, trust }: CameraView): boolean {
  return state === "ERROR" || trust.kind === "distrusted";
}

/** The state, and for a camera that runs what is wrong with its pictures. */
export function stateText(camera: CameraView): string {
  if (camera.state !== "RUNNING") return CAMERA_STATES[camera.state];
  const { kind, faults } = camera.trust;
  const [worst] = faults;
  if (worst !== undefined) return TRUST_FAULTS[worst.why];
  return kind === "trusted" ? CAMERA_STATES.RUNNING : `${CAMERA_STATES.RUNNING}, ${inside(ROW[kind])}`;
}

export function ageText(camera: CameraView, at: number): string {
  if (camera.frameAgeMs === undefined) return ROW.noAge;
  return ROW.age(frameAge(camera.frameAgeMs + Math.max(0, at - lastViewAt.value)));
}
