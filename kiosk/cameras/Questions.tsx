/** What is asked before a camera is removed or its reference is renewed. In the page's place: the bar stays free. */
import { useSignal } from "@preact/signals";
import type { View } from "../../server/domain/view.ts";
import { report } from "../actions.ts";
import { Question } from "../parts/Question.tsx";
import { tell } from "../state.ts";
import { COMMANDS, SET_UP } from "../words.ts";
import { removeCamera, takeScene } from "./calls.ts";
import { place } from "./place.ts";
import { REMOVE, SCENE } from "./words.ts";

interface Props {
  readonly view: View;
  readonly id: string;
}

function backTo(id: string): () => void {
  return () => {
    place.value = { kind: "camera", id };
  };
}

function nameOf({ view, id }: Props): string {
  return view.cameras.find((camera) => camera.id === id)?.name ?? id;
}

/** The box names what hangs on the camera, and removes nothing until that has been read. */
export function AskRemove(props: Props) {
  const { view, id } = props;
  const held = useSignal<readonly string[] | undefined>(undefined);
  const busy = useSignal(false);
  const name = nameOf(props);
  const zones = view.zones.filter((zone) => zone.camera === id).map((zone) => zone.name);
  const remove = async (withZones: boolean): Promise<void> => {
    busy.value = true;
    const asked = withZones ? "removed" : zones.length > 0 ? "named" : "none";
    const outcome = await removeCamera(id, asked);
    busy.value = false;
    if (outcome.kind === "ok") {
      tell("done", REMOVE.done(name));
      place.value = { kind: "list" };
    } else if (outcome.kind === "failed") {
      const asks = outcome.status === 409 && !withZones;
      if (asks && zones.length > 0) held.value = outcome.reasons;
      else tell("refused", COMMANDS.failed(REMOVE.yes), outcome.reasons);
    }
  };
  const all = held.value;
  return (
    <Question
      key={all === undefined ? "first" : "second"}
      ask={REMOVE.ask(name)}
      yes={all === undefined ? REMOVE.yes : REMOVE.yesAll}
      busy={busy.value}
      onYes={() => void remove(all !== undefined)}
      onNo={backTo(id)}
    >
      {all === undefined ? (
        <p>{zones.length === 0 ? REMOVE.noZones : REMOVE.zones(zones.join(", "))}</p>
      ) : (
        all.map((reason) => (
          <p key={reason} class="held">
            {reason}
          </p>
        ))
      )}
      <p>
        {REMOVE.blind} {SET_UP.anew}
      </p>
    </Question>
  );
}

export function AskScene(props: Props) {
  const { id } = props;
  const busy = useSignal(false);
  const take = async (): Promise<void> => {
    busy.value = true;
    report(await takeScene(id), { done: SCENE.done, command: SCENE.take });
    backTo(id)();
  };
  return (
    <Question
      ask={SCENE.ask(nameOf(props))}
      yes={SCENE.yes}
      busy={busy.value}
      onYes={() => void take()}
      onNo={backTo(id)}
    >
      <p>{SCENE.means}</p>
    </Question>
  );
}
