/** `GET /openapi.json`: what every route takes and answers. A test holds the table against the routes there are. */
import { Hono } from "hono";
import type { Box } from "../box.ts";
import { HONEST_LABEL } from "../domain/view.ts";
import { anybody, type Env } from "./access.ts";
import {
  type Content,
  done,
  list,
  nameAndPin,
  noDatabase,
  notNow,
  number,
  type Operation,
  type Schema,
  string,
  whyQuery,
  wrongField,
  wrongPin,
} from "./operation.ts";
import { alarmOperations } from "./operations_alarms.ts";
import { backupOperations } from "./operations_backup.ts";
import { clipOperations } from "./operations_clips.ts";
import { modelOperations } from "./operations_models.ts";
import { networkOperations } from "./operations_network.ts";
import { outputOperations } from "./operations_outputs.ts";
import { panelOperations } from "./operations_panels.ts";
import { peopleOperations } from "./operations_people.ts";
import { recordOperations } from "./operations_record.ts";
import { settingOperations } from "./operations_settings.ts";
import { shiftOperations } from "./operations_shifts.ts";
import { systemOperations } from "./operations_system.ts";
import { versionOperations } from "./operations_versions.ts";
import { walkOperations } from "./operations_walk.ts";
import { groundField, zoneOperations } from "./operations_zones.ts";
import { schemaComponents } from "./schemas.ts";

