/** Leads one person from point to point, to be read from inside the zone. The box moves on by what it sees. */
import { useSignal } from "@preact/signals";
import { useCallback } from "preact/hooks";
import type { CameraView, View, WalkView } from "../../server/domain/view.ts";
import { hasPassed, reactionOf, type WalkAttempt } from "../../server/domain/walk_test.ts";
import { report } from "../actions.ts";
import type { Outcome } from "../call.ts";
import { Head } from "../parts/Head.tsx";
import { Scene } from "../parts/Scene.tsx";
import { useJudged, Veil } from "../parts/Veil.tsx";
import { writing } from "../parts/writing.ts";
import { lastViewAt, now, tell } from "../state.ts";
import { left } from "../text.ts";
import { setCanvas } from "../tiles.ts";
import { COMMANDS } from "../words.ts";
import { answerWalk, cancelWalk, finishWalk, repeatPoint } from "./calls.ts";
import { Faults, Mark, Results } from "./Record.tsx";
import { reactionText, seenText, WALKING } from "./words.ts";

const REASON_MAX = 300;

interface Props {
  readonly view: View;
  readonly walk: WalkView;
}

export function Walking(props: Props) {
  const { view, walk } = props;
  const camera = view.cameras.find(({ id }) => id === walk.camera);
  const time = left(walk.leftMs - Math.max(0, now.value - lastViewAt.value));
  return (
    <div class="setup walking">
      <Head
        title={WALKING.title(walk.name)}
        note={<small>{WALKING.left(time)}</small>}
        back={WALKING.cancel}
        onBack={() => void cancelWalk()}
      >
        {walk.phase === "review" && <Save />}
      </Head>
      {walk.phase === "review" ? (
        <Review {...props} />
      ) : (
        <div class="halves">
          <div class="half">{camera !== undefined && <Picture {...props} camera={camera} />}</div>
          <div class="half">
            <Now {...props} camera={camera} />
            <Chips walk={walk} />
            <Answers walk={walk} />
          </div>
        </div>
      )}
    </div>
  );
}

/** What the person is to do now, large; above it what came of the point before, as long as nobody goes on. */
function Now(props: Props & { readonly camera: CameraView | undefined }) {
  const { walk, camera } = props;
  const { phase, seen, name, measures } = walk;
  const number = (walk.point ?? 0) + 1;
  const last = walk.attempts.at(-1);
  // The order to leave would be for nothing: nobody can see that it was followed.
  const isBlind = props.view.zones.find(({ id }) => id === walk.zone)?.verdict === "blind";
  if (phase === "clearing" && isBlind)
    return (
      <div class="now" role="status">
        <strong>{WALKING.blind(camera?.name ?? walk.camera)}</strong>
        {camera?.state === "RUNNING" && camera.why !== undefined && <p>{camera.why}</p>}
        <p>{WALKING.blindHow}</p>
      </div>
    );
  if (phase === "clearing")
    return (
      <div class="now" role="status">
        {last !== undefined && <Came attempt={last} />}
        <strong>{WALKING.clearing}</strong>
        <p>{WALKING.clearingHow(name)}</p>
      </div>
    );
  if (phase === "entered")
    return (
      <div class="now" role="status">
        <strong>{seen ? WALKING.dropping : WALKING.standOn(number)}</strong>
      </div>
    );
  return (
    <div class="now" role="status">
      {last !== undefined && <Came attempt={last} />}
      <strong>{WALKING.walkTo(number)}</strong>
      <p>{measures ? WALKING.measures : WALKING.doesNot}</p>
    </div>
  );
}

/** A large tick with the reaction time, or a cross. */
function Came(props: { readonly attempt: WalkAttempt }) {
  const { attempt } = props;
  const good = attempt.outcome === "detected";
  const ms = reactionOf(attempt);
  return (
    <div class={attempt.outcome === "missed" ? "came bad" : "came"}>
      <Mark good={good} />
      <span>
        {WALKING.came(attempt.point + 1)} {good && ms !== undefined ? reactionText(ms) : seenText(attempt)}
      </span>
    </div>
  );
}

/** Each point as a number: seen, not seen, the one to go to, or still to come. */
function Chips(props: { readonly walk: WalkView }) {
  const { walk } = props;
  return (
    <ol class="chips" aria-label={WALKING.points}>
      {walk.points.map((_, point) => {
        const outcome = walk.attempts.findLast((attempt) => attempt.point === point)?.outcome;
        const here = walk.point === point;
        return (
          <li key={point} class={`${here ? "here" : ""} ${outcome === "missed" ? "bad" : ""}`}>
            <b>{point + 1}</b>
            {outcome === undefined ? null : outcome === "skipped" ? (
              <i>–</i>
            ) : (
              <Mark good={outcome === "detected"} />
            )}
          </li>
        );
      })}
    </ol>
  );
}

