/** Everybody in a row: role, badge, and whether they may enter. */

import { USER_ROLES } from "../codes.ts";
import { Asked } from "../parts/Asked.tsx";
import { Head } from "../parts/Head.tsx";
import { room } from "../state.ts";
import type { ListedPerson } from "./calls.ts";
import { toList } from "./change.ts";
import { place } from "./place.ts";
import { PEOPLE } from "./words.ts";

/** Undefined until the box has answered. */
export interface Known {
  readonly people: readonly ListedPerson[] | undefined;
  /** Why they are missing. */
  readonly problems: readonly string[];
}

export function List(props: { readonly known: Known }) {
  const { people, problems } = props.known;
  return (
    <div class="setup">
      <Head
        title={PEOPLE.title}
        onBack={() => {
          room.value = "workshop";
        }}
      >
        <button
          type="button"
          class="primary"
          onClick={() => {
            place.value = { kind: "add", name: "", role: "operator", pin: false };
          }}
        >
          {PEOPLE.add}
        </button>
      </Head>
      {people === undefined ? (
        <Asked waiting={PEOPLE.waiting} problems={problems} onAgain={toList} />
      ) : (
        problems.map((problem) => (
          <p key={problem} class="bad">
            {problem}
          </p>
        ))
      )}
      {people?.length === 0 && (
        <div class="nothing">
          <strong>{PEOPLE.none}</strong>
          <p>{PEOPLE.noneHow}</p>
        </div>
      )}
      <ul class="rows" aria-label={PEOPLE.title}>
        {people?.toSorted(activeFirst).map((person) => (
          <li key={person.id}>
            <button
              type="button"
              class="row"
              aria-label={person.name}
              onClick={() => {
                place.value = { kind: "person", id: person.id };
              }}
            >
              <span class="who">
                <b>{person.name}</b>
                <em>{person.active ? USER_ROLES[person.role] : PEOPLE.out}</em>
                <small>{facts(person)}</small>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function activeFirst(a: ListedPerson, b: ListedPerson): number {
  return Number(b.active) - Number(a.active) || a.name.localeCompare(b.name);
}

function facts({ badge, provisioned }: ListedPerson): string {
  return [...(badge ? [PEOPLE.badge] : []), ...(provisioned ? [PEOPLE.file] : [])].join(". ");
}
