/**
 * Reads a provisioning file: its text, its JSON, its rules. Every error is told at once by its path in the file; a
 * file that is wrong in anything gives nothing.
 */
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Parsed, type Provision, parseProvision } from "./domain/config.ts";

export interface ProvisionFile {
  /** `file:` sources carry absolute paths. */
  readonly provision: Provision;
  /** SHA-256 of the file's bytes, in hex: the same file again is the same hash. */
  readonly hash: string;
}

const MAX_BYTES = 1024 * 1024;

/** Reads and checks the file. Never throws: what cannot be read is an error with the path "(file)". */
export async function readProvision(path: string): Promise<Parsed<ProvisionFile>> {
  const wrong = (message: string): Parsed<ProvisionFile> => ({
    ok: false,
    errors: [{ path: "(file)", message }],
  });
  let bytes: Buffer;
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) return wrong(`has ${size} bytes, may have ${MAX_BYTES}`);
    bytes = await readFile(path);
  } catch (error) {
    return wrong(`cannot be read: ${readFault(error, path)}`);
  }
  const text = utf8(bytes);
  if (text === undefined) return wrong("is not UTF-8 text; save it with that encoding");
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch (error) {
    return wrong(`is not JSON: ${jsonFault(error as SyntaxError)}`);
  }
  const parsed = parseProvision(file);
  if (!parsed.ok) return parsed;
  const hash = createHash("sha256").update(bytes).digest("hex");
  return { ok: true, value: { provision: withAbsoluteFilms(parsed.value, dirname(resolve(path))), hash } };
}

function readFault(error: unknown, path: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return `there is no file "${path}"; check PALISADE_PROVISION`;
  if (code === "EISDIR") return `"${path}" is a folder; name the file in it`;
  if (code === "EACCES") return `no permission to read "${path}"; let the box's user read it`;
  return message;
}

function utf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** What the parser says without its quotation of the file: that may be a PIN or a password. */
function jsonFault({ message }: SyntaxError): string {
  return message.replace(/, (?:\.\.\.)?".*"(?:\.\.\.)? is not valid JSON$/s, "");
}

/** Films are named from the provisioning file's own folder. One that is not there yet is the camera's error, not the file's. */
function withAbsoluteFilms(provision: Provision, folder: string): Provision {
  const cameras = provision.cameras.map((camera) =>
    camera.source.startsWith("file:")
      ? { ...camera, source: `file:${resolve(folder, camera.source.replace(/^file:(\/\/)?/, ""))}` }
      : camera,
  );
  return { ...provision, cameras };
}
