/** The screens of the cameras on three panels, by touch, over a box that says what each test needs. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { wait } from "../../server/base/clock.ts";
import type { CameraFault } from "../../server/domain/camera.ts";
import { TRUST_CHECKS, TRUST_FAULTS, type TrustFault } from "../../server/domain/trust.ts";
import type { CameraView, ZoneView } from "../../server/domain/view.ts";
import { openPanel, type Panel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { ROOT } from "../support/runtime.ts";
import { look, SIZES } from "./look.ts";
import { cameraView, type Stub, startStub } from "./stub.ts";
import { because, button, shown, typePin } from "./touch.ts";

const skip = missing.chromium();

const JPEG = readFileSync(`${ROOT}models/demo/empty.jpg`);
const TAKEN_AT = Date.UTC(2026, 10, 21, 8, 30);

function doubted(id: string, name: string, why: TrustFault, message: string): CameraView {
  const trust = { kind: "distrusted", faults: [{ why, message, sinceWallAt: TAKEN_AT }] } as const;
  return cameraView(id, name, { trust, why: message, verdict: "blind" });
}

function failed(id: string, name: string, fault: CameraFault, why: string): CameraView {
  const { frameAgeMs: _age, ...never } = cameraView(id, name, {
    state: "ERROR",
    fault,
    why,
    verdict: "blind",
  });
  return { ...never, retryWallAt: Date.now() + 25_000, fps30s: 0 };
}

const LOST = failed(
  "bay",
  "Loading bay",
  "lost",
  'Cannot open camera "Loading bay": nobody answers; check its power',
);
const REFUSED = failed(
  "robot",
  "Robot",
  "refused",
  'Camera "Robot" refuses the user and password; correct them',
);
const MOVED = doubted(
  "side",
  "Side",
  "moved",
  "The scene is 12 % of the width beside its place; turn the camera back",
);

/** One tile in every state a camera can be in. */
function nine(): readonly CameraView[] {
  return [
    doubted("front", "Front", "frozen", "The same picture for 3 s; restart the camera"),
    MOVED,
    LOST,
    REFUSED,
    cameraView("press", "Press", {
      state: "STARTING",
      why: "Waiting for the first picture",
      verdict: "blind",
    }),
    cameraView("exit", "Exit", { state: "IDLE", why: "The camera is stopped", verdict: "blind" }),
    cameraView("roof", "Roof", {
      trust: { kind: "proving", faults: [] },
      why: "Its pictures are being checked",
      verdict: "blind",
    }),
    cameraView("gate", "Gate", {
      frameAgeMs: 3_200,
      verdict: "blind",
      why: "Pictures come, but nobody has looked at one yet",
    }),
    cameraView("stair", "Stair"),
  ];
}

/** As many cameras, with the longest words of each kind among them. */
function many(count: number): readonly CameraView[] {
  const faults = (["mismatch", "frozen"] as const).map((why) => {
    const camera = doubted(why, "Press", why, TRUST_CHECKS[why].title);
    const also = { why: "defocus", message: "Not sharp", sinceWallAt: TAKEN_AT } as const;
    return { ...camera, trust: { kind: "distrusted", faults: [...camera.trust.faults, also] } as const };
  });
  const errors = (["unsupported", "refused", "stalled"] as const).map((fault) =>
    failed(fault, "Hall", fault, `Cannot open it: ${fault}`),
  );
  const rest = Array.from({ length: count }, (_, n) =>
    cameraView(`c${n}`, `Line ${n}`, n % 2 === 0 ? { frameAgeMs: 3_200_000, verdict: "blind" } : {}),
  );
  return [...faults, ...errors, ...rest].slice(0, count);
}

const LISTED = [
  { id: "front", name: "Front", source: "rtsp://***@10.0.0.5:554/cam/realmonitor?channel=1&subtype=1" },
  { id: "robot", name: "Robot", source: "http://***@10.0.0.6/video.mjpg" },
].map((camera) => ({
  ...camera,
  fps: 10,
  transport: "tcp",
  scene: { takenWallAt: TAKEN_AT, takenBy: "Sam" },
}));

const ZONE: ZoneView = {
  id: "cell",
  camera: "front",
  name: "Cell",
  kind: "stop",
  polygon: [
    [0.2, 0.4],
    [0.8, 0.4],
    [0.8, 0.9],
  ],
  verdict: "clear",
  sinceWallAt: TAKEN_AT,
};

