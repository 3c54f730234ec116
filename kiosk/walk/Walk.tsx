/** The walk tests' pages of Maintenance: the test that runs, else the zones and their records. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { View } from "../../server/domain/view.ts";
import { Written } from "../parts/Written.tsx";
import { touchedAt } from "../state.ts";
import { readWalks, type WalkTests } from "./calls.ts";
import { Home } from "./Home.tsx";
import { place } from "./place.ts";
import { Record } from "./Record.tsx";
import { Walking } from "./Walking.tsx";
import { Zone } from "./Zone.tsx";
import "../style/setup.css";
import "../style/cameras.css";
import "../style/outputs.css";
import "../style/walk.css";

/** What the view does not tell; undefined until the box has answered. */
export interface Known {
  readonly walks: WalkTests | undefined;
  /** Why it is missing. */
  readonly problems: readonly string[];
  /** It is being asked anew: what is known may be from before. */
  readonly asking: boolean;
}

/** Every result changes what is known. Asking also keeps the session of somebody who walks, and so is not at the panel. */
function useKnown({ walk, bypasses }: View): Known {
  const known = useSignal<Known>({ walks: undefined, problems: [], asking: true });
  const step = `${walk?.test} ${walk?.attempts.length} ${walk?.phase} ${bypasses.length}`;
  useEffect(() => {
    let open = true;
    known.value = { ...known.value, asking: true };
    if (walk !== undefined) touchedAt.value = performance.now();
    void readWalks().then((outcome) => {
      if (!open) return;
      if (outcome.kind === "ok") known.value = { walks: outcome.value, problems: [], asking: false };
      if (outcome.kind === "failed")
        known.value = { ...known.value, problems: outcome.reasons, asking: false };
    });
    return () => {
      open = false;
    };
  }, [step, place.value]);
  return known.value;
}

/** Whoever ends the test, on this panel or another one: what came of it is shown. */
function useResult({ walk }: View): void {
  const last = useRef(walk);
  useEffect(() => {
    const before = last.current;
    last.current = walk;
    if (before !== undefined && walk === undefined)
      place.value = { kind: "record", zone: before.zone, test: before.test };
  }, [walk]);
}

export interface PageProps {
  readonly view: View;
  readonly known: Known;
}

export function Walk(props: { readonly view: View }) {
  const { view } = props;
  const known = useKnown(view);
  useResult(view);
  return (
    <Written>
      {view.walk === undefined ? (
        <Here view={view} known={known} />
      ) : (
        <Walking view={view} walk={view.walk} />
      )}
    </Written>
  );
}

function Here(props: PageProps) {
  const at = place.value;
  switch (at.kind) {
    case "home":
      return <Home {...props} />;
    case "zone":
      return <Zone {...props} id={at.zone} />;
    case "record":
      return <Record {...props} zone={at.zone} test={at.test} />;
  }
}
