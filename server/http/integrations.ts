/** What the box tells to others: where, when it was last taken, and what went wrong since. */
import { type Context, Hono } from "hono";
import { wallMs } from "../base/clock.ts";
import type { Box } from "../box.ts";
import { failureText, SENT_TO, type Sending, type SentTo, sendingOf } from "../domain/sending.ts";
import type { Recorder } from "../record.ts";
import { type Access, type Env, panel } from "./access.ts";
import { problem } from "./problem.ts";

export interface IntegrationsAnswer {
  /** `address` is absent where nothing is set. */
  readonly syslog: Sending & { readonly address?: string; readonly transport?: "udp" | "tcp" };
  readonly mqtt: Sending & { readonly address?: string; readonly topic?: string };
  /** Who asks for figures comes by itself. */
  readonly prometheus: { readonly path: string; readonly askedAt?: string; readonly from?: string };
}

/** What a trial came to; `why` where it was not taken. */
export interface TrialAnswer {
  readonly taken: boolean;
  readonly why?: string;
}

/** Notes who asks for figures. */
export class Scrapes {
  #last: { readonly askedAt: string; readonly from: string } | undefined;

  note(c: Context<Env>): void {
    this.#last = { askedAt: new Date(wallMs()).toISOString(), from: panel(c).origin ?? "unknown" };
  }

  get last() {
    return this.#last;
  }
}

const isKnown = (name: string): name is SentTo => SENT_TO.some((one) => one === name);

export const integrations = (box: Box, access: Access, scrapes: Scrapes) => {
  const recorder = (c: Context<Env>): Recorder | Response =>
    box.record ?? problem(c, 503, box.faults[0] ?? "There is no database");
  return new Hono<Env>()
    .get("/api/integrations", access.may("setup.look"), async (c) => {
      const record = recorder(c);
      if (record instanceof Response) return record;
      const { anchors } = await record.state();
      const { syslog, mqtt } = box.guard.config.record;
      return c.json({
        syslog: { ...syslog, ...sendingOf(anchors, "syslog") },
        mqtt: { ...mqtt, ...sendingOf(anchors, "mqtt") },
        prometheus: { path: "/metrics", ...scrapes.last },
      } satisfies IntegrationsAnswer);
    })
    .post("/api/integrations/:to/trial", access.may("network"), async (c) => {
      const to = c.req.param("to");
      const record = recorder(c);
      if (record instanceof Response) return record;
      if (!isKnown(to)) return problem(c, 404, "Only syslog and mqtt can be tried");
      const sent = await record.tryOut(to);
      if (sent === undefined) return problem(c, 409, "No address is set; set it first");
      const { why } = sent;
      return c.json({
        taken: why === undefined,
        ...(why === undefined ? {} : { why: failureText(why) }),
      } satisfies TrialAnswer);
    });
};
