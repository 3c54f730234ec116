/**
 * What every family of models must do, over every entry of the families' table: one encoder a family, which writes
 * people into an answer as such a model would, and the same tests. What real models answered to the golden picture
 * is held against its people, too.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { OutputTensor } from "../../server/detect/family.ts";
import { listModels } from "../../server/detect/find.ts";
import type { Manifest } from "../../server/detect/manifest.ts";
import { families } from "../../server/detect/registry.ts";
import { toPicture } from "../../server/detect/session.ts";
import { iou } from "../../server/domain/geometry.ts";
import type { Box } from "../../server/domain/units.ts";
import { type Stored, unpack } from "../support/tensors.ts";
import { manifest } from "../unit/detect/models.ts";

type Name = keyof typeof families;

const [WIDTH, HEIGHT, CLASSES] = [128, 64, 3];
const [PERSON, HELMET] = [2, 0];
/** Of a grid of stride 8: 16 columns, 8 rows. */
const COLUMNS = WIDTH / 8;
const ROWS = 90;

interface Written {
  /** The row of the answer: in grids the cell of the finest one that the box's middle lies in. */
  readonly row: number;
  readonly place: number;
  readonly score: number;
  readonly box: Box;
}

const standing: Written = { row: 50, place: PERSON, score: 0.9, box: { x0: 10, y0: 6, x1: 26, y1: 46 } };
const walking: Written = { row: 73, place: PERSON, score: 0.6, box: { x0: 60.5, y0: 12, x1: 84, y1: 58 } };
const helmet: Written = { row: 2, place: HELMET, score: 0.8, box: { x0: 14, y0: 4, x1: 23, y1: 9 } };

