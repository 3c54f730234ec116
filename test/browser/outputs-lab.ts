/** A cell with boards and outputs in every state, for the screens about them. */
import type { TowerConfig } from "../../server/domain/config.ts";
import type { BoardView, OutputView, ZoneView } from "../../server/domain/view.ts";
import type { BoardsFound, ListedBoard } from "../../server/http/boards.ts";
import type { OutputTests } from "../../server/http/outputs.ts";
import { openPanel, type Panel } from "../support/browser.ts";
import { look, type Size } from "./look.ts";
import { type Asked, cameraView, type Stub, startStub } from "./stub.ts";
import { button, typePin } from "./touch.ts";

const DAY = 24 * 60 * 60_000;
const NOW = Date.UTC(2026, 10, 21, 8, 30);

export const ZONES: readonly ZoneView[] = [
  zone("cell", "Cell", "stop", 0.2),
  zone("door", "Door", "warn", 0.6),
];

function zone(id: string, name: string, kind: "stop" | "warn", x: number): ZoneView {
  const polygon = [
    [x, 0.4],
    [x + 0.3, 0.4],
    [x + 0.3, 0.9],
    [x, 0.9],
  ] as const;
  return { id, camera: "front", name, kind, polygon, verdict: "clear", sinceWallAt: NOW };
}

export const OUTPUTS: readonly OutputView[] = [
  output("permit", "Run permit", {
    role: "run-permit",
    board: "press",
    demand: "energised",
    readback: "energised",
    second: "energised",
    feedback: "energised",
    lastDropMs: 18.4,
    why: "Every zone is proven clear",
  }),
  output("horn", "Horn", { channel: 2, why: "Its zones are clear" }),
  output("stop", "Stop pulse", { role: "pulse", channel: 3, why: "Its zones are clear" }),
  output("red", "Red lamp", { role: "lamp-red", channel: 4, why: "Nothing lights it" }),
  output("green", "Green lamp", {
    role: "lamp-green",
    channel: 5,
    demand: "energised",
    readback: "unknown",
    why: "Every zone is watched and every permit is energised",
  }),
];

export function output(id: string, name: string, more: Partial<OutputView> = {}): OutputView {
  return {
    id,
    name,
    role: "while-active",
    horn: id === "horn",
    board: "signals",
    channel: 1,
    demand: "dropped",
    readback: "dropped",
    why: "",
    ...more,
  };
}

export const BOARDS: readonly BoardView[] = [
  { id: "press", driver: "modbus-tcp", title: "Modbus TCP", state: "ok" },
  { id: "press2", driver: "dct-hid", title: "DCT USBRelay (USB HID)", state: "ok", identity: "6QMBS" },
  {
    id: "signals",
    driver: "lcus",
    title: "LCUS serial board (CH340)",
    state: "lost",
    why: 'Cannot open board "signals": /dev/ttyUSB0 is not there; check its cable',
  },
];

const SETTINGS: Readonly<Record<string, Partial<ListedBoard>>> = {
  press: { address: "192.0.2.7:502", channels: 8, inputs: 4, watchdogMs: 1_000 },
  press2: { address: "1-1.4", channels: 8 },
  signals: { address: "/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0", channels: 8 },
};

function listed(board: BoardView): ListedBoard {
  const operations = [61_204, 311, 12, 4_711, 4_702, 0, 0, 0];
  return { ...board, channels: 8, ratedOperations: 100_000, operations, ...SETTINGS[board.id] };
}

export const TOWER: TowerConfig = {
  red: ["tripped", "critical-alarm"],
  amber: ["warn", "blind", "other-alarm", "bypassed"],
  green: ["watching"],
  blue: ["reset-possible"],
  white: [],
};

export const FOUND: BoardsFound = {
  hid: [
    { address: "1-1.4", product: "USBRelay8", channels: 8, identity: "6QMBS", usedBy: "press2" },
    { address: "1-1.2", product: "USBRelay4", channels: 4, identity: "HURTM" },
    {
      address: "1-2",
      product: "USBRelay2",
      channels: 2,
      problem: "The box may not open it: install the rule systemd/70-palisade-relay.rules",
    },
  ],
  serial: [{ path: "/dev/ttyUSB0", name: "QinHeng CH340" }],
  problems: [],
};

