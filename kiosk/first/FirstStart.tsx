/** The first start: every step with its true state, the way to its page, and back here. Left and taken up at will. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import {
  type FirstFacts,
  type FirstStep,
  type FirstStepId,
  firstSteps,
} from "../../server/domain/first_start.ts";
import type { View } from "../../server/domain/view.ts";
import type { SetUpAnswer } from "../../server/http/session.ts";
import { call } from "../call.ts";
import { chosenLanguage, isLanguageChosen, LANGUAGES } from "../language.ts";
import { kept } from "../panel/kept.ts";
import { Size } from "../panel/Size.tsx";
import { Gate } from "../parts/Gate.tsx";
import { Head } from "../parts/Head.tsx";
import { Languages } from "../parts/Languages.tsx";
import { First } from "../people/First.tsx";
import { asking, room, session } from "../state.ts";
import { readWalks } from "../walk/calls.ts";
import { LOST } from "../words.ts";
import { chooseAndGoOn, goTo, leaveFirstStart, wanted } from "./place.ts";
import { counted, FIRST_START, STEPS } from "./words.ts";
import "../style/setup.css";
import "../style/first.css";

const ROOMS = {
  people: "people",
  site: "settings",
  camera: "cameras",
  zone: "zones",
  output: "outputs",
  walk: "walks",
} as const;

interface Asked {
  readonly setUp: SetUpAnswer | undefined;
  readonly walkedZones: number | undefined;
  readonly problems: readonly string[];
  readonly again: () => void;
}

/** What the view does not tell. Walk tests are told to people with a session alone. */
function useAsked(): Asked {
  const tries = useSignal(0);
  const asked = useSignal<Omit<Asked, "again">>({ setUp: undefined, walkedZones: undefined, problems: [] });
  const person = session.value;
  useEffect(() => {
    let open = true;
    const look = async (): Promise<void> => {
      const setUp = await call({ method: "GET", path: "/api/setup" });
      const walks = person === undefined ? undefined : await readWalks();
      if (!open) return;
      const zones = walks?.kind === "ok" ? walks.value.zones : undefined;
      asked.value = {
        setUp: setUp.kind === "ok" ? (setUp.value as SetUpAnswer) : undefined,
        walkedZones: zones?.filter(({ due }) => due.lastWallAt !== null).length,
        problems: setUp.kind === "failed" ? setUp.reasons : [],
      };
    };
    void look();
    return () => {
      open = false;
    };
  }, [person, room.value, tries.value]);
  return { ...asked.value, again: () => (tries.value += 1) };
}

function factsOf(view: View, { setUp, walkedZones }: Asked): FirstFacts {
  const { demonstration, site, cameras, zones, outputs } = view;
  return {
    ...{ demonstration, site, walkedZones, languageChosen: isLanguageChosen() },
    sizeChosen: kept.value.pxPerMm !== undefined,
    hasPeople: session.value !== undefined || setUp?.needed === false,
    cameras: cameras.length,
    stopZones: zones.filter(({ kind }) => kind === "stop").length,
    outputs: outputs.length,
  };
}

export function FirstStart(props: { readonly view: View }) {
  const asked = useAsked();
  const making = useSignal(false);
  /** The step of this panel's own that is open: it needs nobody to sign in. */
  const own = useSignal<"language" | "panel" | undefined>(undefined);
  const facts = factsOf(props.view, asked);
  const steps = firstSteps(facts);
  const next = steps.find(({ state }) => state === "open");
  const nextRow = useRef<HTMLButtonElement>(null);
  // On a small panel it may lie below the edge of the list.
  useEffect(() => nextRow.current?.scrollIntoView({ block: "nearest" }), [next?.id, own.value, making.value]);
  if (own.value === "language")
    return (
      <div class="setup">
        <Head title={STEPS.language.name} back={FIRST_START.back} onBack={() => (own.value = undefined)} />
        <div class="scrolls">
          <Languages onChoose={chooseAndGoOn} />
        </div>
      </div>
    );
  if (own.value === "panel") return <Size back={FIRST_START.back} onBack={() => (own.value = undefined)} />;
  if (session.value === undefined && making.value)
    return (
      <div class="gate">
        <First onBack={() => (making.value = false)} />
      </div>
    );
  if (session.value === undefined && wanted.value !== undefined)
    return <Gate onCancel={() => (wanted.value = undefined)} />;
  const open = (id: FirstStepId): void => {
    if (id === "language" || id === "panel") own.value = id;
    else if (id === "demonstration") asking.value = "end-demonstration";
    else if (id === "people" && !facts.hasPeople) making.value = true;
    else goTo(ROOMS[id]);
  };
  const isElsewhere = asked.setUp?.needed === true && !asked.setUp.here;
  return (
    <div class="setup firstStart">
      <Head
        title={FIRST_START.title}
        note={next && <small>{FIRST_START.stepOf(steps.indexOf(next) + 1, steps.length)}</small>}
        back={FIRST_START.later}
        onBack={leaveFirstStart}
      />
      <p class="how">
        {steps.every(({ state }) => state === "done") ? FIRST_START.allDone : FIRST_START.how}
      </p>
      {asked.problems.length > 0 && (
        <div class="asked beside" role="alert">
          <p class="bad">{asked.problems.join("; ")}</p>
          <button type="button" onClick={asked.again}>
            {LOST.again}
          </button>
        </div>
      )}
      {isElsewhere && <p class="bad">{FIRST_START.elsewhere}</p>}
      <ol class="rows" aria-label={FIRST_START.title}>
        {steps.map((step) => (
          <li key={step.id}>
            <button
              {...(step === next ? { ref: nextRow } : {})}
              type="button"
              class={step === next ? "row next" : "row"}
              aria-label={STEPS[step.id].name}
              disabled={step.state === "waits" || (step.id === "people" && isElsewhere)}
              onClick={() => open(step.id)}
            >
              <span class="who">
                <b>{STEPS[step.id].name}</b>
                <em>{stateText(step, facts)}</em>
                <small>{STEPS[step.id].what}</small>
              </span>
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** What is so before anybody has done anything. */
const SAID_BEFORE: readonly FirstStepId[] = ["language", "site", "walk"];

function stateText({ id, state, needs }: FirstStep, facts: FirstFacts): string {
  if (state === "waits" && needs !== undefined) return FIRST_START.waitsFor(STEPS[needs].name);
  if (state === "unknown") return session.value === undefined ? FIRST_START.unknown : FIRST_START.notKnown;
  const told = detailText(id, facts);
  if (state === "open") return SAID_BEFORE.includes(id) ? told : "";
  return told === "" ? FIRST_START.done : FIRST_START.doneWith(told);
}

/** What is set up. */
function detailText(id: FirstStepId, facts: FirstFacts): string {
  switch (id) {
    case "language":
      return LANGUAGES[chosenLanguage()];
    case "panel":
    case "demonstration":
    case "people":
      return "";
    case "site":
      return counted.site(facts.site.name, facts.site.timezone);
    case "camera":
      return counted.cameras(facts.cameras);
    case "zone":
      return counted.zones(facts.stopZones);
    case "output":
      return counted.outputs(facts.outputs);
    case "walk":
      return counted.walked(facts.walkedZones ?? 0, facts.stopZones);
  }
}
