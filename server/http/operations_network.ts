/** What the document tells of the routes about the network and what is told to others. */
import { SIGN_OUT_REASONS } from "../domain/reason_code.ts";
import {
  nameAndPin,
  noDatabase,
  type Operation,
  string,
  whyQuery,
  wrongField,
  wrongPin,
} from "./operation.ts";

export const networkOperations: Readonly<Record<string, Operation>> = {
  "GET /api/far-session": {
    tag: "panel",
    summary: "Whether this panel is on the network, and who has signed in at it",
    answers: { json: "FarSession" },
  },
  "POST /api/far-session": {
    tag: "panel",
    summary: "Signs in at a panel on the network, until the shift ends; every other route answers 401 before",
    takes: nameAndPin,
    needs: ["name", "pin"],
    answers: { json: "FarSession" },
    problems: { ...wrongField, ...wrongPin, 409: "The box's own screen needs nobody to sign in" },
    created: true,
  },
  "DELETE /api/far-session": {
    tag: "panel",
    summary: "Signs out at a panel on the network, and ends its connections",
    answers: { nothing: true },
  },
  "GET /api/network": {
    tag: "maintenance",
    summary: "The way in for other panels, its certificate, and who has signed in over it",
    answers: { json: "Network" },
    session: true,
  },
  "DELETE /api/network/people": {
    tag: "maintenance",
    summary: "Signs everybody out at panels on the network, and ends their connections",
    query: whyQuery(SIGN_OUT_REASONS),
    answers: { json: "Network" },
    problems: wrongField,
    session: "changing",
  },
  "DELETE /api/network/people/:id": {
    tag: "maintenance",
    summary: "Signs one out at their panel on the network, and ends its connections",
    query: whyQuery(SIGN_OUT_REASONS),
    answers: { json: "Network" },
    problems: { ...wrongField, 404: "This panel is signed out already" },
    session: "changing",
  },
  "PUT /api/network/certificate": {
    tag: "maintenance",
    summary: "Puts a certificate and its key in the place of the box's own; outputs stay as they are",
    takes: {
      certificate: { ...string, description: "PEM, with those that vouch for it after it" },
      key: { ...string, description: "PEM, without a passphrase; it is in no answer" },
    },
    needs: ["certificate", "key"],
    answers: { json: "Network" },
    problems: wrongField,
    session: "changing",
  },
  "DELETE /api/network/certificate": {
    tag: "maintenance",
    summary: "Back to the certificate of the box's own making",
    answers: { json: "Network" },
    session: "changing",
  },
  "GET /api/integrations": {
    tag: "maintenance",
    summary: "What is told to others: where, when it was last taken, and what went wrong since",
    answers: { json: "Integrations" },
    problems: noDatabase,
    session: true,
  },
  "POST /api/integrations/:to/trial": {
    tag: "maintenance",
    summary: "Sends the newest anchor to syslog or mqtt now, and tells what came of it",
    answers: { json: "IntegrationTrial" },
    problems: { ...noDatabase, 404: "Only syslog and mqtt can be tried", 409: "No address is set" },
    session: "changing",
  },
};
