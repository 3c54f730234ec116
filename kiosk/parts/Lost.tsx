/** Covers everything while the screen is not live: a stale picture of a quiet machine is the worst thing to show. */
import { HONEST_LABEL } from "../../server/domain/view.ts";
import type { Connection } from "../connection.ts";
import { heard } from "../heard.ts";
import { tryAgain } from "../link.ts";
import { connected, link, now, view } from "../state.ts";
import { clockTime, countdown, span } from "../text.ts";
import { LOST } from "../words.ts";

export function Lost() {
  const last = view.value;
  if (connected.value) return null;
  const at = link.value;
  return (
    <div class={`lost ${at.kind}`} role="alertdialog" aria-label={LOST.title}>
      <h1>{last === undefined ? LOST.title : LOST.since(clockTime(last.wallAt, last.site.timezone))}</h1>
      <h2>{headline(at)}</h2>
      {at.kind === "failed" ? <p class="cure">{LOST.cure[at.health]}</p> : <p>{LOST.advice}</p>}
      <button type="button" onClick={tryAgain}>
        {LOST.again}
      </button>
      <Wait />
      <small>{last?.label ?? heard(HONEST_LABEL)}</small>
    </div>
  );
}

function headline(at: Connection): string {
  switch (at.kind) {
    case "failed":
      return LOST.failed(span(now.value - at.since));
    case "reconnecting":
      return `${LOST.what}, ${span(now.value - at.since)}`;
    default:
      return LOST.connecting;
  }
}

function Wait() {
  const at = link.value;
  if (at.kind === "disconnected" || at.kind === "connected") return null;
  const next = at.try;
  return (
    <p class="wait">
      {next.kind === "trying" ? LOST.trying : LOST.tryingIn(countdown(next.until - now.value))}
    </p>
  );
}
