/** The zones' pages of Maintenance: which one is open. Loaded only when somebody opens them. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { View } from "../../server/domain/view.ts";
import type { Outcome } from "../call.ts";
import { Written } from "../parts/Written.tsx";
import { touchedAt } from "../state.ts";
import { Add, Shapes } from "./Add.tsx";
import {
  keepSession,
  type ListedBoard,
  type ListedCamera,
  type ListedZone,
  listBoards,
  listCameras,
  listZones,
  readSettings,
  type Settings,
} from "./calls.ts";
import { Draw } from "./Draw.tsx";
import { Floor } from "./Floor.tsx";
import { Form } from "./Form.tsx";
import { List } from "./List.tsx";
import { place } from "./place.ts";
import { Review } from "./Review.tsx";
import { Try } from "./Try.tsx";
import { AskRemove, ZonePage } from "./ZonePage.tsx";
import "../style/setup.css";
import "../style/cameras.css";
import "../style/outputs.css";
import "../style/zones.css";

/** What the view does not tell. Empty until the box has answered. */
export interface Known {
  readonly zones: readonly ListedZone[];
  readonly cameras: readonly ListedCamera[];
  readonly boards: readonly ListedBoard[];
  readonly settings: Settings | undefined;
  readonly asked: boolean;
  /** Why something of it is missing. */
  readonly problems: readonly string[];
}
const NOTHING: Known = {
  ...{ zones: [], cameras: [], boards: [], settings: undefined },
  ...{ asked: false, problems: [] },
};

function answerIn<T>(outcome: Outcome<T>): T | undefined {
  return outcome.kind === "ok" ? outcome.value : undefined;
}

async function fetchKnown(): Promise<Known> {
  const all = await Promise.all([listZones(), listCameras(), listBoards(), readSettings()]);
  const [zones, cameras, boards, settings] = all;
  return {
    zones: answerIn(zones) ?? [],
    cameras: answerIn(cameras) ?? [],
    boards: answerIn(boards) ?? [],
    settings: answerIn(settings),
    asked: true,
    problems: [...new Set(all.flatMap((each) => (each.kind === "failed" ? each.reasons : [])))],
  };
}

/** Whatever was published, on this panel or another one, changes the view or the place. */
function useKnown({ cameras, zones, counts, masks, outputs }: View): Known {
  const known = useSignal<Known>(NOTHING);
  const setUp = JSON.stringify([
    cameras.map(({ id, name }) => [id, name]),
    [...zones, ...counts, ...masks].map(({ id, name, polygon }) => [id, name, polygon]),
    outputs.map(({ id, name }) => [id, name]),
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

const KEEP_MS = 60_000;

/** As long as somebody draws, the box keeps their session. */
function useKeptSession(): void {
  useEffect(() => {
    const timer = setInterval(() => {
      if (performance.now() - touchedAt.peek() < KEEP_MS) void keepSession();
    }, KEEP_MS);
    return () => clearInterval(timer);
  }, []);
}

export interface PageProps {
  readonly view: View;
  readonly known: Known;
}

export function Zones(props: { readonly view: View }) {
  const known = useKnown(props.view);
  useKeptSession();
  return (
    <Written>
      <Here view={props.view} known={known} />
    </Written>
  );
}

function Here(props: PageProps) {
  const at = place.value;
  switch (at.kind) {
    case "list":
      return <List {...props} />;
    case "zone":
      return <ZonePage {...props} id={at.id} />;
    case "remove":
      return <AskRemove {...props} id={at.id} />;
    case "add":
      return <Add {...props} camera={at.camera} />;
    case "ground":
      return <Floor {...props} />;
    case "shapes":
      return <Shapes />;
    case "draw":
      return <Draw {...props} />;
    case "form":
      return <Form {...props} />;
    case "try":
      return <Try {...props} />;
    case "review":
      return <Review {...props} />;
  }
}
