/** PINs that are guessed first: one block repeated, doubled digits, counting, years and dates. */
export function isWeakPin(pin: string): boolean {
  if (/^(\d{1,4})\1+$/.test(pin) || /^(?:(\d)\1)+$/.test(pin)) return true;
  if (/^(?:19|20)\d\d$/.test(pin)) return true;
  const date = /^(?:(?:19|20)\d\d(?:0\d|1[0-2])[0-3]\d|[0-3]\d[0-3]\d(?:19|20)\d\d)$/;
  if (date.test(pin)) return true;
  const steps = [...pin].slice(1).map((digit, i) => (10 + Number(digit) - Number(pin[i])) % 10);
  return steps.every((step) => step === 1) || steps.every((step) => step === 9);
}
