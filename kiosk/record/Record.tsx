/** The record's pages of Maintenance: its rows, one of them, what is shown of it, a file of it. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { View } from "../../server/domain/view.ts";
import { Written } from "../parts/Written.tsx";
import { Choose } from "./Choose.tsx";
import { type AuditRow, PAGE, type RecordState, readRows, readState } from "./calls.ts";
import { ExportPage } from "./ExportPage.tsx";
import { Home } from "./Home.tsx";
import { filter, place } from "./place.ts";
import { RowPage } from "./RowPage.tsx";
import "../style/setup.css";
import "../style/outputs.css";
import "../style/zones.css";
import "../style/record.css";

/** What was read of the box; undefined until it has answered. */
export interface Known {
  readonly rows: readonly AuditRow[] | undefined;
  /** Whether there may be more behind the last row. */
  readonly more: boolean;
  readonly state: RecordState | undefined;
  /** Why something is missing. */
  readonly problems: readonly string[];
}

export interface PageProps {
  readonly view: View;
  readonly known: Known;
  readonly onEarlier: () => void;
  readonly onState: (state: RecordState) => void;
}

const NOTHING: Known = { rows: undefined, more: false, state: undefined, problems: [] };
/** Rows on the screen at most: a panel left open on this page holds no whole record. */
const SHOWN_MAX = 1_000;

export function Record(props: { readonly view: View }) {
  const known = useSignal(NOTHING);
  const asked = useSignal(0);
  const load = async (before?: number): Promise<void> => {
    const mine = ++asked.value;
    const rows = await readRows(filter.peek(), before);
    if (mine !== asked.peek()) return;
    const { rows: shown = [] } = known.peek();
    if (rows.kind === "failed") known.value = { ...known.peek(), problems: rows.reasons };
    if (rows.kind !== "ok") return;
    const all = before === undefined ? rows.value : [...shown, ...rows.value];
    const more = rows.value.length === PAGE && all.length < SHOWN_MAX;
    known.value = { ...known.peek(), rows: all, more, problems: [] };
  };
  useEffect(() => {
    known.value = { ...known.peek(), rows: undefined };
    void load();
  }, [filter.value]);
  useEffect(() => {
    void readState().then((state) => {
      if (state.kind === "ok") known.value = { ...known.peek(), state: state.value };
      if (state.kind === "failed") known.value = { ...known.peek(), problems: state.reasons };
    });
  }, [place.value]);
  const page: PageProps = {
    view: props.view,
    known: known.value,
    onEarlier: () => void load(known.peek().rows?.at(-1)?.seq),
    onState: (state) => {
      known.value = { ...known.peek(), state };
    },
  };
  return (
    <Written>
      <Here {...page} />
    </Written>
  );
}

function Here(props: PageProps) {
  const at = place.value;
  switch (at.kind) {
    case "home":
      return <Home {...props} />;
    case "filter":
      return <Choose />;
    case "row":
      return <RowPage {...props} seq={at.seq} />;
    case "export":
      return <ExportPage {...props} />;
  }
}
