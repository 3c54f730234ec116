/** One camera: its picture, what can be done with it, its counters, and every check of its pictures. */
import { type Signal, useSignal } from "@preact/signals";
import { useCallback, useEffect } from "preact/hooks";
import type { CameraView, View } from "../../server/domain/view.ts";
import { report, switchCamera } from "../actions.ts";
import type { Outcome } from "../call.ts";
import { Asked } from "../parts/Asked.tsx";
import { Head } from "../parts/Head.tsx";
import { Scene } from "../parts/Scene.tsx";
import { useJudged, Veil } from "../parts/Veil.tsx";
import { now } from "../state.ts";
import { atMost, clockDate, clockTime } from "../text.ts";
import { setCanvas } from "../tiles.ts";
import { MAINTENANCE } from "../words.ts";
import type { Listed } from "./Cameras.tsx";
import { CheckList } from "./CheckList.tsx";
import { type Checks, type ListedCamera, readChecks, resetCounters, scenePath } from "./calls.ts";
import { ageText, isBad, stateText } from "./List.tsx";
import { openForm, place } from "./place.ts";
import { CAMERA, CAMERAS, ROW, SCENE } from "./words.ts";

const POLL_MS = 1_000;

interface Props {
  readonly view: View;
  readonly id: string;
  readonly listed: Listed;
}

function toList(): void {
  place.value = { kind: "list" };
}

export function CameraPage(props: Props) {
  const { view, id, listed } = props;
  const camera = view.cameras.find((each) => each.id === id);
  const checks = usePolled(id);
  if (camera === undefined)
    return (
      <div class="setup">
        <Head title={CAMERAS.gone} onBack={toList} />
      </div>
    );
  const { outcome } = listed;
  const stored = outcome?.kind === "ok" ? outcome.value.find((each) => each.id === id) : undefined;
  const untold = [outcome, checks.value].flatMap((each) => (each?.kind === "failed" ? each.reasons : []));
  return (
    <div class="setup">
      <Head
        title={camera.name}
        note={<small class={isBad(camera) ? "bad" : ""}>{stateText(camera)}</small>}
        onBack={toList}
      >
        <Switch camera={camera} />
      </Head>
      {untold.length > 0 && (
        <Asked waiting={CAMERA.waiting} problems={[...new Set(untold)]} onAgain={listed.refresh} />
      )}
      <div class="halves">
        <div class="half">
          <Picture view={view} camera={camera} />
          <div class="deeds">
            <button
              type="button"
              aria-label={CAMERA.editThis(camera.name)}
              disabled={stored === undefined}
              onClick={() => stored !== undefined && edit(stored)}
            >
              {CAMERA.edit}
            </button>
            <button
              type="button"
              aria-label={CAMERA.removeThis(camera.name)}
              disabled={stored === undefined}
              onClick={() => {
                place.value = { kind: "remove", id };
              }}
            >
              {CAMERA.remove}
            </button>
          </div>
        </div>
        <div class="half scrolls">
          <Facts camera={camera} stored={stored} />
          {outcome?.kind !== "failed" && <CheckList outcome={checks.value} />}
          {stored !== undefined && (
            <Reference camera={camera} stored={stored} timezone={view.site.timezone} />
          )}
          <Counters camera={camera} outcome={checks.value} timezone={view.site.timezone} />
        </div>
      </div>
    </div>
  );
}

function edit(stored: ListedCamera): void {
  const { id, name, source, fps, transport } = stored;
  openForm({ id, name, source, fps, transport, stored: source.includes("***") });
}

/** Asks once a second as long as the page is open; the next question waits for the answer. */
function usePolled(id: string): Signal<Outcome<Checks> | undefined> {
  const checks = useSignal<Outcome<Checks> | undefined>(undefined);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let open = true;
    const poll = async (): Promise<void> => {
      const answer = await readChecks(id);
      if (!open) return;
      checks.value = answer;
      timer = setTimeout(() => void poll(), POLL_MS);
    };
    void poll();
    return () => {
      open = false;
      clearTimeout(timer);
    };
  }, [id]);
  return checks;
}

/** Trying again stands on the picture, as on the overview. */
function Switch(props: { readonly camera: CameraView }) {
  const { camera } = props;
  const runs = camera.state !== "IDLE" && camera.state !== "STOPPING";
  return (
    <button
      type="button"
      aria-label={runs ? MAINTENANCE.stopThis(camera.name) : MAINTENANCE.startThis(camera.name)}
      onClick={() => void switchCamera(camera, runs ? "stop" : "start")}
    >
      {runs ? MAINTENANCE.stop : MAINTENANCE.start}
    </button>
  );
}

