/** Over everything while somebody wipes the screen: what is seen goes on being seen, and no touch reaches it. */
import { HoldButton } from "../parts/HoldButton.tsx";
import { Icon } from "../parts/Icon.tsx";
import { now } from "../state.ts";
import { countdown } from "../text.ts";
import { cleaning, endCleaning } from "./clean.ts";
import { CLEAN } from "./words.ts";

/** Longer than any wipe over the corner takes. */
const END_MS = 3_000;

export function Cleaning() {
  const until = cleaning.value;
  if (until === undefined) return null;
  return (
    <div class="cleaning" role="alertdialog" aria-label={CLEAN.title}>
      <div class="told">
        <h1>{CLEAN.title}</h1>
        <b class="left">{countdown(until - now.value)}</b>
        <p>{CLEAN.what}</p>
      </div>
      <HoldButton
        name={CLEAN.end}
        hint={CLEAN.hold}
        hintFull={CLEAN.release}
        look="possible"
        fillMs={END_MS}
        ready
        onExplain={() => undefined}
        onOutcome={(outcome) => {
          if (outcome === "act") endCleaning();
        }}
      >
        <Icon name="acknowledge" />
      </HoldButton>
    </div>
  );
}
