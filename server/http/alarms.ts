/**
 * Alarms beyond the commands of the panel: what is shelved, out of service and commented, and what has been. What
 * takes an alarm from the list needs a PIN for it; what puts a shelved one back needs nobody.
 */
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { Answer, Box } from "../box.ts";
import { ALARMS, type AlarmDefinition, type AlarmDefinitionId, alarmText } from "../domain/alarm.ts";
import {
  COMMENT_MAX,
  OUT_OF_SERVICE_MAX_MS,
  SERVICE_REASONS,
  SHELVE_REASONS,
} from "../domain/alarm_policy.ts";
import { COMMENT_REASONS } from "../domain/reason_code.ts";
import type { AlarmView } from "../domain/view.ts";
import type { AlarmRow } from "../store/protocol.ts";
import { type Access, anybody, type Env } from "./access.ts";
import { instant } from "./audit.ts";
import { answered, askerOf, bodyAs } from "./fields.ts";
import { problem } from "./problem.ts";

const ROWS_MAX = 500;
const MINUTES_MAX = OUT_OF_SERVICE_MAX_MS / 60_000;

const iso = (at: number): string => new Date(at).toISOString();

/** An alarm as outsiders read it: instants as ISO 8601 in UTC. */
function listed(alarm: AlarmView) {
  const { raisedAt, acknowledgedAt, clearedAt, comment, hidden, ...rest } = alarm;
  const until = hidden?.untilWallAt;
  return {
    ...rest,
    raisedAt: iso(raisedAt),
    ...(acknowledgedAt === undefined ? {} : { acknowledgedAt: iso(acknowledgedAt) }),
    ...(clearedAt === undefined ? {} : { clearedAt: iso(clearedAt) }),
    ...(comment === undefined
      ? {}
      : { comment: { by: comment.by, text: comment.text, at: iso(comment.wallAt) } }),
    ...(hidden === undefined
      ? {}
      : {
          hidden: {
            ...{ by: hidden.by, reason: hidden.reason, present: hidden.present },
            ...(until === undefined ? {} : { until: iso(until) }),
          },
        }),
  };
}

/** What is not normal: what wants a person, in the banner's order, then what is kept from them. */
export function listedAlarms(box: Box) {
  const { alarms, hidden } = box.view();
  return [...alarms, ...hidden].map(listed);
}

/** One thing that happened to an alarm. */
export interface AlarmEventRow {
  readonly seq: number;
  readonly at: string;
  readonly alarm: string;
  readonly definition: string;
  readonly source: string;
  /** Absent where the alarm is no longer known. */
  readonly priority?: 1 | 2 | 3 | 4;
  readonly text: string;
  /** Such as `raise`, `acknowledge`, `shelved` or `commented`. */
  readonly event: string;
  readonly by?: string;
  readonly reason?: string;
  /** The same for all that happened from one raising to its end. */
  readonly occurrence?: string;
  /** Of the frame that tripped, where this row tells that it is kept. */
  readonly picture?: string;
  /** Where this row tells that one is kept. */
  readonly clip?: string;
}

function isKnown(definition: string): definition is AlarmDefinitionId {
  return Object.hasOwn(ALARMS, definition);
}

function eventRow(row: AlarmRow, box: Box): AlarmEventRow {
  const { seq, wallAt, action, alarm, reason, correlation } = row;
  const after = row.after as {
    readonly event?: string;
    readonly by?: string;
    readonly picture?: string;
    readonly clip?: string;
  } | null;
  const [definition = "", source = ""] = [
    alarm.slice(0, alarm.indexOf(":")),
    alarm.slice(alarm.indexOf(":") + 1),
  ];
  const known = isKnown(definition) ? definition : undefined;
  return {
    ...{ seq, at: wallAt, alarm, definition, source },
    ...(known === undefined ? {} : { priority: ALARMS[known].priority }),
    text: known === undefined ? alarm : alarmText({ definition: known, source }, box.guard.rules),
    event: after?.event ?? action.slice("alarm.".length),
    ...(after?.by === undefined ? {} : { by: after.by }),
    ...(reason === null ? {} : { reason }),
    ...(correlation === null ? {} : { occurrence: correlation }),
    ...(after?.picture === undefined ? {} : { picture: after.picture }),
    ...(after?.clip === undefined ? {} : { clip: after.clip }),
  };
}

