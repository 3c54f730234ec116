import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { captureArgs, filePath, sourceKind } from "../../../server/camera/args.ts";

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../golden/ffmpeg-args.json"), "utf8"),
) as Record<string, string[]>;
const model = { width: 416, height: 256, pad: 114 };

const cases = {
  "rtsp tcp": { source: "rtsp://user:pass@192.0.2.1/stream", fps: 10, transport: "tcp" },
  "rtsp udp": { source: "rtsp://192.0.2.1/stream", fps: 12.5, transport: "udp" },
  rtsps: { source: "rtsps://192.0.2.1:322/stream", fps: 10, transport: "tcp" },
  http: { source: "http://192.0.2.1/video.mjpg", fps: 5, transport: "tcp" },
  file: { source: "file:/clips/a b.mp4", fps: 30, transport: "tcp" },
  device: { source: "/dev/video0", fps: 15, transport: "tcp" },
} as const;

for (const [name, source] of Object.entries(cases)) {
  test(`the ffmpeg arguments of a source by ${name} are the golden ones`, () => {
    assert.deepEqual(captureArgs({ id: "press", ...source }, model), golden[name]);
  });
}

test("the filling has the model's grey", () => {
  const graph = captureArgs({ id: "press", ...cases.file }, { width: 320, height: 320, pad: 0 }).join(" ");
  assert.match(graph, /pad=320:320:0:0:0x000000/);
});

test("every kind of source is told, and another is refused", () => {
  const kinds = Object.values(cases).map(({ source }) => sourceKind(source));
  assert.deepEqual(kinds, ["rtsp", "rtsp", "rtsp", "http", "file", "device"]);
  assert.throws(() => sourceKind("ftp://192.0.2.1/a.mp4"), TypeError);
});

test("a file source is a path or a file URL", () => {
  assert.equal(filePath("file:/clips/100%.mp4"), "/clips/100%.mp4");
  assert.equal(filePath("file:///clips/a%20b.mp4"), "/clips/a b.mp4");
});
