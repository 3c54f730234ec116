/**
 * The line to the database's thread: a bounded queue, one call in flight, appends that wait together written
 * together, a deadline for each, and a new thread when the old one dies. It never blocks the caller's loop.
 */
import type { Worker } from "node:worker_threads";
import { wait } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { Refused } from "../base/refused.ts";
import type { AuditDraft, CallKind, Calls, FromWriter, ToWriter } from "./protocol.ts";

/** What is used of a worker thread; a test may put another thing in its place. */
export type WriterThread = Pick<Worker, "on" | "postMessage" | "terminate" | "unref">;

export interface LineOptions {
  readonly spawn: () => WriterThread;
  readonly log: Log;
  /** Every call is answered or refused within this time. */
  readonly deadlineMs: number;
}

interface Pending {
  readonly kind: CallKind;
  readonly ask: unknown;
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** More may not wait: beyond it the caller is told at once, before memory is filled. */
export const MAX_PENDING = 1_000;
/** One transaction costs one flush of the disk, 5 to 20 ms on eMMC; rows that wait share it. */
const MAX_GROUP = 100;
const RESTART_MAX_MS = 5_000;
const CLOSE_MS = 5_000;

export class Line implements AsyncDisposable {
  readonly #options: LineOptions;
  #thread: WriterThread | undefined;
  #queue: Pending[] = [];
  #flying: { readonly id: number; readonly calls: readonly Pending[] } | undefined;
  #nextId = 1;
  #opened = false;
  #crashes = 0;
  #refused = 0;
  #restarts = 0;
  #why = "";
  readonly #closing = new AbortController();
  readonly #first = Promise.withResolvers<string | undefined>();
  readonly #gone = Promise.withResolvers<void>();

  constructor(options: LineOptions) {
    this.#options = options;
    this.#start();
  }

  /** Appends refused because too many were waiting. */
  get refused(): number {
    return this.#refused;
  }

  /** How often the thread died and was started again. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Resolves after the first opening: undefined, or why it failed. */
  get first(): Promise<string | undefined> {
    return this.#first.promise;
  }

  /** Asks the thread. Rejects with a sentence when it fails, is late, or too much is waiting. */
  ask<K extends Exclude<CallKind, "append">>(kind: K, ask: Calls[K]["ask"]): Promise<Calls[K]["answer"]> {
    return this.#call(kind, ask);
  }

  /** Adds one row; resolves when it is on the disk. */
  append(draft: AuditDraft): Promise<Calls["append"]["answer"][number]> {
    return this.#call("append", draft);
  }

  #call<T>(kind: CallKind, ask: unknown): Promise<T> {
    if (this.#closing.signal.aborted)
      return Promise.reject(new Refused("Cannot ask the database: it is closed"));
    const waiting = this.#queue.length + (this.#flying?.calls.length ?? 0);
    if (waiting >= MAX_PENDING) {
      if (kind === "append") this.#refused++;
      return Promise.reject(
        new Refused(
          `Cannot ask the database: ${waiting} calls are waiting, at most ${MAX_PENDING} may; check the disk`,
        ),
      );
    }
    return new Promise<T>((resolve, reject) => {
      const call: Pending = { kind, ask, resolve, reject, timer: undefined };
      call.timer = setTimeout(() => this.#late(call), this.#options.deadlineMs);
      this.#queue.push(call);
      this.#send();
    });
  }

  #late(call: Pending): void {
    const index = this.#queue.indexOf(call);
    if (index >= 0) this.#queue.splice(index, 1);
    const seconds = this.#options.deadlineMs / 1_000;
    call.reject(
      new Refused(
        index >= 0
          ? `The database did not come to this call in ${seconds} s, nothing was written; check the disk`
          : `The database did not answer in ${seconds} s, it may yet be written; check the disk`,
      ),
    );
  }

  #send(): void {
    if (!this.#opened || this.#flying !== undefined || this.#thread === undefined) return;
    const head = this.#queue[0];
    if (head === undefined) return;
    let size = 1;
    while (head.kind === "append" && size < MAX_GROUP && this.#queue[size]?.kind === "append") size++;
    const calls = this.#queue.splice(0, size);
    const id = this.#nextId++;
    this.#flying = { id, calls };
    const ask = head.kind === "append" ? calls.map((call) => call.ask) : head.ask;
    this.#thread.postMessage({ id, kind: head.kind, ask } as ToWriter);
  }

  #start(): void {
    const thread = this.#options.spawn();
    this.#thread = thread;
    this.#why = "";
    thread.on("message", (message: FromWriter) => this.#heard(message));
    thread.on("error", (error: unknown) => {
      this.#why = error instanceof Error ? error.message : String(error);
    });
    thread.on("exit", () => this.#ended());
  }

  #heard(message: FromWriter): void {
    if (message.kind === "opened") {
      this.#opened = true;
      this.#first.resolve(undefined);
      this.#send();
      return;
    }
    if (message.kind === "refused" || message.kind === "closed") {
      if (message.kind === "refused") this.#why = message.why;
      // It waits in its own loop now. Ended inside the driver, a thread would take the process with it.
      void this.#thread?.terminate();
      return;
    }
    const flying = this.#flying;
    if (flying === undefined || flying.id !== message.id) return;
    this.#flying = undefined;
    this.#crashes = 0;
    flying.calls.forEach((call, i) => {
      clearTimeout(call.timer);
      if (message.kind === "failed") call.reject(new Refused(message.why));
      else call.resolve((call.kind === "append" ? (message.answer as never[])[i] : message.answer) as never);
    });
    this.#send();
  }

  /** The thread is gone: on our word, or by itself. */
  #ended(): void {
    const { log } = this.#options;
    const everOpened = this.#opened || this.#restarts > 0;
    this.#thread = undefined;
    this.#opened = false;
    const why = this.#why === "" ? "its thread ended without a word" : this.#why;
    const flying = this.#flying?.calls ?? [];
    this.#flying = undefined;
    const fail = (calls: readonly Pending[], outcome: string): void => {
      for (const call of calls) {
        clearTimeout(call.timer);
        call.reject(new Refused(`The database is gone, ${outcome}; try again: ${why}`));
      }
    };
    fail(flying, "this call may or may not have been written");
    fail(this.#queue.splice(0), "nothing was written");
    if (this.#closing.signal.aborted || !everOpened) {
      this.#first.resolve(why);
      this.#closing.abort();
      this.#gone.resolve();
      return;
    }
    const delayMs = this.#crashes === 0 ? 0 : Math.min(RESTART_MAX_MS, 50 * 2 ** this.#crashes);
    if (this.#crashes === 0) log.error({ why }, "database thread ended, starting it again until it answers");
    this.#crashes++;
    this.#restarts++;
    void this.#restart(delayMs);
  }

  async #restart(delayMs: number): Promise<void> {
    if (delayMs > 0) await wait(delayMs, this.#closing.signal);
    if (this.#closing.signal.aborted) this.#gone.resolve();
    else this.#start();
  }

  /** Writes what is waiting, closes the database and ends the thread; gives up after 5 s. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#closing.signal.aborted) {
      const until = AbortSignal.timeout(CLOSE_MS);
      while (this.#queue.length > 0 && !until.aborted) await wait(5, until);
      this.#closing.abort();
      this.#thread?.postMessage({ kind: "close" } satisfies ToWriter);
    }
    const done = new AbortController();
    const gone = this.#gone.promise.then(() => done.abort());
    await Promise.race([gone, wait(CLOSE_MS, done.signal)]);
    this.#thread?.unref();
  }
}
