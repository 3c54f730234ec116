/** What the document tells of the routes about panels. */
import { done, number, type Operation, string, wrongField } from "./operation.ts";

const unknown = { 404: "No such panel has been heard" };

export const panelOperations: Readonly<Record<string, Operation>> = {
  "GET /api/panels": {
    tag: "panel",
    summary: "The screens of this box: those that live, and those that are expected",
    answers: { list: "Panel" },
  },
  "PUT /api/panels/:id": {
    tag: "panel",
    summary: "A panel's sign of life, every 2 s; one that has a name and is silent for long is an alarm",
    takes: {
      shows: { type: "string", enum: ["live", "not-live", "hidden"] },
      page: string,
      version: { ...string, description: "Of the program that its page came from" },
      settings: {
        type: "object",
        description: "What was chosen at the panel; a change of it is recorded, at most one a minute",
        properties: {
          language: { ...string, description: "BCP 47" },
          theme: { type: "string", enum: ["system", "day", "dim"] },
          layout: { type: "string", enum: ["auto", "all", "one"] },
          pxPerMm: number,
        },
        required: ["language", "theme", "layout"],
      },
    },
    needs: ["shows", "page", "version"],
    answers: { nothing: true },
    problems: wrongField,
  },
  "PUT /api/panels/:id/name": {
    tag: "maintenance",
    summary: "Names a panel: from then on it is expected",
    takes: { name: string },
    needs: ["name"],
    answers: done,
    problems: { ...wrongField, ...unknown, 409: "Another panel has the name, or too many are expected" },
    session: "changing",
  },
  "DELETE /api/panels/:id/name": {
    tag: "maintenance",
    summary: "Nobody expects the panel any more",
    answers: done,
    problems: unknown,
    session: "changing",
  },
};
