/** What a person may ask of cameras: starting, stopping, counting anew, taking what is seen for the reference. */
import { monotonicMs, wallMs } from "./base/clock.ts";
import type { Cameras } from "./camera/cameras.ts";
import type { Taken } from "./camera/scenes.ts";
import { type Asker, noteOf } from "./commands.ts";
import type { CameraId } from "./domain/units.ts";
import type { Guard } from "./guard.ts";
import type { Journal } from "./journal.ts";

export interface CameraCommandsOptions {
  /** The one at work now. */
  readonly guard: () => Guard;
  readonly cameras: Cameras;
  readonly journal: Journal;
}

export class CameraCommands {
  readonly #guard: () => Guard;
  readonly #cameras: Cameras;
  readonly #journal: Journal;

  constructor({ guard, cameras, journal }: CameraCommandsOptions) {
    this.#guard = guard;
    this.#cameras = cameras;
    this.#journal = journal;
  }

  /** Starts cameras that are stopped, tries those in error again at once; the others answer that they run already. */
  start(ids: readonly CameraId[], asker: Asker): Record<CameraId, string> {
    return this.#each(ids, (id) => {
      const kind = this.#guard().pipeline.state.cameras.get(id)?.state.kind ?? "idle";
      // A report from before its stop may still say that it runs.
      if ((kind === "starting" || kind === "running") && this.#cameras.isWanted(id)) return "already running";
      if (!this.#cameras.start(id)) return "not possible: its password has to be entered again";
      this.#journal.tell(noteOf(asker, { action: "command.camera-start", object: { type: "camera", id } }));
      return kind === "error" ? "trying again" : "starting";
    });
  }

  /** Stops cameras. What they saw becomes blind at once, so the permits drop. */
  stop(ids: readonly CameraId[], asker: Asker): Record<CameraId, string> {
    return this.#each(ids, (id) => {
      const state = this.#guard().pipeline.state.cameras.get(id)?.state ?? { kind: "idle" };
      if (state.kind === "idle" || state.kind === "stopping") {
        this.#cameras.stop(id); // a start may still be on its way
        return "already stopped";
      }
      // Blind first: the machine does not wait for a camera to end.
      this.#guard().pipeline.feed({
        kind: "camera",
        camera: id,
        state: { kind: "stopping", since: monotonicMs() },
      });
      this.#cameras.stop(id);
      this.#journal.tell(noteOf(asker, { action: "command.camera-stop", object: { type: "camera", id } }));
      return "stopping";
    });
  }

  /** Begins the totals of cameras anew. The cameras notice nothing. */
  resetCounters(ids: readonly CameraId[], asker: Asker): Record<CameraId, string> {
    return this.#each(ids, (id) => {
      this.#cameras.counters.reset(id, wallMs());
      const object = { type: "camera", id };
      this.#journal.tell(noteOf(asker, { action: "command.reset-counters", object }));
      return "reset";
    });
  }

  /** Takes what the camera shows now for its reference. */
  async takeScene(id: CameraId, { type, id: name, role }: Asker): Promise<Taken> {
    return await this.#cameras.takeScene(id, { type, id: name, ...(role === undefined ? {} : { role }) });
  }

  #each(ids: readonly CameraId[], act: (id: CameraId) => string): Record<CameraId, string> {
    return Object.fromEntries(ids.map((id) => [id, act(id)]));
  }
}
