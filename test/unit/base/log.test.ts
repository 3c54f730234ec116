import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { openLog, redact } from "../../../server/base/log.ts";

/** A log whose lines the test can read. */
function collect(): { log: ReturnType<typeof openLog>; text: () => string } {
  const lines: string[] = [];
  const log = openLog("test", { write: (line: string) => void lines.push(line) });
  return { log, text: () => lines.join("") };
}

test("log takes user and password out of an address in the message", () => {
  const { log, text } = collect();
  log.warn("Cannot open rtsp://admin:hunter2@10.0.0.7/live: refused");
  assert.ok(!text().includes("hunter2"));
  assert.ok(!text().includes("admin"));
  assert.match(text(), /rtsp:\/\/\*\*\*@10\.0\.0\.7\/live/);
});

test("log takes credentials out of fields at every depth and out of errors", () => {
  const { log, text } = collect();
  const source = "https://admin:hunter2@cam.local/stream";
  log.error({ source, camera: { deep: { source } }, err: new Error(`open ${source} failed`) }, "camera lost");
  assert.ok(!text().includes("hunter2"));
  assert.equal(JSON.parse(text()).camera.deep.source, "https://***@cam.local/stream");
});

test("log hides pins, passwords and cookies that are fields", () => {
  const { log, text } = collect();
  log.info(
    { pin: "730146", user: { name: "Sam", pin: "730147" }, password: "hunter2", req: { cookie: "s=8f3a" } },
    "x",
  );
  for (const secret of ["730146", "730147", "hunter2", "8f3a"]) assert.ok(!text().includes(secret), secret);
  assert.match(text(), /Sam/);
});

test("log stays one valid JSON object a line whatever it redacts", () => {
  const { log, text } = collect();
  log.info(
    { a: "rtsp://u:p@h/x", b: 'he said "rtsp://u:p@h" twice', c: "mail@example.org" },
    "rtsp://u:p@h and more",
  );
  const lines = text().trimEnd().split("\n");
  assert.equal(lines.length, 1);
  assert.equal(JSON.parse(lines[0] ?? "").c, "mail@example.org");
});

test("redact leaves addresses without credentials and other text alone", () => {
  for (const text of ["rtsp://cam.local:554/live", "see http://127.0.0.1:8080/ now", "a@b.org", "C:\\x\\y"]) {
    assert.equal(redact(text), text);
  }
});

test("redact lets no password through, whatever characters it holds", () => {
  // What may stand in the user part of an address as people type it: everything but white space and quotes.
  const typed = fc.string({
    unit: fc.constantFrom(..."abcXYZ019:/@#?&=%+.,;'!$()*[]{}~^|-_".split("")),
    minLength: 1,
  });
  fc.assert(
    fc.property(typed, (rest) => {
      const secret = `S3CRET${rest}S3CRET`;
      assert.ok(!redact(`open rtsp://admin:${secret}@10.0.0.7/live failed`).includes("S3CRET"));
      const { log, text } = collect();
      log.info({ source: `rtsp://admin:${secret}@10.0.0.7/live` }, "opening");
      assert.ok(!text().includes("S3CRET"));
    }),
  );
});
