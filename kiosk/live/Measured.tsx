/** Beside one camera alone: the outputs, how long its frames took to the boards, and how far its zones should lie from the hazard. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { CameraView, View, ZoneView } from "../../server/domain/view.ts";
import { Figures, Outputs } from "../parts/Strip.tsx";
import { type ResourcesAnswer, readResources } from "../system/calls.ts";
import { STRIP } from "../words.ts";
import { WALL } from "./words.ts";

/** As often as the box counts them anew for people; a view would carry them ten times a second. */
const READ_EVERY_MS = 2_000;

type Reaction = ResourcesAnswer["reaction"][string];

export function Measured(props: { readonly camera: CameraView; readonly view: View }) {
  const { camera, view } = props;
  const reaction = useReaction(camera.id);
  const zones = view.zones.filter((zone) => zone.camera === camera.id);
  // Said at once: the sentences themselves may lie below the edge.
  const near = zones.filter(({ plan }) => plan?.tooNear).map(({ name }) => name);
  return (
    <aside class="measured strip">
      {near.length > 0 && (
        <p class="bad">
          {WALL.tooNear}: {near.join(", ")}
        </p>
      )}
      <Outputs view={view} />
      <div class="card reaction">
        <h2>{STRIP.reaction}</h2>
        {reaction === undefined ? (
          <p>{STRIP.noReaction}</p>
        ) : (
          <Figures
            figures={[
              ["p50", reaction.p50Ms],
              ["p95", reaction.p95Ms],
              ["p99", reaction.p99Ms],
              [STRIP.worst, reaction.maxMs],
            ]}
          />
        )}
      </div>
      {zones.map((zone) => (
        <Distance key={zone.id} zone={zone} />
      ))}
    </aside>
  );
}

/** Only where the machine's stop time is known there is a distance to plan with. */
function Distance(props: { readonly zone: ZoneView }) {
  const { name, plan } = props.zone;
  if (plan === undefined) return null;
  return (
    <div class="card">
      <h3>{name}</h3>
      <p class={plan.tooNear ? "bad" : ""}>
        {plan.tooNear && <b>{WALL.tooNear}: </b>}
        {plan.says}
      </p>
      <p>{plan.label}</p>
    </div>
  );
}

/** The camera's own figures, for as long as they are looked at. */
function useReaction(camera: string): Reaction | undefined {
  const known = useSignal<ResourcesAnswer["reaction"]>({});
  useEffect(() => {
    const read = async (): Promise<void> => {
      const outcome = await readResources();
      if (outcome.kind === "ok") known.value = outcome.value.reaction;
      if (outcome.kind === "failed") known.value = {};
    };
    void read();
    const timer = setInterval(() => void read(), READ_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return known.value[camera];
}
