/** Viewers come and go as they like: one that leaves in the middle of a picture leaves nothing behind. */
import assert from "node:assert/strict";
import { get, type IncomingMessage } from "node:http";
import { test } from "node:test";
import { monotonicMs } from "../../../server/base/clock.ts";
import { openLog } from "../../../server/base/log.ts";
import type { Box } from "../../../server/box.ts";
import { type Picture, Pictures } from "../../../server/camera/pictures.ts";
import type { CameraId } from "../../../server/domain/units.ts";
import { app } from "../../../server/http/app.ts";
import { serve } from "../../../server/http/serve.ts";
import { ViewFeed } from "../../../server/http/view.ts";
import { until } from "../../support/until.ts";

class CountedPictures extends Pictures {
  waiting = 0;
  listening = 0;

  override async newer(camera: CameraId, than: Picture | undefined, signal: AbortSignal) {
    this.waiting++;
    try {
      return await super.newer(camera, than, signal);
    } finally {
      this.waiting--;
    }
  }

  override subscribe(listener: (picture: Picture) => void): Disposable {
    const subscription = super.subscribe(listener);
    this.listening++;
    return {
      [Symbol.dispose]: () => {
        this.listening--;
        subscription[Symbol.dispose]();
      },
    };
  }
}

/** A served box whose pictures the test puts, and which counts who follows it. */
async function fakeBox() {
  const pictures = new CountedPictures();
  const followers = new Set<(news: boolean) => void>();
  const cameras = [{ id: "front" }];
  const box = {
    onChange: (follower: (news: boolean) => void) => {
      followers.add(follower);
      return { [Symbol.dispose]: () => void followers.delete(follower) };
    },
    guard: { rules: { cameras }, config: { network: { lan: { on: false } } } },
    cameras: { pictures },
  } as unknown as Box;
  const feed = new ViewFeed(box);
  const log = openLog("test", { write: () => undefined });
  const serving = await serve(app({ box, feed, kioskFolder: "kiosk/dist", log }), {
    host: "127.0.0.1",
    port: 0,
  });
  let seq = 0;
  const put = (): void => {
    pictures.put({
      ...{ camera: "front", seq: seq++, capturedAt: monotonicMs() },
      size: { width: 1, height: 1 },
      jpeg: new Uint8Array(100_000),
    });
  };
  return {
    ...{ pictures, followers, cameras, put, url: serving.url },
    async [Symbol.asyncDispose]() {
      feed[Symbol.dispose]();
      await serving[Symbol.asyncDispose]();
    },
  };
}

async function view(url: string): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  get(`${url}live/front`, resolve).once("error", reject);
  return await promise;
}

test("viewers that leave, in the middle of a picture or between two, leave no stream and no follower", async () => {
  await using box = await fakeBox();
  const before = box.followers.size;
  box.put();
  const viewers = await Promise.all(Array.from({ length: 12 }, async () => await view(box.url)));
  // Half of them read, half let the pictures pile up at their own end.
  for (const viewer of viewers.slice(0, 6)) viewer.resume();
  await until({ what: "all follow", ms: 2_000, check: () => box.followers.size === before + 12 });
  for (let i = 0; i < 20; i++) box.put();
  for (const viewer of viewers) viewer.destroy();
  await until({
    what: "nobody is waited for and nobody follows",
    ms: 2_000,
    check: () => box.pictures.waiting === 0 && box.followers.size === before,
  });
});

test("a kiosk that leaves takes its subscription along", async () => {
  await using box = await fakeBox();
  const sockets = Array.from({ length: 3 }, () => new WebSocket(`${box.url.replace("http", "ws")}api/tiles`));
  await until({ what: "all are served", ms: 2_000, check: () => box.pictures.listening === 3 });
  box.put();
  for (const socket of sockets) socket.close();
  await until({ what: "none is served", ms: 2_000, check: () => box.pictures.listening === 0 });
});

test("the stream of a camera that is removed ends", async () => {
  await using box = await fakeBox();
  box.put();
  const viewer = await view(box.url);
  viewer.resume();
  await until({ what: "it follows", ms: 2_000, check: () => box.pictures.waiting === 1 });
  const ended = new Promise((resolve) => viewer.once("end", resolve));
  box.cameras.pop();
  for (const follower of [...box.followers]) follower(true);
  await ended;
  assert.equal(box.pictures.waiting, 0);
});
