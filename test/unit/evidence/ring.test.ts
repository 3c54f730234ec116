/** The ring holds the newest pictures in memory that never grows; retention takes the oldest until all is within bounds. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { surplus } from "../../../server/evidence/retention.ts";
import { Ring } from "../../../server/evidence/ring.ts";

const SIZE = { width: 4, height: 4 };

/** Everything a ring has, read as a recording reads it. */
function readAll(
  ring: Ring,
  from = -1,
): { readonly at: number; readonly text: string; readonly seq: number }[] {
  const all = [];
  for (let next = ring.after(from); next !== undefined; next = ring.after(next.at))
    all.push({ at: next.at, seq: next.seq, text: Buffer.from(next.jpeg).toString() });
  return all;
}

test("whatever is put, the ring holds the newest pictures whole, in order, and as many as fit", () => {
  const lengths = [7, 1, 30, 12, 25, 3, 40, 9, 9, 9, 33, 2, 64, 5, 31, 31, 31];
  for (const bytes of [64, 65, 90, 200]) {
    const ring = new Ring(bytes);
    const put: string[] = [];
    for (let n = 0; n < 300; n++) {
      const text = `${n}`.padEnd(lengths[n % lengths.length] ?? 1, "x").slice(0, lengths[n % lengths.length]);
      assert.ok(ring.put({ at: n, size: SIZE, jpeg: Buffer.from(text) }));
      put.push(text);
      const has = readAll(ring);
      assert.deepEqual(
        has.map(({ at, seq }) => [at, seq]),
        has.map((_, i) => [n - has.length + 1 + i, n - has.length + 1 + i]),
        "without a gap up to the newest",
      );
      for (const { at, text: found } of has) assert.equal(found, put[at]);
      const next = put[n - has.length];
      const used = has.reduce((sum, each) => sum + each.text.length, 0);
      // What is lost at the end of the memory is shorter than the longest picture.
      if (next !== undefined) assert.ok(used + next.length + 64 > bytes, `${used} of ${bytes} bytes`);
    }
  }
});

test("a picture larger than the ring, and one that is not newer, are not kept", () => {
  const ring = new Ring(10);
  assert.ok(!ring.put({ at: 1, size: SIZE, jpeg: Buffer.alloc(11) }));
  assert.ok(ring.put({ at: 5, size: SIZE, jpeg: Buffer.from("new") }));
  assert.ok(!ring.put({ at: 5, size: SIZE, jpeg: Buffer.from("same") }));
  assert.deepEqual(
    readAll(ring).map(({ text }) => text),
    ["new"],
  );
  assert.equal(ring.after(5), undefined);
});

const clips = [1, 2, 3, 4, 5].map((n) => ({ id: `${n}`, bytes: 10, wallAt: n * 100 }));
const BOUNDS = { keep: 5, keepBytes: 50, since: 0, lackingBytes: 0 };
const gone = (bounds: Partial<typeof BOUNDS>) =>
  surplus(clips, { ...BOUNDS, ...bounds }).map(({ id, why }) => `${id} ${why}`);

test("the oldest go by number, bytes, age and room, and none that need not", () => {
  assert.deepEqual(gone({}), []);
  assert.deepEqual(gone({ keep: 3 }), ["1 count", "2 count"]);
  assert.deepEqual(gone({ keepBytes: 49 }), ["1 bytes"]);
  assert.deepEqual(gone({ since: 201 }), ["1 age", "2 age"]);
  assert.deepEqual(gone({ lackingBytes: 11 }), ["1 room", "2 room"]);
  assert.equal(gone({ lackingBytes: 1e9 }).length, 4, "the newest stays");
  assert.deepEqual(gone({ lackingBytes: -5 }), []);
  assert.deepEqual(gone({ keep: 0 }).length, 5);
  assert.deepEqual(gone({ lackingBytes: 1, since: 150, keep: 4 }), ["1 room"]);
});
