/** Provisioning files for tests: the contract's example, its parts, and files with one section replaced. */

export type Members = Record<string, unknown>;

/** The contract's example. */
export const example = (): Members => ({
  site: { name: "Press 4", timezone: "Europe/Berlin", fullView: true },
  cameras: [
    { id: "front", name: "Front", source: "rtsp://user:pass@host/stream", fps: 10, transport: "tcp" },
  ],
  zones: [zone()],
  boards: [{ id: "sim", driver: "simulated", channels: 8 }],
  outputs: [
    output(),
    { id: "horn", board: "sim", channel: 2, role: "while-active", zones: ["cell"] },
    { id: "stop-pulse", board: "sim", channel: 3, role: "pulse", pulseMs: 500, zones: ["cell"] },
    { id: "red", board: "sim", channel: 4, role: "lamp-red" },
  ],
  users: [{ name: "Sam", role: "supervisor", pin: "730146" }],
  detector: { model: "default", threshold: 0.45 },
});
export const camera = (over: Members = {}): Members => ({
  id: "front",
  name: "Front",
  source: "rtsp://h/s",
  ...over,
});
export const zone = (over: Members = {}): Members => ({
  id: "cell",
  camera: "front",
  name: "Cell",
  kind: "stop",
  polygon: [
    [0.2, 0.5],
    [0.8, 0.5],
    [0.9, 0.95],
    [0.1, 0.95],
  ],
  dwellMs: 0,
  ...over,
});
export const board = (over: Members = {}): Members => ({ id: "sim", driver: "simulated", ...over });
export const output = (over: Members = {}): Members => ({
  id: "permit",
  board: "sim",
  channel: 1,
  role: "run-permit",
  zones: ["cell"],
  ...over,
});
export const user = (over: Members = {}): Members => ({
  name: "Sam",
  role: "supervisor",
  pin: "730146",
  ...over,
});
export const without = (members: Members, key: string): Members =>
  Object.fromEntries(Object.entries(members).filter(([name]) => name !== key));

export const zones = (...list: unknown[]): Members => ({ ...example(), zones: list });
export const boards = (...list: unknown[]): Members => ({ ...example(), boards: list });
export const outputs = (...list: unknown[]): Members => ({ ...example(), outputs: list });
export const users = (...list: unknown[]): Members => ({ ...example(), users: list });

/** What the file is, the file, and every error that must be told about it. */
export type WrongFile = readonly [what: string, file: unknown, errors: readonly string[]];
