/** What every relay board is to the guardian: channels that are written all at once and read back. */
import type { GuardianBoard } from "../domain/relay.ts";
import type { Millis } from "../domain/units.ts";

/** One open board. One call at a time; any call may throw, and then the board counts as lost. */
export interface RelayDriver extends AsyncDisposable {
  /** 1 to 32. */
  readonly channels: number;
  /** What the board calls itself; need not be unique. */
  readonly identity?: string;
  /** Its channels drop by themselves unless `write` is repeated this often. */
  readonly renewEveryMs?: Millis;
  /** Drives every channel at once, true is energised. Throws where the length is not `channels`. */
  write(states: readonly boolean[]): Promise<void>;
  /** The true state of every channel, asked from the board itself. */
  read(): Promise<readonly boolean[]>;
  /** The feedback contacts, input 1 first, true is closed; absent where the board has none. */
  readInputs?(): Promise<readonly boolean[]>;
  /** Drops every channel before it returns, where the board can: for the last moment of a process. */
  dropNow?(): void;
}

export interface BoardPlace {
  readonly board: GuardianBoard;
  /** Folder for the simulated boards' files. */
  readonly dataFolder: string;
  /** A hand drops its board where its owner is silent for so long while something is energised. */
  readonly ownerSilentMs?: Millis;
}

/** Opens a board and leaves its channels as they are. Throws with one sentence that says the cure. */
export type OpenDriver = (place: BoardPlace) => Promise<RelayDriver>;

/** Every channel dropped. */
export function allDropped(channels: number): boolean[] {
  return new Array<boolean>(channels).fill(false);
}
