/** Who belongs to whom: pairs two lists so that the sum of the pairs' values is the largest there is. Pure. */

/**
 * For each row the column it is paired with (Kuhn, 1955; Munkres, 1957). Every pair's value is above 0, so rows and
 * columns that suit nobody stay alone.
 * @param values one row for each of the first list, one column for each of the second, finite
 */
export function bestPairs(values: readonly (readonly number[])[]): (number | undefined)[] {
  const rows = values.length;
  const real = values[0]?.length ?? 0;
  // A column of no value for every row: to stay alone is always possible.
  const columns = real + rows;
  const cost = (row: number, column: number): number =>
    column < real ? -Math.max(0, values[row]?.[column] ?? 0) : 0;
  const rowPrice = new Float64Array(rows);
  const columnPrice = new Float64Array(columns);
  const rowOf = new Int32Array(columns).fill(-1);

  for (let start = 0; start < rows; start++) {
    // The cheapest way from this row to a free column, over rows that would have to move on.
    const least = new Float64Array(columns).fill(Number.POSITIVE_INFINITY);
    const before = new Int32Array(columns).fill(-1);
    const reached = new Uint8Array(columns);
    let [row, last] = [start, -1];
    for (;;) {
      let nearest = -1;
      for (let column = 0; column < columns; column++) {
        if (reached[column] === 1) continue;
        const reduced = cost(row, column) - at(rowPrice, row) - at(columnPrice, column);
        if (reduced < at(least, column)) {
          least[column] = reduced;
          before[column] = last;
        }
        if (nearest < 0 || at(least, column) < at(least, nearest)) nearest = column;
      }
      const step = at(least, nearest);
      rowPrice[start] = at(rowPrice, start) + step;
      for (let column = 0; column < columns; column++) {
        if (reached[column] === 1) {
          const taken = at(rowOf, column);
          rowPrice[taken] = at(rowPrice, taken) + step;
          columnPrice[column] = at(columnPrice, column) - step;
        } else least[column] = at(least, column) - step;
      }
      reached[nearest] = 1;
      last = nearest;
      row = at(rowOf, nearest);
      if (row < 0) break;
    }
    for (; last >= 0; last = at(before, last)) {
      const from = at(before, last);
      rowOf[last] = from < 0 ? start : at(rowOf, from);
    }
  }

  const paired: (number | undefined)[] = new Array(rows).fill(undefined);
  for (let column = 0; column < real; column++) {
    const row = at(rowOf, column);
    if (row >= 0 && cost(row, column) < 0) paired[row] = column;
  }
  return paired;
}

function at(list: Float64Array | Int32Array, index: number): number {
  return list[index] as number;
}
