/** What is kept of events: the frame that tripped, and the clip around it; and what zones were drawn on. Told after outputs, record and screens. */
import type { Log } from "./base/log.ts";
import type { Cameras } from "./camera/cameras.ts";
import { Clips } from "./clips.ts";
import type { Config } from "./domain/config.ts";
import type { Fact } from "./domain/fact.ts";
import type { Rules } from "./domain/rules.ts";
import type { Supervision } from "./domain/supervision.ts";
import type { Journal } from "./journal.ts";
import { StopPictures } from "./stop_pictures.ts";
import { ZonePictures } from "./zone_pictures.ts";

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
  readonly zonePictures: ZonePictures;

  constructor({ cameras: { pictures }, config, log, ...options }: EvidenceOptions) {
    this.pictures = new StopPictures({
      ...{ ...options, pictures, config: () => config().record.pictures },
      keepFreeBytes: () => config().record.clips.keepFreeMegabytes * 1e6,
      others: () => this.clips.mayGo(),
      log: log.child({ part: "pictures" }),
    });
    this.clips = new Clips({
      ...{ ...options, pictures, config: () => config().record.clips },
      cameras: () => config().cameras.length,
      others: () => this.pictures.mayGo(),
      log: log.child({ part: "clips" }),
    });
    this.zonePictures = new ZonePictures({ ...options, pictures, log: log.child({ part: "pictures" }) });
  }

  /** Never waits, never throws. */
  take(facts: readonly Fact[], state: Supervision, rules: Rules): void {
    this.pictures.take(facts, state, rules);
    this.clips.take(facts, state, rules);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { pictures, clips, zonePictures } = this;
    await Promise.all([pictures, clips, zonePictures].map((kept) => kept[Symbol.asyncDispose]()));
  }
}
