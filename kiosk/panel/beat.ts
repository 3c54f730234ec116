/** Tells the box every two seconds that this panel lives and what it shows; the box tells who is missing. */
import { PANEL_BEAT_MS, type PanelShows } from "../../server/domain/panel.ts";
import { connected, page, view } from "../state.ts";

const KEPT = "palisade.panel";

/** Made once; an installer may give it as `?panel=`, where the browser forgets everything at its end. */
function ownId(): string {
  const given = new URLSearchParams(location.search).get("panel");
  if (given !== null && /^[\w-]{1,40}$/.test(given)) return given;
  const kept = localStorage.getItem(KEPT);
  if (kept !== null) return kept;
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

/** Nothing is said where it fails: the screen tells of a lost box by itself. */
async function beat(): Promise<void> {
  const body = JSON.stringify({
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
  setInterval(() => void beat(), PANEL_BEAT_MS);
  document.addEventListener("visibilitychange", () => void beat());
  void beat();
}
