/** What the document tells of the routes about outputs, boards, their tests, bypasses and settings. */
import { BOARD_DRIVERS } from "../domain/board.ts";
import { BYPASS_REASONS } from "../domain/bypass.ts";
import { LAMP_CONDITIONS, OUTPUT_ROLES } from "../domain/config.ts";
import {
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

const noBoard = { 404: "No such board is configured" };
const noOutput = { 404: "No such output is configured" };
const noRecord = { 503: "The record cannot be written" };
const refused = { 409: "Refused; `refusals` says why" };
const integer: Schema = { type: "integer" };
const boolean: Schema = { type: "boolean" };
const drive: Schema = { type: "string", enum: ["energised", "dropped"] };
const coil: Schema = {
  type: "object",
  properties: { board: string, channel: integer },
  required: ["board", "channel"],
};
const boardFields: Schema = {
  driver: { type: "string", enum: BOARD_DRIVERS },
  channels: integer,
  address: {
    ...string,
    description: "USB port, host, serial device or http:// address, as the driver needs",
  },
  ...{ unit: integer, firstCoil: integer, firstInput: integer, inputs: integer, baud: integer },
  ...{ selfTimedMs: integer, watchdogMs: integer, acceptNoDeadMan: boolean, ratedOperations: integer },
};
const outputFields: Schema = {
  name: string,
  board: string,
  channel: integer,
  role: { type: "string", enum: OUTPUT_ROLES },
  zones: { type: "array", items: string },
  pulseMs: integer,
  horn: boolean,
  second: { ...coil, description: "A run permit's second channel, on another board" },
  feedback: {
    type: "object",
    description: "The contact that tells what the output has really done",
    properties: { board: string, input: integer, closed: drive },
    required: ["board", "input"],
  },
};
const conditions: Schema = { type: "array", items: { type: "string", enum: LAMP_CONDITIONS } };
const lamps: Schema = {
  red: conditions,
  amber: conditions,
  green: conditions,
  blue: conditions,
  white: conditions,
};
const ownId: Schema = { ...string, description: "Made up where absent" };
const drops = "every output drops and waits for Reset, the cameras go on";
const rest = "what is left out stays, null takes it out";
const change = { ...wrongField, ...notNow, ...noDatabase };

export const outputOperations: Readonly<Record<string, Operation>> = {
  "GET /api/outputs": {
    tag: "panel",
    summary: "What each output should be and what its board reads back",
    answers: { list: "Output" },
  },
  "POST /api/outputs": {
    tag: "maintenance",
    summary: `Adds an output; ${drops}`,
    takes: { ...outputFields, id: ownId },
    needs: ["board", "channel", "role"],
    query: whyQuery(),
    answers: { json: "OutputSaved" },
    created: true,
    problems: change,
    session: "changing",
  },
  "PUT /api/outputs/:id": {
    tag: "maintenance",
    summary: `Changes an output: ${rest}; ${drops}`,
    takes: outputFields,
    query: whyQuery(),
    answers: { json: "OutputSaved" },
    problems: { ...change, ...noOutput },
    session: "changing",
  },
  "DELETE /api/outputs/:id": {
    tag: "maintenance",
    summary: `Removes an output; ${drops}`,
    query: whyQuery(),
    answers: { nothing: true },
    problems: { ...noOutput, ...notNow, ...noDatabase },
    session: "changing",
  },
  "POST /api/outputs/:id/test": {
    tag: "maintenance",
    summary:
      "Drives one output for some seconds; a run permit can only be dropped so, and waits for Reset then",
    takes: { drive, seconds: { ...number, minimum: 1, maximum: 10 } },
    needs: ["drive", "seconds"],
    answers: done,
    problems: { ...wrongField, ...noOutput, ...refused, ...noRecord },
    session: "changing",
  },
  "DELETE /api/outputs/:id/test": {
    tag: "maintenance",
    summary: "Ends the test before its time",
    answers: { nothing: true },
    problems: { 404: "It is not being tested" },
    session: "changing",
  },
  "GET /api/output-tests": {
    tag: "maintenance",
    summary: "When relay test and proof test were passed and are due, and the newest 100 records",
    answers: { json: "OutputTests" },
    session: true,
  },
  "POST /api/output-tests": {
    tag: "maintenance",
    summary: "Records a test: the relay test names every output, the proof test every run permit",
    takes: {
      test: { type: "string", enum: ["relay", "proof"] },
      results: {
        type: "array",
        items: {
          type: "object",
          properties: { output: string, passed: boolean, note: string, dropMs: number },
          required: ["output", "passed"],
        },
      },
      note: string,
    },
    needs: ["test", "results"],
    answers: { json: "OutputTests" },
    created: true,
    problems: { ...wrongField, ...noDatabase },
    session: "changing",
  },
  "POST /api/zones/:id/bypass": {
    tag: "panel",
    summary: "Takes one zone out of the rules for 1 to 30 minutes; a PIN every time",
    takes: {
      ...nameAndPin,
      reason: { type: "string", enum: BYPASS_REASONS },
      minutes: { ...number, minimum: 1, maximum: 30, default: 10 },
    },
    needs: ["name", "pin", "reason"],
    answers: done,
    problems: {
      ...wrongField,
      ...wrongPin,
      403: "It needs a supervisor or maintenance",
      404: "No such zone is configured",
      ...refused,
      ...noRecord,
    },
  },
  "DELETE /api/zones/:id/bypass": {
    tag: "panel",
    summary: "Brings the zone back into the rules: needs no PIN",
    answers: { nothing: true },
    problems: { 404: "It is not bypassed" },
  },
  "GET /api/boards": list("Relay boards, addresses without passwords", "Board"),
  "GET /api/boards/find": {
    tag: "maintenance",
    summary: "Boards and serial ports that are plugged in, within 8 s",
    answers: { json: "BoardsFound" },
    problems: { 429: "Somebody looks already" },
    session: "changing",
  },
  "POST /api/boards": {
    tag: "maintenance",
    summary: `Adds a board; ${drops}`,
    takes: { ...boardFields, id: ownId },
    needs: ["driver"],
    query: whyQuery(),
    answers: { json: "BoardSaved" },
    created: true,
    problems: change,
    session: "changing",
  },
  "PUT /api/boards/:id": {
    tag: "maintenance",
    summary: `Changes a board: ${rest}, and *** in the address keeps what is stored; ${drops}`,
    takes: boardFields,
    query: whyQuery(),
    answers: { json: "BoardSaved" },
    problems: { ...change, ...noBoard },
    session: "changing",
  },
  "DELETE /api/boards/:id": {
    tag: "maintenance",
    summary: `Removes a board; ${drops}`,
    query: whyQuery(),
    answers: { nothing: true },
    problems: { ...noBoard, ...noDatabase, 409: "Outputs hang on it; `outputs` names them" },
    session: "changing",
  },
  "DELETE /api/boards/:id/operations": {
    tag: "maintenance",
    summary: "Its relays were replaced: their operations are counted anew",
    answers: { nothing: true },
    problems: { ...noBoard, ...noDatabase },
    session: "changing",
  },
  "GET /api/settings": {
    tag: "maintenance",
    summary: "Site, detector, output tests, outputs as they are configured, version",
    answers: { json: "Settings" },
    session: true,
  },
  "PUT /api/settings": {
    tag: "maintenance",
    summary: `Changes how often outputs and zones are tested; ${drops}`,
    takes: {
      tests: {
        type: "object",
        properties: {
          ...{ relayDays: integer, proofDays: integer, withholdPermit: boolean },
          ...{ walkDays: integer, demandWalk: boolean },
        },
      },
    },
    needs: ["tests"],
    query: whyQuery(),
    answers: { json: "Settings" },
    problems: change,
    session: "changing",
  },
  "GET /api/tower": {
    tag: "maintenance",
    summary: "What each lamp of the signal tower tells",
    answers: { json: "Tower" },
    session: true,
  },
  "PUT /api/tower": {
    tag: "maintenance",
    summary: `Changes what the lamps tell: a lamp that is left out stays; ${drops}`,
    takes: lamps,
    query: whyQuery(),
    answers: { json: "Tower" },
    problems: change,
    session: "changing",
  },
};
