/** A stored configuration as the box can use it: brought to today's shape, and held against today's rules. */
import { type Config, parseProvision } from "../domain/config.ts";
import { inTodaysShape } from "../domain/config_shape.ts";
import type { StoredConfig } from "./protocol.ts";
import type { CurrentConfig } from "./store.ts";

/** The configuration of a stored body. Throws a sentence that lacks its subject. */
export function configIn({ body, shape }: Pick<StoredConfig, "body" | "shape">): Config {
  const parsed = parseProvision(inTodaysShape(jsonIn(body), shape));
  if (!parsed.ok) {
    const { path, message } = parsed.errors[0] ?? { path: "(file)", message: "is wrong" };
    throw new Error(`is wrong today: ${path} ${message}; provision the box again`);
  }
  const { users: _, ...config } = parsed.value;
  return config;
}

/** The parser's own words repeat the text, which may hold a password. */
function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Error("is damaged; provision the box again");
  }
}

/** Throws a sentence where it cannot be understood. */
export function usable(stored: StoredConfig): CurrentConfig {
  const { version, demonstration, provisionHash } = stored;
  let config: Config;
  try {
    config = configIn(stored);
  } catch (error) {
    throw new Error(`Cannot use configuration ${version}: it ${(error as Error).message}`);
  }
  const locked = new Map(stored.locked.map(({ about, why }) => [about, why]));
  return {
    version,
    config,
    demonstration,
    ...(provisionHash === null ? {} : { provisionHash }),
    ...(locked.size === 0 ? {} : { locked }),
  };
}
