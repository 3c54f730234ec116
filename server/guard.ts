/**
 * One configuration at work: the guardian, the rules and the pipeline between them. A changed configuration is a
 * new guard; nothing here is ever reconfigured. The cameras go on beneath it.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { monotonicMs, wait, wallMs } from "./base/clock.ts";
import { writeAtomic } from "./base/files.ts";
import type { Log } from "./base/log.ts";
import { TimeSync } from "./base/time_sync.ts";
import type { CameraNews, Cameras, CamerasPlan } from "./camera/cameras.ts";
import { type FoundModel, resolveModel } from "./detect/find.ts";
import type { BoardConfig, Config } from "./domain/config.ts";
import type { Fact } from "./domain/fact.ts";
import type { GuardianBoard, GuardianConfig } from "./domain/relay.ts";
import { compileRules, type Rules } from "./domain/rules.ts";
import type { Maintenance, Past, Supervision } from "./domain/supervision.ts";
import type { CameraId } from "./domain/units.ts";
import { KEEP_SHARE } from "./domain/zone.ts";
import { Pipeline } from "./pipeline.ts";
import { dropList } from "./relay/drop_list.ts";
import { LEASE_MS, RelayLink } from "./relay/link.ts";

/** A configuration with what follows from it: rules, model, and what the cameras are to do. */
export interface Work {
  readonly config: Config;
  readonly rules: Rules;
  readonly model: { readonly name: string; readonly grade: string; readonly quality: string };
  readonly plan: CamerasPlan;
}

export interface GuardOptions {
  readonly work: Work;
  /** They outlive the guard. */
  readonly cameras: Cameras;
  readonly dataFolder: string;
  readonly past: Past;
  /** What is due and worn now. */
  readonly maintenance: () => Maintenance;
  readonly tell: (facts: readonly Fact[], state: Supervision) => void;
  readonly broken: (error: unknown, part: "rules" | "listener") => void;
  readonly log: Log;
}

/** Score from which a detection counts where there is no model to say. */
const FALLBACK_THRESHOLD = 0.45;
/** How long a shutdown waits to see the drop it ordered; the drop itself waits for nothing. */
const READ_BACK_MS = 200;
/** Schedules go by the minute. */
const CLOCK_MS = 1_000;
/** Tests come due by the day. */
const LOOK_AFTER_MS = 60_000;

/** Without what concerns people alone. */
function guardianBoard({ acceptNoDeadMan: _, ratedOperations: __, ...board }: BoardConfig): GuardianBoard {
  const told = Object.entries(board).filter(([, value]) => value !== undefined);
  return Object.fromEntries(told) as unknown as GuardianBoard;
}

/** The boards whose inputs take zones out of the rules. */
function conditionBoards({ zones }: Config): Pick<GuardianConfig, "conditions"> {
  const conditions = [...new Set(zones.flatMap(({ condition }) => condition?.board ?? []))];
  return conditions.length === 0 ? {} : { conditions };
}

/** What the guardian must know of a configuration; also what `outputs drop` works from. */
export function guardianConfig(config: Config, dataFolder: string): GuardianConfig {
  return {
    dataFolder,
    leaseMs: LEASE_MS,
    boards: config.boards.map(guardianBoard),
    outputs: config.outputs.map(({ id, board, channel, role, second, feedback }) => ({
      id,
      board,
      channel,
      permit: role === "run-permit",
      ...(second === undefined ? {} : { second }),
      ...(feedback === undefined ? {} : { feedback }),
    })),
    ...conditionBoards(config),
  };
}

/** What a guardian-less shell and the next start need to drop the boards, without a database. */
export const BOARDS_FILE = "boards.json";
/** The same for systemd/palisade-drop, which has no Node either. */
const DROP_LIST_FILE = "drop.list";

/**
 * Writes down which boards there are before they are driven, so that the next start can drop them whatever
 * happens to this one. Both files may hold passwords of boards: they are for their owner only. Returns a sentence
 * where that fails.
 */
export async function rememberBoards(config: Config, dataFolder: string): Promise<string | undefined> {
  const known = guardianConfig(config, dataFolder);
  try {
    await writeAtomic(join(dataFolder, DROP_LIST_FILE), dropList(known));
    await writeAtomic(join(dataFolder, BOARDS_FILE), JSON.stringify(known));
    return undefined;
  } catch (error) {
    return `Cannot write down the boards in "${dataFolder}": ${(error as Error).message}; check the disk`;
  }
}

/** What was written down last. Rejects where that cannot be read. */
export async function knownBoards(dataFolder: string): Promise<GuardianConfig> {
  return JSON.parse(await readFile(join(dataFolder, BOARDS_FILE), "utf8")) as GuardianConfig;
}

function findModel(name: string): FoundModel {
  try {
    return resolveModel(name);
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) };
  }
}

