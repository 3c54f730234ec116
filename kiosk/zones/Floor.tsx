/** The floor under a camera: four marks, the tape's lengths between them, and the lines that follow from them. */
import { useSignal } from "@preact/signals";
import { calibrate, type GroundConfig, gridOf, groundFault } from "../../server/domain/ground.ts";
import { heard } from "../heard.ts";
import { TextField } from "../parts/Fields.tsx";
import { tell } from "../state.ts";
import { COMMANDS, SET_UP } from "../words.ts";
import { Board } from "./Board.tsx";
import { saveGround } from "./calls.ts";
import { frame } from "./frame.ts";
import { type PlateSize, plateOf } from "./Plate.tsx";
import { drawGround, type GroundDraft, groundDraft, leave } from "./place.ts";
import { Still, takeAnother } from "./Still.tsx";
import { DRAW, GROUND } from "./words.ts";
import type { PageProps } from "./Zones.tsx";

const NAMES = ["A", "B", "C", "D"] as const;
const LENGTH_MAX = 6;
const METRES = { least: 0.1, most: 100 } as const;

type Read =
  | { readonly kind: "missing" }
  | { readonly kind: "wrong"; readonly why: string }
  | { readonly kind: "good"; readonly ground: GroundConfig };

function read({ drawing, lengths }: GroundDraft): Read {
  const metres = lengths.map((text) => Number(text.trim().replace(",", ".")));
  if (!metres.every((length) => length >= METRES.least && length <= METRES.most)) return { kind: "missing" };
  const [diagonal = 0] = metres.slice(4);
  const ground: GroundConfig = { points: drawing.points, sides: metres.slice(0, 4), diagonal };
  const fault = groundFault(ground);
  if (fault === undefined) return { kind: "good", ground };
  return {
    kind: "wrong",
    why: `${fault.member === "points" ? GROUND.points : GROUND.sides} ${heard(fault.message)}`,
  };
}

export function Floor(props: PageProps) {
  const entered = groundDraft.value;
  const busy = useSignal(false);
  const refused = useSignal<readonly string[]>([]);
  if (entered === undefined) return null;
  const camera = props.view.cameras.find(({ id }) => id === entered.camera);
  if (camera === undefined) return null;
  const size = plateOf(camera);
  const now = read(entered);
  const save = async (ground: GroundConfig | null): Promise<void> => {
    busy.value = true;
    refused.value = [];
    const outcome = await saveGround(entered.camera, ground);
    busy.value = false;
    if (outcome.kind === "ok") {
      leave();
      tell("done", ground === null ? GROUND.removed : GROUND.saved);
    } else if (outcome.kind === "failed") {
      refused.value = outcome.errors.map(({ path, message }) => `${path} ${message}`);
      if (outcome.errors.length === 0) tell("refused", COMMANDS.failed(GROUND.save), outcome.reasons);
    }
  };
  return (
    <div class="drawer floor-of">
      <Still camera={camera} size={size}>
        {(still) => (
          <Board
            frame={still}
            size={size}
            drawing={entered.drawing}
            kind="count"
            wrong={now.kind === "wrong"}
            names={NAMES}
            canAdd={false}
            label={GROUND.title(camera.name)}
            onGesture={drawGround}
          >
            {now.kind === "good" && <Lines ground={now.ground} size={size} />}
          </Board>
        )}
      </Still>
      <div class="tools">
        <div class="ways-out">
          <button type="button" onClick={leave}>
            {DRAW.cancel}
          </button>
          <button
            type="button"
            class="primary"
            disabled={now.kind !== "good" || busy.value || frame.value?.camera !== camera.id}
            onClick={() => now.kind === "good" && void save(now.ground)}
          >
            {GROUND.save}
          </button>
        </div>
        <div class="scrolls lengths">
          <p class={now.kind === "wrong" ? "says-so bad" : "says-so"} role="status">
            {statusText(now)}
          </p>
          {refused.value.map((reason) => (
            <p key={reason} class="bad">
              {reason}
            </p>
          ))}
          <div class="pair">
            {GROUND.lengths.map((name, i) => (
              <TextField
                key={name}
                label={GROUND.length(name)}
                text={entered.lengths[i] ?? ""}
                maxLength={LENGTH_MAX}
                error={undefined}
                onDone={(text) => {
                  const lengths = entered.lengths.with(i, text) as unknown as GroundDraft["lengths"];
                  groundDraft.value = { ...entered, lengths };
                }}
              />
            ))}
            <button type="button" aria-label={DRAW.pictureName} onClick={takeAnother}>
              {DRAW.picture}
            </button>
            {entered.stored && (
              <button type="button" disabled={busy.value} onClick={() => void save(null)}>
                {GROUND.remove}
              </button>
            )}
          </div>
          <p class="muted">{SET_UP.anew}</p>
        </div>
      </div>
    </div>
  );
}

function statusText(now: Read): string {
  if (now.kind === "wrong") return now.why;
  if (now.kind === "missing") return `${GROUND.how} ${GROUND.missing}`;
  return GROUND.grid(gridOf(calibrate(now.ground)).step);
}

function Lines(props: { readonly ground: GroundConfig; readonly size: PlateSize }) {
  const { width, height } = props.size;
  return (
    <g class="floor-lines">
      {gridOf(calibrate(props.ground)).lines.map(({ axis, metres, from, to }) => {
        const line = {
          ...{ x1: from[0] * width, y1: from[1] * height },
          ...{ x2: to[0] * width, y2: to[1] * height },
        };
        return (
          <g key={`${axis} ${metres}`}>
            <line class="under" {...line} />
            <line class="line" {...line} />
          </g>
        );
      })}
    </g>
  );
}
