/**
 * What is wrong with the box itself and stops nothing: its disk fills up, or it had to take earlier settings. Guarding
 * goes on when the disk is full; the record does not.
 */
import { DISK_LOW_BYTES, diskRoom } from "./base/disk.ts";
import type { Maintenance } from "./domain/supervision.ts";
import type { Millis } from "./domain/units.ts";

const LOOK_EVERY_MS: Millis = 60_000;
/** It is told until there is a tenth more room again: a figure at the limit comes and goes. */
const ENOUGH_BYTES = 1.1 * DISK_LOW_BYTES;

/** In words how little room is left; undefined where there is enough, or nobody can tell. */
export function lowDiskText(freeBytes: number | undefined, wasLow: boolean): string | undefined {
  if (freeBytes === undefined || freeBytes >= (wasLow ? ENOUGH_BYTES : DISK_LOW_BYTES)) return undefined;
  return `${Math.floor(freeBytes / 2 ** 20)} MiB are free on the disk of the data folder`;
}

export class DiskWatch implements Disposable {
  readonly #folder: string;
  readonly #timer: NodeJS.Timeout;
  #low: string | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS).unref();
  }

  static async open(folder: string): Promise<DiskWatch> {
    const watch = new DiskWatch(folder);
    await watch.#look();
    return watch;
  }

  /** Undefined where there is room enough. */
  get low(): string | undefined {
    return this.#low;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const room = await diskRoom(this.#folder);
    this.#low = lowDiskText(room?.freeBytes, this.#low !== undefined);
  }
}

/** What is looked at for troubles. */
export interface Troubled {
  readonly disk?: Pick<DiskWatch, "low">;
  /** `due`: why the certificate for other panels has to be replaced. */
  readonly certificates?: { readonly due: string | undefined };
}

/** The troubles as the rules are told of them. */
export function troublesOf(
  { disk, certificates }: Troubled,
  fellBack: string | undefined,
  backupDue?: string,
): Pick<Maintenance, "diskLow" | "fellBack" | "backupDue" | "certificateDue"> {
  const diskLow = disk?.low;
  const certificateDue = certificates?.due;
  return {
    ...(diskLow === undefined ? {} : { diskLow }),
    ...(fellBack === undefined ? {} : { fellBack }),
    ...(backupDue === undefined ? {} : { backupDue }),
    ...(certificateDue === undefined ? {} : { certificateDue }),
  };
}
