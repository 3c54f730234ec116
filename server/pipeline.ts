/**
 * The page everything passes through: inputs in, demand out, facts told.
 * The machine first: the guardian has its order before anyone else hears a word.
 */
import { type Fact, factsBetween } from "./domain/fact.ts";
import { Reactions } from "./domain/reaction.ts";
import type { Demand } from "./domain/relay.ts";
import type { Rules } from "./domain/rules.ts";
import { type Input, supervise } from "./domain/supervise.ts";
import { failedSupervision, initialSupervision, type Past, type Supervision } from "./domain/supervision.ts";
import type { CameraId, Millis, OutputId } from "./domain/units.ts";
import type { ReactionView } from "./domain/view.ts";

/** Silence becomes blindness at this pace, and the guardian's lease is renewed by it. */
export const TICK_MS = 100;
/** About a minute of two cameras: enough to replay what led to a trip. */
const INPUTS_KEPT = 2_000;
/** Holds not yet read back whose frame is remembered. */
const PENDING_KEPT = 200;

/** The guardian, as the pipeline needs it. Neither call waits or throws. */
export interface OutputHolder {
  /** Orders every output and renews the lease. Returns the order's number. */
  hold(demand: Demand): number;
  /** Tells the guardian that a person has reset these permits. */
  arm(epoch: number, outputs: readonly OutputId[]): void;
}

export interface PipelineOptions {
  readonly rules: Rules;
  readonly outputs: OutputHolder;
  readonly now: () => Millis;
  /** Nothing where it is left out. */
  readonly past?: Past;
  /** Told after the outputs have their order. Must not throw; if it does, the fault goes to `broken`. */
  readonly tell: (facts: readonly Fact[], state: Supervision) => void;
  /** The rules or a listener threw: everything is dropped, for good where the rules did. */
  readonly broken: (error: unknown, part: "rules" | "listener") => void;
}

/** An input without its instant: the pipeline says when it came. */
export type Told = Input extends infer I ? (I extends Input ? Omit<I, "at"> : never) : never;

export class Pipeline implements Disposable {
  readonly #options: PipelineOptions;
  readonly #inputs: Input[] = [];
  /** The state before the first kept input, and before the one that will be first next. */
  #from: Supervision;
  #half: Supervision;
  readonly #pending = new Map<
    number,
    { readonly camera: CameraId; readonly capturedAt: Millis; readonly trip: boolean }
  >();
  /** From the first byte of a frame to the guardian's answer; a frame that trips is written and read back in it. */
  readonly reactions = new Reactions();
  #state: Supervision;
  /** The rules threw once: nothing they say counts any more. */
  #broken = false;
  #tick: NodeJS.Timeout | undefined;
  #pulse: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#state = initialSupervision(options.rules, options.now(), options.past);
    this.#from = this.#state;
    this.#half = this.#state;
  }

  get state(): Supervision {
    return this.#state;
  }

  get rules(): Rules {
    return this.#options.rules;
  }

  /** Lets time pass. Until this is called, and after dispose, nothing renews the lease but inputs. */
  start(): void {
    this.#tick ??= setInterval(() => this.feed({ kind: "tick" }), TICK_MS);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#tick);
    clearTimeout(this.#pulse);
    this.#tick = undefined;
    this.#disposed = true;
  }

  /** One input, start to end, in one go: decide, order, tell. */
  feed(told: Told): void {
    const { rules, outputs, now, broken } = this.#options;
    const input = { ...told, at: now() } as Input;
    const before = this.#state;
    if (this.#broken) {
      outputs.hold({});
      // What the outputs really do is still shown and recorded.
      if (input.kind !== "relay") return;
      this.#state = { ...before, at: Math.max(before.at, input.at), relay: input.state };
      this.#tell(before);
      return;
    }
    try {
      this.#state = supervise(before, input, rules);
    } catch (error) {
      this.#broken = true;
      outputs.hold({});
      this.#state = failedSupervision(before, input.at);
      this.#keep(before, input);
      broken(error, "rules");
      this.#tell(before);
      return;
    }
    this.#order(before, input);
    this.#keep(before, input);
    if (input.kind === "relay") this.#measure();
    this.#tell(before);
  }

  #tell(before: Supervision): void {
    const { rules, tell, broken } = this.#options;
    try {
      tell(factsBetween(before, this.#state, rules), this.#state);
    } catch (error) {
      broken(error, "listener");
    }
  }

  #order(before: Supervision, input: Input): void {
    const { outputs, rules } = this.#options;
    const after = this.#state;
    if (before.permits !== after.permits && after.relay.kind === "held") {
      const reset = rules.outputs.filter(
        ({ id }) =>
          after.permits.get(id)?.kind === "energised" && before.permits.get(id)?.kind !== "energised",
      );
      if (reset.length > 0)
        outputs.arm(
          after.relay.report.epoch,
          reset.map(({ id }) => id),
        );
    }
    const seq = outputs.hold(after.demand);
    if (input.kind === "observed") {
      const { camera, capturedAt } = input.observation;
      const trip = rules.outputs.some(
        ({ id }) => after.permits.get(id)?.kind === "dropped" && before.permits.get(id)?.kind === "energised",
      );
      this.#pending.set(seq, { camera, capturedAt, trip });
      if (this.#pending.size > PENDING_KEPT) this.#pending.delete(this.#pending.keys().next().value ?? seq);
    }
    if (after.pulses !== before.pulses) this.#wakeForPulse();
  }

  /** A pulse ends on time, not at the next tick. One timer, always the nearest end. */
  #wakeForPulse(): void {
    clearTimeout(this.#pulse);
    if (this.#disposed || this.#broken || this.#state.pulses.size === 0) return;
    const next = Math.min(...this.#state.pulses.values());
    // A timer counts whole milliseconds and may wake a part of one early: then it is set once more.
    this.#pulse = setTimeout(
      () => {
        this.feed({ kind: "tick" });
        this.#wakeForPulse();
      },
      Math.max(1, Math.ceil(next - this.#options.now())),
    );
  }

  /** Keeps the newest inputs, and the state from which they can be played again. */
  #keep(before: Supervision, input: Input): void {
    if (this.#inputs.length === INPUTS_KEPT) {
      this.#inputs.splice(0, INPUTS_KEPT / 2);
      this.#from = this.#half;
    }
    if (this.#inputs.length === INPUTS_KEPT / 2) this.#half = before;
    this.#inputs.push(input);
  }

  /** The guardian's answer ends the measurement of every frame whose order it carries out. */
  #measure(): void {
    const { relay, at } = this.#state;
    if (relay.kind !== "held") return;
    for (const [seq, { camera, capturedAt, trip }] of this.#pending) {
      if (seq > relay.report.seq) continue;
      this.#pending.delete(seq);
      // To the arrival of the answer, not to its read-back: an order that changes nothing is not read back anew.
      this.reactions.add(camera, at - capturedAt, trip);
    }
  }

  reaction(): ReactionView {
    return this.reactions.view();
  }

  /** The newest inputs, oldest first: fed to supervise() again, beginning with `from`, they decide the same. */
  recording(): { readonly from: Supervision; readonly inputs: readonly Input[] } {
    return { from: this.#from, inputs: [...this.#inputs] };
  }
}
