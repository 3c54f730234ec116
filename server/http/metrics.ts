/** What the box tells a Prometheus server: base units, bounded labels, no name of a person. */
import { monotonicMs } from "../base/clock.ts";
import type { Box } from "../box.ts";
import { ALARMS } from "../domain/alarm.ts";
import { PARTS } from "../domain/figures.ts";
import { listedAlarms } from "../domain/supervision.ts";
import type { View } from "../domain/view.ts";
import type { Counts } from "../system/totals.ts";
import { type HistogramMetric, type Metric, prometheusText, type Value } from "./prometheus.ts";

const gauge = (name: string, help: string, ...values: readonly Value[]): Metric => ({
  ...{ name, help, type: "gauge", values },
});
const counter = (name: string, help: string, ...values: readonly Value[]): Metric => ({
  ...{ name, help, type: "counter", values },
});
const histogram = (name: string, help: string, ...spreads: HistogramMetric["spreads"]): HistogramMetric => ({
  ...{ name, help, type: "histogram", spreads },
});

function counted(counts: Counts, label: string): readonly Value[] {
  return [...counts].map(([key, count]) => [count, { [label]: key }]);
}

const STATES = ["watching", "tripped", "unguarded"] as const satisfies readonly View["state"][];

function guarding(box: Box): readonly Metric[] {
  const { guard, version } = box;
  const now = box.view().state;
  const { state, rules } = guard.pipeline;
  const permits = rules.outputs.filter(({ role }) => role === "run-permit");
  const alarms = Map.groupBy(listedAlarms(state), (one) => `${ALARMS[one.definition].priority} ${one.state}`);
  return [
    gauge("build_info", "The program that runs.", [1, { version }]),
    gauge(
      "state",
      "Whether the box watches, has tripped, or has nothing to guard.",
      ...STATES.map((each): Value => [each === now ? 1 : 0, { state: each }]),
    ),
    gauge(
      "run_permit",
      "Whether the output's permit is energised.",
      ...permits.map(
        ({ id }): Value => [state.permits.get(id)?.kind === "energised" ? 1 : 0, { output: id }],
      ),
    ),
    gauge(
      "alarms_active",
      "Alarms on the list.",
      ...[...alarms].map(([key, { length }]): Value => {
        const [priority = "", name = ""] = key.split(" ");
        return [length, { priority, state: name }];
      }),
    ),
    gauge("bypass_active", "Zones that a person has taken out of the rules.", [state.bypasses.size]),
  ];
}

function cameras(box: Box): readonly Metric[] {
  const facts = [...box.cameras.facts()];
  const now = monotonicMs();
  const ages = facts.flatMap(([camera, { capturedAt }]): readonly Value[] =>
    capturedAt === undefined ? [] : [[Math.max(0, now - capturedAt) / 1_000, { camera }]],
  );
  return [
    gauge("frame_age_seconds", "Age of the newest picture made for people.", ...ages),
    counter(
      "frames_total",
      "Frames that arrived.",
      ...facts.map(([camera, { frameCount }]): Value => [frameCount, { camera }]),
    ),
    counter(
      "frames_dropped_total",
      "Frames that a newer one replaced before the detector was free.",
      ...facts.map(([camera]): Value => [box.cameras.counters.total(camera).replaced, { camera }]),
    ),
  ];
}

function happened({ totals }: Box["self"]): readonly Metric[] {
  return [
    counter("alarms_total", "Alarms that were raised.", ...counted(totals.alarms, "def")),
    counter("stops_total", "Stops that a zone asked for.", ...counted(totals.stops, "zone")),
    counter(
      "camera_restarts_total",
      "Cameras that were lost and tried again.",
      ...counted(totals.restarts, "reason"),
    ),
    counter(
      "relay_operations_total",
      "Changes that an output was read back with.",
      ...counted(totals.operations, "output"),
    ),
    counter("relay_errors_total", "Drops of the guardian's own.", ...counted(totals.drops, "kind")),
    counter("relay_mismatch_total", "Outputs that did not do what they were told.", [totals.mismatches]),
  ];
}

/** What the database knows; nothing of it where there is none. */
async function record({ store, walkRecords }: Box): Promise<readonly Metric[]> {
  const seq = (await store?.archive.head().catch(() => undefined))?.seq;
  const newest = new Map<string, number>();
  for (const { zone, outcome, wallAt } of walkRecords.records)
    if (outcome === "passed") newest.set(zone, Math.max(newest.get(zone) ?? 0, Date.parse(wallAt) / 1_000));
  return [
    ...(seq === undefined ? [] : [gauge("audit_seq", "The newest row of the audit trail.", [seq])]),
    gauge(
      "last_walk_test_timestamp_seconds",
      "When the zone's newest walk test that passed ended.",
      ...[...newest].map(([zone, at]): Value => [at, { zone }]),
    ),
  ];
}

function machine({ resources, upMs, synchronised }: Box["self"]): readonly Metric[] {
  const { memory, room, parts } = resources.reading();
  const of = (value: (part: (typeof parts)["server"]) => number | undefined): readonly Value[] =>
    PARTS.flatMap((part) => {
      const found = value(parts[part]);
      return found === undefined ? [] : [[found, { part }]];
    });
  return [
    gauge("uptime_seconds", "How long the box has been up.", [upMs / 1_000]),
    gauge("clock_synchronised", "Whether the wall clock follows a time server.", [synchronised ? 1 : 0]),
    gauge("eventloop_lag_seconds", "How late the server's own timer came last.", [resources.lateMs / 1_000]),
    gauge("memory_resident_bytes", "Resident memory of the box's processes.", ...of((p) => p.memoryBytes)),
    gauge(
      "cpu_cores",
      "Cores that the box's processes keep busy.",
      ...of(({ cpuPercent }) => (cpuPercent === undefined ? undefined : cpuPercent / 100)),
    ),
    gauge("threads", "Threads of the box's processes.", ...of((p) => p.threads)),
    gauge("handles", "Open files, sockets and pipes.", ...of((p) => p.handles)),
    gauge("machine_memory_available_bytes", "Memory that programs can still have.", [memory.availableBytes]),
    ...(room === undefined
      ? []
      : [gauge("disk_free_bytes", "Room on the data folder's disk.", [room.freeBytes])]),
  ];
}

export async function metricsText(box: Box): Promise<string> {
  const { self, guard } = box;
  const { acknowledged, inferred } = self.totals;
  const reactions = [...guard.pipeline.reactions.spreads()];
  return prometheusText([
    ...guarding(box),
    ...cameras(box),
    ...happened(self),
    histogram("alarm_ack_seconds", "From an alarm to its acknowledgement.", [acknowledged]),
    histogram("inference_seconds", "Looking at one frame.", [inferred]),
    histogram(
      "pipeline_latency_seconds",
      "From a frame's first byte to the guardian's answer.",
      ...reactions.map(([camera, spread]) => [spread, { camera }] as const),
    ),
    ...(await record(box)),
    ...machine(self),
  ]);
}