/** Where a zone looks for what the model does not know, nothing would ever be found in it. */
function checkClasses(found: FoundModel, { zones }: Config): FoundModel {
  if (!found.ok) return found;
  const { name, classes } = found.model.manifest;
  for (const zone of zones) {
    const unknown = zone.classes?.find((wanted) => !classes.some(({ label }) => label === wanted));
    if (unknown === undefined) continue;
    const known = [...new Set(classes.map(({ label }) => label))].join(", ");
    const why = `Zone "${zone.name}" looks for "${unknown}", and model "${name}" knows ${known}; correct the zone or choose another model`;
    return { ok: false, why };
  }
  return found;
}

/** Works out a configuration. Never throws: a model that cannot be had is told as failed. */
export function workOf(config: Config): Work {
  const found = checkClasses(findModel(config.detector.model), config);
  const threshold =
    config.detector.threshold ?? (found.ok ? found.model.manifest.threshold : FALLBACK_THRESHOLD);
  const rules = compileRules(config, threshold);
  if (!found.ok) {
    const model = { name: config.detector.model, grade: "Not loaded", quality: "No model is loaded" };
    return { config, rules, model, plan: { config, model: { failed: found.why }, threshold } };
  }
  const { manifest, manifestPath, weightsPath } = found.model;
  const { name, grade, quality } = manifest;
  const { provider } = config.detector;
  const model = {
    ...{ manifestPath, weightsPath, keepThreshold: threshold * KEEP_SHARE },
    ...(provider === undefined ? {} : { provider }),
  };
  return { config, rules, model: { name, grade, quality }, plan: { config, model, threshold } };
}

export class Guard implements AsyncDisposable {
  readonly config: Config;
  readonly rules: Rules;
  readonly pipeline: Pipeline;
  readonly model: Work["model"];
  readonly #cameras: Cameras;
  readonly #relay: RelayLink;
  readonly #news: Disposable;
  readonly #maintenance: () => Maintenance;
  readonly #lookingAfter: NodeJS.Timeout;
  readonly #clock: Disposable | undefined;

  constructor(options: GuardOptions) {
    const { work, cameras, log } = options;
    this.config = work.config;
    this.rules = work.rules;
    this.model = work.model;
    this.#cameras = cameras;
    this.#relay = RelayLink.open({
      config: guardianConfig(work.config, options.dataFolder),
      onChange: (state) => this.pipeline?.feed({ kind: "relay", state }),
      log: log.child({ part: "relay" }),
    });
    this.pipeline = new Pipeline({
      rules: this.rules,
      outputs: this.#relay,
      now: monotonicMs,
      past: options.past,
      tell: options.tell,
      broken: options.broken,
    });
    this.pipeline.start();
    this.pipeline.feed({ kind: "relay", state: this.#relay.state });
    this.#maintenance = options.maintenance;
    this.#lookingAfter = setInterval(() => this.lookAfter(), LOOK_AFTER_MS);
    this.lookAfter();
    if (this.rules.zones.some(({ schedule }) => schedule !== undefined)) this.#clock = this.#tellClock();
    this.#news = cameras.follow((news) => this.#take(news));
  }

  /** Tells the rules what is due and worn: every minute, and when that has changed. */
  lookAfter(): void {
    this.pipeline.feed({ kind: "maintenance", ...this.#maintenance() });
  }

  /** Only schedules go by the wall clock, so only they are told of it. */
  #tellClock(): Disposable {
    const sync = new TimeSync();
    const tell = (): void => {
      const wallAt = wallMs();
      this.pipeline.feed({ kind: "clock", wallAt, trusted: sync.trusts(wallAt, monotonicMs()) });
    };
    tell();
    const timer = setInterval(tell, CLOCK_MS);
    return {
      [Symbol.dispose]: () => {
        clearInterval(timer);
        sync[Symbol.dispose]();
      },
    };
  }

  #take(news: CameraNews): void {
    this.pipeline.feed(news);
    if (news.kind === "observed") this.#count(news.observation.camera);
  }

  #count(camera: CameraId): void {
    const { verdicts } = this.pipeline.state;
    const occupied = this.rules.zones.some((zone) => {
      const verdict = verdicts.get(zone.id)?.verdict;
      return zone.camera === camera && (verdict === "stop" || verdict === "warn");
    });
    this.#cameras.counters.looked(camera, occupied, wallMs());
  }

  /** Drops every output at once and for good; the rest of the guard still has to be disposed. */
  drop(): void {
    this.pipeline.feed({ kind: "shutdown" });
  }

  /** Ends the guardian, orderly, with every output dropped, and read back so for the record. */
  async releaseOutputs(): Promise<void> {
    const deadline = monotonicMs() + READ_BACK_MS;
    while (!this.#allReadBackDropped() && monotonicMs() < deadline) await wait(5);
    this.#news[Symbol.dispose]();
    clearInterval(this.#lookingAfter);
    this.#clock?.[Symbol.dispose]();
    this.pipeline[Symbol.dispose]();
    await this.#relay[Symbol.asyncDispose]();
  }

  #allReadBackDropped(): boolean {
    const { relay } = this.pipeline.state;
    if (relay.kind === "lost") return true; // nothing will come; the link makes certain by itself
    return Object.values(relay.report.outputs).every(({ readback }) => readback === "dropped");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.drop();
    await this.releaseOutputs();
  }
}
