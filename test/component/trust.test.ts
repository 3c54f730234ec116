/** The trust checks on real films, encoded and decoded as a camera's pictures are. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";
import { DEMONSTRATION_FOLDER } from "../../server/demonstration.ts";
import type { Scene } from "../../server/domain/trust.ts";
import { FAULTS, ORDINARY } from "../support/look_faults.ts";
import { type Film, Looker, type Reading, readFilm, same, sceneOf } from "../support/looks.ts";

const FPS = 5;
const cell: Reading = {
  name: "cell-side",
  path: join(DEMONSTRATION_FOLDER, "cell-side.mp4"),
  picture: { width: 640, height: 360 },
  fps: FPS,
  seconds: 20,
};
const ENCODE = [..."-c:v libx264 -preset veryfast -bf 0 -g 10 -crf".split(" "), "23"];
/** As a cheap sensor has it; what the encoder leaves of it is what a camera sends. */
const GRAIN = "noise=alls=6:allf=t";
/** Until a camera is known. */
const KNOWN_SECONDS = 75;

let film: Film;
let scene: Scene;
before(async () => {
  film = await readFilm({ ...cell, filter: GRAIN, encode: ENCODE });
  scene = sceneOf(film);
});

test("a working cell is trusted in all ordinary light", () => {
  for (const [light, change] of Object.entries(ORDINARY)) {
    const looker = new Looker(film, scene);
    looker.play(60, change());
    assert.deepEqual(looker.told, [], light);
    assert.equal(looker.watcher.trust.kind, "trusted", light);
  }
});

test("a film packed so strongly that it loses its noise is trusted", async () => {
  const packed = await readFilm({ ...cell, encode: [...ENCODE.slice(0, -1), "36", "-g", "40"] });
  const looker = new Looker(packed, scene);
  looker.play(60, same);
  assert.deepEqual(looker.told, []);
});

test("every fault is told in its time, and never by a word that is untrue", () => {
  for (const { name, change, tells, within } of FAULTS) {
    if (name === "defocused, 0.6 % of the width") continue;
    const looker = new Looker(film, scene);
    looker.play(12, same);
    const began = looker.at;
    looker.play(within, change(), () => looker.told.length > 0);
    const first = looker.told[0];
    assert.ok(first !== undefined, `${name} was not told`);
    assert.ok(tells.includes(first.why), `${name} was told as ${first.why}`);
    assert.ok(first.at - began <= 1000 * within, name);
  }
});

test("a picture that stands still before the encoder is told within 5 s, and forgotten when it moves", async () => {
  const still = `${GRAIN},trim=end_frame=1,loop=${10 * FPS}:1:0,setpts=N/${FPS}/TB`;
  const frozen = await readFilm({ ...cell, filter: still, encode: ENCODE });
  const looker = new Looker(film, scene);
  looker.play(KNOWN_SECONDS, same);
  const began = looker.at;
  let i = 0;
  const stand = (_: Uint8Array, to: Uint8Array): void => {
    to.set(frozen.frames[Math.min(i++, frozen.frames.length - 1)] as Uint8Array);
  };
  looker.play(8, stand);
  assert.deepEqual(
    looker.told.map(({ why }) => why),
    ["frozen"],
  );
  assert.ok((looker.told[0]?.at ?? 0) - began <= 5_000);
  looker.play(8, same);
  assert.equal(looker.watcher.trust.kind, "trusted");
});
