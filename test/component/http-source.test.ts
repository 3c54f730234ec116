/** HTTP cameras read by our own client, against cameras that do everything wrong. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { test } from "node:test";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import type { Ending } from "../../server/camera/ffmpeg.ts";
import { type HttpPicture, readHttp } from "../../server/camera/http.ts";
import { jpegSize } from "../../server/camera/jpeg.ts";
import { connectionsOf, type MjpegCamera, type MjpegFault, startMjpeg } from "../support/mjpeg.ts";
import { until } from "../support/until.ts";

const PASSWORD = "s3cret/word";
const SMALL = { size: "160x90", fps: 10 } as const;
const OPENSSL = spawnSync("openssl", ["version"]).status === 0;

interface Reading extends AsyncDisposable {
  readonly pictures: HttpPicture[];
  readonly unreadable: string[];
  readonly ending: Promise<Ending>;
}

/** Reads until disposed, and keeps what came. */
function reading(id: string, source: string, fps = 10): Reading {
  const abort = new AbortController();
  const pictures: HttpPicture[] = [];
  const unreadable: string[] = [];
  const ending = readHttp({
    order: { id, source, fps, transport: "tcp" },
    signal: abort.signal,
    onPicture: (picture) => pictures.push(picture),
    onUnreadable: (why) => unreadable.push(why),
  });
  return {
    pictures,
    unreadable,
    ending,
    async [Symbol.asyncDispose]() {
      abort.abort();
      await ending;
    },
  };
}

async function pictures(read: Reading, count: number, what: string, ms = 10_000): Promise<void> {
  await until({ what: `${count} pictures: ${what}`, ms, check: () => read.pictures.length >= count });
}

/** Something on a port that is no HTTP camera. */
async function listener(answer: string): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => socket.end(answer));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close();
    },
  };
}

test("streams and single pictures come whole, from every kind of camera and login", async () => {
  const login = { user: "admin", pass: PASSWORD };
  const cameras: (MjpegCamera & { readonly fault?: MjpegFault })[] = [
    { name: "stream" },
    { name: "single", snapshot: 1 },
    { name: "fast", fps: 25 },
    { name: "basic", ...login, auth: "basic" },
    { name: "digest", ...login, auth: "digest" },
    { name: "stale", ...login, auth: "sha256", nonce_uses: 3, snapshot: 1 },
    { name: "redirect", ...login, fault: "redirect" },
    { name: "nolength", fault: "nolength" },
    { name: "badlength", fault: "badlength" },
    { name: "single-nolength", snapshot: 1, fault: "nolength" },
    ...(OPENSSL ? [{ name: "tls", ...login, tls: 1 } as const] : []),
  ];
  await using rig = await startMjpeg(cameras.map(({ fault: _, ...camera }) => ({ ...SMALL, ...camera })));
  for (const { name, fault } of cameras) if (fault !== undefined) await rig.fault(name, fault);
  await Promise.all(
    cameras.map(async ({ name }) => {
      await using read = reading(name, rig.url(name));
      await pictures(read, 1, name);
      const startedAt = monotonicMs();
      await wait(2_000);
      const [seen, took] = [read.pictures.slice(1), (monotonicMs() - startedAt) / 1000];
      assert.ok(seen.length >= 5 * took, `${name}: ${seen.length} pictures`);
      assert.ok(seen.length <= 10.5 * took + 3, `${name}: ${seen.length} pictures in ${took} s`);
      for (const { jpeg } of read.pictures) {
        assert.deepEqual(jpegSize(jpeg), { width: 160, height: 90 }, name);
        assert.deepEqual([...jpeg.subarray(-2)], [0xff, 0xd9], name);
      }
      assert.deepEqual(read.unreadable, [], name);
    }),
  );
});

interface Row {
  readonly name: string;
  readonly fault: MjpegFault;
  readonly more?: Readonly<Record<string, string | number>>;
  readonly camera?: Partial<MjpegCamera>;
  /** The fault comes in the middle of the stream. */
  readonly during?: true;
  readonly why: Ending["why"];
  readonly says: RegExp;
}

