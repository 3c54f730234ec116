/** A pipeline on a desk: its guardian and its listener write down what they are told, in order. */
import assert from "node:assert/strict";
import type { Fact } from "../../../server/domain/fact.ts";
import type { Demand } from "../../../server/domain/relay.ts";
import { compileRules, type Rules } from "../../../server/domain/rules.ts";
import type { Supervision } from "../../../server/domain/supervision.ts";
import { Pipeline, type Told } from "../../../server/pipeline.ts";
import { configOf, PROVISION, type person } from "../domain/scenario.ts";
import type { Timers } from "./timers.ts";

export const RULES = compileRules(configOf(PROVISION), 0.45);
const SIZE = { width: 640, height: 360 };

/** A pipeline with a guardian that writes down what it is told, in order. */
export class Desk implements Disposable {
  readonly calls: string[] = [];
  readonly demands: Demand[] = [];
  readonly armed: { epoch: number; outputs: readonly string[] }[] = [];
  readonly facts: Fact[] = [];
  readonly errors: unknown[] = [];
  readonly pipeline: Pipeline;
  tell: (facts: readonly Fact[], state: Supervision) => void = () => undefined;
  onHold: (demand: Demand) => void = () => undefined;
  clock: () => number;
  epoch = 1;
  seq = 0;
  #frame = 0;

  constructor(clock: () => number, rules: Rules = RULES) {
    this.clock = clock;
    this.pipeline = new Pipeline({
      rules,
      outputs: {
        hold: (demand) => {
          this.calls.push("hold");
          this.demands.push(demand);
          this.onHold(demand);
          return ++this.seq;
        },
        arm: (epoch, outputs) => {
          this.calls.push("arm");
          this.armed.push({ epoch, outputs });
        },
      },
      now: () => this.clock(),
      tell: (facts, state) => {
        this.calls.push("tell");
        this.facts.push(...facts);
        this.tell(facts, state);
      },
      broken: (error) => this.errors.push(error),
    });
  }

  [Symbol.dispose](): void {
    this.pipeline[Symbol.dispose]();
  }

  get last(): Demand {
    return this.demands.at(-1) ?? {};
  }

  report(seq = this.seq): Told {
    const outputs = Object.fromEntries(
      RULES.outputs.map(({ id }) => {
        const drive = this.last[id] ?? "dropped";
        return [id, { demand: drive, readback: drive, mismatch: false }];
      }),
    );
    const boards = { sim: { kind: "ok" } } as const;
    const lastDrop = { cause: "start", at: 0 } as const;
    const { epoch } = this;
    return {
      kind: "relay",
      state: {
        kind: "held",
        report: { kind: "state", seq, at: this.clock(), epoch, armed: [], boards, outputs, lastDrop },
      },
    };
  }

  see(camera: string, detections = [] as ReturnType<typeof person>[], age = 5): void {
    const capturedAt = this.clock() - age;
    this.pipeline.feed({
      kind: "observed",
      observation: { camera, seq: this.#frame++, capturedAt, detections, inferenceMs: 7 },
    });
  }

  watch(timers: Timers, ms: number, ...detections: ReturnType<typeof person>[]): this {
    for (let passed = 0; passed < ms; passed += 100) {
      timers.pass(100);
      this.see("front", detections);
      this.see("side");
    }
    return this;
  }

  guarding(timers: Timers): this {
    this.pipeline.feed({ kind: "detector", state: { kind: "ready", warmupMs: 1 } });
    this.pipeline.feed(this.report());
    for (const camera of ["front", "side"])
      this.pipeline.feed({
        kind: "camera",
        camera,
        state: { kind: "running", since: this.clock(), size: SIZE },
      });
    for (const camera of ["front", "side"])
      this.pipeline.feed({ kind: "trust", camera, trust: { kind: "trusted", since: this.clock() } });
    this.watch(timers, 3_200);
    this.pipeline.feed({ kind: "reset", by: "panel" });
    this.pipeline.feed(this.report());
    assert.equal(this.last.permit, "energised");
    return this;
  }
}
