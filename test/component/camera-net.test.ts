/** Cameras behind a network that loses, cuts or crawls: clear or blind, but never an old picture taken for now. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import type { CameraId, Millis } from "../../server/domain/units.ts";
import { type BadNetwork, missingNetworks, openBadNetwork } from "../support/bad-network.ts";
import { startBox } from "../support/box.ts";
import { type CameraWatch, describeSeen, watchCameras } from "../support/camera-watch.ts";
import { openFarLink } from "../support/far-link.ts";
import * as missing from "../support/missing.ts";
import { type PictureAge, type PictureAges, watchAges } from "../support/picture-age.ts";
import { startRtsp } from "../support/rtsp.ts";

const FPS = 10;
/** max(1 s, 5 frame periods), and what the rules' tick and the way to the screen add to it. */
const BLIND_MS = 1_000 + 250;
const BACK_MS = 5_000 + 250;
/** A picture is judged up to the second, and comes here so much older as one of an unharmed camera is at most. */
const JUDGED_MS = 1_000 + 250;
const STEADY_MS = 25_000;
const DELAY_MS = 200;

interface Link {
  readonly rate: string;
  readonly queueMs: Millis;
}

interface Bench {
  readonly t: TestContext;
  readonly watch: CameraWatch;
  readonly ages: PictureAges;
}

const steady = ({ watch }: Bench, camera: CameraId) =>
  watch.first(
    camera,
    monotonicMs(),
    STEADY_MS,
    "judged and without alarms",
    (seen) => seen.camera.verdict !== "blind" && seen.alarms.length === 0,
  );

