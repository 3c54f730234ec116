/** What the document tells of the routes about the machine and the box itself. */
import { LOG_LEVELS } from "../base/log_lines.ts";
import type { Operation } from "./operation.ts";
import { PROMETHEUS_TYPE } from "./prometheus.ts";

export const systemOperations: Readonly<Record<string, Operation>> = {
  "GET /system-resources": {
    tag: "health",
    summary: "Memory, computing, threads, open files and sessions, of the box and of each of its parts",
    answers: { json: "Resources" },
  },
  "POST /cleanup-resources": {
    tag: "health",
    summary: "Lets go of sessions that are over, files left half written, and the database's side file",
    answers: { json: "Freed" },
    problems: { 503: "The database does not answer" },
  },
  "GET /metrics": {
    tag: "health",
    summary: "Figures for a Prometheus server",
    answers: { media: PROMETHEUS_TYPE, what: "Prometheus's text format" },
  },
  "GET /api/figures": {
    tag: "health",
    summary: "The newest 600 samples of the machine and of the box's work",
    query: { after: "Only samples after the one of this number" },
    answers: { json: "Figures" },
    problems: { 400: "A parameter cannot be read" },
  },
  "GET /api/about": {
    tag: "health",
    summary: "What this box is: version, licences, model, clock, size of its database",
    answers: { json: "About" },
  },
  "GET /api/log": {
    tag: "maintenance",
    summary: "The newest lines of the server's log, newest first, without credentials",
    query: {
      level: `Only lines of this level and worse: ${LOG_LEVELS.join(", ")}; info unless told`,
      limit: "1 to 1000 lines, 1000 unless told",
    },
    answers: { list: "LogLine" },
    problems: { 400: "A parameter cannot be read" },
    session: true,
  },
};
