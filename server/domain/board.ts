/** The relay boards this box can drive, and what each kind can therefore carry. */
import type { Millis } from "./units.ts";

/** How a board is reached: what stands in its `address`. */
export type AddressKind = "none" | "usb-port" | "host" | "serial-device" | "url";

export interface BoardKind {
  /** What people call it. */
  readonly title: string;
  readonly address: AddressKind;
  readonly addressNeeded: boolean;
  /** Most channels one such board has. */
  readonly maxChannels: number;
  /** Most inputs for feedback contacts. */
  readonly maxInputs: number;
  /**
   * What `read` answers from: `none` repeats what was written last, `register` tells what the electronics hold,
   * `contact` what the contacts do. Only the last one, or a feedback input, sees a welded contact.
   */
  readonly readBack: "none" | "register" | "contact";
  /** A channel can be energised for a time that the board itself counts: it drops unless it is renewed. */
  readonly selfTimed?: { readonly minMs: Millis; readonly maxMs: Millis };
  /** It can be set, at the board, to drop everything when nobody talks to it. */
  readonly hostWatchdog: boolean;
  /** `signals`: horn and lights only, because a failed drop could not be noticed. */
  readonly carries: "everything" | "signals";
  /** Its calls may block, and its package is large: they are made in a process that can be killed. */
  readonly ownProcess: boolean;
  /** Nothing is connected to it. */
  readonly simulated?: true;
}

export const BOARD_KINDS = {
  simulated: {
    title: "Simulated board",
    address: "none",
    addressNeeded: false,
    maxChannels: 32,
    maxInputs: 32,
    readBack: "register",
    hostWatchdog: false,
    carries: "everything",
    ownProcess: false,
    simulated: true,
  },
  "dct-hid": {
    title: "DCT USBRelay (USB HID)",
    address: "usb-port",
    addressNeeded: false,
    maxChannels: 8,
    maxInputs: 0,
    readBack: "register",
    hostWatchdog: false,
    carries: "everything",
    ownProcess: true,
  },
  "modbus-tcp": {
    title: "Modbus TCP",
    address: "host",
    addressNeeded: true,
    maxChannels: 32,
    maxInputs: 32,
    readBack: "register",
    selfTimed: { minMs: 300, maxMs: 60_000 },
    hostWatchdog: true,
    carries: "everything",
    ownProcess: true,
  },
  "modbus-rtu": {
    title: "Modbus RTU (RS-485)",
    address: "serial-device",
    addressNeeded: true,
    maxChannels: 32,
    maxInputs: 32,
    readBack: "register",
    selfTimed: { minMs: 300, maxMs: 60_000 },
    hostWatchdog: true,
    carries: "everything",
    ownProcess: true,
  },
  lcus: {
    title: "LCUS serial board (CH340)",
    address: "serial-device",
    addressNeeded: true,
    maxChannels: 8,
    maxInputs: 0,
    readBack: "none",
    hostWatchdog: false,
    carries: "signals",
    ownProcess: true,
  },
  shelly: {
    title: "Shelly, second generation (HTTP)",
    address: "url",
    addressNeeded: true,
    maxChannels: 4,
    maxInputs: 0,
    readBack: "register",
    selfTimed: { minMs: 1_000, maxMs: 60_000 },
    hostWatchdog: false,
    carries: "signals",
    ownProcess: true,
  },
  tasmota: {
    title: "Tasmota (HTTP)",
    address: "url",
    addressNeeded: true,
    maxChannels: 8,
    maxInputs: 0,
    readBack: "register",
    selfTimed: { minMs: 1_000, maxMs: 11_000 },
    hostWatchdog: false,
    carries: "signals",
    ownProcess: true,
  },
} as const satisfies Record<string, BoardKind>;

export type BoardDriver = keyof typeof BOARD_KINDS;

export const BOARD_DRIVERS = Object.keys(BOARD_KINDS) as readonly BoardDriver[] as readonly [
  BoardDriver,
  ...BoardDriver[],
];

export function boardKind(driver: BoardDriver): BoardKind {
  return BOARD_KINDS[driver];
}
