/** What the banner says: one thing, the most urgent. */
import { needsAcknowledge } from "../server/domain/alarm.ts";
import type { AlarmView, View } from "../server/domain/view.ts";

export type Banner =
  | {
      readonly kind: "alarm";
      readonly alarm: AlarmView;
      readonly flashing: boolean;
      readonly latched: boolean;
    }
  /** A permit is dropped and no alarm tells why. */
  | { readonly kind: "tripped"; readonly why: readonly string[] }
  | { readonly kind: "unguarded" }
  | { readonly kind: "quiet" };

/** The highest alarm nobody has acknowledged; else the highest there is; else why the permit is dropped. */
export function chooseBanner(view: View): Banner {
  const alarm = alarmToAcknowledge(view) ?? view.alarms[0];
  if (alarm !== undefined) return { kind: "alarm", alarm, ...lookOf(alarm) };
  if (view.state === "unguarded") return { kind: "unguarded" };
  return view.state === "tripped" ? { kind: "tripped", why: whyDropped(view) } : { kind: "quiet" };
}

/** The alarm that the bar's Acknowledge means: the one the banner shows. */
export function alarmToAcknowledge(view: View): AlarmView | undefined {
  return view.alarms.find((alarm) => needsAcknowledge(alarm.state));
}

/** How an alarm looks: flashing until acknowledged, and whether only a reset ends it. */
export function lookOf(alarm: AlarmView): { readonly flashing: boolean; readonly latched: boolean } {
  return {
    flashing: needsAcknowledge(alarm.state),
    latched: alarm.state === "latched-acknowledged" || alarm.state === "latched-unacknowledged",
  };
}

function whyDropped(view: View): readonly string[] {
  const permits = view.outputs.filter((o) => o.role === "run-permit" && o.readback !== "energised");
  const reasons = permits.map((o) => o.why).filter((why) => why !== "");
  // Why a permit is withheld stands in its own sentence already.
  const further = view.reset.refusals.filter((refusal) => !reasons.some((why) => why.includes(refusal)));
  return [...new Set([...reasons, ...further])];
}

export interface Aside {
  readonly shelved: number;
  readonly outOfService: number;
  readonly suppressed: number;
  /** When the first of them comes back by itself. */
  readonly nextWallAt?: number;
}

/** How many alarms are kept from the list, and until when. */
export function countAside(hidden: readonly AlarmView[]): Aside {
  const of = (state: AlarmView["state"]): number => hidden.filter((alarm) => alarm.state === state).length;
  const next = Math.min(...hidden.map((alarm) => alarm.hidden?.untilWallAt ?? Number.POSITIVE_INFINITY));
  return {
    ...{ shelved: of("shelved"), outOfService: of("out-of-service"), suppressed: of("suppressed") },
    ...(Number.isFinite(next) ? { nextWallAt: next } : {}),
  };
}

export interface Counters {
  readonly total: number;
  readonly unacknowledged: number;
}

export function countAlarms(alarms: readonly AlarmView[]): Counters {
  return {
    total: alarms.length,
    unacknowledged: alarms.filter((alarm) => needsAcknowledge(alarm.state)).length,
  };
}
