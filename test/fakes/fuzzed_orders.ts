/**
 * Lines for a guardian as a broken, late or hostile sender might write them, with a healthy reset here and there,
 * without which few of the others would meet anything energised. The seed makes them repeatable.
 */

/** What a sender knows: the last number it gave, the guardian's epoch, and the time. */
export interface Moment {
  readonly seq: number;
  readonly epoch: number;
  readonly at: number;
}

export type Random = (below: number) => number;

/** Numerical Recipes' linear congruential generator: fast, and good enough to choose among cases. */
export function randomFrom(seed: number): Random {
  let s = seed >>> 0;
  return (below) => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return Math.floor((s / 2 ** 32) * below);
  };
}

const KEPT = 32;
const VALUES = [
  "null",
  "0",
  "1",
  "-1",
  "1e999",
  "9007199254740993",
  '"energised"',
  "[]",
  "{}",
  "true",
  '"\\u0000"',
  "[[[[",
  '{"permit":1}',
  '{"permit":"on"}',
  '{"__proto__":"energised"}',
  '["permit","permit"]',
];
const CHARACTERS = '0123456789{}[]",:.-+eE \\utrfn\u0000\ud800é';

/** @param permits the outputs that an arm may name; @param others those that it may not */
export function fuzzedOrders(
  random: Random,
  permits: readonly string[],
  others: readonly string[],
): (moment: Moment) => string {
  const names = [...permits, ...others];
  const last: string[] = [];
  const coming: ((moment: Moment) => string)[] = [];
  const one = <T>(list: readonly T[]): T => list[random(list.length)] as T;
  const some = (list: readonly string[]): string[] => list.filter(() => random(2) === 0);
  const demand = (drive: () => string, of = names): object =>
    Object.fromEntries(of.map((id) => [id, drive()]));
  const order = (fields: object, { seq, at }: Moment, later = 0, next = 1): string =>
    JSON.stringify({ ...fields, seq: seq + next, at: Math.max(0, at + later) });
  const hold = (of: object) => ({ kind: "hold", demand: of });
  const arm = (epoch: number, outputs: readonly string[] = permits) => ({ kind: "arm", epoch, outputs });
  const any = () => demand(() => one(["energised", "dropped"]), some(names));
  const all = () => demand(() => "energised");
  /** A hold or an arm that would be obeyed if it came as it is. */
  const good = (moment: Moment): string => order(one([hold(all()), arm(moment.epoch)]), moment);

  const edited = (line: string): string => {
    const at = random(line.length);
    const put = one(["", one([...CHARACTERS]), one(VALUES)]);
    return line.slice(0, at) + put + line.slice(at + random(3));
  };
  const reset = (moment: Moment): string => {
    coming.push(
      (then) => order(arm(then.epoch), then),
      (then) => order(hold(all()), then),
      (then) => order(hold(all()), then),
    );
    return order(hold(demand(() => "dropped")), moment);
  };
  const makers: readonly ((moment: Moment) => string)[] = [
    reset,
    (moment) => order(hold(any()), moment),
    (moment) => order(hold(all()), moment),
    (moment) => order(arm(moment.epoch, some(permits)), moment),
    // Repeated, out of order, late, early.
    () => one(last) ?? "",
    (moment) => order(hold(all()), moment, 0, -random(4)),
    (moment) => order(arm(moment.epoch), moment, 0, -random(4)),
    (moment) => order(hold(all()), moment, 0, 2 + random(1000)),
    (moment) => order(one([hold(all()), arm(moment.epoch)]), moment, -(300 + random(2000))),
    (moment) => order(one([hold(all()), arm(moment.epoch)]), moment, random(2000)),
    // For another guardian.
    (moment) => order(arm(moment.epoch + one([-2, -1, 1, 2])), moment),
    (moment) => order(arm(moment.epoch, ["permit", one(["horn", "stranger", "__proto__"])]), moment),
    (moment) => order(hold({ ...all(), stranger: "energised" }), moment),
    // Broken.
    (moment) => edited(good(moment)),
    (moment) => edited(edited(edited(good(moment)))),
    (moment) => good(moment).slice(0, -1 - random(60)),
    (moment) => good(moment) + good(moment),
    ({ seq, at }) => `{"kind":${one(VALUES)},"seq":${seq + 1},"at":${at},"demand":${one(VALUES)}}`,
    ({ seq, at }) => `{"kind":"hold","seq":${seq + 1},"at":${at},"demand":${one(VALUES)}}`,
    ({ seq, at }) =>
      `{"kind":"arm","seq":${seq + 1},"at":${at},"epoch":${one(VALUES)},"outputs":${one(VALUES)}}`,
    () => String.fromCharCode(...Array.from({ length: random(80) }, () => random(0x300))),
    () => one(VALUES),
  ];
  return (moment) => {
    // A third healthy: what a bad line does is only seen after good ones.
    const due = coming.shift() ?? (random(3) === 0 ? reset : one(makers));
    const line = due(moment);
    last.push(line);
    if (last.length > KEPT) last.shift();
    return line;
  };
}
