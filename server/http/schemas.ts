/**
 * The bodies of the routes, for the document at /openapi.json. Each is checked against the type that the server
 * answers with, so that a member can neither be forgotten nor invented unseen; a test checks true answers.
 */
import { z } from "zod";
import type { FoundCameras, FoundStreams } from "../camera/trials.ts";
import type { DetectorConfig, SiteConfig } from "../domain/config.ts";
import { PROVIDERS } from "../domain/detector_config.ts";
import { TRUST_FAULTS } from "../domain/trust.ts";
import type { CameraView, ReactionView, View } from "../domain/view.ts";
import type { ChecksAnswer, ListedCamera, TestAnswer } from "./cameras.ts";
import { alarmSchemas, ViewAlarm } from "./schemas_alarms.ts";
import { backupSchemas } from "./schemas_backup.ts";
import { clipSchemas } from "./schemas_clips.ts";
import { modelSchemas } from "./schemas_models.ts";
import { networkSchemas } from "./schemas_network.ts";
import {
  OutputSettings,
  outputSchemas,
  Tests,
  ViewBoard,
  ViewBypass,
  ViewCycle,
  ViewOutput,
  ViewOutputTest,
} from "./schemas_outputs.ts";
import { panelSchemas } from "./schemas_panels.ts";
import { peopleSchemas } from "./schemas_people.ts";
import { recordSchemas } from "./schemas_record.ts";
import { settingSchemas } from "./schemas_settings.ts";
import { shiftSchemas } from "./schemas_shifts.ts";
import { systemSchemas } from "./schemas_system.ts";
import { versionSchemas } from "./schemas_versions.ts";
import { ViewWalk, walkSchemas } from "./schemas_walk.ts";
import {
  Ground,
  groundConfig,
  SightingBody,
  ViewCount,
  ViewMask,
  ViewZone,
  Zone,
  ZoneSaved,
} from "./schemas_zones.ts";
import { cameraState, count, maybe, ms, number, share, size, text, unixMs, verdict } from "./shapes.ts";

const Problem = z
  .looseObject({ type: text, title: text, status: z.int(), detail: text })
  .meta({ description: "RFC 9457. `detail` says what to do; a refused reset has `refusals`" });

const Done = z.object({ ok: z.literal(true) });

const Tally = z.object({ sinceWallAt: unixMs, frames: count, replaced: count, unreadable: count });
const Total = Tally.extend({ runs: count });
const StatusTally = Tally.omit({ sinceWallAt: true }).extend({ since_wall_at: unixMs });
const trustKind = z.enum(["proving", "trusted", "distrusted"]);
const trustFault = z.enum(TRUST_FAULTS);

const CameraStatus = z.object({
  id: text,
  name: text,
  streaming: z.boolean(),
  camera_active: z.boolean(),
  camera_state: cameraState,
  frame_count: count,
  ai_pipeline_active: z.boolean(),
  fps_30s: number,
  looked_fps: number.nullable(),
  configured_fps: number.nullable(),
  anomalies_last_1k: count,
  frame_age_ms: ms.nullable(),
  late_ms: ms.nullable(),
  trust: trustKind,
  why: text.nullable(),
  session: StatusTally,
  total: StatusTally.extend({ runs: count }),
});

const Status = CameraStatus.pick({
  streaming: true,
  camera_active: true,
  camera_state: true,
  frame_count: true,
  ai_pipeline_active: true,
}).extend({ headroom_percent: number.nullable(), cameras: z.record(text, CameraStatus) });

const CamerasChanged = z.object({
  status: text.meta({ description: "One word for all, such as `starting` or `already running`" }),
  cameras: z.record(text, text),
});

const ViewCamera: z.ZodType<CameraView> = z.object({
  id: text,
  name: text,
  state: cameraState,
  fault: maybe(z.enum(["lost", "stalled", "refused", "unsupported"])),
  why: maybe(text),
  retryWallAt: maybe(unixMs),
  size: maybe(size),
  codec: maybe(text),
  lateMs: maybe(ms),
  trust: z.object({
    kind: trustKind,
    faults: z.array(z.object({ why: trustFault, message: text, sinceWallAt: unixMs })),
  }),
  fps30s: number,
  looked: maybe(
    z.object({
      fps: number,
      paceFps: number,
      configuredFps: number,
      leastFps: number,
      part: maybe(z.object({ x0: share, y0: share, x1: share, y1: share })),
    }),
  ),
  frameCount: count,
  frameAgeMs: maybe(ms),
  verdict,
  people: z.array(
    z.object({
      box: z.object({ x0: share, y0: share, x1: share, y1: share }),
      score: share,
      zones: z.array(text),
      track: maybe(count),
    }),
  ),
});

const Reaction: z.ZodType<ReactionView> = z.object({
  count,
  lastTripMs: maybe(ms),
  p50Ms: maybe(ms),
  p95Ms: maybe(ms),
  p99Ms: maybe(ms),
  maxMs: maybe(ms),
});

