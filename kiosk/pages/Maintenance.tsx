/** Behind a PIN: what is set up, starting and stopping cameras, and what this box is. */
import type { CameraView, View } from "../../server/domain/view.ts";
import { lock, switchCamera, unlock } from "../actions.ts";
import { locksIn } from "../idle.ts";
import { PinPad } from "../parts/PinPad.tsx";
import { Output } from "../parts/Strip.tsx";
import { session } from "../state.ts";
import { countdown } from "../text.ts";
import { CAMERA_STATES, MAINTENANCE, MODEL_STATES, PIN, ROLES, STRIP, USER_ROLES } from "../words.ts";

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
  return <Workshop view={props.view} />;
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
  const runs = camera.state !== "IDLE" && camera.state !== "STOPPING";
  return (
    <div class="camera">
      <div>
        <b>{camera.name}</b>{" "}
        <span class={camera.state === "ERROR" ? "bad" : ""}>{CAMERA_STATES[camera.state]}</span>
        <p>{camera.why ?? MAINTENANCE.frames(camera.frameCount, camera.fps30s)}</p>
      </div>
      <button
        type="button"
        aria-label={runs ? MAINTENANCE.stopThis(camera.name) : MAINTENANCE.startThis(camera.name)}
        onClick={() => void switchCamera(camera, runs ? "stop" : "start")}
      >
        {runs ? MAINTENANCE.stop : MAINTENANCE.start}
      </button>
    </div>
  );
}
