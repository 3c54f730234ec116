/** Behind a PIN: what is set up, the way to the cameras' pages, and what this box is. */

import { type PermissionId, whoMay } from "../../server/domain/permission.ts";
import type { CameraView, View } from "../../server/domain/view.ts";
import { lock, stay } from "../actions.ts";
import { BACKUP_WAY, BackupCard } from "../backup/way.tsx";
import { CAMERA_STATES, MODEL_STATES, ROLES, TRUST_FAULTS, USER_ROLES } from "../codes.ts";
import { openFirstStart, underway } from "../first/place.ts";
import { WAYS } from "../first/ways.ts";
import { heard } from "../heard.ts";
import { locksIn } from "../idle.ts";
import { INTEGRATIONS_WAY, NETWORK_WAY } from "../network/ways.ts";
import { SIZE } from "../panel/size_words.ts";
import { BypassButton, Gate } from "../parts/Gate.tsx";
import { later } from "../parts/Later.tsx";
import { Output } from "../parts/Strip.tsx";
import { may } from "../people/may.ts";
import { room, session } from "../state.ts";
import { WAY as STORAGE_WAY, StorageCard } from "../storage/way.tsx";
import { SystemCard, WAY } from "../system/way.tsx";
import { countdown, left } from "../text.ts";
import { BYPASS, MAINTENANCE, STRIP } from "../words.ts";

export function Maintenance(props: { readonly view: View }) {
  if (underway.value && (session.value === undefined || room.value === "workshop"))
    return <FirstStart view={props.view} />;
  if (session.value === undefined) return <Gate />;
  return (
    <>
      <Room view={props.view} />
      <Closing />
    </>
  );
}

function Room(props: { readonly view: View }) {
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
    case "people":
      return <People />;
    case "record":
      return <Record view={props.view} />;
    case "settings":
      return <Settings view={props.view} />;
    case "versions":
      return <Versions view={props.view} />;
    case "size":
      return <Size onBack={toWorkshop} />;
    case "system":
      return <System view={props.view} />;
    case "storage":
      return <Storage view={props.view} />;
    case "backup":
      return <Backup view={props.view} />;
    case "network":
      return <Network view={props.view} />;
    case "integrations":
      return <Integrations view={props.view} />;
    case "workshop":
      return <Workshop view={props.view} />;
  }
}

const Cameras = later(async () => (await import("../cameras/Cameras.tsx")).Cameras);
const Zones = later(async () => (await import("../zones/Zones.tsx")).Zones);
const Walk = later(async () => (await import("../walk/Walk.tsx")).Walk);
const Detector = later(async () => (await import("../detector/Detector.tsx")).Detector);
const People = later(async () => (await import("../people/People.tsx")).People);
const Record = later(async () => (await import("../record/Record.tsx")).Record);
const Settings = later(async () => (await import("../settings/Settings.tsx")).Settings);
const FirstStart = later(async () => (await import("../first/FirstStart.tsx")).FirstStart);
const Versions = later(async () => (await import("../versions/Versions.tsx")).Versions);
const Size = later<{ readonly onBack: () => void }>(async () => (await import("../panel/Size.tsx")).Size);
const System = later(async () => (await import("../system/System.tsx")).System);
const Storage = later(async () => (await import("../storage/Storage.tsx")).Storage);
const Backup = later(async () => (await import("../backup/Backup.tsx")).Backup);
const Network = later(async () => (await import("../network/Network.tsx")).Network);
const Integrations = later(async () => (await import("../integrations/Integrations.tsx")).Integrations);
const Outputs = later(async () => (await import("../outputs/Outputs.tsx")).Outputs);

