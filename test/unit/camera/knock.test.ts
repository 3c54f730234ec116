import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { test } from "node:test";
import { knock } from "../../../server/camera/knock.ts";

const never = new AbortController().signal;
const order = (source: string) => ({ id: "press", source, fps: 10, transport: "tcp" }) as const;

test("somebody who answers, a file and a device that are there are no fault", async () => {
  const server = createServer((socket) => socket.on("error", () => undefined));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  try {
    for (const scheme of ["rtsp", "rtsps", "http", "https"])
      assert.equal(await knock(order(`${scheme}://u:p@127.0.0.1:${port}/a`), never), undefined);
    assert.equal(await knock(order(`file:${import.meta.filename}`), never), undefined);
    assert.equal(await knock(order("/dev/null"), never), undefined);
  } finally {
    server.close();
  }
});

test("who is not there is told in a sentence with the cure, and without the password", async () => {
  const rows = [
    [
      "rtsp://admin:swordfish@127.0.0.1:1/a",
      "lost",
      /the connection was refused; check the camera and its port$/,
    ],
    ["http://[::1]:1/a", "lost", /^Cannot open camera "press": (the connection was refused|no route|.*not)/],
    ["rtsp://camera.invalid/a", "lost", /its name cannot be resolved; check the address$/],
    ["file:/no/such/film.mp4", "refused", /the file is missing; check its path \(\/no\/such\/film\.mp4\)$/],
    ["/dev/video-none", "lost", /the device is not there; check its plug$/],
    ["gopher://127.0.0.1/a", "unsupported", /Cannot tell the kind of a camera source/],
  ] as const;
  for (const [source, why, message] of rows) {
    const ending = await knock(order(source), never);
    assert.equal(ending?.why, why, source);
    assert.match(ending?.message ?? "", message);
    assert.doesNotMatch(ending?.message ?? "", /swordfish/);
  }
});

test("an abort ends the knock without a verdict", async () => {
  const asked = new AbortController();
  const answer = knock(order("rtsp://127.0.0.1:1/a"), asked.signal);
  asked.abort();
  assert.equal(await answer, undefined);
});
