/** The draft: several changes that somebody gathers; told in words, published at once, or thrown away. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { report } from "../actions.ts";
import { Asked } from "../parts/Asked.tsx";
import { Head } from "../parts/Head.tsx";
import { Question } from "../parts/Question.tsx";
import { may } from "../people/may.ts";
import { type DraftView, discardDraft, publishDraft, readDraft } from "./calls.ts";
import { DRAFT } from "./draft_words.ts";
import { whenText } from "./Home.tsx";
import { type Place, place } from "./place.ts";

type Known =
  | { readonly kind: "waiting" }
  | { readonly kind: "none" }
  | { readonly kind: "failed"; readonly reasons: readonly string[] }
  | { readonly kind: "read"; readonly draft: DraftView };

const to = (kind: Extract<Place["kind"], "home" | "draft" | "publish-draft" | "discard-draft">) => () => {
  place.value = { kind };
};
const [toHome, toDraft] = [to("home"), to("draft")];

/** One answer serves the page and its questions: what is published is what was read. */
export function DraftPages(props: { readonly timezone: string }) {
  const known = useSignal<Known>({ kind: "waiting" });
  const tries = useSignal(0);
  const isPage = place.value.kind === "draft";
  useEffect(() => {
    if (!isPage) return;
    let open = true;
    void readDraft().then((outcome) => {
      if (!open || outcome.kind === "ignored") return;
      if (outcome.kind === "failed") known.value = { kind: "failed", reasons: outcome.reasons };
      else
        known.value = outcome.value === undefined ? { kind: "none" } : { kind: "read", draft: outcome.value };
    });
    return () => {
      open = false;
    };
  }, [isPage, tries.value]);
  const at = known.value;
  if (at.kind === "read" && place.value.kind === "publish-draft") return <AskPublish draft={at.draft} />;
  if (at.kind === "read" && place.value.kind === "discard-draft") return <AskDiscard />;
  return <DraftPage known={at} timezone={props.timezone} onAgain={() => (tries.value += 1)} />;
}

function DraftPage(props: {
  readonly known: Known;
  readonly timezone: string;
  readonly onAgain: () => void;
}) {
  const { known, timezone } = props;
  const draft = known.kind === "read" ? known.draft : undefined;
  const can = draft !== undefined && may("settings.change");
  return (
    <div class="setup">
      <Head title={DRAFT.title} onBack={toHome}>
        <button type="button" disabled={!can} onClick={to("discard-draft")}>
          {DRAFT.discard}
        </button>
        <button
          type="button"
          class="primary"
          disabled={!can || draft.changes.length === 0}
          onClick={to("publish-draft")}
        >
          {DRAFT.publish}
        </button>
      </Head>
      {(known.kind === "waiting" || known.kind === "failed") && (
        <Asked
          waiting={DRAFT.waiting}
          problems={known.kind === "failed" ? known.reasons : []}
          onAgain={props.onAgain}
        />
      )}
      {known.kind === "none" && <p class="how">{DRAFT.gone}</p>}
      {draft !== undefined && <Told draft={draft} timezone={timezone} />}
    </div>
  );
}

function Told(props: { readonly draft: DraftView; readonly timezone: string }) {
  const { by, begunWallAt, basedOn, changes } = props.draft;
  return (
    <>
      <p class="how">
        {whenText({ by, wallAt: begunWallAt }, props.timezone)}. {DRAFT.basedOn(basedOn)}
      </p>
      <div class="scrolls">
        <section class="card changes" aria-label={DRAFT.changes}>
          <h3>{DRAFT.changes}</h3>
          {changes.length === 0 && <p class="muted">{DRAFT.nothing}</p>}
          <ul>
            {changes.map((change) => (
              <li key={change}>{change}</li>
            ))}
          </ul>
        </section>
      </div>
    </>
  );
}

function AskPublish(props: { readonly draft: DraftView }) {
  const busy = useSignal(false);
  const publish = async (): Promise<void> => {
    busy.value = true;
    const outcome = await publishDraft(props.draft.revision);
    busy.value = false;
    if (outcome.kind === "ignored") return;
    place.value = { kind: outcome.kind === "ok" ? "home" : "draft" };
    report(outcome, { done: DRAFT.published, command: DRAFT.publish });
  };
  return (
    <Question
      ask={DRAFT.askPublish}
      yes={busy.value ? DRAFT.publishing : DRAFT.publish}
      busy={busy.value}
      onYes={() => void publish()}
      onNo={toDraft}
    >
      <p class="moves">{DRAFT.drops}</p>
      <p>{DRAFT.publishHow}</p>
    </Question>
  );
}

function AskDiscard() {
  const busy = useSignal(false);
  const discard = async (): Promise<void> => {
    busy.value = true;
    const outcome = await discardDraft();
    busy.value = false;
    if (outcome.kind === "ignored") return;
    place.value = { kind: outcome.kind === "ok" ? "home" : "draft" };
    report(outcome, { done: DRAFT.discarded, command: DRAFT.discard });
  };
  return (
    <Question
      ask={DRAFT.askDiscard}
      yes={DRAFT.discard}
      busy={busy.value}
      onYes={() => void discard()}
      onNo={toDraft}
    >
      <p>{DRAFT.discardHow}</p>
    </Question>
  );
}
