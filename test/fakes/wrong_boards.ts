/** Provisioning files that are wrong between boards and outputs: places, kinds, roles, contacts and lamps. */
import {
  board,
  boards,
  example,
  type Members,
  output,
  outputs,
  type WrongFile,
  without,
} from "./config_files.ts";

const MODBUS = { id: "io", driver: "modbus-tcp", address: "192.0.2.7" };
const HID = { id: "usb", driver: "dct-hid", address: "1-1.4", channels: 4, acceptNoDeadMan: true };
const SERIAL = { id: "line", driver: "lcus", address: "/dev/ttyUSB0" };
const WEB = { id: "web", driver: "shelly", address: "http://192.0.2.8", channels: 4 };

/** The example with further boards, and with these outputs beside its own where there are any. */
const wired = (list: readonly Members[], ...further: readonly Members[]): Members => ({
  ...example(),
  boards: [board(), ...list],
  ...(further.length === 0 ? {} : { outputs: further }),
});
const modbus = (over: Members = {}): Members => wired([{ ...MODBUS, ...over }]);

const HOST = "must be a host or HOST:PORT, such as 192.0.2.7:502";
const PORT = "must be a USB port as the kernel names it, such as 1-1.4";
const DEVICE =
  "must be a serial device, such as /dev/ttyUSB0 or /dev/serial/by-id/usb-1a86_USB_Serial-if00-port0";
const URL_TEXT = "must be an http:// address, such as http://192.0.2.7";
const notFor = (driver: string, only: string): string =>
  `is not for a board of driver ${driver}, only for ${only}; remove it`;
const BOTH_MODBUS = "modbus-tcp, modbus-rtu";
const DEAD_MAN = "which would keep the run permit energised when the whole box dies";
const CAPABLE = "simulated, dct-hid, modbus-tcp, modbus-rtu";

const badAddresses: readonly (readonly [Members, readonly string[], string])[] = [
  [MODBUS, ["192.0.2.7:0", "192.0.2.7:70000", "a b", "host:", "http://192.0.2.7", "u@host", "::1"], HOST],
  [HID, ["/dev/hidraw0", "1", "1-", "1-1.", "usb-1-1", "1-1.4 x"], PORT],
  [SERIAL, ["ttyUSB0", "/dev/", "/dev/../etc/passwd", "/tmp/tty", "/dev/tty USB0", "COM3"], DEVICE],
  [
    WEB,
    [
      "192.0.2.8",
      "https://192.0.2.8",
      "ftp://192.0.2.8",
      "http://",
      "http://192.0.2.8/relay",
      "http://192.0.2.8?x=1",
      "http://admin:50%@192.0.2.8",
    ],
    URL_TEXT,
  ],
];

