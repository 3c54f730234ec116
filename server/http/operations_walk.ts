/** What the document tells of the routes about walk tests. */
import { done, noDatabase, type Operation, type Schema, string, wrongField } from "./operation.ts";

const index: Schema = { type: "integer", minimum: 0 };
const nobody = { 404: "Nobody walks a test now" };
const notYet = { 409: "Not possible now; `detail` says what to do" };

export const walkOperations: Readonly<Record<string, Operation>> = {
  "GET /api/walk-tests": {
    tag: "maintenance",
    summary: "Every stop zone with its walk test's date and detection rate, and the newest 100 records",
    answers: { json: "WalkTests" },
    session: true,
  },
  "POST /api/walk-tests": {
    tag: "maintenance",
    summary: "Begins the walk test of a stop zone; it only watches, and ends by itself after 15 min",
    takes: { zone: string },
    needs: ["zone"],
    answers: done,
    problems: { ...wrongField, 404: "No such zone is configured", 409: "Refused; `refusals` says why" },
    session: true,
  },
  "POST /api/walk-tests/answer": {
    tag: "maintenance",
    summary: "The person stands at the point and is not seen, or does not go there",
    takes: {
      outcome: { type: "string", enum: ["missed", "skipped"] },
      point: { ...index, description: "As the view has it: another one is refused" },
      attempts: { ...index, description: "How many the view has" },
      reason: { ...string, description: "Why nobody goes there" },
    },
    needs: ["outcome", "point", "attempts"],
    answers: done,
    problems: { ...wrongField, ...nobody, ...notYet },
    session: true,
  },
  "POST /api/walk-tests/repeat": {
    tag: "maintenance",
    summary: "Once more to a point, when every point has a result; what was found before stays in the record",
    takes: { point: index },
    needs: ["point"],
    answers: done,
    problems: { ...wrongField, ...notYet, 404: "Nobody walks a test now, or the zone has no such point" },
    session: true,
  },
  "POST /api/walk-tests/finish": {
    tag: "maintenance",
    summary: "Ends and records a test in which every point has a result",
    answers: done,
    problems: { ...nobody, ...notYet, ...noDatabase },
    session: true,
  },
  "DELETE /api/walk-tests": {
    tag: "maintenance",
    summary: "Cancels the test; what was walked is recorded",
    answers: { nothing: true },
    problems: { ...nobody, ...noDatabase },
    session: true,
  },
};
