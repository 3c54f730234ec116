/** The file of a clip: players open it, also where it was cut short anywhere, and a start puts it in order. */
import assert from "node:assert/strict";
import { execFile, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { ownProgram } from "../../server/base/child.ts";
import { ClipFile, mend, pictureIn, picturesIn } from "../../server/evidence/clip_file.ts";
import { Shelf } from "../../server/evidence/shelf.ts";
import { numbered, numberOf } from "../support/jpegs.ts";
import * as missing from "../support/missing.ts";
import { until } from "../support/until.ts";

const run = promisify(execFile);
const RECORDER = join(import.meta.dirname, "../fakes/recorder.ts");
const skip = missing.programs("ffmpeg", "ffprobe");
const SIZE = { width: 640, height: 360 };
const WALL_AT = Date.UTC(2026, 10, 22, 6, 30);
const MARK = { ms: 700, text: "Person in Cell" };

class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "palisade-clips-"));
  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

async function write(path: string, pictures: number): Promise<ClipFile> {
  const file = await ClipFile.create(path, {
    title: "Person in Cell, Front, cycle 7",
    wallAt: WALL_AT,
    size: SIZE,
  });
  // Unevenly, as a camera sends them.
  for (let n = 0; n < pictures; n++) {
    while (!file.add(n * 100 + (n % 3) * 7, numbered(n))) await file.flush();
  }
  await file.flush();
  return file;
}

interface Probed {
  readonly format: { readonly duration?: string; readonly tags?: Record<string, string> };
  readonly packets: readonly { readonly pts_time: string; readonly size: string }[];
  readonly chapters: readonly { readonly start_time: string; readonly tags: Record<string, string> }[];
}

async function probe(path: string): Promise<Probed> {
  const show = ["-show_format", "-show_packets", "-show_chapters", "-of", "json"];
  const { stdout } = await run("ffprobe", ["-loglevel", "fatal", ...show, path], { maxBuffer: 50e6 });
  return JSON.parse(stdout) as Probed;
}

/** What a player shows of it, as a stranger's program counts. */
async function decoded(path: string): Promise<number> {
  const args = ["-loglevel", "error", "-i", path, "-f", "null", "-progress", "pipe:1", "-"];
  const { stdout } = await run("ffmpeg", args);
  return Number([...stdout.matchAll(/^frame=(\d+)$/gm)].at(-1)?.[1]);
}

test("a clip has every picture as it came, its times, its title and its marks, and can be sought in", {
  skip,
}, async () => {
  using folder = new Folder();
  const path = join(folder.path, "clip.mkv");
  const ended = await (await write(path, 30)).end([MARK]);
  assert.equal(ended.pictures, 30);
  assert.equal(ended.bytes, statSync(path).size);
  const { format, packets, chapters } = await probe(path);
  assert.equal(packets.length, 30);
  assert.deepEqual(
    packets.map(({ pts_time }) => Math.round(Number(pts_time) * 1_000)),
    Array.from({ length: 30 }, (_, n) => n * 100 + (n % 3) * 7),
  );
  assert.equal(format.tags?.title, "Person in Cell, Front, cycle 7");
  assert.equal(format.tags?.creation_time, "2026-11-22T06:30:00.000000Z");
  assert.ok(Math.abs(Number(format.duration) - ended.durationMs / 1_000) < 0.15, `${format.duration} s`);
  assert.deepEqual(
    chapters.map(({ start_time, tags }) => [Number(start_time), tags.title]),
    [[0.7, "Person in Cell"]],
  );
  const index = (await picturesIn(path)) ?? [];
  for (const n of [0, 17, 29])
    assert.deepEqual(await pictureIn(path, index[n] ?? assert.fail()), numbered(n));
  const still = join(folder.path, "still.jpg");
  await run("ffmpeg", [
    "-loglevel",
    "error",
    "-ss",
    "2.05",
    "-i",
    path,
    "-frames:v",
    "1",
    "-c",
    "copy",
    "-f",
    "mjpeg",
    still,
  ]);
  assert.equal(numberOf(readFileSync(still)), 20, "the picture that stands at 2.05 s");
});

