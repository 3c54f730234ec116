/** Where ffmpeg is, and what its endings mean. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { redact } from "../base/log.ts";
import type { CameraFault } from "../domain/camera.ts";
import type { CameraOrder } from "../domain/eye.ts";
import { redactSource } from "../domain/source.ts";
import { filePath, type SourceKind, sourceKind } from "./args.ts";

export type FoundFfmpeg =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly why: string };

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const STATIC_FFMPEG = join(import.meta.dirname, "../../node_modules/ffmpeg-static/ffmpeg");

/** FFMPEG_PATH, then the ffmpeg-static package's file, then the PATH. Never throws. */
export function findFfmpeg(env: Readonly<Record<string, string | undefined>> = process.env): FoundFfmpeg {
  const told = env.FFMPEG_PATH;
  if (told !== undefined && told !== "") {
    return isProgram(told)
      ? { ok: true, path: told }
      : {
          ok: false,
          why: `Cannot run ffmpeg: FFMPEG_PATH names "${told}", which is no program; correct or unset it`,
        };
  }
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const path = [STATIC_FFMPEG, ...folders.map((folder) => join(folder, "ffmpeg"))].find(isProgram);
  return path === undefined
    ? { ok: false, why: "Cannot find ffmpeg: install it (apt install ffmpeg) or set FFMPEG_PATH" }
    : { ok: true, path };
}

/** How a run of ffmpeg ended, as the shell saw it. */
export interface FfmpegEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** The last lines of stderr, oldest first. */
  readonly stderr: readonly string[];
  /** Whether a picture had come before. */
  readonly ran: boolean;
}

export interface Ending {
  readonly why: CameraFault;
  /** One sentence, without credentials. */
  readonly message: string;
}

interface Rule {
  readonly pattern: RegExp;
  readonly why: CameraFault;
  readonly detail: string;
  readonly only?: SourceKind;
}

/** The first rule that matches decides. Texts as ffmpeg 5.1 prints them. */
const RULES: readonly Rule[] = [
  {
    pattern: /\b401 Unauthorized/,
    why: "refused",
    detail: "server answered 401; check the user and the password",
  },
  {
    pattern: /\b403 Forbidden/,
    why: "refused",
    detail: "server answered 403; give this user the right to view",
  },
  {
    pattern: /\b404 Not Found/,
    why: "refused",
    detail: "server answered 404; check the path of the address",
  },
  {
    pattern: /\b461 Unsupported/,
    why: "refused",
    detail: "it does not send in this way; choose the other of TCP and UDP",
  },
  {
    pattern: /\b(453|503) /,
    why: "lost",
    detail: "it has no session free; end another viewer of it",
  },
  {
    pattern: /No such file or directory/,
    why: "refused",
    detail: "the file is missing; check its path",
    only: "file",
  },
  {
    pattern: /No such (file or directory|device)/,
    why: "lost",
    detail: "the device is not there; check its plug",
    only: "device",
  },
  {
    pattern: /Permission denied/,
    why: "refused",
    detail: "permission denied; give this user the right to read it",
  },
  { pattern: /Is a directory/, why: "refused", detail: "it is a folder; name a video file" },
  {
    pattern: /Device or resource busy/,
    why: "lost",
    detail: "another program holds the device; end that program",
  },
  {
    pattern:
      /Protocol not found|not found for input|Option .* not found|Unrecognized option|Unknown (decoder|encoder|input format)|[Dd]ecoder .*not found|No such filter|Unknown input format/,
    why: "unsupported",
    detail: "this ffmpeg cannot read it; install ffmpeg 5.1 or later, or set the camera to H.264",
  },
  {
    pattern: /matches no streams|does not contain any stream|Could not find codec parameters/,
    why: "unsupported",
    detail: "it holds no video that can be read; set the camera to H.264",
  },
  {
    pattern: /Invalid data found|moov atom not found/,
    why: "unsupported",
    detail: "it is no video file; choose another file",
    only: "file",
  },
  // A camera that accepts and stays silent ends like this too, so a person need not come for it.
  {
    pattern: /Invalid data found/,
    why: "lost",
    detail: "no video came; check its power, network and address",
  },
  {
    pattern: /Connection refused/,
    why: "lost",
    detail: "the connection was refused; check the camera and its port",
  },
  {
    pattern: /No route to host|Network is unreachable/,
    why: "lost",
    detail: "no route to it; check the network",
  },
  {
    pattern: /Failed to resolve|Name or service not known|Temporary failure in name/,
    why: "lost",
    detail: "its name cannot be resolved; check the address",
  },
  { pattern: /Connection timed out/, why: "lost", detail: "it does not answer; check its power and network" },
];

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a percent sign that stands for itself
  }
}

/** The line without addresses' credentials, wherever ffmpeg put them. It knows the source as its stdin. */
function cleaned(line: string, source: string): string {
  const shown = (): string => redactSource(source);
  let text = line.replace(/\bpipe:0\b/, shown).replaceAll(source, shown);
  const password = URL.canParse(source) ? new URL(source).password : "";
  if (password.length >= 3) {
    for (const secret of [password, decoded(password)]) text = text.replaceAll(secret, "***");
  }
  return redact(text)
    .replace(/^(\[[^\]]*\] ?)+/, "")
    .trim()
    .replace(/\.$/, "");
}

/** Says why a camera's ffmpeg ended. Exit code 0 on a live camera means lost: nobody asked it to end. */
export function classifyEnding(order: CameraOrder, end: FfmpegEnd): Ending {
  const text = end.stderr.join("\n");
  const kind = sourceKind(order.source);
  const opening = end.ran ? `Camera "${order.id}" was lost` : `Cannot open camera "${order.id}"`;
  // Rules are for openings: in a running stream a stray line on stderr must not make a fault a person's work.
  const rule = end.ran
    ? undefined
    : RULES.find((each) => each.pattern.test(text) && (each.only === undefined || each.only === kind));
  if (rule !== undefined) {
    const method = /method (\w+) failed/.exec(text)?.[1];
    const detail = method === undefined ? rule.detail : rule.detail.replace(/(\d{3});/, `$1 to ${method};`);
    const place = kind === "file" ? ` (${filePath(order.source)})` : "";
    return { why: rule.why, message: `${opening}: ${detail}${place}` };
  }
  if (end.signal !== null) return { why: "lost", message: `${opening}: ffmpeg was ended by ${end.signal}` };
  if (end.ran && kind === "device")
    return { why: "lost", message: `${opening}: the device sends no more; check its plug` };
  const last = cleaned(end.stderr.at(-1) ?? "", order.source);
  const detail = end.code === 0 || last === "" ? "the connection was closed" : last;
  return { why: "lost", message: `${opening}: ${detail}` };
}
