/** A box for looking at every page in every state: what it answers is full, empty, late or an error, as told. */
import { readFileSync } from "node:fs";
import { ALARMS, type AlarmDefinitionId } from "../../server/domain/alarm.ts";
import { TRUST_CHECKS, TRUST_FAULTS } from "../../server/domain/trust.ts";
import { USUAL } from "../../server/domain/tuning.ts";
import type { AlarmView, CameraView, View, ZoneView } from "../../server/domain/view.ts";
import type { IntegrationsAnswer } from "../../server/http/integrations.ts";
import type { NetworkAnswer } from "../../server/http/network.ts";
import { ROOT } from "../support/runtime.ts";
import { BEGIN, reportOf, rowsOf, SHIFT } from "../unit/domain/shift_rows.ts";
import { BOARDS, furnish, OUTPUTS, ZONES } from "./outputs-lab.ts";
import { cameraView, quietView, type Said, type Stub } from "./stub.ts";

const AT = Date.UTC(2026, 10, 21, 8, 30);
const ISO = new Date(AT).toISOString();
const HASH = "7f3a".repeat(16);
const CODE = "FWX7-SKSV-KMZK-N7SV";
/** Longer than anybody looks. */
const LATE_MS = 60_000;

export type Answers = "full" | "empty" | "late" | "error";

const PEOPLE = [
  { name: "Sam", role: "maintenance" },
  { name: "Alex", role: "supervisor" },
  { name: "Kim", role: "operator" },
];
const USERS = PEOPLE.map((person, n) => ({
  ...{ id: String(n + 1), active: true, provisioned: n === 1, badge: n === 1, createdWallAt: ISO },
  ...person,
}));
const CAMERAS = ["front", "side"].map((id) => ({
  ...{ id, name: id === "front" ? "Front" : "Side", fps: 10, transport: "tcp" },
  source: "rtsp://***@10.0.0.5:554/cam/realmonitor?channel=1&subtype=1",
  scene: { takenWallAt: AT, takenBy: "Sam" },
}));
const TALLY = { sinceWallAt: AT, frames: 252_101, replaced: 3, unreadable: 0 };
const CHECKS = {
  ...{ codec: "h264", lateMs: 21, fps30s: 9.9, session: TALLY, total: { ...TALLY, runs: 4 } },
  readings: TRUST_FAULTS.map((check, n) => {
    const { limit } = TRUST_CHECKS[check];
    const state = (["ok", "suspect", "failed", "unknown"] as const)[n % 4];
    return { check, state, value: state === "unknown" ? null : limit * 0.63, limit };
  }),
};
const EMPTY_CHECKS = { ...CHECKS, readings: [] };
const JPEG = readFileSync(`${ROOT}models/demo/empty.jpg`);
const AUDIT = Array.from({ length: 20 }, (_, n) => ({
  ...{ seq: 1_248 - n, id: `id-${n}`, wallAt: ISO, tzOffsetMin: 60, bootId: "b", monoMs: n },
  ...{ actorType: "user", actor: "Sam", role: "supervisor", origin: "panel", action: "command.reset" },
  ...{ objectType: null, objectId: null, before: null, after: null, correlation: null },
  ...(n % 3 === 1 ? { result: "denied", reason: "Zone Cell is occupied" } : { result: "ok", reason: null }),
  ...{ appVersion: "0.1.0", configVersion: 3, clockState: "synced", prevHash: HASH, hash: HASH },
}));
const ANCHOR = { id: 1, seq: 1_100, hash: HASH, code: CODE, wallAt: ISO, kind: "hour", sent: null };
const TRAIL = {
  head: { seq: 1_248, hash: HASH, code: CODE, wallAt: ISO },
  ...{ anchors: [ANCHOR], segments: [], exports: [] },
  ...{ publicKey: "-----BEGIN PUBLIC KEY-----", fingerprint: "0011223344556677" },
};
const MODEL = {
  ...{ name: "palisade-person-256x416", family: "boxes5", width: 416, height: 256, threshold: 0.4 },
  ...{ licence: "Apache-2.0", origin: "This project", download: null, sha256: HASH, bytes: 3_634_211 },
  ...{ grade: "For demonstration only", quality: "Good enough to show the cell", recommended: false },
  ...{ golden: true, installed: true, active: true, previous: false, hereMs: 7.42 },
  measured: { ms: 6.9, source: "its card", sets: [{ set: "site", precision: 0.49, recall: 0.32 }] },
};
const MODELS = {
  models: [
    MODEL,
    {
      ...{ ...MODEL, name: "yolox-tiny-416", active: false, recommended: true, measured: null },
      grade: "Official, recommended",
    },
  ],
  ...{ active: MODEL.name, threshold: 0.4, previous: "yolox-tiny-416", trial: null },
  provider: { asked: "cpu", used: "cpu", why: null },
  calibration: { running: false, chosen: USUAL, inUse: USUAL },
};
const VERSIONS = Array.from({ length: 8 }, (_, n) => ({
  ...{ version: 60 - n, reason: "Camera Front was changed", by: "Sam", wallAt: AT - n * 3_600_000 },
  inForce: n === 0,
}));
const WALKS = {
  zones: [
    {
      ...{ zone: "cell", name: "Cell", refusals: [], rate: { walked: 60, detected: 58, days: [] } },
      due: { lastWallAt: AT, dueWallAt: AT, overdue: true },
    },
  ],
  records: [],
};
const REPORT = reportOf(rowsOf([BEGIN(-600, 7)]));
const TOLD = { report: REPORT, hash: HASH, running: true, notes: [], signatures: [] };

