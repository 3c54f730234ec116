/**
 * Alarms after ISA-18.2 / IEC 62682, with the names of OPC UA Part 9 where both have one.
 * An alarm needs a person's response; everything else is a fact for the journal.
 */
import { OWN_ALARMS } from "./alarm_own.ts";
import type { Rules } from "./rules.ts";
import type { Millis } from "./units.ts";

/** 1 critical: act at once. 2 high. 3 medium. 4 low. */
export type Priority = 1 | 2 | 3 | 4;

export interface AlarmDefinition {
  readonly priority: Priority;
  /** Holds its output action until a person resets it. */
  readonly latching: boolean;
  /** Returned to normal by itself, it stays listed until acknowledged. */
  readonly ackRequired: boolean;
  /** The condition must hold this long before the alarm is raised. */
  readonly onDelayMs: Millis;
  /** The condition must be gone this long before the alarm clears. */
  readonly offDelayMs: Millis;
  /** What is wrong, in the operator's words; `{source}` is the name of the camera, zone or output. */
  readonly text: string;
  /** What to do. */
  readonly response: string;
}

const trip = { priority: 1, latching: true, ackRequired: true } as const;
/** Listed for as long as it is so, and for nobody to reset. */
const reminder = { latching: false, ackRequired: false, onDelayMs: 0, offDelayMs: 0 } as const;
const checked = { ...trip, onDelayMs: 0, offDelayMs: 0 } as const;

/**
 * Every alarm this box can raise. Delays are start values of our own; a site may need others. A coil supply has none:
 * no board says whether its coils have power, and where a feedback contact shows that one has not moved, that is
 * `out.feedback`, whatever the cause.
 */
export const ALARMS = {
  "zone.stop.occupied": {
    ...trip,
    onDelayMs: 0, // the zone has already confirmed it N times of M
    offDelayMs: 0, // the zone has already waited its clear time
    text: "Person in {source}",
    response: "Clear the area, acknowledge, check that nobody is inside, then reset.",
  },
  "zone.warn.occupied": {
    priority: 3,
    latching: false,
    ackRequired: false,
    onDelayMs: 0,
    offDelayMs: 0,
    text: "Person near: {source}",
    response: "Warn the person.",
  },
  "zone.dwell": {
    priority: 3,
    latching: false,
    ackRequired: false,
    onDelayMs: 0, // the zone has already waited its dwell time
    offDelayMs: 0,
    text: "Person stays in {source}",
    response: "Ask the person to leave.",
  },
  "prot.camera.lost": {
    ...trip,
    onDelayMs: 0, // counted by the freshness rule
    offDelayMs: 5_000,
    text: "Camera {source} gives no picture",
    response: "Check the camera, its cable and its power, acknowledge, then reset.",
  },
  "prot.camera.refused": {
    ...trip,
    onDelayMs: 0, // the camera has answered, and will answer the same until somebody changes something
    offDelayMs: 5_000,
    text: "Camera {source} refuses us",
    response: "Call maintenance: the cause stands with the camera. Then acknowledge and reset.",
  },
  // The checks of trust.ts have already waited before they fail and before they pass again.
  "prot.camera.mismatch": {
    ...checked,
    text: "Camera {source} sends another picture than was taught",
    response: "Call maintenance: set the camera back, or teach its zones anew.",
  },
  "prot.camera.clock": {
    ...checked,
    text: "Camera {source} has a wrong clock",
    response: "Restart the camera, acknowledge, then reset.",
  },
  "prot.camera.late": {
    ...checked,
    text: "Camera {source} is late",
    response: "Call maintenance: the network or the box is too slow for this camera.",
  },
  "prot.camera.dark": {
    ...checked,
    text: "Camera {source} sees too little light",
    response: "Switch the light on, check the lens, acknowledge, then reset.",
  },
  "prot.camera.glare": {
    ...checked,
    text: "Camera {source} is dazzled",
    response: "Shade the light that dazzles it, acknowledge, then reset.",
  },
  "prot.camera.blind": {
    ...checked,
    text: "Camera {source} is covered",
    response: "Uncover and clean the lens, acknowledge, then reset.",
  },
  "prot.camera.frozen": {
    ...checked,
    text: "Camera {source} shows a frozen picture",
    response: "Restart the camera, check the cell with your own eyes, acknowledge, then reset.",
  },
  "prot.camera.moved": {
    ...checked,
    text: "Camera {source} has moved",
    response: "Aim it as before, or have its zones taught anew; acknowledge, then reset.",
  },
  "prot.camera.defocus": {
    ...checked,
    text: "Camera {source} is out of focus",
    response: "Clean the lens or focus it, acknowledge, then reset.",
  },
  "prot.detector.stalled": {
    ...trip,
    onDelayMs: 0,
    offDelayMs: 5_000,
    text: "Nobody is watching: the detector does not work",
    response: "Call maintenance. The cause stands on the start page.",
  },
  ...OWN_ALARMS,
  "prot.latency.high": {
    priority: 2,
    latching: false,
    ackRequired: true,
    onDelayMs: 0, // the eye has already counted ten seconds
    offDelayMs: 30_000,
    text: "The box cannot keep up with its cameras",
    response: "Call maintenance: use fewer cameras, a lower frame rate or a smaller model.",
  },
  "out.comm.lost": {
    ...trip,
    onDelayMs: 0,
    offDelayMs: 1_000,
    text: "Outputs do not answer",
    response: "Check the relay board and its cable, acknowledge, then reset.",
  },
  "out.mismatch": {
    ...trip,
    onDelayMs: 0,
    offDelayMs: 1_000,
    text: "Output {source} is not what it should be",
    response: "Isolate the machine and call maintenance.",
  },
  "out.feedback": {
    ...trip,
    onDelayMs: 0, // the guardian has already waited for the contact
    offDelayMs: 1_000,
    text: "The feedback contact of {source} contradicts it",
    response: "Isolate the machine and call maintenance: a contact may be welded or a wire broken.",
  },
  "out.worn": {
    ...reminder,
    priority: 4,
    text: "The relay of {source} has switched often",
    response: "Have the relay or its board replaced.",
  },
  "test.overdue": {
    ...reminder,
    priority: 4,
    text: "The {source} test is overdue",
    response: "Run the test and record its result.",
  },
  "test.overdue.long": {
    ...reminder,
    priority: 3,
    text: "The {source} test was left out twice",
    response: "Run the test and record its result.",
  },
  "bypass.active": {
    ...reminder,
    priority: 2,
    text: "Zone {source} is bypassed",
    response: "Watch the zone yourself, and end the bypass as soon as the work is done.",
  },
  "op.stop.requested": {
    ...trip,
    onDelayMs: 0,
    offDelayMs: 0,
    text: "Stop requested at the panel",
    response: "Acknowledge and reset when the reason is gone.",
  },
  "sec.pin.guessing": {
    priority: 3,
    latching: false,
    ackRequired: true,
    onDelayMs: 0,
    offDelayMs: 15 * 60_000, // as long as the longest waiting time
    text: "Somebody tries PINs",
    response: "See who stands at the panels; call maintenance if it was none of you.",
  },
  "ui.panel.offline": {
    ...{ ...reminder, priority: 3, onDelayMs: 15_000, offDelayMs: 5_000 },
    text: "Panel {source} shows nothing",
    response: "Switch the panel on and open its page; where it is gone for good, forget it on another panel.",
  },
  "sys.audit.fail": {
    priority: 2,
    latching: false,
    ackRequired: true,
    onDelayMs: 0,
    offDelayMs: 5_000,
    text: "The record cannot be written",
    response: "Call maintenance: check the disk. Reset is refused until the record can be written again.",
  },
  "sys.time.unsynced": {
    ...{ ...reminder, priority: 4, onDelayMs: 60_000, offDelayMs: 60_000 },
    text: "Nobody knows the time for certain",
    response: "Call maintenance: check the time server. Until then every zone with a schedule guards.",
  },
} as const satisfies Record<string, AlarmDefinition>;

