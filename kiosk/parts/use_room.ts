/** The room that an element has, followed as it changes. */
import { useSignal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import type { Area } from "../layout.ts";

/** Pixels within its border. */
export function useRoom(element: { readonly current: HTMLElement | null }) {
  const area = useSignal<Area>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const measured = element.current;
    if (measured === null) return;
    const measure = () => {
      area.value = { width: measured.clientWidth, height: measured.clientHeight };
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(measured);
    return () => observer.disconnect();
  }, []);
  return area;
}
