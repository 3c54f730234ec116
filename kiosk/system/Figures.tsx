/** What the machine and the box do now, by name and figure, and the chart of one of them. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { SAMPLE_MS } from "../../server/domain/figures.ts";
import { Asked } from "../parts/Asked.tsx";
import { later } from "../parts/Later.tsx";
import { clockTime } from "../text.ts";
import { type FiguresAnswer, type ResourcesAnswer, readFigures, readResources } from "./calls.ts";
import { CHARTS, type Chart, nowText, PENS, titleOf } from "./charts.ts";
import { chart as open } from "./place.ts";
import { continued } from "./samples.ts";
import { figureText, LINES, SYSTEM } from "./words.ts";

const Plot = later(async () => (await import("./Plot.tsx")).Plot);

interface Known {
  readonly samples: FiguresAnswer | undefined;
  readonly resources: ResourcesAnswer | undefined;
  readonly problems: readonly string[];
}

export function Figures(props: { readonly timezone: string; readonly cameras: ReadonlyMap<string, string> }) {
  const known = useSignal<Known>({ samples: undefined, resources: undefined, problems: [] });
  const again = useRef(() => {});
  useEffect(() => {
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async (): Promise<void> => {
      const before = known.peek();
      const [figures, resources] = await Promise.all([
        readFigures(before.samples?.seq ?? 0),
        readResources(),
      ]);
      if (ended) return;
      known.value = {
        samples: figures.kind === "ok" ? continued(before.samples, figures.value) : before.samples,
        resources: resources.kind === "ok" ? resources.value : before.resources,
        problems: [figures, resources]
          .flatMap((each) => (each.kind === "failed" ? each.reasons : []))
          .slice(0, 1),
      };
      timer = setTimeout(() => void read(), SAMPLE_MS);
    };
    void read();
    again.current = () => {
      clearTimeout(timer);
      void read();
    };
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, []);
  const { samples, resources, problems } = known.value;
  const chart = CHARTS.find(({ id }) => id === open.value);
  if (samples === undefined)
    return <Asked waiting={SYSTEM.waiting} problems={problems} onAgain={() => again.current()} />;
  return (
    <>
      {problems.map((problem) => (
        <p key={problem} class="bad" role="alert">
          {problem}
        </p>
      ))}
      {samples.at.length === 0 || chart === undefined ? (
        <div class="nothing">
          <strong>{SYSTEM.none}</strong>
          <p>{SYSTEM.noneHow}</p>
        </div>
      ) : (
        <div class="halves figures">
          <ul class="half scrolls" aria-label={SYSTEM.places.figures}>
            {CHARTS.map((one) => (
              <Row key={one.id} chart={one} samples={samples} resources={resources} />
            ))}
          </ul>
          <div class="half">
            <Shown chart={chart} samples={samples} timezone={props.timezone} />
            {chart.id === "reaction" && <Cameras resources={resources} names={props.cameras} />}
          </div>
        </div>
      )}
    </>
  );
}

function Row(props: {
  readonly chart: Chart;
  readonly samples: FiguresAnswer;
  readonly resources: ResourcesAnswer | undefined;
}) {
  const { chart, samples, resources } = props;
  return (
    <li>
      <button
        type="button"
        class="row"
        aria-label={titleOf(chart)}
        aria-pressed={open.value === chart.id}
        onClick={() => {
          open.value = chart.id;
        }}
      >
        <span class="who">
          <b>{titleOf(chart)}</b>
          <small>{nowText(chart, samples, resources)}</small>
        </span>
      </button>
    </li>
  );
}

/** The chart, and what its lines stood at: at the moment under the finger, else now. */
function Shown(props: { readonly chart: Chart; readonly samples: FiguresAnswer; readonly timezone: string }) {
  const { chart, samples, timezone } = props;
  const moment = useSignal<number | undefined>(undefined);
  const at = moment.value === undefined ? undefined : samples.at[moment.value];
  const index = at === undefined ? samples.at.length - 1 : (moment.value ?? 0);
  return (
    <>
      <p class="when">
        <b>{at === undefined ? SYSTEM.newest : SYSTEM.at(clockTime(at, timezone))}</b>{" "}
        <span class="muted">{at === undefined && SYSTEM.touch}</span>
      </p>
      <ul class="lines" aria-label={titleOf(chart)}>
        {chart.lines.map((line, i) => {
          const value = samples.figures[line][index];
          return (
            <li key={line}>
              <Stroke place={i} />
              {LINES[line]}{" "}
              <b>{value === null || value === undefined ? "–" : figureText(value, chart.unit)}</b>
            </li>
          );
        })}
      </ul>
      <div class="plotting">
        <Plot
          chart={chart}
          samples={samples}
          timezone={timezone}
          name={titleOf(chart)}
          onMoment={(place) => {
            moment.value = place;
          }}
        />
      </div>
    </>
  );
}

/** A piece of the line as it is drawn. */
function Stroke(props: { readonly place: number }) {
  const { colour, width, dash } = PENS[props.place] ?? { colour: "--text", width: 2, dash: [] };
  return (
    <svg viewBox="0 0 32 8" aria-hidden="true">
      <path
        d="M0 4H32"
        style={{ stroke: `var(${colour})`, strokeWidth: width, strokeDasharray: dash.join(" ") || "none" }}
      />
    </svg>
  );
}

function Cameras(props: {
  readonly resources: ResourcesAnswer | undefined;
  readonly names: ReadonlyMap<string, string>;
}) {
  const measured = Object.entries(props.resources?.reaction ?? {});
  if (measured.length === 0) return null;
  const ms = (value: number): string => figureText(value, "ms");
  return (
    <div class="scrolls perCamera">
      <table>
        <thead>
          <tr>
            <th>{SYSTEM.camera}</th>
            <th>{SYSTEM.median}</th>
            <th>95 %</th>
            <th>99 %</th>
            <th>{SYSTEM.worst}</th>
          </tr>
        </thead>
        <tbody>
          {measured.map(([id, { p50Ms, p95Ms, p99Ms, maxMs }]) => (
            <tr key={id}>
              <th>{props.names.get(id) ?? id}</th>
              <td>{ms(p50Ms)}</td>
              <td>{ms(p95Ms)}</td>
              <td>{ms(p99Ms)}</td>
              <td>{ms(maxMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="muted">{SYSTEM.reactionHow}</p>
    </div>
  );
}
