/** Walks the syntax trees of the project's own files, for the tests about texts. */
import { parseSync } from "vite";
import { read } from "../support/source.ts";

/** One node of ESTree; its other members depend on its type. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [member: string]: unknown;
}

/** A node with what it stands in, the nearest last. */
export interface Place {
  readonly node: Node;
  readonly around: readonly { readonly node: Node; readonly member: string }[];
}

export interface Source {
  readonly path: string;
  readonly places: readonly Place[];
  readonly textOf: (node: Node) => string;
  readonly lineOf: (node: Node) => number;
}

/** Types and imports hold no text that anybody reads. */
const SKIPPED = /^(?:ImportDeclaration|TS(?!As|Satisfies|NonNull))/;

export function parse(path: string): Source {
  const code = read(path);
  const { program, errors } = parseSync(path, code);
  if (errors.length > 0) throw new Error(`Cannot parse ${path}: ${errors[0]?.message}`);
  const places: Place[] = [];
  const walk = (value: unknown, around: Place["around"], member: string): void => {
    if (Array.isArray(value)) for (const each of value) walk(each, around, member);
    else if (isNode(value) && !SKIPPED.test(value.type)) {
      places.push({ node: value, around });
      for (const [name, child] of Object.entries(value))
        walk(child, [...around, { node: value, member: name }], name);
    }
  };
  walk(program, [], "");
  return {
    path,
    places,
    textOf: (node) => code.slice(node.start, node.end),
    lineOf: (node) => code.slice(0, node.start).split("\n").length,
  };
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}

export function nodeOf(value: unknown): Node | undefined {
  return isNode(value) ? value : undefined;
}

export function nodesOf(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** The text of a string literal. */
export function literalOf(node: Node | undefined): string | undefined {
  return node?.type === "Literal" && typeof node.value === "string" ? node.value : undefined;
}
