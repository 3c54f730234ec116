/**
 * The version a box starts with: the newest, or where that cannot be read, understood, put to work or lived with, the newest one
 * that can. Everything starts dropped in any case; which version it is stands on the screen and in the trail.
 */
import { monotonicMs, wallMs } from "./base/clock.ts";
import type { Log } from "./base/log.ts";
import type { Config } from "./domain/config.ts";
import { workOf } from "./guard.ts";
import type { CrashLoop, Starts } from "./starts.ts";
import type { CurrentConfig, Store } from "./store/store.ts";

export interface Standing {
  /** Undefined on a new box, and where no version works. */
  readonly current: CurrentConfig | undefined;
  /** Why it is not the newest; one sentence with the cure. */
  readonly fault?: string;
  /** An earlier version is in force. */
  readonly fellBack?: true;
  readonly passedOver?: CrashLoop;
}

const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Never rejects.
 * @param prove throws where no guard could be built of a configuration
 * @param starts how the starts so far ended: a version that kills the box is not tried again
 */
export async function lastGood(
  store: Store,
  log: Log,
  prove: (config: Config) => unknown = workOf,
  starts?: Pick<Starts, "crashLoop">,
): Promise<Standing> {
  let newest: number;
  try {
    newest = (await store.versions({ limit: 1 }))[0]?.version ?? 0;
  } catch (error) {
    return failed(log, sentence(error));
  }
  const loop = starts?.crashLoop(newest);
  let why = loop?.why ?? "";
  for (let number = loop?.good ?? newest; number > 0; number--) {
    try {
      const current = await store.version(number);
      if (current === undefined) continue;
      prove(current.config);
      if (number === newest) return { current };
      // What was only shown never guarded anything.
      if (current.demonstration) continue;
      const standing = await fallenBack(store, log, { current, newest, why });
      return loop === undefined ? standing : { ...standing, passedOver: loop };
    } catch (error) {
      log.error({ err: error, version: number }, "version cannot be used");
      if (why === "") why = sentence(error);
    }
  }
  return newest === 0 ? { current: undefined } : failed(log, why);
}

function failed(log: Log, why: string): Standing {
  log.error({ why }, "settings cannot be read");
  return { current: undefined, fault: `The settings cannot be read: ${why}` };
}

interface Fall {
  readonly current: CurrentConfig;
  readonly newest: number;
  readonly why: string;
}

async function fallenBack(store: Store, log: Log, { current, newest, why }: Fall): Promise<Standing> {
  const { version } = current;
  const fault = `Version ${version} of the settings is in force instead of version ${newest}: ${why}. Look under Versions, and put one in force before the machine runs`;
  try {
    await store.appendAudit({
      action: "config.fell-back",
      actor: { type: "system", id: "palisade" },
      object: { type: "config", id: String(version) },
      before: { version: newest },
      after: { version },
      reason: why,
      monoMs: monotonicMs(),
      wallAt: wallMs(),
    });
  } catch (error) {
    log.error({ err: error }, "the fall back to an earlier version could not be recorded");
  }
  return { current, fault, fellBack: true };
}
