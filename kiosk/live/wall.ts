/** How this panel shows its cameras: a choice that it keeps, and the one camera somebody looks at alone. */
import { computed, effect, signal } from "@preact/signals";
import type { CameraView, View } from "../../server/domain/view.ts";
import { touching } from "../panel/touches.ts";
import { shownZone } from "../shown.ts";
import { now, page, touchedAt, view } from "../state.ts";
import { NO_TRIPS, nextTrips, type Trips } from "./trips.ts";

/**
 * `auto`: all alike, and what trips is large meanwhile. `one`: a camera large and the others small; the first where the
 * chosen one is gone.
 */
export type Layout =
  | { readonly kind: "auto" }
  | { readonly kind: "all" }
  | { readonly kind: "one"; readonly camera: string };

const KEPT = "palisade.layout";
/** No camera has it as its id. */
const ALL = "";
/** An unattended panel shows every camera again. */
const BACK_AFTER_MS = 60_000;

function keptLayout(): Layout {
  const camera = localStorage.getItem(KEPT);
  if (camera === null) return { kind: "auto" };
  return camera === ALL ? { kind: "all" } : { kind: "one", camera };
}

export const layout = signal<Layout>(keptLayout());

/** The camera that has the whole page; goes by itself. */
export const alone = signal<string | undefined>(undefined);

export function choose(next: Layout): void {
  layout.value = next;
  if (next.kind === "auto") localStorage.removeItem(KEPT);
  else localStorage.setItem(KEPT, next.kind === "all" ? ALL : next.camera);
}

/** The cameras that are large by themselves, whatever layout is chosen. */
const trips = signal<Trips>(NO_TRIPS);

/** The cameras that are large now; a choice comes before what trips. */
export const large = computed((): readonly string[] => {
  switch (layout.value.kind) {
    case "one":
      return [layout.value.camera];
    case "all":
      return [];
    case "auto":
      return trips.value.large;
  }
});

/** Whether a zone of the camera trips; what is out of the rules trips nothing. */
function trip({ id }: CameraView, { zones, bypasses }: View): boolean {
  return zones.some((zone) => zone.camera === id && shownZone(zone, bypasses) === "stop");
}

effect(() => {
  const seen = view.value;
  if (seen === undefined) return;
  const tripping = seen.cameras.filter((camera) => trip(camera, seen)).map(({ id }) => id);
  const before = trips.peek();
  if (tripping.length === 0 && before.seenAt.size === 0 && before.large.length === 0) return;
  trips.value = nextTrips(before, { at: now.value, tripping, touched: touching.value });
});

effect(() => {
  const unattended = now.value - touchedAt.value > BACK_AFTER_MS;
  if (alone.value !== undefined && (unattended || page.value !== "live")) alone.value = undefined;
});
