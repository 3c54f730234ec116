/** One version: what it changed, what putting it in force would change now, and why that is not possible. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { heard } from "../heard.ts";
import { Asked } from "../parts/Asked.tsx";
import { Head } from "../parts/Head.tsx";
import { readVersion, type VersionAnswer } from "./calls.ts";
import { whenText } from "./Home.tsx";
import { place } from "./place.ts";
import { VERSIONS } from "./words.ts";

interface Known {
  readonly answer: VersionAnswer | undefined;
  readonly problems: readonly string[];
}

export function VersionPage(props: { readonly timezone: string; readonly version: number }) {
  const { version, timezone } = props;
  const known = useSignal<Known>({ answer: undefined, problems: [] });
  const tries = useSignal(0);
  useEffect(() => {
    let open = true;
    known.value = { answer: undefined, problems: [] };
    void readVersion(version).then((outcome) => {
      if (!open) return;
      if (outcome.kind === "ok") known.value = { answer: outcome.value, problems: [] };
      if (outcome.kind === "failed") known.value = { answer: undefined, problems: outcome.reasons };
    });
    return () => {
      open = false;
    };
  }, [version, tries.value]);
  const { answer, problems } = known.value;
  const can = answer !== undefined && answer.refusal === null;
  return (
    <div class="setup">
      <Head
        title={VERSIONS.number(version)}
        note={answer?.inForce && <small>{VERSIONS.inForce}</small>}
        onBack={() => {
          place.value = { kind: "home" };
        }}
      >
        <button
          type="button"
          class="primary"
          disabled={!can}
          onClick={() => {
            place.value = { kind: "revert", version };
          }}
        >
          {VERSIONS.use}
        </button>
      </Head>
      {answer === undefined ? (
        <Asked waiting={VERSIONS.waiting} problems={problems} onAgain={() => (tries.value += 1)} />
      ) : (
        <Told answer={answer} timezone={timezone} />
      )}
    </div>
  );
}

function Told(props: { readonly answer: VersionAnswer; readonly timezone: string }) {
  const { answer, timezone } = props;
  const { inForce, refusal } = answer;
  return (
    <>
      <p class="how">
        {whenText(answer, timezone)}. {heard(answer.reason)}
      </p>
      {inForce ? <p class="how">{VERSIONS.isInForce}</p> : refusal !== null && <p class="bad">{refusal}</p>}
      <div class="halves outputs">
        <Changes title={VERSIONS.made} told={answer.made} nothing={VERSIONS.madeNothing} />
        {!inForce && (
          <Changes title={VERSIONS.wouldMake} told={answer.wouldMake} nothing={VERSIONS.wouldMakeNothing} />
        )}
      </div>
    </>
  );
}

function Changes(props: {
  readonly title: string;
  readonly told: VersionAnswer["made"];
  readonly nothing: string;
}) {
  const { told, title } = props;
  return (
    <div class="half scrolls">
      <section class="card changes" aria-label={title}>
        <h3>{title}</h3>
        {!told.ok && <p class="bad">{told.why}</p>}
        {told.ok && told.changes.length === 0 && <p class="muted">{props.nothing}</p>}
        <ul>{told.ok && told.changes.map((change) => <li key={change}>{change}</li>)}</ul>
      </section>
    </div>
  );
}
