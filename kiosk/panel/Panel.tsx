/** This panel, in the page's place: its language, cleaning, the layout of the cameras, and which panels there are. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { PANEL_NAME_MAX } from "../../server/domain/panel.ts";
import type { View } from "../../server/domain/view.ts";
import { Signed } from "../far/Signed.tsx";
import { chooseLanguage } from "../language.ts";
import { choose, type Layout, layout } from "../live/wall.ts";
import { WALL } from "../live/words.ts";
import { Choice } from "../parts/Fields.tsx";
import { Head } from "../parts/Head.tsx";
import { Languages } from "../parts/Languages.tsx";
import { Written } from "../parts/Written.tsx";
import { writing } from "../parts/writing.ts";
import { may } from "../people/may.ts";
import { asking } from "../state.ts";
import { span } from "../text.ts";
import { PANEL_ID } from "./beat.ts";
import { forgetPanel, type ListedPanel, namePanel, readPanels } from "./calls.ts";
import { beginCleaning } from "./clean.ts";
import { renewing } from "./renew.ts";
import { CLEAN, PANEL } from "./words.ts";
import "../style/setup.css";
import "../style/panel.css";

const READ_EVERY_MS = 2_000;

interface Known {
  readonly list: readonly ListedPanel[] | undefined;
  readonly problems: readonly string[];
}

export function Panel(props: { readonly view: View }) {
  const known = useSignal<Known>({ list: undefined, problems: [] });
  const read = async (): Promise<void> => {
    const outcome = await readPanels();
    if (outcome.kind === "ok") known.value = { list: outcome.value, problems: [] };
    if (outcome.kind === "failed") known.value = { ...known.peek(), problems: outcome.reasons };
  };
  useEffect(() => {
    void read();
    const timer = setInterval(() => void read(), READ_EVERY_MS);
    return () => {
      clearInterval(timer);
      writing.value = undefined;
    };
  }, []);
  return (
    <Written>
      <div class="setup">
        <Head
          title={PANEL.title}
          note={<small>{PANEL.version(props.view.version)}</small>}
          onBack={() => {
            asking.value = undefined;
          }}
        />
        <div class="scrolls thisPanel">
          <Signed timezone={props.view.site.timezone} />
          {renewing.value && (
            <div class="card">
              <p>{PANEL.newer}</p>
              <button type="button" onClick={() => location.reload()}>
                {PANEL.newerLoad}
              </button>
            </div>
          )}
          <div class="card">
            <h3>{PANEL.language}</h3>
            <p>{PANEL.languageWhat}</p>
            <Languages onChoose={chooseLanguage} />
          </div>
          <div class="card beside">
            <p>{CLEAN.openWhat}</p>
            <button type="button" class="primary" onClick={beginCleaning}>
              {CLEAN.open}
            </button>
          </div>
          {props.view.cameras.length > 1 && <Layouts view={props.view} />}
          <div class="card panels">
            <h3>{PANEL.panels}</h3>
            <p>{PANEL.panelsWhat}</p>
            {!may("settings.change") && <p>{PANEL.naming}</p>}
            {known.value.problems.map((problem) => (
              <p key={problem} class="bad">
                {problem}
              </p>
            ))}
            {(known.value.list !== undefined || known.value.problems.length === 0) && (
              <Panels list={known.value.list} read={read} />
            )}
          </div>
        </div>
      </div>
    </Written>
  );
}

function Layouts(props: { readonly view: View }) {
  const first = props.view.cameras[0]?.id ?? "";
  return (
    <div class="card beside">
      <p>{PANEL.layoutWhat}</p>
      <Choice<Layout["kind"]>
        label={PANEL.layout}
        options={[
          ["auto", WALL.auto],
          ["all", WALL.alike],
          ["one", WALL.one],
        ]}
        isChosen={(kind) => kind === layout.value.kind}
        onChoose={(kind) => choose(kind === "one" ? { kind, camera: first } : { kind })}
      />
    </div>
  );
}

function Panels(props: {
  readonly list: readonly ListedPanel[] | undefined;
  readonly read: () => Promise<void>;
}) {
  const { list, read } = props;
  if (list === undefined) return <p>{PANEL.waiting}</p>;
  if (list.length === 0)
    return (
      <p>
        <b>{PANEL.none}</b>. {PANEL.noneHow}
      </p>
    );
  return (
    <ul aria-label={PANEL.panels}>
      {list.map((panel) => (
        <One key={panel.id} panel={panel} read={read} />
      ))}
    </ul>
  );
}

function stateText({ online, shows = "live", heardMs }: ListedPanel): string {
  if (online) return PANEL.shows[shows];
  return heardMs === undefined ? PANEL.never : PANEL.silent(span(heardMs));
}

function One(props: { readonly panel: ListedPanel; readonly read: () => Promise<void> }) {
  const { panel, read } = props;
  const called = panel.name ?? PANEL.nameless(panel.id.slice(0, 6));
  const wrong = panel.name !== undefined && !(panel.online && panel.shows === "live");
  const write = (): void => {
    writing.value = {
      ...{ label: PANEL.nameLabel, text: panel.name ?? "", secret: false, maxLength: PANEL_NAME_MAX },
      onDone: (name) => {
        if (name.trim() !== "") void namePanel(panel.id, name.trim()).then(read);
      },
    };
  };
  return (
    <li>
      <div>
        <b>{called}</b> {panel.id === PANEL_ID && <em>({PANEL.here})</em>}
        <p class={wrong ? "bad" : ""}>{stateText(panel)}</p>
        <p>
          {panel.name === undefined ? PANEL.notExpected : PANEL.expected}
          {panel.origin !== undefined && `, ${PANEL.at(panel.origin)}`}
        </p>
      </div>
      {may("settings.change") && (
        <button type="button" aria-label={PANEL.nameThis(called)} onClick={write}>
          {PANEL.name}
        </button>
      )}
      {may("settings.change") && panel.name !== undefined && (
        <button
          type="button"
          aria-label={PANEL.forgetThis(called)}
          onClick={() => void forgetPanel(panel.id, called).then(read)}
        >
          {PANEL.forget}
        </button>
      )}
    </li>
  );
}
