/** What the box answers the rooms of settings, panels, walk tests, zones, the detector's trial and the draft. */
import { limitsOf, SETTING_PATHS } from "../../server/domain/setting_config.ts";
import type { PersonView } from "../../server/domain/view.ts";
import type { WalkAttempt } from "../../server/domain/walk_test.ts";
import type { SettingTable } from "../../server/http/setting_table.ts";
import type { ListedPanel } from "../../server/panels.ts";

export const AT = Date.UTC(2026, 10, 21, 8, 30);
const DAY = 24 * 60 * 60_000;

const VALUES: Readonly<Record<string, unknown>> = {
  "site.name": "Press 4",
  "site.timezone": "Europe/Berlin",
  "tests.walkDays": 1,
  "record.syslog.address": "192.0.2.14:6514",
};
export const SETTINGS: SettingTable = {
  version: 60,
  settings: SETTING_PATHS.map((path, n) => ({
    ...{ path, ...limitsOf(path) },
    ...(path in VALUES ? { value: VALUES[path] } : {}),
    source:
      path in VALUES
        ? { kind: n % 2 === 0 ? "provisioned" : "changed", version: 60, wallAt: AT, by: "Sam" }
        : { kind: "default" },
  })),
};

export const PANELS: readonly ListedPanel[] = [
  { id: "p-1", name: "Press 4, front", online: true, shows: "live", origin: "192.0.2.21" },
  { id: "p-2", name: "Press 4, back", online: false, origin: "192.0.2.22", heardMs: 754_000 },
  { id: "7c1d90aa", online: true, shows: "hidden", origin: "192.0.2.40" },
];

/** As a person reads it: what the plan says where the zone ends too near, and where it does not. */
const PLAN = {
  label: "",
  ...{ confirmMs: 200, dwellMs: 0, stopTimeMs: 400, edgeMm: 1_100, tooNear: true },
  says: "draw the zone larger, or have the machine stop sooner: its edge is only 1.10 m from the hazard; 1.6 m/s in 0.78 s and 1.2 m of reach make 2.45 m, without the camera's own delay",
};
const quad = (x: number, y: number, width: number, height: number) => [
  [x, y],
  [x + width, y],
  [x + width, y + height],
  [x, y + height],
];
export const ZONE_LIST = [
  {
    ...{ id: "cell", camera: "front", name: "Cell", kind: "stop", dwellMs: 0, stopTimeMs: 400 },
    ...{ hazard: [0.35, 0.7], polygon: quad(0.2, 0.4, 0.3, 0.5), plan: PLAN },
  },
  {
    ...{ id: "door", camera: "front", name: "Door", kind: "warn", dwellMs: 0 },
    schedule: [{ days: ["mon", "tue", "wed", "thu", "fri"], from: "06:00", to: "22:00" }],
    condition: { board: "press", input: 2, name: "Set-up" },
    polygon: quad(0.6, 0.4, 0.3, 0.5),
  },
];
export const GROUND = {
  ...{ points: quad(0.3, 0.5, 0.4, 0.4), sides: [4, 5, 4, 5], diagonal: 6.4 },
};

/** What the detector sees of these; `n` counts the frames. */
export const sighting = (n: number, people: readonly PersonView[]) => ({
  ...{ capturedAt: n * 100, fresh: true, threshold: 0.45 },
  detections: people.map(({ box, score }) => ({ label: "person", score, box })),
});

const POINTS = [
  [0.24, 0.44],
  [0.46, 0.86],
  [0.35, 0.64],
] as const;
const seen = (point: number): WalkAttempt => ({
  ...{ point, outcome: "detected", score: 0.91, foot: [0.3, 0.5] },
  drops: [{ output: "permit", kind: "proven", ms: 131 + point, contact: true }],
});
const RECORD = {
  ...{ test: "t0", wallAt: AT - DAY, begunWallAt: AT - DAY - 200_000, by: "Kim", role: "operator" },
  ...{ zone: "cell", name: "Cell", camera: "front", model: "palisade-person-256x416" },
  ...{ outcome: "passed", why: null, points: POINTS, attempts: POINTS.map((_, n) => seen(n)) },
};
export const WALKS = {
  zones: [
    {
      ...{ zone: "cell", name: "Cell", refusals: [] },
      due: { lastWallAt: AT - DAY, dueWallAt: AT, overdue: true },
      rate: {
        ...{ walked: 60, detected: 58 },
        days: Array.from({ length: 6 }, (_, i) => ({
          ...{ day: `2026-11-${20 - i}`, walked: 10, detected: i === 2 ? 8 : 10 },
        })),
      },
    },
    {
      ...{ zone: "store", name: "Store", refusals: ["No run permit follows Store: bind one under Outputs"] },
      due: { lastWallAt: null, dueWallAt: null, overdue: false },
      rate: { walked: 0, detected: 0, days: [] },
    },
  ],
  records: [
    RECORD,
    {
      ...{ ...RECORD, test: "t-1", wallAt: AT - 2 * DAY, outcome: "failed" },
      attempts: [seen(0), { point: 1, outcome: "missed", drops: [] }, seen(2)],
    },
    { ...{ ...RECORD, test: "t-2", wallAt: AT - 3 * DAY, outcome: "cancelled", why: "time" }, attempts: [] },
  ],
};

export const DRAFT = {
  ...{ by: "Max", begunWallAt: AT, basedOn: 60, revision: 3, config: {} },
  changes: [
    "Zone Cell: shape: corners 1 and 3 moved",
    "Camera Front: address rtsp://***@192.0.2.7/stream1 → rtsp://***@192.0.2.7/stream2?subtype=1&profile=main",
    "Output Horn added: board signals, channel 2, role acts while active, zones Cell, Door, pulse 500 ms",
  ],
};

/** A model that is tried beside the one that watches. */
export const TRIAL = {
  ...{ model: "yolox-tiny-416", against: "palisade-person-256x416", by: "Sam", state: "looking", ms: 41.3 },
  begunWallAt: Date.now(),
  /** However long the scenes take, it runs. */
  get endsWallAt() {
    return Date.now() + 4 * 60_000;
  },
  cameras: ["front", "side"].map((camera, n) => ({
    ...{ camera, name: n === 0 ? "Front" : "Side", frames: 212, active: 180, candidate: 203 },
    ...{ more: 23, fewer: 2, newest: { active: 1, candidate: 2 } },
  })),
  differences: Array.from({ length: 10 }, (_, i) => ({
    ...{ camera: "front", wallAt: AT - i * 7_000, active: 1, candidate: i === 4 ? 0 : 2 },
  })),
};

/** What a search of the network and of the plugged-in cameras finds. */
export const FOUND_CAMERAS = {
  usb: [
    {
      path: "/dev/v4l/by-path/pci-0000:00:14.0-usb-0:2:1.0-video-index0",
      ...{ name: "HD Pro Webcam", readable: true },
    },
    {
      ...{ path: "/dev/video2", name: "Built in", readable: false },
      why: "The box may not read it: add its user to the group video",
    },
  ],
  onvif: [{ name: "AXIS M3086-V", address: "http://10.0.0.20/onvif/device_service", hardware: "M3086-V" }],
  problems: { usb: [], onvif: ["Cannot search on eth1: permission denied; enter the address by hand"] },
};
export const NOTHING_FOUND = { usb: [], onvif: [], problems: { usb: [], onvif: [] } };
