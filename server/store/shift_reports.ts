/** Shift reports as the server asks for them: one is read at a time, slice by slice, and few may wait. */
import { randomUUID } from "node:crypto";
import type { Shift } from "../domain/shift.ts";
import type { Millis } from "../domain/units.ts";
import type { Line } from "./line.ts";
import type { HashedReport, ShiftEntries } from "./protocol.ts";

const WAITING_MAX = 10;

export class ShiftReports {
  readonly #line: Line;
  readonly #wanted = new Map<string, Promise<HashedReport>>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(line: Line) {
    this.#line = line;
  }

  /** The report of a shift up to an instant. Rejects when more than 10 others wait. */
  async report(shift: Shift, toWallAt: Millis): Promise<HashedReport> {
    const key = `${shift.id} ${shift.untilWallAt} ${toWallAt}`;
    const wanted = this.#wanted.get(key);
    if (wanted !== undefined) return await wanted;
    if (this.#wanted.size >= WAITING_MAX)
      throw new Error(
        `Cannot make the report: ${WAITING_MAX} others are waiting; try again in a few seconds`,
      );
    const report = this.#last.then(() => this.#read(shift, toWallAt));
    this.#wanted.set(key, report);
    this.#last = report.catch(() => undefined).then(() => this.#wanted.delete(key));
    return await report;
  }

  async #read(shift: Shift, toWallAt: Millis): Promise<HashedReport> {
    const job = randomUUID();
    for (;;) {
      const done = await this.#line.ask("readShift", { job, shift, toWallAt });
      if (done !== undefined) return done;
    }
  }

  /** Hand-over notes and signatures of the shifts from one id to another, oldest first. */
  async entries(first: string, last: string): Promise<ShiftEntries> {
    return await this.#line.ask("shiftEntries", { first, last });
  }
}
