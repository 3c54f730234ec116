/** What happened between two states: told to the audit trail and the log after the outputs have moved. */
import type { Alarm } from "./alarm.ts";
import type { CameraState } from "./camera.ts";
import type { DetectorState } from "./eye.ts";
import type { DropCause } from "./relay.ts";
import type { Rules } from "./rules.ts";
import { outputSentence } from "./screen.ts";
import type { Supervision } from "./supervision.ts";
import type { CameraId, Drive, Millis, OutputId, Verdict, ZoneId } from "./units.ts";

export type Fact = { readonly at: Millis } & (
  | {
      /** The board's read-back changed: a relay has really moved. */
      readonly kind: "output-changed";
      readonly output: OutputId;
      readonly from: Drive | "unknown";
      readonly to: Drive | "unknown";
      readonly demand: Drive;
      readonly why: string;
    }
  | { readonly kind: "alarm-changed"; readonly alarm: Alarm; readonly from: Alarm["state"] }
  | { readonly kind: "verdict-changed"; readonly zone: ZoneId; readonly from: Verdict; readonly to: Verdict }
  | { readonly kind: "camera-changed"; readonly camera: CameraId; readonly state: CameraState }
  | { readonly kind: "detector-changed"; readonly state: DetectorState }
  | { readonly kind: "guardian-dropped"; readonly cause: DropCause }
  | { readonly kind: "relay-link-changed"; readonly link: "held" | "lost"; readonly why?: string }
);

/** Usually an empty list. */
export function factsBetween(before: Supervision, after: Supervision, rules: Rules): Fact[] {
  const { at } = after;
  const facts: Fact[] = [];
  if (before.relay !== after.relay) facts.push(...relayFacts(before, after, rules));
  if (before.alarms !== after.alarms) {
    for (const [id, { alarm }] of after.alarms) {
      const from = before.alarms.get(id)?.alarm;
      if (from?.version !== alarm.version && alarm.version > 0)
        facts.push({ kind: "alarm-changed", at, alarm, from: from?.state ?? "normal" });
    }
  }
  if (before.verdicts !== after.verdicts) {
    for (const [zone, { verdict: to }] of after.verdicts) {
      const from = before.verdicts.get(zone)?.verdict ?? "blind";
      if (from !== to) facts.push({ kind: "verdict-changed", at, zone, from, to });
    }
  }
  if (before.cameras !== after.cameras) {
    for (const [camera, { state }] of after.cameras)
      if (before.cameras.get(camera)?.state !== state)
        facts.push({ kind: "camera-changed", at, camera, state });
  }
  if (before.detector !== after.detector) facts.push({ kind: "detector-changed", at, state: after.detector });
  return facts;
}

function relayFacts(before: Supervision, after: Supervision, rules: Rules): Fact[] {
  const { at } = after;
  const facts: Fact[] = [];
  if (before.relay.kind !== after.relay.kind) {
    const why = after.relay.kind === "lost" ? { why: after.relay.why } : {};
    facts.push({ kind: "relay-link-changed", at, link: after.relay.kind, ...why });
  }
  const [was, is] = [before.relay, after.relay].map((relay) =>
    relay.kind === "held" ? relay.report : undefined,
  );
  if (is !== undefined && was !== undefined && is.epoch !== was.epoch)
    facts.push({ kind: "guardian-dropped", at, cause: is.lastDrop.cause });
  for (const output of rules.outputs) {
    const from = was?.outputs[output.id]?.readback ?? "unknown";
    const to = is?.outputs[output.id]?.readback ?? "unknown";
    if (from === to) continue;
    const demand = after.demand[output.id] ?? "dropped";
    const why = outputSentence(after, output, rules);
    facts.push({ kind: "output-changed", at, output: output.id, from, to, demand, why });
  }
  return facts;
}