const middle = ({ x0, y0, x1, y1 }: Box) => [(x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0] as const;
const numbers = (...dims: number[]) => {
  const data = new Float32Array(dims.reduce((product, size) => product * size, 1));
  return { dims, data };
};

/** Two neighbouring steps share the weight so that their mean is the distance. */
function distribution(distance: number): number[] {
  const step = Math.min(6, Math.floor(distance));
  return Array.from({ length: 8 }, (_, i) => {
    if (Number.isNaN(distance)) return Number.NaN;
    const share = i === step ? step + 1 - distance : i === step + 1 ? distance - step : 0;
    return Math.max(-80, Math.log(share));
  });
}

function sides({ row, box }: Written, shift: number): number[] {
  const [x, y] = [(row % COLUMNS) * 8 + shift, Math.floor(row / COLUMNS) * 8 + shift];
  return [x - box.x0, y - box.y0, box.x1 - x, box.y1 - y].flatMap((pixels) => distribution(pixels / 8));
}

function maps(strides: readonly number[], shift: number, written: readonly Written[]): OutputTensor[] {
  const cells = strides.map((stride) => Math.ceil(WIDTH / stride) * Math.ceil(HEIGHT / stride));
  const scores = cells.map((count) => numbers(1, count, CLASSES));
  const distances = cells.map((count) => numbers(1, count, 32));
  for (const each of written) {
    scores[0]?.data.fill(each.score, each.row * CLASSES + each.place, each.row * CLASSES + each.place + 1);
    distances[0]?.data.set(sides(each, shift), each.row * 32);
  }
  return [...scores, ...distances];
}

const places = (written: readonly Written[]): OutputTensor => {
  const data = new BigInt64Array(ROWS).fill(1n);
  for (const { row, place } of written) data[row] = BigInt(place);
  return { dims: [1, ROWS], data };
};

function boxRows(written: readonly Written[], length: 4 | 5): OutputTensor {
  const rows = numbers(1, ROWS, length);
  for (const { row, box, score } of written)
    rows.data.set([box.x0, box.y0, box.x1, box.y1, score].slice(0, length), row * length);
  return rows;
}

interface Encoder {
  readonly encode: (written: readonly Written[]) => OutputTensor[];
  /** Where the model tells a person twice, one of the two is suppressed. */
  readonly suppresses: boolean;
  /** It knows people alone. */
  readonly single?: true;
}

const encoders: Readonly<Record<Name, Encoder>> = {
  boxes5: { suppresses: true, single: true, encode: (written) => [boxRows(written, 5)] },
  rtmdet: { suppresses: false, encode: (written) => [boxRows(written, 5), places(written)] },
  dfine: {
    suppresses: false,
    encode(written) {
      const scores = numbers(1, ROWS);
      for (const { row, score } of written) scores.data[row] = score;
      return [places(written), boxRows(written, 4), scores];
    },
  },
  detr: {
    suppresses: false,
    encode(written) {
      const [logits, boxes] = [numbers(1, ROWS, CLASSES), numbers(1, ROWS, 4)];
      logits.data.fill(-20);
      for (const { row, place, score, box } of written) {
        logits.data[row * CLASSES + place] = Math.log(score / (1 - score));
        const [x, y, w, h] = middle(box);
        boxes.data.set([x / WIDTH, y / HEIGHT, w / WIDTH, h / HEIGHT], row * 4);
      }
      return [logits, boxes];
    },
  },
  yolov8: {
    suppresses: true,
    encode(written) {
      const answer = numbers(1, 4 + CLASSES, ROWS);
      for (const { row, place, score, box } of written) {
        for (const [line, value] of middle(box).entries()) answer.data[line * ROWS + row] = value;
        answer.data[(4 + place) * ROWS + row] = score;
      }
      return [answer];
    },
  },
  yolox: {
    suppresses: true,
    encode(written) {
      const length = 5 + CLASSES;
      const answer = numbers(1, 128 + 32 + 8, length);
      for (const { row, place, score, box } of written) {
        const [x, y, w, h] = middle(box);
        const raw = [
          x / 8 - (row % COLUMNS),
          y / 8 - Math.floor(row / COLUMNS),
          Math.log(w / 8),
          Math.log(h / 8),
        ];
        answer.data.set([...raw, 1], row * length);
        answer.data[row * length + 5 + place] = score;
      }
      return [answer];
    },
  },
  nanodet: { suppresses: true, encode: (written) => maps([8, 16, 32], 3.5, written) },
  picodet: { suppresses: true, encode: (written) => maps([8, 16, 32, 64], 4, written) },
  "nanodet-plus": {
    suppresses: true,
    encode(written) {
      const length = CLASSES + 32;
      const answer = numbers(1, 128 + 32 + 8 + 2, length);
      for (const each of written) {
        answer.data[each.row * length + each.place] = each.score;
        answer.data.set(sides(each, 0), each.row * length + CLASSES);
      }
      return [answer];
    },
  },
};

function manifestOf(name: Name, changes: Record<string, unknown> = {}): Manifest {
  const single = encoders[name].single === true;
  return manifest({
    family: name,
    input: { width: WIDTH, height: HEIGHT, colour: "rgb", pad: 114 },
    output: { classes: single ? 1 : CLASSES },
    classes: [{ index: single ? 0 : PERSON, label: "person" }],
    ...changes,
  });
}

for (const name of Object.keys(families) as Name[]) {
  const family = families[name];
  const { encode, suppresses, single = false } = encoders[name];
  const own = manifestOf(name);

  test(`${name} tells people where they are, best first, and nobody below the score that is kept`, () => {
    const answer = encode([walking, standing]);
    const found = family.decode(answer, own, 0.5);
    assert.equal(found.length, 2);
    for (const [i, { score, box }] of [standing, walking].entries()) {
      assert.equal(found[i]?.label, "person");
      assert.ok(Math.abs((found[i]?.score ?? 0) - score) < 1e-5, `score ${found[i]?.score}`);
      for (const side of ["x0", "y0", "x1", "y1"] as const)
        assert.ok(Math.abs((found[i]?.box[side] ?? 0) - box[side]) < 1e-2, `${side} ${found[i]?.box[side]}`);
    }
    assert.deepEqual(
      family.decode(answer, own, 0.7).map(({ score }) => score.toFixed(2)),
      ["0.90"],
    );
    assert.deepEqual(family.decode(encode([]), own, 0.05), []);
  });

  test(`${name} tells the classes of its manifest and no other`, () => {
    if (single) return assert.equal(family.outputs(own).length, 1, "no output for classes");
    const answer = encode([standing, helmet]);
    assert.deepEqual(
      family.decode(answer, own, 0.3).map(({ label }) => label),
      ["person"],
    );
    const classes = [
      { index: PERSON, label: "person" },
      { index: HELMET, label: "helmet" },
    ];
    assert.deepEqual(
      family.decode(answer, manifestOf(name, { classes }), 0.3).map(({ label }) => label),
      ["person", "helmet"],
    );
  });

  test(`${name} leaves one of two boxes of a person, if the model itself does not`, () => {
    const again = { ...standing, row: standing.row + 1, score: 0.7 };
    assert.equal(family.decode(encode([standing, again]), own, 0.3).length, suppresses ? 1 : 2);
  });

  test(`${name} takes numbers that are none as an error, not as an empty picture`, () => {
    const decode = (changes: Partial<Written>) => () =>
      family.decode(encode([walking, { ...standing, ...changes }]), own, 0.3);
    assert.throws(decode({ score: Number.NaN }), /score NaN in row 50; install/);
    for (const side of [Number.NaN, Number.POSITIVE_INFINITY])
      assert.throws(decode({ box: { ...standing.box, y1: side } }), /box without numbers in row 50; install/);
  });

  test(`${name} refuses an answer of another shape, type or length, and one that lacks a part`, () => {
    const answer = encode([standing]);
    for (const [i, { dims, data }] of answer.entries()) {
      const wrong = (tensor: OutputTensor | undefined) => () =>
        family.decode(tensor === undefined ? answer.slice(0, i) : answer.with(i, tensor), own, 0.3);
      const text =
        /^RangeError: The model answered the shape .*, but (float32|int64) .* is needed; correct its manifest$/;
      assert.throws(wrong(undefined), text);
      assert.throws(wrong({ dims: [...dims, 1], data }), text);
      assert.throws(wrong({ dims, data: data.slice(1) as typeof data }), text);
      const Other = data instanceof Float32Array ? BigInt64Array : Float32Array;
      assert.throws(wrong({ dims, data: new Other(data.length) }), text);
    }
  });
}

const DEMO = join(import.meta.dirname, "../../models/demo");
const truth = JSON.parse(readFileSync(join(DEMO, "golden.json"), "utf8")) as {
  readonly persons: readonly { readonly box: readonly [number, number, number, number] }[];
};
const stored = JSON.parse(
  readFileSync(join(import.meta.dirname, "../golden/tensors.json"), "utf8"),
) as readonly Stored[];

for (const { model, tensors } of stored) {
  test(`what ${model} answered to the golden picture is two people at their places`, () => {
    const found = listModels({ further: undefined }).find((each) => each.manifest.name === model);
    assert.ok(found !== undefined, "its manifest is there");
    const own = found.manifest;
    const raw = families[own.family].decode(tensors.map(unpack), own, own.threshold);
    const people = toPicture(raw, own, { width: 640, height: 360 });
    assert.equal(people.length, truth.persons.length);
    for (const {
      box: [x, y, w, h],
    } of truth.persons) {
      const person = { x0: x, y0: y, x1: x + w, y1: y + h };
      const best = Math.max(...people.map(({ box }) => iou(box, person)));
      assert.ok(best >= 0.75, `overlap ${best.toFixed(2)}`);
    }
  });
}
