/** Walk tests: begun, answered and ended by anybody with a PIN; the view tells how the one that runs goes on. */
import { Hono } from "hono";
import { z } from "zod";
import type { Box } from "../box.ts";
import type { Millis, Point, ZoneId } from "../domain/units.ts";
import { type WalkAttempt, walkRefusals } from "../domain/walk_test.ts";
import type { WalkRecord } from "../store/protocol.ts";
import type { Due } from "../upkeep.ts";
import type { ZoneRate } from "../walk_records.ts";
import type { Access, Env } from "./access.ts";
import { answered, askerOf, bodyAs } from "./fields.ts";

export interface WalkTests {
  /** Every stop zone. */
  readonly zones: readonly {
    readonly zone: ZoneId;
    readonly name: string;
    readonly due: Due;
    /** Why it cannot be walked now; empty where it can. */
    readonly refusals: readonly string[];
    readonly rate: ZoneRate;
  }[];
  /** Newest first. */
  readonly records: readonly {
    readonly test: string;
    readonly wallAt: Millis;
    readonly begunWallAt: Millis;
    readonly by: string;
    readonly role: string | null;
    readonly zone: ZoneId;
    readonly name: string;
    readonly camera: string;
    readonly model: string;
    readonly outcome: WalkRecord["outcome"];
    readonly why: WalkRecord["why"];
    readonly points: readonly Point[];
    readonly attempts: readonly WalkAttempt[];
  }[];
}

const REASON_MAX = 300;
const index = z.int("must be a whole number").min(0, "must not be negative").max(1_000, "is too large");
const order = z.strictObject({ zone: z.string("must be a text") });
const at = { point: index, attempts: index };
const reason = z
  .string("must be a text")
  .trim()
  .min(1, "must say why nobody goes there")
  .max(REASON_MAX, `must be at most ${REASON_MAX} characters`);
const told = z.discriminatedUnion(
  "outcome",
  [
    z.strictObject({ ...at, outcome: z.literal("missed") }),
    z.strictObject({ ...at, outcome: z.literal("skipped"), reason }),
  ],
  'must be "missed" or "skipped"',
);
const again = z.strictObject({ point: index });

export const walkTests = (box: Box, access: Access) =>
  new Hono<Env>()
    .get("/api/walk-tests", access.may("walk"), (c) => c.json(walked(box)))
    .post("/api/walk-tests", access.may("walk"), async (c) => {
      const body = await bodyAs(c, order);
      if (body instanceof Response) return body;
      return answered(c, box.walks.begin(body.zone, askerOf(c, access)));
    })
    .post("/api/walk-tests/answer", access.may("walk"), async (c) => {
      const body = await bodyAs(c, told);
      if (body instanceof Response) return body;
      const { point, attempts, ...answer } = body;
      const what =
        answer.outcome === "missed"
          ? ({ kind: "missed" } as const)
          : ({ kind: "skip", reason: answer.reason } as const);
      return answered(c, box.walks.answer({ at: { point, attempts }, ...what }, askerOf(c, access)));
    })
    .post("/api/walk-tests/repeat", access.may("walk"), async (c) => {
      const body = await bodyAs(c, again);
      if (body instanceof Response) return body;
      return answered(c, box.walks.repeat(body.point));
    })
    .post("/api/walk-tests/finish", access.may("walk"), async (c) =>
      answered(c, await box.walks.finish(askerOf(c, access))),
    )
    .delete("/api/walk-tests", access.may("walk"), async (c) => {
      const answer = await box.walks.cancel(askerOf(c, access));
      return answer.ok ? c.body(null, 204) : answered(c, answer);
    });

function walked({ guard, walkRecords }: Box): WalkTests {
  const { config, rules, pipeline } = guard;
  return {
    zones: config.zones
      .filter(({ kind }) => kind === "stop")
      .map((zone) => ({
        zone: zone.id,
        name: zone.name,
        due: walkRecords.due(zone, config),
        refusals: walkRefusals(pipeline.state, rules, zone.id),
        rate: walkRecords.rate(zone.id, config.site.timezone),
      })),
    records: walkRecords.records.map(({ wallAt, begunWallAt, walkedBy: by, zoneName: name, ...record }) => {
      const { test, role, zone, camera, model, outcome, why, points, attempts } = record;
      const instants = { wallAt: Date.parse(wallAt), begunWallAt: Date.parse(begunWallAt) };
      return { test, ...instants, by, role, zone, name, camera, model, outcome, why, points, attempts };
    }),
  };
}
