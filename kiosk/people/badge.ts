/** Listens for badge readers that type. */
import { useEffect, useRef } from "preact/hooks";
import { writing } from "../parts/writing.ts";
import { afterKey, NO_BURST } from "./wedge.ts";

/** Calls back with each badge that is read while the component is there. */
export function useBadge(onBadge: (badge: string) => void): void {
  const latest = useRef(onBadge);
  latest.current = onBadge;
  useEffect(() => {
    let burst = NO_BURST;
    const listen = (event: KeyboardEvent): void => {
      if (writing.peek() !== undefined) return;
      const next = afterKey(burst, event.key, event.timeStamp);
      burst = next.burst;
      if (next.badge === undefined) return;
      // The Enter would press whatever has the focus.
      event.preventDefault();
      event.stopPropagation();
      latest.current(next.badge);
    };
    addEventListener("keydown", listen, { capture: true });
    return () => removeEventListener("keydown", listen, { capture: true });
  }, []);
}
