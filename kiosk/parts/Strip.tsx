/** Beside the pictures: outputs as asked and as they truly are, reaction times, the detector, faults. */
import type { ModelView, OutputView, ReactionView, View } from "../../server/domain/view.ts";
import { DRIVES, MODEL_STATES, STATES } from "../codes.ts";
import { wallSecond } from "../state.ts";
import { millis } from "../text.ts";
import { cycleText, STRIP } from "../words.ts";
import { isLamp, Tower } from "./Tower.tsx";

/** `withModel` where the detector found no room under the pictures. */
export function Strip(props: { readonly view: View; readonly withModel: boolean }) {
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
      <Outputs view={view} />
      <Reaction reaction={view.reaction} />
      {props.withModel && <Model model={view.model} />}
    </aside>
  );
}

/** All outputs; what is not as it should be comes first, where no edge cuts it off. */
export function Outputs(props: { readonly view: View }) {
  const { view } = props;
  const lamps = view.outputs.filter(isLamp);
  const others = view.outputs.filter((output) => !isLamp(output));
  const isDark = lamps.some((lamp) => !agrees(lamp));
  const tower = lamps.length > 0 && <Tower lamps={lamps} />;
  const list = (some: readonly OutputView[]) =>
    some.map((output) => <Output key={output.id} output={output} />);
  return (
    <div class="card outputs">
      <p class={`state ${view.state}`}>{STATES[view.state]}</p>
      {view.state !== "unguarded" && (
        <p class="cycle">{cycleText(view.cycle, wallSecond.value - view.cycle.sinceWallAt)}</p>
      )}
      {view.outputs.length === 0 && <p class="muted">{STRIP.noOutputs}</p>}
      <div class="list">
        {list(others.filter(isAbnormal))}
        {isDark && tower}
        {list(others.filter((output) => !isAbnormal(output)))}
        {!isDark && tower}
      </div>
    </div>
  );
}

const agrees = ({ demand, readback }: OutputView): boolean => readback === demand;

/** A permit that is not energised, and whatever is not as it was asked: a lamp or a horn at rest is as it should be. */
function isAbnormal(output: OutputView): boolean {
  return !agrees(output) || (output.role === "run-permit" && output.readback !== "energised");
}

export function Model(props: { readonly model: ModelView }) {
  const { model } = props;
  return (
    <div class={`card model ${model.state}`}>
      <h3>
        {STRIP.model} <span>{MODEL_STATES[model.state]}</span>
      </h3>
      <p>
        <b>{model.name}</b> <span class="grade">{model.grade}</span>
        <span class="quality">. {model.why ?? model.quality}</span>
      </p>
    </div>
  );
}

export function Output(props: { readonly output: OutputView }) {
  const { output } = props;
  const isAsAsked = agrees(output);
  const abnormal = output.role === "run-permit" && output.readback !== "energised";
  const light = output.role.startsWith("lamp-") ? "light" : "";
  const permit = output.role === "run-permit" ? "permit" : "";
  const look = `${output.readback} ${light} ${permit} ${abnormal ? "abnormal" : ""} ${isAsAsked ? "" : "mismatch"}`;
  return (
    <div class={`output ${look}`}>
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
      <em>{DRIVES[output.readback]}</em>
      <p>
        {isAsAsked ? "" : <strong>{STRIP.mismatch(output.demand, output.readback)}. </strong>}
        <span>{output.why}</span>
      </p>
    </div>
  );
}

function Reaction(props: { readonly reaction: ReactionView }) {
  const { reaction } = props;
  return (
    <div class="card reaction">
      <h3>
        {STRIP.reaction} <span>{reaction.count > 0 ? STRIP.reactionOf(reaction.count) : ""}</span>
      </h3>
      {reaction.count === 0 ? (
        <p>{STRIP.noReaction}</p>
      ) : (
        <Figures
          figures={[
            [STRIP.last, reaction.lastTripMs],
            ["p50", reaction.p50Ms],
            ["p95", reaction.p95Ms],
            ["p99", reaction.p99Ms],
            [STRIP.worst, reaction.maxMs],
          ]}
        />
      )}
    </div>
  );
}

/** Milliseconds, each over its name. */
export function Figures(props: { readonly figures: readonly (readonly [string, number | undefined])[] }) {
  return (
    <dl>
      {props.figures.map(([name, ms]) => (
        <div key={name}>
          <dd>{millis(ms)}</dd>
          <dt>{name}</dt>
        </div>
      ))}
    </dl>
  );
}
