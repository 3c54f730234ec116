/**
 * What the server and the guardian say to each other, one JSON object a line, and what the rules know of it.
 * A hold is an order and a proof of life at once: an output stays energised only while holds keep coming.
 */
import type { BoardDriver } from "./board.ts";
import type { BoardId, Drive, Millis, OutputId } from "./units.ts";

/** What every output should be. An output that is not named is dropped. */
export type Demand = Readonly<Record<OutputId, Drive>>;

export interface GuardianBoard {
  readonly id: BoardId;
  readonly driver: BoardDriver;
  readonly channels: number;
  readonly address?: string;
  /** Modbus. */
  readonly unit?: number;
  readonly firstCoil?: number;
  readonly firstInput?: number;
  readonly inputs?: number;
  readonly baud?: number;
  readonly selfTimedMs?: Millis;
  readonly watchdogMs?: Millis;
}

/** One coil of one board; channels count from 1. */
export interface CoilPlace {
  readonly board: BoardId;
  readonly channel: number;
}

/** A contact that tells what an output has really done; inputs count from 1. */
export interface Feedback {
  readonly board: BoardId;
  readonly input: number;
  readonly closed: Drive;
}

export interface GuardianOutput {
  readonly id: OutputId;
  readonly board: BoardId;
  /** 1 to the board's channels. */
  readonly channel: number;
  /** Energised means the machine may run: only an armed output of this kind is ever energised. */
  readonly permit: boolean;
  /** Driven together with the first; what one of them does not do drops both. */
  readonly second?: CoilPlace;
  readonly feedback?: Feedback;
}

/** Every board that an output needs: its own, its second channel's and its feedback contact's. */
export function boardsOf(output: Pick<GuardianOutput, "board" | "second" | "feedback">): readonly BoardId[] {
  const { board, second, feedback } = output;
  return [...new Set([board, second?.board ?? board, feedback?.board ?? board])];
}

/** Given to the guardian when it starts; another configuration is another guardian. */
export interface GuardianConfig {
  /** Folder for the simulated boards' files. */
  readonly dataFolder: string;
  readonly boards: readonly GuardianBoard[];
  readonly outputs: readonly GuardianOutput[];
  /** Boards whose inputs the rules want to know, besides the feedback contacts. */
  readonly conditions?: readonly BoardId[];
  /** Without a valid hold for this long, everything drops. */
  readonly leaseMs: Millis;
}

export type GuardianOrder =
  | {
      readonly kind: "hold";
      /** Grows by at least one with every order. */
      readonly seq: number;
      /** When the server made it; one older than the lease drops everything instead of being obeyed late. */
      readonly at: Millis;
      readonly demand: Demand;
    }
  | {
      /** A person has reset: these permits may be energised by the holds that follow. */
      readonly kind: "arm";
      readonly seq: number;
      readonly at: Millis;
      /** The guardian's epoch that the person's reset answers; an older one is refused. */
      readonly epoch: number;
      readonly outputs: readonly OutputId[];
    }
  /** Orderly end: drop everything, say so, exit. */
  | { readonly kind: "bye"; readonly seq: number; readonly at: Millis };

export type BoardState =
  /** `identity`: what the board calls itself, such as its five-character id; it need not be unique. */
  | { readonly kind: "ok"; readonly identity?: string }
  /** `why` is one sentence with the cure. */
  | { readonly kind: "lost"; readonly why: string };

export interface OutputState {
  readonly demand: Drive;
  readonly readback: Drive | "unknown";
  /** The board contradicted the order, after every retry. Cleared when it agrees again. */
  readonly mismatch: boolean;
  /** The second channel's read-back; absent where there is none. */
  readonly second?: Drive | "unknown";
  /** What the feedback contact says the output does; absent where there is none. */
  readonly feedback?: Drive | "unknown";
  /** The feedback contact contradicts the order for longer than it may. */
  readonly feedbackMismatch?: boolean;
  /** From the order to the read-back of the last drop, and to the feedback contact where there is one. */
  readonly dropMs?: Millis;
}

/** The inputs of a board: input 1 first, true is closed; `at` is when the reading of them began. */
export interface InputsRead {
  readonly closed: readonly boolean[];
  readonly at: Millis;
}

/** Why the guardian dropped everything by itself. */
export type DropCause =
  | "start"
  | "lease"
  | "late"
  | "malformed"
  | "mismatch"
  | "feedback"
  | "board"
  | "disconnect"
  | "bye";

export interface GuardianReport {
  readonly kind: "state";
  /** The newest hold that is carried out and read back. */
  readonly seq: number;
  /** When the read-back was done. */
  readonly at: Millis;
  /** Grows with every drop of the guardian's own; a reset must name the current one. */
  readonly epoch: number;
  readonly armed: readonly OutputId[];
  readonly boards: Readonly<Record<BoardId, BoardState>>;
  readonly outputs: Readonly<Record<OutputId, OutputState>>;
  readonly lastDrop: { readonly cause: DropCause; readonly at: Millis };
  /** Of the boards that conditions are wired to, as far as they are read. */
  readonly inputs?: Readonly<Record<BoardId, InputsRead>>;
}

/** The link as the rules see it. `lost` means that nobody is known to hold the outputs. */
export type RelayLinkState =
  | { readonly kind: "lost"; readonly why: string; readonly since: Millis }
  | { readonly kind: "held"; readonly report: GuardianReport };
