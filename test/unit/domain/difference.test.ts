/** The difference between two configurations in words: nothing is left out, nothing invented, no password told. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Config, EMPTY_CONFIG } from "../../../server/domain/config.ts";
import { difference } from "../../../server/domain/difference.ts";
import { nameOf } from "../../../server/domain/difference_words.ts";

type Loose = Record<string, unknown>;

const SQUARE = [
  [0.2, 0.5],
  [0.8, 0.5],
  [0.9, 0.95],
  [0.1, 0.95],
];
const GROUND = { points: SQUARE, sides: [3, 2.5, 4, 2.5], diagonal: 4.2 };

/** Something stands in every section and in every member that may be left out. */
const FULL = {
  site: { name: "Press 4", timezone: "Europe/Berlin", fullView: true },
  cameras: [
    {
      id: "front",
      name: "Front",
      source: "rtsp://viewer:s3cret@h/s",
      fps: 10,
      transport: "tcp",
      ground: GROUND,
    },
    { id: "side", name: "Side", source: "rtsp://h/side", fps: 8, transport: "udp" },
  ],
  zones: [
    {
      ...{ id: "cell", camera: "front", name: "Cell", kind: "stop", polygon: SQUARE, dwellMs: 0 },
      ...{ classes: ["person"], minHeight: 0.1, stopTimeMs: 250, hazard: [0.5, 0.6] },
      schedule: [{ days: ["mon", "tue"], from: "06:00", to: "22:00" }],
      condition: { board: "io", input: 1, name: "Drive off" },
    },
    { id: "door", camera: "side", name: "Door", kind: "warn", polygon: SQUARE, dwellMs: 2_000 },
  ],
  boards: [
    {
      ...{ id: "io", driver: "modbus-tcp", channels: 8, address: "192.0.2.7:502", unit: 1, firstCoil: 0 },
      ...{ firstInput: 0, inputs: 4, watchdogMs: 1_000, ratedOperations: 100_000 },
    },
    { id: "sim", driver: "simulated", channels: 8, ratedOperations: 100_000, acceptNoDeadMan: true },
  ],
  outputs: [
    {
      ...{ id: "permit", name: "Permit", board: "io", channel: 1, role: "run-permit", zones: ["cell"] },
      ...{ pulseMs: 500, horn: false, second: { board: "sim", channel: 2 } },
      feedback: { board: "io", input: 2, closed: "dropped" },
    },
    { id: "horn", board: "sim", channel: 3, role: "while-active", zones: ["cell", "door"], pulseMs: 500 },
  ],
  tower: EMPTY_CONFIG.tower,
  tests: EMPTY_CONFIG.tests,
  detector: { model: "small", threshold: 0.45 },
} as unknown as Config;

