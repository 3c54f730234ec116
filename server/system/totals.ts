/** What has happened since the box was started, counted by what it happened to. A configuration ends no count. */
import type { Fact } from "../domain/fact.ts";
import { Spread } from "../domain/spread.ts";

const ACKNOWLEDGED_WITHIN_MS = [5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000] as const;
const INFERRED_WITHIN_MS = [5, 10, 20, 30, 50, 75, 100, 150, 200, 300, 500, 1_000] as const;

/** Ids come from configurations, so there are few; whoever publishes a thousand of them is no longer counted apart. */
const KEYS_MAX = 1_000;

export type Counts = ReadonlyMap<string, number>;

function count(counts: Map<string, number>, key: string): void {
  if (counts.has(key) || counts.size < KEYS_MAX) counts.set(key, (counts.get(key) ?? 0) + 1);
}

export class Totals {
  readonly #alarms = new Map<string, number>();
  readonly #stops = new Map<string, number>();
  readonly #operations = new Map<string, number>();
  readonly #restarts = new Map<string, number>();
  readonly #drops = new Map<string, number>();
  readonly acknowledged = new Spread(ACKNOWLEDGED_WITHIN_MS);
  readonly inferred = new Spread(INFERRED_WITHIN_MS);
  #mismatches = 0;

  take(facts: readonly Fact[]): void {
    for (const fact of facts) this.#take(fact);
  }

  #take(fact: Fact): void {
    if (fact.kind === "alarm-changed") this.#alarm(fact);
    else if (fact.kind === "verdict-changed" && fact.to === "stop") count(this.#stops, fact.zone);
    else if (fact.kind === "output-changed" && fact.from !== "unknown" && fact.to !== "unknown")
      count(this.#operations, fact.output);
    else if (fact.kind === "camera-changed" && fact.state.kind === "error")
      count(this.#restarts, fact.state.why);
    else if (fact.kind === "guardian-dropped") count(this.#drops, fact.cause);
  }

  #alarm({ alarm, event }: Extract<Fact, { kind: "alarm-changed" }>): void {
    if (event === "raise") count(this.#alarms, alarm.definition);
    if (event === "raise" && alarm.definition === "out.mismatch") this.#mismatches++;
    if (event === "acknowledge" && alarm.acknowledgedAt !== undefined)
      this.acknowledged.add(alarm.acknowledgedAt - alarm.raisedAt);
  }

  /** Alarms that were raised, by definition. */
  get alarms(): Counts {
    return this.#alarms;
  }

  /** Stops that zones asked for. */
  get stops(): Counts {
    return this.#stops;
  }

  /** Changes that outputs were read back with. */
  get operations(): Counts {
    return this.#operations;
  }

  /** Cameras that were lost, by why. */
  get restarts(): Counts {
    return this.#restarts;
  }

  /** Drops of the guardian's own, by cause. */
  get drops(): Counts {
    return this.#drops;
  }

  get mismatches(): number {
    return this.#mismatches;
  }
}
