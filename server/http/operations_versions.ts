/** What the document tells of the routes about versions of the configuration. */
import { CHANGE_REASONS, REVERT_REASONS } from "../domain/reason_code.ts";
import { done, noDatabase, type Operation, type Schema, whyFields, wrongField } from "./operation.ts";

const revision: Schema = { type: "integer", minimum: 1, description: "As the draft has it" };
const noDraft = { 404: "There is no draft" };
const old = { 409: "The draft or what is in force has changed since; `detail` says what to do" };
const noVersion = { 404: "There is no such version" };

export const versionOperations: Readonly<Record<string, Operation>> = {
  "GET /api/versions": {
    tag: "maintenance",
    summary: "Every configuration that was published, newest first, 50 at a time",
    query: { before: "Only versions with a smaller number: the next page" },
    answers: { json: "VersionList" },
    problems: { 400: "A parameter cannot be read", ...noDatabase },
    session: true,
  },
  "GET /api/versions/:version": {
    tag: "maintenance",
    summary: "One version: what it changed, and what putting it in force would change now, in words",
    answers: { json: "Version" },
    problems: { ...noVersion, ...noDatabase },
    session: true,
  },
  "POST /api/versions/:version/revert": {
    tag: "maintenance",
    summary: "Puts an earlier version in force, as a new one; every output drops and waits for Reset",
    takes: whyFields(REVERT_REASONS),
    answers: done,
    problems: {
      ...wrongField,
      ...noVersion,
      ...noDatabase,
      409: "It does not fit any more; `detail` says what to do",
    },
    session: "changing",
  },
  "GET /api/draft": {
    tag: "maintenance",
    summary: "The draft, and what publishing it would change in words",
    answers: { json: "Draft" },
    problems: noDraft,
    session: true,
  },
  "POST /api/draft": {
    tag: "maintenance",
    summary: "Begins a draft with what is in force; one a box, forgotten at a restart",
    answers: { json: "Draft" },
    created: true,
    problems: { ...noDatabase, 409: "Another draft is open, or the demonstration runs" },
    session: "changing",
  },
  "PUT /api/draft": {
    tag: "maintenance",
    summary: "Changes the draft; nothing drops, and *** in an address keeps what is stored",
    takes: {
      revision,
      config: {
        type: "object",
        description: "The whole configuration, as a provisioning file without users",
      },
    },
    needs: ["revision", "config"],
    answers: { json: "Draft" },
    problems: { ...wrongField, ...noDraft, ...old },
    session: "changing",
  },
  "POST /api/draft/publish": {
    tag: "maintenance",
    summary: "Puts the draft in force, all at once; every output drops and waits for Reset",
    takes: { revision, ...whyFields(CHANGE_REASONS) },
    needs: ["revision"],
    answers: done,
    problems: { ...wrongField, ...noDraft, ...noDatabase, ...old },
    session: "changing",
  },
  "DELETE /api/draft": {
    tag: "maintenance",
    summary: "Throws the draft away",
    answers: { nothing: true },
    problems: noDraft,
    session: "changing",
  },
};
