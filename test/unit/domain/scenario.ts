/** A small box for tests of the rules: two cameras, a stop and a warn zone, every role of output. */
import { type Config, parseProvision } from "../../../server/domain/config.ts";
import type { Detection } from "../../../server/domain/eye.ts";
import type { GuardianReport, RelayLinkState } from "../../../server/domain/relay.ts";
import { compileRules, type Rules } from "../../../server/domain/rules.ts";
import { type Input, supervise } from "../../../server/domain/supervise.ts";
import { initialSupervision, type Supervision } from "../../../server/domain/supervision.ts";
import type { Trust, TrustFault } from "../../../server/domain/trust.ts";
import type { Box } from "../../../server/domain/units.ts";

export const PROVISION = {
  site: { name: "Press 4", timezone: "Europe/Berlin", fullView: true },
  cameras: [
    { id: "front", name: "Front", source: "rtsp://user:secret@10.0.0.9/stream", fps: 10 },
    { id: "side", name: "Side", source: "file:side.mp4", fps: 10 },
  ],
  zones: [
    {
      id: "cell",
      camera: "front",
      name: "Cell",
      kind: "stop",
      polygon: [
        [0.2, 0.5],
        [0.8, 0.5],
        [0.8, 0.9],
        [0.2, 0.9],
      ],
    },
    {
      id: "aisle",
      camera: "side",
      name: "Aisle",
      kind: "warn",
      polygon: [
        [0.1, 0.4],
        [0.6, 0.4],
        [0.6, 0.9],
        [0.1, 0.9],
      ],
    },
  ],
  boards: [{ id: "sim", driver: "simulated", channels: 8 }],
  outputs: [
    { id: "permit", board: "sim", channel: 1, role: "run-permit", zones: ["cell"] },
    { id: "horn", board: "sim", channel: 2, role: "while-active", zones: ["cell"] },
    { id: "pulse", board: "sim", channel: 3, role: "pulse", pulseMs: 500, zones: ["cell"] },
    { id: "red", board: "sim", channel: 4, role: "lamp-red" },
    { id: "green", board: "sim", channel: 5, role: "lamp-green" },
    { id: "beacon", board: "sim", channel: 6, role: "while-active", zones: ["cell", "aisle"] },
    { id: "blue", board: "sim", channel: 7, role: "lamp-blue" },
    { id: "amber", board: "sim", channel: 8, role: "lamp-amber" },
  ],
  detector: { model: "default", threshold: 0.45 },
};

export function configOf(file: unknown = PROVISION): Config {
  const parsed = parseProvision(file);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  const { users: _users, ...config } = parsed.value;
  return config;
}

/** Nobody changes a configuration, so every play without one of its own has this one. */
const CONFIG = configOf();

export const IN_CELL: Box = { x0: 0.45, y0: 0.3, x1: 0.55, y1: 0.7 };
export const IN_AISLE: Box = { x0: 0.3, y0: 0.3, x1: 0.4, y1: 0.7 };
export const OUTSIDE: Box = { x0: 0.02, y0: 0.05, x1: 0.08, y1: 0.3 };

export function person(box: Box, score = 0.9): Detection {
  return { label: "person", score, box };
}

type Step = Input extends infer I ? (I extends Input ? Omit<I, "at"> : never) : never;

/** Plays inputs against the rules, with a guardian that always does what it is told. */
export class Play {
  readonly #config: Config;
  readonly rules: Rules;
  state: Supervision;
  at: number;
  epoch = 1;
  #seq = 0;

  constructor(config: Config = CONFIG, at = 1_000) {
    this.#config = config;
    this.rules = compileRules(config, config.detector.threshold ?? 0.45);
    this.at = at;
    this.state = initialSupervision(this.rules, at);
  }

