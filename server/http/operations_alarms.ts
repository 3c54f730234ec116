/** What the document tells of the routes about alarms beyond the commands of the panel. */

import { COMMENT_MAX, SERVICE_REASONS, SHELVE_REASONS } from "../domain/alarm_policy.ts";
import { COMMENT_REASONS } from "../domain/reason_code.ts";
import {
  done,
  nameAndPin,
  noDatabase,
  number,
  type Operation,
  type Schema,
  string,
  wrongField,
  wrongPin,
} from "./operation.ts";

const version: Schema = { type: "integer", description: "As the list gave it" };
const role = { 403: "The role may not do this" };
const noAlarm = { 404: "No such alarm is listed" };
const changed = { 409: "Refused; `refusals` says why and `alarms` has the list" };
const written = { 503: "There is no database, or the record cannot be written" };
const unwritten = { 503: "It is listed again, but the record cannot be written" };

export const alarmOperations: Readonly<Record<string, Operation>> = {
  "GET /api/alarms/history": {
    tag: "panel",
    summary: "What happened to alarms, newest first",
    query: {
      from: "From this instant on, ISO 8601 or Unix milliseconds",
      to: "Before this instant",
      priority: "1 to 4, several with commas between them",
      source: "The id of the camera, zone, output or part",
      definition: "Such as zone.stop.occupied",
      limit: "1 to 500 rows, 100 unless told",
      before: "Only rows with a smaller number: the next page",
    },
    answers: { list: "AlarmEvent" },
    problems: { 400: "A parameter cannot be read", ...noDatabase },
  },
  "POST /api/alarms/:id/shelve": {
    tag: "panel",
    summary: "Takes an alarm from the list for a while; needs a supervisor's PIN and changes no output",
    takes: { ...nameAndPin, version, reason: { type: "string", enum: SHELVE_REASONS }, minutes: number },
    needs: ["reason", "minutes"],
    answers: done,
    problems: { ...wrongField, ...wrongPin, ...role, ...noAlarm, ...changed, ...written },
  },
  "POST /api/alarms/:id/unshelve": {
    tag: "panel",
    summary: "Lists a shelved alarm again; needs no PIN",
    answers: done,
    problems: { ...unwritten, 409: "It is not shelved; `alarms` has the list" },
  },
  "POST /api/alarms/:id/out-of-service": {
    tag: "maintenance",
    summary: "Takes an alarm from the list until it is repaired, 7 days at most; changes no output",
    takes: { ...nameAndPin, version, reason: { type: "string", enum: SERVICE_REASONS }, minutes: number },
    needs: ["reason", "minutes"],
    answers: done,
    problems: { ...wrongField, ...wrongPin, ...role, ...noAlarm, ...changed, ...written },
  },
  "POST /api/alarms/:id/return-to-service": {
    tag: "maintenance",
    summary: "Lists an alarm again that was out of service",
    takes: nameAndPin,
    answers: done,
    problems: { ...wrongPin, ...role, ...unwritten, 409: "It is not out of service; `alarms` has the list" },
  },
  "POST /api/alarms/:id/comment": {
    tag: "panel",
    summary: "Writes something about an alarm that is listed",
    takes: {
      ...nameAndPin,
      text: { ...string, maxLength: COMMENT_MAX },
      reasonCode: { type: "string", enum: COMMENT_REASONS, description: "Says it where no text is given" },
    },
    answers: done,
    problems: { ...wrongField, ...wrongPin, ...role, ...noAlarm },
  },
};
