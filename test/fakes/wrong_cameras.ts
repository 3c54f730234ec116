/** Provisioning files that are wrong in site, cameras and zones. */
import { camera, example, type WrongFile, without, zone, zones } from "./config_files.ts";

const SOURCE =
  "must be an rtsp://, rtsps://, http:// or https:// address, file:PATH, or a device such as /dev/video0";
const ID = "must be 1 to 40 letters, digits, '-' or '_', beginning with a letter or digit";
const UNKNOWN = "is not a known key; remove it or check its spelling";
const CROSSES = "must not cross itself or name a point twice";

export const WRONG_CAMERAS: readonly WrongFile[] = [
  ["null", null, ["(file): must be of type object, not null"]],
  ["a list", [], ["(file): must be of type object, not array"]],
  ["a number", 7, ["(file): must be of type object, not number"]],
  ["a text", "{}", ["(file): must be of type object, not string"]],
  ["an unknown section", { ...example(), camera: [] }, [`camera: ${UNKNOWN}`]],
  ["__proto__ as a section", JSON.parse('{"__proto__":{"site":1}}'), [`__proto__: ${UNKNOWN}`]],
  [
    "sections of a wrong type",
    { ...example(), site: null, cameras: {}, users: "Sam" },
    [
      "cameras: must be of type array, not object",
      "site: must be of type object, not null",
      "users: must be of type array, not string",
      'zones[0].camera: names no camera of this file: "front"',
    ],
  ],
  ["an empty site name", { ...example(), site: { name: "  " } }, ["site.name: must not be empty"]],
  [
    "a long site name",
    { ...example(), site: { name: "x".repeat(81) } },
    ["site.name: must be at most 80 characters"],
  ],
  [
    "a time zone that is none",
    { ...example(), site: { timezone: "Mars/Base" } },
    ['site.timezone: must be an IANA time zone such as "Europe/Berlin"'],
  ],
  [
    "fullView as text",
    { ...example(), site: { fullView: "yes" } },
    ["site.fullView: must be of type boolean, not string"],
  ],
  ["an unknown key of the site", { ...example(), site: { nmae: "x" } }, [`site.nmae: ${UNKNOWN}`]],

  [
    "an empty camera",
    { cameras: [{}] },
    ["cameras[0].id: is missing", "cameras[0].name: is missing", "cameras[0].source: is missing"],
  ],
  ["a camera that is text", { cameras: ["front"] }, ["cameras[0]: must be of type object, not string"]],
  ["an id with a space", { cameras: [camera({ id: "a b" })] }, [`cameras[0].id: ${ID}`]],
  ["an empty id", { cameras: [camera({ id: "" })] }, [`cameras[0].id: ${ID}`]],
  ["an id of 41 letters", { cameras: [camera({ id: "x".repeat(41) })] }, [`cameras[0].id: ${ID}`]],
  ["a number as id", { cameras: [camera({ id: 1 })] }, ["cameras[0].id: must be of type string, not number"]],
  [
    "a line break in a name",
    { cameras: [camera({ name: "a\nb" })] },
    ["cameras[0].name: must not contain control characters"],
  ],
  [
    "two cameras of one id",
    { cameras: [camera(), camera({ id: "side" }), camera({ id: "FRONT" })] },
    ['cameras[2].id: "FRONT" is already used by cameras[0]; choose another'],
  ],
  [
    "17 cameras",
    { cameras: Array.from({ length: 17 }, (_, i) => camera({ id: `c${i}` })) },
    ["cameras: must be at most 16 cameras"],
  ],
  [
    "0 frames a second",
    { cameras: [camera({ fps: 0 })] },
    ["cameras[0].fps: must be 1 to 30 frames a second"],
  ],
  [
    "31 frames a second",
    { cameras: [camera({ fps: 31 })] },
    ["cameras[0].fps: must be 1 to 30 frames a second"],
  ],
  [
    "1e308 frames a second",
    { cameras: [camera({ fps: 1e308 })] },
    ["cameras[0].fps: must be 1 to 30 frames a second"],
  ],
  [
    "endless frames a second",
    { cameras: [camera({ fps: JSON.parse("1e999") })] },
    ["cameras[0].fps: must be of type number, not a number beyond all limits"],
  ],
  [
    "frames a second as text",
    { cameras: [camera({ fps: "10" })] },
    ["cameras[0].fps: must be of type number, not string"],
  ],
  [
    "a transport nobody speaks",
    { cameras: [camera({ transport: "quic" })] },
    ["cameras[0].transport: must be one of tcp, udp"],
  ],
  ...[
    "",
    "host",
    "ftp://h/x",
    "rtsp://",
    "rtsp:h",
    "file:",
    "file://",
    "/dev/sda",
    "/dev/video",
    "javascript:1",
    "rtsp://h/\nx",
    "file:a\u0000b",
    `rtsp://h/${"x".repeat(2048)}`,
  ].map(
    (source) =>
      [
        `the source ${JSON.stringify(source.slice(0, 20))}`,
        { cameras: [camera({ source })] },
        [`cameras[0].source: ${SOURCE}`],
      ] as const,
  ),

  [
    "a zone of no camera",
    zones(zone({ camera: "back" })),
    ['zones[0].camera: names no camera of this file: "back"'],
  ],
  [
    "a zone of a camera in other letters",
    zones(zone({ camera: "Front" })),
    ['zones[0].camera: names no camera of this file: "Front"'],
  ],
  [
    "a zone without polygon and kind",
    zones(without(without(zone(), "polygon"), "kind")),
    ["zones[0].kind: is missing", "zones[0].polygon: is missing"],
  ],
  [
    "a kind that is none",
    zones(zone({ kind: "slow" })),
    ["zones[0].kind: must be one of stop, warn, dwell, count, mask"],
  ],
  [
    "two points",
    zones(
      zone({
        polygon: [
          [0, 0],
          [1, 1],
        ],
      }),
    ),
    ["zones[0].polygon: needs 3 to 16 points"],
  ],
  ["no point", zones(zone({ polygon: [] })), ["zones[0].polygon: needs 3 to 16 points"]],
  [
    "17 points",
    zones(zone({ polygon: Array.from({ length: 17 }, (_, i) => [i / 17, 0.5]) })),
    ["zones[0].polygon: needs 3 to 16 points"],
  ],
  [
    "a bow tie",
    zones(
      zone({
        polygon: [
          [0, 0],
          [1, 1],
          [1, 0],
          [0, 1],
        ],
      }),
    ),
    [`zones[0].polygon: ${CROSSES}`],
  ],
  [
    "a closed polygon as in GeoJSON",
    zones(
      zone({
        polygon: [
          [0, 0],
          [1, 0],
          [1, 1],
          [0, 0],
        ],
      }),
    ),
    [`zones[0].polygon: ${CROSSES}`],
  ],
  [
    "a point named twice",
    zones(
      zone({
        polygon: [
          [0, 0],
          [1, 0],
          [1, 0],
          [1, 1],
        ],
      }),
    ),
    [`zones[0].polygon: ${CROSSES}`],
  ],
  [
    "a side that runs back",
    zones(
      zone({
        polygon: [
          [0, 0],
          [1, 0],
          [0.5, 0],
          [0.5, 0.5],
        ],
      }),
    ),
    [`zones[0].polygon: ${CROSSES}`],
  ],
  [
    "a polygon without area",
    zones(
      zone({
        polygon: [
          [0, 0],
          [0.5, 0.5],
          [1, 1],
        ],
      }),
    ),
    ["zones[0].polygon: must cover at least 0.5 % of the picture"],
  ],
  [
    "a sliver",
    zones(
      zone({
        polygon: [
          [0, 0],
          [0.1, 0],
          [0.1, 0.01],
        ],
      }),
    ),
    ["zones[0].polygon: must cover at least 0.5 % of the picture"],
  ],
  [
    "points outside the picture",
    zones(
      zone({
        polygon: [
          [-0.1, 0],
          [1.2, 0],
          [1, 1],
        ],
      }),
    ),
    ["zones[0].polygon[0][0]: must be 0 to 1", "zones[0].polygon[1][0]: must be 0 to 1"],
  ],
  [
    "points of one and three numbers",
    zones(zone({ polygon: [[0.1], [1, 0, 0], [1, 1]] })),
    ["zones[0].polygon[0]: must be two numbers, [x, y]", "zones[0].polygon[1]: must be two numbers, [x, y]"],
  ],
  [
    "a point that is an object",
    zones(zone({ polygon: [{ x: 0, y: 0 }, [1, 0], [1, 1]] })),
    ["zones[0].polygon[0]: must be of type array, not object"],
  ],
  [
    "a coordinate that is text or null",
    zones(
      zone({
        polygon: [
          ["0", null],
          [1, 0],
          [1, 1],
        ],
      }),
    ),
    [
      "zones[0].polygon[0][0]: must be of type number, not string",
      "zones[0].polygon[0][1]: must be of type number, not null",
    ],
  ],
  ["a negative dwell", zones(zone({ dwellMs: -1 })), ["zones[0].dwellMs: must be 0 to 600000"]],
  [
    "a dwell of half a millisecond",
    zones(zone({ dwellMs: 0.5 })),
    ["zones[0].dwellMs: must be a whole number"],
  ],
  ["a dwell of 1e300", zones(zone({ dwellMs: 1e300 })), ["zones[0].dwellMs: must be 0 to 600000"]],
  [
    "two zones of one id",
    zones(zone(), zone()),
    ['zones[1].id: "cell" is already used by zones[0]; choose another'],
  ],
  [
    "65 zones",
    zones(zone(), ...Array.from({ length: 64 }, (_, i) => zone({ id: `z${i}` }))),
    ["zones: must be at most 64 zones"],
  ],
];
