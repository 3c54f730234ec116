/** A box without processes: what the routes ask of one, and everything they told it. */

import { openLog } from "../../../server/base/log.ts";
import { LogLines } from "../../../server/base/log_lines.ts";
import type { Box } from "../../../server/box.ts";
import { EMPTY_CONFIG } from "../../../server/domain/config.ts";
import { Reactions } from "../../../server/domain/reaction.ts";
import { Shelf } from "../../../server/evidence/shelf.ts";
import { app } from "../../../server/http/app.ts";
import { ViewFeed } from "../../../server/http/view.ts";
import type { JournalEntry } from "../../../server/journal.ts";
import type { Lan } from "../../../server/lan.ts";
import type { AuditQuery } from "../../../server/store/protocol.ts";
import { Totals } from "../../../server/system/totals.ts";

export const HOST = "127.0.0.1:8080";
export const PIN = "730146";

export interface FakeOptions {
  readonly database?: boolean;
  readonly fullView?: boolean;
  readonly lan?: Lan;
}

const ZONE = [
  [0.2, 0.2],
  [0.8, 0.2],
  [0.5, 0.8],
];

type Headers = Readonly<Record<string, string>>;

/** Routes over a fake box with one camera, four people, and alarm "a" in version 3. */
export function fakeRoutes({ database = true, fullView = false, lan }: FakeOptions = {}) {
  /** Commands and audit actions, in their order. */
  const told: string[] = [];
  /** Rows that tell of refused requests. */
  const refused: JournalEntry[] = [];
  const rows: JournalEntry[] = [];
  const changes = new Set<() => void>();
  const queries: AuditQuery[] = [];
  const ok = (word: string) => {
    told.push(word);
    return { ok: true };
  };
  const source = "rtsp://viewer:s3cret@10.0.0.9/stream";
  const people = [
    { id: "1", name: "Sam", role: "supervisor", active: true, proof: PIN },
    { id: "2", name: "Old", role: "operator", active: false, proof: PIN },
    { id: "3", name: "Kim", role: "operator", active: true, proof: PIN },
    { id: "4", name: "Max", role: "maintenance", active: true, proof: PIN },
  ];
  const store = {
    checkPin: async (name: string, pin: string) => {
      const person = people.find((one) => one.active && one.name === name.trim() && one.proof === pin);
      return person === undefined ? { ok: false } : { ok: true, person: { ...person } };
    },
    people: async () => people,
    crew: {
      standing: async ({ id, proof }: { id: string; proof: string }) =>
        people.find((one) => one.active && one.id === id && one.proof === proof),
      change: async () => ({ ok: false, status: 409, errors: [{ path: "name", message: "is taken" }] }),
      ofBadge: async () => undefined,
    },
    audit: async (query: AuditQuery) => {
      queries.push(query);
      return [];
    },
  };
  const record = {
    told: (texts: readonly string[]) =>
      texts.includes("1:what") ? { ok: false, why: "An anchor cannot be read" } : { ok: true, anchors: [] },
    verify: async () => ({ ok: true, count: 0, head: "0" }),
    state: async () => ({ head: null, anchors: [], segments: [], exports: [] }),
    anchor: async (kind: string) => void told.push(`anchor ${kind}`),
    export: async ({ format, by, reason }: { format: string; by: { id: string }; reason: string }) => {
      told.push(`export ${format} for ${by.id}: ${reason}`);
      return { format };
    },
    exportPath: () => undefined,
  };
  const lines = new LogLines({ write: () => undefined });
  const box = {
    version: "0.0.0",
    demonstration: false,
    faults: database ? [] : ["Cannot open the database: the disk is full"],
    store: database ? store : undefined,
    record: database ? record : undefined,
    journal: {
      tell: (entry: JournalEntry) => {
        if (entry.action === "request.refused") return refused.push(entry);
        rows.push(entry);
        return told.push(entry.action);
      },
    },
    onChange: (listener: () => void) => {
      changes.add(listener);
      return { [Symbol.dispose]: () => changes.delete(listener) };
    },
    view: () => ({ cameras: [], alarms: [], hidden: [], outputs: [] }),
    guard: {
      pipeline: { feed: ({ kind }: { kind: string }) => told.push(kind), reactions: new Reactions() },
      rules: { cameras: [{ id: "front" }], fullView },
      config: {
        ...EMPTY_CONFIG,
        cameras: [{ id: "front", name: "Front", source, fps: 10, transport: "tcp" }],
        zones: [{ id: "front", camera: "front", name: "Front", kind: "stop", polygon: ZONE, dwellMs: 0 }],
      },
    },
    panels: {
      list: () => [],
      hear: ({ id }: { id: string }) => told.push(`panel ${id}`),
      name: (_: string, name: string) => ok(`panel is ${name}`),
      forget: () => ok("panel is forgotten"),
    },
    versions: { draft: {} },
    cameras: { scenes: { of: () => undefined }, facts: () => new Map() },
    walkRecords: { records: [] },
    evidence: {
      pictures: { picture: async () => undefined, jpeg: async () => undefined },
      clips: { shelf: new Shelf("/nowhere"), recording: [], missed: 0, ringBytes: 0 },
    },
    self: {
      ...{ upMs: 1, synchronised: true, lines, totals: new Totals() },
      resources: {
        ...{ lateMs: 0, samples: (after: number) => ({ seq: after, at: [], figures: {} }) },
        reading: () => ({ cores: 2, memory: { totalBytes: 2, availableBytes: 1 }, parts: {} }),
      },
      about: async () => ({ version: "0.0.0" }),
      disk: async () => ({ disk: { freeBytes: 5, totalBytes: 9 }, parts: [] }),
      cleanUp: async () => ({ temporaryFiles: 1, temporaryBytes: 2, databaseBytes: 3 }),
    },
    commands: {
      acknowledge: (id: string, version: number | undefined) =>
        id !== "a"
          ? { ok: false, status: 404, detail: `No alarm "${id}" is listed` }
          : version !== undefined && version !== 3
            ? { ok: false, status: 409, detail: "The alarm has changed meanwhile" }
            : ok("acknowledge"),
      silence: () => ok("silence"),
      requestStop: () => ok("stop-request"),
      reset: async ({ id }: { id: string }) => ok(`reset by ${id}`),
    },
    cameraCommands: {
      start: (ids: readonly string[]) => Object.fromEntries(ids.map((id) => [id, "already running"])),
      stop: (ids: readonly string[]) => Object.fromEntries(ids.map((id) => [id, "stopping"])),
    },
  } as unknown as Box;
  const feed = new ViewFeed(box);
  const log = openLog("test", { write: (line) => void told.push(`log ${line}`) });
  const routes = app({ box, feed, kioskFolder: "kiosk/dist", log, ...(lan === undefined ? {} : { lan }) });
  return {
    routes,
    told,
    ...{ refused, rows, queries },
    /** The settings of the network are others now. */
    change: (network: object) => {
      Object.assign(box.guard, { config: { ...box.guard.config, network } });
      for (const listener of changes) listener();
    },
    /** Who may enter, and with which PIN: a test changes them. */
    people,
    get: async (path: string, headers: Headers = {}) =>
      await routes.request(path, { headers: { host: HOST, ...headers } }),
    send: async (method: string, path: string, body?: unknown, headers: Headers = {}) =>
      await routes.request(path, {
        method,
        headers: { host: HOST, "content-type": "application/json", ...headers },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
    [Symbol.dispose]: () => feed[Symbol.dispose](),
  };
}

/** The body, after checking that it is a problem of this status that says something. */
export async function problemOf(response: Response, status: number): Promise<Record<string, unknown>> {
  const body = (await response.json()) as Record<string, unknown>;
  const type = response.headers.get("content-type");
  if (response.status !== status || type !== "application/problem+json" || body.status !== status)
    throw new Error(`Not a problem ${status}: ${response.status} ${type} ${JSON.stringify(body)}`);
  for (const member of ["type", "title", "detail"]) {
    if (typeof body[member] !== "string" || body[member] === "")
      throw new Error(`A problem has "${member}": ${JSON.stringify(body)}`);
  }
  return body;
}
