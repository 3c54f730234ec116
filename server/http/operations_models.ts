/** What the document tells of the routes about the detector's models. */
import { done, noDatabase, type Operation, string, whyQuery, wrongField } from "./operation.ts";

const noModel = { 404: "No manifest has this name" };

export const modelOperations: Readonly<Record<string, Operation>> = {
  "GET /api/models": {
    tag: "maintenance",
    summary: "Every model with a manifest, the one that watches, the one before, and the newest trial",
    answers: { json: "Models" },
    session: true,
  },
  "PUT /api/models/active": {
    tag: "maintenance",
    summary:
      "Proves the model on its golden picture, then puts it in force; every output drops and waits for Reset",
    takes: { name: string },
    needs: ["name"],
    query: whyQuery(),
    answers: done,
    problems: {
      ...wrongField,
      ...noModel,
      ...noDatabase,
      409: "It cannot be used, and nothing was changed; `detail` says why",
    },
    session: "changing",
  },
  "POST /api/models/rollback": {
    tag: "maintenance",
    summary: "Puts the model before in force again, with its score; every output drops and waits for Reset",
    query: whyQuery(),
    answers: done,
    problems: { ...noModel, ...noDatabase, 409: "There is none, or it cannot be used; nothing was changed" },
    session: "changing",
  },
  "POST /api/models/calibration": {
    tag: "maintenance",
    summary:
      "Measures how the model that watches uses the processor best, for ten seconds behind everything else; taken when its eye starts next",
    answers: done,
    problems: { 409: "Not possible now; `detail` says why" },
    session: "changing",
  },
  "POST /api/models/manifests": {
    tag: "maintenance",
    summary: "Takes the manifest of another model, the JSON file as the body; its weights come after it",
    answers: done,
    problems: { 409: "It is no manifest, or clashes with one; `detail` says why" },
    session: "changing",
  },
  "GET /api/models/trial": {
    tag: "maintenance",
    summary: "The newest trial: people counted by both models in the same frames",
    answers: { json: "ModelTrial" },
    problems: { 404: "No model was tried since the start" },
    session: true,
  },
  "POST /api/models/trial": {
    tag: "maintenance",
    summary: "Counts people with another model in the pictures of all cameras; it decides nothing",
    takes: { name: string, minutes: { type: "integer", minimum: 1, maximum: 10 } },
    needs: ["name", "minutes"],
    answers: done,
    problems: { ...wrongField, ...noModel, 409: "Not possible now; `detail` says why" },
    session: "changing",
  },
  "DELETE /api/models/trial": {
    tag: "maintenance",
    summary: "Ends the trial; what was counted stays",
    answers: { nothing: true },
    problems: { 404: "No model is being tried" },
    session: "changing",
  },
  "POST /api/models/weights": {
    tag: "maintenance",
    summary:
      "Takes the weights of a known model, the file as the body; length and SHA-256 must be the manifest's",
    query: { name: "The model's name" },
    answers: done,
    problems: {
      ...noModel,
      400: "No name is given",
      409: "They are not the manifest's, cannot be written, or are there already",
    },
    session: "changing",
  },
};