export const WRONG_BOARDS: readonly WrongFile[] = [
  ...badAddresses.flatMap(([base, addresses, sentence]) =>
    addresses.map(
      (address): WrongFile => [
        `the address "${address}" for driver ${base.driver}`,
        wired([{ ...base, address }]),
        [`boards[1].address: ${sentence}`],
      ],
    ),
  ),
  ...[MODBUS, SERIAL, WEB].map(
    (base): WrongFile => [
      `a board of driver ${base.driver} that is nowhere`,
      wired([without(base, "address")]),
      [`boards[1].address: is missing: it ${base === MODBUS ? HOST : base === SERIAL ? DEVICE : URL_TEXT}`],
    ],
  ),
  [
    "an address for the simulated board",
    wired([{ id: "two", driver: "simulated", address: "here" }]),
    ["boards[1].address: is not for a board of driver simulated; remove it"],
  ],
  ["an empty address", modbus({ address: " " }), ["boards[1].address: must not be empty"]],
  [
    "Modbus members of a USB board",
    wired([{ ...HID, unit: 1, firstCoil: 0, firstInput: 0, inputs: 4, baud: 9600 }]),
    [
      `boards[1].baud: ${notFor("dct-hid", "modbus-rtu, lcus")}`,
      `boards[1].firstCoil: ${notFor("dct-hid", BOTH_MODBUS)}`,
      `boards[1].firstInput: ${notFor("dct-hid", BOTH_MODBUS)}`,
      `boards[1].inputs: ${notFor("dct-hid", `simulated, ${BOTH_MODBUS}`)}`,
      `boards[1].unit: ${notFor("dct-hid", BOTH_MODBUS)}`,
    ],
  ],
  [
    "a dead-man time of a board without one",
    wired([{ ...HID, selfTimedMs: 1_000, watchdogMs: 1_000 }]),
    [
      `boards[1].selfTimedMs: ${notFor("dct-hid", `${BOTH_MODBUS}, shelly, tasmota`)}`,
      `boards[1].watchdogMs: ${notFor("dct-hid", BOTH_MODBUS)}`,
    ],
  ],
  [
    "a speed that no line has",
    wired([{ ...SERIAL, baud: 9601 }]),
    ["boards[1].baud: must be one of 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200"],
  ],
  [
    "a self-timed output shorter than the board counts",
    wired([{ ...WEB, selfTimedMs: 999 }]),
    ["boards[1].selfTimedMs: must be 1000 to 60000 for a board of driver shelly"],
  ],
  [
    "a self-timed output longer than the board counts",
    wired([{ ...WEB, driver: "tasmota", selfTimedMs: 11_001 }]),
    ["boards[1].selfTimedMs: must be 1000 to 11000 for a board of driver tasmota"],
  ],
  [
    "a self-timed output shorter than any board counts",
    modbus({ selfTimedMs: 299 }),
    ["boards[1].selfTimedMs: must be 300 to 60000"],
  ],
  [
    "more channels than the kind has",
    wired([{ ...HID, channels: 9 }]),
    ["boards[1].channels: is 9, but a board of driver dct-hid has at most 8"],
  ],
  [
    "channels that nobody has counted",
    wired([without(WEB, "channels")]),
    ["boards[1].channels: is missing: a board of driver shelly has 1 to 4"],
  ],
  [
    "coils and inputs beyond the last Modbus address",
    modbus({ firstCoil: 65_529, firstInput: 65_535, inputs: 2 }),
    [
      "boards[1].firstCoil: is 65529, and the last of 8 lies beyond Modbus address 65535",
      "boards[1].firstInput: is 65535, and the last of 2 lies beyond Modbus address 65535",
    ],
  ],
  [
    "relays rated for nothing",
    boards(board({ ratedOperations: 0 })),
    ["boards[0].ratedOperations: must be 1000 to 100000000"],
  ],

  [
    "two boards of one host and unit, spelled otherwise",
    wired([MODBUS, { ...MODBUS, id: "io2", address: "192.0.2.7:502", unit: 1 }]),
    ["boards[2].address: is already used by boards[1]; one place carries one board"],
  ],
  [
    "two boards of one serial line, of two kinds and units",
    wired([SERIAL, { ...SERIAL, id: "rtu", driver: "modbus-rtu", unit: 2 }]),
    ["boards[2].address: is already used by boards[1]; one place carries one board"],
  ],
  [
    "two boards of one USB port",
    wired([HID, { ...HID, id: "usb2" }]),
    ["boards[2].address: is already used by boards[1]; one place carries one board"],
  ],
  [
    "two boards of one URL, one with a password",
    wired([WEB, { ...WEB, id: "web2", address: "http://admin:secret@192.0.2.8/" }]),
    ["boards[2].address: is already used by boards[1]; one place carries one board"],
  ],
  [
    "two USB boards, one of which is anywhere",
    wired([without(HID, "address"), { ...HID, id: "usb2" }]),
    ["boards[1].address: is missing: of two boards of driver dct-hid each needs its USB port, such as 1-1.4"],
  ],

  [
    "a run permit and a heartbeat on boards for signals",
    wired(
      [SERIAL, WEB],
      output({ board: "line" }),
      output({ id: "beat", role: "heartbeat", zones: [], board: "web" }),
    ),
    [
      `outputs[0].board: is "line", a board of driver lcus, which carries horns and lamps only; a run permit needs one of ${CAPABLE}`,
      `outputs[1].board: is "web", a board of driver shelly, which carries horns and lamps only; a heartbeat needs one of ${CAPABLE}`,
    ],
  ],
  [
    "a run permit on a USB board that nobody has accepted",
    wired([without(HID, "acceptNoDeadMan")], output({ board: "usb" })),
    [
      `outputs[0].board: is "usb", ${DEAD_MAN}; accept that with its acceptNoDeadMan, or put the permit or its second channel on a board with selfTimedMs or watchdogMs`,
    ],
  ],
  [
    "a run permit on a Modbus board without its watchdog, and with a refusal to accept that",
    wired([{ ...MODBUS, acceptNoDeadMan: false }], output({ board: "io" })),
    [
      `outputs[0].board: is "io", ${DEAD_MAN}; set its selfTimedMs or watchdogMs, or accept that with acceptNoDeadMan`,
    ],
  ],

  [
    "a second channel of a horn",
    wired(
      [HID],
      output(),
      output({ id: "h", role: "while-active", channel: 2, second: { board: "usb", channel: 1 } }),
    ),
    ["outputs[1].second: is for run permits only; remove it"],
  ],
  [
    "a second channel on the first one's board",
    outputs(output({ second: { board: "sim", channel: 2 } })),
    ["outputs[0].second.board: must be another board: one that fails would take both channels along"],
  ],
  [
    "a second channel on no board, and one beyond the board",
    wired(
      [HID],
      output({ second: { board: "ghost", channel: 1 } }),
      output({ id: "b", channel: 2, second: { board: "usb", channel: 5 } }),
    ),
    [
      'outputs[0].second.board: names no board of this file: "ghost"',
      'outputs[1].second.channel: is 5, but board "usb" has 4 channels',
    ],
  ],
  [
    "a second channel that another output has, named before it",
    wired(
      [HID],
      output({ second: { board: "usb", channel: 1 } }),
      output({ id: "lamp", role: "lamp-red", board: "usb", channel: 1, zones: [] }),
    ),
    ["outputs[0].second.channel: is already used by outputs[1]; one channel carries one output"],
  ],
  [
    "two permits with one second channel",
    wired(
      [HID],
      output({ second: { board: "usb", channel: 1 } }),
      output({ id: "b", channel: 2, second: { board: "usb", channel: 1 } }),
    ),
    ["outputs[1].second.channel: is already used by outputs[0]; one channel carries one output"],
  ],
  [
    "a second channel on a board for signals",
    wired([WEB], output({ second: { board: "web", channel: 1 } })),
    [
      `outputs[0].second.board: is "web", a board of driver shelly, which carries horns and lamps only; a run permit needs one of ${CAPABLE}`,
    ],
  ],
  [
    "a second channel without a place",
    outputs(output({ second: {} })),
    ["outputs[0].second.board: is missing", "outputs[0].second.channel: is missing"],
  ],

  [
    "feedback on a board without inputs, on one that reads none, and on none",
    wired(
      [HID, MODBUS],
      output({ feedback: { board: "usb", input: 1 } }),
      output({ id: "b", channel: 2, feedback: { board: "io", input: 1 } }),
      output({ id: "c", channel: 3, feedback: { board: "ghost", input: 1 } }),
    ),
    [
      'outputs[0].feedback.board: is "usb", but a board of driver dct-hid has no inputs; choose another',
      'outputs[1].feedback.input: is 1, but board "io" reads 0 inputs; correct one of them',
      'outputs[2].feedback.board: names no board of this file: "ghost"',
    ],
  ],
  [
    "one input for two outputs, and input 0",
    {
      ...outputs(
        output({ feedback: { board: "sim", input: 2 } }),
        output({ id: "b", channel: 2, feedback: { board: "sim", input: 2 } }),
        output({ id: "c", channel: 3, feedback: { board: "sim", input: 0 } }),
      ),
      boards: [board({ inputs: 4 })],
    },
    [
      "outputs[1].feedback.input: is already used by outputs[0]; one input tells of one output",
      "outputs[2].feedback.input: counts from 1",
    ],
  ],
  [
    "a feedback contact that closes on something else",
    {
      ...outputs(output({ feedback: { board: "sim", input: 1, closed: "open" } })),
      boards: [board({ inputs: 1 })],
    },
    ["outputs[0].feedback.closed: must be one of energised, dropped"],
  ],
  [
    "a lamp that flashes",
    outputs(output({ role: "lamp-red", zones: [], flashMs: 500 })),
    ["outputs[0].flashMs: is not a known key; remove it or check its spelling"],
  ],

  [
    "a tower with a sixth lamp, a condition that is none, and one named twice",
    { tower: { purple: [], red: ["tripped", "sunny"], amber: ["warn", "blind", "warn"] } },
    [
      "tower.amber[2]: is named twice; remove one",
      "tower.purple: is not a known key; remove it or check its spelling",
      "tower.red[1]: must be one of tripped, critical-alarm, other-alarm, warn, blind, bypassed, watching, reset-possible, testing",
    ],
  ],
  [
    "tests that are never due",
    { tests: { relayDays: 0, proofDays: 401, withholdPermit: "yes", walkDays: 91 } },
    [
      "tests.proofDays: must be 1 to 400",
      "tests.relayDays: must be 1 to 90",
      "tests.walkDays: must be 1 to 90",
      "tests.withholdPermit: must be of type boolean, not string",
    ],
  ],
];