function toWorkshop(): void {
  room.value = "workshop";
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
          <Open to="cameras" permission="cameras.change" name={MAINTENANCE.camerasOpen} />
        </div>
        <div class="card">
          <h3>{MAINTENANCE.people}</h3>
          <p>{MAINTENANCE.peopleWhat}</p>
          <Open to="people" permission="people.change" name={MAINTENANCE.peopleOpen} />
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
        <div class="card">
          <h3>{MAINTENANCE.record}</h3>
          <p>{MAINTENANCE.recordWhat}</p>
          <Open to="record" permission="setup.look" name={MAINTENANCE.recordOpen} />
        </div>
        <StorageCard>
          <Open to="storage" permission="setup.look" name={STORAGE_WAY.open} />
        </StorageCard>
        <BackupCard>
          <Open to="backup" permission="backup" name={BACKUP_WAY.open} />
        </BackupCard>
        <div class="card">
          <h3>{WAYS.settings}</h3>
          <p>{WAYS.settingsWhat}</p>
          <Open to="settings" permission="setup.look" name={WAYS.settingsOpen} />
        </div>
        <div class="card">
          <h3>{WAYS.first}</h3>
          <p>{WAYS.firstWhat}</p>
          <button type="button" onClick={openFirstStart}>
            {WAYS.firstOpen}
          </button>
        </div>
        <div class="card">
          <h3>{MAINTENANCE.versions}</h3>
          <p>{MAINTENANCE.versionsWhat}</p>
          <Open to="versions" permission="setup.look" name={MAINTENANCE.versionsOpen} />
        </div>
        <div class="card">
          <h3>{SIZE.title}</h3>
          <p>{SIZE.what}</p>
          <button
            type="button"
            onClick={() => {
              room.value = "size";
            }}
          >
            {SIZE.open}
          </button>
        </div>
        <div class="card">
          <h3>{NETWORK_WAY.title}</h3>
          <p>{NETWORK_WAY.what}</p>
          <Open to="network" permission="setup.look" name={NETWORK_WAY.open} />
        </div>
        <div class="card">
          <h3>{INTEGRATIONS_WAY.title}</h3>
          <p>{INTEGRATIONS_WAY.what}</p>
          <Open to="integrations" permission="setup.look" name={INTEGRATIONS_WAY.open} />
        </div>
        <SystemCard>
          <Open to="system" permission="setup.look" name={WAY.open} />
        </SystemCard>
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
          {view.model.state === "ready" && view.headroom !== undefined && (
            <p>{MAINTENANCE.headroom(view.headroom)}</p>
          )}
          <Open to="detector" permission="detector.change" name={MAINTENANCE.detectorOpen} />
        </div>
        <div class="card">
          <h3>{MAINTENANCE.walks}</h3>
          <p>
            {view.walk === undefined
              ? MAINTENANCE.walksWhat
              : MAINTENANCE.walksNow(view.walk.by, view.walk.name)}
          </p>
          <Open to="walks" permission="walk" name={MAINTENANCE.walksOpen} />
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
          <Open to="outputs" permission="outputs.change" name={MAINTENANCE.outputsOpen} />
        </div>
      </div>
    </div>
  );
}

/** The way into a room, or who may go there. */
function Open(props: {
  readonly to: typeof room.value;
  readonly permission: PermissionId;
  readonly name: string;
}) {
  if (!may(props.permission)) return <p class="muted">{heard(whoMay(props.permission))}</p>;
  return (
    <button
      type="button"
      onClick={() => {
        room.value = props.to;
      }}
    >
      {props.name}
    </button>
  );
}

/** Said in good time, so that nobody is thrown out in the middle of something. */
const WARN_BEFORE_MS = 30_000;

/** Over the lower edge of every page here. A touch anywhere does the same as its button. */
function Closing() {
  if (session.value?.role !== "maintenance" || locksIn.value >= WARN_BEFORE_MS) return null;
  return (
    <div class="closing" role="status">
      <b>{MAINTENANCE.locksIn(countdown(locksIn.value))}</b>
      <button type="button" onClick={() => void lock()}>
        {MAINTENANCE.lock}
      </button>
      <button type="button" class="primary" onClick={() => void stay()}>
        {MAINTENANCE.stay}
      </button>
    </div>
  );
}

function SignedIn() {
  const person = session.value;
  if (person === undefined) return null;
  const ends = person.role === "maintenance" ? MAINTENANCE.locksIn : MAINTENANCE.asksIn;
  return (
    <div class="card signed">
      <div>
        <h2>{MAINTENANCE.signedIn(person.name, USER_ROLES[person.role])}</h2>
        {locksIn.value > 0 && <p>{ends(left(locksIn.value))}</p>}
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
      <p>
        {camera.why ?? (camera.state === "RUNNING" && MAINTENANCE.frames(camera.frameCount, camera.fps30s))}
      </p>
    </div>
  );
}