const noCamera = { 404: "No such camera is configured" };
const camera: Schema = { camera: { ...string, description: "Its id; all where absent" } };
const transport: Schema = { type: "string", enum: ["tcp", "udp"] };
const credentials: Schema = {
  type: "object",
  description: "Put into the address; both empty take them out",
  properties: { user: string, password: string },
  required: ["user", "password"],
};
const cameraFields: Schema = {
  name: string,
  source: string,
  fps: number,
  transport,
  credentials,
  ground: groundField,
};
const tooMany = { 429: "Two trials are running already" };
const operations: Readonly<Record<string, Operation>> = {
  ...alarmOperations,
  ...outputOperations,
  ...zoneOperations,
  ...walkOperations,
  ...peopleOperations,
  ...settingOperations,
  ...panelOperations,
  ...shiftOperations,
  ...modelOperations,
  ...recordOperations,
  ...clipOperations,
  ...backupOperations,
  ...systemOperations,
  ...versionOperations,
  ...networkOperations,
  "GET /status": { tag: "cameras", summary: "State of all cameras", answers: { json: "Status" } },
  "GET /status/:camera": {
    tag: "cameras",
    summary: "State of one camera",
    answers: { json: "CameraStatus" },
    problems: noCamera,
  },
  "POST /start": {
    tag: "cameras",
    summary: "Starts cameras that are stopped, and tries those in error again at once",
    takes: camera,
    answers: { json: "CamerasChanged" },
    problems: noCamera,
  },
  "POST /stop": {
    tag: "cameras",
    summary: "Stops cameras; their zones become blind at once, so run permits drop",
    takes: camera,
    answers: { json: "CamerasChanged" },
    problems: noCamera,
  },
  "POST /reset-counters": {
    tag: "cameras",
    summary: "Begins the totals and `anomalies_last_1k` anew; the cameras go on untouched",
    takes: camera,
    answers: { json: "CamerasChanged" },
    problems: noCamera,
  },
  "GET /live": {
    tag: "cameras",
    summary: "Motion JPEG of the first camera",
    answers: { media: "multipart/x-mixed-replace", what: "JPEG pictures without end" },
    problems: noCamera,
  },
  "GET /live/:camera": {
    tag: "cameras",
    summary: "Motion JPEG of one camera",
    answers: { media: "multipart/x-mixed-replace", what: "JPEG pictures without end" },
    problems: noCamera,
  },
  "GET /api/tiles": {
    tag: "panel",
    summary: 'WebSocket: pictures of all cameras; the client answers each with {"drawn": "camera"}',
    answers: { media: "application/octet-stream", what: "uint16 length of the header, JSON header, JPEG" },
  },
  "GET /api/view": {
    tag: "panel",
    summary: "Server-sent events: the whole screen (schema View) at once, on change, and every second",
    answers: { media: "text/event-stream", what: "Each event's data is a View as JSON" },
  },
  "GET /api/alarms": {
    tag: "panel",
    summary: "Alarms that are not normal: in the banner's order, then what is kept from the list",
    answers: { list: "Alarm" },
  },
  "POST /api/alarms/:id/acknowledge": {
    tag: "panel",
    summary: '"I have seen it": needs no PIN and energises nothing',
    takes: { version: { type: "integer", description: "As the list gave it" } },
    answers: done,
    problems: { 404: "No such alarm is listed", 409: "It has changed meanwhile; `alarms` has the list" },
  },
  "POST /api/silence": { tag: "panel", summary: "Ends the noise: needs no PIN", answers: done },
  "POST /api/stop-request": { tag: "panel", summary: "Drops every run permit: needs no PIN", answers: done },
  "POST /api/reset": {
    tag: "panel",
    summary: "Energises what nothing speaks against; by PIN where the panel does not overlook every zone",
    takes: nameAndPin,
    answers: done,
    problems: {
      ...wrongPin,
      403: "The role may not reset here",
      409: "Refused; `refusals` says why",
      503: "The record cannot be written",
    },
  },
  "POST /api/demonstration/end": {
    tag: "panel",
    summary: "Ends the demonstration for good",
    answers: done,
    problems: noDatabase,
  },
  "GET /api/cameras": list("Cameras, addresses without passwords", "Camera"),
  "POST /api/cameras": {
    tag: "maintenance",
    summary: "Adds a camera; every output drops and waits for Reset, the other cameras go on",
    query: whyQuery(),
    takes: { ...cameraFields, id: { ...string, description: "Made of the name where absent" } },
    needs: ["name", "source"],
    answers: { json: "CameraSaved" },
    created: true,
    problems: { ...wrongField, ...notNow, ...noDatabase },
    session: "changing",
  },
  "PUT /api/cameras/:id": {
    tag: "maintenance",
    summary: "Changes a camera; what is left out stays, and *** in the address keeps what is stored",
    query: whyQuery(),
    takes: cameraFields,
    answers: { json: "CameraSaved" },
    problems: { ...wrongField, ...noCamera, ...notNow, ...noDatabase },
    session: "changing",
  },
  "DELETE /api/cameras/:id": {
    tag: "maintenance",
    summary: "Removes a camera",
    query: {
      withZones: "`true`: with its zones, and the outputs that nothing would be left for to follow",
      ...whyQuery(),
    },
    answers: { nothing: true },
    problems: {
      ...noCamera,
      ...noDatabase,
      409: "Zones hang on it; `zones` and `outputs` name what would go with it",
    },
    session: "changing",
  },
  "POST /api/cameras/test": {
    tag: "maintenance",
    summary: "Opens an address as a camera would, for up to 12 s, and saves nothing",
    takes: {
      ...{ source: string, transport, fps: number, credentials },
      camera: { ...string, description: "Its stored user and password stand for ***" },
    },
    needs: ["source"],
    answers: { json: "CameraTest" },
    problems: { ...wrongField, ...noCamera, ...tooMany },
    session: "changing",
  },
  "GET /api/cameras/discover": {
    tag: "maintenance",
    summary: "Cameras plugged in and on the network, within 4 s",
    answers: { json: "CamerasFound" },
    problems: tooMany,
    session: "changing",
  },
  "POST /api/cameras/discover/streams": {
    tag: "maintenance",
    summary: "The streams of one camera on the network, within 10 s",
    takes: { address: string, user: string, password: string },
    needs: ["address", "user", "password"],
    answers: { json: "StreamsFound" },
    problems: { ...wrongField, ...tooMany },
    session: "changing",
  },
  "GET /api/cameras/:id/checks": {
    tag: "maintenance",
    summary: "What every check of the camera measured last, and its counters",
    answers: { json: "CameraChecks" },
    problems: noCamera,
    session: true,
  },
  "POST /api/cameras/:id/scene": {
    tag: "maintenance",
    summary: "Takes what the camera shows now for its reference picture, within 6 s",
    answers: { json: "SceneTaken" },
    problems: { ...noCamera, 409: "No picture fit for it came" },
    session: "changing",
  },
  "GET /api/cameras/:id/scene.jpg": {
    tag: "maintenance",
    summary: "The reference picture",
    answers: { media: "image/jpeg", what: "One JPEG picture" },
    problems: { 404: "No such camera is configured, or it has none" },
    session: true,
  },
  "GET /healthz": { tag: "health", summary: "The process answers", answers: { json: "Alive" } },
  "GET /readyz": {
    tag: "health",
    summary: "200 where every part is proven, else 503 with the same body and the failing ones named",
    answers: { json: "Ready" },
  },
  "GET /openapi.json": {
    tag: "health",
    summary: "This document",
    answers: { json: { type: "object" } },
  },
};

