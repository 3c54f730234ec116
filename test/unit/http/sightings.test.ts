/** What the detector sees, frame by frame, to whoever has a session; and nothing left when they go. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openLog } from "../../../server/base/log.ts";
import type { Box } from "../../../server/box.ts";
import { EMPTY_CONFIG } from "../../../server/domain/config.ts";
import { app } from "../../../server/http/app.ts";
import type { Sighting } from "../../../server/http/sightings.ts";
import { ViewFeed } from "../../../server/http/view.ts";
import { until } from "../../support/until.ts";
import { fakeRoutes, HOST, PIN } from "./fake.ts";

const PERSON = { label: "person", score: 0.9, box: { x0: 0.1, y0: 0.1, x1: 0.2, y1: 0.6 } };

/** A box of one camera whose frames the test puts. */
function fakeBox() {
  const followers = new Set<(news: boolean) => void>();
  const watch = {
    state: { kind: "running", since: 0 },
    trust: { kind: "trusted" },
    observedAt: undefined as number | undefined,
    detections: [] as readonly (typeof PERSON)[],
  };
  const cameras = [{ id: "front", name: "Front", source: "file:a.mp4", fps: 10, transport: "tcp" }];
  const sam = { id: "1", name: "Sam", role: "maintenance", active: true };
  const config = { ...EMPTY_CONFIG, cameras };
  const state = { at: 0, cameras: new Map([["front", watch]]), detector: { kind: "ready" } };
  const box = {
    onChange: (follower: (news: boolean) => void) => {
      followers.add(follower);
      return { [Symbol.dispose]: () => void followers.delete(follower) };
    },
    view: () => ({}),
    journal: { tell: () => undefined },
    store: {
      checkPin: async () => ({ ok: true, person: sam }),
      people: async () => [sam],
      crew: { standing: async () => sam },
    },
    guard: {
      config,
      rules: { cameras: [{ id: "front", name: "Front", staleMs: 1_000 }], threshold: 0.45 },
      pipeline: { state },
    },
  };
  const told = (): void => {
    for (const follower of followers) follower(false);
  };
  return {
    box: box as unknown as Box,
    followers,
    see(at: number, detections: readonly (typeof PERSON)[]) {
      Object.assign(watch, { observedAt: at, detections });
      state.at = at;
      told();
    },
    pass(at: number) {
      state.at = at;
      told();
    },
    forget() {
      config.cameras = [];
      told();
    },
  };
}

async function open() {
  const fake = fakeBox();
  const feed = new ViewFeed(fake.box);
  const log = openLog("test", { write: () => undefined });
  const routes = app({ box: fake.box, feed, kioskFolder: "kiosk/dist", log });
  const headers = { host: HOST, "content-type": "application/json" };
  const body = JSON.stringify({ name: "Sam", pin: PIN });
  const session = await routes.request("/api/session", { method: "POST", headers, body });
  const cookie = session.headers.get("set-cookie")?.split(";")[0] ?? "";
  const gone = new AbortController();
  const followers = fake.followers.size;
  const request = new Request(`http://${HOST}/api/cameras/front/sightings`, {
    headers: { host: HOST, cookie },
    signal: gone.signal,
  });
  const response = await routes.request(request);
  assert.equal(response.status, 200);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  assert.ok(reader !== undefined);
  return {
    ...fake,
    gone,
    others: followers,
    next: async (): Promise<Sighting | undefined> => {
      const { value, done } = await reader.read();
      return done ? undefined : (JSON.parse(value.replace(/^data: /, "")) as Sighting);
    },
    [Symbol.dispose]: () => feed[Symbol.dispose](),
  };
}

test("each frame is told once with what was seen in it, and that it has grown too old", async () => {
  using stream = await open();
  stream.see(100, [PERSON]);
  assert.deepEqual(await stream.next(), {
    ...{ capturedAt: 100, fresh: true, threshold: 0.45, detections: [PERSON] },
  });
  stream.pass(150);
  stream.see(200, []);
  assert.deepEqual((await stream.next())?.detections, []);
  stream.pass(1_900);
  const old = await stream.next();
  assert.deepEqual([old?.capturedAt, old?.fresh], [200, false]);
});

test("a screen that is slow is told of the newest frame alone", async () => {
  using stream = await open();
  for (let n = 1; n <= 50; n++) stream.see(n * 100, []);
  const seen: number[] = [];
  while (seen.at(-1) !== 5_000) seen.push((await stream.next())?.capturedAt ?? 5_000);
  assert.ok(seen.length <= 3, `${seen}`);
});

test("nothing follows the box any more once the screen has gone or the camera was removed", async () => {
  for (const end of ["gone", "removed"] as const) {
    using stream = await open();
    stream.see(100, []);
    await stream.next();
    assert.equal(stream.followers.size, stream.others + 1);
    if (end === "gone") stream.gone.abort();
    else stream.forget();
    await until({
      what: `nobody follows: ${end}`,
      ms: 2_000,
      check: () => stream.followers.size === stream.others,
    });
  }
});

test("without a session nothing is told", async () => {
  using fake = fakeRoutes();
  assert.equal((await fake.get("/api/cameras/front/sightings")).status, 401);
});
