/** One setting: its value to change, and its unit, range, default, origin and effect beside it. */
import type { ShiftConfig } from "../../server/domain/shift_config.ts";
import { Choice, TextField } from "../parts/Fields.tsx";
import { Head } from "../parts/Head.tsx";
import type { ListedSetting } from "./calls.ts";
import { currentOf, enter, errorOf, place } from "./place.ts";
import { Shifts } from "./Shifts.tsx";
import { NAMES, rangeText, SETTINGS, sourceText, unitOf, valueText } from "./words.ts";

const LONGEST = 200;

export function One(props: { readonly setting: ListedSetting; readonly timezone: string }) {
  const { setting, timezone } = props;
  const { path, source, default: standard } = setting;
  const { name, effect } = NAMES[path];
  const unit = unitOf(path);
  const isStandard = JSON.stringify(currentOf(setting)) === JSON.stringify(standard);
  return (
    <div class="setup">
      <Head
        title={name}
        onBack={() => {
          place.value = { kind: "list" };
        }}
      />
      <div class={path === "shifts" ? "halves outputs shifts" : "halves outputs"}>
        <div class="half scrolls">
          <Entry setting={setting} />
          {path === "site.timezone" && <PanelsZone setting={setting} />}
          <button type="button" disabled={isStandard} onClick={() => enter(setting, standard ?? null)}>
            {SETTINGS.toDefault}
          </button>
        </div>
        <div class="half scrolls">
          <section class="card" aria-label={name}>
            <dl class="particulars">
              {unit !== undefined && <Fact name={SETTINGS.unit} text={unit} />}
              <Fact name={SETTINGS.range} text={rangeText(setting)} />
              <Fact name={SETTINGS.standard} text={valueText(path, standard)} />
              <Fact name={SETTINGS.from} text={sourceText(source, timezone)} />
            </dl>
          </section>
          <section class="card" aria-label={SETTINGS.effect}>
            <h3>{SETTINGS.effect}</h3>
            <p>{effect}</p>
          </section>
        </div>
      </div>
    </div>
  );
}

function Fact(props: { readonly name: string; readonly text: string }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.text}</dd>
    </div>
  );
}

/** What is written as a number, or why it is none. */
function enterNumber(setting: ListedSetting, text: string): void {
  const { min = 0, max = 0 } = setting;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : text;
  const fits = typeof value === "number" && value >= min && value <= max;
  enter(setting, value, fits ? undefined : SETTINGS.notNumber(min, max));
}

function Entry(props: { readonly setting: ListedSetting }) {
  const { setting } = props;
  const { path, type, options = [], maxLength = LONGEST } = setting;
  const value = currentOf(setting);
  const error = errorOf(path)?.message;
  switch (type) {
    case "list":
      return <Shifts shifts={value as readonly ShiftConfig[]} onChange={(next) => enter(setting, next)} />;
    case "yes-no":
    case "choice":
      return (
        <Choice
          label={NAMES[path].name}
          options={(type === "choice" ? options : [false, true]).map(
            (option) => [option, valueText(path, option)] as const,
          )}
          isChosen={(option) => option === value}
          error={error}
          onChoose={(option) => enter(setting, option)}
        />
      );
    case "number":
    case "text":
      return (
        <TextField
          label={NAMES[path].name}
          text={String(value ?? "")}
          shown={valueText(path, value)}
          maxLength={type === "number" ? 9 : maxLength}
          error={error}
          onDone={(text) => {
            if (type === "number") enterNumber(setting, text.trim());
            else enter(setting, text.trim() === "" && setting.default === undefined ? null : text.trim());
          }}
        />
      );
  }
}

/** What the panel's own system says is mostly where it stands. */
function PanelsZone(props: { readonly setting: ListedSetting }) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone === currentOf(props.setting)) return null;
  return (
    <button type="button" onClick={() => enter(props.setting, zone)}>
      {SETTINGS.usePanel(zone)}
    </button>
  );
}
