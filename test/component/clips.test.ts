/** Clips of events: recorded beside the stop path with the pictures before and after, bounded, told in the trail. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import { openLog } from "../../server/base/log.ts";
import { Pictures } from "../../server/camera/pictures.ts";
import { Clips } from "../../server/clips.ts";
import type { ClipRow, TrimRow } from "../../server/domain/clip.ts";
import { type ClipsConfig, clips as shape } from "../../server/domain/evidence_config.ts";
import { type Fact, factsBetween } from "../../server/domain/fact.ts";
import type { JournalEntry } from "../../server/journal.ts";
import { numbered, numberOf } from "../support/jpegs.ts";
import { configOf, IN_CELL, Play, person } from "../unit/domain/scenario.ts";

type AlarmFact = Extract<Fact, { kind: "alarm-changed" }>;
const SIZE = { width: 640, height: 360 };
const log = openLog("test", { write: () => undefined });

class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "palisade-clips-"));
  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

interface Options extends Partial<ClipsConfig> {
  readonly freeBytes?: () => number;
}

/** A box that guards, with two cameras that send pictures as long as somebody puts them. */
function guarding(folder: string, { freeBytes = () => 1e12, ...more }: Options = {}) {
  const pictures = new Pictures();
  const config: ClipsConfig = { ...shape.parse({}), beforeSeconds: 2, afterSeconds: 1, ...more };
  const rows: JournalEntry[] = [];
  const clips = new Clips({
    ...{ dataFolder: folder, pictures, config: () => config, cameras: () => 2, log },
    journal: {
      tell: (...entries) => void rows.push(...entries),
      commit: async (entry) => void rows.push(entry),
    },
    freeBytes: async () => freeBytes(),
  });
  const play = new Play(configOf(), monotonicMs() - 4_000).guarding();
  const tell = (act: () => void): void => {
    const before = play.state;
    act();
    clips.take(factsBetween(before, play.state, play.rules), play.state, play.rules);
  };
  let n = 0;
  const put = (camera: string, at = monotonicMs(), jpeg: Uint8Array = numbered(n++)): void =>
    pictures.put({ camera, seq: n, capturedAt: at, size: SIZE, jpeg });
  return {
    ...{ clips, pictures, play, rows, put, config },
    /** Somebody walks into the cell. */
    trip(): void {
      for (let i = 0; i < 3; i++)
        tell(() => {
          play.at += 100;
          play.see("front", person(IN_CELL)).see("side");
        });
    },
    tell,
    [Symbol.asyncDispose]: async () => await clips[Symbol.asyncDispose](),
    recorded: () => rows.filter(({ action }) => action === "alarm.recorded"),
    missed: () => rows.filter(({ action }) => action === "alarm.not-recorded"),
  };
}

test("a clip has the pictures before and after a trip, names camera, alarm and cycle, and is told with its hash", async () => {
  using folder = new Folder();
  await using box = guarding(folder.path);
  const { clips, play, rows, put, trip, recorded } = box;
  for (let i = 0; i < 16; i++) put("front", play.at - 1_600 + i * 100);
  for (let i = 0; i < 5; i++) put("side", play.at - 500 + i * 100, numbered(1_000 + i));
  trip();
  for (let i = 0; i < 12; i++) put("front", play.at + i * 100);
  assert.deepEqual(clips.recording, ["front"]);
  await clips.settled();
  assert.deepEqual(clips.recording, []);
  const [row, ...others] = recorded();
  assert.deepEqual(others, []);
  assert.deepEqual(row?.object, { type: "alarm", id: "zone.stop.occupied:cell" });
  assert.match(row?.correlation ?? "", /^zone\.stop\.occupied:cell@\d+$/);
  const told = row?.after as ClipRow;
  assert.match(told.clip, /^\d{8}T\d{9}Z-front-zone\.stop\.occupied_cell-cycle1$/);
  assert.equal(told.cycle, play.state.cycle.number);
  const file = (await clips.shelf.file(told.clip)) ?? assert.fail();
  assert.equal(told.sha256, createHash("sha256").update(readFileSync(file.path)).digest("hex"));
  const index = (await clips.shelf.pictures(told.clip)) ?? [];
  const clip = (await clips.shelf.clip(told.clip)) ?? assert.fail();
  const [event] = clip.events;
  assert.equal(event?.text, "Person in Cell");
  assert.ok(event.ms > 1_600 && event.ms <= 2_000, `${event.ms} ms before`);
  const after = (index.at(-1)?.ms ?? 0) - event.ms;
  assert.ok(after > 800 && after <= 1_000, `${after} ms after`);
  assert.deepEqual(
    clip.zones.map(({ name }) => name),
    ["Cell"],
  );
  const numbers: number[] = [];
  for (let i = 0; i < index.length; i++)
    numbers.push(numberOf((await clips.shelf.jpeg(told.clip, i)) ?? assert.fail()));
  assert.deepEqual(
    numbers,
    numbers.map((_, i) => (numbers[0] ?? 0) + i),
    "each once, of this camera alone",
  );
  assert.equal(clip.ended?.lost, 0);
  assert.equal(rows.length, 1);
});

test("what happens meanwhile makes the clip longer and has its row; a stop request records every camera", async () => {
  using folder = new Folder();
  await using box = guarding(folder.path);
  const { clips, play, put, trip, tell, recorded } = box;
  put("front", play.at);
  put("side", play.at);
  trip();
  await wait(300);
  tell(() => {
    play.at = monotonicMs();
    play.feed({ kind: "stop-request", by: "panel" });
  });
  assert.deepEqual(clips.recording.toSorted(), ["front", "side"]);
  put("front");
  put("side");
  await clips.settled();
  const rows = recorded().map(({ object, after }) => [object?.id, (after as ClipRow).camera]);
  assert.deepEqual(rows.toSorted(), [
    ["op.stop.requested:panel", "front"],
    ["op.stop.requested:panel", "side"],
    ["zone.stop.occupied:cell", "front"],
  ]);
  assert.equal(clips.shelf.clips.length, 2, "one clip a camera");
});

