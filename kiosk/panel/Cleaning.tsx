/** Over everything while somebody wipes the screen: what is seen goes on being seen, and no touch reaches it. */
import { useSignal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { HoldButton } from "../parts/HoldButton.tsx";
import { Icon } from "../parts/Icon.tsx";
import { now } from "../state.ts";
import { countdown } from "../text.ts";
import { cleaning, endCleaning } from "./clean.ts";
import { CLEAN } from "./words.ts";

/** Longer than any wipe over the corner takes. */
const END_MS = 3_000;

export function Cleaning() {
  return cleaning.value === undefined ? null : <Cover until={cleaning.value} />;
}

function Cover({ until }: { readonly until: number }) {
  const place = useResetPlace();
  return (
    <div class="cleaning" role="alertdialog" aria-label={CLEAN.title}>
      <div class="told">
        <h1>{CLEAN.title}</h1>
        <b class="left">{countdown(until - now.value)}</b>
        <p>{CLEAN.what}</p>
      </div>
      <div class="end" style={place}>
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
    </div>
  );
}

/** Where Reset stands, which would be refused now anyhow: whatever else is there stays to be seen. */
function useResetPlace() {
  const place = useSignal({});
  useLayoutEffect(() => {
    const bar = document.querySelector(".bar");
    const reset = bar?.querySelector(".hold");
    if (!bar || !reset) return;
    const measure = () => {
      const { left, top, width, height } = reset.getBoundingClientRect();
      // What is fixed goes along with the frame where that is moved to spare the screen.
      const frame = reset.closest(".frame")?.getBoundingClientRect() ?? { left: 0, top: 0 };
      place.value = {
        ...{ left: `${left - frame.left}px`, top: `${top - frame.top}px` },
        ...{ width: `${width}px`, height: `${height}px` },
      };
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(bar);
    return () => observer.disconnect();
  }, []);
  return place.value;
}
