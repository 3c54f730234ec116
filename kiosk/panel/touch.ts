/**
 * Which touches mean something: not a palm, not a bounce onto what came under the finger, not dirt that stays. Pure;
 * touches.ts asks, and acts on it. Instants are on the page's monotonic clock, lengths in millimetres of the panel.
 */

/** A fingertip in a glove is under 25 mm. */
export const PALM_MM = 30;
/** No function needs two fingers; drawing may use two. */
export const CONTACTS_MAX = 2;
/** After a touch, what has come to its place acts only so much later. */
export const BOUNCE_MS = 300;
/** A finger that bounces comes down where it was. */
const BOUNCE_MM = 10;
export const STUCK_AFTER_MS = 10_000;
/** A finger at work moves at least so much in that time. */
const STILL_MM = 4;

export interface Contact {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  /** Since when it lies still. */
  readonly since: number;
}

/** Whether it is a hand that lies there, not a finger that means something. */
export function isPalm(contacts: number, sizeMm: number): boolean {
  return contacts > CONTACTS_MAX || sizeMm > PALM_MM;
}

/** The last touch that did something. */
export interface Touched {
  readonly at: number;
  readonly x: number;
  readonly y: number;
}

/**
 * Whether this touch is the bounce of the last one, on something else that came to its place.
 * @param gone what was touched last is no longer where it was touched
 */
export function isBounce(
  last: Touched | undefined,
  touch: Touched,
  { gone, mm }: { readonly gone: boolean; readonly mm: number },
): boolean {
  if (last === undefined || !gone || touch.at - last.at >= BOUNCE_MS) return false;
  return Math.hypot(touch.x - last.x, touch.y - last.y) <= BOUNCE_MM * mm;
}

/** The contact after it has moved there: a new one where that is more than trembling. */
export function moved(contact: Contact, to: Touched, mm: number): Contact {
  const far = Math.hypot(to.x - contact.x, to.y - contact.y) > STILL_MM * mm;
  return far ? { ...contact, x: to.x, y: to.y, since: to.at } : contact;
}

export function isStuck({ since }: Contact, at: number): boolean {
  return at - since >= STUCK_AFTER_MS;
}
