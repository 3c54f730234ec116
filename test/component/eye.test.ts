/** Real eye processes with real ffmpeg and the real model, over their real channel. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { exited, killGroup, spawnOwn } from "../../server/base/child.ts";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import { openLog } from "../../server/base/log.ts";
import { Eyes, type EyesModel } from "../../server/camera/eyes.ts";
import { resolveModel } from "../../server/detect/find.ts";
import type { CameraOrder, EyeReport } from "../../server/domain/eye.ts";

const ROOT = join(import.meta.dirname, "../..");
const DEMO = join(ROOT, "models/demo");
const log = openLog("test", { write: () => undefined });

function order(id: string, source = `file:${join(DEMO, "cell-side.mp4")}`): CameraOrder {
  return { id, source, fps: 10, transport: "tcp" };
}

function ownModel(): EyesModel {
  const found = resolveModel("palisade-person-256x416", { further: undefined });
  assert.ok(found.ok);
  return { manifestPath: found.model.manifestPath, weightsPath: found.model.weightsPath, keepThreshold: 0.2 };
}

/** Collects reports and waits for the first one that fits, from now on. */
class Reports {
  readonly all: EyeReport[] = [];
  readonly #waiting = new Set<() => void>();
  readonly take = (report: EyeReport): void => {
    this.all.push(report);
    for (const look of [...this.#waiting]) look();
  };

  async next<K extends EyeReport["kind"]>(
    kind: K,
    fits: (report: Extract<EyeReport, { kind: K }>) => boolean = () => true,
    withinMs = 15_000,
  ): Promise<Extract<EyeReport, { kind: K }>> {
    const from = this.all.length;
    const { promise, resolve, reject } = Promise.withResolvers<Extract<EyeReport, { kind: K }>>();
    const look = (): void => {
      for (const report of this.all.slice(from)) {
        if (report.kind === kind && fits(report as Extract<EyeReport, { kind: K }>))
          resolve(report as Extract<EyeReport, { kind: K }>);
      }
    };
    this.#waiting.add(look);
    const timer = setTimeout(
      () => reject(new Error(`No fitting report "${kind}" within ${withinMs} ms`)),
      withinMs,
    );
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(look);
    }
  }
}

/** Processes of a group that live, by the fifth field of /proc/PID/stat; zombies are gone already. */
function groupMembers(group: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const fields = readFileSync(`/proc/${name}/stat`, "utf8")
          .replace(/^.*\) /s, "")
          .split(" ");
        return Number(fields[2]) === group && fields[0] !== "Z";
      } catch {
        return false;
      }
    })
    .map(Number);
}

async function until(holds: () => boolean, withinMs: number): Promise<void> {
  const end = monotonicMs() + withinMs;
  while (!holds() && monotonicMs() < end) await wait(20);
  assert.ok(holds(), `not so within ${withinMs} ms`);
}

