import assert from "node:assert/strict";
import { test } from "node:test";
import { CameraCommands, type CameraCommandsOptions } from "../../server/camera_commands.ts";

const ASKER = { type: "user", id: "Sam", role: "maintenance", origin: "test" } as const;

/** A camera whose last report says that it runs. */
function running(wanted: boolean) {
  const started: string[] = [];
  const cameras = new Map([["front", { state: { kind: "running", since: 0 } }]]);
  const options = {
    guard: () => ({ pipeline: { state: { cameras } } }),
    cameras: { isWanted: () => wanted, start: (id: string) => started.push(id) > 0 },
    journal: { tell: () => undefined },
  };
  return { started, commands: new CameraCommands(options as unknown as CameraCommandsOptions) };
}

test("a camera that runs is not started again", () => {
  const { started, commands } = running(true);
  assert.deepEqual(commands.start(["front"], ASKER), { front: "already running" });
  assert.deepEqual(started, []);
});

test("a start right after a stop is not lost to a report from before the stop", () => {
  const { started, commands } = running(false);
  assert.deepEqual(commands.start(["front"], ASKER), { front: "starting" });
  assert.deepEqual(started, ["front"]);
});
