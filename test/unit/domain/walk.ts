/** Random walks over the rules: a seeded source of inputs that are mostly sensible, fast enough for a million. */
import type { Detection } from "../../../server/domain/eye.ts";
import type { GuardianReport, OutputState, RelayLinkState } from "../../../server/domain/relay.ts";
import { compileRules, type Rules } from "../../../server/domain/rules.ts";
import { type Input, supervise } from "../../../server/domain/supervise.ts";
import { initialSupervision, type Supervision } from "../../../server/domain/supervision.ts";
import { configOf, IN_AISLE, IN_CELL, PROVISION, person } from "./scenario.ts";

const PEOPLE: Readonly<Record<string, readonly Detection[]>> = {
  front: [person(IN_CELL)],
  side: [person(IN_AISLE)],
};
const NOBODY: readonly Detection[] = [];
const CAMERAS = ["front", "side"] as const;
const MINUTE = 60_000;
/** A contact that takes the aisle out of the rules. */
const SET_UP = { board: "two", input: 2, name: "Set-up" };
const READY = { kind: "ready", warmupMs: 1 } as const;

/** The small box with a second machine, a second channel, a feedback contact, every role and a board of lamps alone. */
export const WALK_RULES: Rules = (() => {
  const file = structuredClone(PROVISION);
  const [permit, ...others] = file.outputs;
  const config = configOf({
    ...file,
    zones: file.zones.map((zone) => (zone.id === "aisle" ? { ...zone, condition: SET_UP } : zone)),
    boards: [
      { id: "sim", driver: "simulated", channels: 16 },
      { id: "two", driver: "simulated", inputs: 2 },
      { id: "lamps", driver: "simulated", channels: 1 },
    ],
    outputs: [
      { ...permit, second: { board: "two", channel: 1 }, feedback: { board: "two", input: 1 } },
      ...others,
      { id: "permit2", board: "sim", channel: 9, role: "run-permit", zones: ["aisle"] },
      { id: "chime", board: "sim", channel: 10, role: "pulse", pulseMs: 60_000, zones: ["cell", "aisle"] },
      { id: "beat", board: "sim", channel: 11, role: "heartbeat" },
      { id: "white", board: "sim", channel: 12, role: "lamp-white", zones: ["aisle"] },
      { id: "far", board: "lamps", channel: 1, role: "lamp-red" },
    ],
    tests: { withholdPermit: true },
  });
  return compileRules(config, 0.45);
})();

