/** The sentences that the box itself says to people, as templates: what the screen translates by their pattern. */
import { WORDS } from "../../kiosk/heard_words.ts";
import { filesUnder, read } from "../support/source.ts";
import { literalOf, type Node, nodeOf, nodesOf, type Place, parse, type Source } from "./syntax.ts";
import { BOX } from "./texts.ts";

/** Nobody at a screen reads what these say: programs, documents, start-up, the shell and the wire. */
const UNHEARD = new RegExp(
  `^server/(?:${[
    "shell/",
    "integrate/",
    "store/(?!(?:backup_secrets|backup_format|unpack|restore)\\.)",
    "base/",
    "detect/families/",
    "domain/(?:units|config_shape|source|sounder|shift_fold)",
    "http/(?:draft|metrics|operation|schemas|openapi|shapes|serve|status|health|live|tiles|shift_page|app|refusals)",
    "camera/(?:args|crop|frames|http_login|jpeg\\.|knock|letterbox|onvif_talk|still|stderr|bytes)",
    "relay/(?:lease|protocol|drop|registry|driver|outlet)",
    "detect/(?:family|manifest)",
    "(?:doctor|palisade|main|draft|provision|journal|environment|guardian|hand|demonstration|eye|setup|pipeline|running|settle)\\.",
  ].join("|")})`,
);

/** What is handed to these is for programs and logs. */
const UNREAD =
  /(?:^|\.)(?:info|warn|error|debug|fatal|describe|enum|header|RegExp|TypeError|RangeError|URL|test|match|stringify|startsWith|endsWith|includes|send|write|split|from|body|emit|literal|tell)$/;
