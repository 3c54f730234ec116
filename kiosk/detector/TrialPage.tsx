/** A trial: what both models count, camera by camera, while it runs and after it. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Asked } from "../parts/Asked.tsx";
import { Head } from "../parts/Head.tsx";
import { leftUntil, tell } from "../state.ts";
import { clockTime, countdown } from "../text.ts";
import { COMMANDS } from "../words.ts";
import { endTrial, readTrial, type Trial } from "./calls.ts";
import type { PageProps } from "./Detector.tsx";
import { place } from "./place.ts";
import { DETECTOR, TRIAL } from "./words.ts";

const ASK_EVERY_MS = 1_000;

/** Asks again and again while it runs. */
function useTrial(first: Trial | null | undefined): Trial | null | undefined {
  const newest = useSignal<Trial | undefined>(undefined);
  const trial = newest.value ?? first;
  const runs = trial != null && trial.state !== "ended";
  useEffect(() => {
    if (!runs) return;
    const timer = setInterval(() => {
      void readTrial().then((outcome) => {
        if (outcome.kind === "ok") newest.value = outcome.value;
      });
    }, ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, [runs]);
  return trial;
}

export function TrialPage(props: PageProps) {
  const { known, view } = props;
  const trial = useTrial(known.answer?.trial);
  const busy = useSignal(false);
  const back = (): void => {
    place.value = { kind: "home" };
  };
  if (trial == null)
    return (
      <div class="setup">
        <Head title={DETECTOR.title} onBack={back} />
        <Asked
          waiting={DETECTOR.waiting}
          problems={known.problems}
          onAgain={() => {
            place.value = { kind: "trial" };
          }}
        />
      </div>
    );
  const end = async (): Promise<void> => {
    busy.value = true;
    const outcome = await endTrial();
    busy.value = false;
    if (outcome.kind === "failed") tell("refused", COMMANDS.failed(TRIAL.end), outcome.reasons);
  };
  return (
    <div class="setup">
      <Head title={TRIAL.title(trial.model)} onBack={back}>
        {trial.state !== "ended" && (
          <button
            type="button"
            disabled={busy.value || leftUntil(trial.endsWallAt) <= 0}
            onClick={() => void end()}
          >
            {TRIAL.end}
          </button>
        )}
      </Head>
      <State trial={trial} />
      <div class="halves outputs trial">
        <div class="half scrolls">
          <div class="card">
            <Counts trial={trial} />
            <p>{TRIAL.columns}</p>
          </div>
        </div>
        <div class="half scrolls">
          <div class="card">
            <h3>{TRIAL.differences}</h3>
            <Differences trial={trial} timezone={view.site.timezone} />
          </div>
        </div>
      </div>
    </div>
  );
}

function State(props: { readonly trial: Trial }) {
  const { state, end, why, ms, endsWallAt } = props.trial;
  const leftMs = leftUntil(endsWallAt);
  const now =
    state === "ended"
      ? [...(end === undefined ? [] : [TRIAL.ended[end]]), ...(why === undefined ? [] : [why])].join(" ")
      : leftMs > 0
        ? `${TRIAL[state]}, ${TRIAL.left(countdown(leftMs))}`
        : TRIAL.ended.time;
  return (
    <p class={end === "failed" || end === "alarm" ? "bad" : "how"}>
      {now} {ms !== null && TRIAL.ms(ms)}
    </p>
  );
}

function Counts(props: { readonly trial: Trial }) {
  return (
    <table class="counts">
      <thead>
        <tr>
          <th>{TRIAL.camera}</th>
          <th>{TRIAL.frames}</th>
          <th>{TRIAL.newest}</th>
          <th>{TRIAL.people}</th>
          <th>{TRIAL.differ}</th>
        </tr>
      </thead>
      <tbody>
        {props.trial.cameras.map(({ camera, name, frames, newest, active, candidate, more, fewer }) => (
          <tr key={camera}>
            <th>{name}</th>
            <td>{frames}</td>
            <td>{newest === null ? "–" : TRIAL.pair(newest.active, newest.candidate)}</td>
            <td>{TRIAL.pair(active, candidate)}</td>
            <td>{more + fewer === 0 ? TRIAL.agree : TRIAL.moreFewer(more, fewer)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Differences(props: { readonly trial: Trial; readonly timezone: string }) {
  const { differences, cameras } = props.trial;
  if (differences.length === 0) return <p>{TRIAL.none}</p>;
  const nameOf = (id: string): string => cameras.find(({ camera }) => camera === id)?.name ?? id;
  return (
    <ol class="differences">
      {differences.map(({ camera, wallAt, active, candidate }) => (
        <li key={`${camera} ${wallAt}`}>
          <b>{clockTime(wallAt, props.timezone)}</b> {TRIAL.was(nameOf(camera), active, candidate)}
        </li>
      ))}
    </ol>
  );
}
