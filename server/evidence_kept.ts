/** What is kept of events: the frame that tripped, and the clip around it. Told after outputs, record and screens. */
import type { Log } from "./base/log.ts";
import type { Cameras } from "./camera/cameras.ts";
import { Clips } from "./clips.ts";
import type { Config } from "./domain/config.ts";
import type { Fact } from "./domain/fact.ts";
import type { Rules } from "./domain/rules.ts";
import type { Supervision } from "./domain/supervision.ts";
import type { Journal } from "./journal.ts";
import { StopPictures } from "./stop_pictures.ts";

export interface EvidenceOptions {
  readonly dataFolder: string;
  readonly cameras: Pick<Cameras, "pictures">;
  readonly config: () => Config;
  readonly journal: Journal;
  readonly log: Log;
}

export class Evidence implements AsyncDisposable {
  readonly pictures: StopPictures;
  readonly clips: Clips;

  constructor({ cameras: { pictures }, config, log, ...options }: EvidenceOptions) {
    this.pictures = new StopPictures({
      ...{ ...options, pictures, config: () => config().record.pictures },
      log: log.child({ part: "pictures" }),
    });
    this.clips = new Clips({
      ...{ ...options, pictures, config: () => config().record.clips },
      cameras: () => config().cameras.length,
      log: log.child({ part: "clips" }),
    });
  }

  /** Never waits, never throws. */
  take(facts: readonly Fact[], state: Supervision, rules: Rules): void {
    this.pictures.take(facts, state, rules);
    this.clips.take(facts, state, rules);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.pictures[Symbol.asyncDispose](), this.clips[Symbol.asyncDispose]()]);
  }
}
