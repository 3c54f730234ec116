import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { captureArgs, filePath, sourceKind, sourceScript } from "../../../server/camera/args.ts";
import { dialectOf, type FfmpegDialect } from "../../../server/camera/dialect.ts";

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../golden/ffmpeg-args.json"), "utf8"),
) as Record<string, Record<string, { args: string[]; stdin?: string }>>;
const model = { width: 416, height: 256, pad: 114 };

const cases = {
  "rtsp tcp": { source: "rtsp://user:pass@192.0.2.1/stream", fps: 10, transport: "tcp" },
  "rtsp udp": { source: "rtsp://192.0.2.1/stream", fps: 12.5, transport: "udp" },
  rtsps: { source: "rtsps://192.0.2.1:322/stream", fps: 10, transport: "tcp" },
  http: { source: "http://192.0.2.1/video.mjpg", fps: 5, transport: "tcp" },
  file: { source: "file:/clips/a b.mp4", fps: 30, transport: "tcp" },
  device: { source: "/dev/video0", fps: 15, transport: "tcp" },
} as const;

/** What each version answers to `ffmpeg -version`. */
const versions = {
  "4": "ffmpeg version 4.4.2-0ubuntu0.22.04.1 Copyright (c) 2000-2021 the FFmpeg developers",
  "5.0": "ffmpeg version n5.0.3 Copyright (c) 2000-2022 the FFmpeg developers",
  "5.1": "ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026 the FFmpeg developers",
  "7": "ffmpeg version 7.0.2-static https://johnvansickle.com/ffmpeg/ Copyright (c) 2000-2024",
};

function dialect(version: keyof typeof versions): FfmpegDialect {
  const found = dialectOf("/usr/bin/ffmpeg", versions[version]);
  assert.ok(found.ok);
  return found.dialect;
}

for (const [name, source] of Object.entries(cases)) {
  for (const version of ["4", "5.0", "5.1", "7"] as const) {
    test(`what ffmpeg ${version} is told of a source by ${name} is the golden text`, () => {
      const order = { id: "press", ...source };
      const told = {
        args: captureArgs(order, model, dialect(version)),
        ...(sourceScript(order, dialect(version)) === undefined
          ? {}
          : { stdin: sourceScript(order, dialect(version)) }),
      };
      // 7 is told what 5.1 is told.
      assert.deepEqual(told, golden[version === "7" ? "5.1" : version]?.[name]);
    });
  }
}

test("an address with its credentials stands in no argument from ffmpeg 5 on", () => {
  for (const version of ["5.0", "5.1", "7"] as const) {
    const args = captureArgs({ id: "press", ...cases["rtsp tcp"] }, model, dialect(version));
    assert.doesNotMatch(args.join(" "), /192\.0\.2\.1|user|:pass/);
  }
});

test("a quote in a password does not end the address on stdin", () => {
  const source = "rtsp://u:a'b@192.0.2.1/x";
  assert.match(
    sourceScript({ id: "press", source, fps: 10, transport: "tcp" }) ?? "",
    /^file 'rtsp:\/\/u:a'\\''b@192\.0\.2\.1\/x'$/m,
  );
});

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
