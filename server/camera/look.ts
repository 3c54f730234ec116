/** Holds every frame of one camera against its checks: measures the picture, then judges it. */
import {
  beginAgain,
  type CheckReading,
  type Finding,
  type Findings,
  forgetScene,
  type Judgement,
  judge,
  readingsOf,
  type Scene,
  TRUST_CHECKS,
  type Trust,
  type TrustFault,
  untried,
} from "../domain/trust.ts";
import type { Millis, Size } from "../domain/units.ts";
import type { Letterbox } from "./args.ts";
import { Edges, plainEdge } from "./look_edges.ts";
import { FreezeWatch, type Step } from "./look_frozen.ts";
import { Grid, PER_LEVEL } from "./look_grid.ts";
import { Recent } from "./look_recent.ts";
import { Reference } from "./look_scene.ts";

/** Below this share of time the camera's clock as good as stands. */
const STILL = 0.25;

export interface Pace {
  /** Seconds of camera time per second of ours over the last 3 s; 0 where its stamps stand still. */
  readonly ratio: number;
}

/** The scene is compared this often: its checks take seconds, and they cost the most. */
const COMPARE_MS = 240;
/** A picture that differs less than this is covered, whatever its edges. */
const FLAT = 4;
/** Unless this much of the scene's edges is still there. */
const HALF = 0.5;
/** Where no scene was taught, a picture shows at least edges in this share of its cells. */
const PLAIN_SHARE = 0.04;
/** With edges like this, what hides the scene is no cover but another scene. */
const BUSY = 0.35;
/** Cells that changed since the comparison before: so many show that something moved. */
const ALIVE = 0.002;

const UNMADE: Finding = { value: null, bad: false };

/** Fails over the limit, or under it. */
const over = (check: TrustFault, value: number, limit = TRUST_CHECKS[check].limit): Finding => ({
  value,
  limit,
  bad: value > limit,
});
const under = (check: TrustFault, value: number): Finding => ({
  value,
  bad: value < TRUST_CHECKS[check].limit,
});

type SceneChecks = Readonly<Partial<Record<"blind" | "moved" | "defocus", Finding>>>;

export class Watcher {
  readonly #letterbox: Letterbox;
  readonly #lateLimit: Millis;
  readonly #freeze = new FreezeWatch();
  #judgement: Judgement = untried(0);
  #scene: Scene | undefined;
  #reference: Reference | undefined;
  #picture: Size | undefined;
  #grid: Grid | undefined;
  #edges: Edges | undefined;
  #recent: Recent | undefined;
  #hash: number | undefined;
  #comparedAt: Millis | undefined;
  #sceneChecks: SceneChecks = {};
  #alive = false;
  #at: Millis = 0;

  constructor(letterbox: Letterbox, fps: number, scene?: Scene) {
    this.#letterbox = letterbox;
    this.#lateLimit = Math.max(TRUST_CHECKS.late.limit, 5_000 / fps);
    if (scene !== undefined) this.#hold(scene);
  }

  get trust(): Trust {
    return this.#judgement.trust;
  }

  /** A new run of ffmpeg: what was remembered of the last one's frames is dropped. */
  begin(at: Millis): void {
    this.#at = at;
    this.#judgement = beginAgain(this.#judgement, at);
    this.#freeze.forget();
    this.#grid?.forget();
    this.#recent?.clear();
    this.#hash = undefined;
    this.#comparedAt = undefined;
    this.#sceneChecks = {};
  }