/** Drawn to fill the width: the drawing over it is scaled along, in a box of a thousand. */
const WIDTH = 1_000;

function Picture(props: { readonly view: View; readonly camera: CameraView }) {
  const { view, camera } = props;
  const { id } = camera;
  const canvas = useCallback((element: HTMLCanvasElement | null) => setCanvas(id, element), [id]);
  const judged = useJudged(camera);
  const { width, height } = camera.size ?? { width: 16, height: 9 };
  const zones = view.zones.filter((zone) => zone.camera === id);
  const size = { width: WIDTH, height: (WIDTH * height) / width };
  return (
    <section
      class={judged.value === "doubted" ? "picture doubted" : "picture"}
      style={{ aspectRatio: `${width} / ${height}` }}
      aria-label={camera.name}
    >
      <canvas ref={canvas} />
      <Scene
        size={size}
        zones={zones}
        people={camera.people}
        part={camera.looked?.part}
        bypasses={view.bypasses}
        view={view}
        camera={id}
        named={false}
      />
      <Veil camera={camera} judged={judged} />
    </section>
  );
}

function Facts(props: { readonly camera: CameraView; readonly stored: ListedCamera | undefined }) {
  const { camera, stored } = props;
  const { size, lateMs, looked } = camera;
  const facts: readonly (readonly [string, string])[] = [
    [CAMERA.source, stored?.source ?? CAMERA.unknown],
    [CAMERA.rate, stored === undefined ? ROW.rate(camera.fps30s) : CAMERA.rateOf(camera.fps30s, stored.fps)],
    [CAMERA.looked, looked === undefined ? CAMERA.unknown : CAMERA.lookedOf(looked)],
    [CAMERA.size, size === undefined ? CAMERA.unknown : ROW.size(size.width, size.height)],
    [CAMERA.codec, camera.codec ?? CAMERA.unknown],
    [CAMERA.age, ageText(camera, now.value)],
    [CAMERA.late, lateMs === undefined ? CAMERA.unknown : CAMERA.ms(lateMs)],
  ];
  return (
    <div class="card">
      {camera.why !== undefined && <p class="why">{camera.why}</p>}
      <dl class="particulars">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

interface ReferenceProps {
  readonly camera: CameraView;
  readonly stored: ListedCamera;
  readonly timezone: string;
}

function Reference(props: ReferenceProps) {
  const { camera, stored, timezone } = props;
  const scene = stored.scene ?? undefined;
  return (
    <div class="card reference">
      <h3>{SCENE.title}</h3>
      {scene !== undefined && <img src={scenePath(camera.id, scene.takenWallAt)} alt={SCENE.alt} />}
      <p>
        {scene === undefined
          ? SCENE.none
          : SCENE.taken(
              `${clockDate(scene.takenWallAt, timezone)}, ${clockTime(scene.takenWallAt, timezone)}`,
              scene.takenBy,
            )}
      </p>
      <button
        type="button"
        disabled={camera.state !== "RUNNING"}
        onClick={() => {
          place.value = { kind: "scene", id: camera.id };
        }}
      >
        {SCENE.take}
      </button>
    </div>
  );
}

interface CountersProps {
  readonly camera: CameraView;
  readonly outcome: Outcome<Checks> | undefined;
  readonly timezone: string;
}

function Counters(props: CountersProps) {
  const { outcome, timezone } = props;
  if (outcome?.kind !== "ok") return null;
  const { session, total } = outcome.value;
  const when = (at: number): string => `${clockDate(at, timezone)}, ${clockTime(at, timezone)}`;
  const rows: readonly (readonly [string, string, string])[] = [
    [CAMERA.frames, atMost(session.frames, 0), atMost(total.frames, 0)],
    [CAMERA.replaced, atMost(session.replaced, 0), atMost(total.replaced, 0)],
    [CAMERA.unreadable, atMost(session.unreadable, 0), atMost(total.unreadable, 0)],
    [CAMERA.runs, "", atMost(total.runs, 0)],
    [CAMERA.since, when(session.sinceWallAt), when(total.sinceWallAt)],
  ];
  return (
    <div class="card">
      <h3>{CAMERA.counters}</h3>
      <table>
        <thead>
          <tr>
            <td />
            <th>{CAMERA.thisRun}</th>
            <th>{CAMERA.inTotal}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, here, all]) => (
            <tr key={name}>
              <th>{name}</th>
              <td>{here}</td>
              <td>{all}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <button type="button" onClick={() => void reset(props.camera.id)}>
        {CAMERA.reset}
      </button>
    </div>
  );
}

async function reset(id: string): Promise<void> {
  report(await resetCounters(id), { done: CAMERA.resetDone, command: CAMERA.reset });
}
