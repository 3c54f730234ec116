/** Reports on their way to the server: one of each kind and camera in flight, the newest of each waiting. */
import type { EyeReport } from "../domain/eye.ts";

export type Send = (report: EyeReport, sent: (error: Error | null) => void) => void;

/** Bounds the memory while the server is slow: what a newer report replaced is never sent. */
export class Outbox {
  readonly #send: Send;
  readonly #waiting = new Map<string, EyeReport | undefined>();
  #replaced = 0;
  #closed = false;

  constructor(send: Send) {
    this.#send = send;
  }

  /** Reports that a newer one replaced before they could be sent. */
  get replaced(): number {
    return this.#replaced;
  }

  /** @param key reports with the same key replace each other */
  send(key: string, report: EyeReport): void {
    if (this.#closed) return;
    if (this.#waiting.has(key)) {
      if (this.#waiting.get(key) !== undefined) this.#replaced++;
      this.#waiting.set(key, report);
      return;
    }
    this.#waiting.set(key, undefined);
    this.#send(report, (error) => {
      // The channel is gone, and its owner with it: the process is about to be told to end.
      if (error !== null && error !== undefined) this.close();
      const next = this.#waiting.get(key);
      this.#waiting.delete(key);
      if (next !== undefined) this.send(key, next);
    });
  }

  /** Nothing is sent after this. */
  close(): void {
    this.#closed = true;
    this.#waiting.clear();
  }
}
