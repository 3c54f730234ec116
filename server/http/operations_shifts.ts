/** What the document tells of the routes about shift reports. */
import { done, nameAndPin, noDatabase, type Operation, string, wrongField, wrongPin } from "./operation.ts";

const noShift = { 404: "There is no such shift" };
const noPicture = { 404: "There is no such picture, or it is not kept any more" };
const unwritten = { 503: "There is no database, or the record cannot be written" };

export const shiftOperations: Readonly<Record<string, Operation>> = {
  "GET /api/shifts": {
    tag: "audit",
    summary: "Shifts by the site's calendar, newest first; needs no PIN",
    query: {
      limit: "1 to 50 shifts, 20 unless told",
      before: "Only shifts that began before the one of this id: the next page",
    },
    answers: { json: "ShiftList" },
    problems: { 400: "A parameter cannot be read", ...noDatabase },
  },
  "GET /api/shifts/:id": {
    tag: "audit",
    summary: "The report of a shift, `current` is the one that goes on; needs no PIN",
    query: {
      format:
        "`json`, `csv`, `html`: a page that prints well, or `pdf`; paper carries an anchor of the trail",
    },
    answers: { json: "ToldShift" },
    problems: { 400: "The format is none", ...noShift, ...noDatabase },
  },
  "GET /api/pictures/:id": {
    tag: "audit",
    summary: "What was seen in the frame of a stop, and the zones there; needs no PIN",
    answers: { json: "StopPicture" },
    problems: noPicture,
  },
  "GET /api/pictures/:id/jpeg": {
    tag: "audit",
    summary: "The frame of a stop without lines; needs no PIN",
    answers: { media: "image/jpeg", what: "The picture" },
    problems: noPicture,
  },
  "GET /api/zone-pictures/:id/jpeg": {
    tag: "audit",
    summary: "The picture a zone was drawn on, as a row `zone.pictured` of the trail names it; needs no PIN",
    answers: { media: "image/jpeg", what: "The picture" },
    problems: noPicture,
  },
  "POST /api/shifts/:id/note": {
    tag: "audit",
    summary: "Writes the hand-over note anew, by PIN or session; earlier versions stay",
    takes: {
      ...{ text: string, ...nameAndPin },
      version: {
        type: "integer",
        minimum: 0,
        description: "Of the note that was read; 0 where there was none",
      },
    },
    needs: ["text", "version"],
    answers: done,
    problems: {
      ...wrongField,
      ...wrongPin,
      ...noShift,
      409: "Somebody else has written meanwhile",
      ...unwritten,
    },
  },
  "POST /api/shifts/:id/sign": {
    tag: "audit",
    summary: "Signs the report of a shift that is over, by a supervisor's PIN",
    takes: {
      ...nameAndPin,
      hash: { ...string, description: "As it came with the report that was read" },
      comment: string,
    },
    needs: ["name", "pin", "hash"],
    answers: done,
    problems: {
      ...wrongField,
      ...wrongPin,
      403: "The role may not sign",
      ...noShift,
      409: "The shift goes on, or the report has changed since it was read",
      ...unwritten,
    },
  },
};
