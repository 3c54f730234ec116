/**
 * The detector's models: which there are, which one watches, and how another one takes its place. A model is proven on
 * its golden picture beside the one that watches before anything drops, and once more by the eyes after it; the one
 * before stays known, so that one touch brings it back.
 */
import { dirname } from "node:path";
import type { Log } from "./base/log.ts";
import type { Box } from "./box.ts";
import { type Answer, type Asker, noteOf } from "./commands.ts";
import { receiveManifest, receiveModel, weightsFault } from "./detect/add.ts";
import { Candidate, noRoom } from "./detect/candidate.ts";
import { listModels, type ModelEntry } from "./detect/find.ts";
import type { Manifest } from "./detect/manifest.ts";
import { ALARMS, isActive } from "./domain/alarm.ts";
import type { DetectorConfig } from "./domain/config.ts";
import type { DetectorState } from "./domain/eye.ts";
import { told as toldWhy, type Why } from "./domain/reason_code.ts";
import { listedAlarms } from "./domain/supervision.ts";
import type { Tuning } from "./domain/tuning.ts";
import type { Millis } from "./domain/units.ts";
import { workOf } from "./guard.ts";
import { stamp } from "./journal.ts";
import { modelBefore } from "./model_before.ts";
import { ModelTrial, median, type TrialEnd, type TrialView } from "./model_trial.ts";

export interface ListedModel {
  readonly name: string;
  readonly family: Manifest["family"];
  readonly width: number;
  readonly height: number;
  readonly threshold: number;
  readonly licence: string;
  readonly origin: string;
  readonly download: string | null;
  readonly sha256: string;
  readonly bytes: number;
  readonly grade: string;
  readonly quality: string;
  readonly measured: NonNullable<Manifest["measured"]> | null;
  readonly recommended: boolean;
  /** It has a picture whose people are known to be proven on. */
  readonly golden: boolean;
  /** Its weights are there; else there is only its manifest. */
  readonly installed: boolean;
  readonly active: boolean;
  /** It was in force before. */
  readonly previous: boolean;
  /** Milliseconds a picture on this box, the median of the newest; null where it has not run since the start. */
  readonly hereMs: Millis | null;
}

/** Weights on their way here. */
export interface SentWeights {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** How many come, where that is told beforehand. */
  readonly bytes?: number;
}

const KEPT = "detector";
const TIMES_KEPT = 100;
/** Percent of its looking time that a box has left before it measures anything by itself. */
const IDLE_HEADROOM = 20;
const denied = (status: 404 | 409 | 503, detail: string): Answer => ({ ok: false, status, detail });
const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));
export class Models {
  readonly #box: Box;
  readonly #log: Log;
  #now: DetectorConfig | undefined;
  #before: DetectorConfig | undefined;
  #loaded = false;
  #trial: ModelTrial | undefined;
  #fallback: string | undefined;
  #proving = false;
  #times: number[] = [];
  /** Of models that were tried since the start. */
  readonly #tried = new Map<string, Millis>();

  constructor(box: Box, log: Log) {
    this.#box = box;
    this.#log = log;
  }