  /** Judges one frame; the same object as before while nothing changed. */
  look(planes: Uint8Array, picture: Size, capturedAt: Millis, lateMs?: Millis, pace?: Pace): Trust {
    // Stamps and their corrections may put a frame before its predecessor; time itself does not go back.
    const at = Math.max(capturedAt, this.#at);
    this.#at = at;
    const grid = this.#gridOf(picture);
    grid.read(planes);
    const mismatch = this.#mismatch(picture);
    const dark = under("dark", grid.mean);
    const glare = over("glare", 100 * grid.white);
    if (this.#comparedAt === undefined || at - this.#comparedAt >= COMPARE_MS) {
      this.#comparedAt = at;
      this.#alive = (this.#recent?.push(grid.cells) ?? 0) > ALIVE;
      this.#sceneChecks = dark.bad || glare.bad ? this.#unseen() : this.#compare(grid, mismatch.bad);
    }
    const telling = !(dark.bad || glare.bad || this.#sceneChecks.blind?.bad);
    const findings: Findings = {
      ...this.#sceneChecks,
      ...this.#stampFindings(lateMs, pace),
      ...this.#frozen(grid, telling, at),
      ...{ mismatch, dark, glare },
    };
    this.#judgement = judge(this.#judgement, findings, at);
    return this.trust;
  }

  /** Judges the time stamps while no frame passes. */
  stamps(at: Millis, pace: Pace): Trust {
    const clock = this.#clock(pace);
    this.#at = Math.max(at, this.#at);
    if (clock !== undefined) this.#judgement = judge(this.#judgement, { clock }, this.#at);
    return this.trust;
  }

  /** Holds the camera against this scene from now on. */
  teach(scene: Scene): void {
    this.#hold(scene);
    this.#sceneChecks = {};
    this.#comparedAt = undefined;
    this.#judgement = forgetScene(this.#judgement, this.#at);
  }

  /** The scene of the last 2 s without what passed through it; undefined until one can be seen. */
  scene(): Scene | undefined {
    const { checks } = this.#judgement;
    const seen = (["dark", "glare", "blind", "frozen"] as const).every((check) => {
      return checks[check].state === "ok" || checks[check].state === "unknown";
    });
    const luma = seen ? this.#recent?.median() : undefined;
    const [grid, picture] = [this.#grid, this.#picture];
    if (luma === undefined || grid === undefined || picture === undefined) return undefined;
    return { ...grid.size, luma, picture: { width: picture.width, height: picture.height } };
  }

  readings(): readonly CheckReading[] {
    return readingsOf(this.#judgement);
  }

  #hold(scene: Scene): void {
    this.#scene = scene;
    const reference = new Reference(scene);
    this.#reference = reference.bare ? undefined : reference;
  }

  #gridOf(picture: Size): Grid {
    const last = this.#picture;
    if (this.#grid !== undefined && last?.width === picture.width && last.height === picture.height)
      return this.#grid;
    this.#picture = picture;
    this.#grid = new Grid(picture, this.#letterbox);
    this.#edges = new Edges(this.#grid.size);
    this.#recent = new Recent(this.#grid.cells.length);
    this.#hash = undefined;
    this.#freeze.forget();
    return this.#grid;
  }

  #mismatch(picture: Size): Finding {
    const taught = this.#scene?.picture;
    if (taught === undefined) return UNMADE;
    const ratio = (picture.width * picture.height) / (taught.width * taught.height);
    const bad = picture.width !== taught.width || picture.height !== taught.height;
    return { value: 100 * Math.abs(ratio - 1), bad };
  }

  /** A flash says nothing of the scene, and must not let what is suspected begin anew; lasting dark does. */
  #unseen(): SceneChecks {
    const { dark, glare } = this.#judgement.checks;
    return dark.fault === undefined && glare.fault === undefined ? this.#sceneChecks : {};
  }

  #compare(grid: Grid, mismatched: boolean): SceneChecks {
    const reference = this.#reference;
    if (mismatched) return {};
    const fits = this.#scene?.width === grid.size.width && this.#scene.height === grid.size.height;
    if (reference === undefined || !fits) return this.#withoutScene(grid);
    reference.compare(grid.cells, grid.mean);
    const { left, detail, shift, sharpness } = reference.last;
    const gone = 100 * left < TRUST_CHECKS.blind.limit;
    const covered = (gone && detail < BUSY) || (left < HALF && grid.deviation < FLAT);
    const blind: Finding = { value: 100 * left, bad: covered };
    if (covered) return { blind };
    const moved = shift === null ? this.#untold("moved") : over("moved", shift);
    const defocus = sharpness === null ? this.#untold("defocus") : under("defocus", sharpness);
    return { blind, ...(moved && { moved }), ...(defocus && { defocus }) };
  }

  /** Only whether the picture shows anything at all. */
  #withoutScene(grid: Grid): SceneChecks {
    const edges = this.#edges as Edges;
    edges.read(grid.cells, PER_LEVEL, plainEdge(grid.mean));
    const shown = (100 * edges.plain) / (PLAIN_SHARE * grid.cells.length);
    const blind = under("blind", grid.deviation < FLAT ? 0 : Math.min(100, shown));
    return { blind, moved: UNMADE, defocus: UNMADE };
  }

  #frozen(grid: Grid, telling: boolean, at: Millis): Findings {
    const step: Step | undefined =
      this.#hash === undefined
        ? undefined
        : {
            same: grid.hash === this.#hash,
            stirred: grid.stirred,
            alive: this.#alive,
            mean: grid.mean,
            telling,
          };
    this.#hash = grid.hash;
    const frozen = this.#freeze.look(step, at);
    return { ...(frozen && { frozen }) };
  }

  #stampFindings(lateMs: Millis | undefined, pace: Pace | undefined): Findings {
    const late = lateMs === undefined ? this.#untold("late") : over("late", lateMs, this.#lateLimit);
    const clock = pace === undefined ? this.#untold("clock") : this.#clock(pace);
    return { ...(late && { late }), ...(clock && { clock }) };
  }

  #clock({ ratio }: Pace): Finding | undefined {
    if (!Number.isFinite(ratio)) return this.#untold("clock");
    // A clock that is slow looks like a queue that grows: both come late, and are told so.
    return over("clock", ratio > 1 || ratio < STILL ? 100 * Math.abs(ratio - 1) : 0);
  }

  /** What is not told cannot be checked; but a fault is only disproved by what is told. */
  #untold(check: TrustFault): Finding | undefined {
    return this.#judgement.checks[check].fault === undefined ? UNMADE : undefined;
  }
}
