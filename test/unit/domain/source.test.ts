/** What of a camera's address may be stored and shown. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseProvision } from "../../../server/domain/config.ts";
import { redactSource } from "../../../server/domain/source.ts";

test("credentials are hidden wherever a maker puts them, and what is harmless stays", () => {
  const table: readonly (readonly [string, string])[] = [
    ["rtsp://root:hunter2@10.0.0.5:554/stream", "rtsp://***@10.0.0.5:554/stream"],
    ["RTSP://root:a@b:c@cam/s", "RTSP://***@cam/s"],
    ["http://cam/v.cgi?user=root&pwd=hunter2&channel=1", "http://cam/v.cgi?user=***&pwd=***&channel=1"],
    ["http://cam/v.cgi?u=root&geheim=hunter2", "http://cam/v.cgi?u=***&geheim=***"],
    ["http://cam/v.cgi?hunter2", "http://cam/v.cgi?***"],
    ["http://cam/v.cgi?channel=hunter2/%2B", "http://cam/v.cgi?channel=***"],
    [
      "rtsp://cam/user=root&password=hunter2&channel=1&stream=0.sdp",
      "rtsp://cam/user=***&password=***&channel=1&stream=0.sdp",
    ],
    ["rtsp://cam/a/password=hun/ter2", "rtsp://cam/a/password=***"],
    ["rtsp://root:12/hunter2@cam/stream", "rtsp://***@***"],
    ["http://root:12?hunter2@cam/stream", "http://***@***"],
    ["http://root:12\\hunter2@cam/stream", "http://***@***"],
    ["http:root:hunter2@cam/", "http:***@cam/"],
    [" rtsp://root:hunter2@cam/", "rtsp://***@cam/"],
    ["https://cam/v#hunter2", "https://cam/v#***"],
  ];
  for (const [source, shown] of table) {
    assert.equal(redactSource(source), shown);
    assert.equal(redactSource(shown), shown, "hiding twice hides no more");
  }
  const open = [
    "rtsp://cam/Streaming/Channels/101?transportmode=unicast&profile=Profile_1",
    "rtsp://cam:8554/cam/realmonitor?channel=1&subtype=0",
    "http://[fe80::1]:80/mjpeg",
    "/dev/v4l/by-id/usb-a@b?c=d",
    "file:/films/a?b=c@d.mkv",
  ];
  for (const source of open) assert.equal(redactSource(source), source);
});

test("what is shown of any address a camera may have is an address again, without user and password", () => {
  const word = fc.stringMatching(/^[a-z0-9.:/\\?#@&=%;~!-]{0,12}$/);
  fc.assert(
    fc.property(fc.constantFrom("rtsp", "rtsps", "http", "https"), word, word, word, (scheme, a, b, c) => {
      const camera = (source: string): unknown => ({ cameras: [{ id: "c", name: "c", source }] });
      const source = `${scheme}://${a}SECRET${b}@cam/${c}`;
      fc.pre(parseProvision(camera(source)).ok);
      const shown = redactSource(source);
      assert.ok(parseProvision(camera(shown)).ok, shown);
      assert.doesNotMatch(shown, /SECRET/);
    }),
  );
});