  /** Reads what was in force before this start, and begins to measure. Never rejects: only the way back is lost. */
  async load(): Promise<void> {
    const { store, cameras } = this.#box;
    cameras.follow((news) => {
      if (news.kind === "detector") this.#noteProvider(news.state);
      if (news.kind !== "observed") return;
      this.#times.push(news.observation.inferenceMs);
      if (this.#times.length > TIMES_KEPT) this.#times.shift();
    });
    try {
      this.#before ??= modelBefore((await store?.kept())?.[KEPT], this.#now?.model);
    } catch (error) {
      this.#log.error({ err: error }, "the model before cannot be read");
    }
    this.#loaded = true;
    this.#keep();
  }

  /** What was asked for and is not had stands on every screen; the record has it by the fact. */
  #noteProvider(state: DetectorState): void {
    const fallback = state.kind === "ready" ? state.fallback : undefined;
    if (state.kind !== "ready" || fallback === this.#fallback) return;
    this.#fallback = fallback;
    this.#box.setFault("provider", fallback);
  }

  /** A configuration goes to work. */
  note(next: DetectorConfig): void {
    this.endTrial("change");
    // What is only shown was never in force, nor what stands where settings cannot be read.
    if (this.#box.demonstration || next.model === "default") return;
    const now = this.#now;
    this.#now = next;
    if (now !== undefined && now.model !== next.model) {
      this.#before = now;
      this.#times = [];
    }
    if (this.#loaded) this.#keep();
  }

  #keep(): void {
    if (this.#now === undefined) return;
    const kept = { now: this.#now, ...(this.#before === undefined ? {} : { before: this.#before }) };
    this.#box.upkeep.keep(KEPT, JSON.stringify(kept));
  }

  /** The model that a rollback brings back. */
  get previous(): string | undefined {
    return this.#before?.model;
  }

  get list(): readonly ListedModel[] {
    return listModels().map((entry) => this.#listed(entry));
  }

  #listed({ manifest, weightsPath }: ModelEntry): ListedModel {
    const { name, family, input, threshold, licence, origin, sha256, bytes, grade, quality } = manifest;
    const active = name === this.#box.guard.model.name;
    return {
      ...{ name, family, width: input.width, height: input.height, threshold, licence, origin },
      download: manifest.download ?? null,
      ...{ sha256, bytes, grade, quality, recommended: manifest.recommended },
      golden: manifest.golden !== undefined,
      measured: manifest.measured ?? null,
      installed: weightsPath !== undefined,
      active,
      previous: name === this.previous,
      hereMs: (active ? median(this.#times) : null) ?? this.#tried.get(name) ?? null,
    };
  }

  get trial(): TrialView | undefined {
    return this.#trial?.view();
  }

  /** Puts another model in force, with the score of its own manifest. */
  async use(model: string, why: Why, asker: Asker): Promise<Answer> {
    return await this.#change({ model }, why, asker);
  }

  /** Puts the one before in force again, with the score that was set for it. */
  async rollBack(why: Why, asker: Asker): Promise<Answer> {
    if (this.#before === undefined)
      return denied(409, "No other model was in force before on this box: choose one of the list");
    return await this.#change(this.#before, why, asker);
  }

  async #change(wanted: DetectorConfig, why: Why, asker: Asker): Promise<Answer> {
    const { guard, demonstration } = this.#box;
    const { provider } = guard.config.detector;
    // What computes belongs to the box and not to a model.
    const to = provider === undefined ? wanted : { ...wanted, provider };
    if (demonstration) return denied(409, "The demonstration runs: end it first, then set up your cameras");
    if (this.#box.store === undefined)
      return denied(503, this.#box.faults[0] ?? "There is no database to store the change in");
    const from = guard.model.name;
    if (to.model === from) return { ok: true };
    const refused = await this.#prove(to);
    if (refused !== undefined) {
      const detail = `${refused.detail}. The box goes on with ${from}`;
      this.#box.journal.tell(
        noteOf(asker, {
          ...{ action: "detector.change-refused", result: "denied", reason: refused.detail },
          ...{ object: { type: "model", id: to.model }, before: { model: from } },
        }),
      );
      return { ...refused, detail };
    }
    const told = toldWhy(`The detector was changed from ${from} to ${to.model}`, why);
    try {
      await this.#box.change((config) => ({ ok: true, config: { ...config, detector: to }, ...told }), asker);
      return { ok: true };
    } catch (error) {
      return denied(503, `Cannot change the detector: ${sentence(error)}`);
    }
  }

  /** Why this detector may not take over now; undefined where it may. */
  async refusal(to: DetectorConfig): Promise<Extract<Answer, { ok: false }> | undefined> {
    return await this.#prove(to);
  }

  /** Whether the model may take over: known, whole, right for the zones, and good on its golden picture. */
  async #prove(to: DetectorConfig): Promise<Extract<Answer, { ok: false }> | undefined> {
    if (this.#proving)
      return { ok: false, status: 409, detail: "Another model is being proven now: wait a minute" };
    this.#proving = true;
    try {
      const { entry, refused } = this.#find(to.model);
      if (entry === undefined) return refused;
      const { model } = workOf({ ...this.#box.guard.config, detector: to }).plan;
      if ("failed" in model) return { ok: false, status: 409, detail: model.failed };
      this.endTrial("change");
      this.#box.calibration.end();
      const full = noRoom();
      if (full !== undefined) return { ok: false, status: 409, detail: full };
      await using _proven = await Candidate.open({ name: to.model, ...entry });
      return undefined;
    } catch (error) {
      return { ok: false, status: 409, detail: sentence(error) };
    } finally {
      this.#proving = false;
    }
  }

  #find(name: string): {
    readonly entry?: { readonly manifestPath: string; readonly weightsPath: string };
    readonly refused?: Extract<Answer, { ok: false }>;
  } {
    const models = listModels();
    const found = models.find(({ manifest }) => manifest.name === name);
    if (found === undefined) {
      const names = models.map(({ manifest }) => manifest.name).join(", ");
      return {
        refused: {
          ok: false,
          status: 404,
          detail: `There is no model "${name}": the models are ${names}`,
        },
      };
    }
    const { manifest, manifestPath, weightsPath } = found;
    if (weightsPath !== undefined) return { entry: { manifestPath, weightsPath } };
    const from = manifest.download === undefined ? "bring them" : `fetch them from ${manifest.download}`;
    const detail = `The weights of "${name}" are missing: ${from}, and install them with npm run palisade -- model add`;
    return { refused: { ok: false, status: 409, detail } };
  }

  /** Counts people with another model in the cameras' pictures, beside the one that watches. */
  try(name: string, minutes: number, asker: Asker): Answer {
    const { guard, cameras, journal } = this.#box;
    if (this.#trial?.running)
      return denied(409, `Model "${this.#trial.view().model}" is being tried now: end that trial first`);
    if (this.#proving) return denied(409, "Another model is being proven now: wait a minute");
    const { entry, refused } = this.#find(name);
    if (entry === undefined) return refused as Answer;
    if (name === guard.model.name) return denied(409, `Model "${name}" watches already: try another one`);
    if (guard.config.cameras.length === 0)
      return denied(409, "There is no camera whose pictures could be looked at: add one first");
    const full = noRoom();
    if (full !== undefined) return denied(409, full);
    const object = { type: "model", id: name };
    journal.tell(noteOf(asker, { action: "detector.trial-begun", object, after: { minutes } }));
    this.#box.calibration.end();
    const watching = this.#endByAlarm();
    this.#trial = ModelTrial.begin({
      ...{ model: { name, ...entry }, against: guard.model.name, minutes, by: asker.id },
      watched: guard.config.cameras.map(({ id, name }) => ({ id, name })),
      ...{ cameras, threshold: guard.rules.threshold },
      onEnd: ({ cameras: counted, ms, why }, end) => {
        watching[Symbol.dispose]();
        if (ms !== null) this.#tried.set(name, ms);
        const actor = end === "person" ? { type: "user", id: asker.id } : { type: "system", id: "palisade" };
        journal.tell({
          ...stamp(),
          ...{ action: "detector.trial-ended", object, actor: actor as { type: "user"; id: string } },
          after: { end, ms, cameras: counted.map(({ newest: _, ...counts }) => counts) },
          ...(why === undefined ? {} : { reason: why }),
        });
      },
    });
    return { ok: true };
  }

  /** People in zones are what a trial is for; anything else that goes wrong is worth more than it. */
  #endByAlarm(): Disposable {
    const active = () =>
      listedAlarms(this.#box.guard.pipeline.state).filter(
        ({ state, definition }) => isActive(state) && !definition.startsWith("zone."),
      );
    const known = new Set(active().map(({ id }) => id));
    return this.#box.onChange((news) => {
      const fresh = news ? active().find(({ id }) => !known.has(id)) : undefined;
      if (fresh !== undefined) this.endTrial("alarm", ALARMS[fresh.definition].text);
    });
  }

  /** Whether one was running. */
  endTrial(end: TrialEnd, why?: string): boolean {
    if (this.#trial?.running !== true) return false;
    this.#trial.end(end, why);
    return true;
  }

  get #watching(): ModelEntry | undefined {
    return listModels().find(({ manifest }) => manifest.name === this.#box.guard.model.name);
  }

  get #busy(): boolean {
    return this.#proving || this.#trial?.running === true;
  }

  /** The model that watches, where there is time to measure it. */
  get idle(): ModelEntry | undefined {
    const { guard, cameras } = this.#box;
    const { detector } = guard.pipeline.state;
    const works = detector.kind === "ready" && (detector.provider ?? "cpu") === "cpu";
    return works && !this.#busy && (cameras.headroom() ?? 100) >= IDLE_HEADROOM ? this.#watching : undefined;
  }

  /** Measures once more how the model that watches uses the processor best. It goes on watching as it does. */
  measure(asker: Asker): Answer {
    const { calibration, guard, journal } = this.#box;
    if (this.#busy || calibration.running)
      return denied(409, "A model is being tried, proven or measured now: wait until that is done");
    const model = this.#watching;
    if (model?.weightsPath === undefined)
      return denied(409, `Model "${guard.model.name}" is not installed: choose another one`);
    const full = noRoom();
    if (full !== undefined) return denied(409, full);
    const object = { type: "model", id: model.manifest.name };
    journal.tell(noteOf(asker, { action: "detector.measure", object }));
    calibration.begin(model);
    return { ok: true };
  }

  noteMeasured(name: string, end: { readonly chosen: Tuning } | { readonly fault: string }): void {
    this.#box.journal.tell({
      ...stamp(),
      ...{ actor: { type: "system", id: "palisade" }, object: { type: "model", id: name } },
      ...("fault" in end
        ? { action: "detector.measure-failed", reason: end.fault }
        : { action: "detector.measured", after: end.chosen }),
    });
  }

  /** Takes the description of a model that nobody knows yet; its weights come after it. */
  async describe(text: string, asker: Asker): Promise<Answer> {
    try {
      const { name, sha256, licence } = await receiveManifest(text);
      const object = { type: "model", id: name };
      this.#box.journal.tell(
        noteOf(asker, { action: "model.described", object, after: { sha256, licence } }),
      );
      return { ok: true };
    } catch (error) {
      return denied(409, sentence(error));
    }
  }

  /** Takes the weights of a known model, as they come. Nothing unproven ever lies under the final name. */
  async receive(name: string, sent: SentWeights, asker: Asker): Promise<Answer> {
    const found = listModels().find(({ manifest }) => manifest.name === name);
    if (found === undefined) return this.#find(name).refused as Answer;
    const { manifest, manifestPath, weightsPath } = found;
    if (weightsPath !== undefined && (await weightsFault(manifest, weightsPath)) === undefined)
      return denied(409, `The weights of "${name}" are installed already, and whole`);
    const { sha256, bytes } = manifest;
    const object = { type: "model", id: name };
    try {
      // Told beforehand, nothing of it has to be read.
      if (sent.bytes !== undefined && sent.bytes !== bytes)
        throw new Error(
          `The weights of "${name}" have ${bytes} bytes, not ${sent.bytes}; send its official file`,
        );
      await receiveModel(manifest, sent.chunks, { folder: dirname(manifestPath) });
    } catch (error) {
      const reason = sentence(error);
      this.#box.journal.tell(noteOf(asker, { action: "model.refused", object, result: "denied", reason }));
      return denied(409, reason);
    }
    this.#box.journal.tell(noteOf(asker, { action: "model.installed", object, after: { sha256, bytes } }));
    return { ok: true };
  }
}
