/** What the document tells of the routes about zones and the floor under a camera. */
import { WEEKDAYS } from "../domain/schedule.ts";
import { ZONE_KINDS } from "../domain/zone_config.ts";
import {
  list,
  noDatabase,
  notNow,
  number,
  type Operation,
  type Schema,
  string,
  whyQuery,
  wrongField,
} from "./operation.ts";

const pointOf: Schema = { type: "array", items: number, minItems: 2, maxItems: 2 };
const integer: Schema = { type: "integer" };
/** Four points of the floor and the tape's lengths between them; a member of a camera. */
export const groundField: Schema = {
  type: "object",
  description: "Four floor points in order around, and the tape's lengths between them in metres",
  properties: {
    points: { type: "array", items: pointOf },
    sides: { type: "array", items: number },
    diagonal: number,
  },
  required: ["points", "sides", "diagonal"],
};
const fields: Schema = {
  name: string,
  camera: string,
  kind: { type: "string", enum: ZONE_KINDS },
  polygon: { type: "array", items: pointOf },
  dwellMs: integer,
  classes: { type: "array", items: string, description: "Of the model's classes, the ones that count" },
  minHeight: number,
  schedule: {
    type: "array",
    description: "When it guards, in the time of the site",
    items: {
      type: "object",
      properties: {
        days: { type: "array", items: { type: "string", enum: WEEKDAYS } },
        from: string,
        to: string,
      },
      required: ["days", "from", "to"],
    },
  },
  condition: {
    type: "object",
    description: "While this contact is closed the zone is out of the rules",
    properties: { board: string, input: integer, name: string },
    required: ["board", "input", "name"],
  },
  stopTimeMs: number,
  hazard: { ...pointOf, description: "Where the hazard stands on the floor" },
  reason: { ...string, description: "Why a mask may cover a stop zone" },
};
const drops = "every output drops and waits for Reset, the cameras go on";
const noZone = { 404: "No such zone is configured" };
const query = whyQuery();
const change = { ...wrongField, ...notNow, ...noDatabase };

export const zoneOperations: Readonly<Record<string, Operation>> = {
  "GET /api/zones": list("Zones with their polygons and planning values", "Zone"),
  "POST /api/zones": {
    tag: "maintenance",
    summary: `Adds a zone; ${drops}`,
    query,
    takes: { ...fields, id: { ...string, description: "Made up where absent" } },
    needs: ["name", "camera", "kind", "polygon"],
    answers: { json: "ZoneSaved" },
    created: true,
    problems: change,
    session: "changing",
  },
  "PUT /api/zones/:id": {
    tag: "maintenance",
    summary: `Changes a zone: what is left out stays, null takes it out; ${drops}`,
    query,
    takes: fields,
    answers: { json: "ZoneSaved" },
    problems: { ...change, ...noZone },
    session: "changing",
  },
  "DELETE /api/zones/:id": {
    tag: "maintenance",
    summary: `Removes a zone; ${drops}`,
    query,
    answers: { nothing: true },
    problems: { ...noZone, ...noDatabase, 409: "Outputs follow it; `outputs` names them" },
    session: "changing",
  },
  "GET /api/cameras/:id/sightings": {
    tag: "maintenance",
    summary: "Server-sent events: what the detector sees in each frame, so that a zone can be tried",
    answers: { media: "text/event-stream", what: "Each event's data is a Sighting as JSON" },
    problems: { 404: "No such camera is configured" },
    session: true,
  },
  "GET /api/cameras/:id/ground": {
    tag: "maintenance",
    summary: "Lines over the measured floor, in the picture's coordinates",
    answers: { json: "Ground" },
    problems: { 404: "No such camera is configured, or its floor is not measured" },
    session: true,
  },
};
