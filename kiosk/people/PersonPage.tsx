/** One person: name, role, PIN, badge, and whether they may enter. Each change is sent by itself. */
import { USER_ROLES as ROLES, type Role } from "../../server/domain/permission.ts";
import { USER_ROLES } from "../codes.ts";
import { Choice, TextField } from "../parts/Fields.tsx";
import { Head } from "../parts/Head.tsx";
import type { ListedPerson } from "./calls.ts";
import { change, toList } from "./change.ts";
import { place } from "./place.ts";
import { PEOPLE, PERSON, ROLE_DOES } from "./words.ts";

const NAME_MAX = 80;

export function PersonPage(props: { readonly person: ListedPerson }) {
  const { person } = props;
  const { id, name, role, active, badge, provisioned } = person;
  return (
    <div class="setup">
      <Head title={name} note={active ? undefined : <small>{PEOPLE.out}</small>} onBack={toList}>
        <button
          type="button"
          onClick={() => {
            if (active) place.value = { kind: "out", id };
            else void change(person, { active: true }, "back");
          }}
        >
          {active ? PERSON.out : PERSON.back}
        </button>
      </Head>
      <div class="fields">
        {provisioned && <p class="how">{PERSON.fileHow}</p>}
        <TextField
          label={PERSON.name}
          text={name}
          maxLength={NAME_MAX}
          error={undefined}
          onDone={(text) => {
            if (text.trim() !== name) void change(person, { name: text }, "name");
          }}
        />
        <RoleChoice role={role} onChoose={(chosen) => chooseRole(person, chosen)} />
        {active && (
          <div class="pair">
            <button
              type="button"
              onClick={() => {
                place.value = { kind: "pin", id };
              }}
            >
              {PERSON.pin}
            </button>
            <button
              type="button"
              onClick={() => {
                if (badge) void change(person, { badge: null }, "noBadge");
                else place.value = { kind: "badge", id };
              }}
            >
              {badge ? PERSON.badgeTake : PERSON.badgeGive}
            </button>
          </div>
        )}
        <p class="how">{PERSON.pinHow(name)}</p>
      </div>
    </div>
  );
}

/** How long the stored PIN of an operator is nobody knows, so another role needs a new one. */
function chooseRole(person: ListedPerson, role: Role): void {
  if (role === person.role) return;
  if (person.role === "operator") place.value = { kind: "pin", id: person.id, role };
  else void change(person, { role }, "role");
}

export function RoleChoice(props: { readonly role: Role; readonly onChoose: (role: Role) => void }) {
  return (
    <div class="role">
      <Choice
        label={PERSON.role}
        titled
        options={ROLES.map((role) => [role, USER_ROLES[role]] as const)}
        isChosen={(role) => role === props.role}
        onChoose={props.onChoose}
      />
      <p class="how">{ROLE_DOES[props.role]}</p>
    </div>
  );
}
