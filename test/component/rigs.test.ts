/** The cameras the other tests rely on: they give pictures, and their faults are what they are called. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { exited } from "../../server/base/child.ts";
import * as missing from "../support/missing.ts";
import { startMjpeg } from "../support/mjpeg.ts";
import { startRtsp } from "../support/rtsp.ts";
import { ROOT } from "../support/runtime.ts";

const LIVE = ["-threads", "1", "-probesize", "32", "-analyzeduration", "0"];
const RTSP = ["-rtsp_transport", "tcp", "-fpsprobesize", "0", ...LIVE];
const MJPEG = ["-f", "mpjpeg", ...LIVE];

/** Reads five pictures with ffmpeg: `read`, `no picture` after three seconds, or ffmpeg's last line. */
async function look(url: string, flags: readonly string[]): Promise<string> {
  const args = ["-nostdin", "-v", "error", ...flags, "-i", url, "-an", "-frames:v", "5", "-f", "null", "-"];
  const child = spawn(process.env.FFMPEG_PATH ?? "ffmpeg", args, {
    stdio: ["ignore", "ignore", "pipe"],
    timeout: 3000,
    killSignal: "SIGKILL",
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  await exited(child);
  if (child.signalCode !== null) return "no picture";
  return child.exitCode === 0 ? "read" : (said.trim().split("\n").at(-1) ?? "");
}

test("an RTSP camera gives pictures, asks for credentials, and has the faults of a camera", {
  skip: missing.rtsp(),
}, async () => {
  await using rig = await startRtsp([
    { name: "front", src: "clock" },
    { name: "clip", src: `${ROOT}models/demo/cell-front.mp4`, user: "admin", pass: "s3cret" },
  ]);
  const front = rig.url("front");
  assert.equal(await look(front, RTSP), "read");
  assert.equal(await look(rig.url("clip"), RTSP), "read");
  assert.match(await look(rig.url("clip").replace("admin:s3cret@", ""), RTSP), /401/);
  await rig.fault("front", "stop");
  assert.match(await look(front, RTSP), /refused/);
  await rig.fault("front", "unmount");
  assert.match(await look(front, RTSP), /404/);
  await rig.fault("front", "stall");
  assert.equal(await look(front, RTSP), "no picture");
  await rig.fault("front", "none");
  assert.equal(await look(front, RTSP), "read");
  await rig.fault("front", "resize", { size: "320x240" });
  assert.equal(await look(front, RTSP), "read");
  assert.equal((await rig.camera("front")).size, "320x240");
  await assert.rejects(rig.fault("front", "no such" as "none"), /no fault is called/);
});

test("an MJPEG camera gives pictures and has the faults of a camera", async () => {
  await using rig = await startMjpeg([{ name: "front" }, { name: "side", user: "admin", pass: "s3cret" }]);
  const front = rig.url("front");
  assert.equal(await look(front, MJPEG), "read");
  assert.equal(await look(rig.url("side"), MJPEG), "read");
  assert.match(await look(rig.url("side").replace("admin:s3cret@", ""), MJPEG), /401/);
  await rig.fault("front", "stop");
  assert.match(await look(front, MJPEG), /refused/);
  await rig.fault("front", "drip");
  assert.equal(await look(front, MJPEG), "no picture");
  await rig.fault("front", "status", { code: 503 });
  assert.match(await look(front, MJPEG), /5XX/);
  await rig.fault("front", "reboot", { down_s: 0.1 });
  await rig.fault("front", "none");
  assert.equal(await look(front, MJPEG), "read");
});
