/** Beside the pictures: outputs as asked and as they truly are, reaction times, the detector, faults. */
import type { OutputView, ReactionView, View } from "../../server/domain/view.ts";
import { millis } from "../text.ts";
import { MODEL_STATES, ROLES, STATES, STRIP } from "../words.ts";

export function Strip(props: { readonly view: View }) {
  const { view } = props;
  return (
    <aside class="strip">
      {view.faults.length > 0 && (
        <div class="card faults">
          <h3>{STRIP.faults}</h3>
          {view.faults.map((fault) => (
            <p key={fault}>{fault}</p>
          ))}
        </div>
      )}
      <div class="card outputs">
        <p class={`state ${view.state}`}>{STATES[view.state]}</p>
        {view.outputs.length === 0 && <p class="muted">{STRIP.noOutputs}</p>}
        <div class="list">
          {view.outputs.map((output) => (
            <Output key={output.id} output={output} />
          ))}
        </div>
      </div>
      <Reaction reaction={view.reaction} />
      <div class={`card model ${view.model.state}`}>
        <h3>
          {STRIP.model} <span>{MODEL_STATES[view.model.state]}</span>
        </h3>
        <p>
          <b>{view.model.name}</b> {view.model.why ?? view.model.quality}
        </p>
      </div>
    </aside>
  );
}

export function Output(props: { readonly output: OutputView }) {
  const { output } = props;
  const agrees = output.readback === output.demand;
  const role = output.name === ROLES[output.role] ? "" : `${ROLES[output.role]}. `;
  // Only a permit that is not energised is abnormal: a lamp or a horn at rest is as it should be.
  const abnormal = output.role === "run-permit" && output.readback !== "energised";
  return (
    <div class={`output ${output.readback} ${abnormal ? "abnormal" : ""} ${agrees ? "" : "mismatch"}`}>
      <svg class="lamp" viewBox="0 0 20 20" aria-hidden="true">
        <circle cx="10" cy="10" r="8" />
        {output.readback === "energised" && <circle class="core" cx="10" cy="10" r="4.500" />}
        {output.readback === "unknown" && (
          <text x="10" y="14">
            ?
          </text>
        )}
      </svg>
      <b>{output.name}</b>
      <em>{output.readback}</em>
      <p>
        {agrees ? "" : <strong>{STRIP.mismatch(output.demand, output.readback)}. </strong>}
        {output.why}
        {agrees && `. ${role}${STRIP.demand(output.demand)}`}
      </p>
    </div>
  );
}

function Reaction(props: { readonly reaction: ReactionView }) {
  const { reaction } = props;
  const figures: readonly (readonly [string, number | undefined])[] = [
    [STRIP.last, reaction.lastTripMs],
    ["p50", reaction.p50Ms],
    ["p95", reaction.p95Ms],
    ["p99", reaction.p99Ms],
    [STRIP.worst, reaction.maxMs],
  ];
  return (
    <div class="card reaction">
      <h3>
        {STRIP.reaction} <span>{reaction.count > 0 ? STRIP.reactionOf(reaction.count) : ""}</span>
      </h3>
      {reaction.count === 0 ? (
        <p>{STRIP.noReaction}</p>
      ) : (
        <dl>
          {figures.map(([name, ms]) => (
            <div key={name}>
              <dd>{millis(ms)}</dd>
              <dt>{name}</dt>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}
