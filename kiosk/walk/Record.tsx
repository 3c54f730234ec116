/** What one walk test came to, point by point. */
import { reactionOf, type WalkAttempt } from "../../server/domain/walk_test.ts";
import { Asked } from "../parts/Asked.tsx";
import { Head } from "../parts/Head.tsx";
import { clockDate, clockTime } from "../text.ts";
import { place } from "./place.ts";
import type { PageProps } from "./Walk.tsx";
import { dropText, faultsOf, RECORD, reactionText, seenText, WALKING, WALKS } from "./words.ts";

export function Record(props: PageProps & { readonly zone: string; readonly test: string }) {
  const { known, view, zone, test } = props;
  const record = known.walks?.records.find((each) => each.test === test);
  const toZone = (): void => {
    place.value = { kind: "zone", zone };
  };
  if (record === undefined) {
    const isGone = known.walks !== undefined && !known.asking && known.problems.length === 0;
    return (
      <div class="setup">
        <Head title={WALKS.title} onBack={toZone} />
        {isGone ? (
          <div class="nothing">
            <strong>{WALKS.recordGone}</strong>
          </div>
        ) : (
          <Asked
            waiting={WALKS.waiting}
            problems={known.problems}
            onAgain={() => {
              place.value = { kind: "record", zone, test };
            }}
          />
        )}
      </div>
    );
  }
  const { name, outcome, why, wallAt, by, role, camera, model, attempts } = record;
  const { timezone } = view.site;
  const nameOf = (id: string): string => view.outputs.find((output) => output.id === id)?.name ?? id;
  const cameraName = view.cameras.find(({ id }) => id === camera)?.name ?? camera;
  return (
    <div class="setup">
      <Head title={WALKING.title(name)} onBack={toZone} />
      <div class={outcome === "failed" ? "verdictOf bad" : "verdictOf"}>
        <Mark good={outcome === "passed"} />
        {RECORD.outcome[outcome]}
      </div>
      {outcome === "failed" && <Faults attempts={attempts} />}
      {why !== null && <p class="how">{RECORD.why[why]}</p>}
      <p class="how">
        {clockDate(wallAt, timezone)}, {clockTime(wallAt, timezone)}. {RECORD.by(by, role)}.{" "}
        {RECORD.about(cameraName, model)}
      </p>
      <div class="half scrolls">
        <Results attempts={attempts} nameOf={nameOf} />
      </div>
    </div>
  );
}

export function Mark(props: { readonly good: boolean }) {
  return (
    <svg class="tick" viewBox="0 0 24 24" aria-hidden="true">
      <path d={props.good ? "M4 12.500l5.200 5.200L20 7" : "M6 6l12 12M18 6L6 18"} />
    </svg>
  );
}

/** What did not go well, above everything that did. */
export function Faults(props: { readonly attempts: readonly WalkAttempt[] }) {
  return <p class="how bad">{faultsOf(props.attempts).join("; ")}</p>;
}

/** Every going to a point, in order. */
export function Results(props: {
  readonly attempts: readonly WalkAttempt[];
  readonly nameOf: (output: string) => string;
}) {
  const { attempts, nameOf } = props;
  if (attempts.length === 0) return <p class="how">{RECORD.nothing}</p>;
  return (
    <table class="walked">
      <thead>
        <tr>
          <th>{RECORD.point}</th>
          <th>{RECORD.seen}</th>
          <th>{RECORD.reaction}</th>
          <th>{RECORD.drop}</th>
        </tr>
      </thead>
      <tbody>
        {attempts.map((attempt, i) => (
          <tr key={i}>
            <th>{attempt.point + 1}</th>
            <td
              class={`${attempt.outcome === "missed" ? "bad" : ""} ${attempt.reason === undefined ? "short" : ""}`}
            >
              {seenText(attempt)}
            </td>
            <td>{reactionText(reactionOf(attempt))}</td>
            <td class={attempt.drops.some(({ kind }) => kind === "failed") ? "bad" : ""}>
              {dropText(attempt.drops, nameOf)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
