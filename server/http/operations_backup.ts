/** What the document tells of the routes about backups. */
import { nameAndPin, noDatabase, number, type Operation, string, wrongField, wrongPin } from "./operation.ts";

const refused = { ...noDatabase, 409: "It cannot be done; `detail` says why" };
const passphrase = { ...string, minLength: 12, maxLength: 200 };

export const backupOperations: Readonly<Record<string, Operation>> = {
  "GET /api/backup": {
    tag: "maintenance",
    summary: "The newest backup and where it is, the daily ones, and what was looked at to be brought back",
    answers: { json: "Backup" },
    problems: noDatabase,
    session: "changing",
  },
  "POST /api/backup": {
    tag: "maintenance",
    summary:
      "Makes a backup and sends it, or writes it into the folder of the daily ones (then the answer is that of GET); guarding goes on",
    takes: { passphrase, to: { type: "string", enum: ["download", "folder"] } },
    answers: { media: "application/gzip", what: "A signed tar file, compressed" },
    problems: { ...wrongField, ...refused },
    session: "changing",
  },
  "PUT /api/backup/target": {
    tag: "maintenance",
    summary:
      "The folder of the daily backups, how many stay there, and after how many days without one there is an alarm",
    takes: { folder: { ...string, description: "Empty ends them" }, keep: number, dueDays: number },
    needs: ["folder"],
    answers: { json: "Backup" },
    problems: { ...wrongField, ...refused },
    session: "changing",
  },
  "PUT /api/backup/passphrase": {
    tag: "maintenance",
    summary: "Keys and passwords go into the daily backups by this passphrase; empty leaves them out",
    takes: { passphrase: { ...string, maxLength: 200 } },
    needs: ["passphrase"],
    answers: { json: "Backup" },
    problems: { ...wrongField, ...refused },
    session: "changing",
  },
  "POST /api/restore": {
    tag: "maintenance",
    summary:
      "Takes a backup as `application/octet-stream` and tells what it would change; nothing is changed yet",
    answers: { json: "Inspection" },
    problems: refused,
    session: "changing",
  },
  "DELETE /api/restore": {
    tag: "maintenance",
    summary: "Forgets the backup that was looked at",
    answers: { nothing: true },
    problems: noDatabase,
    session: "changing",
  },
  "POST /api/restore/before": {
    tag: "maintenance",
    summary:
      "Looks at what stood here before the last backup was brought back, as POST /api/restore does at a file",
    answers: { json: "Inspection" },
    problems: refused,
    session: "changing",
  },
  "POST /api/restore/apply": {
    tag: "maintenance",
    summary: "Drops every output, brings back what was looked at, and begins anew; by the PIN of maintenance",
    takes: {
      ...nameAndPin,
      id: { ...string, description: "Of the answer that told what it would change" },
      passphrase: string,
      reason: string,
    },
    needs: ["name", "pin", "id", "reason"],
    answers: { json: "Done" },
    problems: { ...wrongField, ...wrongPin, ...refused, 403: "Only maintenance may" },
  },
};
