/** What the document tells of the routes about single settings. */
import { CHANGE_REASONS } from "../domain/reason_code.ts";
import { noDatabase, type Operation, whyFields, wrongField } from "./operation.ts";

export const settingOperations: Readonly<Record<string, Operation>> = {
  "GET /api/settings/table": {
    tag: "maintenance",
    summary: "Every setting with its value, limits, default and where the value came from",
    answers: { json: "SettingTable" },
    session: true,
  },
  "PUT /api/settings/table": {
    tag: "maintenance",
    summary: "Changes some settings as one version; every output drops and waits for Reset",
    takes: {
      basedOn: { type: "integer", minimum: 0, description: "The version that was read" },
      changes: {
        type: "object",
        additionalProperties: true,
        description: "Values by path, such as `site.name`; null brings the default back",
      },
      ...whyFields(CHANGE_REASONS),
    },
    needs: ["basedOn", "changes"],
    answers: { json: "SettingTable" },
    problems: {
      ...wrongField,
      ...noDatabase,
      409: "Another version came in force since, or the demonstration runs",
    },
    session: "changing",
  },
};
