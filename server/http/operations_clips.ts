/** What the document tells of the routes about clips and the disk. */
import { EXPORT_REASONS } from "../domain/reason_code.ts";
import { done, type Operation, string, wrongField } from "./operation.ts";

const noClip = { 404: "There is no such clip, it is still recorded, or it is not kept any more" };
const unwritten = { 503: "The record cannot be written" };

export const clipOperations: Readonly<Record<string, Operation>> = {
  "GET /api/clips": {
    tag: "audit",
    summary: "Clips of events, newest first; needs no PIN",
    query: {
      camera: "Only of this camera",
      from: "From this instant on, ISO 8601 or Unix milliseconds",
      to: "Before this instant",
      limit: "1 to 200 clips, 200 unless told",
      before: "Only clips older than the one of this id: the next page",
    },
    answers: { list: "ListedClip" },
    problems: { 400: "A parameter cannot be read" },
  },
  "GET /api/clips/:id": {
    tag: "audit",
    summary: "What is known of a clip, with the times of its pictures; needs no PIN",
    answers: { json: "Clip" },
    problems: noClip,
  },
  "GET /api/clips/:id/pictures/:number": {
    tag: "audit",
    summary: "One picture of a clip, counted from 0; needs no PIN",
    answers: { media: "image/jpeg", what: "The picture, as the camera sent it" },
    problems: noClip,
  },
  "POST /api/clips/:id/export": {
    tag: "audit",
    summary: "Notes in the trail what the file of a clip is for; its person may fetch it then",
    takes: {
      reasonCode: { type: "string", enum: EXPORT_REASONS },
      reason: { ...string, description: "What the file is for; it shows people" },
    },
    needs: ["reason"],
    answers: { json: "ClipExport" },
    problems: { ...wrongField, ...noClip, ...unwritten },
    session: "changing",
  },
  "GET /api/clips/:id/file": {
    tag: "audit",
    summary: "The file of a clip, Motion JPEG in Matroska; takes a range of bytes",
    answers: { media: "video/x-matroska", what: "The file" },
    problems: { ...noClip, 409: "Nobody has said what it is for", 416: "The range is not there" },
    session: "changing",
  },
  "POST /api/clips/:id/delete": {
    tag: "audit",
    summary: "Deletes a clip; its hash stays in the trail",
    takes: { reason: { ...string, description: "Why it is deleted" } },
    needs: ["reason"],
    answers: done,
    problems: { ...wrongField, ...noClip, ...unwritten },
    session: "changing",
  },
  "GET /api/storage": {
    tag: "maintenance",
    summary: "What takes how much of the disk, how long clips stay, and what went by itself",
    answers: { json: "Storage" },
    session: true,
  },
};
