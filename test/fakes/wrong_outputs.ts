/** Provisioning files that are wrong in boards, outputs, people and the detector. */
import { board, boards, output, outputs, user, users, type WrongFile, without } from "./config_files.ts";

const GUESSED = "is easy to guess; choose one that does not repeat or count and is no date";
const ROLES =
  "must be one of run-permit, while-active, pulse, lamp-red, lamp-amber, lamp-green, lamp-blue, lamp-white, heartbeat";

export const WRONG_OUTPUTS: readonly WrongFile[] = [
  [
    "a driver nobody wrote",
    boards(board({ driver: "magic" })),
    ["boards[0].driver: must be one of simulated, dct-hid, modbus-tcp, modbus-rtu, lcus, shelly, tasmota"],
  ],
  ["a board without driver", boards(without(board(), "driver")), ["boards[0].driver: is missing"]],
  ["33 channels", boards(board({ channels: 33 })), ["boards[0].channels: must be 1 to 32"]],
  ["4.5 channels", boards(board({ channels: 4.5 })), ["boards[0].channels: must be a whole number"]],
  [
    "two boards of one id",
    boards(board(), board()),
    ['boards[1].id: "sim" is already used by boards[0]; choose another'],
  ],

  [
    "an empty output",
    outputs({}),
    [
      "outputs[0].board: is missing",
      "outputs[0].channel: is missing",
      "outputs[0].id: is missing",
      "outputs[0].role: is missing",
    ],
  ],
  [
    "two outputs without channel",
    outputs(without(output(), "channel"), without(output({ id: "b" }), "channel")),
    ["outputs[0].channel: is missing", "outputs[1].channel: is missing"],
  ],
  [
    "an output of no board",
    outputs(output({ board: "usb" })),
    ['outputs[0].board: names no board of this file: "usb"'],
  ],
  ["channel 0", outputs(output({ channel: 0 })), ["outputs[0].channel: counts from 1"]],
  ["channel 1.5", outputs(output({ channel: 1.5 })), ["outputs[0].channel: must be a whole number"]],
  [
    "a channel the board has not",
    outputs(output({ channel: 9 })),
    ['outputs[0].channel: is 9, but board "sim" has 8 channels'],
  ],
  [
    "a channel beyond all boards",
    outputs(output({ channel: 1e15 })),
    ['outputs[0].channel: is 1000000000000000, but board "sim" has 8 channels'],
  ],
  [
    "two outputs on one channel",
    outputs(output(), output({ id: "b" })),
    ["outputs[1].channel: is already used by outputs[0]; one channel carries one output"],
  ],
  ["a role that is none", outputs(output({ role: "siren" })), [`outputs[0].role: ${ROLES}`]],
  [
    "a permit without zones",
    outputs(without(output(), "zones")),
    ["outputs[0].zones: needs at least one zone: an output of role run-permit follows zones"],
  ],
  [
    "a pulse of no zone",
    outputs(output({ role: "pulse", zones: [] })),
    ["outputs[0].zones: needs at least one zone: an output of role pulse follows zones"],
  ],
  [
    "zones that are text",
    outputs(output({ zones: "cell" })),
    ["outputs[0].zones: must be of type array, not string"],
  ],
  [
    "a zone that is not there",
    outputs(output({ zones: ["cell", "hall"] })),
    ['outputs[0].zones[1]: names no zone of this file: "hall"'],
  ],
  [
    "a zone named twice",
    outputs(output({ zones: ["cell", "cell"] })),
    ["outputs[0].zones[1]: is named twice; remove one"],
  ],
  [
    "a pulse of 49 ms",
    outputs(output({ role: "pulse", pulseMs: 49 })),
    ["outputs[0].pulseMs: must be 50 to 60000"],
  ],
  [
    "a pulse of a year",
    outputs(output({ role: "pulse", pulseMs: 31_536_000_000 })),
    ["outputs[0].pulseMs: must be 50 to 60000"],
  ],
  [
    "two outputs of one id",
    outputs(output(), output({ channel: 2 })),
    ['outputs[1].id: "permit" is already used by outputs[0]; choose another'],
  ],

  [
    "an empty person",
    users({}),
    ["users[0].name: is missing", "users[0].pin: is missing", "users[0].role: is missing"],
  ],
  ["a PIN as number", users(user({ pin: 730146 })), ["users[0].pin: must be of type string, not number"]],
  ["a PIN of letters", users(user({ pin: "secret" })), ["users[0].pin: must be 4 to 8 digits"]],
  [
    "a PIN of 3 digits",
    users(user({ role: "operator", pin: "731" })),
    ["users[0].pin: must be 4 to 8 digits"],
  ],
  ["a PIN of 9 digits", users(user({ pin: "730146730" })), ["users[0].pin: must be 4 to 8 digits"]],
  ["a PIN with a line break", users(user({ pin: "730146\n" })), ["users[0].pin: must be 4 to 8 digits"]],
  ["a PIN of other digits", users(user({ pin: "٧٣٠١٤٦" })), ["users[0].pin: must be 4 to 8 digits"]],
  [
    "a supervisor with 5 digits",
    users(user({ pin: "73014" })),
    ["users[0].pin: has 5 digits, needs 6 to 8 for role supervisor"],
  ],
  [
    "a maintainer with 4 digits",
    users(user({ role: "maintenance", pin: "7301" })),
    ["users[0].pin: has 4 digits, needs 6 to 8 for role maintenance"],
  ],
  [
    "a short and weak PIN",
    users(user({ pin: "1111" })),
    ["users[0].pin: has 4 digits, needs 6 to 8 for role supervisor", `users[0].pin: ${GUESSED}`],
  ],
  [
    "a role that is none, with a short PIN",
    users(user({ role: "boss", pin: "7301" })),
    ["users[0].role: must be one of operator, supervisor, maintenance"],
  ],
  ...[
    "000000",
    "123456",
    "654321",
    "890123",
    "121212",
    "123123",
    "73017301",
    "112233",
    "19841231",
    "24122026",
  ].map((pin) => [`the PIN ${pin}`, users(user({ pin })), [`users[0].pin: ${GUESSED}`]] as const),
  ["the year of birth as PIN", users(user({ role: "operator", pin: "1984" })), [`users[0].pin: ${GUESSED}`]],
  [
    "two people of one name",
    users(user(), user({ name: " sam " })),
    ['users[1].name: " sam " is already used by users[0]; choose another'],
  ],
  [
    "101 people",
    users(...Array.from({ length: 101 }, (_, i) => user({ name: `P${i}` }))),
    ["users: must be at most 100 people"],
  ],

  ["a model without name", { detector: { model: "" } }, ["detector.model: must not be empty"]],
  ["a threshold of 0", { detector: { threshold: 0 } }, ["detector.threshold: must be 0.05 to 0.95"]],
  ["a threshold in percent", { detector: { threshold: 45 } }, ["detector.threshold: must be 0.05 to 0.95"]],
];
