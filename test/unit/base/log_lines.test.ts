import assert from "node:assert/strict";
import { test } from "node:test";
import { openLog } from "../../../server/base/log.ts";
import { LogLines } from "../../../server/base/log_lines.ts";

function open(): { readonly lines: LogLines; readonly log: ReturnType<typeof openLog>; out: string } {
  const all = { out: "" };
  const lines = new LogLines({
    write: (line) => {
      all.out += line;
    },
  });
  return Object.assign(all, { lines, log: openLog("test", lines) });
}

test("lines are handed on as they are, and the newest thousand are kept, newest first", () => {
  const all = open();
  for (let i = 1; i <= 1_005; i++) all.log.info({ i }, "told");
  assert.equal(all.out.split("\n").length, 1_006);
  const kept = JSON.parse(all.lines.json("info", 1_000)) as { readonly i: number; readonly msg: string }[];
  assert.equal(kept.length, 1_000);
  assert.deepEqual([kept[0]?.i, kept.at(-1)?.i, kept[0]?.msg], [1_005, 6, "told"]);
});

test("a level takes what is worse along, and a limit keeps the newest", () => {
  const { log, lines } = open();
  log.error("first");
  log.info("second");
  log.child({ part: "relay" }).warn("third");
  const of = (...ask: Parameters<LogLines["json"]>): unknown =>
    (JSON.parse(lines.json(...ask)) as { readonly msg: string }[]).map(({ msg }) => msg);
  assert.deepEqual(of("info", 10), ["third", "second", "first"]);
  assert.deepEqual(of("warn", 10), ["third", "first"]);
  assert.deepEqual(of("fatal", 10), []);
  assert.deepEqual(of("info", 1), ["third"]);
});

test("no secret is kept: credentials of addresses, PINs and passwords are gone before a line comes here", () => {
  const { log, lines } = open();
  log.warn(
    { source: "rtsp://admin:hunter2@10.0.0.7/live", pin: "730146", password: "hunter3" },
    "camera lost",
  );
  log.error({ err: new Error("open rtsp://admin:hunter2@10.0.0.7/live failed") }, "x".repeat(20_000));
  const text = lines.json("info", 10);
  for (const secret of ["hunter2", "730146", "hunter3", "admin"]) assert.ok(!text.includes(secret), secret);
  assert.ok(text.length < 10_000, `${text.length} characters: a line that is too long is shortened`);
  assert.equal((JSON.parse(text) as unknown[]).length, 2);
});