interface Leaf {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

/** Lists of items are walked through; any other list is one leaf, told as a whole. */
function leavesOf(value: unknown, path: readonly (string | number)[] = []): readonly Leaf[] {
  if (Array.isArray(value)) {
    const items = value.length > 0 && value.every((item) => typeof (item as Loose).id === "string");
    return items ? value.flatMap((item, i) => leavesOf(item, [...path, i])) : [{ path, value }];
  }
  if (typeof value !== "object" || value === null) return [{ path, value }];
  return Object.entries(value).flatMap(([key, member]) => leavesOf(member, [...path, key]));
}

const LEAVES = leavesOf(FULL).filter(({ path }) => path.at(-1) !== "id");

/** Another value of the same kind. */
function other(value: unknown): unknown {
  if (typeof value === "number") return value + 0.0625;
  if (typeof value === "boolean") return !value;
  if (typeof value === "string") return `${value}x`;
  if (Array.isArray(value)) return value.length === 0 ? ["new"] : [other(value[0]), ...value.slice(1)];
  return { ...(value as object), more: "x" };
}

function put(config: Config, { path }: Leaf, value: unknown): Config {
  const copy = structuredClone(config) as unknown as Loose;
  const holder = path.slice(0, -1).reduce<Loose>((place, part) => place[part] as Loose, copy);
  holder[path.at(-1) as string] = value;
  return copy as unknown as Config;
}

/** The members of a leaf from its section on, without the places in lists. */
const membersOf = ({ path }: Leaf): string[] => path.filter((part) => typeof part === "string");

const edits = fc.subarray([...LEAVES], { minLength: 1 });

test("every changed member is told, each in one sentence with its name, and nothing else", () => {
  assert.ok(LEAVES.length > 70, `${LEAVES.length} members`);
  fc.assert(
    fc.property(edits, fc.boolean(), (leaves, takesOut) => {
      const changed = leaves.reduce(
        (config, leaf) => put(config, leaf, takesOut ? undefined : other(leaf.value)),
        FULL,
      );
      const words = difference(FULL, changed);
      assert.equal(words.length, leaves.length, words.join("\n"));
      for (const leaf of leaves) {
        const name = nameOf(membersOf(leaf));
        assert.ok(
          words.some((text) => text.includes(`: ${name}`)),
          `${leaf.path.join(".")} as "${name}" in ${words.join("\n")}`,
        );
      }
    }),
    { numRuns: 100 },
  );
});

test("equal configurations give no word, however their members are ordered or left out", () => {
  const turned = JSON.parse(JSON.stringify(FULL), (_key, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries([...Object.entries(value).reverse(), ["nothing", undefined]])
      : value,
  ) as Config;
  assert.deepEqual(difference(FULL, turned), []);
  assert.deepEqual(difference(turned, FULL), []);
  assert.deepEqual(difference(EMPTY_CONFIG, structuredClone(EMPTY_CONFIG)), []);
});

test("items that come, go and change places are told", () => {
  const sections = ["cameras", "zones", "boards", "outputs"] as const;
  const order = fc.record({
    section: fc.constantFrom(...sections),
    kept: fc.constantFrom([0], [1], [1, 0], []),
  });
  fc.assert(
    fc.property(order, ({ section, kept }) => {
      const list = FULL[section];
      const changed = { ...FULL, [section]: kept.map((i) => list[i]) } as Config;
      const gone = difference(FULL, changed);
      assert.equal(gone.length, kept.length === 2 ? 1 : 2 - kept.length, gone.join("\n"));
      assert.ok(gone.every((text) => text.endsWith(" removed") || text.startsWith(`Order of ${section}`)));
      const came = difference(changed, FULL).filter((text) => / added: /.test(text));
      assert.equal(came.length, 2 - kept.length);
    }),
  );
});

test("it reads as a person would say it", () => {
  const cases: readonly (readonly [Loose, readonly string[]])[] = [
    [{ fps: 5 }, ["Camera Front: frames a second 10 → 5"]],
    [{ name: "Gate" }, ["Camera Gate: name Front → Gate"]],
    [{ source: "rtsp://viewer:other@h/s" }, ["Camera Front: address: user or password changed"]],
    [{ source: "rtsp://viewer:s3cret@g/s" }, ["Camera Front: address rtsp://***@h/s → rtsp://***@g/s"]],
  ];
  for (const [more, words] of cases) {
    const [front, side] = FULL.cameras;
    const changed = { ...FULL, cameras: [{ ...front, ...more }, side] } as Config;
    // A rename is told under the name that is in force afterwards.
    assert.deepEqual(difference(FULL, changed), words);
  }
  const [cell, door] = FULL.zones;
  const zoned = (more: Loose): readonly string[] =>
    difference(FULL, { ...FULL, zones: [{ ...cell, ...more }, door] } as Config);
  const moved = SQUARE.with(2, [0.88, 0.95]);
  assert.deepEqual(zoned({ polygon: moved }), ["Zone Cell: shape: corner 3 moved"]);
  assert.deepEqual(zoned({ polygon: moved.with(0, [0.2, 0.4]) }), [
    "Zone Cell: shape: corners 1 and 3 moved",
  ]);
  assert.deepEqual(zoned({ polygon: SQUARE.toSpliced(1, 0, [0.5, 0.4]) }), [
    "Zone Cell: shape: corner 2 added",
  ]);
  assert.deepEqual(zoned({ polygon: SQUARE.toSpliced(3, 1) }), ["Zone Cell: shape: corner 4 removed"]);
  assert.deepEqual(zoned({ dwellMs: 1_500 }), ["Zone Cell: may stay 0 ms → 1.5 s"]);
  assert.deepEqual(zoned({ dwellMs: 5_000, camera: "side" }), [
    "Zone Cell: camera Front → Side",
    "Zone Cell: may stay 0 ms → 5 s",
  ]);
  assert.deepEqual(zoned({ schedule: undefined }), [
    "Zone Cell: times days mon, tue from 06:00 to 22:00 → not set",
  ]);
  const without = difference(FULL, { ...FULL, outputs: FULL.outputs.slice(0, 1) });
  assert.deepEqual(without, ["Output horn removed"]);
  assert.deepEqual(difference({ ...FULL, outputs: FULL.outputs.slice(0, 1) }, FULL), [
    "Output horn added: board sim, channel 3, role acts while active, zones Cell, Door, pulse 500 ms",
  ]);
  assert.deepEqual(difference(FULL, { ...FULL, tests: { ...FULL.tests, relayDays: 1 } }), [
    "Tests: relay test every 7 days → 1 day",
  ]);
});

test("two of one name are told apart by their ids", () => {
  const [cell, door] = FULL.zones;
  const twins = { ...FULL, zones: [cell, { ...door, name: "Cell" }] } as Config;
  const [permit, horn] = twins.outputs;
  const rebound = { ...twins, outputs: [{ ...permit, zones: ["door"] }, horn] } as Config;
  assert.deepEqual(difference(twins, rebound), ["Output Permit: zones Cell (cell) → Cell (door)"]);
});

test("what the box is told tomorrow is told in words today, and no secret in it", () => {
  const later = {
    ...FULL,
    uploads: {
      url: "https://sam:hunter2@h/in",
      apiToken: "hunter2",
      waitMinutes: 5,
      tries: { mostTries: 3 },
    },
    contacts: [{ id: "shift", name: "Shift", pin: "hunter2", address: "https://sam:hunter2@h" }],
  } as unknown as Config;
  const words = difference(FULL, later);
  assert.deepEqual(words, [
    "Uploads: url not set → https://***@h/in",
    "Uploads: api token changed",
    "Uploads: wait not set → 5 min",
    "Uploads: tries most tries not set → 3",
    "Contacts Shift added: pin set, address https://***@h",
  ]);
  assert.doesNotMatch(difference(later, FULL).join(), /hunter2/);
});

test("no password of an address is ever told", () => {
  const password = fc.string({ unit: fc.constantFrom(..."abcxyz019"), minLength: 6, maxLength: 12 });
  fc.assert(
    fc.property(password, password, (one, two) => {
      const at = (secret: string): Config => ({
        ...FULL,
        cameras: [
          {
            ...(FULL.cameras[0] as Config["cameras"][number]),
            source: `rtsp://u:${secret}@h/s?pwd=${secret}`,
          },
        ],
        boards: [{ ...(FULL.boards[0] as Config["boards"][number]), address: `http://u:${secret}@h/` }],
      });
      const words = [
        difference(at(one), at(two)),
        difference(EMPTY_CONFIG, at(one)),
        difference(FULL, at(two)),
      ];
      assert.ok(
        !words.flat().some((text) => text.includes(one) || text.includes(two)),
        words.flat().join("\n"),
      );
      assert.equal(words[0]?.length, one === two ? 0 : 2);
    }),
  );
});