export function alarm(definition: AlarmDefinitionId, name: string, more: Partial<AlarmView> = {}): AlarmView {
  const { priority, text, response } = ALARMS[definition];
  return {
    ...{ id: `${definition}:${name}`, definition, source: name, priority, response, version: 7, returns: 0 },
    ...{
      state: "unacknowledged",
      raisedAt: Date.now() - 12_000,
      text: text.replace("{source}", name),
      ...more,
    },
  };
}

const EVENTS = Array.from({ length: 20 }, (_, n) => ({
  ...{ seq: 1_000 - n, at: ISO, alarm: "a", definition: "prot.camera.lost", source: "front", priority: 1 },
  ...{ text: "Camera Front gives no picture", event: n % 2 === 0 ? "raise" : "acknowledge" },
}));

const NO_NETWORK: NetworkAnswer = {
  ...{ host: "press-4", addresses: [], on: false, port: 8443, listening: false, connections: 0, people: [] },
};
const NETWORK: NetworkAnswer = {
  ...{ ...NO_NETWORK, on: true, listening: true, connections: 9, addresses: ["192.0.2.10", "2001:db8::7"] },
  certificate: {
    ...{
      kind: "installed",
      names: ["press-4.plant.example", "192.0.2.10"],
      fromWallAt: AT,
      untilWallAt: AT + 6.9e10,
    },
    fingerprint: "7F:3A:".repeat(16).slice(0, -1),
  },
  people: [
    { name: "Kim", role: "operator", origin: "192.0.2.77", sinceWallAt: AT, untilWallAt: AT + 19_800_000 },
  ],
};
const INTEGRATIONS: IntegrationsAnswer = {
  syslog: { address: "192.0.2.7:514", transport: "tcp", sentAt: ISO },
  mqtt: {
    ...{ address: "mqtts://192.0.2.8:8883", topic: "palisade/v1/hall-2/press-4", sentAt: ISO },
    ...{ failedAt: ISO, why: "nobody listens there; check the address and that the server runs" },
  },
  prometheus: { path: "/metrics", askedAt: ISO, from: "127.0.0.1" },
};

/** Each question of the pages: its full answer, and its empty one where that is another. */
const QUESTIONS: readonly (readonly [path: string, full: unknown, empty?: unknown])[] = [
  ["/api/people", PEOPLE, []],
  ["/api/users", USERS, []],
  ["/api/cameras", CAMERAS, []],
  ["/api/cameras/*/checks", CHECKS, EMPTY_CHECKS],
  ["/api/cameras/*/scene.jpg", JPEG],
  ["/api/zones", ZONES, []],
  ["/api/audit", AUDIT, []],
  ["/api/audit/state", TRAIL, { ...TRAIL, head: null, anchors: [] }],
  ["/api/models", MODELS, { ...MODELS, models: [] }],
  ["/api/versions", { versions: VERSIONS, next: null }, { versions: [], next: null }],
  ["/api/versions/*", { ...VERSIONS[1], made: { ok: true, changes: ["Zone Cell: shape: corner 1 moved"] } }],
  ["/api/walk-tests", WALKS, { zones: [], records: [] }],
  ["/api/shifts/current", TOLD],
  ["/api/shifts", { timezone: "Europe/Berlin", shifts: [{ ...SHIFT, running: false }], more: false }],
  ["/api/alarms/history", EVENTS, []],
  ["/api/network", NETWORK, NO_NETWORK],
  ["/api/integrations", INTEGRATIONS, { syslog: {}, mqtt: {}, prometheus: { path: "/metrics" } }],
];
const NEVER = { lastWallAt: null, dueWallAt: null, overdue: false };
/** What outputs-lab answers in full; each with its empty answer. */
const OF_OUTPUTS: readonly (readonly [path: string, empty: unknown])[] = [
  ["/api/boards", []],
  ["/api/outputs", []],
  ["/api/output-tests", { relay: NEVER, proof: NEVER, records: [] }],
];