const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

function contentOf(content: Content): Schema {
  if ("media" in content)
    return { [content.media]: { schema: { type: "string", description: content.what } } };
  if ("list" in content)
    return { "application/json": { schema: { type: "array", items: ref(content.list) } } };
  const { json } = content;
  return { "application/json": { schema: typeof json === "string" ? ref(json) : json } };
}

function responses({ answers, problems = {}, session, takes, created }: Operation, path: string): Schema {
  const all: Record<string, string> = {
    ...(takes === undefined ? {} : { 400: "The body is no JSON object, or a member is of the wrong kind" }),
    ...(session ? { 401: "Nobody is signed in" } : {}),
    ...(session === "changing" ? { 403: "The role may not do this" } : {}),
    ...problems,
  };
  const good =
    "nothing" in answers ? { 204: { description: "Done" } } : { [created ? 201 : 200]: ok(answers) };
  const unready = path === "/readyz" && !("nothing" in answers) ? { 503: ok(answers) } : {};
  const bad = Object.entries(all).map(([status, description]) => [
    status,
    { description, content: { "application/problem+json": { schema: ref("Problem") } } },
  ]);
  return {
    ...good,
    ...unready,
    ...Object.fromEntries(bad),
    default: { $ref: "#/components/responses/Problem" },
  };
}

const ok = (content: Content): Schema => ({ description: "Answered", content: contentOf(content) });

function operationOf(path: string, operation: Operation): Schema {
  const { summary, tag, takes, needs, query = {}, session } = operation;
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    ...{ name, in: "path", required: true, schema: string },
  }));
  const inQuery = Object.entries(query).map(([name, description]) => ({
    ...{ name, in: "query", description, schema: string },
  }));
  const parameters = [...inPath, ...inQuery];
  const schema = { type: "object", properties: takes, ...(needs === undefined ? {} : { required: needs }) };
  return {
    summary,
    tags: [tag],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(takes === undefined
      ? {}
      : { requestBody: { required: needs !== undefined, content: { "application/json": { schema } } } }),
    responses: responses(operation, path),
    ...(session ? { security: [{ session: [] }] } : {}),
  };
}

/** The whole document, OpenAPI 3.1. */
export function openapiDocument(version: string): Schema {
  const paths: Record<string, Record<string, Schema>> = {};
  for (const [key, operation] of Object.entries(operations)) {
    const [method = "", path = ""] = key.split(" ");
    const templated = path.replace(/:(\w+)/g, "{$1}");
    paths[templated] = { ...paths[templated], [method.toLowerCase()]: operationOf(path, operation) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Palisade",
      version,
      description: `A camera watchman beside a machine. ${HONEST_LABEL}`,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    paths,
    components: {
      schemas: schemaComponents(),
      responses: {
        Problem: {
          description:
            "Every error has this shape: 403 for another site's page or a Host that is a name, 413 for a body over 64 KiB, 500 for a fault of the box",
          content: { "application/problem+json": { schema: ref("Problem") } },
        },
      },
      securitySchemes: { session: { type: "apiKey", in: "cookie", name: "palisade" } },
    },
  };
}

export const openapi = (box: Box) => {
  let document: Schema | undefined;
  return new Hono<Env>().get("/openapi.json", anybody("look"), (c) => {
    document ??= openapiDocument(box.version);
    return c.json(document);
  });
};
