/** Palisade assists and requests a stop; no text of it may claim more. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { HONEST_LABEL } from "../server/domain/view.ts";
import { filesUnder, read, withoutComments } from "./support/source.ts";

const CLAIMS =
  /\b(?:fail-?\s?safe|safe|safely|safety|safeguards?|protect(?:s|ed|ing|ion)?|guarantee[sd]?|guaranteeing|e-?stops?)\b|\b(?:SIL|PL)(?:\s?[0-9a-e])?\b/gi;
/** Written small, these two are parts of other words and addresses. */
const RATING = /^(?:SIL|PL)/;

/** What may stand: the honest label, sentences that deny, and words of CSS. */
const ALLOWED: readonly RegExp[] = [
  /not a safety device/gi,
  /(?:no|not a|nor a|neither a) (?:certified |rated )?safety (?:device|component|function|rating|product)/gi,
  /no PL,? (?:no )?SIL (?:or|and) (?:no )?type rating/gi,
  /claims? (?:no|of|about) safety|never claims? safety|words that claim safety/gi,
  /safe-area-inset-\w+|safe center/gi,
  /"-safe", "0"/g, // an option of ffmpeg's concat
];

/** The text of a file that somebody reads: all of a document, what is no comment of a program. */
function textOf(path: string): string {
  const text = /\.(?:ts|tsx|mjs|css)$/.test(path) ? withoutComments(read(path)) : read(path);
  return ALLOWED.reduce(
    (rest, allowed) => rest.replace(allowed, (found) => found.replace(/[^\n]/g, " ")),
    text,
  );
}

function claimsIn(text: string): readonly string[] {
  return text.split("\n").flatMap((line, i) =>
    [...line.matchAll(CLAIMS)]
      .map((match) => match[0])
      .filter((word) => !/^(?:sil|pl)/i.test(word) || RATING.test(word))
      .map((word) => `line ${i + 1}: ${word}`),
  );
}

test("screens, server texts, documents and units claim no safety", () => {
  const documents = [
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "docs",
    "models",
    "systemd",
    "package.json",
  ];
  const files = [
    ...filesUnder(["kiosk"], [".ts", ".tsx", ".html", ".css"]),
    ...filesUnder(["server"], [".ts", ".mjs"]),
    ...filesUnder(documents, [".md", ".json", ".service", ".socket", ".slice"]).filter(
      (path) => !/truth\.json$/.test(path),
    ),
  ];
  assert.ok(files.length > 20, "the texts were found");
  assert.deepEqual(
    files.flatMap((path) => claimsIn(textOf(path)).map((claim) => `${path} ${claim}`)),
    [],
  );
});

test("the search finds the words it is there for, and leaves look-alikes", () => {
  for (const claim of [
    "Keeps you safe",
    "protects people",
    "an E-stop",
    "SIL 2",
    "PL d",
    "fail-safe",
    "Guaranteed",
  ]) {
    assert.equal(claimsIn(claim).length, 1, claim);
  }
  for (const fine of [
    "safeParse(value)",
    "Number.isSafeInteger(n)",
    "a silent horn",
    "pl-PLAIN",
    "https://x.pl/",
  ]) {
    assert.equal(claimsIn(fine).length, 0, fine);
  }
});

test("the label on every screen is the honest one", () => {
  assert.equal(HONEST_LABEL, "Assistance only. Not a safety device. Keep guards and emergency stop in use.");
});
