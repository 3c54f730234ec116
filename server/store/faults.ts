/** What a failing disk or database means for people: the sentence and its cure, by the driver's code. */

const CURES: readonly (readonly [code: string, sentence: string])[] = [
  ["SQLITE_FULL", "the disk is full; free space on it"],
  ["SQLITE_READONLY", "the database is read-only; make its folder writable"],
  ["SQLITE_CANTOPEN", "the file cannot be opened; check that its folder exists and is writable"],
  ["SQLITE_IOERR", "the disk does not read or write as it should; check it and replace it"],
  ["SQLITE_CORRUPT", 'the file is damaged; move it away and bring a backup back with "palisade restore"'],
  ["SQLITE_NOTADB", 'the file is no database; move it away and bring a backup back with "palisade restore"'],
  ["SQLITE_BUSY", "another process holds the database; end it"],
  ["SQLITE_LOCKED", "another process holds the database; end it"],
];

/** A sentence without subject for people: what is wrong, its cure, and the driver's own words. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause : error;
  const code = (cause as { readonly code?: unknown }).code;
  const known = typeof code === "string" ? CURES.find(([start]) => code.startsWith(start)) : undefined;
  return known === undefined ? cause.message : `${known[1]} (${cause.message})`;
}
