/** A draft: gathered and published at once, refused where it is old or wrong, and passwords stay where they are. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Asker, Box, Change } from "../../../server/box.ts";
import { type Config, parseProvision } from "../../../server/domain/config.ts";
import { Draft, type Drafted } from "../../../server/draft.ts";

const SAM: Asker = { type: "user", id: "Sam", role: "maintenance", origin: "panel" };
const SECRET = "rtsp://viewer:s3cret@h/s";

function configOf(file: unknown): Config {
  const parsed = parseProvision(file);
  assert.ok(parsed.ok);
  const { users: _, ...config } = parsed.value;
  return config;
}

const CONFIG = configOf({
  cameras: [{ id: "front", name: "Front", source: SECRET }],
  boards: [{ id: "web", driver: "shelly", channels: 1, address: "http://admin:hunter2@192.0.2.8" }],
});

/** A box that publishes into itself. */
function openBox() {
  const published: string[] = [];
  const box = {
    inForce: 3,
    demonstration: false,
    store: {} as object | undefined,
    guard: { config: CONFIG },
    async change(change: Change) {
      const changed = change(box.guard.config);
      if (!changed.ok) return undefined;
      box.guard = { config: changed.config };
      box.inForce++;
      published.push(changed.reason);
      return { changed: true };
    },
  };
  let unfit: string | undefined;
  const draft = new Draft(box as unknown as Box, async () =>
    unfit === undefined ? undefined : { ok: false, status: 409, detail: unfit },
  );
  return {
    ...{ box, draft, published },
    unfit: (why: string) => {
      unfit = why;
    },
  };
}

const why = (result: Drafted | { readonly ok: boolean }): string => {
  assert.ok(!result.ok, JSON.stringify(result));
  const { detail, errors } = result as {
    detail?: string;
    errors?: readonly { path: string; message: string }[];
  };
  return detail ?? errors?.map(({ path, message }) => `${path} ${message}`).join("; ") ?? "";
};
const viewed = (result: Drafted) => {
  assert.ok(result.ok, JSON.stringify(result));
  return result.draft;
};
/** The draft as its owner sends it back, with another picture rate and another name of the site. */
const edited = (config: Config, name = "Press 5"): object => ({
  ...config,
  site: { ...config.site, name },
  cameras: config.cameras.map((camera) => ({ ...camera, fps: 5 })),
});

test("several changes are shown as a difference, published once, and passwords stay what they were", async () => {
  const { box, draft, published } = openBox();
  assert.equal(draft.view, undefined);
  const begun = viewed(draft.begin(SAM));
  assert.deepEqual([begun.by, begun.basedOn, begun.revision, begun.changes], ["Sam", 3, 1, []]);
  assert.doesNotMatch(JSON.stringify(begun), /s3cret|hunter2/);
  const sent = viewed(draft.put(1, edited(begun.config)));
  assert.deepEqual(sent.changes, ["Site: name Palisade → Press 5", "Camera Front: frames a second 10 → 5"]);
  assert.equal(box.guard.config, CONFIG, "nothing is in force yet");
  assert.deepEqual(await draft.publish(2, { words: "New cell" }, SAM), { ok: true });
  assert.deepEqual(published, ["The draft was published: New cell"]);
  assert.equal(box.guard.config.cameras[0]?.source, SECRET);
  assert.equal(box.guard.config.boards[0]?.address, "http://admin:hunter2@192.0.2.8");
  assert.equal(draft.view, undefined);
  assert.equal((await draft.publish(2, { words: "again" }, SAM)).ok, false);
});

test("what is wrong is named by its place, and a password never follows an address to another host", () => {
  const { draft } = openBox();
  const { config } = viewed(draft.begin(SAM));
  const [camera] = config.cameras;
  const withCamera = (more: object) => ({ ...config, cameras: [{ ...camera, ...more }] });
  assert.match(why(draft.put(1, withCamera({ fps: 99 }))), /^cameras\[0\]\.fps must be 1 to 30/);
  assert.match(
    why(draft.put(1, withCamera({ source: "rtsp://***@other/s" }))),
    /^cameras\[0\]\.source names another host/,
  );
  assert.match(why(draft.put(1, withCamera({ id: "new", source: "rtsp://***@h/s" }))), /enter them/);
  const people = { ...config, users: [{ name: "Eve", role: "maintenance", pin: "730146" }] };
  assert.match(why(draft.put(1, people)), /^users have no place in a draft/);
  for (const nonsense of [null, 7, [], { cameras: 7 }, { cameras: [null] }, { boards: [{ address: 7 }] }])
    assert.ok(!draft.put(1, nonsense).ok);
  assert.equal(draft.view?.revision, 1, "nothing of it was taken");
});

test("nobody overwrites what they have not seen", async () => {
  const { box, draft, published, unfit } = openBox();
  const { config } = viewed(draft.begin(SAM));
  assert.match(why(draft.begin({ ...SAM, id: "Kim" })), /A draft of Sam is open/);
  viewed(draft.put(1, edited(config)));
  assert.match(why(draft.put(1, edited(config, "Press 6"))), /changed since you read it \(2, not 1\)/);
  assert.match(why(await draft.publish(1, { words: "late" }, SAM)), /changed since you read it/);
  unfit("the model is gone");
  assert.equal(why(await draft.publish(2, { words: "unfit" }, SAM)), "the model is gone");
  box.inForce = 4;
  assert.match(
    why(draft.put(2, edited(config))),
    /Version 4 came in force since this draft began from version 3/,
  );
  assert.match(why(await draft.publish(2, { words: "old" }, SAM)), /throw it away and begin again/);
  assert.deepEqual(published, []);
  assert.equal(draft.discard(), true);
  assert.equal(draft.discard(), false);
  assert.match(why(draft.put(2, edited(config))), /There is no draft/);
});

test("an edit that is published while the draft waits for its turn makes it old", async () => {
  const { box, draft } = openBox();
  viewed(draft.begin(SAM));
  const { change } = box;
  box.change = async (wanted) => {
    box.inForce = 9;
    return await change(wanted);
  };
  assert.match(why(await draft.publish(1, { words: "raced" }, SAM)), /Version 9 came in force since/);
  assert.equal(draft.view?.basedOn, 3, "it is kept for its owner to look at");
});

test("without a database, and in the demonstration, there is no draft", () => {
  const { box, draft } = openBox();
  box.demonstration = true;
  assert.match(why(draft.begin(SAM)), /demonstration runs/);
  box.store = undefined;
  assert.match(why(draft.begin(SAM)), /no database/);
});
