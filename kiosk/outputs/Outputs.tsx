/** The outputs' pages of Maintenance: which one is open. Loaded only when somebody opens them. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { View } from "../../server/domain/view.ts";
import type { Outcome } from "../call.ts";
import { Written } from "../parts/Written.tsx";
import { AddBoard } from "./AddBoard.tsx";
import { BoardForm } from "./BoardForm.tsx";
import { BoardPage } from "./BoardPage.tsx";
import {
  type ListedBoard,
  type ListedOutput,
  listBoards,
  listOutputs,
  type OutputTests,
  readSettings,
  readTests,
  type Settings,
} from "./calls.ts";
import { Find } from "./Find.tsx";
import { Home } from "./Home.tsx";
import { Intervals } from "./Intervals.tsx";
import { OutputForm } from "./OutputForm.tsx";
import { OutputPage } from "./OutputPage.tsx";
import { place } from "./place.ts";
import { AskRemoveBoard, AskRemoveOutput, AskReplaced, AskTest } from "./Questions.tsx";
import { Records } from "./Records.tsx";
import { Tower, TowerTable } from "./Tower.tsx";
import { Wizard } from "./Wizard.tsx";
import "../style/setup.css";
import "../style/outputs.css";

/** What the view does not tell. Empty until the box has answered. */
export interface Known {
  readonly boards: readonly ListedBoard[];
  readonly outputs: readonly ListedOutput[];
  readonly settings: Settings | undefined;
  readonly tests: OutputTests | undefined;
  /** Why something of it is missing. */
  readonly problems: readonly string[];
}
const NOTHING: Known = { boards: [], outputs: [], settings: undefined, tests: undefined, problems: [] };

function answerIn<T>(outcome: Outcome<T>): T | undefined {
  return outcome.kind === "ok" ? outcome.value : undefined;
}

async function fetchKnown(): Promise<Known> {
  const all = await Promise.all([listBoards(), listOutputs(), readSettings(), readTests()]);
  const [boards, outputs, settings, tests] = all;
  return {
    boards: answerIn(boards) ?? [],
    outputs: answerIn(outputs) ?? [],
    settings: answerIn(settings),
    tests: answerIn(tests),
    problems: [...new Set(all.flatMap((each) => (each.kind === "failed" ? each.reasons : [])))],
  };
}

/** Whatever was saved, removed or tested, on this panel or another one, changes the view or the place. */
function useKnown(view: View): Known {
  const known = useSignal<Known>(NOTHING);
  const setUp = JSON.stringify([
    view.boards.map(({ id, driver }) => [id, driver]),
    view.outputs.map(({ id, name, role, board, channel }) => [id, name, role, board, channel]),
    view.tests.length,
  ]);
  useEffect(() => {
    let open = true;
    void fetchKnown().then((next) => {
      if (open) known.value = next;
    });
    return () => {
      open = false;
    };
  }, [setUp, place.value]);
  return known.value;
}

export interface PageProps {
  readonly view: View;
  readonly known: Known;
}

export function Outputs(props: { readonly view: View }) {
  const known = useKnown(props.view);
  return (
    <Written>
      <Here view={props.view} known={known} />
    </Written>
  );
}

function Here(props: PageProps) {
  const at = place.value;
  switch (at.kind) {
    case "home":
      return <Home {...props} />;
    case "output":
      return <OutputPage {...props} id={at.id} />;
    case "try":
      return <AskTest {...props} id={at.id} />;
    case "remove-output":
      return <AskRemoveOutput {...props} id={at.id} />;
    case "board":
      return <BoardPage {...props} id={at.id} />;
    case "remove-board":
      return <AskRemoveBoard id={at.id} />;
    case "replaced":
      return <AskReplaced id={at.id} />;
    case "find":
      return <Find what={at.what} driver={at.driver} />;
    case "add-board":
      return <AddBoard />;
    case "board-form":
      return <BoardForm />;
    case "output-form":
      return <OutputForm {...props} />;
    case "tower":
      return <Tower />;
    case "tower-table":
      return <TowerTable />;
    case "intervals":
      return <Intervals known={props.known} />;
    case "records":
      return <Records {...props} />;
    case "run":
      return <Wizard {...props} />;
  }
}
