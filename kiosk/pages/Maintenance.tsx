/** Behind a PIN: what is set up, the way to the cameras' pages, and what this box is. */
import type { CameraView, View } from "../../server/domain/view.ts";
import { lock, unlock } from "../actions.ts";
import { locksIn } from "../idle.ts";
import { later } from "../parts/Later.tsx";
import { PinPad } from "../parts/PinPad.tsx";
import { Output } from "../parts/Strip.tsx";
import { asking, room, session } from "../state.ts";
import { countdown } from "../text.ts";
import {
  BYPASS,
  CAMERA_STATES,
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
          // A supervisor needs no session for it: the PIN is asked for each time.
          children={<BypassButton />}
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
  switch (room.value) {
    case "cameras":
      return <Cameras view={props.view} />;
    case "outputs":
      return <Outputs view={props.view} />;
    case "zones":
      return <Zones view={props.view} />;
    case "walks":
      return <Walk view={props.view} />;
    case "detector":
      return <Detector view={props.view} />;
    case "workshop":
      return <Workshop view={props.view} />;
  }
}

const Cameras = later(async () => (await import("../cameras/Cameras.tsx")).Cameras);
const Zones = later(async () => (await import("../zones/Zones.tsx")).Zones);
const Walk = later(async () => (await import("../walk/Walk.tsx")).Walk);
const Detector = later(async () => (await import("../detector/Detector.tsx")).Detector);
const Outputs = later(async () => (await import("../outputs/Outputs.tsx")).Outputs);

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
        <div class="card">
          <h3>{MAINTENANCE.zones}</h3>
          <p>{MAINTENANCE.zonesWhat}</p>
          <button
            type="button"
            onClick={() => {
              room.value = "zones";
            }}
          >
            {MAINTENANCE.zonesOpen}
          </button>
        </div>
        <div class="card">
          <h3>{BYPASS.title}</h3>
          <p>{BYPASS.what}</p>
          <BypassButton />
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
          {view.headroom !== undefined && <p>{MAINTENANCE.headroom(view.headroom)}</p>}
          <button
            type="button"
            onClick={() => {
              room.value = "detector";
            }}
          >
            {MAINTENANCE.detectorOpen}
          </button>
        </div>
        <div class="card">
          <h3>{MAINTENANCE.walks}</h3>
          <p>
            {view.walk === undefined
              ? MAINTENANCE.walksWhat
              : MAINTENANCE.walksNow(view.walk.by, view.walk.name)}
          </p>
          <button
            type="button"
            onClick={() => {
              room.value = "walks";
            }}
          >
            {MAINTENANCE.walksOpen}
          </button>
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
          <button
            type="button"
            onClick={() => {
              room.value = "outputs";
            }}
          >
            {MAINTENANCE.outputsOpen}
          </button>
        </div>
      </div>
    </div>
  );
}

function BypassButton() {
  return (
    <button
      type="button"
      onClick={() => {
        asking.value = "bypass";
      }}
    >
      {BYPASS.open}
    </button>
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
