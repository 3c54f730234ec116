/** PINs that are guessed first: one block repeated, doubled digits, counting, years and dates. */
import type { Role } from "./permission.ts";

export const PIN_DIGITS = { least: 4, elevated: 6, most: 8 } as const;

export function isWeakPin(pin: string): boolean {
  if (/^(\d{1,4})\1+$/.test(pin) || /^(?:(\d)\1)+$/.test(pin)) return true;
  if (/^(?:19|20)\d\d$/.test(pin)) return true;
  const date = /^(?:(?:19|20)\d\d(?:0\d|1[0-2])[0-3]\d|[0-3]\d[0-3]\d(?:19|20)\d\d)$/;
  if (date.test(pin)) return true;
  const steps = [...pin].slice(1).map((digit, i) => (10 + Number(digit) - Number(pin[i])) % 10);
  return steps.every((step) => step === 1) || steps.every((step) => step === 9);
}

/** The fewest digits a PIN of this role has. */
export function leastDigits(role: string): number {
  return role === "operator" ? PIN_DIGITS.least : PIN_DIGITS.elevated;
}

/** What is wrong with a PIN for this role, each as the rest of a sentence. Whether somebody else has it is never told. */
export function pinFaults(pin: string, role: Role): readonly string[] {
  if (!/^\d{4,8}$/.test(pin)) return ["must be 4 to 8 digits"];
  const least = leastDigits(role);
  return [
    ...(pin.length < least
      ? [`has ${pin.length} digits, needs ${least} to ${PIN_DIGITS.most} for role ${role}`]
      : []),
    ...(isWeakPin(pin) ? ["is easy to guess; choose one that does not repeat or count and is no date"] : []),
  ];
}