/** A box with two cameras whose every answer the test knows. */
function furnish(stub: Stub): void {
  stub.tell({ cameras: [cameraView("front", "Front"), REFUSED], zones: [ZONE] });
  const sam = { name: "Sam", role: "maintenance" };
  stub.answer("GET /api/people", () => ({ body: [sam] }));
  stub.answer("POST /api/session", () => ({ body: sam }));
  stub.answer("DELETE /api/session", () => ({ status: 204 }));
  stub.answer("GET /api/cameras", () => ({ body: LISTED }));
  const readings = TRUST_FAULTS.map((check, n) => {
    const { limit } = TRUST_CHECKS[check];
    const state = (["ok", "suspect", "failed", "unknown"] as const)[n % 4];
    return { check, state, value: state === "unknown" ? null : limit * 0.63, limit };
  });
  const tally = { sinceWallAt: TAKEN_AT, frames: 252_101, replaced: 3, unreadable: 0 };
  const checks = {
    readings,
    codec: "h264",
    lateMs: 21,
    fps30s: 9.9,
    session: tally,
    total: { ...tally, runs: 4 },
  };
  stub.answer("GET /api/cameras/*/checks", () => ({ body: checks }));
  stub.answer("GET /api/cameras/*/scene.jpg", () => ({ body: JPEG }));
  stub.answer("POST /api/cameras/*/scene", () => ({ body: { takenWallAt: TAKEN_AT, takenBy: "Sam" } }));
  stub.answer("POST /reset-counters", () => ({ body: {} }));
}

async function enterCameras(panel: Panel): Promise<void> {
  await button(panel, "Maintenance").tap();
  await panel.page.getByRole("button", { name: "Sam" }).tap();
  await typePin(panel, "730146");
  await button(panel, "Unlock").tap();
  await shown(panel, "41 % of its computing time is free.");
  await button(panel, "Set up cameras").tap();
  await button(panel, "Add camera").waitFor();
}

async function type(panel: Panel, keys: Iterable<string>): Promise<void> {
  for (const key of keys) await button(panel, key).tap();
}

/** Every key's size in millimetres, the smallest first. */
async function keySizes(panel: Panel, mm: number): Promise<readonly number[]> {
  const sides = await panel.page
    .locator(".key")
    .evaluateAll((keys) =>
      keys.map((key) => Math.min(key.getBoundingClientRect().width, key.getBoundingClientRect().height)),
    );
  return sides.map((side) => side / mm).sort((a, b) => a - b);
}

/** They mostly wait for a finger: two at a time take a small machine no longer than one. */
const TOGETHER = { concurrency: 2 } as const;

describe("the tiles", TOGETHER, () => {
  for (const size of SIZES)
    test(`nine tiles say what is wrong with each camera, and none is cut off, at ${size.width}x${size.height}`, {
      skip,
    }, async () => {
      await using stub = await startStub();
      stub.tell({ cameras: nine(), state: "tripped" });
      await using panel = await openPanel({ url: stub.url, ...size });
      const tile = (name: string) => panel.page.getByRole("region", { name, exact: true });
      await tile("Front").getByText("Frozen picture").first().waitFor();
      await tile("Side").getByText("Moved", { exact: true }).first().waitFor();
      await tile("Loading bay").getByText("No connection").first().waitFor();
      await tile("Loading bay")
        .getByText(/Tries again in \d+ s/)
        .waitFor();
      await tile("Robot").getByText("A person is needed", { exact: true }).waitFor();
      await tile("Press").getByText("Starting", { exact: true }).waitFor();
      await tile("Exit").getByText("Stopped", { exact: true }).waitFor();
      await tile("Gate")
        .getByText(/NO PICTURE FOR 3\.\d s/)
        .waitFor();
      // What moves is alive: a mark of liveness stands at the two whose pictures are.
      await panel.page.waitForFunction(() => document.querySelectorAll(".tile .liveness svg").length === 2);
      assert.equal(await tile("Stair").locator(".veil").count(), 0);
      await tile("Stair").getByText("No zones").waitFor();
      assert.equal(
        await tile("Front")
          .locator("canvas")
          .evaluate((canvas) => getComputedStyle(canvas).filter === "none"),
        false,
      );
      assert.deepEqual(await look(panel, "faults-9", size), []);
      for (const count of [8, 12, 16]) {
        stub.tell({ cameras: many(count) });
        await panel.page.waitForFunction(
          (live) =>
            document.querySelectorAll(".tile .doubt").length === 2 &&
            document.querySelectorAll(".tile .liveness svg").length === live,
          Math.floor((count - 5) / 2),
        );
        assert.deepEqual(await look(panel, `faults-${count}`, size), []);
      }

      // Few tiles have the room for whole sentences.
      stub.tell({ cameras: [MOVED, REFUSED] });
      await tile("Side")
        .getByText(MOVED.why ?? "")
        .first()
        .waitFor();
      await tile("Robot").getByText("A person is needed: it will be the same again").waitFor();
      assert.deepEqual(await look(panel, "faults-2", size), []);
      stub.answer("POST /start", () => ({ body: { status: "started", cameras: {} } }));
      const again = button(panel, "Try again: Robot");
      assert.ok(((await again.boundingBox())?.height ?? 0) >= 15 * size.mm - 0.5);
      await again.tap();
      await shown(panel, "Start Robot");
      assert.deepEqual(stub.asked.at(-1), { method: "POST", path: "/start", body: { camera: "robot" } });
      assert.deepEqual(panel.errors, []);
    });

  test("each way not to be trusted is written over its picture", { skip }, async () => {
    await using stub = await startStub();
    const cameras = TRUST_FAULTS.map((why) => doubted(why, `Camera ${why}`, why, TRUST_CHECKS[why].title));
    stub.tell({ cameras });
    await using panel = await openPanel({ url: stub.url });
    await panel.page.waitForFunction(
      (count) => document.querySelectorAll(".doubt strong").length === count,
      cameras.length,
    );
    const titles = await panel.page.locator(".doubt strong").allInnerTexts();
    assert.deepEqual(titles, [
      "Wrong picture size",
      "Camera clock",
      "Late",
      "Too dark",
      "Too bright",
      "Covered",
      "Frozen picture",
      "Moved",
      "Out of focus",
    ]);
    assert.equal(await panel.page.locator(".tile .liveness svg").count(), 0, "none looks live");
  });
});