const camera = (id: string, name: string, more: Partial<CameraView> = {}): CameraView =>
  cameraView(id, name, more);
const inside = {
  kind: "stop",
  verdict: "stop",
  sinceWallAt: Date.now() - 12_000,
} as const satisfies Partial<ZoneView>;

const INSIDE = { box: { x0: 0.28, y0: 0.42, x1: 0.36, y1: 0.82 }, score: 0.91, zones: ["cell"], track: 7 };

/** The permit is dropped for that reason, and the green lamp with it. */
const dropped = (why: string): Partial<View> => ({
  outputs: OUTPUTS.map((output) =>
    ["permit", "green"].includes(output.id)
      ? { ...output, demand: "dropped", readback: "dropped", second: "dropped", why }
      : output,
  ),
  cycle: { number: 42, running: false, sinceWallAt: Date.now() - 12_000 },
});

/** What the screen is told in each state of the cell. */
export const VIEWS = {
  quiet: {
    ...{ cameras: [camera("front", "Front"), camera("side", "Side")], zones: ZONES },
    ...{ outputs: OUTPUTS, boards: BOARDS },
    cycle: { number: 42, running: true, sinceWallAt: Date.now() - 185_000 },
  },
  nothing: { cameras: [], zones: [], outputs: [], boards: [], state: "unguarded" },
  alarm: {
    ...dropped("A person is in Cell"),
    ...{ state: "tripped", reset: { possible: false, needed: true, pinNeeded: false, refusals: ["x"] } },
    cameras: [camera("front", "Front", { verdict: "stop", people: [INSIDE] }), camera("side", "Side")],
    zones: ZONES.map((zone) => (zone.id === "cell" ? { ...zone, ...inside } : zone)),
    alarms: [
      alarm("zone.stop.occupied", "Cell"),
      alarm("out.worn", "Horn", { state: "acknowledged", acknowledgedBy: "panel" }),
      alarm("zone.warn.occupied", "Door"),
      alarm("test.overdue", "relay"),
    ],
  },
  broken: {
    ...dropped("Camera Front gives no picture"),
    ...{ state: "tripped", faults: ["The disk is full: free some space on it"] },
    cameras: [
      camera("front", "Front", {
        ...{ state: "ERROR", fault: "lost", verdict: "blind", fps30s: 0 },
        why: 'Cannot open camera "Front": nobody answers; check its power',
      }),
      camera("side", "Side", {
        trust: {
          kind: "distrusted",
          faults: [{ why: "moved", message: "Turn the camera back", sinceWallAt: AT }],
        },
        ...{ why: "Turn the camera back", verdict: "blind" },
      }),
    ],
    alarms: [alarm("prot.camera.lost", "Front", { firstOut: true })],
  },
  bypassed: {
    bypasses: [
      {
        ...{ zone: "cell", name: "Cell", by: "Alex", reason: "fault-finding", leftMs: 600_000 },
        untilWallAt: Date.now() + 600_000,
      },
    ],
  },
} as const satisfies Readonly<Record<string, Partial<View>>>;

export interface Lab {
  /** From now on every question is answered so. */
  answers(how: Answers): void;
  /** From now on the cell is in this state. */
  is(state: keyof typeof VIEWS): void;
}

export function openLab(stub: Stub): Lab {
  furnish(stub);
  let how: Answers = "full";
  const say = (full: unknown, empty: unknown): Said => {
    switch (how) {
      case "full":
        return { body: full };
      case "empty":
        return { body: empty };
      case "late":
        return { body: full, afterMs: LATE_MS };
      case "error":
        return { status: 503, body: { detail: "The database is gone: start the box anew" } };
    }
  };
  for (const [path, empty] of OF_OUTPUTS) {
    const full = stub.answerOf(`GET ${path}`);
    stub.answer(`GET ${path}`, (asked) => (how === "full" ? (full?.(asked) ?? {}) : say(undefined, empty)));
  }
  for (const [path, full, empty = full] of QUESTIONS) stub.answer(`GET ${path}`, () => say(full, empty));
  stub.answer("GET /api/setup", () => ({ body: { needed: how === "empty", here: true } }));
  return {
    answers(next) {
      how = next;
    },
    is(state) {
      stub.tell({ ...quietView(), ...VIEWS.quiet, ...VIEWS[state] });
    },
  };
}