const LOGIN = { user: "admin", pass: PASSWORD } as const;
const WRONG = { user: "admin", pass: "n0t-it" };
const ROWS: readonly Row[] = [
  {
    name: "stop",
    fault: "stop",
    why: "lost",
    says: /^Cannot open.*connection was refused; check the camera/,
  },
  {
    name: "hole",
    fault: "blackhole",
    why: "lost",
    says: /^Cannot open.*no video came; check its power, network and address/,
  },
  {
    name: "basic",
    fault: "badauth",
    more: WRONG,
    camera: { ...LOGIN, auth: "basic" },
    why: "refused",
    says: /^Cannot open.*401; check the user and the password$/,
  },
  {
    name: "digest",
    fault: "badauth",
    more: WRONG,
    camera: LOGIN,
    why: "refused",
    says: /^Cannot open.*401; check the user/,
  },
  { name: "no-login", fault: "badauth", more: WRONG, why: "refused", says: /401; check the user/ },
  { name: "forbidden", fault: "status", more: { code: 403 }, why: "refused", says: /403; give this user/ },
  { name: "missing", fault: "status", more: { code: 404 }, why: "refused", says: /404; check the path/ },
  { name: "odd", fault: "status", more: { code: 418 }, why: "refused", says: /418; check the address/ },
  { name: "busy", fault: "status", more: { code: 503 }, why: "lost", says: /503; it may still be starting/ },
  {
    name: "page",
    fault: "html",
    why: "refused",
    says: /^Cannot open.*it sends text\/html, not pictures; check the address$/,
  },
  { name: "loop", fault: "loop", why: "refused", says: /it redirects in a circle; check the address/ },
  {
    name: "to-rtsp",
    fault: "redirect",
    more: { to: "rtsp://127.0.0.1/x" },
    why: "refused",
    says: /redirects to an address of another kind \(rtsp\)/,
  },
  { name: "drop", fault: "drop", during: true, why: "lost", says: /was lost: the connection was closed$/ },
  {
    name: "single-drop",
    fault: "stop",
    camera: { snapshot: 1 },
    during: true,
    why: "lost",
    says: /was lost: the connection was (closed|refused)/,
  },
  {
    name: "single-page",
    fault: "html",
    camera: { snapshot: 1 },
    during: true,
    why: "refused",
    says: /was lost: it sends text\/html/,
  },
  {
    name: "stall",
    fault: "stall",
    during: true,
    why: "stalled",
    says: /stalled: nothing came for 5000 ms; connecting again$/,
  },
];

test("every ending is told in a sentence with its cure and without the password", async () => {
  await using rig = await startMjpeg(ROWS.map(({ name, camera }) => ({ name, ...SMALL, ...camera })));
  await Promise.all(
    ROWS.map(async ({ name, fault, more, during, why, says }) => {
      if (during === undefined) await rig.fault(name, fault, more);
      await using read = reading(name, rig.url(name));
      if (during !== undefined) {
        await pictures(read, 2, name);
        await rig.fault(name, fault, more);
      }
      const ending = await read.ending;
      assert.equal(ending.why, why, `${name}: ${ending.message}`);
      assert.match(ending.message, says);
      assert.match(ending.message, new RegExp(`^(Cannot open camera|Camera) "${name}"`));
      assert.doesNotMatch(ending.message, /s3cret|n0t-it/);
    }),
  );
});

test("what speaks no HTTP or no TLS is refused", async () => {
  await using shell = await listener("SSH-2.0-OpenSSH\r\n");
  for (const [protocol, says] of [
    ["http", /does not speak HTTP; check the port/],
    ["https", /does not speak https; check the port/],
  ] as const) {
    await using read = reading("odd", `${protocol}://127.0.0.1:${shell.port}/`);
    const { why, message } = await read.ending;
    assert.equal(why, "refused", message);
    assert.match(message, says);
  }
});

test("a redirect to another host gets no password", async () => {
  await using rig = await startMjpeg([
    { name: "front", ...SMALL, ...LOGIN, auth: "basic" },
    { name: "other", ...SMALL, ...LOGIN, auth: "basic" },
  ]);
  const { port } = await rig.camera("other");
  await rig.fault("front", "redirect", { to: `http://localhost:${port}/other` });
  await using read = reading("front", rig.url("front"));
  const { why, message } = await read.ending;
  assert.equal(why, "refused");
  assert.match(message, new RegExp(`it redirects to http://localhost:${port}, which gets no password`));
});

