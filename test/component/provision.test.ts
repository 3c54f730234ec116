/** The provisioning file at a real start: wrong it changes nothing, the same again it changes nothing either. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { DEMONSTRATION_FOLDER } from "../../server/demonstration.ts";
import { type Box, startBox } from "../support/box.ts";

const SQUARE = [
  [0.1, 0.3],
  [0.9, 0.3],
  [0.9, 0.9],
];

const GOOD = {
  site: { name: "Press 4", timezone: "Europe/Berlin", fullView: true },
  cameras: [{ id: "side", name: "Side", source: `file:${DEMONSTRATION_FOLDER}/cell-side.mp4`, fps: 10 }],
  zones: [{ id: "cell", camera: "side", name: "Cell", kind: "stop", polygon: SQUARE }],
  boards: [{ id: "sim", driver: "simulated", channels: 8 }],
  outputs: [{ id: "permit", board: "sim", channel: 1, role: "run-permit", zones: ["cell"] }],
  users: [{ name: "Sam", role: "supervisor", pin: "730146" }],
};

/** Wrong in five places, each in another way. */
const WRONG = {
  ...GOOD,
  site: { ...GOOD.site, name: "Press 5" },
  cameras: [{ ...GOOD.cameras[0], fps: 99 }],
  zones: [{ ...GOOD.zones[0], kind: "danger", dwelMs: 5 }],
  outputs: [{ ...GOOD.outputs[0], zones: ["cell", "kitchen"] }],
  users: [{ name: "Sam", role: "supervisor", pin: "1234" }],
};

const WRONG_PATHS = [
  "cameras[0].fps",
  "zones[0].kind",
  "zones[0].dwelMs",
  "outputs[0].zones[1]",
  "users[0].pin",
];

interface Row {
  readonly action: string;
}

async function published(box: Box): Promise<number> {
  const rows = (await box.get<readonly Row[]>("/api/audit")).body;
  return rows.filter(({ action }) => action === "config.published").length;
}

/** Runs the box over the same data with this file, and ends it in order. */
async function withFile(data: string, provision: unknown, look: (box: Box) => Promise<void>): Promise<void> {
  await using box = await startBox({ data, provision });
  await look(box);
  assert.equal(await box.stop(), 0);
}

test("a provisioning file is applied once, a wrong one is refused whole by path, and the old one guards on", async () => {
  const data = await mkdtemp(join(tmpdir(), "palisade-provision-"));
  try {
    await withFile(data, GOOD, async (box) => {
      const view = await box.waitFor(({ cameras }) => cameras[0]?.state === "RUNNING", 15_000);
      assert.equal(view.site.name, "Press 4");
      assert.equal(view.demonstration, false);
      assert.deepEqual(view.faults, []);
      assert.equal(await published(box), 1);
    });
    await withFile(data, GOOD, async (box) => {
      assert.equal((await box.view()).site.name, "Press 4");
      assert.equal(await published(box), 1, "the same file again makes no new version");
    });
    await withFile(data, WRONG, async (box) => {
      const view = await box.waitFor(({ cameras }) => cameras[0]?.state === "RUNNING", 15_000);
      assert.equal(view.site.name, "Press 4", "nothing of the wrong file is taken, right parts neither");
      assert.deepEqual(
        view.zones.map(({ id, kind }) => [id, kind]),
        [["cell", "stop"]],
      );
      const fault = view.faults.join("\n");
      const log = box.lines.join("\n");
      for (const path of WRONG_PATHS) {
        assert.ok(fault.includes(path), `the screen names ${path}: ${fault}`);
        assert.ok(log.includes(path), `the log names ${path}`);
      }
      assert.equal(/1234|730146/.test(fault + log), false, "no PIN is repeated");
      assert.equal(await published(box), 1, "a wrong file makes no version");
      const { status } = await box.get("/readyz");
      assert.equal(status, 503, "and the box does not call itself ready");
    });
    await withFile(data, { ...GOOD, site: { ...GOOD.site, name: "Press 6" } }, async (box) => {
      assert.equal((await box.view()).site.name, "Press 6");
      assert.equal(await published(box), 2, "another right file makes the second version");
    });
  } finally {
    await rm(data, { recursive: true, force: true });
  }
});

test("a provisioning file that is no JSON is refused without repeating what stands in it", async () => {
  const data = await mkdtemp(join(tmpdir(), "palisade-provision-"));
  try {
    const file = join(data, "broken.json");
    await writeFile(file, '{"users":[{"name":"Sam","role":"supervisor","pin":x730146}]}');
    await using box = await startBox({ data, env: { PALISADE_PROVISION: file } });
    const faults = (await box.view()).faults.join("\n");
    assert.match(faults, /is not JSON/);
    assert.equal(/0146/.test(faults + box.lines.join("\n")), false, faults);
    assert.equal(await box.stop(), 0);
  } finally {
    await rm(data, { recursive: true, force: true });
  }
});

test("a box whose first provisioning file is wrong guards nothing, says why and shows no demonstration", async () => {
  await using box = await startBox({ provision: WRONG });
  const view = await box.view();
  assert.equal(view.state, "unguarded");
  assert.equal(view.demonstration, false, "a site that wanted to be set up must not see a film instead");
  assert.deepEqual(view.cameras, []);
  for (const path of WRONG_PATHS) assert.ok(view.faults.join("\n").includes(path), path);
  assert.equal(await box.stop(), 0);
});
