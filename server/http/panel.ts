/** The four commands of the panel, the alarms and the outputs. */
import { type Context, Hono } from "hono";
import type { Asker, Box } from "../box.ts";
import { mayDo } from "../domain/permission.ts";
import { type Access, anybody, type Env, panel as panelAsker } from "./access.ts";
import { listedAlarms } from "./alarms.ts";
import { answered } from "./fields.ts";
import { jsonBody, problem } from "./problem.ts";

export const panel = (box: Box, access: Access) => {
  /**
   * Who resets: anybody where the panel overlooks every zone, else a supervisor or maintenance by PIN. From the
   * network nobody does: such an order does not come as far as here.
   */
  const resetter = async (c: Context<Env>): Promise<Asker | Response> => {
    // Without a database nobody can be asked for a PIN, and nothing may be energised.
    if (box.store === undefined) return problem(c, 503, box.faults[0] ?? "There is no database");
    const { name, pin } = await jsonBody(c);
    const needed = box.guard.rules.fullView ? "reset" : "reset.unseen";
    const origin = panelAsker(c).origin ?? "unknown";
    if (typeof name === "string" && typeof pin === "string") {
      const proven = await access.proven(c, needed, { name, pin });
      if (proven instanceof Response) return proven;
      return { type: "user", id: proven.name, role: proven.role, origin };
    }
    const person = (await access.session(c))?.person;
    if (person !== undefined && mayDo(person.role, needed))
      return { type: "user", id: person.name, role: person.role, origin };
    if (needed === "reset") return panelAsker(c);
    return problem(c, 401, "Reset needs a supervisor's name and PIN: the panel does not overlook every zone");
  };
  return new Hono<Env>()
    .get("/api/alarms", anybody("look"), (c) => c.json(listedAlarms(box)))
    .post("/api/alarms/:id/acknowledge", anybody("calm"), async (c) => {
      const { version } = await jsonBody(c);
      if (version !== undefined && typeof version !== "number")
        return problem(c, 400, '"version" must be the number that the alarm list gave');
      const answer = box.commands.acknowledge(c.req.param("id"), version, panelAsker(c));
      if (answer.ok) return answered(c, answer);
      return problem(c, answer.status, answer.detail, { alarms: listedAlarms(box) });
    })
    .post("/api/silence", anybody("calm"), (c) => answered(c, box.commands.silence(panelAsker(c))))
    .post("/api/stop-request", anybody("calm"), (c) => answered(c, box.commands.requestStop(panelAsker(c))))
    .post("/api/reset", anybody("reset"), async (c) => {
      const asker = await resetter(c);
      return asker instanceof Response ? asker : answered(c, await box.commands.reset(asker));
    })
    .post("/api/demonstration/end", anybody("demonstration.end"), async (c) =>
      answered(c, await box.endDemonstration(panelAsker(c))),
    );
};
