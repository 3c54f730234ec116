/** Reads the project's own source files for the tests that hold rules over all of them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { ROOT } from "./runtime.ts";

const NOT_OURS = new Set(["node_modules", "dist", "data", ".git", ".out"]);

/** All files below these folders (or these files themselves), as paths from the root, sorted. */
export function filesUnder(places: readonly string[], extensions: readonly string[]): readonly string[] {
  const found: string[] = [];
  const walk = (path: string): void => {
    for (const entry of readdirSync(ROOT + path, { withFileTypes: true })) {
      if (NOT_OURS.has(entry.name)) continue;
      const inside = `${path}/${entry.name}`;
      if (entry.isDirectory()) walk(inside);
      else if (extensions.some((extension) => entry.name.endsWith(extension))) found.push(inside);
    }
  };
  for (const place of places) {
    if (extensions.some((extension) => place.endsWith(extension)))
      found.push(...(existsSync(ROOT + place) ? [place] : []));
    else if (existsSync(ROOT + place)) walk(place);
  }
  return found.sort();
}

export function read(path: string): string {
  return readFileSync(ROOT + path, "utf8");
}

/** The code without its comments. Newlines stay, so that line numbers hold. */
export function withoutComments(code: string): string {
  return code
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " "))
    .replace(/(^|[\s;{}(),])\/\/.*$/gm, "$1");
}

export interface Import {
  /** As written, or the path from the root where it is a file of ours. */
  readonly target: string;
  readonly ours: boolean;
  /** `starts`: the file is named to be run in a thread or process of its own. */
  /** `later`: by `import()`. `starts`: as a process of its own. */
  readonly kind: "value" | "type" | "later" | "starts";
}

const STATEMENT = /^[ \t]*(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]+?\bfrom\s*)?["']([^"']+)["']/gm;
const DYNAMIC = /\bimport\(\s*["']([^"']+)["']/g;
const STARTS = /new URL\(\s*["']([^"']+\.(?:ts|mjs))["']\s*,\s*import\.meta\.url/g;

/** Everything a file imports: statements, re-exports, `import()`, and files it starts by their address. */
export function importsOf(path: string): readonly Import[] {
  const code = withoutComments(read(path));
  const resolved = (name: string, kind: Import["kind"]): Import => {
    const ours = name.startsWith(".");
    return { target: ours ? posix.join(posix.dirname(path), name) : name, ours, kind };
  };
  return [
    ...[...code.matchAll(STATEMENT)].map((m) => resolved(m[2] ?? "", m[1] === undefined ? "value" : "type")),
    ...[...code.matchAll(DYNAMIC)].map((m) => resolved(m[1] ?? "", "later")),
    ...[...code.matchAll(STARTS)].map((m) => resolved(`./${m[1] ?? ""}`, "starts")),
  ];
}
