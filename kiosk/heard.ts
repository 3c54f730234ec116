/**
 * Translates what the box says. It says English sentences; those are recognised by the templates they were made of,
 * and so are the sentences within them. What is not recognised stays as it was said.
 */
import { IntlMessageFormat } from "intl-messageformat";
import { WORDS } from "./heard_words.ts";
import { locale } from "./say.ts";

const VALUE = /\{(\w+)\}/;
/** Between two sentences, or two parts of one, the widest first. */
const JOINTS = [". ", "; ", ": ", " (", ", "] as const;
/** Sentences with figures in them are new every second. */
const KEPT_MAX = 1_000;
/** "{name} is {what}" fits nearly everything. */
const TELLING = 9;
/** A sentence in a sentence in a sentence is the most the box says. */
const DEPTH_MAX = 4;

interface Pattern {
  readonly whole: RegExp;
  readonly names: readonly string[];
  /** The longest piece that is always there: most sentences are ruled out by it. */
  readonly mark: string;
  /** How many letters of it are always the same. */
  readonly letters: number;
  readonly format: IntlMessageFormat;
}

let table: Readonly<Record<string, string>> = {};
let askMore: (() => void) | undefined;
let learnt = false;
let telling: readonly Pattern[] = [];
let vague: readonly Pattern[] = [];
const texts = new Map<string, string>();
const kept = new Map<string, string>();

/** The sentence in the screen's language. */
export function heard(sentence: string): string {
  if (Object.keys(table).length === 0 || !/\p{L}{2}/u.test(sentence)) return sentence;
  if (!learnt) learn();
  let said = kept.get(sentence);
  if (said === undefined) {
    const found = translate(sentence, 0);
    if (found === undefined || found.unknown > 0) {
      askMore?.();
      askMore = undefined;
    }
    said = withDays(found?.text ?? sentence);
    if (kept.size >= KEPT_MAX) kept.clear();
    kept.set(sentence, said);
  }
  return said;
}

/** "Sat, 21 Nov 2026": the box writes every day so (`server/domain/shift_words.ts`). */
const DAY = /\b[A-Z][a-z]{2}, (\d{1,2} [A-Z][a-z]{2,3} \d{4})\b/g;

function withDays(text: string): string {
  return text.replaceAll(DAY, (day, date: string) => {
    const at = Date.parse(`${date} UTC`);
    if (Number.isNaN(at)) return day;
    const format = {
      weekday: "short",
      day: "numeric",
      month: "short",
      year: "numeric",
      timeZone: "UTC",
    } as const;
    return new Intl.DateTimeFormat(locale(), format).format(at);
  });
}

/**
 * From now on the box's sentences are translated by these templates; by none they stay English. `more` is called once, for
 * the first sentence of which they leave something in English.
 */
export function hear(templates: Readonly<Record<string, string>>, more?: () => void): void {
  table = templates;
  askMore = more;
  learnt = false;
  texts.clear();
  kept.clear();
}

/** By these besides. */
export function hearMore(templates: Readonly<Record<string, string>>, more = askMore): void {
  hear({ ...table, ...templates }, more);
}

function learn(): void {
  const patterns: Pattern[] = [];
  for (const [template, translation] of Object.entries(table)) {
    if (VALUE.test(template)) patterns.push(patternOf(template, translation));
    else texts.set(template, translation);
  }
  // The one that says most by itself is the one that was meant.
  patterns.sort((a, b) => b.letters - a.letters);
  telling = patterns.filter(({ letters }) => letters >= TELLING);
  vague = patterns.filter(({ letters }) => letters < TELLING);
  learnt = true;
}

function patternOf(template: string, translation: string): Pattern {
  const pieces = template.split(/\{\w+\}/);
  return {
    whole: new RegExp(`^${pieces.map(escaped).join("(.+?)")}$`, "s"),
    names: [...template.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name),
    mark: pieces.reduce((longest, piece) => (piece.length > longest.length ? piece : longest), ""),
    letters: pieces.join("").match(/\p{L}/gu)?.length ?? 0,
    format: new IntlMessageFormat(translation, locale()),
  };
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");

interface Said {
  readonly text: string;
  /** How many pieces of several words in it stayed English: names have few words, so fewer is likelier meant. */
  readonly unknown: number;
}

/** Undefined where nothing of it is known. A template of little more than values fits too much: it comes last. */
function translate(sentence: string, depth: number): Said | undefined {
  const text = texts.get(sentence) ?? texts.get(capital(sentence));
  if (text !== undefined) return { text, unknown: 0 };
  return (
    byPattern(sentence, depth, telling) ??
    (depth > 0 ? byPattern(capital(sentence), depth, telling) : undefined) ??
    (depth < DEPTH_MAX ? byParts(sentence, depth) : undefined) ??
    byPattern(sentence, depth, vague)
  );
}

/** Within another sentence the box writes the first letter small. */
function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** By the template that leaves least in English; of several the one that says most by itself. */
function byPattern(sentence: string, depth: number, among: readonly Pattern[]): Said | undefined {
  let best: Said | undefined;
  for (const { whole, names, mark, format } of among) {
    if (!sentence.includes(mark)) continue;
    const found = whole.exec(sentence);
    if (found === null) continue;
    const values = names.map((name, n) => [name, within(found[n + 1] ?? "", depth)] as const);
    const unknown = values.reduce((sum, [, value]) => sum + value.unknown, 0);
    // "{these} and {those}" says nothing of two halves that are both unknown.
    if (among === vague && names.length > 1 && unknown === names.length) continue;
    if (best !== undefined && unknown >= best.unknown) continue;
    const said = Object.fromEntries(values.map(([name, { text }]) => [name, text]));
    best = { text: String(format.format(said)), unknown };
    if (unknown === 0) break;
  }
  return best;
}

/** A value of several words may be a sentence of its own; one of a single word is a name, or one of the box's words. */
function within(value: string, depth: number): Said {
  if (!value.includes(" "))
    return { text: WORDS.includes(value) ? (texts.get(value) ?? value) : value, unknown: 0 };
  const said = depth < DEPTH_MAX ? translate(value, depth + 1) : undefined;
  return said ?? { text: value, unknown: 1 };
}

function byParts(sentence: string, depth: number): Said | undefined {
  for (const joint of JOINTS) {
    const parts = sentence.split(joint);
    if (parts.length === 1) continue;
    const said = parts.map((part) => translate(part, depth + 1));
    if (said.every((part) => part === undefined)) continue;
    const all = said.map((part, n) => part ?? { text: parts[n] ?? "", unknown: 1 });
    return {
      text: all.map(({ text }) => text).join(joint),
      unknown: all.reduce((sum, { unknown }) => sum + unknown, 0),
    };
  }
  return undefined;
}

/** Members of the box's answers that hold its sentences; names and remarks of people stand in others. */
const SENTENCES: ReadonlySet<string> = new Set([
  ...["why", "detail", "response", "message", "says", "label", "text", "title", "grade", "quality"],
  ...["refusals", "warnings", "faults", "changes", "differences", "reasons"],
]);

/** An answer of the box with its sentences in the screen's language. */
export function heardIn<T>(answer: T): T {
  return Object.keys(table).length === 0 ? answer : (heardAt(answer, false) as T);
}

function heardAt(value: unknown, isSentence: boolean): unknown {
  if (typeof value === "string") return isSentence ? heard(value) : value;
  if (Array.isArray(value)) return value.map((each) => heardAt(each, isSentence));
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([name, each]) => [name, heardAt(each, SENTENCES.has(name))]);
  return Object.fromEntries(members);
}
