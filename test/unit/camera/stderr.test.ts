import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import fc from "fast-check";
import { LastLines, type Seen } from "../../../server/camera/stderr.ts";

test("the last twenty lines stay, whatever the chunks", () => {
  const last = new LastLines(new PassThrough());
  const text = Array.from({ length: 50 }, (_, i) => `line ${i}\n`).join("");
  for (let at = 0; at < text.length; at += 7) last.push(text.slice(at, at + 7));
  assert.deepEqual(
    last.lines,
    Array.from({ length: 20 }, (_, i) => `line ${i + 30}`),
  );
});

test("a line without an end is cut, not kept growing", () => {
  const last = new LastLines(new PassThrough());
  for (let i = 0; i < 100; i++) last.push("x".repeat(500));
  assert.deepEqual(last.lines, ["x".repeat(1000)]);
});

/** As ffmpeg 5.1 writes it; `long` stands for what some cameras put into every frame. */
const long = `User Data=${"7832".repeat(2_000)}`;
const WORDS = [
  "[rtsp @ 0x55] [warning] Stream #0: not enough frames to estimate rate",
  "[info] Input #0, concat, from 'pipe:0':",
  "[info]   Stream #0:0: Video: h264 (High), yuvj420p(pc), 640x360, 10 fps, 10 tbr, 90k tbn",
  "[showinfo@seen @ 0x56] [info] config in time_base: 1/90000, frame_rate: 10/1",
  "[showinfo@seen @ 0x56] [info] config out time_base: 0/0, frame_rate: 0/0",
  "[showinfo@seen @ 0x56] [info] n:   0 pts:      0 pts_time:0       pos:       -1 fmt:yuv420p sar:1/1 s:640x360 i:P iskey:1 type:I ",
  "[showinfo@seen @ 0x56] [info]   side data - User Data Unregistered:",
  `[showinfo@seen @ 0x56] [info] ${long}`,
  "[showinfo@seen @ 0x56] [info] color_range:tv color_space:bt709 color_primaries:bt709 color_trc:bt709",
  "[info] Output #0, rawvideo, to 'pipe:1':",
  "[info]   Stream #0:0: Video: rawvideo (G3[0][8] / 0x8003347), gbrp, 416x256, 10 tbn",
  "[h264 @ 0x57] [error] error while decoding MB 3 4, bytestream -5",
  "[h264 @ 0x57] [info] concealing 920 DC, 920 AC, 920 MV errors in P frame",
  "[warning] pipe:0: corrupt decoded frame in stream 0",
  "[showinfo@seen @ 0x56] [info] n:   1 pts:   9026 pts_time:0.100289 pos:       -1 fmt:yuv420p sar:1/1 s:640x360 i:P iskey:0 type:P ",
  "[h264 @ 0x57] [error] SEI type 5 size 800 truncated at 40",
  "[showinfo@seen @ 0x56] [info] n:   2 pts:   NOPTS pts_time:NOPTS duration: 9000 duration_time:0.1 fmt:yuv420p cl:left sar:1/1 s:1280x720 i:P iskey:0 type:P ",
];

test("the stream, every frame and its damage are read out of any cutting of the text", () => {
  const text = `${WORDS.join("\n")}\n`;
  fc.assert(
    fc.property(fc.array(fc.nat({ max: text.length }), { maxLength: 40 }), (cuts) => {
      const [codecs, frames]: [string[], Seen[]] = [[], []];
      let damage = 0;
      const words = new LastLines(new PassThrough(), {
        onCodec: (codec) => codecs.push(codec),
        onSeen: (seen) => frames.push(seen),
        onDamage: () => damage++,
      });
      const edges = [0, ...cuts.sort((a, b) => a - b), text.length];
      for (const [i, end] of edges.slice(1).entries()) words.push(text.slice(edges[i], end));
      assert.deepEqual(codecs, ["h264"]);
      assert.equal(damage, 1);
      assert.deepEqual(
        frames.map(({ pts, ...rest }) => ({ ...rest, pts: pts === undefined ? undefined : Math.round(pts) })),
        [
          { pts: 0, size: { width: 640, height: 360 }, damaged: false },
          { pts: 100, size: { width: 640, height: 360 }, damaged: true },
          { pts: undefined, size: { width: 1280, height: 720 }, damaged: false },
        ],
      );
      assert.deepEqual(words.lines, [
        "[h264 @ 0x57] error while decoding MB 3 4, bytestream -5",
        "[h264 @ 0x57] SEI type 5 size 800 truncated at 40",
      ]);
    }),
  );
});

test("what a decoder of single pictures says of a broken one is damage, what it says of odd fields is none", () => {
  let damage = 0;
  const words = new LastLines(new PassThrough(), { onDamage: () => damage++ });
  words.push("[info]   Stream #0:0: Video: mjpeg (Baseline), yuvj420p\n");
  words.push("[mjpeg @ 0x1] [error] unable to decode APP fields: Invalid data found\n");
  words.push("[mjpeg @ 0x1] [warning] EOI missing, emulating\n");
  assert.equal(damage, 0);
  for (const line of ["overread 8", "error y=9 x=20", "error count: 65"])
    words.push(`[mjpeg @ 0x1] [error] ${line}\n`);
  assert.equal(damage, 3);
});

test("errors before the stream is open are about opening it, and stay as the last words", () => {
  let damage = 0;
  const words = new LastLines(new PassThrough(), { onDamage: () => damage++ });
  words.push(
    "[rtsp @ 0x1] [error] method DESCRIBE failed: 401 Unauthorized\n[error] pipe:0: Server returned 401\n",
  );
  assert.equal(damage, 0);
  assert.deepEqual(words.lines, [
    "[rtsp @ 0x1] method DESCRIBE failed: 401 Unauthorized",
    "pipe:0: Server returned 401",
  ]);
});
