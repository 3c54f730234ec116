/** What the document tells of the routes about versions of the configuration. */
import { done, noDatabase, type Operation, string } from "./operation.ts";

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
    takes: { reason: { ...string, maxLength: 300, description: "Stands in the trail" } },
    needs: ["reason"],
    answers: done,
    problems: { ...noVersion, ...noDatabase, 409: "It does not fit any more; `detail` says what to do" },
    session: "changing",
  },
};
