/** Every setting by group: its value, and where that came from. What is entered waits here until it is saved together. */
import { Head } from "../parts/Head.tsx";
import { may } from "../people/may.ts";
import { room } from "../state.ts";
import type { ListedSetting, SettingTable } from "./calls.ts";
import { alone, currentOf, entered, errorOf, errors, forget, place, undo } from "./place.ts";
import { GROUPS, NAMES, SETTINGS, sourceText, valueText } from "./words.ts";

export function List(props: {
  readonly table: SettingTable;
  readonly timezone: string;
  readonly problems: readonly string[];
}) {
  const { table, timezone } = props;
  const count = Object.keys(entered.value).length;
  return (
    <div class="setup settings">
      <Head
        title={alone.value?.group ?? SETTINGS.title}
        onBack={() => {
          forget();
          room.value = alone.value?.back ?? "workshop";
          alone.value = undefined;
        }}
      >
        <Deeds count={count} />
      </Head>
      {props.problems.map((problem) => (
        <p key={problem} class="bad">
          {problem}
        </p>
      ))}
      {errors.value.length > 0 ? (
        <p class="bad" role="alert">
          {SETTINGS.wrong(errors.value.length)}
        </p>
      ) : (
        count > 0 && <p class="anew">{SETTINGS.drops}</p>
      )}
      <div class="scrolls">
        {GROUPS.filter(([title]) => alone.value === undefined || title === alone.value.group).map(
          ([title, paths]) => (
            <section key={title} aria-label={title}>
              <h3>{title}</h3>
              <ul class="rows">
                {paths.map((path) => {
                  const setting = table.settings.find((one) => one.path === path);
                  return setting && <Row key={path} setting={setting} timezone={timezone} />;
                })}
              </ul>
            </section>
          ),
        )}
      </div>
    </div>
  );
}

function Deeds(props: { readonly count: number }) {
  const { count } = props;
  const toSave = (undoes: boolean) => () => {
    if (undoes) entered.value = undo.peek() ?? {};
    place.value = { kind: "save", undo: undoes };
  };
  if (count === 0)
    return undo.value === undefined ? null : (
      <button type="button" onClick={toSave(true)}>
        {SETTINGS.undo}
      </button>
    );
  return (
    <>
      <button type="button" onClick={forget}>
        {SETTINGS.discard}
      </button>
      <button type="button" class="primary" disabled={errors.value.length > 0} onClick={toSave(false)}>
        {SETTINGS.save(count)}
      </button>
    </>
  );
}

function Row(props: { readonly setting: ListedSetting; readonly timezone: string }) {
  const { setting, timezone } = props;
  const { path, source } = setting;
  const error = errorOf(path)?.message;
  const isEntered = path in entered.value;
  return (
    <li>
      <button
        type="button"
        class="row"
        disabled={!may("settings.change")}
        aria-label={SETTINGS.change(NAMES[path].name)}
        onClick={() => {
          place.value = { kind: "one", path };
        }}
      >
        <span class="who">
          <span>{NAMES[path].name}</span>
          <b>{valueText(path, currentOf(setting))}</b>
          {isEntered && <em>{SETTINGS.entered}</em>}
          {error === undefined ? (
            <small>{sourceText(source, timezone)}</small>
          ) : (
            <small class="bad">{error}</small>
          )}
        </span>
      </button>
    </li>
  );
}
