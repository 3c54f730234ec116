/** The trial of a camera before it is saved, with real cameras. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { test } from "node:test";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import { jpegSize } from "../../server/camera/jpeg.ts";
import { type CameraTest, testCamera } from "../../server/camera/probe.ts";
import { childrenOf } from "../bench/proc.ts";
import * as missing from "../support/missing.ts";
import { startMjpeg } from "../support/mjpeg.ts";
import { startRtsp } from "../support/rtsp.ts";

const never = new AbortController().signal;
const order = (source: string) => ({ id: "press", source, fps: 5, transport: "tcp" }) as const;
const trial = async (source: string, signal = never): Promise<CameraTest> =>
  await testCamera(order(source), signal);

test("an HTTP camera is tried with its picture, codec, size, rate and delay", async () => {
  const login = { user: "admin", pass: "swordfish" };
  await using rig = await startMjpeg([{ name: "stream", fps: 10, ...login, auth: "digest" }]);
  const good = await trial(rig.url("stream"));
  const bad = await trial(rig.url("stream").replace("swordfish", "sardine"));
  assert.ok(good.ok, JSON.stringify(good));
  assert.equal(good.codec, "mjpeg");
  assert.deepEqual(good.size, { width: 640, height: 360 });
  assert.deepEqual(jpegSize(good.jpeg), { width: 640, height: 360 });
  assert.ok(good.fps > 7 && good.fps < 13, `${good.fps} frames/s`);
  assert.ok(good.firstFrameMs > 0 && good.firstFrameMs < 5_000);
  assert.ok(good.delayMs >= 0 && good.delayMs < 500, `${good.delayMs} ms`);
  assert.ok(!bad.ok && bad.why === "refused");
  assert.match(bad.message, /401; check the user and the password$/);
  assert.doesNotMatch(bad.message, /sardine/);
});

test("an RTSP camera's own rate is told, and the frame that its decoder waits for counts as delay", {
  skip: missing.rtsp(),
}, async () => {
  await using rig = await startRtsp([
    { name: "fast", fps: 25 },
    { name: "slow", fps: 5 },
  ]);
  const [fast, slow, gone] = await Promise.all([
    trial(rig.url("fast")),
    trial(rig.url("slow")),
    trial(`${rig.url("fast")}-none`),
  ]);
  assert.ok(fast.ok && slow.ok, JSON.stringify([fast, slow]));
  assert.ok(fast.fps > 18 && fast.fps < 34, `${fast.fps} frames/s`);
  assert.ok(slow.delayMs >= 180, `${slow.delayMs} ms`);
  assert.ok(!gone.ok && gone.why === "refused");
  assert.match(gone.message, /404/);
});

test("a trial that is given up, or of somebody who never answers, leaves no process", async () => {
  const server = createServer((socket) => socket.on("error", () => undefined));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  try {
    const givenUp = new AbortController();
    const answer = trial(`rtsp://127.0.0.1:${port}/a`, givenUp.signal);
    await wait(500);
    givenUp.abort();
    const abortedAt = monotonicMs();
    const ended = await answer;
    assert.ok(monotonicMs() - abortedAt < 1_000);
    assert.ok(!ended.ok && /no picture came; check its power, network and address$/.test(ended.message));
    assert.deepEqual(childrenOf(process.pid), []);
  } finally {
    server.close();
  }
});
