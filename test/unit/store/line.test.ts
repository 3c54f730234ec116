/** The line to the database's thread, with a thread that a test leads. */
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { openLog } from "../../../server/base/log.ts";
import { draftRow } from "../../../server/store/change.ts";
import { Line, MAX_PENDING, type WriterThread } from "../../../server/store/line.ts";
import type { AuditDraft, FromWriter, ToWriter } from "../../../server/store/protocol.ts";

class FakeThread extends EventEmitter {
  readonly heard: ToWriter[] = [];
  ended = false;
  postMessage(message: ToWriter): void {
    this.heard.push(message);
    if (message.kind === "close") this.say({ kind: "closed" });
  }
  terminate(): void {
    this.ended = true;
    this.emit("exit", 1);
  }
  unref(): void {}
  say(message: FromWriter): void {
    this.emit("message", message);
  }
  /** Answers the last call; an append with one place for each of its rows. */
  answer(value?: unknown): void {
    const call = this.heard.at(-1);
    if (call === undefined || call.kind === "close") throw new Error("nothing was asked");
    const places = call.kind === "append" ? call.ask.map((_, i) => ({ seq: i + 1, hash: "h" })) : value;
    this.say({ kind: "done", id: call.id, answer: places });
  }
  die(): void {
    this.emit("error", new Error("out of memory"));
    this.emit("exit", 1);
  }
}

class Stage {
  readonly threads: FakeThread[] = [];
  readonly logged: string[] = [];
  readonly line: Line;
  constructor(deadlineMs = 5_000) {
    const log = openLog("test", { write: (text: string) => void this.logged.push(text) });
    const spawn = (): WriterThread => {
      const thread = new FakeThread();
      this.threads.push(thread);
      return thread as unknown as WriterThread;
    };
    this.line = new Line({ spawn, log, deadlineMs });
  }
  get thread(): FakeThread {
    const thread = this.threads.at(-1);
    if (thread === undefined) throw new Error("no thread was started");
    return thread;
  }
}

const row: AuditDraft = draftRow(
  { action: "test.row", actor: { type: "system", id: "test" }, monoMs: 0, wallAt: 0 },
  { bootId: "boot", appVersion: "0.1.0" },
);
const outcome = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "done",
    (error: Error) => error.message,
  );

test("nothing is sent before the database is open, and then in order, one call at a time", async () => {
  const stage = new Stage();
  const first = stage.line.ask("config", undefined);
  const second = stage.line.ask("people", undefined);
  assert.equal(stage.thread.heard.length, 0);
  stage.thread.say({ kind: "opened" });
  assert.deepEqual(
    stage.thread.heard.map((call) => call.kind),
    ["config"],
  );
  stage.thread.answer(undefined);
  stage.thread.answer([]);
  assert.equal(await first, undefined);
  assert.deepEqual(await second, []);
  await stage.line[Symbol.asyncDispose]();
});

test("appends that wait are written together, and another call is not overtaken", async () => {
  const stage = new Stage();
  stage.thread.say({ kind: "opened" });
  const calls = [1, 2, 3].map(() => stage.line.append(row));
  const config = stage.line.ask("config", undefined);
  const last = stage.line.append(row);
  for (const value of [undefined, undefined, undefined, undefined]) stage.thread.answer(value);
  await Promise.all([...calls, config, last]);
  const sizes = stage.thread.heard.map((call) => (call.kind === "append" ? call.ask.length : call.kind));
  assert.deepEqual(sizes, [1, 2, "config", 1]);
  assert.deepEqual(await calls[2], { seq: 2, hash: "h" });
  await stage.line[Symbol.asyncDispose]();
});

