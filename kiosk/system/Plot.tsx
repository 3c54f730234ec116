/** One chart, drawn by uPlot: 600 samples of some lines, and a finger that reads the values of a moment. */
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { clockTime } from "../text.ts";
import type { FiguresAnswer } from "./calls.ts";
import { type Chart, PENS } from "./charts.ts";
import { figureText } from "./words.ts";
import "uplot/dist/uPlot.min.css";

/** How long a moment stays after the finger has left it. */
const STAYS_MS = 10_000;

const variable = (name: string) => (): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name);

function dataOf({ lines }: Chart, { at, figures }: FiguresAnswer): uPlot.AlignedData {
  return [at.map((each) => each / 1_000), ...lines.map((line) => [...figures[line]])];
}

/** Without its seconds where they are all zero. */
function timeText(at: number, step: number, timezone: string): string {
  const text = clockTime(at * 1_000, timezone);
  return step < 60 ? text : text.slice(0, 5);
}

/** The finger is ours to follow: what uPlot does by itself is made for a mouse. */
const NO_MOUSE = { mousedown: none, mouseup: none, click: none, dblclick: none, mousemove: none } as const;
function none(): null {
  return null;
}

function optionsOf(
  { unit, lines }: Chart,
  within: HTMLElement,
  timezone: string,
  onMoment: (index: number | undefined) => void,
): uPlot.Options {
  const { fontSize, fontFamily } = getComputedStyle(within);
  const size = Number.parseFloat(fontSize);
  const axis = {
    stroke: variable("--muted"),
    font: `${size}px ${fontFamily}`,
    grid: { stroke: variable("--line"), width: 0.5 },
    ticks: { stroke: variable("--line"), width: 0.5 },
  };
  return {
    // To the right there is room for half of the last time.
    ...{ ...sizeOf(within), padding: [size, size * 3, 0, 0], legend: { show: false } },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false }, bind: NO_MOUSE },
    scales: { y: { range: (_, __, most) => [0, most > 0 ? most * 1.05 : 1] } },
    axes: [
      {
        ...axis,
        space: size * 8,
        values: (_, at, __, ___, step) => at.map((each) => timeText(each, step, timezone)),
      },
      { ...axis, size: size * 6.5, values: (_, values) => values.map((value) => figureText(value, unit)) },
    ],
    series: [
      {},
      ...lines.map((_, i) => {
        const { colour, width: wide, dash } = PENS[i] ?? { colour: "--text", width: 2, dash: [] };
        return { stroke: variable(colour), width: wide, dash: [...dash], points: { show: false } };
      }),
    ],
    hooks: { setCursor: [({ cursor }) => onMoment(cursor.idx ?? undefined)] },
  };
}

/** Follows the finger; returns what ends it. */
function follow(plot: uPlot): () => void {
  let leaving: ReturnType<typeof setTimeout> | undefined;
  const point = (event: PointerEvent): void => {
    clearTimeout(leaving);
    plot.setCursor({ left: event.offsetX, top: event.offsetY });
  };
  const leave = (): void => {
    clearTimeout(leaving);
    leaving = setTimeout(() => plot.setCursor({ left: -10, top: -10 }), STAYS_MS);
  };
  plot.over.addEventListener("pointerdown", (event) => {
    plot.over.setPointerCapture(event.pointerId);
    point(event);
  });
  plot.over.addEventListener("pointermove", (event) => {
    if (plot.over.hasPointerCapture(event.pointerId)) point(event);
  });
  plot.over.addEventListener("pointerup", leave);
  plot.over.addEventListener("pointercancel", leave);
  return () => clearTimeout(leaving);
}

export function Plot(props: {
  readonly chart: Chart;
  readonly samples: FiguresAnswer;
  readonly timezone: string;
  readonly name: string;
  /** The place of the moment under the finger; undefined where there is none. */
  readonly onMoment: (index: number | undefined) => void;
}) {
  const { chart, samples, timezone, onMoment } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const newest = useRef(samples);
  newest.current = samples;
  const drawnOf = useRef<FiguresAnswer>(undefined);
  // Before the page is drawn: after it, the chart that goes would first be fitted to the place of the one that comes.
  useLayoutEffect(() => {
    const within = place.current;
    if (within === null) return;
    const data = dataOf(chart, newest.current);
    const drawn = new uPlot(optionsOf(chart, within, timezone, onMoment), data, within);
    plot.current = drawn;
    drawnOf.current = newest.current;
    const unfollow = follow(drawn);
    // It also tells of the size that the chart was made in: setting that again would draw all of it again.
    const resized = new ResizeObserver(() => {
      const { width, height } = sizeOf(within);
      if (width !== drawn.width || height !== drawn.height) drawn.setSize({ width, height });
    });
    resized.observe(within);
    const theme = matchMedia("(prefers-color-scheme: dark)");
    const redraw = (): void => drawn.redraw(false, true);
    theme.addEventListener("change", redraw);
    return () => {
      theme.removeEventListener("change", redraw);
      resized.disconnect();
      unfollow();
      onMoment(undefined);
      drawn.destroy();
      plot.current = undefined;
    };
  }, [chart, timezone]);
  useEffect(() => {
    if (drawnOf.current === samples) return;
    drawnOf.current = samples;
    plot.current?.setData(dataOf(chart, samples));
  }, [samples]);
  return <div class="plot" ref={place} role="img" aria-label={props.name} />;
}

function sizeOf({ clientWidth, clientHeight }: HTMLElement): {
  readonly width: number;
  readonly height: number;
} {
  return { width: Math.max(100, clientWidth), height: Math.max(80, clientHeight) };
}
