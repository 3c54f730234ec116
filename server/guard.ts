/**
 * One configuration at work: the guardian, the eyes and the pipeline between them. A changed configuration is a
 * new guard; nothing here is ever reconfigured.
 */
import { monotonicMs, wait } from "./base/clock.ts";
import type { Log } from "./base/log.ts";
import { Eyes } from "./camera/eyes.ts";
import { Pictures } from "./camera/pictures.ts";
import { type FoundModel, resolveModel } from "./detect/find.ts";
import type { Config } from "./domain/config.ts";
import type { EyeReport } from "./domain/eye.ts";
import type { Fact } from "./domain/fact.ts";
import type { GuardianConfig } from "./domain/relay.ts";
import { compileRules, type Rules } from "./domain/rules.ts";
import type { Supervision } from "./domain/supervision.ts";
import type { CameraId } from "./domain/units.ts";
import { KEEP_SHARE } from "./domain/zone.ts";
import { Pipeline } from "./pipeline.ts";
import { LEASE_MS, RelayLink } from "./relay/link.ts";

export interface GuardOptions {
  readonly config: Config;
  readonly dataFolder: string;
  readonly tell: (facts: readonly Fact[], state: Supervision) => void;
  readonly broken: (error: unknown, part: "rules" | "listener") => void;
  readonly log: Log;
}

/** Score from which a detection counts where there is no model to say. */
const FALLBACK_THRESHOLD = 0.45;
/** How long a shutdown waits to see the drop it ordered; the drop itself waits for nothing. */
const READ_BACK_MS = 200;
const OBSERVATIONS_KEPT = 1_000;

/** What the guardian must know of a configuration; also what `outputs drop` works from. */
export function guardianConfig(config: Config, dataFolder: string): GuardianConfig {
  return {
    dataFolder,
    leaseMs: LEASE_MS,
    boards: config.boards.map(({ id, driver, channels }) => ({ id, driver, channels })),
    outputs: config.outputs.map(({ id, board, channel, role }) => ({
      id,
      board,
      channel,
      permit: role === "run-permit",
    })),
  };
}

function findModel(name: string): FoundModel {
  try {
    return resolveModel(name);
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) };
  }
}

export class Guard implements AsyncDisposable {
  readonly config: Config;
  readonly rules: Rules;
  readonly pipeline: Pipeline;
  readonly pictures = new Pictures();
  readonly model: { readonly name: string; readonly grade: string; readonly quality: string };
  readonly #relay: RelayLink;
  readonly #eyes: Eyes;
  /** Of each camera's last 1,000 observations: did it show somebody in a zone? */
  readonly #anomalies = new Map<CameraId, boolean[]>();

  constructor(options: GuardOptions) {
    const { config, log } = options;
    this.config = config;
    const found = findModel(config.detector.model);
    const threshold =
      config.detector.threshold ?? (found.ok ? found.model.manifest.threshold : FALLBACK_THRESHOLD);
    this.rules = compileRules(config, threshold);
    this.model = found.ok
      ? {
          name: found.model.manifest.name,
          grade: found.model.manifest.grade,
          quality: found.model.manifest.quality,
        }
      : { name: config.detector.model, grade: "Not loaded", quality: "No model is loaded" };
    this.#relay = RelayLink.open({
      config: guardianConfig(config, options.dataFolder),
      onChange: (state) => this.pipeline?.feed({ kind: "relay", state }),
      log: log.child({ part: "relay" }),
    });
    this.pipeline = new Pipeline({
      rules: this.rules,
      outputs: this.#relay,
      now: monotonicMs,
      tell: options.tell,
      broken: options.broken,
    });
    this.#eyes = Eyes.open({
      cameras: config.cameras.map(({ id, source, fps, transport }) => ({ id, source, fps, transport })),
      model: found.ok
        ? {
            manifestPath: found.model.manifestPath,
            weightsPath: found.model.weightsPath,
            keepThreshold: threshold * KEEP_SHARE,
          }
        : { failed: found.why },
      onReport: (report) => this.#take(report),
      log: log.child({ part: "eyes" }),
    });
    this.pipeline.start();
    this.pipeline.feed({ kind: "relay", state: this.#relay.state });
  }

  #take(report: EyeReport): void {
    switch (report.kind) {
      case "observed": {
        const { observation } = report;
        this.pipeline.feed({ kind: "observed", observation });
        this.#count(observation.camera);
        break;
      }
      case "camera":
        this.pipeline.feed({ kind: "camera", camera: report.camera, state: report.state });
        break;
      case "detector":
        this.pipeline.feed({ kind: "detector", state: report.state });
        break;
      case "counts":
        this.pictures.count(report.camera, report.counts.captured, report.counts.fps30s);
        break;
      case "picture":
        this.pictures.put(report);
        break;
      default:
        report satisfies never;
    }
  }

  #count(camera: CameraId): void {
    const seen = this.#anomalies.get(camera) ?? [];
    const { verdicts } = this.pipeline.state;
    const occupied = this.rules.zones.some((zone) => {
      const verdict = verdicts.get(zone.id)?.verdict;
      return zone.camera === camera && (verdict === "stop" || verdict === "warn");
    });
    seen.push(occupied);
    if (seen.length > OBSERVATIONS_KEPT) seen.shift();
    this.#anomalies.set(camera, seen);
  }

  /** How many of the camera's last 1,000 looked-at frames had somebody in a zone. */
  anomaliesLast1k(camera: CameraId): number {
    return (this.#anomalies.get(camera) ?? []).filter(Boolean).length;
  }

  start(camera: CameraId): void {
    this.#eyes.start(camera);
  }

  stop(camera: CameraId): void {
    this.#eyes.stop(camera);
  }

  /** Drops every output at once and for good; the rest of the guard still has to be disposed. */
  drop(): void {
    this.pipeline.feed({ kind: "shutdown" });
  }

  /** Ends the guardian, orderly, with every output dropped, and read back so for the record. */
  async releaseOutputs(): Promise<void> {
    const deadline = monotonicMs() + READ_BACK_MS;
    while (!this.#allReadBackDropped() && monotonicMs() < deadline) await wait(5);
    this.pipeline[Symbol.dispose]();
    await this.#relay[Symbol.asyncDispose]();
  }

  #allReadBackDropped(): boolean {
    const { relay } = this.pipeline.state;
    if (relay.kind === "lost") return true; // nothing will come; the link makes certain by itself
    return Object.values(relay.report.outputs).every(({ readback }) => readback === "dropped");
  }

  /** Ends the cameras and the detector. */
  async closeEyes(): Promise<void> {
    await this.#eyes[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.drop();
    await Promise.all([this.releaseOutputs(), this.closeEyes()]);
  }
}