/** Files that are right, though they look like some of the wrong ones. */
export const RIGHT_BOARDS: readonly (readonly [what: string, file: unknown])[] = [
  ["one USB board anywhere", wired([without(HID, "address")])],
  ["two units of one gateway", wired([MODBUS, { ...MODBUS, id: "io2", unit: 2 }])],
  [
    "a host by name and in brackets",
    wired([
      { ...MODBUS, address: "relay.local:1502" },
      { ...MODBUS, id: "io2", address: "[2001:db8::7]:502" },
    ]),
  ],
  [
    "a line by its adapter",
    wired([{ ...SERIAL, address: "/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0", baud: 9600 }]),
  ],
  ["a password in a URL", wired([{ ...WEB, address: "http://admin:a%2Fb@192.0.2.8" }])],
  ["the last coil of all", modbus({ firstCoil: 65_528, firstInput: 65_534, inputs: 2 })],
  ...[{ selfTimedMs: 1_000 }, { watchdogMs: 2_000 }, { acceptNoDeadMan: true }].map(
    (over) =>
      [
        `a run permit on a Modbus board with ${Object.keys(over).join()}`,
        wired([{ ...MODBUS, ...over }], output({ board: "io" })),
      ] as const,
  ),
  [
    "a USB board whose permit has its second channel on a board with a watchdog",
    wired(
      [without(HID, "acceptNoDeadMan"), { ...MODBUS, watchdogMs: 1_000 }],
      output({ board: "usb", second: { board: "io", channel: 1 } }),
    ),
  ],
  [
    "horn, pulse and lamps on a board for signals",
    wired(
      [SERIAL],
      output({ id: "horn", board: "line", role: "while-active" }),
      output({ id: "chime", board: "line", channel: 2, role: "pulse" }),
      output({ id: "red", board: "line", channel: 3, role: "lamp-red", zones: ["cell"] }),
    ),
  ],
  [
    "feedback of two outputs on another board",
    wired(
      [{ ...MODBUS, inputs: 2 }],
      output({ feedback: { board: "io", input: 1 } }),
      output({ id: "b", channel: 2, feedback: { board: "io", input: 2, closed: "energised" } }),
    ),
  ],
  ["a tower of one's own", { tower: { green: ["tripped"], white: [] } }],
];
