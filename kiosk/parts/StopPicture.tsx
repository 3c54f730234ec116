/** The frame that tripped, as it was taken, with what was seen in it as lines over it. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { StopPicture as Told } from "../../server/domain/stop_picture.ts";
import { call } from "../call.ts";
import { PICTURE } from "./picture_words.ts";
import "../style/picture.css";

type Known =
  | { readonly kind: "waiting" }
  | { readonly kind: "told"; readonly picture: Told }
  | { readonly kind: "missing"; readonly reasons: readonly string[] };

export function StopPicture(props: { readonly id: string; readonly caption: string }) {
  const { id, caption } = props;
  const known = useSignal<Known>({ kind: "waiting" });
  const path = `/api/pictures/${encodeURIComponent(id)}`;
  const read = async (): Promise<void> => {
    const outcome = await call({ method: "GET", path });
    if (outcome.kind === "ok") known.value = { kind: "told", picture: outcome.value as Told };
    if (outcome.kind === "failed") known.value = { kind: "missing", reasons: outcome.reasons };
  };
  useEffect(() => {
    known.value = { kind: "waiting" };
    void read();
  }, [id]);
  const now = known.value;
  return (
    <figure class="stopPicture">
      {now.kind === "waiting" && <p>{PICTURE.waiting}</p>}
      {now.kind === "missing" && <p>{now.reasons.join("; ")}</p>}
      {now.kind === "told" && (
        <div>
          <img
            alt={caption}
            src={`${path}/jpeg`}
            width={now.picture.size.width}
            height={now.picture.size.height}
            onError={() => {
              known.value = { kind: "missing", reasons: [PICTURE.missing] };
            }}
          />
          <Lines picture={now.picture} />
        </div>
      )}
      <figcaption>{caption}</figcaption>
    </figure>
  );
}

function Lines({ picture: { zones, boxes } }: { readonly picture: Told }) {
  return (
    <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
      {zones.map(({ id, kind, polygon }) => (
        <polygon key={id} class={kind} points={polygon.map(([x, y]) => `${x},${y}`).join(" ")} />
      ))}
      {boxes.map(({ box }, i) => {
        const place = { x: box.x0, y: box.y0, width: box.x1 - box.x0, height: box.y1 - box.y0 };
        return (
          <g key={i}>
            <rect class="beneath" {...place} />
            <rect class="seen" {...place} />
          </g>
        );
      })}
    </svg>
  );
}
