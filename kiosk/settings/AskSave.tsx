/** What is asked before settings are saved: what changes, why, and whether everything may drop. */
import { useSignal } from "@preact/signals";
import type { SettingPath } from "../../server/domain/setting_config.ts";
import { report } from "../actions.ts";
import { Question } from "../parts/Question.tsx";
import { tell } from "../state.ts";
import { type SettingTable, saveSettings } from "./calls.ts";
import { type Entered, entered, errors, forget, place, undo } from "./place.ts";
import { NAMES, SETTINGS, valueText } from "./words.ts";

/** What was in force, for who wants it back. */
function before({ settings }: SettingTable, changes: Entered): Entered {
  const was = settings.filter(({ path }) => path in changes).map(({ path, value }) => [path, value ?? null]);
  return Object.fromEntries(was);
}

export function AskSave(props: { readonly table: SettingTable; readonly undoes: boolean }) {
  const { table, undoes } = props;
  const busy = useSignal(false);
  const changes = entered.value;
  const paths = Object.keys(changes) as SettingPath[];
  const save = async (): Promise<void> => {
    busy.value = true;
    const outcome = await saveSettings({ basedOn: table.version, changes });
    busy.value = false;
    if (outcome.kind === "ignored") return;
    place.value = { kind: "list" };
    if (outcome.kind === "ok") {
      undo.value = undoes ? undefined : before(table, changes);
      forget();
      tell("done", SETTINGS.saved);
    } else if (outcome.kind === "failed") {
      errors.value = outcome.errors;
      // What is wrong with a setting stands at it, and nothing may lie over that.
      if (outcome.errors.length === 0) report(outcome, { done: "", command: SETTINGS.yes });
    }
  };
  return (
    <Question
      ask={undoes ? SETTINGS.askUndo : SETTINGS.askSave(paths.length)}
      yes={busy.value ? SETTINGS.busy : SETTINGS.yes}
      busy={busy.value}
      onYes={() => void save()}
      onNo={() => {
        if (undoes) forget();
        place.value = { kind: "list" };
      }}
    >
      <ul class="changed">
        {paths.map((path) => (
          <li key={path}>
            {NAMES[path].name}: {valueText(path, inForce(table, path))} →{" "}
            <b>{valueText(path, changes[path] ?? standardOf(table, path))}</b>
          </li>
        ))}
      </ul>
      <p class="moves">{SETTINGS.drops}</p>
    </Question>
  );
}

function inForce({ settings }: SettingTable, path: SettingPath): unknown {
  const setting = settings.find((one) => one.path === path);
  return setting?.value ?? setting?.default;
}

function standardOf({ settings }: SettingTable, path: SettingPath): unknown {
  return settings.find((one) => one.path === path)?.default;
}