test("cut short at any byte it plays up to its last whole picture, and is put in order", {
  skip,
}, async () => {
  using folder = new Folder();
  const path = join(folder.path, "unended.mkv");
  const file = await write(join(folder.path, "going-on.mkv"), 8);
  copyFileSync(join(folder.path, "going-on.mkv"), path);
  await file.end([]);
  const index = (await picturesIn(path)) ?? [];
  const { size } = statSync(path);
  const ends = index.map((_, i) => index[i + 1]?.at ?? size);
  const cuts = [0, 1, 12, 22, 24, 25, 500, 30_000].flatMap((more) =>
    [0, 3, 7].map((n) => (index[n]?.at ?? 0) + more),
  );
  for (const cut of [10, 60, (index[0]?.at ?? 0) - 1, ...cuts, size - 1, size]) {
    const short = join(folder.path, "short.mkv");
    copyFileSync(path, short);
    truncateSync(short, cut);
    const whole = ends.filter((end) => end <= cut).length;
    const mended = await mend(short, [MARK]);
    assert.equal(mended?.pictures, whole === 0 ? undefined : whole, `cut at ${cut}`);
    if (whole > 0) assert.equal((await picturesIn(short))?.length, whole);
    // A second cut, in the midst of putting it in order, costs nothing either.
    truncateSync(short, Math.max(cut, statSync(short).size - 20));
    assert.equal((await mend(short, [MARK]))?.pictures, mended?.pictures);
  }
  for (const [cut, whole] of [
    [size - 20_000, 7],
    [(ends[3] ?? 0) + 25, 4],
  ] as const) {
    truncateSync(path, cut);
    assert.equal(await decoded(path), whole, "before it is put in order");
    await mend(path, [MARK]);
    assert.equal(await decoded(path), whole);
    assert.equal((await probe(path)).chapters.length, 1);
  }
});

const mounts =
  process.getuid?.() !== 0 || spawnSync("mount", ["--version"]).status !== 0
    ? "only root can mount a small disk"
    : skip;

test("a disk that fills up meanwhile leaves the whole pictures, and nothing half", {
  skip: mounts,
}, async (t) => {
  using folder = new Folder();
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.path]);
  if (mounted.status !== 0) return t.skip(`no mount here: ${mounted.stderr}`);
  try {
    const path = join(folder.path, "clip.mkv");
    const file = await ClipFile.create(path, { title: "x", wallAt: WALL_AT, size: SIZE });
    await assert.rejects(
      async () => {
        for (let n = 0; n < 100; n++) while (!file.add(n * 100, numbered(n))) await file.flush();
      },
      { code: "ENOSPC" },
    );
    const ended = await file.end([MARK]);
    assert.ok(ended.pictures > 5 && ended.pictures < 20, `${ended.pictures} pictures`);
    assert.equal(await decoded(path), ended.pictures);
    assert.equal(ended.sha256, createHash("sha256").update(readFileSync(path)).digest("hex"));
  } finally {
    spawnSync("umount", ["-l", folder.path]);
  }
});

test("killed while it records, the clip plays, and the next start ends it with its hash", {
  skip,
}, async () => {
  using folder = new Folder();
  const { command, args } = ownProgram(RECORDER, [folder.path]);
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  const path = join(folder.path, "killed.mkv");
  try {
    await until({
      what: "a second of clip",
      ms: 20_000,
      check: async () =>
        readdirSync(folder.path).includes("killed.mkv") && ((await picturesIn(path))?.length ?? 0) > 30,
    });
  } finally {
    child.kill("SIGKILL");
  }
  await once(child, "exit");
  const whole = await decoded(path);
  assert.ok(whole > 30);
  writeFileSync(join(folder.path, "killed.json.0c0ffee0-0000-0000-0000-000000000000.tmp"), "{");
  writeFileSync(join(folder.path, "no-lines.mkv"), "x");
  writeFileSync(join(folder.path, "no-file.json"), readFileSync(join(folder.path, "killed.json")));
  const shelf = new Shelf(folder.path);
  const { mended, removed } = await shelf.open();
  assert.deepEqual([mended.length, removed], [1, 3]);
  const [clip] = shelf.clips;
  assert.equal(clip?.ended?.pictures, whole);
  assert.ok(clip.ended.cut);
  assert.equal(clip.ended.sha256, createHash("sha256").update(readFileSync(path)).digest("hex"));
  assert.deepEqual(
    clip.events.map(({ text, ms }) => [text, ms]),
    [["Person in Cell", 2_000]],
  );
  for (const n of [0, 19, whole - 1])
    assert.equal(numberOf((await shelf.jpeg("killed", n)) ?? assert.fail()), n);
  assert.equal(await shelf.jpeg("killed", whole), undefined);
  const again = new Shelf(folder.path);
  assert.deepEqual((await again.open()).mended, [], "once");
  assert.equal(again.bytes, statSync(path).size);
});