const VALUE = /\{\w+\}/g;
/** At least two words, of which a placeholder may be one. */
const SENTENCE = /(?:[A-Za-z]{2,}|\})[,;:.)'"%]* (?:["'(]?[A-Za-z]{2,}|["'(]?\{)/;
/** Papers, differences and checks are made of headings and names besides: one word is a text there. */
const NAMES =
  /^server\/domain\/(?:shift_sheet|shift_words|trust|board|difference_words|permission|shift_config|edit_errors|reason_code)\.ts$/;
const NAME = /^[A-Z][a-z]{2,}(?:-[a-z]+)?\.?$/;
const NOT_PROSE =
  /[<>\\\n=|^$*@]|\w\(|:\/\/[^ ,]*\{|^\{\w+\} \{\w+\}$|^[\d.]+ \w+$|^(?:Power|PulseTime)\{|^(?:panel|person|code|id|from|syslog|audit trail at) \{|^"\w+" (?:and|is) |GET \/|POST \/|^(?:SELECT|INSERT|DELETE|ATTACH) |^\w+(?:, \w+){4,}$/;
/** At most so many spellings of one template: each conditional in it doubles them. */
const MOST_SPELLINGS = 16;

/** Each template as a key, with the files it stands in. What differs in the names of its values alone is one. */
export function boxKeys(): ReadonlyMap<string, readonly string[]> {
  const keys = new Map<string, string[]>();
  const shapes = new Map<string, string[]>();
  for (const path of filesUnder(["server"], [".ts"])) {
    if (UNHEARD.test(path) || path.endsWith(".d.ts")) continue;
    const source = parse(path);
    for (const place of source.places)
      for (const text of sentencesAt(place, source)) {
        const shape = text.replaceAll(VALUE, "{}");
        const files = shapes.get(shape) ?? [];
        if (files.length === 0) keys.set(text + BOX, files);
        shapes.set(shape, files);
        files.push(path);
      }
  }
  for (const path of filesUnder(["models"], [".json"]))
    for (const text of qualitiesIn(path)) keys.set(text + BOX, [path]);
  for (const word of WORDS) keys.set(word + BOX, ["kiosk/heard_words.ts"]);
  return keys;
}

/** What the list of models says of each; beside a picture's truth and a camera's there are other files. */
function qualitiesIn(path: string): readonly string[] {
  const { grade, quality } = JSON.parse(read(path)) as { readonly grade?: string; readonly quality?: string };
  return [grade, quality].filter((text) => text !== undefined);
}

function sentencesAt(place: Place, source: Source): readonly string[] {
  const { node } = place;
  const whole = literalOf(node) !== undefined || node.type === "TemplateLiteral";
  if (!whole || isUnread(place, source)) return [];
  return spellings(node)
    .map(trimmed)
    .filter((text) => isProse(text) || (NAMES.test(source.path) && NAME.test(text)));
}

function isProse(text: string): boolean {
  return SENTENCE.test(text) && /[a-z]{2}/.test(text.replaceAll(VALUE, "")) && !NOT_PROSE.test(text);
}

/** A part of a sentence is joined to others by marks that belong to neither. */
function trimmed(text: string): string {
  return text.replace(/^[;,.:]?\s+/, "").replace(/[;,:]?\s+$/, "");
}

function isUnread({ around }: Place, source: Source): boolean {
  return around.some(({ node: outer, member }, n) => {
    if (outer.type === "CallExpression" || outer.type === "NewExpression") {
      const callee = nodeOf(outer.callee);
      const name = callee === undefined ? "" : source.textOf(callee);
      return member === "arguments" && UNREAD.test(name) && !name.startsWith("list.");
    }
    // Within a template only what stands in a conditional is part of it, and that is spelled with it.
    if (outer.type === "TemplateLiteral") return isSpelledWith(around.slice(n + 1).map(({ node }) => node));
    if (outer.type === "Property") return member === "key" && outer.computed !== true;
    return outer.type === "BinaryExpression" && /^[=!]==?$/.test(String(outer.operator));
  });
}

const isSpelledWith = (between: readonly Node[]): boolean =>
  between.every(({ type }) => type === "ConditionalExpression" || type === "ParenthesizedExpression");

/** The text with `{name}` for each value; one spelling for each way its conditionals may go. */
function spellings(node: Node): readonly string[] {
  const literal = literalOf(node);
  if (literal !== undefined) return [literal];
  if (node.type === "ParenthesizedExpression") return spellings(nodeOf(node.expression) as Node);
  if (node.type === "ConditionalExpression")
    return [...spellings(nodeOf(node.consequent) as Node), ...spellings(nodeOf(node.alternate) as Node)];
  if (node.type !== "TemplateLiteral") return [`{${nameOf(node)}}`];
  const values = nodesOf(node.expressions).map(spellings);
  const texts = nodesOf(node.quasis).map((each) =>
    String((each.value as { readonly cooked?: string }).cooked),
  );
  const all = texts.reduce<readonly string[]>(
    (begun, text, n) =>
      n === 0 ? [text] : begun.flatMap((start) => (values[n - 1] ?? []).map((value) => start + value + text)),
    [],
  );
  return all.slice(0, MOST_SPELLINGS).map(numbered);
}

/** Two values of one name would be one value: the second gets a number. */
function numbered(text: string): string {
  const seen = new Map<string, number>();
  return text.replaceAll(/\{(\w+)\}/g, (_value, name: string) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? `{${name}}` : `{${name}${count}}`;
  });
}

/** What a translator may call a value: the last name in its expression that says something. */
function nameOf(node: Node): string {
  const member = nodeOf(node.property);
  switch (node.type) {
    case "Identifier":
      return String(node.name);
    case "MemberExpression": {
      const owner = nodeOf(node.object) as Node;
      const name = String(member?.name ?? "value");
      const vague =
        node.computed === true || /^(?:name|message|text|length|id|why|values|least|most)$/.test(name);
      if (!vague) return name;
      return owner.type === "Identifier" || owner.type === "MemberExpression" ? nameOf(owner) : name;
    }
    case "CallExpression": {
      const callee = nodeOf(node.callee) as Node;
      const [first] = nodesOf(node.arguments);
      if (callee.type === "MemberExpression" && nodeOf(callee.object)?.name !== "Math")
        return nameOf(nodeOf(callee.object) as Node);
      return first === undefined ? nameOf(callee) : nameOf(first);
    }
    case "BinaryExpression":
    case "LogicalExpression":
      return nameOf(nodeOf(node.left) as Node);
    case "TSAsExpression":
    case "TSNonNullExpression":
    case "ParenthesizedExpression":
    case "AwaitExpression":
    case "ChainExpression":
      return nameOf((nodeOf(node.expression) ?? nodeOf(node.argument)) as Node);
    default:
      return "value";
  }
}
