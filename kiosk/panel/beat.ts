/** Tells the box every two seconds that this panel lives and what it shows; the box tells who is missing. */
import { effect } from "@preact/signals";
import { PANEL_BEAT_MS, type PanelSettings, type PanelShows } from "../../server/domain/panel.ts";
import { spoken } from "../language.ts";
import { layout } from "../live/wall.ts";
import { connected, page, view } from "../state.ts";
import { kept } from "./kept.ts";

const KEPT = "palisade.panel";
const ID = /^[\w-]{1,40}$/;

/** Made once; an installer may give it as `?panel=`, where the browser forgets everything at its end. */
function ownId(): string {
  const given = new URLSearchParams(location.search).get("panel");
  if (given !== null && ID.test(given)) return given;
  const known = localStorage.getItem(KEPT);
  if (known !== null && ID.test(known)) return known;
  // Only pages of a loopback or TLS address have crypto.randomUUID.
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  const made = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  localStorage.setItem(KEPT, made);
  return made;
}

export const PANEL_ID = ownId();

function shows(): PanelShows {
  if (document.hidden) return "hidden";
  return connected.peek() ? "live" : "not-live";
}

/** What was chosen at this panel: the box records a change of it. */
function settings(): PanelSettings {
  const { theme, pxPerMm } = kept.value;
  const size = pxPerMm === undefined ? {} : { pxPerMm };
  return { language: spoken(), theme, layout: layout.value.kind, ...size };
}

/** Nothing is said where it fails: the screen tells of a lost box by itself. */
async function beat(chosen: PanelSettings): Promise<void> {
  const body = JSON.stringify({
    settings: chosen,
    shows: shows(),
    page: page.peek(),
    version: view.peek()?.version ?? "unknown",
  });
  try {
    await fetch(`/api/panels/${PANEL_ID}`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body,
      keepalive: true,
      signal: AbortSignal.timeout(PANEL_BEAT_MS),
    });
  } catch {
    // The next one says the same.
  }
}

/** For the life of the page. */
export function startBeats(): void {
  const tell = () => void beat(settings());
  setInterval(tell, PANEL_BEAT_MS);
  document.addEventListener("visibilitychange", tell);
  effect(tell);
}
