/** Figures in Prometheus's text format, version 0.0.4. */
import type { Spread } from "../domain/spread.ts";

export const PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Few and known beforehand: ids, states and reasons, never a name or a text of a person. */
export type Labels = Readonly<Record<string, string>>;
export type Value = readonly [value: number, labels?: Labels];

export interface Metric {
  /** Without the prefix. */
  readonly name: string;
  readonly help: string;
  readonly type: "gauge" | "counter";
  readonly values: readonly Value[];
}

export interface HistogramMetric {
  readonly name: string;
  readonly help: string;
  readonly type: "histogram";
  readonly spreads: readonly (readonly [spread: Spread, labels?: Labels])[];
}

const PREFIX = "palisade_";

function labelsText(labels: Labels): string {
  const each = Object.entries(labels).map(([name, value]) => {
    const escaped = value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
    return `${name}="${escaped}"`;
  });
  return each.length === 0 ? "" : `{${each.join(",")}}`;
}

function* linesOf(metric: Metric | HistogramMetric): Generator<string> {
  const name = PREFIX + metric.name;
  yield `# HELP ${name} ${metric.help}`;
  yield `# TYPE ${name} ${metric.type}`;
  if (metric.type !== "histogram") {
    for (const [value, labels = {}] of metric.values) yield `${name}${labelsText(labels)} ${value}`;
    return;
  }
  for (const [{ bounds, within, count, sumMs }, labels = {}] of metric.spreads) {
    for (const [i, bound] of bounds.entries())
      yield `${name}_bucket${labelsText({ ...labels, le: String(bound / 1_000) })} ${within[i]}`;
    yield `${name}_bucket${labelsText({ ...labels, le: "+Inf" })} ${count}`;
    yield `${name}_sum${labelsText(labels)} ${sumMs / 1_000}`;
    yield `${name}_count${labelsText(labels)} ${count}`;
  }
}

export function prometheusText(metrics: readonly (Metric | HistogramMetric)[]): string {
  return `${metrics.flatMap((metric) => [...linesOf(metric)]).join("\n")}\n`;
}
