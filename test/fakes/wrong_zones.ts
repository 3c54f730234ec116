/** Provisioning files that are wrong in what zones and floors are told beyond their names. */
import { board, camera, example, type Members, output, type WrongFile, zone, zones } from "./config_files.ts";

const MASK = { id: "poster", name: "Poster", kind: "mask" };
const CORNER = [
  [0, 0],
  [0.1, 0],
  [0.1, 0.1],
  [0, 0.1],
];
const FLOOR = {
  points: [
    [0.2, 0.9],
    [0.8, 0.9],
    [0.65, 0.5],
    [0.35, 0.5],
  ],
  sides: [3, 4, 3, 4],
  diagonal: 5,
};
const WORK = { days: ["mon"], from: "06:00", to: "14:00" };
const withGround = (ground: unknown, ...list: unknown[]): Members => ({
  ...example(),
  cameras: [camera({ ground })],
  zones: list.length === 0 ? [zone()] : list,
});
const withInputs = (condition: unknown, inputs?: number): Members => ({
  ...zones(zone({ condition })),
  boards: [board(inputs === undefined ? {} : { inputs })],
});

export const RIGHT_ZONES: readonly (readonly [what: string, file: Members])[] = [
  ["a dwell zone", zones(zone(), zone({ id: "bay", name: "Bay", kind: "dwell", dwellMs: 1_000 }))],
  ["a zone that counts", zones(zone(), zone({ id: "door", kind: "count", minHeight: 0.1 }))],
  ["a mask beside the stop zone", zones(zone(), zone({ ...MASK, polygon: CORNER }))],
  ["a mask over a stop zone with a reason", zones(zone(), zone({ ...MASK, reason: "A mannequin" }))],
  [
    "a mask over the stop zone of another camera",
    {
      ...zones(zone(), zone({ ...MASK, camera: "side" })),
      cameras: [camera(), camera({ id: "side", name: "Side" })],
    },
  ],
  [
    "a schedule over midnight and one to its end",
    zones(
      zone({
        schedule: [
          { ...WORK, from: "22:00", to: "06:00" },
          { ...WORK, to: "24:00" },
        ],
      }),
    ),
  ],
  ["a condition", withInputs({ board: "sim", input: 2, name: "Set-up" }, 2)],
  ["a measured floor and a hazard", withGround(FLOOR, zone({ hazard: [0.5, 0.7], stopTimeMs: 350.5 }))],
];

