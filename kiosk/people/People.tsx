/** The people's pages of Maintenance: the list, one person, and what is asked of them. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Asked } from "../parts/Asked.tsx";
import { Head } from "../parts/Head.tsx";
import { Question } from "../parts/Question.tsx";
import { Written } from "../parts/Written.tsx";
import { Add } from "./Add.tsx";
import { useBadge } from "./badge.ts";
import { type ListedPerson, readPeople } from "./calls.ts";
import { change, toList, toPerson } from "./change.ts";
import { type Known, List } from "./List.tsx";
import { NewPin } from "./NewPin.tsx";
import { PersonPage } from "./PersonPage.tsx";
import { type Place, place } from "./place.ts";
import { PEOPLE, PERSON } from "./words.ts";
import "../style/setup.css";
import "../style/people.css";

export function People() {
  const known = useSignal<Known>({ people: undefined, problems: [] });
  useEffect(() => {
    let open = true;
    void readPeople().then((outcome) => {
      if (!open) return;
      if (outcome.kind === "ok") known.value = { people: outcome.value, problems: [] };
      if (outcome.kind === "failed") known.value = { ...known.value, problems: outcome.reasons };
    });
    return () => {
      open = false;
    };
  }, [place.value]);
  return (
    <Written>
      <Here known={known.value} />
    </Written>
  );
}

function Here(props: { readonly known: Known }) {
  const at = place.value;
  if (at.kind === "list") return <List known={props.known} />;
  if (at.kind === "add") return <Add at={at} />;
  const person = props.known.people?.find(({ id }) => id === at.id);
  if (person === undefined)
    return (
      <div class="setup">
        <Head title={PEOPLE.title} onBack={toList} />
        <Asked waiting={PEOPLE.waiting} problems={props.known.problems} onAgain={toList} />
      </div>
    );
  return <One at={at} person={person} />;
}

function One(props: {
  readonly at: Exclude<Place, { kind: "list" | "add" }>;
  readonly person: ListedPerson;
}) {
  const { at, person } = props;
  if (at.kind === "person") return <PersonPage person={person} />;
  if (at.kind === "badge") return <Badge person={person} />;
  if (at.kind === "out") return <AskOut person={person} />;
  const role = at.role === undefined ? {} : { role: at.role };
  return (
    <div class="gate">
      <NewPin
        of={{ name: person.name, role: at.role ?? person.role }}
        onBack={() => toPerson(person)}
        save={async (pin) => await change(person, { pin, ...role }, at.role === undefined ? "pin" : "role")}
      />
    </div>
  );
}

function Badge(props: { readonly person: ListedPerson }) {
  const { person } = props;
  useBadge((badge) => void change(person, { badge }, "badge"));
  return (
    <div class="setup">
      <Head title={PERSON.badgeHold(person.name)} onBack={() => toPerson(person)} />
      <div class="nothing" role="status">
        <strong>{PERSON.badgeWaits}</strong>
        <p>{PERSON.badgeHow}</p>
        <p>{PERSON.badgeNone}</p>
      </div>
    </div>
  );
}

function AskOut(props: { readonly person: ListedPerson }) {
  const { person } = props;
  const busy = useSignal(false);
  return (
    <Question
      ask={PERSON.outAsk(person.name)}
      yes={PERSON.out}
      busy={busy.value}
      onYes={() => {
        busy.value = true;
        void change(person, { active: false }, "out").then(() => toPerson(person));
      }}
      onNo={() => toPerson(person)}
    >
      <p>{PERSON.outHow}</p>
    </Question>
  );
}