  /** A play of its own that goes on from here: no step changes a state, so a beginning is played once for many. */
  fork(): Play {
    const play = new Play(this.#config, this.at);
    play.state = this.state;
    play.epoch = this.epoch;
    play.#seq = this.#seq;
    return play;
  }

  feed(step: Step): Supervision {
    this.state = supervise(this.state, { ...step, at: this.at } as Input, this.rules);
    return this.state;
  }

  wait(ms: number): this {
    const end = this.at + ms;
    while (this.at < end) {
      this.at = Math.min(end, this.at + 100);
      this.feed({ kind: "tick" });
    }
    return this;
  }

  report(change: Partial<GuardianReport> = {}): RelayLinkState {
    const outputs = Object.fromEntries(
      this.rules.outputs.map(({ id, second, feedback }) => {
        const demand = this.state.demand[id] ?? "dropped";
        const told = {
          ...(second === undefined ? {} : { second: demand }),
          ...(feedback === undefined ? {} : { feedback: demand, feedbackMismatch: false }),
        };
        return [id, { demand, readback: demand, mismatch: false, ...told }];
      }),
    );
    const report: GuardianReport = {
      kind: "state",
      seq: this.#seq++,
      at: this.at,
      epoch: this.epoch,
      armed: [],
      boards: Object.fromEntries(this.rules.boards.map(({ id }) => [id, { kind: "ok" }])),
      outputs,
      lastDrop: { cause: "start", at: 0 },
      ...change,
    };
    return { kind: "held", report };
  }

  relay(change: Partial<GuardianReport> = {}): Supervision {
    return this.feed({ kind: "relay", state: this.report(change) });
  }

  running(...cameras: string[]): this {
    for (const camera of cameras) {
      const state = { kind: "running", since: this.at, size: { width: 640, height: 360 } } as const;
      this.feed({ kind: "camera", camera, state });
      this.trust(camera);
    }
    return this;
  }

  /** The camera's pictures are believed; with faults, they are not. */
  trust(camera: string, ...faults: TrustFault[]): this {
    const since = this.at;
    const [first, ...more] = faults.map((why) => ({ why, since, message: `It fails the check ${why}` }));
    const trust: Trust =
      first === undefined
        ? { kind: "trusted", since }
        : { kind: "distrusted", since, faults: [first, ...more] };
    this.feed({ kind: "trust", camera, trust });
    return this;
  }

  see(camera: string, ...detections: Detection[]): this {
    this.#seq++;
    this.feed({
      kind: "observed",
      observation: { camera, seq: this.#seq, capturedAt: this.at - 5, detections, inferenceMs: 7 },
    });
    return this;
  }

  /** Ten frames a second of both cameras for a while: `front` shows these people, `side` nobody. */
  watch(ms: number, ...front: Detection[]): this {
    const end = this.at + ms;
    while (this.at < end) {
      this.at += 100;
      this.see("front", ...front).see("side");
    }
    return this;
  }

  /** Everything healthy and proven clear, but not yet reset. */
  ready(): this {
    this.feed({ kind: "detector", state: { kind: "ready", warmupMs: 30 } });
    this.relay();
    return this.running("front", "side").watch(3_200);
  }

  guarding(): this {
    this.ready().feed({ kind: "reset", by: "panel" });
    this.relay();
    return this;
  }

  /** A supervisor takes the zone out of the rules for so many minutes. */
  bypass(zone: string, minutes = 10, role: "supervisor" | "maintenance" = "supervisor"): this {
    const untilAt = this.at + minutes * 60_000;
    this.feed({ kind: "bypass", zone, by: "Sam", reason: "cleaning", untilAt, role });
    return this;
  }

  /** Somebody tries the output out for so many seconds. */
  test(output: string, drive: "energised" | "dropped", seconds = 5): this {
    this.feed({ kind: "output-test", output, drive, untilAt: this.at + seconds * 1_000, by: "Sam" });
    return this;
  }

  alarm(id: string): string {
    return this.state.alarms.get(id)?.alarm.state ?? "normal";
  }

  demand(id: string): string {
    return this.state.demand[id] ?? "missing";
  }
}
