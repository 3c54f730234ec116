/**
 * One clip while it is recorded: it follows the ring of its camera at its own pace. A disk that is too slow costs it
 * pictures, which are counted, and nobody else anything.
 */
import { join } from "node:path";
import { monotonicMs, wait, wallMs } from "../base/clock.ts";
import { writeAtomic } from "../base/files.ts";
import type { Clip, ClipEvent } from "../domain/clip.ts";
import type { Millis } from "../domain/units.ts";
import { ClipFile } from "./clip_file.ts";
import type { RingPicture } from "./ring.ts";

const EVERY_MS = 500;
/** A picture reaches the ring a little after it was taken. */
const LATE_MS = 400;
/** However often something happens meanwhile; then another clip begins. */
export const LONGEST_MS = 120_000;
const BYTES_MAX = 100e6;

/** What happened, before it is known with which picture the clip begins. */
export interface Happening extends Omit<ClipEvent, "ms"> {
  readonly at: Millis;
}

export type Recorded =
  | { readonly kind: "kept"; readonly clip: Clip }
  | { readonly kind: "none"; readonly why: string };

export interface RecordingOptions {
  readonly folder: string;
  readonly about: Pick<Clip, "id" | "camera" | "cameraName" | "cycle" | "zones">;
  readonly first: Happening;
  readonly beforeMs: Millis;
  readonly afterMs: Millis;
  /** The folder is in order. */
  readonly ready: Promise<void>;
  /** The first picture of its camera after this instant. */
  readonly after: (at: Millis) => RingPicture | undefined;
  /** Told once its lines lie on the disk, and at every change of them. */
  readonly onLines: (clip: Clip) => void;
  readonly signal: AbortSignal;
}

export const clipPath = (folder: string, id: string, end: "mkv" | "json"): string =>
  join(folder, `${id}.${end}`);

export class Recording {
  readonly done: Promise<Recorded>;
  readonly #options: RecordingOptions;
  readonly #happenings: Happening[];
  readonly #longestAt: Millis;
  #until: Millis;
  /** The newest picture that was taken over. */
  #at: Millis;
  #seq: number | undefined;
  #lost = 0;
  #begun: { readonly file: ClipFile; readonly at: Millis; readonly wallAt: Millis } | undefined;
  #told = 0;
  #over = false;

  constructor(options: RecordingOptions) {
    const { first, beforeMs, afterMs } = options;
    this.#options = options;
    this.#happenings = [first];
    this.#at = first.at - beforeMs;
    this.#until = first.at + afterMs;
    this.#longestAt = this.#at + LONGEST_MS;
    this.done = this.#record();
  }

  get id(): string {
    return this.#options.about.id;
  }

  get happenings(): readonly Happening[] {
    return this.#happenings;
  }

  /** False where it is over, or as long as it may be: then another one begins. */
  extend(happening: Happening): boolean {
    if (this.#over || happening.at >= this.#longestAt) return false;
    this.#happenings.push(happening);
    this.#until = Math.min(this.#longestAt, happening.at + this.#options.afterMs);
    return true;
  }

  async #record(): Promise<Recorded> {
    const { signal } = this.#options;
    let failure: Error | undefined;
    try {
      await this.#options.ready;
      while (!signal.aborted && monotonicMs() < this.#until + LATE_MS && !this.#isLong()) {
        await this.#follow();
        await wait(EVERY_MS, signal);
      }
      await this.#follow();
    } catch (error) {
      failure = error as Error;
    }
    this.#over = true;
    return await this.#end(failure);
  }

  #isLong(): boolean {
    return (this.#begun?.file.bytes ?? 0) > BYTES_MAX;
  }

  /** Takes over what the ring has. A picture of the ring is asked for anew after every wait: it may have gone. */
  async #follow(): Promise<void> {
    const { after } = this.#options;
    for (let next = after(this.#at); next !== undefined && next.at <= this.#until; next = after(this.#at)) {
      this.#begun ??= await this.#begin(next);
      const picture = after(this.#at);
      if (picture === undefined) break;
      if (!this.#begun.file.add(picture.at - this.#begun.at, picture.jpeg)) {
        await this.#begun.file.flush();
        continue;
      }
      if (this.#seq !== undefined) this.#lost += picture.seq - this.#seq - 1;
      this.#seq = picture.seq;
      this.#at = picture.at;
    }
    await this.#begun?.file.flush();
    if (this.#begun !== undefined && this.#told < this.#happenings.length) await this.#tell();
  }

  async #begin({ at, size }: RingPicture) {
    const { folder, about, first } = this.#options;
    const wallAt = Math.round(wallMs() - (monotonicMs() - at));
    // The lines first: a file without them is nobody's.
    await this.#write(this.#clip({ at, wallAt }));
    const title = `${first.text}, ${about.cameraName}, cycle ${about.cycle}`;
    const file = await ClipFile.create(clipPath(folder, about.id, "mkv"), { title, wallAt, size });
    return { file, at, wallAt };
  }

  #clip({ at, wallAt }: { readonly at: Millis; readonly wallAt: Millis }): Clip {
    const events = this.#happenings.map(({ at: eventAt, ...event }): ClipEvent => {
      return { ...event, ms: Math.max(0, Math.round(eventAt - at)) };
    });
    return { ...this.#options.about, wallAt, events };
  }

  async #tell(): Promise<void> {
    if (this.#begun !== undefined) await this.#write(this.#clip(this.#begun));
  }

  async #write(clip: Clip): Promise<void> {
    await writeLines(this.#options.folder, clip);
    this.#told = clip.events.length;
    this.#options.onLines(clip);
  }

  async #end(failure: Error | undefined): Promise<Recorded> {
    if (this.#begun === undefined)
      return {
        kind: "none",
        why: failure === undefined ? "The camera gave no picture" : notWritten(failure),
      };
    const clip = this.#clip(this.#begun);
    try {
      const ended = await this.#begun.file.end(marksOf(clip));
      if (ended.pictures === 0) return { kind: "none", why: notWritten(failure) };
      const cut = failure !== undefined || this.#options.signal.aborted;
      const whole: Clip = { ...clip, ended: { ...ended, lost: this.#lost, cut } };
      // Where a full disk does not take the lines, the next start writes them anew from the file.
      await writeLines(this.#options.folder, whole).catch(() => undefined);
      return { kind: "kept", clip: whole };
    } catch (error) {
      return { kind: "none", why: notWritten(failure ?? (error as Error)) };
    }
  }
}

const notWritten = (failure: Error | undefined): string =>
  `It could not be written: ${failure?.message ?? "the disk took no whole picture"}`;

export const marksOf = ({ events }: Clip) => events.map(({ ms, text }) => ({ ms, text }));

export async function writeLines(folder: string, clip: Clip): Promise<void> {
  await writeAtomic(clipPath(folder, clip.id, "json"), JSON.stringify(clip));
}
