/** How long each output's last drop took, from the order to its proof: relays and contactors that wear get slower. */
import type { Drive, Millis, OutputId } from "../domain/units.ts";

export class DropTimes {
  /** Outputs that are ordered to drop and not yet proven dropped, with when. */
  readonly #pending = new Map<OutputId, Millis>();
  readonly #tookMs = new Map<OutputId, Millis>();
  readonly #drives = new Map<OutputId, Drive>();

  /** Called with every order, also with one that changes nothing. */
  ordered(output: OutputId, drive: Drive, at: Millis): void {
    const was = this.#drives.get(output) ?? "dropped";
    if (was === drive) return;
    this.#drives.set(output, drive);
    if (drive === "dropped") this.#pending.set(output, at);
    else this.#pending.delete(output);
  }

  /** When the output was ordered to drop; undefined where nothing is left to be proven. */
  pendingSince(output: OutputId): Millis | undefined {
    return this.#pending.get(output);
  }

  proven(output: OutputId, at: Millis): void {
    const since = this.#pending.get(output);
    if (since === undefined) return;
    this.#pending.delete(output);
    this.#tookMs.set(output, at - since);
  }

  /** A board of the output is lost: what is read when it is back says nothing of how fast a relay was. */
  lost(output: OutputId): void {
    this.#pending.delete(output);
  }

  /** Of the last drop that was proven; undefined before the first. */
  lastMs(output: OutputId): Millis | undefined {
    return this.#tookMs.get(output);
  }
}
