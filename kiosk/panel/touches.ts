/** Stands before every control: what touch.ts takes for no finger never reaches one. Request stop is always reached. */
import { effect, signal } from "@preact/signals";
import { mm, now, tell } from "../state.ts";
import { cleaning } from "./clean.ts";
import { showPressed, startPressed } from "./pressed.ts";
import { type Contact, isBounce, isPalm, isStuck, moved, type Touched } from "./touch.ts";
import { TOUCH } from "./words.ts";

const STOP = ".bar .stop";
const CONTROL = "button, input, [role=button]";

/** A touch's click comes this much after it at the latest. */
const CLICK_MS = 1_000;

/** Whether a finger is on the panel now: what would move something waits. */
export const touching = signal(false);

const contacts = new Map<number, Contact>();
/** Touches that mean nothing until they are lifted. */
const refused = new Set<number>();
let last: (Touched & { readonly control: Element | null }) | undefined;

function controlAt(x: number, y: number): Element | null {
  return document.elementFromPoint(x, y)?.closest(CONTROL) ?? null;
}

function swallow(event: Event): void {
  event.stopImmediatePropagation();
  if (event.cancelable) event.preventDefault();
}

/** When the finger did it: a busy page hears of it later. */
function touchOf({ clientX: x, clientY: y, timeStamp: at }: MouseEvent): Touched {
  return { at, x, y };
}

/** Takes a touch away from whatever it began on. */
function refuse({ id, x, y }: Contact): void {
  refused.add(id);
  document
    .elementFromPoint(x, y)
    ?.dispatchEvent(new PointerEvent("pointercancel", { pointerId: id, bubbles: true, composed: true }));
}

/** A hand that lies on Request stop asks for it, however it lies there. */
function refuseAll(): void {
  const stop = [...contacts.values()].map(({ x, y }) => controlAt(x, y)).find((at) => at?.matches(STOP));
  for (const contact of contacts.values()) refuse(contact);
  if (stop instanceof HTMLElement) stop.click();
  else if (cleaning.peek() === undefined) tell("refused", TOUCH.palm, [TOUCH.palmHow]);
}

function down(event: PointerEvent): void {
  const touch = touchOf(event);
  const control = event.target instanceof Element ? event.target.closest(CONTROL) : null;
  if (event.pointerType === "touch") {
    contacts.set(event.pointerId, { id: event.pointerId, x: touch.x, y: touch.y, since: touch.at });
    touching.value = true;
    const size = Math.max(event.width, event.height) / mm.peek();
    if (isPalm(contacts.size, size)) {
      if (!refused.has(event.pointerId)) refuseAll();
      swallow(event);
      return;
    }
  }
  const gone = last !== undefined && control !== last.control && controlAt(last.x, last.y) !== last.control;
  if (control?.matches(STOP) || !isBounce(last, touch, { gone, mm: mm.peek() })) {
    showPressed(event.pointerId, control);
    return;
  }
  refused.add(event.pointerId);
  swallow(event);
}

function move(event: PointerEvent): void {
  const contact = contacts.get(event.pointerId);
  if (contact !== undefined) contacts.set(event.pointerId, moved(contact, touchOf(event), mm.peek()));
  if (refused.has(event.pointerId)) swallow(event);
}

function end(event: PointerEvent): void {
  if (!event.isTrusted) return;
  contacts.delete(event.pointerId);
  touching.value = contacts.size > 0;
  if (!refused.has(event.pointerId)) return;
  swallow(event);
  // The click comes after this and bears the same number, which no other touch ever has; a mouse keeps its own.
  setTimeout(() => refused.delete(event.pointerId), event.pointerType === "touch" ? CLICK_MS : 0);
}

function click(event: MouseEvent): void {
  if (!event.isTrusted) return;
  // Since Chromium 92 a click is a pointer event; elsewhere it has no number.
  const id = event instanceof PointerEvent ? event.pointerId : undefined;
  const control = event.target instanceof Element ? event.target.closest(CONTROL) : null;
  if (id !== undefined && refused.has(id)) swallow(event);
  else last = { ...touchOf(event), control };
}

function lookForStuck(at: number): void {
  for (const contact of contacts.values()) {
    if (refused.has(contact.id) || !isStuck(contact, at)) continue;
    // A button that is held says so by itself.
    const held = controlAt(contact.x, contact.y)?.matches(".hold") ?? false;
    refuse(contact);
    if (!held && cleaning.peek() === undefined) tell("refused", TOUCH.stuck, [TOUCH.stuckHow]);
  }
}

/** For the life of the page. */
export function startTouches(): void {
  const before = { capture: true } as const;
  addEventListener("pointerdown", down, before);
  addEventListener("pointermove", move, before);
  addEventListener("pointerup", end, before);
  addEventListener("pointercancel", end, before);
  addEventListener("click", click, before);
  startPressed();
  // What was touched when the page went away is not told of any more.
  document.addEventListener("visibilitychange", () => {
    contacts.clear();
    refused.clear();
    touching.value = false;
  });
  effect(() => lookForStuck(now.value));
}