const Screen: z.ZodType<View> = z.object({
  seq: count,
  boot: text,
  version: text,
  wallAt: unixMs,
  site: z.object({ name: text, timezone: text, fullView: maybe(z.boolean()) }),
  demonstration: z.boolean(),
  label: text,
  state: z.enum(["watching", "tripped", "unguarded"]),
  cameras: z.array(ViewCamera),
  zones: z.array(ViewZone),
  counts: z.array(ViewCount),
  masks: z.array(ViewMask),
  alarms: z.array(ViewAlarm),
  hidden: z.array(ViewAlarm).meta({ description: "What is shelved, out of service or suppressed" }),
  outputs: z.array(ViewOutput),
  boards: z.array(ViewBoard),
  bypasses: z.array(ViewBypass),
  tests: z.array(ViewOutputTest),
  walk: maybe(ViewWalk),
  cycle: ViewCycle,
  reset: z.object({
    possible: z.boolean(),
    needed: z.boolean(),
    pinNeeded: z.boolean(),
    refusals: z.array(text),
  }),
  silenced: z.boolean(),
  stopRequested: z.boolean(),
  reaction: Reaction,
  model: z.object({
    name: text,
    state: z.enum(["loading", "ready", "failed"]),
    grade: text,
    quality: text,
    why: maybe(text),
  }),
  headroom: maybe(number),
  faults: z.array(text),
});

const transport = z.enum(["tcp", "udp"]);

const cameraMembers = {
  id: text,
  name: text,
  source: text.meta({ description: "With *** for its user and password" }),
  fps: number,
  transport,
  ground: maybe(groundConfig),
  scene: z
    .object({ takenWallAt: unixMs, takenBy: text })
    .nullable()
    .meta({ description: "The reference picture; null where none was taken for these zones" }),
};
const Camera: z.ZodType<ListedCamera> = z.object(cameraMembers);
const CameraSaved: z.ZodType<ListedCamera & { readonly changed: boolean }> = z.object({
  ...cameraMembers,
  changed: z.boolean().meta({ description: "False where everything was so already" }),
});

const CameraTest: z.ZodType<TestAnswer> = z.union([
  z.object({
    ok: z.literal(true),
    codec: text,
    size,
    fps: number,
    firstFrameMs: ms,
    delayMs: ms.meta({ description: "From a frame's arrival until it can be looked at, and its lateness" }),
    picture: text.meta({ description: "JPEG as a data: address" }),
  }),
  z.object({
    ok: z.literal(false),
    why: z.enum(["lost", "stalled", "refused", "unsupported"]),
    message: text,
  }),
]);

const CamerasFound: z.ZodType<FoundCameras> = z.object({
  usb: z.array(z.object({ path: text, name: text, readable: z.boolean(), why: maybe(text) })),
  onvif: z.array(z.object({ name: text, address: text, hardware: maybe(text) })),
  problems: z.object({ usb: z.array(text), onvif: z.array(text) }),
});

const StreamsFound: z.ZodType<FoundStreams> = z.union([
  z.object({
    ok: z.literal(true),
    name: text,
    streams: z.array(
      z.object({
        profile: text,
        codec: text,
        width: z.int(),
        height: z.int(),
        fps: number,
        source: text.meta({ description: "With *** for its user and password" }),
        recommended: z.boolean(),
      }),
    ),
  }),
  z.object({ ok: z.literal(false), message: text }),
]);

const CameraChecks: z.ZodType<ChecksAnswer> = z.object({
  readings: z.array(
    z.object({
      check: trustFault,
      state: z.enum(["ok", "suspect", "failed", "unknown"]),
      value: number.nullable(),
      limit: number,
    }),
  ),
  codec: text.nullable(),
  lateMs: ms.nullable(),
  fps30s: number,
  session: Tally,
  total: Total,
});

const SceneTaken = z.object({ takenWallAt: unixMs, takenBy: text });

const Site: z.ZodType<SiteConfig> = z.object({ name: text, timezone: text, fullView: z.boolean() });
const Detector: z.ZodType<DetectorConfig> = z.object({
  model: text,
  threshold: z.optional(share),
  provider: z.optional(z.enum(PROVIDERS)),
});
const Settings = z.object({
  site: Site,
  detector: Detector,
  tests: Tests,
  outputs: z.array(OutputSettings).meta({ description: "As they are configured" }),
  demonstration: z.boolean(),
  version: text,
});

const Check = z.object({ name: text, ok: z.boolean(), why: maybe(text) });
const Ready = z.object({
  status: z.enum(["ready", "not ready"]),
  failing: z.array(Check),
  checks: z.array(Check),
});
const Alive = z.object({ status: z.literal("alive") });

/** By the name under which the document has them. */
export const schemas = {
  ...{
    Problem,
    Done,
    CameraStatus,
    Status,
    CamerasChanged,
    ViewCamera,
    ViewZone,
    View: Screen,
  },
  ...{ CameraSaved, CameraTest, CamerasFound, StreamsFound, CameraChecks, SceneTaken },
  ...{
    Camera,
    Zone,
    ZoneSaved,
    Ground,
    Sighting: SightingBody,
    Settings,
    Ready,
    Alive,
  },
  ...alarmSchemas,
  ...outputSchemas,
  ...peopleSchemas,
  ...panelSchemas,
  ...walkSchemas,
  ...settingSchemas,
  ...shiftSchemas,
  ...modelSchemas,
  ...recordSchemas,
  ...clipSchemas,
  ...backupSchemas,
  ...systemSchemas,
  ...versionSchemas,
  ...networkSchemas,
} as const satisfies Record<string, z.ZodType>;

export type SchemaName = keyof typeof schemas;

/** The schemas as `components.schemas` of an OpenAPI 3.1 document. */
export function schemaComponents(): Record<string, unknown> {
  const registry = z.registry<{ readonly id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const made = z.toJSONSchema(registry, { uri: (id) => `#/components/schemas/${id}`, io: "input" });
  return Object.fromEntries(
    Object.entries(made.schemas).map(([id, schema]) => {
      const { $schema: _dialect, $id: _id, ...rest } = schema as Record<string, unknown>;
      return [id, rest];
    }),
  );
}