export const TESTS: OutputTests = {
  relay: { lastWallAt: NOW - 9 * DAY, dueWallAt: NOW - 2 * DAY, overdue: true },
  proof: { lastWallAt: null, dueWallAt: NOW + 12 * DAY, overdue: false },
  records: [
    record(9, "relay", true),
    {
      ...record(16, "relay", false),
      results: [
        { output: "permit", passed: true, dropMs: 18.4 },
        { output: "horn", passed: false, note: "Sounds hoarse and stops by itself after a second" },
      ],
      note: "New horn ordered",
    },
  ],
};

function record(daysAgo: number, test: "relay" | "proof", passed: boolean): OutputTests["records"][number] {
  const results = OUTPUTS.map(({ id }) => ({ output: id, passed: true }));
  return { wallAt: NOW - daysAgo * DAY, by: "Sam", role: "maintenance", test, passed, results, note: null };
}

const CONFIG = OUTPUTS.map(({ id, name, role, board, channel }) => ({
  ...{ id, name, role, board, channel, pulseMs: 500 },
  zones: role.startsWith("lamp-") ? [] : ["cell"],
  ...(id === "permit"
    ? {
        second: { board: "press2", channel: 1 },
        feedback: { board: "press", input: 1, closed: "dropped" },
      }
    : {}),
}));

/** A box whose every answer about its outputs the test knows. */
export function furnish(stub: Stub): void {
  stub.tell({
    cameras: [cameraView("front", "Front"), cameraView("side", "Side")],
    zones: ZONES,
    outputs: OUTPUTS,
    boards: BOARDS,
    cycle: { number: 42, running: true, sinceWallAt: Date.now() - 185_000 },
  });
  const sam = { name: "Sam", role: "maintenance" };
  stub.answer("GET /api/people", () => ({
    body: [sam, { name: "Alex", role: "supervisor" }, { name: "Kim", role: "operator" }],
  }));
  stub.answer("POST /api/session", () => ({ body: sam }));
  stub.answer("DELETE /api/session", () => ({ status: 204 }));
  stub.answer("GET /api/boards", () => ({ body: BOARDS.map(listed) }));
  stub.answer("GET /api/boards/find", () => ({ body: FOUND }));
  stub.answer("GET /api/outputs", () => ({ body: OUTPUTS.map((each) => ({ ...each, operations: 12 })) }));
  const tests = { relayDays: 7, proofDays: 30, withholdPermit: false, walkDays: 1, demandWalk: false };
  stub.answer("GET /api/settings", () => ({ body: { tests, outputs: CONFIG } }));
  stub.answer("GET /api/output-tests", () => ({ body: TESTS }));
  stub.answer("GET /api/tower", () => ({ body: TOWER }));
}

export async function enterOutputs(panel: Panel): Promise<void> {
  await button(panel, "Maintenance").tap();
  await panel.page.getByRole("button", { name: "Sam" }).tap();
  await typePin(panel, "730146");
  await button(panel, "Unlock").tap();
  await button(panel, "Test and set up outputs").tap();
  await button(panel, "Add output").waitFor();
}

export interface Bench extends AsyncDisposable {
  readonly stub: Stub;
  readonly panel: Panel;
  readonly faults: readonly string[];
  see(state: string): Promise<void>;
}

/** The outputs' first page, unlocked. */
export async function openBench(size: Size): Promise<Bench> {
  const stack = new AsyncDisposableStack();
  const stub = stack.use(await startStub());
  furnish(stub);
  const panel = stack.use(await openPanel({ url: stub.url, ...size }));
  const faults: string[] = [];
  await enterOutputs(panel);
  return {
    stub,
    panel,
    faults,
    see: async (state) => void faults.push(...(await look(panel, state, size))),
    [Symbol.asyncDispose]: async () => await stack.disposeAsync(),
  };
}

/** Opens a field, writes with a plugged-in keyboard, and takes it. */
export async function write(panel: Panel, field: string, text: string): Promise<void> {
  await button(panel, field).tap();
  await panel.page.locator(".line input:focus").waitFor();
  await panel.page.keyboard.press("Control+A");
  await panel.page.keyboard.type(text);
  await panel.page.keyboard.press("Enter");
}

/** What the box was asked last by this method. */
export function lastly({ asked }: Stub, method: string): Pick<Asked, "path" | "body"> {
  const { path = "", body } = asked.findLast((each) => each.method === method) ?? {};
  return { path, body };
}

export const onlyRefusals = (panel: Panel): readonly string[] =>
  panel.errors.filter((error) => !/status of (400|409)/.test(error));
