/** The drawer: the outline on a picture that stands still, its tools beside it, and what is wrong with it in words. */
import { useSignal } from "@preact/signals";
import { polygonArea } from "../../server/domain/geometry.ts";
import { CORNERS, outlineFault } from "../../server/domain/outline.ts";
import { Board } from "./Board.tsx";
import type { ZoneDraft } from "./draft.ts";
import { Area, plateOf } from "./Plate.tsx";
import { draft, drawZone, leave, place } from "./place.ts";
import { Still, takeAnother } from "./Still.tsx";
import { DRAW, FAULTS } from "./words.ts";
import type { PageProps } from "./Zones.tsx";

/** Shares of the picture that an arrow moves by: about one and ten of its pixels. */
const STEPS = { fine: 0.002, coarse: 0.02 } as const;

export function Draw(props: PageProps) {
  const entered = draft.value;
  const snaps = useSignal(true);
  const step = useSignal<keyof typeof STEPS>("coarse");
  if (entered === undefined) return null;
  const { drawing } = entered;
  const camera = props.view.cameras.find(({ id }) => id === entered.camera);
  const size = plateOf(camera);
  const others = props.known.zones.filter((zone) => zone.camera === entered.camera && zone.id !== entered.id);
  const fault = drawing.open ? undefined : outlineFault(drawing.points);
  const error = entered.errors.find(({ path }) => path === "polygon")?.message;
  const nudge = (x: number, y: number) => () => {
    const by = STEPS[step.value];
    drawZone({ kind: "nudge", by: [x * by, y * by] });
  };
  const deed = (word: string, onClick: () => void, more: Tool = {}) => (
    <button
      type="button"
      aria-label={more.name ?? word}
      disabled={more.off === true}
      aria-pressed={more.on}
      onClick={onClick}
    >
      {word}
    </button>
  );
  return (
    <div class="drawer">
      {camera === undefined ? (
        <p class="bad">{DRAW.waiting}</p>
      ) : (
        <Still camera={camera} size={size}>
          {(still) => (
            <Board
              frame={still}
              size={size}
              drawing={drawing}
              kind={entered.kind}
              wrong={fault !== undefined}
              canAdd
              label={DRAW.canvas(entered.name)}
              {...(snaps.value ? { snapTo: others.flatMap(({ polygon }) => polygon) } : {})}
              onGesture={drawZone}
            >
              {others.map((zone) => (
                <Area key={zone.id} points={zone.polygon} kind={zone.kind} look="other" size={size} />
              ))}
            </Board>
          )}
        </Still>
      )}
      <div class="tools">
        <div class="ways-out">
          <button type="button" onClick={leave}>
            {DRAW.cancel}
          </button>
          {drawing.open ? (
            <button
              type="button"
              class="primary"
              aria-label={DRAW.closeName}
              disabled={drawing.points.length < CORNERS.least}
              onClick={() => drawZone({ kind: "close" })}
            >
              {DRAW.close}
            </button>
          ) : (
            <button
              type="button"
              class="primary"
              disabled={fault !== undefined}
              onClick={() => {
                place.value = { kind: "form" };
              }}
            >
              {DRAW.next}
            </button>
          )}
        </div>
        <p class={fault === undefined && error === undefined ? "says-so" : "says-so bad"} role="status">
          {fault === undefined ? (error ?? outlineText(entered)) : FAULTS[fault]}
        </p>
        <div class="deeds-of">
          {deed(DRAW.undo, () => drawZone({ kind: "undo" }), { off: drawing.past.length === 0 })}
          {deed(DRAW.redo, () => drawZone({ kind: "redo" }), { off: drawing.future.length === 0 })}
          {deed(DRAW.which, () => drawZone({ kind: "next" }), {
            name: DRAW.whichName,
            off: drawing.points.length === 0,
          })}
          {deed(DRAW.erase, () => drawZone({ kind: "delete" }), {
            name: DRAW.eraseName,
            off: drawing.selected === undefined || (!drawing.open && drawing.points.length <= CORNERS.least),
          })}
          {deed(DRAW.left, nudge(-1, 0))}
          {deed(DRAW.right, nudge(1, 0))}
          {deed(DRAW.up, nudge(0, -1))}
          {deed(DRAW.down, nudge(0, 1))}
          {deed(
            step.value === "fine" ? DRAW.fine : DRAW.coarse,
            () => {
              step.value = step.value === "fine" ? "coarse" : "fine";
            },
            { name: `${DRAW.stepName}: ${DRAW[step.value]}` },
          )}
          {deed(
            DRAW.snap,
            () => {
              snaps.value = !snaps.value;
            },
            { name: DRAW.snapName, on: snaps.value },
          )}
          {deed(DRAW.shapes, () => {
            place.value = { kind: "shapes" };
          })}
          {deed(DRAW.picture, takeAnother, { name: DRAW.pictureName })}
        </div>
      </div>
    </div>
  );
}

interface Tool {
  readonly name?: string;
  readonly off?: boolean;
  readonly on?: boolean;
}

function outlineText({ drawing }: ZoneDraft): string {
  const { points, open, selected } = drawing;
  if (open) return DRAW.open(points.length);
  const good = DRAW.good(points.length, polygonArea(points));
  if (selected === undefined) return points.length === CORNERS.most ? DRAW.full : good;
  return `${DRAW.selected(selected + 1)}; ${good}`;
}
