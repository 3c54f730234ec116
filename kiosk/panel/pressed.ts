/**
 * Shows at once which button a finger is on. The browser's own `:active` waits 0.15 s, until it knows that the finger
 * does not scroll: that long a person takes the panel for dead, and touches again.
 */

/** The browser's own mark follows the lifted finger; without a gap between the two nothing flickers. */
const LINGERS_MS = 100;

interface Press {
  readonly id: number;
  readonly button: HTMLButtonElement;
}

let press: Press | undefined;
let lingering: ReturnType<typeof setTimeout> | undefined;

function clear(): void {
  clearTimeout(lingering);
  press?.button.removeAttribute("data-pressed");
  press = undefined;
}

/** A finger has come down there and means something. */
export function showPressed(id: number, control: Element | null): void {
  clear();
  if (!(control instanceof HTMLButtonElement) || control.disabled) return;
  press = { id, button: control };
  control.setAttribute("data-pressed", "");
}

/** A touch stays captured by the button it began on, so that only its place tells that the finger left. */
function move({ pointerId, clientX: x, clientY: y }: PointerEvent): void {
  if (press?.id !== pointerId) return;
  const { left, right, top, bottom } = press.button.getBoundingClientRect();
  if (x < left || x > right || y < top || y > bottom) clear();
}

/** For the life of the page. */
export function startPressed(): void {
  const before = { capture: true, passive: true } as const;
  addEventListener("pointermove", move, before);
  addEventListener(
    "pointerup",
    ({ pointerId }) => {
      if (press?.id === pointerId) lingering = setTimeout(clear, LINGERS_MS);
    },
    before,
  );
  addEventListener("pointercancel", ({ pointerId }) => press?.id === pointerId && clear(), before);
  document.addEventListener("visibilitychange", clear);
}
