import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Arrival } from "../../../server/camera/http_lateness.ts";
import { NO_PICTURE } from "../../../server/camera/jpeg_part.ts";
import { MultipartReader } from "../../../server/camera/multipart.ts";

/** A picture by its marks: a header with a thumbnail's end mark in it, then image data as an encoder stuffs it. */
function jpeg(data: readonly number[], thumbnail = true): Buffer {
  const header = thumbnail ? [0xff, 0xe1, 0, 6, 0xff, 0xd9, 1, 2] : [0xff, 0xfe, 0, 4, 1, 2];
  const stuffed = data.flatMap((byte) => (byte === 0xff ? [0xff, 0x00] : [byte]));
  return Buffer.from([0xff, 0xd8, ...header, 0xff, 0xda, 0, 3, 0, ...stuffed, 0xff, 0xd9]);
}

interface Read {
  readonly pictures: string[];
  readonly unreadable: string[];
  readonly at: number[];
  readonly arrivals: Arrival[];
}

interface How {
  readonly boundary?: string | undefined;
  readonly cap?: number;
}

/** Feeds chunk after chunk, the n-th at time n. */
function read(chunks: Iterable<Uint8Array>, { boundary, cap }: How = {}): Read {
  const seen: Read = { pictures: [], unreadable: [], at: [], arrivals: [] };
  const reader = new MultipartReader({
    boundary,
    onPicture: (picture, arrival) => {
      seen.pictures.push(Buffer.from(picture).toString("hex"));
      seen.at.push(arrival.firstByteAt);
      seen.arrivals.push(arrival);
    },
    onUnreadable: (why) => seen.unreadable.push(why),
    ...(cap !== undefined && { cap }),
  });
  let n = 0;
  for (const chunk of chunks) reader.push(chunk, n++);
  return seen;
}

function* cut(bytes: Buffer, sizes: readonly number[]): Iterable<Buffer> {
  for (let from = 0, i = 0; from < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    yield bytes.subarray(from, from + size);
    from += size;
  }
}

function part(boundary: string, body: Buffer, length: number | undefined, eol = "\r\n"): Buffer {
  const told = length === undefined ? "" : `Content-length: ${length}${eol}`;
  const head = `${boundary}${eol}Content-Type: image/jpeg${eol}${told}${eol}`;
  return Buffer.concat([Buffer.from(head), body, Buffer.from(eol)]);
}

const LENGTHS: Readonly<Record<string, (honest: number) => number | undefined>> = {
  honest: (n) => n,
  missing: () => undefined,
  short: (n) => n - 9,
  zero: () => 0,
  "two more, for the line's end": (n) => n + 2,
  long: (n) => n * 3,
  absurd: () => 999_999_999_999,
};
/** What the header says, and what stands in the stream. */
const BOUNDARIES: readonly (readonly [string | undefined, string])[] = [
  ["cam", "--cam"],
  ["--cam", "--cam"],
  ["--cam", "----cam"],
  ["cam", "cam"],
  [undefined, "--cam"],
  ["other", "--cam"],
  ["a b'(c)", "--a b'(c)"],
];

test("any chunks, lengths, boundaries and line ends give the same pictures, all of them", () => {
  const bodies = fc.array(fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 20, maxLength: 400 }), {
    minLength: 1,
    maxLength: 5,
  });
  const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(
      bodies,
      sizes,
      fc.constantFrom(...Object.keys(LENGTHS)),
      fc.constantFrom(...BOUNDARIES),
      fc.constantFrom("\r\n", "\n"),
      (data, chunks, lengths, [declared, written], eol) => {
        const pictures = data.map((each) => jpeg(each, !["short", "zero"].includes(lengths)));
        const parts = pictures.map((each) => part(written, each, LENGTHS[lengths]?.(each.length), eol));
        const stream = Buffer.concat([...parts, Buffer.from(`${written}--${eol}`)]);
        const seen = read(cut(stream, chunks), { boundary: declared });
        assert.deepEqual(
          seen.pictures,
          pictures.map((each) => each.toString("hex")),
        );
        assert.deepEqual(seen.unreadable, []);
      },
    ),
  );
});

test("a picture is handed on with its last byte, not with the next one's boundary", () => {
  const picture = jpeg([1, 2, 3]);
  for (const length of [picture.length, undefined]) {
    const bytes = part("--cam", picture, length).subarray(0, -2);
    assert.equal(read([bytes.subarray(0, -1)]).pictures.length, 0);
    const seen = read([bytes.subarray(0, -9), bytes.subarray(-9, -1), bytes.subarray(-1)]);
    assert.deepEqual(seen.pictures, [picture.toString("hex")]);
    assert.deepEqual(seen.at, [0], "its first byte's time");
  }
});

