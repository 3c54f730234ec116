/** The search for cameras and the talk with them, against cameras that answer well, badly, and with bad intent. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { discover } from "../../server/camera/discover.ts";
import { type OnvifStreams, onvifStreams } from "../../server/camera/onvif.ts";
import { discoverOnvif } from "../../server/camera/onvif_find.ts";
import { type OnvifFault, startOnvif } from "../support/onvif.ts";
import { ROOT } from "../support/runtime.ts";

const NOWHERE = { sys: "/nowhere", dev: "/nowhere" };
const LOOP = { interface: "127.0.0.1" } as const;

test("cameras answer the search, each once; noise, a flood and false answers take nothing away", async () => {
  const login = { user: "admin", pass: "secret" };
  await using rig = await startOnvif([
    { name: "front", ...login },
    { name: "noisy", ...login, fault: "noise" },
    { name: "elsewhere", ...login, fault: "elsewhere" },
    { name: "unrelated", ...login, fault: "unrelated" },
    { name: "mute", ...login, fault: "mute" },
  ]);
  const names = async (): Promise<readonly string[]> => {
    const { usb, onvif, problems } = await discover({ network: { ...LOOP, timeoutMs: 900 }, roots: NOWHERE });
    assert.deepEqual([usb, problems], [[], { usb: [], onvif: [] }]);
    for (const { address, xaddr } of onvif) assert.equal(xaddr, `http://${address}/onvif/device_service`);
    for (const { address } of onvif) assert.match(address, /^127\.0\.0\.1:\d+$/);
    return onvif.map(({ name }) => name).sort();
  };
  assert.deepEqual(await names(), ["elsewhere", "front", "noisy"]);
  await rig.fault("unrelated", "flood");
  const flooded = await names();
  assert.ok(flooded.length <= 16, `${flooded.length} cameras of one sender`);
  assert.ok(flooded.includes("front"), "the true one is still there");
});

test("every network of the box is asked; one that takes no question is told in words, and so is none at all", (t) => {
  const script = `
    import { startOnvif } from ${JSON.stringify(`${ROOT}test/support/onvif.ts`)};
    import { discoverOnvif } from ${JSON.stringify(`${ROOT}server/camera/onvif_find.ts`)};
    import { execSync } from "node:child_process";
    const alone = await discoverOnvif({ timeoutMs: 200 });
    const nets = ["10.77.1.1", "10.77.2.1"];
    for (const [i, net] of nets.entries()) execSync(
      \`ip link add near\${i} type veth peer name far\${i} && ip addr add \${net}/24 dev near\${i} && ip link set near\${i} up && ip link set far\${i} up\`);
    await using rig = await startOnvif(
      [{ name: "one", user: "admin", pass: "x" }, { name: "two", user: "admin", pass: "x" }], nets);
    const both = await discoverOnvif({ timeoutMs: 900 });
    const gone = await discoverOnvif({ timeoutMs: 200, interface: "10.77.9.9" });
    console.log(JSON.stringify({ alone, both, gone }));`;
  const node = [process.execPath, "--input-type=module", "-e", script];
  try {
    execFileSync("unshare", [
      "-rn",
      "sh",
      "-c",
      "ip link set lo up && ip link add near type veth peer name far",
    ]);
  } catch {
    t.skip("this system gives no network namespace with a veth pair; cure: run as root with iproute2");
    return;
  }
  const said = execFileSync("unshare", ["-rn", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", ...node], {
    encoding: "utf8",
    timeout: 30_000,
  });
  const { alone, both, gone } = JSON.parse(said) as Record<string, Awaited<ReturnType<typeof discoverOnvif>>>;
  assert.match(alone?.problems[0] ?? "", /this box has no IPv4 network/);
  assert.deepEqual(
    both?.found.map(({ name, address }) => [name, address.split(":")[0]]),
    [
      ["one", "10.77.1.1"],
      ["two", "10.77.2.1"],
    ],
  );
  assert.match(gone?.problems[0] ?? "", /^Cannot search for cameras from 10\.77\.9\.9 \(E\w+\)/);
});

test("streams are told for the right login, also by a camera whose clock is a day off, and refused for a wrong one", async () => {
  await using rig = await startOnvif([
    { name: "plain", user: "admin", pass: "a%41@:/p" },
    { name: "umlaut", user: "admin", pass: "grün" },
    { name: "yesterday", user: "admin", pass: "secret", clock_s: -86_400 },
    { name: "web", user: "admin", pass: "secret", auth: "http" },
    { name: "behind a router", user: "admin", pass: "secret", fault: "nat" },
    { name: "misleading", user: "admin", pass: "secret", fault: "elsewhere" },
    { name: "open" },
  ]);
  const ask = async (name: string, password: string): Promise<OnvifStreams> => {
    const { port } = await rig.camera(name);
    return await onvifStreams({ address: `127.0.0.1:${port}`, user: "admin", password });
  };
  const right = { plain: "a%41@:/p", umlaut: "grün", yesterday: "secret", web: "secret" } as const;
  const more = { "behind a router": "secret", misleading: "secret", open: "any" } as const;
  const told = await Promise.all(
    Object.entries({ ...right, ...more }).map(([name, pass]) => ask(name, pass)),
  );
  for (const [i, answer] of told.entries()) {
    assert.ok(answer.ok, answer.ok ? "" : `${i}: ${answer.message}`);
    assert.equal(answer.name, "Rig Eye 3");
    assert.deepEqual(
      answer.streams.map(({ profile, codec, size, fps, recommended }) => [
        ...[profile, codec, size.width, size.height, fps, recommended],
      ]),
      [
        ["Main stream", "h264", 2560, 1440, 25, false],
        ["Sub & stream", "h264", 704, 576, 12, true],
        ["Mobile", "mjpeg", 320, 180, 5, false],
      ],
    );
    const hosts = answer.streams.map(({ source }) => new URL(source).host);
    assert.deepEqual(hosts, Array(3).fill("127.0.0.1:554"), "never another host");
  }
  assert.ok(told[0]?.ok);
  assert.equal(
    told[0].streams[1]?.source,
    "rtsp://admin:a%2541%40%3A%2Fp@127.0.0.1:554/stream/sub?channel=1&unicast=true",
  );
  const wrong = await Promise.all(Object.keys(right).map((name) => ask(name, "wrong-password")));
  for (const answer of wrong) {
    assert.ok(!answer.ok && answer.why === "refused");
    assert.match(
      answer.message,
      /^Cannot ask 127\.0\.0\.1:\d+ for its streams: it refused the login; check the user/,
    );
  }
});

test("a camera that is silent, slow, broken or hostile ends in a sentence, within the time, and stops nobody", async () => {
  const faults = {
    badauth: "refused",
    silent: "lost",
    slow: "lost",
    prefixes: "lost",
    garbage: "unsupported",
    huge: "unsupported",
    bomb: "unsupported",
    html: "unsupported",
    shape: "unsupported",
    redirect: "unsupported",
    clock: "refused",
  } as const satisfies Partial<Record<OnvifFault, string>>;
  const list = Object.keys(faults) as (keyof typeof faults)[];
  await using rig = await startOnvif(
    list.map((fault) => ({ name: fault, user: "admin", pass: "secret", fault })),
  );
  let longest = 0;
  let last = performance.now();
  const pulse = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 20);
  const ends: Record<string, string> = {};
  // Three at a time: each is a process.
  for (let i = 0; i < list.length; i += 3) {
    await Promise.all(
      list.slice(i, i + 3).map(async (fault) => {
        const { port } = await rig.camera(fault);
        const login = { address: `127.0.0.1:${port}`, user: "admin", password: "secret", timeoutMs: 5_000 };
        const answer = await onvifStreams(login);
        ends[fault] = answer.ok ? "ok" : answer.why;
        if (!answer.ok) assert.doesNotMatch(answer.message, /secret|\n/);
      }),
    );
  }
  clearInterval(pulse);
  assert.deepEqual(ends, faults);
  assert.ok(longest < 1_000, `the event loop stood still for ${longest.toFixed(0)} ms`);
  const { cut } = (await rig.camera("huge")) as unknown as { cut: number };
  assert.ok(cut > 0, "20 MB were not listened to");
});

test("asking nobody, nowhere, or no longer ends in a sentence too", async () => {
  const nobody = await onvifStreams({ address: "127.0.0.1:9", user: "", password: "" });
  assert.ok(!nobody.ok && nobody.why === "lost" && /the connection was refused/.test(nobody.message));
  const nowhere = await onvifStreams({ address: "a\nb", user: "", password: "" });
  assert.ok(!nowhere.ok && /that is no address/.test(nowhere.message));
  const found = await discoverOnvif({ ...LOOP, timeoutMs: 30_000, signal: AbortSignal.abort() });
  assert.deepEqual(found, { found: [], problems: [] });
  await using rig = await startOnvif([{ name: "silent", fault: "silent" }]);
  const { port } = await rig.camera("silent");
  const started = performance.now();
  const signal = AbortSignal.timeout(300);
  const given = await onvifStreams({ address: `127.0.0.1:${port}`, user: "", password: "", signal });
  assert.ok(!given.ok);
  assert.ok(performance.now() - started < 4_000, "the caller's own end counts");
});