export type AlarmDefinitionId = keyof typeof ALARMS;

export type AlarmStateName =
  | "normal"
  | "unacknowledged"
  | "acknowledged"
  | "returned-unacknowledged"
  | "latched-unacknowledged"
  | "latched-acknowledged";

/** What a list says of an alarm: its own state, or why it is kept from the list of those that want a person. */
export type ListedState = AlarmStateName | "shelved" | "suppressed" | "out-of-service";

export interface AlarmComment {
  readonly by: string;
  readonly at: Millis;
  readonly text: string;
}

export interface Alarm {
  /** `definition:source`: one row on the list, however often it comes back. */
  readonly id: string;
  readonly definition: AlarmDefinitionId;
  readonly source: string;
  readonly state: AlarmStateName;
  /** Counts every change of state; an acknowledge names the version that was seen. */
  readonly version: number;
  /** The version it was raised with: the same from one raising out of normal to the return to it. */
  readonly occurrence: number;
  readonly raisedAt: Millis;
  /** When it was last put before people anew without having gone; absent where its raising was that. */
  readonly annunciatedAt?: Millis;
  readonly acknowledgedAt?: Millis;
  readonly acknowledgedBy?: string;
  readonly clearedAt?: Millis;
  /** How often the condition came back while this row was listed. */
  readonly returns: number;
  /** Further detail in words, such as why a camera is lost. */
  readonly detail?: string;
  /** The last of this occurrence. */
  readonly comment?: AlarmComment;
}

export type AlarmInput = { readonly at: Millis } & (
  | { readonly kind: "raise"; readonly detail?: string }
  | { readonly kind: "clear" }
  | { readonly kind: "acknowledge"; readonly by: string }
  | { readonly kind: "reset" }
  /** It stands, and is put before people anew. */
  | { readonly kind: "annunciate" }
);

