/** What the screen is told in each state of the cell: cameras, zones, outputs, boards, bypasses and alarms that fit one another. */
import { ALARMS, type AlarmDefinitionId } from "../../server/domain/alarm.ts";
import type { AlarmView, BoardView, CameraView, OutputView, View } from "../../server/domain/view.ts";
import { BOARDS, OUTPUTS, ZONES } from "./outputs-lab.ts";
import { AT } from "./room_answers.ts";
import { AT_DOOR, cameraView, IN_CELL, quietView } from "./stub.ts";

function alarm(definition: AlarmDefinitionId, name: string, more: Partial<AlarmView> = {}): AlarmView {
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

const camera = (id: string, name: string, more: Partial<CameraView> = {}): CameraView =>
  cameraView(id, name, more);
type Told = Partial<OutputView>;
const LIT: Told = { demand: "energised", readback: "energised" };
/** All outputs, those that are named as they are told. */
const outputs = (told: Readonly<Record<string, Told>>): readonly OutputView[] =>
  OUTPUTS.map((output) => ({ ...output, ...(output.id === "green" ? LIT : {}), ...told[output.id] }));
/** The permit is dropped for one reason, and the horn sounds for another; the pulse is over. */
const dropped = (why: string, sounds: string, signals: Told = {}): Partial<View> => ({
  outputs: outputs({
    permit: { demand: "dropped", readback: "dropped", second: "dropped", feedback: "dropped", why },
    horn: { ...LIT, why: sounds, ...signals },
    stop: { why: `${sounds}; not acting`, ...signals },
    red: { ...LIT, why: "A run permit is dropped", ...signals },
    green: { demand: "dropped", readback: "dropped", why: "Nothing lights it", ...signals },
  }),
  cycle: { number: 42, running: false, sinceWallAt: Date.now() - 12_000 },
});
/** For as long as the permit is dropped. */
const notKnown = ZONES.map((zone) => ({
  ...{ ...zone, verdict: "blind" as const, sinceWallAt: Date.now() - 14_000 },
}));
const WHOLE_BOARDS = BOARDS.map((board) => whole(board));

/** Of a board that is lost in the lab, as it is when it is there. */
export function whole({ why: _, ...board }: BoardView): BoardView {
  return { ...board, state: "ok" };
}

const hiddenBy = (by: string, reason: string, minutes: number) => ({
  ...{ by, reason, present: true, untilWallAt: Date.now() + minutes * 60_000, leftMs: minutes * 60_000 },
});

/** One zone is bypassed, and a person stands in it. */
const BYPASSED: Partial<View> = {
  bypasses: [
    {
      ...{ zone: "cell", name: "Cell", by: "Alex", reason: "fault-finding", leftMs: 600_000 },
      untilWallAt: Date.now() + 600_000,
    },
  ],
  outputs: outputs({
    permit: { why: "None of its zones is watched; Cell is bypassed" },
    horn: { why: "Not acting; Cell is bypassed" },
    stop: { why: "Not acting; Cell is bypassed" },
    green: { demand: "dropped", readback: "dropped", why: "Nothing lights it" },
  }),
};
const IS_BYPASSED = alarm("bypass.active", "Cell", { state: "acknowledged" });

export const VIEWS = {
  quiet: {
    ...{ cameras: [camera("front", "Front"), camera("side", "Side")], zones: ZONES },
    ...{ outputs: outputs({}), boards: WHOLE_BOARDS },
    cycle: { number: 42, running: true, sinceWallAt: Date.now() - 185_000 },
  },
  nothing: { cameras: [], zones: [], outputs: [], boards: [], state: "unguarded" },
  starting: {
    ...dropped("Waiting for Reset after the start", "Cell is not seen"),
    ...{ state: "tripped", cycle: { number: 0, running: false, sinceWallAt: Date.now() - 14_000 } },
    cameras: [
      camera("front", "Front", { state: "STARTING", why: "Waiting for the first picture" }),
      camera("side", "Side", { state: "STARTING", why: "Waiting for the first picture" }),
    ],
    zones: notKnown,
    model: { ...quietView().model, state: "loading" },
  },
  alarm: {
    ...dropped("A person is in Cell", "A person is in Cell"),
    ...{ state: "tripped", reset: { possible: false, needed: true, pinNeeded: false, refusals: ["x"] } },
    cameras: [
      camera("front", "Front", { verdict: "stop", people: [IN_CELL, AT_DOOR] }),
      camera("side", "Side"),
    ],
    zones: ZONES.map((zone) => ({
      ...{ ...zone, verdict: zone.id === "cell" ? "stop" : "warn" },
      sinceWallAt: Date.now() - 12_000,
    })),
    alarms: [
      alarm("zone.stop.occupied", "Cell"),
      alarm("zone.warn.occupied", "Door", { shelveMaxMs: 30 * 60_000, mayLeaveService: true }),
      alarm("test.overdue", "relay"),
      alarm("out.worn", "Horn", { state: "acknowledged", acknowledgedBy: "panel" }),
    ],
  },
  acknowledged: {
    alarms: [
      alarm("out.worn", "Horn", {
        ...{ state: "acknowledged", acknowledgedBy: "panel", standing: true },
        raisedAt: Date.now() - 26 * 3_600_000,
      }),
      alarm("test.overdue", "relay", { state: "acknowledged", acknowledgedBy: "Sam" }),
    ],
  },
  broken: {
    ...dropped("Cell is not seen: camera Front gives no picture", "Cell is not seen", {
      readback: "unknown",
    }),
    boards: BOARDS,
    ...{ state: "tripped", faults: ["The disk is full: free some space on it"] },
    cameras: [
      camera("front", "Front", {
        ...{ state: "ERROR", fault: "lost", frameCount: 48_211, frameAgeMs: 14_000 },
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
    zones: notKnown,
    alarms: [
      alarm("prot.camera.lost", "Front", { firstOut: true }),
      alarm("out.comm.lost", "signals", { state: "acknowledged", acknowledgedBy: "panel" }),
    ],
  },
  aside: {
    hidden: [
      alarm("out.worn", "Horn", { state: "shelved", hidden: hiddenBy("Alex", "known", 14) }),
      alarm("prot.camera.lost", "Loading bay at the far end of hall 2", {
        ...{ state: "out-of-service", hidden: hiddenBy("Sam", "spare-part", 2_000) },
      }),
    ],
  },
  bypassed: {
    ...BYPASSED,
    cameras: [camera("front", "Front", { people: [IN_CELL] }), camera("side", "Side")],
    alarms: [IS_BYPASSED],
  },
  /** An alarm that the bypass does not keep away. */
  "bypassed-alarm": {
    ...BYPASSED,
    ...{ state: "tripped", reset: { possible: false, needed: true, pinNeeded: false, refusals: ["x"] } },
    stopRequested: true,
    outputs: outputs({
      permit: {
        ...{ demand: "dropped", readback: "dropped", second: "dropped", feedback: "dropped" },
        why: "A stop was requested at the panel; Cell is bypassed",
      },
      horn: { ...LIT, why: "An alarm is not yet acknowledged; Cell is bypassed" },
      stop: { why: "Not acting; Cell is bypassed" },
      red: { ...LIT, why: "A run permit is dropped" },
      green: { demand: "dropped", readback: "dropped", why: "Nothing lights it" },
    }),
    cycle: { number: 42, running: false, sinceWallAt: Date.now() - 12_000 },
    cameras: [
      camera("front", "Front", { verdict: "warn", people: [IN_CELL, AT_DOOR] }),
      camera("side", "Side"),
    ],
    zones: ZONES.map((zone) => (zone.id === "door" ? { ...zone, verdict: "warn" } : zone)),
    alarms: [
      alarm("op.stop.requested", "panel"),
      IS_BYPASSED,
      alarm("zone.warn.occupied", "Door", { state: "acknowledged" }),
    ],
  },
} as const satisfies Readonly<Record<string, Partial<View>>>;

export type Cell = keyof typeof VIEWS;
