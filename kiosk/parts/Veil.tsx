/** What lies over a picture that is not live: why, since when, what comes next, and what a person can do. */
import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { needsPerson } from "../../server/domain/camera.ts";
import type { CameraView } from "../../server/domain/view.ts";
import { switchCamera } from "../actions.ts";
import { CAMERA_FAULTS, CAMERA_STATES, TRUST_FAULTS } from "../codes.ts";
import { ageNow, judgePicture, type Picture, type Shown } from "../liveness.ts";
import { inside } from "../say.ts";
import { lastViewAt, now, wallNow } from "../state.ts";
import { countdown, frameAge } from "../text.ts";
import { tileOf } from "../tiles.ts";
import { TILE } from "../words.ts";
import { Icon } from "./Icon.tsx";

/** Whether the camera's picture on this page may look alive now. Changes only when the answer does. */
export function useJudged(camera: CameraView): ReadonlySignal<Picture["kind"]> {
  const latest = useSignal(camera);
  useLayoutEffect(() => {
    latest.value = camera;
  }, [camera]);
  return useComputed(() => judgePicture(latest.value, tileOf(latest.value.id).shown.value, now.value).kind);
}

/** Age of the newest picture: the one on this page, else the newest the box has. */
export function pictureAge(camera: CameraView, shown: Shown | undefined, at: number): number | undefined {
  if (shown !== undefined) return ageNow(shown, at);
  return camera.frameAgeMs === undefined ? undefined : camera.frameAgeMs + Math.max(0, at - lastViewAt.value);
}

interface Props {
  readonly camera: CameraView;
  readonly judged: ReadonlySignal<Picture["kind"]>;
}

export function Veil(props: Props) {
  const judged = props.judged.value;
  if (judged === "live") return null;
  return judged === "dead" ? <Dead camera={props.camera} /> : <Doubt camera={props.camera} />;
}

/** Dark and hatched, so that nothing of the old picture is taken for news. */
function Dead(props: { readonly camera: CameraView }) {
  const { camera } = props;
  const { shown, broken } = tileOf(camera.id);
  const picture = judgePicture(camera, shown.peek(), now.value);
  if (picture.kind !== "dead") return null;
  const ageMs = pictureAge(camera, shown.peek(), now.value);
  const stale = picture.why === "stale" && ageMs !== undefined;
  const person = camera.fault !== undefined && needsPerson(camera.fault);
  return (
    <div class="veil">
      <div class="told">
        <strong>{stale ? TILE.stale(frameAge(ageMs)) : TILE.dead}</strong>
        {picture.why === "state" && <b class="brief">{brief(camera)}</b>}
        <span class="whole">{whyDead(camera, picture, broken.value)}</span>
        {person && <b class="whole">{TILE.person}</b>}
        {person && <b class="brief">{TILE.personShort}</b>}
        {!stale && picture.why !== "none" && (
          <small class="whole">{ageMs === undefined ? TILE.never : TILE.last(frameAge(ageMs))}</small>
        )}
        {camera.retryWallAt !== undefined && <small>{retryText(camera.retryWallAt)}</small>}
      </div>
      {camera.state === "ERROR" && (
        <button
          type="button"
          aria-label={TILE.againThis(camera.name)}
          onClick={() => void switchCamera(camera, "start")}
        >
          <Icon name="reset" />
          <span>{TILE.again}</span>
        </button>
      )}
    </div>
  );
}

function brief(camera: CameraView): string {
  return camera.fault === undefined ? CAMERA_STATES[camera.state] : CAMERA_FAULTS[camera.fault];
}

function whyDead(camera: CameraView, picture: Picture & { readonly kind: "dead" }, broken: boolean): string {
  if (picture.why === "state") return camera.why ?? CAMERA_STATES[camera.state];
  if (broken) return TILE.broken;
  return camera.why ?? (picture.why === "none" ? TILE.waiting : "");
}

function retryText(at: number): string {
  const left = at - wallNow.value;
  return left > 0 ? TILE.retry(countdown(left)) : TILE.retryNow;
}

/** The picture is still to be seen, grey and struck out: it may help whoever mends the camera. */
function Doubt(props: { readonly camera: CameraView }) {
  const [worst, ...more] = props.camera.trust.faults;
  return (
    <div class="veil doubt">
      <svg class="strike" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
        <path d="M0 0 100 100M100 0 0 100" />
      </svg>
      <div class="told">
        <strong>{worst === undefined ? TILE.doubted : TRUST_FAULTS[worst.why]}</strong>
        <span class="whole">{worst?.message}</span>
        {more.length > 0 && (
          <small>{TILE.also(more.map(({ why }) => inside(TRUST_FAULTS[why])).join(", "))}</small>
        )}
      </div>
    </div>
  );
}