export function alarmId(definition: AlarmDefinitionId, source: string): string {
  return `${definition}:${source}`;
}

/** The alarm's text with the name of what it is about. */
export function alarmText(alarm: Pick<Alarm, "definition" | "source">, rules: Rules): string {
  const { definition, source } = alarm;
  const name = namedBy(definition, rules).find((item) => item.id === source)?.name ?? source;
  return ALARMS[definition].text.replace("{source}", () => name);
}

/** A zone and a camera may bear the same id; the kind of alarm tells which is meant. */
function namedBy(
  definition: AlarmDefinitionId,
  rules: Rules,
): readonly { readonly id: string; readonly name: string }[] {
  if (definition.startsWith("zone.") || definition === "bypass.active") return rules.zones;
  if (definition.startsWith("prot.camera.")) return rules.cameras;
  return definition.startsWith("out.") ? rules.outputs : [];
}

/** An alarm nobody has seen yet: the start of a row. */
export function normalAlarm(definition: AlarmDefinitionId, source: string, version = 0): Alarm {
  return {
    id: alarmId(definition, source),
    definition,
    source,
    state: "normal",
    version,
    occurrence: version,
    raisedAt: 0,
    returns: 0,
  };
}

/** Whether the alarm's condition is present now. */
export function isActive(state: ListedState): boolean {
  return state === "unacknowledged" || state === "acknowledged";
}

/** Whether the alarm waits for Acknowledge. */
export function needsAcknowledge(state: ListedState): boolean {
  return (
    state === "unacknowledged" || state === "returned-unacknowledged" || state === "latched-unacknowledged"
  );
}

/**
 * The next state of one alarm. What has no meaning in a state returns the very same object:
 * acknowledge never clears, clear never acknowledges, and only reset ends a latch.
 */
export function reduceAlarm(alarm: Alarm, input: AlarmInput): Alarm {
  const definition: AlarmDefinition = ALARMS[alarm.definition];
  const to = (state: AlarmStateName, change: Partial<Alarm> = {}): Alarm => ({
    ...alarm,
    ...change,
    state,
    version: alarm.version + 1,
  });
  if (input.kind === "annunciate") return isActive(alarm.state) ? anew(alarm, input.at) : alarm;
  switch (alarm.state) {
    case "normal":
      if (input.kind !== "raise") return alarm;
      return {
        ...normalAlarm(alarm.definition, alarm.source, alarm.version + 1),
        state: "unacknowledged",
        raisedAt: input.at,
        ...(input.detail === undefined ? {} : { detail: input.detail }),
      };
    case "unacknowledged":
      if (input.kind === "acknowledge")
        return to("acknowledged", { acknowledgedAt: input.at, acknowledgedBy: input.by });
      if (input.kind !== "clear") return alarm;
      if (definition.latching) return to("latched-unacknowledged", { clearedAt: input.at });
      return to(definition.ackRequired ? "returned-unacknowledged" : "normal", { clearedAt: input.at });
    case "acknowledged":
      if (input.kind !== "clear") return alarm;
      return to(definition.latching ? "latched-acknowledged" : "normal", { clearedAt: input.at });
    case "returned-unacknowledged":
      if (input.kind === "raise") return again(alarm, input.at, input.detail);
      return input.kind === "acknowledge"
        ? to("normal", { acknowledgedAt: input.at, acknowledgedBy: input.by })
        : alarm;
    case "latched-unacknowledged":
      if (input.kind === "raise") return again(alarm, input.at, input.detail);
      return input.kind === "acknowledge"
        ? to("latched-acknowledged", { acknowledgedAt: input.at, acknowledgedBy: input.by })
        : alarm;
    case "latched-acknowledged":
      if (input.kind === "raise") return again(alarm, input.at, input.detail);
      return input.kind === "reset" ? to("normal") : alarm;
  }
}

/** The condition came back before the row was gone: same row, one more return, unacknowledged again. */
function again(alarm: Alarm, at: Millis, detail: string | undefined): Alarm {
  return {
    id: alarm.id,
    definition: alarm.definition,
    source: alarm.source,
    state: "unacknowledged",
    version: alarm.version + 1,
    occurrence: alarm.occurrence,
    raisedAt: at,
    returns: alarm.returns + 1,
    ...(detail === undefined ? {} : { detail }),
    ...(alarm.comment === undefined ? {} : { comment: alarm.comment }),
  };
}

/** It has not gone meanwhile, but has to be acknowledged anew. */
function anew(alarm: Alarm, at: Millis): Alarm {
  const { acknowledgedAt: _, acknowledgedBy: __, ...rest } = alarm;
  return { ...rest, state: "unacknowledged", version: alarm.version + 1, annunciatedAt: at };
}

/** When it was last put before people. */
export function annunciatedAt(alarm: Alarm): Millis {
  return alarm.annunciatedAt ?? alarm.raisedAt;
}
