/** Since which version each member of the configuration is what it is. */
import type { VersionRow } from "./protocol.ts";

/** Since when a member of the configuration is what it is; nothing where there is no version. */
export interface Origin {
  readonly path: string;
  readonly since?: Pick<VersionRow, "version" | "wallAt" | "author"> & {
    /** The version before had another value there, not none. */
    readonly replaced: boolean;
  };
}

export interface VersionBody extends Pick<VersionRow, "version" | "wallAt" | "author"> {
  readonly body: string;
}

/** A body that is damaged has none of its members. */
function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** As text that can be compared: bodies are canonical. Undefined where it is not there. */
function memberText(body: unknown, path: string): string | undefined {
  let at = body;
  for (const member of path.split("."))
    at = typeof at === "object" && at !== null ? (at as Record<string, unknown>)[member] : undefined;
  return at === undefined ? undefined : JSON.stringify(at);
}

/** @param newestFirst the versions that are looked through */
export function originsIn(newestFirst: readonly VersionBody[], paths: readonly string[]): readonly Origin[] {
  const bodies = newestFirst.map(({ body }) => bodyOf(body));
  const [newest] = bodies;
  return paths.map((path) => {
    const now = memberText(newest, path);
    const changed = bodies.findIndex((body) => memberText(body, path) !== now);
    const at = newestFirst[changed < 0 ? newestFirst.length - 1 : changed - 1];
    if (at === undefined) return { path };
    const { version, wallAt, author } = at;
    const wasThere = changed >= 0 && memberText(bodies[changed], path) !== undefined;
    return { path, since: { version, wallAt, author, replaced: wasThere } };
  });
}