describe("the cameras' pages", TOGETHER, () => {
  for (const size of SIZES)
    test(`a camera is looked at, added, tested and removed by touch alone at ${size.width}x${size.height}`, {
      skip,
    }, async (t) => {
      await using stub = await startStub();
      furnish(stub);
      await using panel = await openPanel({ url: stub.url, ...size });
      const faults: string[] = [];
      const see = async (state: string): Promise<void> => {
        faults.push(...(await look(panel, state, size)));
      };
      await enterCameras(panel);
      stub.tell({ cameras: [] });
      await shown(panel, "No cameras are set up");
      await see("cameras-none");
      stub.tell({ cameras: nine().slice(0, 8) });
      await shown(panel, "refuses the user and password");
      await see("cameras");

      stub.tell({ cameras: [MOVED, REFUSED] });
      await button(panel, "Side").tap();
      await panel.page.locator(".doubt").waitFor();
      await see("camera-moved");
      await button(panel, "Back").tap();
      await button(panel, "Robot").tap();
      await button(panel, "Try again: Robot").waitFor();
      await see("camera-refused");
      await button(panel, "Back").tap();
      furnish(stub);
      await button(panel, "Front").tap();
      await shown(panel, TRUST_CHECKS.frozen.text);
      await shown(panel, "9.9/s of 10/s, its zones need 3/s");
      await panel.page.waitForFunction(() => document.querySelector(".veil") === null);
      await see("camera");
      await button(panel, "Reset counters").scrollIntoViewIfNeeded();
      await see("camera-below");
      await button(panel, "Reset counters").tap();
      await shown(panel, "Counters reset");
      assert.deepEqual(stub.asked.findLast(({ path }) => path === "/reset-counters")?.body, {
        camera: "front",
      });
      await button(panel, "Take new reference picture").tap();
      await shown(panel, "Take a new reference picture of Front?");
      await wait(350); // for 300 ms after opening a dialog takes a touch for a bounce
      await see("camera-scene");
      await button(panel, "Take it").tap();
      await shown(panel, "Reference picture taken");

      stub.answer("DELETE /api/cameras/*", ({ path }) =>
        path.endsWith("?withZones=true")
          ? { status: 204 }
          : {
              status: 409,
              body: {
                detail:
                  "With camera Front its zones would go: Cell; these outputs would follow them no longer: Run permit",
              },
            },
      );
      await wait(350); // what comes to the place of a touch takes none for 300 ms
      await button(panel, "Remove Front").tap();
      await shown(panel, "Its zones go with it: Cell.");
      await wait(350);
      await button(panel, "Remove").tap();
      await shown(panel, "these outputs would follow them no longer: Run permit");
      await wait(350);
      await see("camera-remove");
      assert.ok(
        await button(panel, "Request stop").isVisible(),
        "nobody who is asked is cut off from the stop",
      );
      await button(panel, "Remove all of it").tap();
      await because(panel, "To correct something");
      await shown(panel, "Front removed");

      await button(panel, "Add camera").tap();
      await see("add");
      await button(panel, "Network address").tap();
      await button(panel, "Name").tap();
      await type(panel, ["Capital letter", ..."Gate"]);
      await button(panel, "Done").tap();
      await button(panel, "Address").tap();
      await type(panel, "rtsp://10.0.0.9/a?b=1");
      await type(panel, ["More signs", "Cursor left", "Letters", "Erase", "_"]);
      await see("add-keys");
      const [smallest = 0] = await keySizes(panel, size.mm);
      t.diagnostic(`smallest key ${smallest.toFixed(1)} mm`);
      assert.ok(
        smallest >= (size.width > size.height ? 15 : 12) - 0.1,
        `the smallest key has ${smallest.toFixed(1)} mm`,
      );
      // A keyboard that is plugged in writes into the same text.
      await panel.page.keyboard.type("-x");
      await panel.page.keyboard.press("Enter");
      await shown(panel, "rtsp://10.0.0.9/a?b_-x1");
      await button(panel, "Password").tap();
      await type(panel, ["p", "More signs", "!", "Letters", "w"]);
      assert.equal(
        await panel.page.locator(".secret").count(),
        1,
        "a password is hidden until Show is touched",
      );
      await button(panel, "Show").tap();
      assert.equal(await panel.page.locator(".line input").inputValue(), "p!w");
      await button(panel, "Done").tap();

      const picture = `data:image/jpeg;base64,${JPEG.toString("base64")}`;
      const good = {
        ok: true,
        codec: "h264",
        size: { width: 1280, height: 720 },
        fps: 12.5,
        firstFrameMs: 1_240,
        delayMs: 132,
        picture,
      };
      await shown(panel, "Save without test");
      stub.answer("POST /api/cameras/test", () => ({
        status: 429,
        body: { detail: "Two trials are running already" },
      }));
      await button(panel, "Test").tap();
      await shown(panel, "The test was not made");
      await shown(panel, "Save without test");
      stub.answer("POST /api/cameras/test", () => ({
        body: { ok: false, why: "refused", message: "The camera refuses the password; correct it" },
      }));
      await button(panel, "Test").tap();
      await shown(panel, "The camera refuses the password; correct it");
      await shown(panel, "Save all the same");
      await see("add-refused");
      stub.answer("POST /api/cameras/test", () => ({ body: good }));
      await button(panel, "Test").tap();
      await shown(panel, "12.5 pictures a second");
      await see("add-tested");
      const draft = {
        source: "rtsp://10.0.0.9/a?b_-x1",
        fps: 10,
        transport: "tcp",
        credentials: { user: "", password: "p!w" },
      };
      assert.deepEqual(stub.asked.findLast(({ path }) => path === "/api/cameras/test")?.body, draft);
      // A test is of what was tested: another rate is not.
      await button(panel, "More pictures").tap();
      await shown(panel, "Save without test");
      const errors = [
        { path: "name", message: "must be at most 80 characters" },
        { path: "cameras", message: "must be at most 16 cameras" },
        {
          path: "source",
          message:
            "must be an rtsp://, rtsps://, http:// or https:// address, file:PATH, or a device such as /dev/video0",
        },
      ];
      stub.answer("POST /api/cameras", () => ({ status: 400, body: { detail: "wrong", errors } }));
      await button(panel, "Save without test").tap();
      await because(panel, "To correct something");
      await shown(panel, "Must be an rtsp://, rtsps://, http:// or https:// address");
      // What has no field of its own is told all the same.
      await shown(panel, "Cameras must be at most 16 cameras");
      await see("add-errors");
      await button(panel, "Address").tap();
      await see("add-keys-error");
      await button(panel, "Cancel").tap();
      stub.answer("POST /api/cameras", () => ({ status: 201, body: { ...LISTED[0], changed: true } }));
      await button(panel, "Save without test").tap();
      await because(panel, "To correct something");
      await shown(panel, "Front saved");
      assert.deepEqual(
        stub.asked.findLast(({ path, method }) => path === "/api/cameras" && method === "POST")?.body,
        {
          ...draft,
          name: "Gate",
          fps: 11,
        },
      );
      assert.deepEqual(faults, []);
      // The refusals above are the only errors a page may have met.
      assert.deepEqual(
        panel.errors.filter((error) => !/status of (400|409|429)/.test(error)),
        [],
      );
    });

  for (const size of SIZES)
    test(`cameras on the network and on USB are found, signed in to and chosen at ${size.width}x${size.height}`, {
      skip,
    }, async () => {
      await using stub = await startStub();
      furnish(stub);
      await using panel = await openPanel({ url: stub.url, ...size });
      const faults: string[] = [];
      const see = async (state: string): Promise<void> => {
        faults.push(...(await look(panel, state, size)));
      };
      const none = { usb: [], onvif: [], problems: { usb: [], onvif: [] } };
      const found = {
        usb: [
          {
            path: "/dev/v4l/by-path/pci-0000:00:14.0-usb-0:2:1.0-video-index0",
            name: "HD Pro Webcam",
            readable: true,
          },
          {
            path: "/dev/video2",
            name: "Built in",
            readable: false,
            why: "The box may not read it: add its user to the group video",
          },
        ],
        onvif: [
          { name: "AXIS M3086-V", address: "http://10.0.0.20/onvif/device_service", hardware: "M3086-V" },
        ],
        problems: {
          usb: [],
          onvif: ["Cannot search on eth1: permission denied; enter the address by hand"],
        },
      };
      stub.answer("GET /api/cameras/discover", () => ({ body: none, afterMs: 300 }));
      await enterCameras(panel);
      await button(panel, "Add camera").tap();
      await button(panel, "Find ONVIF cameras").tap();
      await shown(panel, "Searching");
      await shown(panel, "No camera answered");
      await see("find-none");
      stub.answer("GET /api/cameras/discover", () => ({ body: found }));
      await button(panel, "Search again").tap();
      await shown(panel, "Cannot search on eth1");
      await see("find");
      await button(panel, "AXIS M3086-V").tap();
      await button(panel, "User").tap();
      await type(panel, "root");
      await button(panel, "Done").tap();
      const streams = "POST /api/cameras/discover/streams";
      stub.answer(streams, () => ({
        body: { ok: false, message: "The camera refuses this user and password" },
      }));
      await button(panel, "Ask the camera").tap();
      await shown(panel, "The camera refuses this user and password");
      await see("find-refused");
      const stream = {
        profile: "profile_2",
        codec: "H264",
        width: 1280,
        height: 720,
        fps: 15,
        source: "rtsp://***@10.0.0.20/axis-media/media.amp?profile=2",
        recommended: true,
      };
      stub.answer(streams, () => ({ body: { ok: true, name: "AXIS M3086-V", streams: [stream] } }));
      await button(panel, "Ask the camera").tap();
      await shown(panel, "Recommended");
      await see("find-streams");
      assert.deepEqual(stub.asked.at(-1)?.body, {
        address: found.onvif[0]?.address,
        user: "root",
        password: "",
      });
      await panel.page.getByText("profile_2").first().tap();
      await shown(panel, stream.source);
      await see("find-form");
      await button(panel, "Cancel").tap();
      await button(panel, "USB").tap();
      await shown(panel, "The box may not read it");
      await see("find-usb");
      await button(panel, "HD Pro Webcam").tap();
      await shown(panel, "by-path/pci-0000");
      assert.equal(await button(panel, "TCP").count(), 0, "a plugged-in camera has no transport");
      assert.deepEqual(faults, []);
      assert.deepEqual(panel.errors, []);
    });

  test("a session that the box has ended locks Maintenance and says so, and nothing entered is left", {
    skip,
  }, async () => {
    await using stub = await startStub();
    furnish(stub);
    await using panel = await openPanel({ url: stub.url });
    await enterCameras(panel);
    await button(panel, "Add camera").tap();
    await button(panel, "Network address").tap();
    await button(panel, "Address").tap();
    await type(panel, "/dev/video0");
    await button(panel, "Done").tap();
    stub.answer("POST /api/cameras/test", () => ({
      status: 401,
      body: { detail: "Sign in with POST /api/session" },
    }));
    await button(panel, "Test").tap();
    await shown(panel, "Maintenance is locked");
    await panel.page.getByRole("button", { name: "Sam" }).tap();
    await typePin(panel, "730146");
    await button(panel, "Unlock").tap();
    await button(panel, "Set up cameras").tap();
    await button(panel, "Add camera").tap();
    await button(panel, "Network address").tap();
    assert.equal(await panel.page.getByText("/dev/video0").count(), 0);
  });
});
