/** Which options the installed ffmpeg knows, by its version: asked once for each program file. */
import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { promisify } from "node:util";

/** What differs between the versions of ffmpeg. */
export interface FfmpegDialect {
  /** The socket time-out of RTSP. In 4.x `-timeout` means seconds, and waits for a camera to call. */
  readonly timeout: "-timeout" | "-stimeout";
  /** Hands every frame on as it comes. */
  readonly passthrough: "-fps_mode" | "-vsync";
  /** Whether a source and its options can be read from stdin, where no process list shows them. */
  readonly script: boolean;
  /** Whether `showinfo` can leave out its checksum, which reads the whole picture. */
  readonly plainShowinfo: boolean;
}

export type FoundDialect =
  | { readonly ok: true; readonly version: string; readonly dialect: FfmpegDialect }
  /** `passing`: the next try may find it, as where the box was too busy to start it. */
  | { readonly ok: false; readonly why: string; readonly passing: boolean };

/** ffmpeg 5.1 and later. */
export const NEWEST_DIALECT: FfmpegDialect = {
  timeout: "-timeout",
  passthrough: "-fps_mode",
  script: true,
  plainShowinfo: true,
};
const DIALECT_5_0: FfmpegDialect = { ...NEWEST_DIALECT, passthrough: "-vsync" };
const DIALECT_4: FfmpegDialect = {
  timeout: "-stimeout",
  passthrough: "-vsync",
  script: false,
  plainShowinfo: false,
};
const ANSWER_MS = 5_000;
const CURE = "install ffmpeg 5.1 or later, or set FFMPEG_PATH";

/** Reads what `ffmpeg -version` says. A development build has no number and counts as the newest. */
export function dialectOf(path: string, text: string): FoundDialect {
  const version = /^ffmpeg version (\S+)/.exec(text)?.[1];
  if (version === undefined)
    return { ok: false, why: `Cannot use ffmpeg: ${path} is no ffmpeg; ${CURE}`, passing: false };
  const numbers = /^n?(\d+)\.(\d+)/.exec(version);
  if (numbers === null) return { ok: true, version, dialect: NEWEST_DIALECT };
  const [major, minor] = [Number(numbers[1]), Number(numbers[2])];
  if (major < 4)
    return { ok: false, why: `Cannot use ffmpeg: version ${version} is too old; ${CURE}`, passing: false };
  const dialect = major === 4 ? DIALECT_4 : major === 5 && minor === 0 ? DIALECT_5_0 : NEWEST_DIALECT;
  return { ok: true, version, dialect };
}

/** One answer for each path; a program that was replaced has another time of change. */
const known = new Map<string, { readonly changedAt: number; readonly answer: Promise<FoundDialect> }>();

async function ask(path: string): Promise<FoundDialect> {
  try {
    const { stdout } = await promisify(execFile)(path, ["-version"], {
      timeout: ANSWER_MS,
      killSignal: "SIGKILL",
    });
    return dialectOf(path, stdout);
  } catch (error) {
    known.delete(path);
    const { message, killed, code } = error as Error & { killed?: boolean; code?: string | number };
    const passing = killed === true || code === "EAGAIN" || code === "ENOMEM";
    const why = killed === true ? `no answer within ${ANSWER_MS / 1_000} s` : message.split("\n", 1)[0];
    const cure = passing ? "trying again" : CURE;
    return { ok: false, why: `Cannot use ffmpeg: ${path} cannot be run (${why}); ${cure}`, passing };
  }
}

/** Never throws. */
export async function ffmpegDialect(path: string): Promise<FoundDialect> {
  const changedAt = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  const before = known.get(path);
  if (before?.changedAt === changedAt) return await before.answer;
  const answer = ask(path);
  known.set(path, { changedAt, answer });
  return await answer;
}