/** An MJPEG camera: golden.jpg ten times a second while `sending`, or an HTTP status. */
async function mjpegCamera(
  status = 200,
): Promise<{ server: Server; url: string; pause: () => void; resume: () => void }> {
  const jpeg = await readFile(join(DEMO, "golden.jpg"));
  let sending = true;
  const server = createServer((_request, response) => {
    if (status !== 200) {
      response.writeHead(status).end();
      return;
    }
    response.writeHead(200, { "content-type": "multipart/x-mixed-replace; boundary=frame" });
    const timer = setInterval(() => {
      if (!sending) return;
      response.write(`--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`);
      response.write(jpeg);
      response.write("\r\n");
    }, 100);
    response.on("close", () => clearInterval(timer));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const set = (value: boolean) => (): void => {
    sending = value;
  };
  return { server, url: `http://admin:swordfish@127.0.0.1:${port}/`, pause: set(false), resume: set(true) };
}

test("an eye runs a camera, sees people and sends pictures", async () => {
  const reports = new Reports();
  await using eyes = Eyes.open({ cameras: [order("side")], model: ownModel(), onReport: reports.take, log });
  const running = await reports.next("camera", ({ state }) => state.kind === "running");
  assert.ok(running.state.kind === "running");
  assert.deepEqual(running.state.size, { width: 640, height: 360 });
  const ready = reports.all.find((report) => report.kind === "detector" && report.state.kind === "ready");
  if (ready === undefined) await reports.next("detector", ({ state }) => state.kind === "ready");
  const seen = await reports.next("observed", ({ observation }) => observation.detections.length > 0);
  const { box, score } = seen.observation.detections[0] ?? assert.fail("no detection");
  assert.ok(box.x0 >= 0 && box.x1 <= 1 && box.y0 >= 0 && box.y1 <= 1 && box.x0 < box.x1 && box.y0 < box.y1);
  assert.ok(score >= 0.2 && score <= 1);
  const age = monotonicMs() - seen.observation.capturedAt;
  assert.ok(age >= 0 && age < 1_000, `an observation is ${age} ms old`);
  const picture = await reports.next("picture");
  assert.deepEqual([picture.jpeg[0], picture.jpeg[1]], [0xff, 0xd8]);
  assert.deepEqual(picture.size, { width: 640, height: 360 });
  const { counts } = await reports.next("counts", ({ counts }) => counts.captured >= 20);
  assert.ok(counts.fps30s > 8 && counts.fps30s < 12, `fps ${counts.fps30s}`);
  assert.equal(eyes.pids.length, 1);
});

test("an eye tells how often it looks, and goes by what the zones need without opening the camera anew", async () => {
  const reports = new Reports();
  const [cameras, model] = [[order("side")], ownModel()];
  const least = (fps: number): ReadonlyMap<string, number> => new Map([["side", fps]]);
  await using eyes = Eyes.open({ cameras, model, least: least(3), onReport: reports.take, log });
  const first = await reports.next("counts", ({ counts }) => counts.looked !== undefined);
  const { fps = 0, ...rates } = first.counts.looked ?? assert.fail("no rate");
  assert.ok(fps > 0 && fps < 12, `${fps}`);
  assert.ok(rates.paceFps >= 3 && rates.paceFps <= 10, `${rates.paceFps}`);
  assert.deepEqual([rates.configuredFps, rates.leastFps], [10, 3]);
  await eyes.configure({ cameras, model, least: least(5) });
  const { counts } = await reports.next("counts", ({ counts }) => counts.looked?.leastFps === 5);
  assert.equal(counts.runs, 1);
  assert.ok(counts.captured > first.counts.captured);
});

test("observations and pictures of one frame carry the same number and time", async () => {
  const reports = new Reports();
  await using _eyes = Eyes.open({ cameras: [order("side")], model: ownModel(), onReport: reports.take, log });
  await reports.next("counts", ({ counts }) => counts.captured >= 15);
  const pictures = new Map<number, number>();
  for (const report of reports.all)
    if (report.kind === "picture") pictures.set(report.seq, report.capturedAt);
  const pairs = reports.all.flatMap((report) => {
    const at = report.kind === "observed" ? pictures.get(report.observation.seq) : undefined;
    return at !== undefined && report.kind === "observed" ? [at - report.observation.capturedAt] : [];
  });
  assert.ok(pairs.length >= 5, `${pairs.length} pairs`);
  // The picture may be read before its raw frame; both come from one frame of the camera.
  assert.ok(
    pairs.every((difference) => Math.abs(difference) < 80),
    `${pairs}`,
  );
});

test("an eye killed with SIGKILL is told at once, leaves no ffmpeg behind and is replaced", async () => {
  const reports = new Reports();
  await using eyes = Eyes.open({ cameras: [order("side")], model: ownModel(), onReport: reports.take, log });
  await reports.next("camera", ({ state }) => state.kind === "running");
  const pid = eyes.pids[0] ?? assert.fail("no eye");
  assert.ok(groupMembers(pid).length >= 2, "the eye and its ffmpeg");
  const lost = reports.next("camera", ({ state }) => state.kind === "error", 1_000);
  const blind = reports.next("detector", ({ state }) => state.kind === "loading", 1_000);
  const again = reports.next("camera", ({ state }) => state.kind === "running");
  process.kill(pid, "SIGKILL");
  const { state } = await lost;
  assert.ok(state.kind === "error" && state.why === "lost");
  assert.equal(state.message, "The eye process ended; it is being started again");
  await blind;
  await until(() => groupMembers(pid).length === 0, 1_000);
  await again;
  assert.notEqual(eyes.pids[0], pid);
});

test("an eye that hangs is replaced after its silence", async () => {
  const reports = new Reports();
  await using eyes = Eyes.open({ cameras: [order("side")], model: ownModel(), onReport: reports.take, log });
  await reports.next("camera", ({ state }) => state.kind === "running");
  const pid = eyes.pids[0] ?? assert.fail("no eye");
  const lost = reports.next("camera", ({ state }) => state.kind === "error", 6_000);
  process.kill(pid, "SIGSTOP");
  await lost;
  await until(() => groupMembers(pid).length === 0, 1_000);
});

test("an eye whose server is gone stops its ffmpeg and exits with 0", async () => {
  const child = spawnOwn(join(ROOT, "server/eye.ts"), [], ["ignore", "ignore", "inherit", "ipc"]);
  const pid = child.pid ?? assert.fail("no process");
  try {
    child.send({ kind: "start", camera: order("side") });
    for await (const [message] of on(child)) {
      const report = message as EyeReport;
      if (report.kind === "camera" && report.state.kind === "running") break;
    }
    assert.ok(groupMembers(pid).length >= 2);
    child.disconnect();
    await exited(child);
    assert.equal(child.exitCode, 0);
    await until(() => groupMembers(pid).length === 0, 500);
  } finally {
    killGroup(child);
  }
});

async function* on(child: ReturnType<typeof spawnOwn>): AsyncGenerator<[unknown]> {
  for (;;) yield (await once(child, "message")) as [unknown];
}

test("a camera that refuses does not disturb another, and its password stays unsaid", async () => {
  const reports = new Reports();
  const locked = await mjpegCamera(401);
  const cameras = [order("side"), order("gone", "file:/nowhere/clip.mp4"), order("locked", locked.url)];
  await using _eyes = Eyes.open({ cameras, model: ownModel(), onReport: reports.take, log, count: 1 });
  const gone = reports.next("camera", ({ camera, state }) => camera === "gone" && state.kind === "error");
  const refused = reports.next(
    "camera",
    ({ camera, state }) => camera === "locked" && state.kind === "error",
  );
  await reports.next("camera", ({ camera, state }) => camera === "side" && state.kind === "running");
  const first = (await gone).state;
  assert.ok(first.kind === "error" && first.why === "refused");
  assert.equal(
    first.message,
    'Cannot open camera "gone": the file is missing; check its path (/nowhere/clip.mp4)',
  );
  const second = (await refused).state;
  assert.ok(second.kind === "error" && second.why === "refused");
  assert.equal(
    second.message,
    'Cannot open camera "locked": server answered 401; check the user and the password',
  );
  await reports.next("observed", ({ observation }) => observation.camera === "side");
  assert.ok(!JSON.stringify(reports.all.filter((report) => report.kind === "camera")).includes("swordfish"));
  locked.server.closeAllConnections();
  locked.server.close();
});

test("an MJPEG camera over HTTP is seen, told as stalled when it falls silent, and seen again", async () => {
  const reports = new Reports();
  const web = await mjpegCamera();
  await using _eyes = Eyes.open({
    cameras: [order("web", web.url)],
    model: ownModel(),
    onReport: reports.take,
    log,
  });
  const { observation } = await reports.next(
    "observed",
    (report) => report.observation.detections.length >= 2,
  );
  assert.equal(observation.detections.filter(({ score }) => score >= 0.4).length, 2);
  const stalled = reports.next("camera", ({ state }) => state.kind === "error", 3_000);
  web.pause();
  const { state } = await stalled;
  assert.ok(state.kind === "error" && state.why === "stalled", JSON.stringify(state));
  web.resume();
  await reports.next("camera", ({ state }) => state.kind === "running");
  await reports.next("observed");
  web.server.closeAllConnections();
  web.server.close();
});

test("a camera that is stopped goes idle and starts again when asked", async () => {
  const reports = new Reports();
  await using eyes = Eyes.open({ cameras: [order("side")], model: ownModel(), onReport: reports.take, log });
  await reports.next("camera", ({ state }) => state.kind === "running");
  const before = reports.all.filter((report) => report.kind === "camera").length;
  assert.ok(eyes.start("side"));
  await reports.next("counts");
  assert.equal(
    reports.all.filter((report) => report.kind === "camera").length,
    before,
    "a second start touches nothing",
  );
  const idle = reports.next("camera", ({ state }) => state.kind === "idle", 2_000);
  assert.ok(eyes.stop("side"));
  await idle;
  const again = reports.next("camera", ({ state }) => state.kind === "running");
  eyes.start("side");
  await again;
  assert.ok(!eyes.start("nobody"));
});

test("another plan leaves alone what it does not change, and another model begins everything anew", async () => {
  const reports = new Reports();
  const model = ownModel();
  const anew: string[] = [];
  await using eyes = Eyes.open({
    ...{ cameras: [order("stays"), order("goes")], model, count: 2, log },
    onReport: reports.take,
    onAnew: (camera) => anew.push(camera),
  });
  const running = (id: string) =>
    reports.next("camera", ({ camera, state }) => camera === id && state.kind === "running");
  await Promise.all([running("stays"), running("goes")]);
  const [first = 0, second = 0] = eyes.pids;

  const since = reports.all.length;
  const comes = running("comes");
  await eyes.configure({ cameras: [order("stays"), order("comes")], model });
  await comes;
  assert.equal(eyes.pids.length, 2);
  const kept = eyes.pids.filter((pid) => pid === first || pid === second);
  assert.equal(kept.length, 1, "one eye stays, the one that has no camera left goes");
  const later = reports.all.slice(since);
  assert.ok(!later.some((report) => report.kind === "camera" && report.camera !== "comes"));
  assert.ok(!later.some((report) => report.kind === "picture" && report.camera === "goes"));
  await until(() => [first, second].some((pid) => groupMembers(pid).length === 0), 2_000);

  // A camera that is given another rate begins anew in its eye, and nobody else does.
  const again = running("comes");
  const pids = eyes.pids;
  await eyes.configure({ cameras: [order("stays"), { ...order("comes"), fps: 5 }], model });
  await again;
  assert.deepEqual([eyes.pids, anew], [pids, ["comes"]]);

  const failed = reports.next("detector", ({ state }) => state.kind === "failed");
  const both = Promise.all([running("stays"), running("comes")]);
  await eyes.configure({ cameras: [order("stays"), order("comes")], model: { failed: "There is none" } });
  await failed;
  await both;
  assert.ok(eyes.pids.every((pid) => !pids.includes(pid)));
  await eyes.configure({ cameras: [], model });
  assert.deepEqual(eyes.pids, []);
});

test("weights that are missing, cut short or changed are told, and pictures flow all the same", async () => {
  const folder = await mkdtemp(join(tmpdir(), "palisade-"));
  const model = ownModel();
  assert.ok("manifestPath" in model);
  const whole = await readFile(model.weightsPath);
  const cases = [
    {
      file: "missing.onnx",
      bytes: undefined,
      says: /its weights are missing .* install palisade-person-256x416\.onnx; it is tried again in 5 s/,
    },
    {
      file: "short.onnx",
      bytes: whole.subarray(0, 1000),
      says: /have 1000 bytes instead of 3614725; install .* again; it is tried again/,
    },
    {
      file: "changed.onnx",
      bytes: Buffer.concat([whole.subarray(0, -1), Buffer.of(7)]),
      says: /have SHA-256 .* instead of 8db64d7d0a07…/,
    },
  ];
  try {
    for (const { file, bytes, says } of cases) {
      const weightsPath = join(folder, file);
      if (bytes !== undefined) await writeFile(weightsPath, bytes);
      const reports = new Reports();
      await using _eyes = Eyes.open({
        cameras: [order("side")],
        model: { ...model, weightsPath },
        onReport: reports.take,
        log,
      });
      const picture = reports.next("picture");
      const { state } = await reports.next("detector", (report) => report.state.kind === "failed");
      assert.ok(state.kind === "failed");
      assert.match(state.why, says);
      await picture;
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a file that is no model is told as such", async () => {
  const folder = await mkdtemp(join(tmpdir(), "palisade-"));
  try {
    const { createHash } = await import("node:crypto");
    const { Detector, readManifest } = await import("../../server/detect/session.ts");
    const model = ownModel();
    assert.ok("manifestPath" in model);
    const rubbish = Buffer.from("this is no model at all");
    const weightsPath = join(folder, "rubbish.onnx");
    await writeFile(weightsPath, rubbish);
    const manifest = await readManifest(model.manifestPath);
    const sha256 = createHash("sha256").update(rubbish).digest("hex");
    await assert.rejects(
      Detector.open({
        manifest: { ...manifest, bytes: rubbish.length, sha256 },
        weightsPath,
        keepThreshold: 0.2,
      }),
      /^Error: Cannot load model "palisade-person-256x416": it is no ONNX model, or was cut short; install another$/,
    );
    await copyFile(model.weightsPath, weightsPath);
    const input = { ...manifest.input, width: 448 };
    await assert.rejects(
      Detector.open({ manifest: { ...manifest, input }, weightsPath, keepThreshold: 0.2 }),
      /its input is float32 1,3,256,416 instead of float32 1,3,256,448; correct its manifest$/,
    );
    assert.ok(existsSync(weightsPath));
  } finally {
    await rm(folder, { recursive: true });
  }
});