export const WRONG_ZONES: readonly WrongFile[] = [
  [
    "a dwell zone in which nobody may stay",
    zones(zone({ kind: "dwell" })),
    ["zones[0].dwellMs: must be at least 1000 for a zone of kind dwell: how long a person may stay"],
  ],
  [
    "members that a kind does not take",
    zones(
      zone({ reason: "Why not" }),
      zone({ id: "near", kind: "warn", stopTimeMs: 100, hazard: [0.5, 0.5] }),
      zone({ id: "door", kind: "count", schedule: [WORK], dwellMs: 500 }),
      zone({ ...MASK, polygon: CORNER, minHeight: 0.1 }),
    ),
    [
      "zones[0].reason: has no meaning for a zone of kind stop; remove it",
      "zones[1].hazard: has no meaning for a zone of kind warn; remove it",
      "zones[1].stopTimeMs: has no meaning for a zone of kind warn; remove it",
      "zones[2].dwellMs: has no meaning for a zone of kind count; remove it",
      "zones[2].schedule: has no meaning for a zone of kind count; remove it",
      "zones[3].minHeight: has no meaning for a zone of kind mask; remove it",
    ],
  ],
  [
    "an output that follows a mask and a zone that counts",
    {
      ...zones(zone({ ...MASK, polygon: CORNER }), zone({ id: "door", kind: "count" })),
      outputs: [output({ zones: ["poster", "door"] })],
    },
    [
      'outputs[0].zones[0]: is "poster", a zone of kind mask, which switches nothing; remove it',
      'outputs[0].zones[1]: is "door", a zone of kind count, which switches nothing; remove it',
    ],
  ],
  [
    "a mask over a stop zone",
    zones(zone(), zone(MASK)),
    [
      'zones[1].polygon: covers part of stop zone "cell", where nobody would be seen; move it, or say why in its reason',
    ],
  ],
  [
    "a box of more than half the picture",
    zones(zone({ minHeight: 0.51 })),
    ["zones[0].minHeight: must be 0 to 0.5"],
  ],
  ["no times", zones(zone({ schedule: [] })), ["zones[0].schedule: needs 1 to 20 times"]],
  [
    "times that are none",
    zones(
      zone({
        schedule: [
          { days: [], from: "6:00", to: "25:00" },
          { days: ["monday"], from: "06:00", to: "06:00" },
          { days: ["mon"], from: "24:00", to: "24:00" },
          { days: ["mon"], from: "22:00", to: "00:00" },
        ],
      }),
    ),
    [
      "zones[0].schedule[0].days: needs at least one day",
      "zones[0].schedule[0].from: must be a time from 00:00 to 23:59",
      "zones[0].schedule[0].to: must be a time from 00:01 to 24:00",
      "zones[0].schedule[1].days[0]: must be one of mon, tue, wed, thu, fri, sat, sun",
      "zones[0].schedule[2]: begins and ends at one time; for a whole day use 00:00 to 24:00",
      "zones[0].schedule[2].from: must be a time from 00:00 to 23:59",
      "zones[0].schedule[3]: ends at 00:00; write 24:00 for the end of the day",
    ],
  ],
  [
    "a schedule that begins when it ends",
    zones(zone({ schedule: [{ ...WORK, to: "06:00" }] })),
    ["zones[0].schedule[0]: begins and ends at one time; for a whole day use 00:00 to 24:00"],
  ],
  [
    "a condition on no board",
    zones(zone({ condition: { board: "io", input: 1, name: "Set-up" } })),
    ['zones[0].condition.board: names no board of this file: "io"'],
  ],
  [
    "a condition on an input that is not read",
    withInputs({ board: "sim", input: 3, name: "Set-up" }, 2),
    [
      'zones[0].condition.input: is 3, but board "sim" reads 2 inputs; correct one of them, or choose a board that has inputs',
    ],
  ],
  [
    "a condition on a feedback contact",
    {
      ...withInputs({ board: "sim", input: 1, name: "Set-up" }, 2),
      outputs: [output({ feedback: { board: "sim", input: 1 } })],
    },
    ["zones[0].condition.input: is the feedback contact of outputs[0] already; one input tells one thing"],
  ],
  [
    "a hazard over a floor that nobody measured",
    zones(zone({ hazard: [0.5, 0.5] })),
    ['zones[0].hazard: needs the floor of camera "front" to be measured; give its ground, or remove it'],
  ],
  [
    "a hazard in the sky",
    withGround(FLOOR, zone({ hazard: [0.5, 0] })),
    ["zones[0].hazard: lies at the horizon of the measured floor or beyond; put it where the machine stands"],
  ],
  [
    "three floor points",
    withGround({ ...FLOOR, points: FLOOR.points.slice(1) }),
    ["cameras[0].ground.points: needs 4 points"],
  ],
  [
    "floor points on a line",
    withGround({
      ...FLOOR,
      points: [
        [0.2, 0.9],
        [0.5, 0.9],
        [0.8, 0.9],
        [0.5, 0.5],
      ],
    }),
    ["cameras[0].ground.points: must be four corners in order around, none of them inside the others"],
  ],
  [
    "lengths that make no triangle",
    withGround({ ...FLOOR, diagonal: 7.5 }),
    ["cameras[0].ground.sides: and the diagonal make no triangles; measure them again"],
  ],
  [
    "lengths that nobody measures",
    withGround({ ...FLOOR, diagonal: 0, sides: [3, 4, 3] }),
    [
      "cameras[0].ground.diagonal: must be 0.1 to 100 metres",
      "cameras[0].ground.sides: needs 4 lengths: from each point to the next, the last back to the first",
    ],
  ],
];
