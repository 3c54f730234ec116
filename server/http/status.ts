/** `/status`, `/start`, `/stop`, `/reset-counters`: the cameras, one or all. */
import { Hono } from "hono";
import type { Box } from "../box.ts";
import { isFresh } from "../domain/supervision.ts";
import type { CameraId } from "../domain/units.ts";
import type { CameraView, TrustView, View } from "../domain/view.ts";
import { anybody, type Env, panel } from "./access.ts";
import { jsonBody, problem } from "./problem.ts";

/** A picture older than this is no stream. */
const STREAMING_MS = 2_000;

interface CameraStatus {
  readonly id: CameraId;
  readonly name: string;
  readonly streaming: boolean;
  readonly camera_active: boolean;
  readonly camera_state: CameraView["state"];
  readonly frame_count: number;
  readonly ai_pipeline_active: boolean;
  readonly fps_30s: number;
  /** How often it is looked at, and how often it is configured to be; null where nobody has looked. */
  readonly looked_fps: number | null;
  readonly configured_fps: number | null;
  readonly anomalies_last_1k: number;
  readonly frame_age_ms: number | null;
  /** How much later than at best the newest frame came; null where nobody can tell. */
  readonly late_ms: number | null;
  readonly trust: TrustView["kind"];
  readonly why: string | null;
  /** Counted since the present run began. */
  readonly session: Counted;
  /** Counted since the box was started, or since somebody reset it. */
  readonly total: Counted & { readonly runs: number };
}

/** Frames of one span of time; instants are Unix milliseconds. */
interface Counted {
  readonly since_wall_at: number;
  readonly frames: number;
  readonly replaced: number;
  readonly unreadable: number;
}

const counted = <T extends { readonly sinceWallAt: number }>({ sinceWallAt, ...rest }: T) => ({
  since_wall_at: sinceWallAt,
  ...rest,
});

function cameraStatus(box: Box, camera: CameraView): CameraStatus {
  const { pipeline, rules } = box.guard;
  const { counters } = box.cameras;
  return {
    id: camera.id,
    name: camera.name,
    streaming: camera.state === "RUNNING" && (camera.frameAgeMs ?? STREAMING_MS) < STREAMING_MS,
    camera_active: camera.state === "RUNNING" || camera.state === "STARTING",
    camera_state: camera.state,
    frame_count: camera.frameCount,
    ai_pipeline_active: isFresh(pipeline.state, camera.id, rules),
    fps_30s: Math.round(camera.fps30s * 10) / 10,
    looked_fps: camera.looked === undefined ? null : Math.round(camera.looked.fps * 10) / 10,
    configured_fps: camera.looked?.configuredFps ?? null,
    anomalies_last_1k: counters.anomaliesLast1k(camera.id),
    frame_age_ms: camera.frameAgeMs ?? null,
    late_ms: camera.lateMs ?? null,
    trust: camera.trust.kind,
    why: camera.why ?? null,
    session: counted(counters.session(camera.id)),
    total: counted(counters.total(camera.id)),
  };
}

/** The state of all cameras in one word: the most telling one first. */
const ORDER = ["ERROR", "STARTING", "STOPPING", "RUNNING", "IDLE"] as const;

function wholeStatus(box: Box, view: View) {
  const cameras = view.cameras.map((camera) => cameraStatus(box, camera));
  return {
    streaming: cameras.some((camera) => camera.streaming),
    camera_active: cameras.some((camera) => camera.camera_active),
    camera_state: ORDER.find((word) => cameras.some((camera) => camera.camera_state === word)) ?? "IDLE",
    frame_count: cameras.reduce((sum, camera) => sum + camera.frame_count, 0),
    headroom_percent: view.headroom ?? null,
    ai_pipeline_active: cameras.some((camera) => camera.ai_pipeline_active),
    cameras: Object.fromEntries(cameras.map((camera) => [camera.id, camera])),
  };
}

export const status = (box: Box) => {
  /** The cameras a body names; undefined where it names one that does not exist. */
  const chosen = (camera: unknown): readonly CameraId[] | undefined => {
    const ids = box.guard.rules.cameras.map(({ id }) => id);
    if (camera === undefined || camera === null || camera === "all") return ids;
    return typeof camera === "string" && ids.includes(camera) ? [camera] : undefined;
  };
  const inOneWord = (answers: Record<CameraId, string>, settled: string): string =>
    Object.values(answers).find((answer) => answer !== settled) ?? settled;
  return new Hono<Env>()
    .get("/status", anybody("look"), (c) => c.json(wholeStatus(box, box.view())))
    .get("/status/:camera", anybody("look"), (c) => {
      const camera = box.view().cameras.find(({ id }) => id === c.req.param("camera"));
      if (camera === undefined) return problem(c, 404, `No camera "${c.req.param("camera")}" is configured`);
      return c.json(cameraStatus(box, camera));
    })
    .post("/start", anybody("cameras.run"), async (c) => {
      const { camera } = await jsonBody(c);
      const ids = chosen(camera);
      if (ids === undefined) return problem(c, 404, `No camera ${JSON.stringify(camera)} is configured`);
      const cameras = box.cameraCommands.start(ids, panel(c));
      return c.json({ status: inOneWord(cameras, "already running"), cameras });
    })
    .post("/stop", anybody("cameras.run"), async (c) => {
      const { camera } = await jsonBody(c);
      const ids = chosen(camera);
      if (ids === undefined) return problem(c, 404, `No camera ${JSON.stringify(camera)} is configured`);
      const cameras = box.cameraCommands.stop(ids, panel(c));
      return c.json({ status: inOneWord(cameras, "already stopped"), cameras });
    })
    .post("/reset-counters", anybody("cameras.run"), async (c) => {
      const { camera } = await jsonBody(c);
      const ids = chosen(camera);
      if (ids === undefined) return problem(c, 404, `No camera ${JSON.stringify(camera)} is configured`);
      const cameras = box.cameraCommands.resetCounters(ids, panel(c));
      return c.json({ status: inOneWord(cameras, "reset"), cameras });
    });
};
