/** A box for looking at every page in every state: what it answers is full, empty, late or an error, as told. */
import { readFileSync } from "node:fs";
import { DISK_PARTS } from "../../server/domain/disk_part.ts";
import { clips as clipLimits } from "../../server/domain/evidence_config.ts";
import { TRUST_CHECKS, TRUST_FAULTS } from "../../server/domain/trust.ts";
import { USUAL } from "../../server/domain/tuning.ts";
import type { BoardView, CameraView, View } from "../../server/domain/view.ts";
import type { BackupAnswer, InspectionView } from "../../server/http/backup.ts";
import type { IntegrationsAnswer } from "../../server/http/integrations.ts";
import type { NetworkAnswer } from "../../server/http/network.ts";
import { ROOT } from "../support/runtime.ts";
import { BEGIN, reportOf, rowsOf, SHIFT } from "../unit/domain/shift_rows.ts";
import { type Cell, VIEWS, whole } from "./cells.ts";
import { furnish } from "./outputs-lab.ts";
import {
  AT,
  DRAFT,
  FOUND_CAMERAS,
  GROUND,
  NOTHING_FOUND,
  PANELS,
  SETTINGS,
  sighting,
  TRIAL,
  WALKS,
  ZONE_LIST,
} from "./room_answers.ts";
import { quietView, type Said, type Stub } from "./stub.ts";
import { ABOUT, figuresUpTo, LINES, RESOURCES } from "./system-lab.ts";

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
  ...(id === "front" ? { ground: GROUND } : {}),
}));
const TALLY = { sinceWallAt: AT, frames: 252_101, replaced: 3, unreadable: 0 };
/** Checks whose value must be at least their limit. */
const FLOORS: ReadonlySet<string> = new Set(["dark", "blind", "defocus"]);
const CHECKS = {
  ...{ codec: "h264", lateMs: 21, fps30s: 9.9, session: TALLY, total: { ...TALLY, runs: 4 } },
  readings: TRUST_FAULTS.map((check, n) => {
    const { limit } = TRUST_CHECKS[check];
    // A camera that is trusted has none that failed.
    const state = (["ok", "suspect", "ok", "unknown"] as const)[n % 4];
    const within = limit === 0 ? 0 : limit * (FLOORS.has(check) ? 1.6 : 0.63);
    const beyond = limit * (FLOORS.has(check) ? 0.63 : 1.6);
    return { check, state, value: state === "unknown" ? null : state === "ok" ? within : beyond, limit };
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
  ...{ active: MODEL.name, threshold: 0.4, previous: "yolox-tiny-416", trial: TRIAL },
  provider: { asked: "cpu", used: "cpu", why: null },
  calibration: { running: false, chosen: USUAL, inUse: USUAL },
};
const VERSIONS = Array.from({ length: 8 }, (_, n) => ({
  ...{ version: 60 - n, reason: "Zone Cell was changed", by: "Sam", wallAt: AT - n * 3_600_000 },
  inForce: n === 0,
}));
const MADE = {
  made: { ok: true, changes: ["Zone Cell: shape: corner 1 moved", "Zone Cell: may stay 0 ms → 1.5 s"] },
  wouldMake: { ok: true, changes: ["Zone Cell: shape: corner 1 moved"] },
};
const DRAFTED = { by: DRAFT.by, begunWallAt: AT, changes: DRAFT.changes.length };
const EARLIER = { running: false, noteVersion: 1, signedBy: ["Sam", "Max"] };
const SHIFTS = {
  ...{ timezone: "Europe/Berlin", more: true },
  shifts: [
    { ...SHIFT, running: true, noteVersion: 0, signedBy: [] },
    { ...SHIFT, ...EARLIER, id: "20261120T210000Z", name: "Night shift" },
  ],
};
const REPORT = reportOf(rowsOf([BEGIN(-600, 7)]));
const TOLD = { report: REPORT, hash: HASH, running: true, notes: [], signatures: [] };

const EVENTS = Array.from({ length: 20 }, (_, n) => ({
  ...{ seq: 1_000 - n, at: ISO, alarm: "a", definition: "prot.camera.lost", source: "front", priority: 1 },
  ...{ text: "Camera Front gives no picture", event: n % 2 === 0 ? "raise" : "acknowledge" },
}));

const CLIPS = Array.from({ length: 8 }, (_, n) => ({
  ...{ id: `clip-${n}`, camera: "front", cameraName: "Front", cycle: 42 - n, wallAt: AT - n * 3_600_000 },
  events: [
    { alarm: "a", occurrence: `a@${n}`, text: "Person in Cell", wallAt: AT - n * 3_600_000, ms: 10_000 },
  ],
  ended: { durationMs: 30_000, pictures: 300, bytes: 5_800_000, sha256: HASH, lost: 0, cut: false },
}));
const STORAGE = {
  disk: { freeBytes: 82e9, totalBytes: 128e9 },
  parts: DISK_PARTS.map((part, n) => ({ part, files: n, bytes: part === "clips" ? 46e6 : 210e6 / (n + 1) })),
  clips: {
    ...{
      count: 8,
      bytes: 46e6,
      oldestWallAt: AT - 8 * 3_600_000,
      newestWallAt: AT,
      limits: clipLimits.parse({}),
    },
    ...{ recording: [], missed: 1, memoryBytes: 9.6e6 },
  },
  trimmed: [{ wallAt: ISO, why: "room", clips: 4, bytes: 22e6, from: AT - 9e8, to: AT - 8e8 }],
};
const NO_STORAGE = {
  ...STORAGE,
  parts: STORAGE.parts.map((each) => (each.part === "clips" ? { part: "clips", files: 0, bytes: 0 } : each)),
  clips: { ...STORAGE.clips, count: 0, bytes: 0, oldestWallAt: null, newestWallAt: null, missed: 0 },
  trimmed: [],
};
const NO_BACKUP: BackupAnswer = {
  ...{
    last: null,
    running: null,
    failed: null,
    daily: null,
    dailySecrets: false,
    seen: null,
    canGoBack: false,
  },
};
const SEEN_BACKUP: InspectionView = {
  ...{ id: "7", madeAt: ISO, version: "0.1.0", site: "Press 4", own: false, here: { seq: 57, code: "B" } },
  ...{ fingerprint: "0011223344556677", mode: "replaces", trail: { seq: 1_248, code: "A", ok: true } },
  changes: ["Camera Front is added", "Zone Cell is added", "Tests: relay test every 7 days becomes 14 days"],
  ...{ people: ["Max", "Sam"], models: [], secrets: true, pinsFit: false, passwordsFit: false },
};
const DAILY_BACKUP = { folder: "/media/backup", keep: 7, dueDays: 3 };
const LAST_BACKUP = {
  ...{
    wallAt: ISO,
    file: "palisade-0011223344556677-20261121-083048.tar.gz",
    bytes: 41_000_000,
    secrets: true,
  },
  folder: "/media/backup",
};
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
    ...(["Kim", "Żaneta"] as const).map((name, n) => ({
      ...{ id: name, name, role: "operator" as const, origin: `192.0.2.${77 + n}` },
      ...{ sinceWallAt: AT, untilWallAt: AT + 19_800_000, seenWallAt: AT + 60_000 },
    })),
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
  ["/api/zones", ZONE_LIST, []],
  ["/api/audit", AUDIT, []],
  ["/api/audit/state", TRAIL, { ...TRAIL, head: null, anchors: [] }],
  [
    "/api/backup",
    { ...NO_BACKUP, last: LAST_BACKUP, daily: DAILY_BACKUP, seen: SEEN_BACKUP, canGoBack: true },
    NO_BACKUP,
  ],
  ["/api/models", MODELS, { ...MODELS, models: [MODEL], previous: null, trial: null }],
  ["/api/models/trial", TRIAL],
  ["/api/versions", { versions: VERSIONS, next: 52, draft: DRAFTED }, { versions: [], next: null }],
  ["/api/versions/*", { ...VERSIONS[1], ...MADE, refusal: null }],
  ["/api/draft", DRAFT],
  ["/api/walk-tests", WALKS, { zones: [], records: [] }],
  ["/api/settings/table", SETTINGS],
  ["/api/panels", PANELS, []],
  ["/api/cameras/discover", FOUND_CAMERAS, NOTHING_FOUND],
  ["/api/about", ABOUT],
  ["/api/log", LINES, []],
  ["/system-resources", RESOURCES],
  ["/api/shifts/current", TOLD],
  ["/api/shifts/*", { ...TOLD, running: false }],
  ["/api/shifts", SHIFTS, { ...SHIFTS, shifts: [] }],
  ["/api/alarms/history", EVENTS, []],
  ["/api/clips", CLIPS, []],
  ["/api/clips/*", { ...CLIPS[0], zones: ZONE_LIST, times: Array.from({ length: 300 }, (_, n) => n * 100) }],
  ["/api/clips/*/pictures/*", JPEG],
  ["/api/storage", STORAGE, NO_STORAGE],
  ["/api/network", NETWORK, NO_NETWORK],
  ["/api/integrations", INTEGRATIONS, { syslog: {}, mqtt: {}, prometheus: { path: "/metrics" } }],
];
const SITE = {
  site: { name: "Press 4", timezone: "Europe/Berlin", fullView: false },
  detector: { model: MODEL.name },
};
const NEVER = { lastWallAt: null, dueWallAt: null, overdue: false };
/** What outputs-lab answers in full; each with its empty answer. */
const OF_OUTPUTS: readonly (readonly [path: string, empty: unknown])[] = [
  ["/api/boards", []],
  ["/api/outputs", []],
  ["/api/boards/find", { hid: [], serial: [], problems: [] }],
  ["/api/tower", { red: [], amber: [], green: [], blue: [], white: [] }],
  ["/api/output-tests", { relay: NEVER, proof: NEVER, records: [] }],
];

export interface Lab {
  /** From now on every question is answered so. */
  answers(how: Answers): void;
  /** From now on the cell is in this state, but for what is told besides. */
  is(state: Cell, besides?: Partial<View>): void;
}
export function openLab(stub: Stub): Lab {
  furnish(stub);
  let how: Answers = "full";
  let cell: Cell = "quiet";
  const say = (full: unknown, empty: unknown): Said => {
    switch (how) {
      case "full":
        return { body: full };
      case "empty":
        return { body: empty };
      case "late":
        return { body: full, afterMs: LATE_MS };
      case "error":
        return { status: 503, body: { detail: "The database is gone: restart the box" } };
    }
  };
  for (const [path, empty] of OF_OUTPUTS) {
    const full = stub.answerOf(`GET ${path}`);
    stub.answer(`GET ${path}`, (asked) => (how === "full" ? (full?.(asked) ?? {}) : say(undefined, empty)));
  }
  // The one board that does not answer is lost only where the screen is told so.
  const boards = stub.answerOf("GET /api/boards");
  stub.answer("GET /api/boards", (asked) => {
    const said = boards?.(asked) ?? {};
    if (how !== "full" || cell === "broken") return said;
    return { body: (said.body as readonly BoardView[]).map((board) => whole(board)) };
  });
  for (const [path, full, empty = full] of QUESTIONS) stub.answer(`GET ${path}`, () => say(full, empty));
  const settings = (stub.answerOf("GET /api/settings")?.({ method: "GET", path: "", body: undefined }).body ??
    {}) as object;
  stub.answer("GET /api/settings", () =>
    say({ ...settings, ...SITE }, { ...settings, ...SITE, outputs: [] }),
  );
  let frames = 0;
  let cameras: readonly CameraView[] = [];
  stub.answer("GET /api/cameras/*/sightings", ({ path }) => ({
    events: () => sighting(++frames, cameras.find(({ id }) => path.includes(`/${id}/`))?.people ?? []),
  }));
  stub.answer("GET /api/figures", ({ path }) => {
    const after = Number(new URL(path, "http://stub").searchParams.get("after"));
    return say(after === 0 ? figuresUpTo(600) : figuresUpTo(after + 1, 1), figuresUpTo(0, 0));
  });
  stub.answer("POST /api/restore/before", () => ({ body: SEEN_BACKUP }));
  stub.answer("GET /api/setup", () => say({ needed: false, here: true }, { needed: true, here: true }));
  return {
    answers(next) {
      how = next;
    },
    is(state, besides = {}) {
      const view = { ...quietView(), ...VIEWS.quiet, ...VIEWS[state], ...besides };
      ({ cameras } = view);
      stub.tell({ walk: undefined as never, ...view });
      cell = state;
    },
  };
}
