/** The settings' pages of Maintenance: the list, one of them, and the question before what is entered is saved. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { View } from "../../server/domain/view.ts";
import { Asked } from "../parts/Asked.tsx";
import { Head } from "../parts/Head.tsx";
import { Written } from "../parts/Written.tsx";
import { room } from "../state.ts";
import { AskSave } from "./AskSave.tsx";
import { readTable, type SettingTable } from "./calls.ts";
import { List } from "./List.tsx";
import { One } from "./One.tsx";
import { place } from "./place.ts";
import { SETTINGS } from "./words.ts";
import "../style/setup.css";
import "../style/outputs.css";
import "../style/zones.css";
import "../style/settings.css";

interface Known {
  readonly table: SettingTable | undefined;
  readonly problems: readonly string[];
}

/** Read anew at every change of place: somebody else may have saved meanwhile. */
function useTable(): Known {
  const known = useSignal<Known>({ table: undefined, problems: [] });
  useEffect(() => {
    let open = true;
    void readTable().then((outcome) => {
      if (!open) return;
      if (outcome.kind === "ok") known.value = { table: outcome.value, problems: [] };
      if (outcome.kind === "failed") known.value = { ...known.peek(), problems: outcome.reasons };
    });
    return () => {
      open = false;
    };
  }, [place.value]);
  return known.value;
}

export function Settings(props: { readonly view: View }) {
  return (
    <Written>
      <Here view={props.view} />
    </Written>
  );
}

function Here(props: { readonly view: View }) {
  const { table, problems } = useTable();
  if (table === undefined) return <Waiting problems={problems} />;
  const at = place.value;
  const { timezone } = props.view.site;
  const one = at.kind === "one" ? table.settings.find(({ path }) => path === at.path) : undefined;
  if (one !== undefined) return <One setting={one} timezone={timezone} />;
  if (at.kind === "save") return <AskSave table={table} undoes={at.undo} />;
  return <List table={table} timezone={timezone} problems={problems} />;
}

function Waiting(props: { readonly problems: readonly string[] }) {
  return (
    <div class="setup">
      <Head
        title={SETTINGS.title}
        onBack={() => {
          room.value = "workshop";
        }}
      />
      <Asked
        waiting={SETTINGS.waiting}
        problems={props.problems}
        onAgain={() => {
          place.value = { ...place.peek() };
        }}
      />
    </div>
  );
}
