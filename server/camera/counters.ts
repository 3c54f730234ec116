/**
 * What was counted of each camera, in this run and in all. An eye counts from zero whenever it or the camera begins
 * anew; the totals go on, until a person resets them.
 */
import type { CameraCounts } from "../domain/eye.ts";
import type { CameraId, Millis } from "../domain/units.ts";

export interface Tally {
  readonly sinceWallAt: Millis;
  readonly frames: number;
  readonly replaced: number;
  readonly unreadable: number;
}

export interface Total extends Tally {
  /** Runs that began, the first included. */
  readonly runs: number;
}

const OBSERVATIONS_KEPT = 1_000;
const FIELDS = ["captured", "replaced", "unreadable", "runs"] as const;
type Sums = Readonly<Record<(typeof FIELDS)[number], number>>;

interface Account {
  /** What was told last; undefined until something was. */
  newest: CameraCounts | undefined;
  /** What earlier eyes of this camera counted. */
  earlier: Sums;
  sessionFrom: Sums;
  sessionSince: Millis;
  totalFrom: Sums;
  totalSince: Millis;
  /** The last looked-at frames: did they show somebody in a zone? */
  anomalies: boolean[];
}

const NONE: Sums = { captured: 0, replaced: 0, unreadable: 0, runs: 0 };

function combine(a: Sums, b: Sums, sign: 1 | -1): Sums {
  return Object.fromEntries(FIELDS.map((field) => [field, a[field] + sign * b[field]])) as unknown as Sums;
}

/** All that was ever counted of the camera. */
function sumOf({ earlier, newest }: Account): Sums {
  return combine(earlier, newest ?? NONE, 1);
}

function tally(sums: Sums, sinceWallAt: Millis): Tally {
  return {
    sinceWallAt,
    frames: sums.captured,
    replaced: sums.replaced,
    unreadable: sums.unreadable,
  };
}

export class Counters {
  readonly #accounts = new Map<CameraId, Account>();

  #account(camera: CameraId, wallAt: Millis): Account {
    let account = this.#accounts.get(camera);
    if (account === undefined) {
      account = {
        newest: undefined,
        earlier: NONE,
        ...{ sessionFrom: NONE, sessionSince: wallAt },
        ...{ totalFrom: NONE, totalSince: wallAt },
        anomalies: [],
      };
      this.#accounts.set(camera, account);
    }
    return account;
  }

  /** Takes what the camera's eye tells. */
  counted(camera: CameraId, counts: CameraCounts, wallAt: Millis): void {
    const account = this.#account(camera, wallAt);
    const { newest } = account;
    const fromZero = newest !== undefined && FIELDS.some((field) => counts[field] < newest[field]);
    if (fromZero) account.earlier = sumOf(account);
    if (newest === undefined || fromZero || counts.runs > newest.runs) {
      account.sessionFrom = newest === undefined || fromZero ? account.earlier : sumOf(account);
      account.sessionSince = wallAt;
    }
    account.newest = counts;
  }

  /** The camera's eye counts from zero from now on, even where it soon tells more than before. */
  restarted(camera: CameraId): void {
    const account = this.#accounts.get(camera);
    if (account === undefined) return;
    account.earlier = sumOf(account);
    account.newest = undefined;
  }

  /** Notes whether one more looked-at frame showed somebody in a zone. */
  looked(camera: CameraId, occupied: boolean, wallAt: Millis): void {
    const { anomalies } = this.#account(camera, wallAt);
    anomalies.push(occupied);
    if (anomalies.length > OBSERVATIONS_KEPT) anomalies.shift();
  }

  /** Begins the totals anew. The camera notices nothing. */
  reset(camera: CameraId, wallAt: Millis): void {
    const account = this.#account(camera, wallAt);
    account.totalFrom = sumOf(account);
    account.totalSince = wallAt;
    account.anomalies = [];
  }

  forget(camera: CameraId): void {
    this.#accounts.delete(camera);
  }

  /** What the camera's eye told last. */
  newest(camera: CameraId): CameraCounts | undefined {
    return this.#accounts.get(camera)?.newest;
  }

  /** Counted since the present run of the camera began, to about a second. */
  session(camera: CameraId): Tally {
    const account = this.#accounts.get(camera);
    if (account === undefined) return tally(NONE, 0);
    return tally(combine(sumOf(account), account.sessionFrom, -1), account.sessionSince);
  }

  /** Counted since the box was started or a person reset it. */
  total(camera: CameraId): Total {
    const account = this.#accounts.get(camera);
    if (account === undefined) return { ...tally(NONE, 0), runs: 0 };
    const sums = combine(sumOf(account), account.totalFrom, -1);
    return { ...tally(sums, account.totalSince), runs: sums.runs };
  }

  /** How many of the camera's last 1,000 looked-at frames had somebody in a zone. */
  anomaliesLast1k(camera: CameraId): number {
    return this.#accounts.get(camera)?.anomalies.filter(Boolean).length ?? 0;
  }
}
