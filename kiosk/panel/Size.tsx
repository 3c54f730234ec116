/** The size and the theme of this panel: its diagonal, or a bar that is held against a ruler. */
import { useSignal } from "@preact/signals";
import type { TargetedPointerEvent } from "preact";
import { PX_PER_MM, pxPerMmOf } from "../measure.ts";
import { Choice, Stepper } from "../parts/Fields.tsx";
import { Head } from "../parts/Head.tsx";
import { mm, tell, viewport } from "../state.ts";
import { keep, kept } from "./kept.ts";
import type { Theme } from "./kept_text.ts";
import { SIZE } from "./size_words.ts";
import "../style/setup.css";
import "../style/size.css";

/** A usual ruler lies well along it, and it fits across every panel. */
const BAR_MM = 50;
/** Diagonals of usual panels. */
const INCHES = [7, 10.1, 12.1, 15.6, 21.5] as const;
const THEMES: readonly Theme[] = ["system", "day", "dim"];

const LEAST = BAR_MM * PX_PER_MM.least;
const MOST = BAR_MM * PX_PER_MM.most;
const lengthOf = (inches: number): number => Math.round(BAR_MM * pxPerMmOf(viewport.value, inches));

export function Size(props: { readonly onBack: () => void; readonly back?: string }) {
  // Only drawn until it is used: buttons that grow under the finger cannot be measured.
  const drawn = useSignal<number | undefined>(undefined);
  const set = (length: number): void => {
    drawn.value = Math.round(Math.min(MOST, Math.max(LEAST, length)));
  };
  const present = Math.round(BAR_MM * mm.value);
  const bar = drawn.value ?? present;
  const changed = bar !== present;
  // One that is only assumed can be right: it is used as well.
  const isAssumed = kept.value.pxPerMm === undefined;
  function use(): void {
    if (keep({ pxPerMm: changed ? bar / BAR_MM : mm.value })) tell("done", SIZE.used);
    else tell("refused", SIZE.notKept, [SIZE.notKeptHow]);
  }
  const width = Math.round((viewport.value.width * BAR_MM) / bar);
  const height = Math.round((viewport.value.height * BAR_MM) / bar);
  return (
    <div class="setup size">
      <Head title={SIZE.title} onBack={props.onBack} {...(props.back ? { back: props.back } : {})}>
        <button type="button" class="primary" disabled={!changed && !isAssumed} onClick={use}>
          {SIZE.use}
        </button>
      </Head>
      <div class="scrolls">
        <h3>{SIZE.size}</h3>
        <p>
          {changed ? SIZE.would(width, height) : SIZE.is(width, height)} {SIZE.sizeHow}
        </p>
        <Choice
          label={SIZE.size}
          options={INCHES.map((inches) => [inches, SIZE.inches(inches)] as const)}
          isChosen={(inches) => lengthOf(inches) === bar}
          onChoose={(inches) => set(lengthOf(inches))}
        />
        <p>{SIZE.barHow}</p>
        <div class="measuring">
          <Bar length={bar} onDrag={set} />
          <Stepper
            label={SIZE.length}
            fewer={SIZE.shorter}
            more={SIZE.longer}
            value={bar}
            shown={SIZE.pixels(bar)}
            min={LEAST}
            max={MOST}
            onStep={set}
          />
        </div>
        <h3>{SIZE.theme}</h3>
        <p>{SIZE.themeHow}</p>
        <Choice
          label={SIZE.theme}
          options={THEMES.map((theme) => [theme, SIZE.themes[theme]] as const)}
          isChosen={(theme) => theme === kept.value.theme}
          onChoose={(theme) => keep({ theme })}
        />
      </div>
    </div>
  );
}

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

/** One finger anywhere along it takes the end with it. */
function Bar(props: { readonly length: number; readonly onDrag: (length: number) => void }) {
  const drag = (event: TargetedPointerEvent<HTMLDivElement>): void => {
    if (!event.isPrimary || event.buttons === 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    props.onDrag(event.clientX - event.currentTarget.getBoundingClientRect().left);
  };
  return (
    <div
      class="ruler"
      role="slider"
      tabIndex={0}
      aria-label={SIZE.bar}
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      aria-valuenow={props.length}
      aria-valuetext={SIZE.pixels(props.length)}
      onPointerDown={drag}
      onPointerMove={drag}
      onKeyDown={(event) => {
        const step = STEPS[event.key];
        if (step !== undefined) props.onDrag(props.length + step);
      }}
    >
      <i style={{ width: `${props.length}px` }} />
    </div>
  );
}