test("beyond 1,000 waiting calls an append is refused at once and counted, and later ones are taken again", async () => {
  const stage = new Stage();
  const waiting = Array.from({ length: MAX_PENDING }, () => stage.line.append(row));
  const refused = await Promise.all([1, 2].map(() => outcome(stage.line.append(row))));
  assert.match(refused[0] ?? "", /1000 calls are waiting, at most 1000 may/);
  assert.equal(stage.line.refused, 2);
  stage.thread.say({ kind: "opened" });
  for (let i = 0; i < MAX_PENDING / 100; i++) stage.thread.answer();
  await Promise.all(waiting);
  const again = stage.line.append(row);
  stage.thread.answer();
  assert.equal((await again).seq, 1);
  assert.equal(stage.line.refused, 2);
  await stage.line[Symbol.asyncDispose]();
});

test("a failing write rejects its callers with the thread's sentence, and the next one may succeed", async () => {
  const stage = new Stage();
  stage.thread.say({ kind: "opened" });
  const call = stage.line.append(row);
  stage.thread.say({ kind: "failed", id: 1, why: "Cannot write the audit trail: the disk is full" });
  await assert.rejects(call, /^Error: Cannot write the audit trail: the disk is full$/);
  const next = stage.line.append(row);
  stage.thread.answer();
  assert.equal((await next).seq, 1);
  await stage.line[Symbol.asyncDispose]();
});

test("a hung thread fails every call at its deadline and tells which may have been written", async () => {
  const stage = new Stage(5);
  stage.thread.say({ kind: "opened" });
  const sent = outcome(stage.line.append(row));
  const queued = outcome(stage.line.append(row));
  assert.match(await sent, /did not answer in 0.005 s, it may yet be written/);
  assert.match(await queued, /did not come to this call in 0.005 s, nothing was written/);
  stage.thread.answer();
  await turn();
  assert.equal(stage.thread.heard.length, 1, "the call that was told as unwritten was sent all the same");
  const later = stage.line.append(row);
  stage.thread.answer();
  assert.equal((await later).seq, 1);
  await stage.line[Symbol.asyncDispose]();
});

test("a late answer of one call is not taken for the answer of the next", async () => {
  const stage = new Stage();
  stage.thread.say({ kind: "opened" });
  const call = stage.line.ask("people", undefined);
  stage.thread.say({ kind: "done", id: 77, answer: "another's" });
  stage.thread.answer([]);
  assert.deepEqual(await call, []);
  await stage.line[Symbol.asyncDispose]();
});

test("when the thread dies all callers are told, a new one is started, and callers may try again", async () => {
  const stage = new Stage();
  stage.thread.say({ kind: "opened" });
  const outcomes = [outcome(stage.line.append(row)), outcome(stage.line.append(row))];
  stage.thread.die();
  const [sent, queued] = await Promise.all(outcomes);
  assert.match(sent ?? "", /gone, this call may or may not have been written; try again: out of memory/);
  assert.match(queued ?? "", /gone, nothing was written; try again: out of memory/);
  const again = stage.line.append(row);
  assert.equal(stage.threads.length, 2);
  stage.thread.say({ kind: "opened" });
  stage.thread.answer();
  assert.equal((await again).seq, 1);
  assert.equal(stage.line.restarts, 1);
  assert.equal(stage.logged.length, 1);
  await stage.line[Symbol.asyncDispose]();
});

test("a database that cannot be opened says why, is not tried again, and refuses calls", async () => {
  const stage = new Stage();
  stage.thread.say({ kind: "refused", why: "Cannot open the database" });
  assert.equal(await stage.line.first, "Cannot open the database");
  assert.match(await outcome(stage.line.append(row)), /it is closed/);
  assert.equal(stage.threads.length, 1);
  assert.ok(stage.thread.ended);
  await stage.line[Symbol.asyncDispose]();
});

test("closing writes what waits first, then refuses", async () => {
  const stage = new Stage();
  stage.thread.say({ kind: "opened" });
  const calls = [stage.line.append(row), stage.line.ask("config", undefined)];
  const closed = stage.line[Symbol.asyncDispose]();
  stage.thread.answer();
  stage.thread.answer(undefined);
  await Promise.all([...calls, closed]);
  assert.deepEqual(
    stage.thread.heard.map((call) => call.kind),
    ["append", "config", "close"],
  );
  assert.match(await outcome(stage.line.append(row)), /it is closed/);
});
