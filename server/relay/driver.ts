/** What every relay board is to the guardian: channels that are written all at once and read back. */
import type { GuardianBoard } from "../domain/relay.ts";

export interface RelayCapabilities {
  /**
   * How a board answers `read`: `none` repeats what was written last, `register` tells what its electronics
   * hold, `contact` what the contacts themselves do. Only the last one sees a welded contact.
   */
  readonly readBack: "none" | "register" | "contact";
}

/** One open board. One call at a time; any call may throw, and then the board counts as lost. */
export interface RelayDriver extends AsyncDisposable {
  /** 1 to 32. */
  readonly channels: number;
  readonly capabilities: RelayCapabilities;
  /** Drives every channel at once, true is energised. Throws where the length is not `channels`. */
  write(states: readonly boolean[]): Promise<void>;
  /** The true state of every channel, asked from the board itself. */
  read(): Promise<readonly boolean[]>;
  /** Drops every channel before it returns, where the board can: for the last moment of a process. */
  dropNow?(): void;
}

export interface BoardPlace {
  readonly board: GuardianBoard;
  /** Folder for the simulated boards' files. */
  readonly dataFolder: string;
}

/** Opens a board and leaves its channels as they are. Throws with one sentence that says the cure. */
export type OpenDriver = (place: BoardPlace) => Promise<RelayDriver>;

/** Every channel dropped. */
export function allDropped(channels: number): boolean[] {
  return new Array<boolean>(channels).fill(false);
}
