/**
 * What is different between two configurations, in words: one sentence for every member that changed. It knows no
 * member by itself, so one that comes new is told as well. Passwords never are, only that they changed.
 */
import type { Config } from "./config.ts";
import { enumerated, isSecret, nameOf, thingOf, valueText } from "./difference_words.ts";

type Members = Readonly<Record<string, unknown>>;
type Item = Members & { readonly id: string };
type Point = readonly [number, number];
type Path = readonly string[];

/** Members that name something of another section. */
const REFERENCES: Readonly<Record<string, "cameras" | "zones">> = {
  "zones.camera": "cameras",
  "outputs.zones": "zones",
};

/** How cameras and zones are called in both configurations together. */
type Labels = (section: string, id: string) => string;

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isItems(value: unknown): value is readonly Item[] {
  return Array.isArray(value) && value.every((item) => isMembers(item) && typeof item.id === "string");
}

function isPoints(value: unknown): value is readonly Point[] {
  const isPoint = (each: unknown): boolean =>
    Array.isArray(each) && each.length === 2 && each.every((part) => typeof part === "number");
  return Array.isArray(value) && value.length > 0 && value.every(isPoint);
}

/** As JSON would have it: neither the order of members counts, nor one that is there and undefined. */
function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => same(item, b[i]));
  if (isMembers(a) && isMembers(b)) return keysOf(a, b).every((key) => same(a[key], b[key]));
  return a === b;
}

function keysOf(a: Members, b: Members): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])];
}

function labelsOf(before: Members, after: Members): Labels {
  const called = new Map<string, string>();
  const bearers = new Map<string, Set<string>>();
  for (const config of [before, after])
    for (const [section, items] of Object.entries(config)) {
      if (!isItems(items)) continue;
      for (const item of items) {
        const name = typeof item.name === "string" && item.name !== "" ? item.name : item.id;
        const place = `${section} ${name}`;
        bearers.set(place, (bearers.get(place) ?? new Set()).add(item.id));
        called.set(`${section} ${item.id}`, name);
      }
    }
  return (section, id) => {
    const name = called.get(`${section} ${id}`) ?? id;
    const alone = (bearers.get(`${section} ${name}`)?.size ?? 0) <= 1;
    return alone ? name : `${name} (${id})`;
  };
}

/** Every change from `before` to `after`; empty where they are the same. */
export function difference(before: Config, after: Config): readonly string[] {
  const [a, b] = [before as unknown as Members, after as unknown as Members];
  const labels = labelsOf(a, b);
  return keysOf(a, b).flatMap((section) => sectionChanges(section, a[section], b[section], labels));
}

function sectionChanges(section: string, before: unknown, after: unknown, labels: Labels): string[] {
  const [a, b] = [before ?? [], after ?? []];
  if (isItems(a) && isItems(b)) return itemChanges(section, a, b, labels);
  return changes([section], before, after, labels).map((text) => `${thingOf(section)}: ${text}`);
}

function itemChanges(
  section: string,
  before: readonly Item[],
  after: readonly Item[],
  labels: Labels,
): string[] {
  const called = (id: string): string => `${thingOf(section)} ${labels(section, id)}`;
  const was = new Map(before.map((item) => [item.id, item]));
  const is = new Map(after.map((item) => [item.id, item]));
  const stayed = before.filter(({ id }) => is.has(id)).map(({ id }) => id);
  const order = after.filter(({ id }) => was.has(id)).map(({ id }) => id);
  return [
    ...before.filter(({ id }) => !is.has(id)).map(({ id }) => `${called(id)} removed`),
    ...after.flatMap((item) => {
      const earlier = was.get(item.id);
      if (earlier === undefined) return `${called(item.id)} added: ${told(section, item, labels)}`;
      return changes([section], earlier, item, labels).map((text) => `${called(item.id)}: ${text}`);
    }),
    ...(same(stayed, order)
      ? []
      : [`Order of ${section}: ${order.map((id) => labels(section, id)).join(", ")}`]),
  ];
}

/** Everything that is set in something new, in one line. */
function told(section: string, { id: _, name: __, ...members }: Item, labels: Labels): string {
  const parts = leaves([section], members).map(([path, value]) =>
    isSecret(path)
      ? `${nameOf(path)} set`
      : isPoints(value)
        ? `${nameOf(path)} of ${value.length} corners`
        : `${nameOf(path)} ${textOf(path, value, labels)}`,
  );
  return parts.join(", ");
}

function leaves(path: Path, members: Members): (readonly [path: Path, value: unknown])[] {
  return Object.entries(members).flatMap(([key, value]) => {
    if (value === undefined) return [];
    const place = [...path, key];
    return isMembers(value) ? leaves(place, value) : [[place, value] as const];
  });
}

function changes(path: Path, before: unknown, after: unknown, labels: Labels): string[] {
  if (same(before, after)) return [];
  const [a, b] = [before ?? {}, after ?? {}];
  if (isMembers(a) && isMembers(b)) {
    const keys = keysOf(a, b);
    if (keys.length > 0) return keys.flatMap((key) => changes([...path, key], a[key], b[key], labels));
  }
  return [change(path, before, after, labels)];
}

function change(path: Path, before: unknown, after: unknown, labels: Labels): string {
  const name = nameOf(path);
  if (isSecret(path)) return `${name} changed`;
  if (isPoints(before) && isPoints(after)) return `${name}: ${shapeChange(before, after)}`;
  const [was, is] = [textOf(path, before, labels), textOf(path, after, labels)];
  // Two addresses that show the same differ in what is not shown.
  if (was === is) return was.includes("***") ? `${name}: user or password changed` : `${name} changed`;
  return `${name} ${was} → ${is}`;
}

function textOf(path: Path, value: unknown, labels: Labels): string {
  const section = REFERENCES[path.join(".")];
  const called = (id: unknown): unknown => (typeof id === "string" ? labels(section ?? "", id) : id);
  if (section === undefined) return valueText(value, path);
  return valueText(Array.isArray(value) ? value.map(called) : called(value), path);
}

function shapeChange(before: readonly Point[], after: readonly Point[]): string {
  const [fewer, more] = before.length < after.length ? [before, after] : [after, before];
  if (before.length === after.length) {
    const moved = after.flatMap((point, i) => (same(point, before[i]) ? [] : [i + 1]));
    if (moved.length === after.length) return "every corner moved";
    return `${moved.length === 1 ? "corner" : "corners"} ${enumerated(moved)} moved`;
  }
  const one = more.findIndex((_, i) => same(more.toSpliced(i, 1), fewer));
  if (one >= 0) return `corner ${one + 1} ${more === after ? "added" : "removed"}`;
  return `drawn anew, ${before.length} → ${after.length} corners`;
}
