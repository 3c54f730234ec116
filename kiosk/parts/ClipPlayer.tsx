/** A clip, played by finger: every picture says that it is recorded, when it was taken, and how far from the event. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { ClipAnswer } from "../../server/http/clips.ts";
import { call } from "../call.ts";
import { wallSecond } from "../state.ts";
import { span } from "../text.ts";
import { Asked } from "./Asked.tsx";
import { type ClipPlay, playClip } from "./clip_play.ts";
import { CLIP } from "./clip_words.ts";
import { Head } from "./Head.tsx";
import "../style/setup.css";
import "../style/clip.css";

type Known =
  | { readonly kind: "waiting" }
  | { readonly kind: "told"; readonly clip: ClipAnswer }
  | { readonly kind: "missing"; readonly reasons: readonly string[] };

export interface ClipPlayerProps {
  readonly id: string;
  readonly timezone: string;
  readonly onBack: () => void;
  /** What else can be done with it, once it has come. */
  readonly deeds?: (isReady: boolean) => ComponentChildren;
}

export function ClipPlayer(props: ClipPlayerProps) {
  const { id } = props;
  const known = useSignal<Known>({ kind: "waiting" });
  const read = async (): Promise<void> => {
    known.value = { kind: "waiting" };
    const outcome = await call({ method: "GET", path: `/api/clips/${encodeURIComponent(id)}` });
    if (outcome.kind === "ok") known.value = { kind: "told", clip: outcome.value as ClipAnswer };
    if (outcome.kind === "failed") known.value = { kind: "missing", reasons: outcome.reasons };
  };
  useEffect(() => void read(), [id]);
  const now = known.value;
  const clip = now.kind === "told" ? now.clip : undefined;
  return (
    <div class="setup clip">
      <Head
        title={clip?.events[0]?.text ?? CLIP.title}
        note={clip && <small>{CLIP.about(clip.cameraName, clip.cycle)}</small>}
        onBack={props.onBack}
      >
        {props.deeds?.(clip !== undefined)}
      </Head>
      {now.kind !== "told" && (
        <Asked
          waiting={CLIP.waiting}
          problems={now.kind === "missing" ? now.reasons : []}
          onAgain={() => void read()}
        />
      )}
      {clip !== undefined &&
        (clip.times.length === 0 ? (
          <div class="nothing" role="status">
            <strong>{CLIP.recording}</strong>
            <p>{CLIP.recordingHow}</p>
            <button type="button" onClick={() => void read()}>
              {CLIP.again}
            </button>
          </div>
        ) : (
          <Playing key={clip.id} clip={clip} timezone={props.timezone} />
        ))}
    </div>
  );
}

function Playing({ clip, timezone }: { readonly clip: ClipAnswer; readonly timezone: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const held = useSignal<ClipPlay | undefined>(undefined);
  useEffect(() => {
    const play = playClip(clip.id, clip.times, () => canvas.current);
    held.value = play;
    return () => play[Symbol.dispose]();
  }, []);
  const play = held.value;
  const index = play?.index.value ?? 0;
  const at = clip.times[index] ?? 0;
  const eventAt = clip.events[0]?.ms ?? 0;
  const toEvent = (): void => {
    const found = clip.times.findIndex((ms) => ms >= eventAt);
    play?.show(found < 0 ? clip.times.length - 1 : found);
  };
  return (
    <div class="clipBody">
      <div class="clipStage">
        <p class="clipTag">
          <b>{CLIP.recorded(clip.wallAt + at, timezone)}</b>{" "}
          <span>{CLIP.ago(span(wallSecond.value - (clip.wallAt + at)))}</span>
        </p>
        <div class="clipPicture">
          <canvas ref={canvas} role="img" aria-label={CLIP.picture(clip.cameraName)} />
          <Zones clip={clip} canvas={canvas.current} />
        </div>
        <p class="clipOffset">{play?.failed.value ? CLIP.missing : CLIP.offset(at - eventAt)}</p>
      </div>
      <div class="clipKeys">
        <button type="button" class="primary" onClick={() => play?.toggle()}>
          {play?.playing.value ? CLIP.pause : CLIP.play}
        </button>
        <button type="button" onClick={toEvent}>
          {CLIP.event}
        </button>
        <button type="button" onClick={() => play?.show(index - 1)} disabled={index === 0}>
          {CLIP.back}
        </button>
        <button type="button" onClick={() => play?.show(index + 1)} disabled={index >= clip.times.length - 1}>
          {CLIP.on}
        </button>
      </div>
      <div class="clipPlace">
        <input
          type="range"
          aria-label={CLIP.place}
          aria-valuetext={CLIP.offset(at - eventAt)}
          min={0}
          max={clip.times.length - 1}
          step={1}
          value={index}
          onInput={({ currentTarget }) => play?.show(Number(currentTarget.value))}
        />
        {clip.events.map(({ occurrence, ms }) => (
          <i key={occurrence} style={{ "--at": Math.min(1, ms / Math.max(1, clip.times.at(-1) ?? 1)) }} />
        ))}
      </div>
      {clip.ended?.cut && <p class="muted">{CLIP.cut}</p>}
      {(clip.ended?.lost ?? 0) > 0 && <p class="muted">{CLIP.lost(clip.ended?.lost ?? 0)}</p>}
    </div>
  );
}

/** Zones as lines over the picture, as they were then. */
function Zones(props: { readonly clip: ClipAnswer; readonly canvas: HTMLCanvasElement | null }) {
  const { width = 16, height = 9 } = props.canvas ?? {};
  return (
    <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {props.clip.zones.map(({ id, kind, polygon }) => (
        <polygon
          key={id}
          class={kind}
          points={polygon.map(([x, y]) => `${x * width},${y * height}`).join(" ")}
        />
      ))}
    </svg>
  );
}
