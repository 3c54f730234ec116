/** What this box is: its version and licences, the model, the clock, the database, and the honest label. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { report } from "../actions.ts";
import { Asked } from "../parts/Asked.tsx";
import { tell } from "../state.ts";
import { span } from "../text.ts";
import { MAINTENANCE } from "../words.ts";
import { type About, cleanUp, readAbout } from "./calls.ts";
import { ABOUT, figureText, freedTexts, SYSTEM } from "./words.ts";

export function AboutPage() {
  const about = useSignal<About | undefined>(undefined);
  const problems = useSignal<readonly string[]>([]);
  const busy = useSignal(false);
  const read = async (): Promise<void> => {
    const outcome = await readAbout();
    if (outcome.kind === "ok") about.value = outcome.value;
    problems.value = outcome.kind === "failed" ? outcome.reasons : [];
  };
  useEffect(() => void read(), []);
  const clean = async (): Promise<void> => {
    busy.value = true;
    const outcome = await cleanUp();
    busy.value = false;
    if (outcome.kind === "ok") tell("done", ABOUT.cleaned, freedTexts(outcome.value));
    else report(outcome, { done: ABOUT.cleaned, command: ABOUT.cleanUp });
    await read();
  };
  if (about.value === undefined)
    return <Asked waiting={SYSTEM.waiting} problems={problems.value} onAgain={() => void read()} />;
  const { label, thirdParty } = about.value;
  return (
    <div class="halves">
      <div class="half scrolls">
        <div class="card">
          <h3 class="label">{label}</h3>
          {MAINTENANCE.aboutText.map((text) => (
            <p key={text}>{text}</p>
          ))}
        </div>
        <div class="card">
          <h3>{ABOUT.cleanUp}</h3>
          <p>{ABOUT.cleanUpHow}</p>
          <button type="button" disabled={busy.value} onClick={() => void clean()}>
            {ABOUT.cleanUp}
          </button>
        </div>
      </div>
      <div class="half scrolls">
        <Particulars about={about.value} />
        {thirdParty !== null && (
          <div class="card">
            <h3>{ABOUT.thirdParty}</h3>
            <dl class="particulars">
              {thirdParty.map(({ licence, packages }) => (
                <div key={licence}>
                  <dt>{licence}</dt>
                  <dd>{ABOUT.packages(packages)}</dd>
                </div>
              ))}
            </dl>
          </div>
        )}
      </div>
    </div>
  );
}

function Particulars(props: { readonly about: About }) {
  const { version, licence, runtime, model, upMs, machineUpMs, clock, databaseBytes } = props.about;
  const rows: readonly (readonly [string, string])[] = [
    [ABOUT.version, version],
    [ABOUT.licence, licence],
    [ABOUT.runtime, runtime],
    [ABOUT.model, model.name],
    [ABOUT.modelLicence, model.licence ?? ABOUT.unknown],
    [ABOUT.modelOrigin, model.origin ?? ABOUT.unknown],
    [ABOUT.up, span(upMs)],
    [ABOUT.machineUp, span(machineUpMs)],
    [ABOUT.clock, ABOUT.clocks[clock]],
    [ABOUT.database, databaseBytes === null ? ABOUT.noDatabase : figureText(databaseBytes, "bytes")],
  ];
  return (
    <div class="card">
      <dl class="particulars">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
