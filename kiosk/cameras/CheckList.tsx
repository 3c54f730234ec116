/** Every check of a camera's pictures: what it measured, where it fails, and what it means. */
import { TRUST_CHECKS } from "../../server/domain/trust.ts";
import type { Outcome } from "../call.ts";
import { heard } from "../heard.ts";
import type { CheckReading, Checks } from "./calls.ts";
import { CAMERA, CHECK_STATES, checkFigure } from "./words.ts";

/** Why they are missing stands over the page. */
export function CheckList(props: { readonly outcome: Outcome<Checks> | undefined }) {
  const { outcome } = props;
  return (
    <div class="card checks">
      <h3>{CAMERA.checks}</h3>
      {outcome?.kind === "failed" && <p>{CAMERA.unknown}</p>}
      {outcome?.kind === "ok" && outcome.value.readings.length === 0 && <p>{CAMERA.noReadings}</p>}
      {outcome === undefined && <p>{CAMERA.waiting}</p>}
      {outcome?.kind === "ok" &&
        outcome.value.readings.map((reading) => <Reading key={reading.check} reading={reading} />)}
    </div>
  );
}

function Reading(props: { readonly reading: CheckReading }) {
  const { reading } = props;
  const { title, text, unit } = TRUST_CHECKS[reading.check];
  return (
    <div class={`reading ${reading.state}`}>
      <b>{heard(title)}</b>
      <em>{CHECK_STATES[reading.state]}</em>
      <span>{checkFigure(reading, heard(unit))}</span>
      <p>{heard(text)}</p>
    </div>
  );
}
