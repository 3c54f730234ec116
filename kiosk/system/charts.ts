/** What each chart shows, in which unit, and how its lines are told apart: by width and dashes, for colour means trouble. */
import { type Figure, PARTS } from "../../server/domain/figures.ts";
import { inside } from "../say.ts";
import type { FiguresAnswer, ResourcesAnswer } from "./calls.ts";
import type { ChartId } from "./place.ts";
import { newest } from "./samples.ts";
import { figureText, LINES, NOW, SYSTEM, type Unit } from "./words.ts";

export interface Chart {
  readonly id: ChartId;
  readonly unit: Unit;
  readonly lines: readonly Figure[];
}

export const CHARTS: readonly Chart[] = [
  { id: "cpu", unit: "percent", lines: ["cpu.machine", ...PARTS.map((part) => `cpu.${part}` as const)] },
  { id: "memory", unit: "bytes", lines: PARTS.map((part) => `memory.${part}` as const) },
  { id: "network", unit: "rate", lines: ["network.received", "network.sent"] },
  { id: "disk", unit: "rate", lines: ["disk.read", "disk.written"] },
  { id: "reaction", unit: "ms", lines: ["reaction.median", "reaction.p95", "reaction.worst"] },
  { id: "frames", unit: "perSecond", lines: ["frames.received", "frames.looked"] },
  { id: "alarms", unit: "count", lines: ["alarms.listed", "alarms.unacknowledged"] },
];

export interface Pen {
  /** A CSS variable, so that it follows the theme. */
  readonly colour: "--text" | "--muted" | "--blue";
  readonly width: number;
  readonly dash: readonly number[];
}

/** In the order of a chart's lines; none has more. */
export const PENS: readonly Pen[] = [
  { colour: "--text", width: 2.5, dash: [] },
  { colour: "--blue", width: 2, dash: [] },
  { colour: "--text", width: 2, dash: [8, 4] },
  { colour: "--blue", width: 2, dash: [8, 4] },
  { colour: "--muted", width: 1.5, dash: [] },
  { colour: "--text", width: 2, dash: [2, 4] },
  { colour: "--muted", width: 1.5, dash: [8, 4] },
];

/** What stands beneath the chart's name. */
export function nowText(
  chart: Chart,
  samples: FiguresAnswer,
  resources: ResourcesAnswer | undefined,
): string {
  const of = (figure: Figure): string | undefined => {
    const value = newest(samples, figure);
    return value === undefined ? undefined : figureText(value, chart.unit);
  };
  const [first, second] = chart.lines.map(of);
  switch (chart.id) {
    case "cpu":
      return first === undefined || resources === undefined ? NOW.unknown : NOW.cpu(first, resources.cores);
    case "memory":
      if (resources === undefined) return NOW.unknown;
      return NOW.memory(
        figureText(resources.memory.ownBytes, "bytes"),
        figureText(resources.memory.availableBytes, "bytes"),
      );
    case "disk":
      return resources?.room === undefined
        ? pair(chart, first, second)
        : NOW.room(figureText(resources.room.freeBytes, "bytes"));
    case "reaction":
      return first === undefined ? NOW.noReaction : NOW.reaction(first, of("reaction.worst") ?? first);
    case "alarms":
      return first === undefined || second === undefined ? NOW.unknown : NOW.alarms(first, second);
    case "network":
    case "frames":
      return pair(chart, first, second);
  }
}

function pair({ lines }: Chart, first: string | undefined, second: string | undefined): string {
  const [one, other] = lines;
  if (first === undefined || second === undefined || one === undefined || other === undefined)
    return NOW.unknown;
  return NOW.two(first, inside(LINES[one]), second, inside(LINES[other]));
}

export const titleOf = ({ id }: Chart): string => SYSTEM.charts[id];