test("a camera without a picture, and a disk without room, are told with the reason", async () => {
  using folder = new Folder();
  await using none = guarding(folder.path);
  none.trip();
  await none.clips.settled();
  await using full = guarding(folder.path, { freeBytes: () => 4e8 });
  await full.clips.settled();
  full.put("front");
  full.trip();
  assert.deepEqual(
    [...none.missed(), ...full.missed()].map(({ reason, result }) => [reason, result]),
    [
      ["The camera gave no picture", "failed"],
      ["There is too little room on the disk", "failed"],
    ],
  );
  assert.deepEqual([none.clips.missed, full.clips.missed], [1, 1]);
  assert.deepEqual(readdirSync(join(folder.path, "clips")), []);
});

test("a folder that takes no file costs the clip, and 0 keeps none and holds none in memory", async () => {
  using folder = new Folder();
  writeFileSync(join(folder.path, "clips"), "no folder");
  await using broken = guarding(folder.path);
  broken.put("front");
  broken.trip();
  await broken.clips.settled();
  assert.match(broken.missed()[0]?.reason ?? "", /^It could not be written: /);
  await using off = guarding(folder.path, { keep: 0 });
  off.put("front");
  off.trip();
  assert.deepEqual([off.clips.recording, off.clips.ringBytes, off.rows], [[], 0, []]);
});

test("the end of the box ends the clip in order; the oldest clips make room, which is told; memory stays as it was", async () => {
  using folder = new Folder();
  let free = 1e12;
  let memory = 0;
  for (let round = 0; round < 12; round++) {
    await using box = guarding(folder.path, {
      keep: 4,
      freeBytes: () => free,
    });
    const { clips, put, play, trip, rows, recorded } = box;
    for (let i = 0; i < 10; i++) put("front", play.at - 1_000 + i * 100);
    trip();
    assert.equal(
      clips.ringBytes,
      1_600_000,
      "half of what four seconds may take, for each camera that sends",
    );
    await wait(round === 0 ? 600 : 0);
    if (round === 11) free = 1.9e9;
    await clips[Symbol.asyncDispose]();
    const told = recorded()[0]?.after as ClipRow | undefined;
    const clip = told && (await clips.shelf.clip(told.clip));
    assert.ok(clip?.ended?.cut, "told although the box ends");
    assert.ok(clips.shelf.clips.length <= 4);
    const trimmed = rows.filter(({ action }) => action === "evidence.trimmed");
    if (round === 4) {
      assert.equal(trimmed[0]?.reason, "count");
      assert.equal((trimmed[0]?.after as TrimRow | undefined)?.clips, 1);
    }
    if (round === 11) assert.equal(trimmed.at(-1)?.reason, "room");
    globalThis.gc?.();
    if (round === 5) memory = process.memoryUsage().arrayBuffers;
  }
  assert.ok(process.memoryUsage().arrayBuffers - memory < 8e6, "no ring and no room of a clip stays");
});

test("a camera that comes and goes gets twenty clips an hour; the others go on, and so does it an hour later", async (t) => {
  let aheadMs = 10_000; // what happened is over when it is told, so that a clip is made at once
  const real = process.hrtime.bigint.bind(process.hrtime);
  t.mock.method(process.hrtime, "bigint", () => real() + BigInt(aheadMs) * 1_000_000n);
  using folder = new Folder();
  await using box = guarding(folder.path);
  const { clips, play, put, recorded, missed } = box;
  const raised = (act: () => void): AlarmFact => {
    const before = play.state;
    act();
    const facts = factsBetween(before, play.state, play.rules);
    const found = facts.find((fact) => fact.kind === "alarm-changed" && fact.event === "raise");
    return found?.kind === "alarm-changed" ? found : assert.fail("an alarm was raised");
  };
  const tripped = raised(() => {
    for (let i = 0; i < 3; i++) {
      play.at += 100;
      play.see("front", person(IN_CELL)).see("side");
    }
  });
  const stopped = raised(() => play.feed({ kind: "stop-request", by: "panel" }));
  for (const camera of ["front", "side"]) put(camera, play.at - 500);
  let n = 0;
  const happens = async ({ alarm, ...fact }: AlarmFact): Promise<void> => {
    n++;
    clips.take([{ ...fact, alarm: { ...alarm, occurrence: alarm.occurrence + n } }], play.state, play.rules);
    await clips.settled();
  };
  for (let clip = 0; clip < 20; clip++) await happens(tripped);
  assert.deepEqual([recorded().length, missed().length, clips.shelf.clips.length], [20, 0, 20]);
  await happens(tripped);
  assert.deepEqual(
    missed().map(({ reason, object, result }) => [reason, object?.id, result]),
    [["20 clips of this camera were recorded within an hour", "zone.stop.occupied:cell", "failed"]],
  );
  await happens(stopped);
  assert.deepEqual([recorded().length, missed().length, clips.missed], [21, 2, 2]);
  assert.equal((recorded().at(-1)?.after as ClipRow | undefined)?.camera, "side");
  aheadMs += 58 * 60_000;
  await happens(tripped);
  assert.equal(missed().length, 3, "the hour is not over");
  aheadMs += 3 * 60_000;
  await happens(tripped);
  assert.deepEqual([recorded().length, missed().length], [22, 3]);
});