test("what is no picture is counted with its reason, and the next picture comes whole", () => {
  const good = jpeg([5], false);
  const login = Buffer.from("<html>log in</html>");
  const cases: readonly (readonly [Buffer, RegExp])[] = [
    [part("--cam", login, login.length), /no picture/],
    [part("--cam", good.subarray(0, 14), 14), /cut short/],
    [part("--cam", good.subarray(0, 14), undefined), /cut short/],
    [Buffer.from(`--cam\r\n${"X-A: 1\r\n".repeat(1200)}`), /header .* longer than 8 KB/],
  ];
  for (const [bad, why] of cases) {
    const first = part("--cam", good, good.length);
    const stream = Buffer.concat([first, bad, part("--cam", good, good.length)]);
    for (const size of [1, 7, stream.length]) {
      const seen = read(cut(stream, [size]), { boundary: "cam" });
      assert.equal(seen.pictures.length, 2, `${why} in chunks of ${size}`);
      assert.equal(seen.unreadable.length, 1);
      assert.match(seen.unreadable[0] ?? "", why);
    }
  }
});

test("a picture over the cap is thrown away once, and the next one comes whole", () => {
  const huge = jpeg(Array(50_000).fill(1));
  const good = jpeg([5]);
  for (const length of [huge.length, undefined]) {
    const stream = Buffer.concat([part("--cam", huge, length), part("--cam", good, good.length)]);
    const seen = read(cut(stream, [1000]), { cap: 40_000 });
    assert.deepEqual(seen.pictures, [good.toString("hex")]);
    assert.deepEqual(seen.unreadable, ["it sent 0 MB without the end of a picture"]);
  }
});

test("a stream without a boundary says so early and then rarely", () => {
  const junk = Buffer.alloc(100_000, 0x55);
  assert.deepEqual(read([junk]).unreadable, [NO_PICTURE]);
  assert.deepEqual(read([junk], { boundary: "cam" }).unreadable, [NO_PICTURE]);
  const much = Array<Buffer>(250).fill(junk);
  assert.equal(read(much, { boundary: "cam" }).unreadable.length, 3, "25 MB at a cap of 10");
});

test("nothing that is sent for ever is kept, or looked at again and again", () => {
  const before = process.memoryUsage().arrayBuffers;
  for (const text of [
    "\n",
    "\r\n",
    "-",
    "--cam\r\n",
    "--cam\r\nA",
    "--cam--\n",
    "U",
    "--cam\r\n\r\n\u00ff\u00d8",
  ]) {
    const chunk = Buffer.from(text.repeat(Math.ceil(65536 / text.length)), "latin1");
    for (const boundary of ["cam", undefined]) {
      const startedAt = process.cpuUsage();
      const reader = new MultipartReader({
        boundary,
        onPicture: () => assert.fail(),
        onUnreadable: () => undefined,
        cap: 1e6,
      });
      for (let i = 0; i < 100; i++) reader.push(chunk, 0);
      const kept = process.memoryUsage().arrayBuffers - before;
      assert.ok(kept < 5e6, `${JSON.stringify(text)}: ${kept} bytes are kept`);
      const cpuMs = process.cpuUsage(startedAt).user / 1000;
      assert.ok(cpuMs < 1_500, `${JSON.stringify(text)} takes ${cpuMs} ms`);
    }
  }
});

test("no bytes at all make it throw, hang or grow", () => {
  const cap = 2_000;
  const pieces = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.constantFrom(
      "--cam\r\n",
      "cam--",
      "\r\n\r\n",
      "Content-Length: 5\r\n",
      "--",
      "\n",
      "\u00ff\u00d8",
      "\u00ff\u00d9",
    ),
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 60 }), (list) => {
      const bytes = list.map((each) => (typeof each === "string" ? Buffer.from(each, "latin1") : each));
      const seen = read(bytes, { boundary: "cam", cap });
      return seen.pictures.every((each) => each.startsWith("ffd8") && each.endsWith("ffd9"));
    }),
  );
});

test("a picture tells when it came, in how many reads, and when the camera took it", () => {
  const stamped = (stamp: string, body: Buffer): Buffer =>
    Buffer.concat([Buffer.from(`--b\r\n${stamp}\r\n\r\n`), body, Buffer.from("\r\n")]);
  const body = jpeg([1, 2, 3]);
  const whole = stamped("X-Timestamp: 1700000000.123456", body);
  const from = whole.length - body.length - 2;
  const chunks = [
    whole.subarray(0, from + 4),
    whole.subarray(from + 4, from + 8),
    whole.subarray(from + 8),
    stamped("X-Timestamp: 1700000001", body),
    stamped("x-TimeStamp:12.5000 ", body),
    stamped("X-Timestamp: now", body),
  ];
  assert.deepEqual(read(chunks, { boundary: "b" }).arrivals, [
    { firstByteAt: 0, lastByteAt: 2, reads: 3, stamp: 1_700_000_000_123.456 },
    { firstByteAt: 3, lastByteAt: 3, reads: 1 },
    { firstByteAt: 4, lastByteAt: 4, reads: 1, stamp: 12_500 },
    { firstByteAt: 5, lastByteAt: 5, reads: 1 },
  ]);
});
