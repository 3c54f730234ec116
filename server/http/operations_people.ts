/** What the document tells of the routes about people and sessions. */
import { PERSON_REASONS, USER_ROLES } from "../domain/permission.ts";
import {
  done,
  list,
  nameAndPin,
  noDatabase,
  type Operation,
  type Schema,
  string,
  whyFields,
  whyQuery,
  wrongField,
  wrongPin,
} from "./operation.ts";

const role: Schema = { type: "string", enum: USER_ROLES };
const why = whyFields(PERSON_REASONS);
const query = whyQuery(PERSON_REASONS);
const badge: Schema = { ...string, description: "What the badge types, without the Enter" };
const pin: Schema = { ...string, pattern: "^\\d{4,8}$" };
const refused = { 409: "Something speaks against it; `errors` names the member and says what" };
const nobody = { 401: "Nobody is signed in" };

export const peopleOperations: Readonly<Record<string, Operation>> = {
  "GET /api/people": { tag: "maintenance", summary: "Names that may sign in", answers: { list: "Person" } },
  "POST /api/badge": {
    tag: "maintenance",
    summary: "Whose badge this is; it stands for the name, and the PIN is asked for all the same",
    takes: { badge },
    needs: ["badge"],
    answers: { json: "Person" },
    problems: { ...wrongField, 404: "It is nobody's", ...noDatabase },
  },
  "GET /api/session": {
    tag: "maintenance",
    summary: "Who is signed in, and for how long; asking does not keep it open",
    answers: { json: "Session" },
    problems: nobody,
  },
  "POST /api/session": {
    tag: "maintenance",
    summary:
      "Signs in (cookie `palisade`): maintenance until 5 minutes idle, an hour at most; others for one minute",
    takes: nameAndPin,
    needs: ["name", "pin"],
    answers: { json: "Session" },
    problems: { ...wrongPin, ...noDatabase },
  },
  "PUT /api/session": {
    tag: "maintenance",
    summary: "Somebody is still there: begins the 5 minutes anew",
    answers: { json: "Session" },
    problems: nobody,
  },
  "DELETE /api/session": { tag: "maintenance", summary: "Ends the session", answers: { nothing: true } },
  "PUT /api/session/pin": {
    tag: "maintenance",
    summary: "A new PIN, by the person whose it is; every session of theirs ends",
    takes: { ...nameAndPin, newPin: pin },
    needs: ["name", "pin", "newPin"],
    answers: done,
    problems: { ...wrongField, ...wrongPin, ...noDatabase },
  },
  "GET /api/setup": {
    tag: "maintenance",
    summary: "Whether the box still needs its first person with role maintenance",
    answers: { json: "SetUp" },
  },
  "POST /api/setup": {
    tag: "maintenance",
    summary: "Makes the first person with role maintenance, and signs them in",
    takes: nameAndPin,
    needs: ["name", "pin"],
    answers: { json: "Session" },
    created: true,
    problems: {
      ...wrongField,
      403: "Only from the box's own screen",
      409: "There is one already",
      ...noDatabase,
    },
  },
  "GET /api/users": list("People, without PINs", "User"),
  "POST /api/users": {
    tag: "maintenance",
    summary: "Adds a person",
    takes: { name: string, role, pin, badge, ...why },
    needs: ["name", "role", "pin"],
    query,
    answers: { json: "UserSaved" },
    created: true,
    problems: { ...wrongField, ...refused, ...noDatabase },
    session: "changing",
  },
  "PUT /api/users/:id": {
    tag: "maintenance",
    summary: "Changes a person; what is left out stays. Another PIN, or active false, ends their sessions",
    takes: { name: string, role, pin, badge, active: { type: "boolean" }, ...why },
    query,
    answers: { json: "UserSaved" },
    problems: { ...wrongField, ...refused, 404: "No such person", ...noDatabase },
    session: "changing",
  },
  "DELETE /api/users/:id": {
    tag: "maintenance",
    summary: "Lets a person in no more; they stay in the list, because the record names them",
    query,
    answers: { nothing: true },
    problems: { ...refused, 404: "No such person", ...noDatabase },
    session: "changing",
  },
};