/** What was taken shows on the screen by itself; words over the buttons would only hide them. */
function refused(outcome: Outcome<unknown>, command: string): void {
  if (outcome.kind === "failed") tell("refused", COMMANDS.failed(command), outcome.reasons);
}

function Answers(props: { readonly walk: WalkView }) {
  const { walk } = props;
  const there = walk.phase === "awaiting" || (walk.phase === "entered" && !walk.seen);
  const miss = async (): Promise<void> =>
    refused(await answerWalk(walk, { outcome: "missed" }), WALKING.missed);
  const skip = async (reason: string): Promise<void> =>
    refused(await answerWalk(walk, { outcome: "skipped", reason }), WALKING.skip);
  return (
    <div class="deeds">
      <button
        type="button"
        onClick={() => {
          const label = WALKING.skipWhy((walk.point ?? 0) + 1);
          writing.value = {
            ...{ label, text: "", secret: false, maxLength: REASON_MAX },
            onDone: (text) => {
              if (text.trim() !== "") void skip(text);
            },
          };
        }}
      >
        {WALKING.skip}
      </button>
      <button type="button" class="primary" disabled={!there} onClick={() => void miss()}>
        {WALKING.missed}
      </button>
    </div>
  );
}

function Save() {
  const busy = useSignal(false);
  const save = async (): Promise<void> => {
    busy.value = true;
    const outcome = await finishWalk();
    busy.value = false;
    report(outcome, { done: WALKING.saved, command: WALKING.save });
  };
  return (
    <button type="button" class="primary" disabled={busy.value} onClick={() => void save()}>
      {WALKING.save}
    </button>
  );
}

function Review(props: Props) {
  const { walk, view } = props;
  const permits = view.outputs.filter(({ role }) => role === "run-permit").map(({ id }) => id);
  const bound = permits.filter((id) =>
    walk.attempts.some(({ drops }) => drops.some(({ output }) => output === id)),
  );
  const passes = hasPassed({ points: walk.points, permits: bound, attempts: walk.attempts });
  const failed = (point: number): boolean =>
    walk.attempts.findLast((attempt) => attempt.point === point)?.outcome !== "detected" ||
    walk.attempts.some((one) => one.point === point && one.drops.some(({ kind }) => kind === "failed"));
  const again = async (point: number): Promise<void> =>
    refused(await repeatPoint(point), WALKING.againThis(point + 1));
  return (
    <>
      {!passes && <Faults attempts={walk.attempts} />}
      <p class="how">{passes ? WALKING.reviewPass : WALKING.reviewFail}</p>
      <div class="half scrolls">
        <Results
          attempts={walk.attempts}
          nameOf={(id) => view.outputs.find((output) => output.id === id)?.name ?? id}
        />
      </div>
      <div class="deeds again">
        <span>{WALKING.again}</span>
        {walk.points.map((_, point) => (
          <button
            key={point}
            type="button"
            class={failed(point) ? "bad" : ""}
            aria-label={WALKING.againThis(point + 1)}
            onClick={() => void again(point)}
          >
            {point + 1}
          </button>
        ))}
      </div>
    </>
  );
}

/** Drawn to fill the width: the drawing over it is scaled along, in a box of a thousand. */
const WIDTH = 1_000;

function Picture(props: Props & { readonly camera: CameraView }) {
  const { view, walk, camera } = props;
  const { id } = camera;
  const canvas = useCallback((element: HTMLCanvasElement | null) => setCanvas(id, element), [id]);
  const judged = useJudged(camera);
  const { width, height } = camera.size ?? { width: 16, height: 9 };
  const size = { width: WIDTH, height: (WIDTH * height) / width };
  const zones = view.zones.filter((zone) => zone.id === walk.zone);
  return (
    <section
      class={judged.value === "doubted" ? "picture doubted" : "picture"}
      style={{ "--shape": `${width} / ${height}` }}
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
      <svg class="scene points" viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true">
        {walk.points.map(([x, y], point) => {
          const here = walk.point === point;
          const done = walk.attempts.findLast((attempt) => attempt.point === point)?.outcome === "detected";
          return (
            <g
              key={point}
              class={`${here ? "here" : ""} ${done ? "done" : ""}`}
              transform={`translate(${x * size.width} ${y * size.height})`}
            >
              {here && <ellipse rx={walk.reach * size.width} ry={walk.reach * size.height} />}
              <circle r={here ? 34 : 24} />
              <text y={here ? 17 : 12}>{point + 1}</text>
            </g>
          );
        })}
      </svg>
      <Veil camera={camera} judged={judged} />
    </section>
  );
}
