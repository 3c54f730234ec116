import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { dialectOf, ffmpegDialect, NEWEST_DIALECT } from "../../../server/camera/dialect.ts";

test("every version has its options, and a development build those of the newest", () => {
  const rows = {
    "4.2.7-0ubuntu0.1": ["-stimeout", "-vsync", false],
    "n4.4.4": ["-stimeout", "-vsync", false],
    "5.0.1": ["-timeout", "-vsync", true],
    "5.1.9-0+deb12u1": ["-timeout", "-fps_mode", true],
    "6.1.1": ["-timeout", "-fps_mode", true],
    "7.0.2-static": ["-timeout", "-fps_mode", true],
    "8.0": ["-timeout", "-fps_mode", true],
    "N-113684-g1cb3e3a2f5": ["-timeout", "-fps_mode", true],
  };
  for (const [version, [timeout, passthrough, script]] of Object.entries(rows)) {
    const found = dialectOf("ffmpeg", `ffmpeg version ${version} Copyright (c)`);
    assert.ok(found.ok, version);
    assert.deepEqual(
      [found.dialect.timeout, found.dialect.passthrough, found.dialect.script],
      [timeout, passthrough, script],
      version,
    );
  }
});

test("a version that is too old, and a program that is no ffmpeg, are refused with the cure", () => {
  const old = dialectOf("/opt/ffmpeg", "ffmpeg version 3.4.11-0ubuntu0.1 Copyright (c)");
  assert.ok(!old.ok);
  assert.equal(
    old.why,
    "Cannot use ffmpeg: version 3.4.11-0ubuntu0.1 is too old; install ffmpeg 5.1 or later, or set FFMPEG_PATH",
  );
  const none = dialectOf("/bin/true", "");
  assert.ok(!none.ok);
  assert.match(none.why, /^Cannot use ffmpeg: \/bin\/true is no ffmpeg; install/);
});

test("a program is asked once, again after it was replaced, and again after it could not be run", async () => {
  const folder = mkdtempSync(join(tmpdir(), "palisade-"));
  try {
    const [program, asked] = [join(folder, "ffmpeg"), join(folder, "asked")];
    const write = (version: string): void => {
      writeFileSync(program, `#!/bin/sh\nprintf x >> ${asked}\necho ffmpeg version ${version}\n`);
      chmodSync(program, 0o755);
    };
    const missing = await ffmpegDialect(program);
    assert.ok(!missing.ok);
    assert.match(missing.why, /cannot be run/);
    write("5.0.1");
    const [first, second] = await Promise.all([ffmpegDialect(program), ffmpegDialect(program)]);
    assert.ok(first.ok && first === second && first.dialect.passthrough === "-vsync");
    write("7.1");
    utimesSync(program, 1, 1);
    const replaced = await ffmpegDialect(program);
    assert.ok(replaced.ok);
    assert.deepEqual(replaced.dialect, NEWEST_DIALECT);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
