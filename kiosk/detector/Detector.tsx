/** The detector's pages of Maintenance: the models, one of them, a change that is asked for, a trial. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { View } from "../../server/domain/view.ts";
import { AddModel } from "./AddModel.tsx";
import { type ModelsAnswer, readModels } from "./calls.ts";
import { Home } from "./Home.tsx";
import { ModelPage } from "./ModelPage.tsx";
import { place } from "./place.ts";
import { AskChange } from "./Questions.tsx";
import { TrialPage } from "./TrialPage.tsx";
import "../style/setup.css";
import "../style/outputs.css";
import "../style/detector.css";

/** What the view does not tell; undefined until the box has answered. */
export interface Known {
  readonly answer: ModelsAnswer | undefined;
  /** Why it is missing. */
  readonly problems: readonly string[];
}

export interface PageProps {
  readonly view: View;
  readonly known: Known;
}

/** Every change of the model, and every page, asks anew. */
function useKnown({ model }: View): Known {
  const known = useSignal<Known>({ answer: undefined, problems: [] });
  useEffect(() => {
    let open = true;
    void readModels().then((outcome) => {
      if (!open) return;
      if (outcome.kind === "ok") known.value = { answer: outcome.value, problems: [] };
      if (outcome.kind === "failed") known.value = { ...known.value, problems: outcome.reasons };
    });
    return () => {
      open = false;
    };
  }, [model.name, model.state, place.value]);
  return known.value;
}

export function Detector(props: { readonly view: View }) {
  const { view } = props;
  const known = useKnown(view);
  const at = place.value;
  switch (at.kind) {
    case "home":
      return <Home view={view} known={known} />;
    case "model":
      return <ModelPage view={view} known={known} name={at.name} />;
    case "add":
      return <AddModel view={view} known={known} />;
    case "use":
      return <AskChange name={at.name} />;
    case "trial":
      return <TrialPage view={view} known={known} />;
  }
}