/** Numbers from 0 to below 1, the same for the same seed (mulberry32, public domain). */
function source(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One walk. Cameras give frames again and again; between them, anything may happen. */
export class Walk {
  state: Supervision;
  /** Inputs so far. */
  fed = 0;
  readonly #random: () => number;
  #at = 1_000;
  #epoch = 1;
  #seq = 0;
  /** The board of lamps is lost, for as long as the guardian tells nothing else. */
  #lampsLost = false;
  #setUp = false;
  /** Steps for which nobody goes anywhere and nothing breaks: enough to prove the zones clear. */
  #calm = 0;

  constructor(seed: number) {
    this.#random = source(seed);
    this.state = initialSupervision(WALK_RULES, this.#at);
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #one<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)] as T;
  }

  feed(input: Input): { readonly before: Supervision; readonly input: Input; readonly after: Supervision } {
    const { state: before } = this;
    this.state = supervise(before, input, WALK_RULES);
    this.fed++;
    return { before, input, after: this.state };
  }

  next(): Input {
    if (this.#calm > 0) return this.#healthy();
    if (this.#chance(0.03)) {
      this.#calm = 160;
      this.#lampsLost = this.#chance(0.3);
    }
    // Now and then a minute passes in which nobody says anything.
    if (this.#chance(0.005)) this.#at += MINUTE;
    if (this.#chance(0.01)) this.#setUp = !this.#setUp;
    if (this.#chance(0.05)) return { at: this.#at, kind: "relay", state: this.#report() };
    if (this.#chance(0.5)) return this.#frame(this.#chance(0.3));
    this.#at += this.#chance(0.9) ? 20 : Math.floor(this.#random() * 4_000) - 500;
    return this.#anything();
  }

  /** Whatever is needed for a reset, then the reset; the rest are empty frames. */
  #healthy(): Input {
    const at = this.#at;
    const step = 160 - this.#calm--;
    const camera = CAMERAS[step % 2] ?? "front";
    if (step < 2)
      return {
        at,
        kind: "camera",
        camera,
        state: { kind: "running", since: at, size: { width: 1, height: 1 } },
      };
    if (step < 4) return { at, kind: "trust", camera, trust: { kind: "trusted", since: at } };
    if (step === 4) return { at, kind: "detector", state: { kind: "ready", warmupMs: 1 } };
    if (step === 5) return { at, kind: "record", writable: true };
    if (step === 6) return { at, kind: "maintenance", overdue: [], worn: [] };
    if (step === 7 || step === 156 || step === 159) return { at, kind: "relay", state: this.#report() };
    if (step === 158) return { at, kind: "reset", by: "x" };
    // Often enough for the contact to be known.
    if (step < 140 && step % 10 === 8) return { at, kind: "relay", state: this.#report() };
    if (step > 140 && step < 156) return this.#acknowledge();
    return this.#frame(false);
  }

  #frame(occupied: boolean): Input {
    this.#at += 50;
    const camera = this.#one(CAMERAS);
    const detections = occupied ? (PEOPLE[camera] ?? NOBODY) : NOBODY;
    const capturedAt = this.#at - 5;
    return {
      at: this.#at,
      kind: "observed",
      observation: { camera, seq: 1, capturedAt, detections, inferenceMs: 1 },
    };
  }

  #acknowledge(): Input {
    const alarm = this.#one([...this.state.alarms.keys()]) ?? "none";
    return { at: this.#at, kind: "acknowledge", alarm, by: "x" };
  }

  #anything(): Input {
    const at = this.#at;
    const camera = this.#one(CAMERAS);
    const zone = this.#one(["cell", "aisle", "ghost"]);
    const output = this.#one(WALK_RULES.outputs).id;
    switch (Math.floor(this.#random() * 18)) {
      case 0:
        return {
          at,
          kind: "camera",
          camera,
          state: this.#one([{ kind: "idle" }, { kind: "stopping", since: at }]),
        };
      case 1:
        return {
          at,
          kind: "trust",
          camera,
          trust: { kind: "distrusted", since: at, faults: [{ why: "frozen", since: at, message: "m" }] },
        };
      case 2:
        return {
          at,
          kind: "detector",
          state: this.#one([{ kind: "loading" }, { kind: "failed", why: "w" }, READY, READY]),
        };
      case 3:
        return { at, kind: "relay", state: this.#wrong() };
      case 4:
        return { at, kind: "record", writable: this.#chance(0.5) };
      case 5:
        return { at, kind: "silence", by: "x" };
      case 6:
        return { at, kind: "stop-request", by: "x" };
      case 7:
      case 8:
      case 16:
      case 17:
        return {
          at,
          kind: "bypass",
          zone,
          by: "x",
          reason: this.#one(["cleaning", "cleaning", "cleaning", "nonsense"]),
          untilAt: at + this.#one([0, 1, 1, 1, 5, 30, 34]) * MINUTE,
          role: this.#one(["supervisor", "maintenance", "maintenance"]),
        };
      case 9:
        return { at, kind: "bypass-end", zone, by: "x" };
      case 10:
      case 11: {
        const drive = this.#one(["energised", "dropped"] as const);
        return { at, kind: "output-test", output, drive, untilAt: at + this.#random() * 12_000, by: "x" };
      }
      case 12:
        return { at, kind: "output-test-end", output, by: "x" };
      case 13:
        return {
          at,
          kind: "maintenance",
          ...(this.#chance(0.5) ? { withheld: "w" } : {}),
          overdue: [{ test: "relay", message: "m", long: this.#chance(0.5) }],
          worn: [{ output, message: "m" }],
        };
      case 14:
        return { at, kind: "reset", by: "x" };
      default:
        return this.#acknowledge();
    }
  }

  /** A guardian that does what it is told. */
  #report(change: Partial<OutputState> = {}): RelayLinkState {
    const outputs: Record<string, OutputState> = {};
    for (const { id, second, feedback } of WALK_RULES.outputs) {
      const demand = this.state.demand[id] ?? "dropped";
      outputs[id] = {
        demand,
        readback: demand,
        mismatch: false,
        ...(second === undefined ? {} : { second: demand }),
        ...(feedback === undefined ? {} : { feedback: demand }),
        ...change,
      };
    }
    const report: GuardianReport = {
      kind: "state",
      seq: ++this.#seq,
      at: this.#at,
      epoch: this.#epoch,
      armed: [],
      boards: {
        ...{ sim: { kind: "ok" }, two: { kind: "ok" } },
        lamps: this.#lampsLost ? { kind: "lost", why: "w" } : { kind: "ok" },
      },
      outputs,
      lastDrop: { cause: "lease", at: 0 },
      inputs: { two: { closed: [false, this.#setUp], at: this.#at } },
    };
    return { kind: "held", report };
  }

  /** A guardian that is gone, has dropped by itself, or tells of a board or an output that fails. */
  #wrong(): RelayLinkState {
    const at = this.#at;
    switch (Math.floor(this.#random() * 5)) {
      case 0:
        return { kind: "lost", why: "w", since: at };
      case 1:
        this.#epoch++;
        return this.#report();
      case 2:
        return this.#report({ mismatch: true });
      case 3:
        return this.#report({ feedbackMismatch: true });
      default: {
        const held = this.#report() as Extract<RelayLinkState, { kind: "held" }>;
        const two = { kind: "lost", why: "w" } as const;
        return { kind: "held", report: { ...held.report, boards: { ...held.report.boards, two } } };
      }
    }
  }
}
