/** Pairing against trying out every pairing there is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { bestPairs } from "../../../server/domain/assign.ts";

type Matrix = readonly (readonly number[])[];

const matrix = (most: number): fc.Arbitrary<Matrix> =>
  fc.tuple(fc.integer({ min: 0, max: most }), fc.integer({ min: 0, max: most })).chain(([rows, columns]) =>
    fc.array(fc.array(fc.integer({ min: -3, max: 9 }), { minLength: columns, maxLength: columns }), {
      minLength: rows,
      maxLength: rows,
    }),
  );

const sumOf = (values: Matrix, pairs: readonly (number | undefined)[]): number =>
  pairs.reduce<number>((sum, column, row) => sum + (values[row]?.[column ?? -1] ?? 0), 0);

/** The largest sum, by trying every column for every row, and none. */
function largestSum(values: Matrix, row = 0, taken: ReadonlySet<number> = new Set()): number {
  const line = values[row];
  if (line === undefined) return 0;
  const alone = largestSum(values, row + 1, taken);
  return line.reduce(
    (best, value, column) =>
      taken.has(column)
        ? best
        : Math.max(best, value + largestSum(values, row + 1, new Set([...taken, column]))),
    alone,
  );
}

const transposed = (values: Matrix): Matrix =>
  (values[0] ?? []).map((_, column) => values.map((line) => line[column] ?? 0));

test("bestPairs() reaches the largest sum there is, with every row and column in one pair at most", () => {
  let contested = 0;
  fc.assert(
    fc.property(matrix(5), (values) => {
      const pairs = bestPairs(values);
      const columns = pairs.filter((column) => column !== undefined);
      assert.equal(pairs.length, values.length);
      assert.equal(new Set(columns).size, columns.length);
      pairs.forEach((column, row) => {
        if (column !== undefined) assert.ok((values[row]?.[column] ?? 0) > 0, "nobody is paired for nothing");
      });
      assert.equal(sumOf(values, pairs), largestSum(values));
      const wishes = values.map((line) => line.indexOf(Math.max(...line)));
      if (new Set(wishes).size < wishes.length) contested++;
    }),
    { numRuns: 500 },
  );
  assert.ok(contested > 100, `rows must want the same column; ${contested} did`);
});

test("bestPairs() reaches the same sum from the other side", () => {
  fc.assert(
    fc.property(matrix(20), (values) => {
      const other = transposed(values);
      assert.equal(sumOf(values, bestPairs(values)), sumOf(other, bestPairs(other)));
    }),
  );
});

test("bestPairs() lets a row give way where all together gain by it", () => {
  assert.deepEqual(
    bestPairs([
      [5, 4],
      [5, 0],
    ]),
    [1, 0],
  );
  assert.deepEqual(
    bestPairs([
      [0.9, 0],
      [0.8, 0],
    ]),
    [0, undefined],
  );
  assert.deepEqual(bestPairs([[], []]), [undefined, undefined]);
  assert.deepEqual(bestPairs([]), []);
});