const proof = {
  name: z.exactOptional(z.string("must be a text")),
  pin: z.exactOptional(z.string("must be a text")),
};
const version = z.exactOptional(z.int("must be the number that the alarm list gave"));
const minutes = (most: number) => {
  const says = `must be 1 to ${most} minutes`;
  return z.number("must be a number").min(1, says).max(most, says);
};
const shelve = z.strictObject({
  ...proof,
  version,
  reason: z.enum(SHELVE_REASONS, `must be one of ${SHELVE_REASONS.join(", ")}`),
  minutes: minutes(8 * 60),
});
const outOfService = z.strictObject({
  ...proof,
  version,
  reason: z.enum(SERVICE_REASONS, `must be one of ${SERVICE_REASONS.join(", ")}`),
  minutes: minutes(MINUTES_MAX),
});
const comment = z
  .strictObject({
    ...proof,
    text: z.exactOptional(
      z
        .string("must be a text")
        .trim()
        .min(1, "must not be empty")
        .max(COMMENT_MAX, `must have at most ${COMMENT_MAX} characters`),
    ),
    reasonCode: z.exactOptional(z.enum(COMMENT_REASONS, `must be one of ${COMMENT_REASONS.join(", ")}`)),
  })
  .refine(({ text, reasonCode }) => text !== undefined || reasonCode !== undefined, {
    path: ["text"],
    message: `is missing: write something, or choose a reasonCode of ${COMMENT_REASONS.join(", ")}`,
  });
const giveBack = z.strictObject(proof);

export const alarms = (box: Box, access: Access) => {
  /** A refusal comes with the alarms as they are now. */
  const toldOf = (c: Context<Env>, answer: Answer): Response => {
    if (answer.ok || answer.status !== 409) return answered(c, answer);
    const { status, detail, refusals = [] } = answer;
    return problem(c, status, detail, { refusals, alarms: listedAlarms(box) });
  };
  return new Hono<Env>()
    .get("/api/alarms/history", anybody("look"), async (c) => {
      if (box.store === undefined) return problem(c, 503, box.faults[0] ?? "There is no database");
      const [from, to] = [instant(c.req.query("from")), instant(c.req.query("to"))];
      const limit = Number(c.req.query("limit") ?? 100);
      const before = c.req.query("before");
      const priority = c.req.query("priority");
      const definition = c.req.query("definition");
      const source = c.req.query("source");
      if ([from, to].some((at) => at !== undefined && Number.isNaN(at)))
        return problem(c, 400, '"from" and "to" are ISO 8601 instants or Unix milliseconds');
      if (!Number.isInteger(limit) || limit < 1 || limit > ROWS_MAX)
        return problem(c, 400, `"limit" is 1 to ${ROWS_MAX} rows`);
      if (before !== undefined && !/^\d+$/.test(before))
        return problem(c, 400, '"before" is a row\'s number');
      if (priority !== undefined && !/^[1-4](,[1-4])*$/.test(priority))
        return problem(c, 400, '"priority" is 1 to 4, several with commas between them');
      const wanted = (Object.entries(ALARMS) as [AlarmDefinitionId, AlarmDefinition][])
        .filter(([, entry]) => priority?.includes(String(entry.priority)) ?? true)
        .map(([id]) => id as string)
        .filter((id) => definition === undefined || id === definition);
      const rows = await box.store.alarmRows({
        limit,
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(before === undefined ? {} : { beforeSeq: Number(before) }),
        ...(priority === undefined && definition === undefined ? {} : { definitions: wanted }),
        ...(source === undefined ? {} : { source }),
      });
      return c.json(rows.map((row) => eventRow(row, box)));
    })
    .post("/api/alarms/:id/shelve", access.ordering("shelve"), async (c) => {
      const asker = await access.orderer(c, "shelve");
      if (asker instanceof Response) return asker;
      const body = await bodyAs(c, shelve);
      if (body instanceof Response) return body;
      const { name: _, pin: __, ...order } = body;
      const alarm = c.req.param("id");
      return toldOf(c, await box.commands.hideAlarm({ ...order, alarm, as: "shelved" }, asker));
    })
    .post("/api/alarms/:id/unshelve", anybody("calm"), async (c) =>
      toldOf(c, await box.commands.bringBackAlarm(c.req.param("id"), "shelved", askerOf(c, access))),
    )
    .post("/api/alarms/:id/out-of-service", access.ordering("out-of-service"), async (c) => {
      const asker = await access.orderer(c, "out-of-service");
      if (asker instanceof Response) return asker;
      const body = await bodyAs(c, outOfService);
      if (body instanceof Response) return body;
      const { name: _, pin: __, ...order } = body;
      const alarm = c.req.param("id");
      return toldOf(c, await box.commands.hideAlarm({ ...order, alarm, as: "out-of-service" }, asker));
    })
    .post("/api/alarms/:id/return-to-service", access.ordering("out-of-service"), async (c) => {
      const asker = await access.orderer(c, "out-of-service");
      if (asker instanceof Response) return asker;
      const body = await bodyAs(c, giveBack);
      if (body instanceof Response) return body;
      const alarm = c.req.param("id");
      return toldOf(c, await box.commands.bringBackAlarm(alarm, "out-of-service", asker));
    })
    .post("/api/alarms/:id/comment", access.ordering("comment"), async (c) => {
      const asker = await access.orderer(c, "comment");
      if (asker instanceof Response) return asker;
      const body = await bodyAs(c, comment);
      if (body instanceof Response) return body;
      const { text: words, reasonCode: code } = body;
      const said = { ...(words && { words }), ...(code && { code }) };
      return toldOf(c, box.commands.commentAlarm(c.req.param("id"), said, asker));
    });
};