const share = (values: readonly number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ??
  Number.NaN;

function pictures({ ages }: Bench, camera: CameraId, from: Millis): readonly PictureAge[] {
  return ages.of(camera).filter(({ at }) => at >= from);
}

/** The pictures that came while the camera was judged, and were older than anything that may be judged. */
function judgedTooOld(bench: Bench, camera: CameraId, oldestMs: Millis): readonly PictureAge[] {
  const history = bench.watch.of(camera);
  return bench.ages.of(camera).filter(({ at, trueMs }) => {
    if (trueMs <= oldestMs) return false;
    // The verdict may turn while the picture is on its way.
    const around = history.filter((seen, i) => {
      const until = history[i + 1]?.at ?? Number.POSITIVE_INFINITY;
      return seen.at <= at + 150 && until >= at - 150;
    });
    return around.every(({ camera: { verdict } }) => verdict !== "blind");
  });
}

async function lose(bench: Bench, camera: CameraId, network: BadNetwork): Promise<void> {
  for (const permille of [10, 50, 200]) {
    await steady(bench, camera);
    const from = monotonicMs();
    await network.now("loss", permille);
    await wait(8_000);
    const ages = pictures(bench, camera, from);
    const seen = bench.watch.of(camera).filter(({ at }) => at >= from);
    const blind = seen.filter(({ camera: { verdict } }) => verdict === "blind").length;
    const [p50, p95, told] = [
      share(
        ages.map(({ trueMs }) => trueMs),
        0.5,
      ),
      share(
        ages.map(({ trueMs }) => trueMs),
        0.95,
      ),
      share(
        ages.map(({ toldMs }) => toldMs),
        0.95,
      ),
    ];
    bench.t.diagnostic(
      `loss ${permille / 10} %: ${ages.length} pictures, true age p50 ${p50} ms, p95 ${p95} ms (told p95 ${told} ms), ${
        blind === 0 ? "never blind" : `blind at times: ${describeSeen(seen.at(-1))}`
      }`,
    );
    assert.ok(permille > 50 || ages.length > 40, `${ages.length} pictures at ${permille / 10} %`);
    await network.now("heal");
  }
}

async function cut(
  bench: Bench,
  camera: CameraId,
  network: BadNetwork,
  how: "cut" | "cutone",
): Promise<void> {
  const { watch } = bench;
  await steady(bench, camera);
  await network.now(how); // the rule is the last thing it does
  const cutAt = monotonicMs();
  const blind = await watch.first(camera, cutAt, 10_000, "blind", (seen) => seen.camera.verdict === "blind");
  await wait(6_000);
  const lost = watch.now(camera);
  const healAt = monotonicMs();
  await network.now("heal");
  const back = await watch.first(
    camera,
    healAt,
    30_000,
    "running",
    (seen) => seen.camera.state === "RUNNING",
  );
  const [blindMs, backMs] = [blind.at - cutAt, back.at - healAt];
  const alarm = lost?.alarms[0];
  bench.t.diagnostic(
    `${how}: blind after ${blindMs.toFixed(0)} ms, ${alarm?.definition} (${alarm?.detail}), running again after ${backMs.toFixed(0)} ms`,
  );
  assert.ok(blindMs <= BLIND_MS, `blind ${blindMs} ms after the ${how}`);
  assert.equal(alarm?.definition, "prot.camera.lost");
  assert.ok(backMs <= BACK_MS, `running ${backMs} ms after the network was back`);
}

/** Slower than the stream: each frame comes later than the one before, until none comes for a second. */
async function crawl(bench: Bench, camera: CameraId, network: BadNetwork, link: Link): Promise<void> {
  const { watch } = bench;
  await steady(bench, camera);
  const from = monotonicMs();
  await network.now("rate", link.rate, link.queueMs);
  const told = await watch.first(camera, from, 20_000, "an alarm for a link too slow", (seen) =>
    seen.alarms.some(({ definition }) => TOO_SLOW.includes(definition)),
  );
  const alarm = told.alarms.find(({ definition }) => TOO_SLOW.includes(definition));
  assert.equal(told.camera.verdict, "blind");
  const oldest = Math.max(...pictures(bench, camera, from).map(({ trueMs }) => trueMs));
  const healAt = monotonicMs();
  await network.now("heal");
  const back = await steady(bench, camera);
  bench.t.diagnostic(
    `${camera} at ${link.rate}: told after ${(told.at - from).toFixed(0)} ms (${alarm?.detail}), oldest picture ${oldest} ms, judged again after ${(back.at - healAt).toFixed(0)} ms`,
  );
}

/** A constant delay is no backlog: harmless to the checks, and told nowhere, so every picture is older by it. */
async function delay(bench: Bench, far: CameraId, near: CameraId): Promise<void> {
  const from = monotonicMs();
  await wait(8_000);
  const [p50, other] = [far, near].map((camera) =>
    share(
      pictures(bench, camera, from).map(({ trueMs }) => trueMs),
      0.5,
    ),
  ) as [number, number];
  bench.t.diagnostic(`delay ${DELAY_MS} ms: true age p50 ${p50} ms, without it ${other} ms`);
  assert.ok(Math.abs(p50 - other - DELAY_MS) < 100, `${p50} ms against ${other} ms`);
}

/** Well below what the camera sends: how much that is depends on the digits of its clock. */
const NARROW: Link = { rate: "60kbit", queueMs: 400 };
/** Pictures of about 14 KB, as a camera's are of many packets. */
const RICH = { noise: 1, quality: 2 };
/** Loses nothing, and keeps what it cannot carry: nothing but the age of the pictures tells it. */
const FULL: Link = { rate: "800kbit", queueMs: 10_000 };
/** Which of the two comes first depends on where the frames pile up. */
const TOO_SLOW: readonly string[] = ["prot.camera.late", "prot.camera.lost"];

test("a network that loses, cuts or crawls makes a camera late or blind, never old", {
  skip: missing.rtsp() || missingNetworks(),
}, async (t) => {
  await using stack = new AsyncDisposableStack();
  const rtsp = async (name: string) =>
    stack.use(await openBadNetwork("rtsp", { name, src: "clock", fps: FPS }));
  const http = async (name: string) => stack.use(await openBadNetwork("http", { name, fps: FPS, ...RICH }));
  const [loss, cuts, slow, full] = await Promise.all([
    rtsp("loss"),
    rtsp("cut"),
    rtsp("crawl"),
    http("full"),
  ]);
  const near = stack.use(await startRtsp(["near", "far"].map((name) => ({ name, src: "clock", fps: FPS }))));
  const far = stack.use(await openFarLink(near.url("far"), DELAY_MS));
  const sources = {
    loss: loss.url,
    cut: cuts.url,
    crawl: slow.url,
    full: full.url,
    far: far.url,
    near: near.url("near"),
  };
  const ids = Object.keys(sources);
  const polygon = [
    [0.1, 0.8],
    [0.9, 0.8],
    [0.9, 0.95],
    [0.1, 0.95],
  ];
  const box = stack.use(
    await startBox({
      provision: {
        site: { name: "Bad network", timezone: "UTC", fullView: true },
        cameras: Object.entries(sources).map(([id, source]) => ({ id, name: id, source, fps: FPS })),
        zones: ids.map((id) => ({ id: `zone-${id}`, camera: id, name: id, kind: "stop", polygon })),
      },
    }),
  );
  const watch = stack.use(watchCameras(box));
  const ages = stack.use(watchAges(box));
  const bench = { t, watch, ages };
  await Promise.all(ids.map((id) => steady(bench, id)));
  const from = monotonicMs();
  const lanes = await Promise.allSettled([
    lose(bench, "loss", loss),
    cut(bench, "cut", cuts, "cut").then(() => cut(bench, "cut", cuts, "cutone")),
    crawl(bench, "crawl", slow, NARROW),
    crawl(bench, "full", full, FULL),
    delay(bench, "far", "near"),
  ]);
  const unharmed = ["near", "far"].flatMap((id) => watch.of(id));
  const harmed = unharmed.filter((seen) => seen.at > from && seen.camera.verdict === "blind");
  const nearMs = Math.max(...pictures(bench, "near", from).map(({ trueMs }) => trueMs));
  const oldestMs = JUDGED_MS + nearMs;
  const old = ids.flatMap((id) => judgedTooOld(bench, id, oldestMs).map((each) => ({ id, ...each })));
  t.diagnostic(
    `took ${((monotonicMs() - from) / 1000).toFixed(0)} s, ${ages.unreadable} pictures without a clock, the oldest of the near camera ${nearMs} ms`,
  );
  assert.deepEqual(
    lanes.flatMap((lane) => (lane.status === "rejected" ? [(lane.reason as Error).message] : [])),
    [],
  );
  assert.deepEqual(old, [], "no picture older than a second was judged");
  assert.deepEqual(harmed.map(describeSeen), [], "cameras on a good network, near or far, saw nothing of it");
  assert.equal(await box.stop(), 0);
});
