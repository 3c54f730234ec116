/** The alarms of the box about itself: its model, its disk and its settings. */
import type { AlarmDefinition } from "./alarm.ts";

export const OWN_ALARMS = {
  "prot.detector.selftest": {
    priority: 1,
    latching: true,
    ackRequired: true,
    onDelayMs: 0, // one failed run
    offDelayMs: 0, // the next good one
    text: "The detector has not proven itself on its golden picture",
    response: "Call maintenance: the cause stands on the start page. Then acknowledge and reset.",
  },
  "sys.disk.low": {
    priority: 3,
    latching: false,
    ackRequired: false,
    onDelayMs: 60_000,
    offDelayMs: 60_000,
    text: "The disk is nearly full",
    response: "Call maintenance: make room on the disk of the data folder. Guarding goes on meanwhile.",
  },
  "sys.backup.due": {
    priority: 4,
    latching: false,
    ackRequired: false,
    onDelayMs: 60_000,
    offDelayMs: 0, // one was made
    text: "A backup is due",
    response: "Call maintenance: look under Backup and restore, and whether its folder can be written.",
  },
  "sys.config.fallback": {
    priority: 2,
    latching: false,
    ackRequired: true,
    onDelayMs: 0,
    offDelayMs: 0,
    text: "An earlier version of the settings is in force",
    response: "Call maintenance: look under Versions, and put one in force before the machine runs.",
  },
  "sys.certificate.due": {
    priority: 4,
    latching: false,
    ackRequired: false,
    onDelayMs: 0,
    offDelayMs: 0,
    text: "The certificate for other panels ends soon",
    response: "Call maintenance: put in a new one under Network, or go back to the box's own.",
  },
} as const satisfies Record<string, AlarmDefinition>;
