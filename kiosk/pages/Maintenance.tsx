/** Behind a PIN: what is set up, the way to the cameras' pages, and what this box is. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { CameraView, View } from "../../server/domain/view.ts";
import { lock, unlock } from "../actions.ts";
import { locksIn } from "../idle.ts";
import { PinPad } from "../parts/PinPad.tsx";
import { Output } from "../parts/Strip.tsx";
import { room, session } from "../state.ts";
import { countdown } from "../text.ts";
import {
  CAMERA_STATES,
  LOST,
  MAINTENANCE,
  MODEL_STATES,
  PIN,
  ROLES,
  STRIP,
  TRUST_FAULTS,
  USER_ROLES,
} from "../words.ts";

export function Maintenance(props: { readonly view: View }) {
  if (session.value === undefined)
    return (
      <div class="gate">
        <PinPad
          title={PIN.who}
          confirm={(entry) => (
            <button
              type="button"
              class="primary"
              disabled={!entry.ready}
              onClick={() => entry.submit(unlock)}
            >
              {PIN.unlock}
            </button>
          )}
        />
      </div>
    );
  return room.value === "cameras" ? <CamerasLater view={props.view} /> : <Workshop view={props.view} />;
}

type CamerasPage = typeof import("../cameras/Cameras.tsx")["Cameras"];
type Loaded =
  | { readonly kind: "loading" }
  | { readonly kind: "failed" }
  | { readonly kind: "ready"; readonly Page: CamerasPage };
const cameras = signal<Loaded>({ kind: "loading" });

/** Most panels never open it, and the overview must be there soon: it comes in a file of its own. */
async function loadCameras(): Promise<void> {
  if (cameras.value.kind === "ready") return;
  cameras.value = { kind: "loading" };
  try {
    const { Cameras: Page } = await import("../cameras/Cameras.tsx");
    cameras.value = { kind: "ready", Page };
  } catch {
    cameras.value = { kind: "failed" }; // said in the page's place, with a button to try again
  }
}

function CamerasLater(props: { readonly view: View }) {
  useEffect(() => void loadCameras(), []);
  const loaded = cameras.value;
  if (loaded.kind === "ready") return <loaded.Page view={props.view} />;
  return (
    <div class="nothing">
      <strong>{loaded.kind === "failed" ? MAINTENANCE.notLoaded : MAINTENANCE.loading}</strong>
      {loaded.kind === "failed" && (
        <button type="button" onClick={() => location.reload()}>
          {LOST.again}
        </button>
      )}
    </div>
  );
}

function Workshop(props: { readonly view: View }) {
  const { view } = props;
  return (
    <div class="workshop">
      <div class="column">
        <SignedIn />
        <div class="card">
          <h3>{MAINTENANCE.cameras}</h3>
          {view.cameras.map((camera) => (
            <Camera key={camera.id} camera={camera} />
          ))}
          <button
            type="button"
            onClick={() => {
              room.value = "cameras";
            }}
          >
            {MAINTENANCE.camerasOpen}
          </button>
        </div>
        <div class="card about">
          <h3>
            {MAINTENANCE.about} <span>{MAINTENANCE.version(view.version)}</span>
          </h3>
          {MAINTENANCE.aboutText.map((text) => (
            <p key={text}>{text}</p>
          ))}
        </div>
      </div>
      <div class="column">
        <div class="card model">
          <h3>
            {MAINTENANCE.detector} <span>{MODEL_STATES[view.model.state]}</span>
          </h3>
          <p>
            <b>{view.model.name}</b> {view.model.quality} {view.model.why}
          </p>
        </div>
        <div class="card outputs">
          <h3>{MAINTENANCE.outputs}</h3>
          {view.outputs.length === 0 && <p class="muted">{STRIP.noOutputs}</p>}
          {view.outputs.map((output) => (
            <div key={output.id}>
              <Output output={output} />
              <p class="where">{MAINTENANCE.channel(ROLES[output.role], output.board, output.channel)}</p>
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

/** Said in good time, so that nobody is thrown out in the middle of something. */
const WARN_BEFORE_MS = 30_000;

function SignedIn() {
  const person = session.value;
  if (person === undefined) return null;
  const closing = locksIn.value < WARN_BEFORE_MS;
  return (
    <div class="card signed">
      <div>
        <b>{MAINTENANCE.signedIn(person.name, USER_ROLES[person.role])}</b>
        {closing && <p>{MAINTENANCE.locksIn(countdown(locksIn.value))}</p>}
      </div>
      <button type="button" onClick={() => void lock()}>
        {MAINTENANCE.lock}
      </button>
    </div>
  );
}

function Camera(props: { readonly camera: CameraView }) {
  const { camera } = props;
  const [worst] = camera.trust.faults;
  const bad = camera.state === "ERROR" || worst !== undefined;
  return (
    <div class="camera">
      <b>{camera.name}</b>{" "}
      <span class={bad ? "bad" : ""}>
        {worst === undefined ? CAMERA_STATES[camera.state] : TRUST_FAULTS[worst.why]}
      </span>
      <p>{camera.why ?? MAINTENANCE.frames(camera.frameCount, camera.fps30s)}</p>
    </div>
  );
}
