/** What a box with three cameras would tell of itself, for the system's pages. */
import { FIGURES, type Figure, PARTS, SAMPLES_KEPT } from "../../server/domain/figures.ts";
import { HONEST_LABEL } from "../../server/domain/view.ts";
import type { About, FiguresAnswer, ResourcesAnswer } from "../../server/http/system.ts";
import type { Panel } from "../support/browser.ts";
import { furnish } from "./outputs-lab.ts";
import type { Stub } from "./stub.ts";
import { button, typePin } from "./touch.ts";

const MB = 1e6;
/** Where each line lies and how far it swings. */
const LEVELS: Readonly<Record<Figure, readonly [level: number, swing: number]>> = {
  ...{ "cpu.machine": [46, 14], "cpu.server": [4, 1], "cpu.eyes": [22, 6], "cpu.decoders": [11, 2] },
  ...{ "cpu.guardian": [1.2, 0.2], "cpu.hands": [0.4, 0.1], "cpu.others": [0, 0] },
  ...{ "memory.server": [148 * MB, 4 * MB], "memory.eyes": [231 * MB, 3 * MB] },
  ...{ "memory.decoders": [96 * MB, 1 * MB], "memory.guardian": [54 * MB, 0], "memory.hands": [58 * MB, 0] },
  ...{ "memory.others": [0, 0], "network.received": [1.7 * MB, 0.3 * MB], "network.sent": [42e3, 9e3] },
  ...{ "disk.read": [0, 0], "disk.written": [31e3, 30e3], "reaction.median": [82, 9] },
  ...{ "reaction.p95": [121, 20], "reaction.worst": [160, 44], "frames.received": [29.8, 0.4] },
  ...{ "frames.looked": [29.4, 0.8], "alarms.listed": [2, 1], "alarms.unacknowledged": [1, 1] },
  "server.late": [1, 1],
};

/** As many samples as are kept, with a gap in each line, that end at this number. */
export function figuresUpTo(seq: number, count = SAMPLES_KEPT): FiguresAnswer {
  const end = Date.UTC(2026, 10, 21, 8, 30);
  const values = (figure: Figure): readonly (number | null)[] =>
    Array.from({ length: count }, (_, i) => {
      const [level, swing] = LEVELS[figure];
      if (count > 300 && i > 200 && i < 210) return null;
      const value = Math.max(0, level + swing * Math.sin(i / 9 + figure.length) * Math.cos(i / 41));
      return figure.startsWith("alarms.") ? Math.round(value) : value;
    });
  return {
    ...{ seq, everyMs: 2_000, at: Array.from({ length: count }, (_, i) => end - (count - 1 - i) * 2_000) },
    figures: Object.fromEntries(
      FIGURES.map((figure) => [figure, values(figure)]),
    ) as FiguresAnswer["figures"],
  };
}

const part = { processes: 1, memoryBytes: 60 * MB, cpuPercent: 4, threads: 12, handles: 40 };
export const RESOURCES: ResourcesAnswer = {
  ...{ upMs: 9_000_000, cores: 4, cpuPercent: 46, threads: 61, handles: 212, sessions: 1 },
  memory: { totalBytes: 4_100 * MB, availableBytes: 2_300 * MB, ownBytes: 587 * MB },
  network: { received: 1.7 * MB, sent: 42e3 },
  disk: { read: 0, written: 31e3 },
  room: { freeBytes: 82e9, totalBytes: 128e9 },
  parts: Object.fromEntries(PARTS.map((each) => [each, part])) as ResourcesAnswer["parts"],
  reaction: {
    front: { p50Ms: 81.4, p95Ms: 118, p99Ms: 151, maxMs: 203 },
    side: { p50Ms: 84, p95Ms: 127.2, p99Ms: 160, maxMs: 398.1 },
  },
};

export const ABOUT: About = {
  ...{ version: "0.1.0", licence: "Apache-2.0", label: HONEST_LABEL, runtime: "Node 26.10.0" },
  model: {
    name: "palisade-person-256x416",
    licence: "Apache-2.0",
    origin: "Trained for this program from public pictures",
  },
  ...{ upMs: 9_000_000, machineUpMs: 900_000_000, clock: "unsynced", databaseBytes: 12.4 * MB },
  thirdParty: [
    { licence: "MIT", packages: 131 },
    { licence: "ISC", packages: 14 },
    { licence: "Apache-2.0", packages: 6 },
    { licence: "BSD-3-Clause", packages: 3 },
  ],
};

export const LINES = [
  {
    ...{ level: "error", time: "2026-11-21T08:29:58.120Z", name: "palisade", part: "cameras" },
    ...{ msg: "eye process ended", eye: 1, exitCode: null, signalCode: "SIGKILL", delayMs: 1_000 },
  },
  {
    ...{ level: "warn", time: "2026-11-21T08:29:31.006Z", name: "palisade", part: "relay" },
    ...{ msg: "Board signals is lost", why: "Cannot open /dev/ttyUSB0: no such file or directory" },
  },
  ...Array.from({ length: 30 }, (_, i) => ({
    ...{ level: "info", time: "2026-11-21T08:20:00.000Z", name: "palisade", part: "guard" },
    ...{ msg: "camera is running", camera: `camera ${i}`, source: "rtsp://***@192.0.2.7/stream1" },
  })),
];

/** A box that answers everything the pages ask. */
export function furnishSystem(stub: Stub): void {
  furnish(stub);
  stub.answer("GET /api/figures", ({ path }) => {
    const after = Number(new URL(path, "http://stub").searchParams.get("after"));
    return { body: after === 0 ? figuresUpTo(600) : figuresUpTo(after + 1, 1) };
  });
  stub.answer("GET /system-resources", () => ({ body: RESOURCES }));
  stub.answer("GET /api/about", () => ({ body: ABOUT }));
  stub.answer("GET /api/log", ({ path }) => {
    const level = new URL(path, "http://stub").searchParams.get("level");
    const levels = { info: LINES, warn: LINES.slice(0, 2), error: LINES.slice(0, 1) };
    return { body: levels[level as keyof typeof levels] };
  });
}

export async function enterSystem(panel: Panel): Promise<void> {
  await button(panel, "Maintenance").tap();
  await panel.page.getByRole("button", { name: "Sam" }).tap();
  await typePin(panel, "730146");
  await button(panel, "Unlock").tap();
  await button(panel, "Open system").tap();
}