test("what is no picture is counted with the reason, and a camera that recovers is read on", async () => {
  const cases: readonly (readonly [MjpegFault, RegExp])[] = [
    ["truncate", /^its pictures are cut short$/],
    ["endless", /^what it sends is no picture$/],
    ["headers", /^the header of a picture is longer than 8 KB$/],
  ];
  await using rig = await startMjpeg(cases.map(([name]) => ({ name, ...SMALL })));
  for (const [name, why] of cases) {
    await using read = reading(name, rig.url(name));
    await pictures(read, 2, name);
    await rig.fault(name, name);
    await until({ what: `${name} is counted`, ms: 5_000, check: () => read.unreadable.length >= 2 });
    assert.match(read.unreadable.at(-1) ?? "", why);
    const before = read.pictures.length;
    await rig.fault(name, "none");
    await pictures(read, before + 3, `after ${name}`);
  }
});

test("a hundred openings and aborts in the middle leave no connection and no timer", async () => {
  await using rig = await startMjpeg([
    { name: "stream", ...SMALL },
    { name: "single", ...SMALL, snapshot: 1 },
  ]);
  const mine = () =>
    process
      .getActiveResourcesInfo()
      .filter((kind) => /TCP|TLS|Timeout/.test(kind))
      .sort();
  await using warm = reading("stream", rig.url("stream"));
  await pictures(warm, 1, "the first");
  await warm[Symbol.asyncDispose]();
  const before = mine();
  const open = async (name: string, count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      await using read = reading(name, rig.url(name), 30);
      if (i % 3 > 0) await pictures(read, i % 3, `opening ${i} of ${name}`);
    }
  };
  await Promise.all([open("stream", 50), open("single", 50)]);
  for (const name of ["stream", "single"]) {
    const gone = async () => connectionsOf(await rig.camera(name)) === 0;
    await until({ what: `no connection is left on ${name}`, ms: 2_000, check: gone });
  }
  await until({
    what: `${mine()} is as before: ${before}`,
    ms: 2_000,
    check: () => mine().length <= before.length,
  });
});

test("300 MB without a boundary and pictures of 50 MB leave the memory flat", async () => {
  await using rig = await startMjpeg([
    { name: "endless", ...SMALL },
    { name: "single", ...SMALL, snapshot: 1 },
    { name: "huge", ...SMALL, fps: 1 },
  ]);
  await rig.fault("endless", "endless");
  await rig.fault("single", "endless");
  await rig.fault("huge", "huge", { mb: 50 });
  await using endless = reading("endless", rig.url("endless"));
  await using single = reading("single", rig.url("single"));
  await using huge = reading("huge", rig.url("huge"));
  const full = () =>
    endless.unreadable.length > 1 && single.unreadable.length > 1 && huge.unreadable.length > 1;
  await until({ what: "every buffer has been full once", ms: 20_000, check: full });
  const before = process.memoryUsage.rss();
  // After the first, each stands for 10 MB.
  const told = () => endless.unreadable.length + single.unreadable.length;
  const from = told();
  let most = before;
  const far = () => {
    most = Math.max(most, process.memoryUsage.rss());
    return told() >= from + 30 && huge.unreadable.length >= 5;
  };
  await until({ what: "300 MB", ms: 40_000, everyMs: 50, check: far });
  // Three buffers of 10 MB, each copied while it grows, before they are collected.
  assert.ok(most - before < 100e6, `the memory grew by ${Math.round((most - before) / 1e6)} MB`);
  assert.equal(endless.pictures.length + single.pictures.length + huge.pictures.length, 0);
});

test("10,000 tiny pictures a second are thinned out and leave time for everything else", async () => {
  await using rig = await startMjpeg([{ name: "tiny", ...SMALL }]);
  await rig.fault("tiny", "tiny");
  await using read = reading("tiny", rig.url("tiny"));
  await pictures(read, 1, "the first");
  const sentBefore = (await rig.camera("tiny")).sent;
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const startedAt = monotonicMs();
  const before = read.pictures.length;
  await wait(2_000);
  delay.disable();
  const took = (monotonicMs() - startedAt) / 1000;
  const sent = ((await rig.camera("tiny")).sent - sentBefore) / took;
  const passed = read.pictures.length - before;
  assert.ok(sent > 5_000, `the camera sent ${sent} a second`);
  assert.ok(passed >= 5 * took && passed <= 10.5 * took + 3, `${passed} pictures in ${took} s`);
  assert.ok(delay.percentile(95) < 50e6, `the loop was late by ${delay.percentile(95) / 1e6} ms`);
  assert.deepEqual(read.unreadable, []);
});
