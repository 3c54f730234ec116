/** The first questions about a new zone: what it is for, and which shape it begins with. */
import { Head } from "../parts/Head.tsx";
import type { Kind } from "./draft.ts";
import { SHAPES, type ShapeName } from "./draw.ts";
import { plateOf, pointsText } from "./Plate.tsx";
import { beginZone, drawZone, place } from "./place.ts";
import { ADD, KINDS, KINDS_HOW, SHAPE_NAMES, SHAPES_ASK } from "./words.ts";
import type { PageProps } from "./Zones.tsx";

export function Add(props: PageProps & { readonly camera: string }) {
  const { camera, view, known } = props;
  const name = view.cameras.find(({ id }) => id === camera)?.name ?? camera;
  const taken = known.zones.map(({ id }) => id);
  return (
    <div class="setup">
      <Head
        title={ADD.how(name)}
        onBack={() => {
          place.value = { kind: "list" };
        }}
      />
      <div class="picks scrolls">
        {(Object.keys(KINDS) as Kind[]).map((kind) => (
          <button
            key={kind}
            type="button"
            aria-label={KINDS[kind]}
            disabled={!known.asked}
            onClick={() => beginZone(camera, kind, taken)}
          >
            <b>{KINDS[kind]}</b>
            <span>{KINDS_HOW[kind]}</span>
          </button>
        ))}
      </div>
    </div>
  );
}

export function Shapes() {
  const size = plateOf(undefined);
  const back = (): void => {
    place.value = { kind: "draw" };
  };
  return (
    <div class="setup">
      <Head title={SHAPES_ASK} onBack={back} />
      <div class="picks scrolls">
        {(Object.keys(SHAPES) as ShapeName[]).map((name) => (
          <button
            key={name}
            type="button"
            class="shape-pick"
            aria-label={SHAPE_NAMES[name][0]}
            onClick={() => {
              drawZone({ kind: "shape", points: SHAPES[name] });
              back();
            }}
          >
            <svg viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true">
              <rect width={size.width} height={size.height} />
              <polygon points={pointsText(SHAPES[name], size)} />
            </svg>
            <b>{SHAPE_NAMES[name][0]}</b>
            <span>{SHAPE_NAMES[name][1]}</span>
          </button>
        ))}
      </div>
    </div>
  );
}
