/** Covers everything while the screen is not live: a stale picture of a quiet machine is the worst thing to show. */
import { HONEST_LABEL } from "../../server/domain/view.ts";
import { tryAgain } from "../link.ts";
import { lastViewAt, link, now, view } from "../state.ts";
import { clockTime, countdown, span } from "../text.ts";
import { LOST } from "../words.ts";

export function Lost() {
  if (link.value.kind === "live") return null;
  const last = view.value;
  const ago = now.value - lastViewAt.value;
  return (
    <div class="lost" role="alertdialog" aria-label={LOST.title}>
      {last === undefined ? (
        <h1>{LOST.title}</h1>
      ) : (
        <h1>{LOST.since(clockTime(last.wallAt, last.site.timezone))}</h1>
      )}
      <h2>{last === undefined ? LOST.connecting : `${LOST.what}, ${span(ago)}`}</h2>
      <p>{LOST.advice}</p>
      <button type="button" onClick={tryAgain}>
        {LOST.again}
      </button>
      <Wait />
      <small>{last?.label ?? HONEST_LABEL}</small>
    </div>
  );
}

function Wait() {
  const at = link.value.retryAt;
  return <p class="wait">{at === undefined ? LOST.trying : LOST.tryingIn(countdown(at - now.value))}</p>;
}
