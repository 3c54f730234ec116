/** What the screen says: by `t()`, in the box's own sentences, and what it would say without either. */
import { filesUnder } from "../support/source.ts";
import { literalOf, type Node, nodeOf, nodesOf, type Place, parse, type Source } from "./syntax.ts";

/** Stands behind a key that is a sentence of the box, and not of the screen. */
export const BOX = "||box";

/** Each language stands there by its own name. */
const NAMES = "kiosk/language.ts";
/** The box's own words, which are recognised and not said. */
const HEARD = "kiosk/heard_words.ts";
const screen = (): readonly Source[] =>
  filesUnder(["kiosk"], [".ts", ".tsx"])
    .filter((path) => path !== NAMES && path !== HEARD)
    .map(parse);

/** The keys of every `t()`, each with the files it stands in. */
export function screenKeys(): ReadonlyMap<string, readonly string[]> {
  const keys = new Map<string, string[]>();
  for (const source of screen())
    for (const { node } of source.places)
      if (isSaying(node)) {
        for (const key of branches(nodesOf(node.arguments)[0])) {
          const text = literalOf(key);
          if (text === undefined)
            throw new Error(
              `${source.path}:${source.lineOf(node)} says what is not written there: t() needs a literal`,
            );
          keys.set(text, [...(keys.get(text) ?? []), source.path]);
        }
      }
  return keys;
}

function isSaying(node: Node): boolean {
  return node.type === "CallExpression" && nodeOf(node.callee)?.name === "t";
}

/** Both ends of a conditional, as deep as they go. */
function branches(node: Node | undefined): readonly Node[] {
  if (node?.type === "ParenthesizedExpression") return branches(nodeOf(node.expression));
  if (node?.type !== "ConditionalExpression") return node === undefined ? [] : [node];
  return [...branches(nodeOf(node.consequent)), ...branches(nodeOf(node.alternate))];
}

/** Attributes that no person reads. */
const SILENT = new Set([
  ...["class", "key", "type", "role", "id", "d", "viewBox", "style", "href", "src", "name", "points", "fill"],
  ...[
    "look",
    "kind",
    "inputMode",
    "patternUnits",
    "preserveAspectRatio",
    "transform",
    "accept",
    "stroke",
    "of",
  ],
]);
/** Two words, or one that begins as a sentence does. */
const READABLE = /[A-Za-z]{2,}[,;:]? [A-Za-z]{2,}|^[A-Z][a-z]+[.:?!]?$/;
/** Names of keys, events and headers, addresses, and what a browser calls its own things. */
const CODES = /\[role=|sans-serif$|^(?:Enter|Escape|TimeoutError|[./#]\S*|application\/\S+|use strict)$/;
/** Literals in these calls are read by the program. */
const PROGRAM =
  /(?:^|\.)(?:querySelector|closest|startsWith|endsWith|includes|addEventListener|createElement|has|get|set|getResponseHeader|setRequestHeader|matchMedia|getContext|call|ask|join)$/;

/** Literals that somebody would read and that no `t()` says: "file:line text". */
export function untold(): readonly string[] {
  return screen().flatMap((source) =>
    source.places.flatMap((place) => {
      const text = shownText(place);
      const reads = text !== undefined && READABLE.test(text) && !CODES.test(text);
      return reads && !isExempt(place, source)
        ? [`${source.path}:${source.lineOf(place.node)} ${JSON.stringify(text)}`]
        : [];
    }),
  );
}

function shownText({ node }: Place): string | undefined {
  if (node.type === "JSXText") return String(node.value).trim();
  if (node.type === "TemplateElement")
    return String((node.value as { readonly cooked?: string }).cooked).trim();
  return literalOf(node);
}

function isExempt({ node, around }: Place, source: Source): boolean {
  return around.some(({ node: outer, member }) => {
    switch (outer.type) {
      case "JSXAttribute":
        return SILENT.has(String(nodeOf(outer.name)?.name));
      case "CallExpression":
      case "NewExpression": {
        const callee = nodeOf(outer.callee);
        const name = callee === undefined ? "" : source.textOf(callee);
        return member === "arguments" && (name === "t" || name.endsWith("Error") || PROGRAM.test(name));
      }
      case "BinaryExpression":
        return /^[=!]==?$/.test(String(outer.operator)) && node.type === "Literal";
      case "SwitchCase":
        return member === "test";
      case "Property":
        return member === "key" || nodeOf(outer.key)?.name === "path";
      case "ImportExpression":
      case "TSLiteralType":
        return true;
      default:
        return false;
    }
  });
}
