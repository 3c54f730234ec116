/** The four commands of the panel, the alarms and the outputs. */
import { type Context, Hono } from "hono";
import type { Asker, Box } from "../box.ts";
import { type Access, type Env, panel as panelAsker, pinProblem } from "./access.ts";
import { listedAlarms } from "./alarms.ts";
import { answered } from "./fields.ts";
import { jsonBody, problem } from "./problem.ts";

export const panel = (box: Box, access: Access) => {
  /** Who resets: anybody where the panel overlooks every zone, else a supervisor or maintenance by PIN. */
  const resetter = async (c: Context<Env>): Promise<Asker | Response> => {
    // Without a database nobody can be asked for a PIN, and nothing may be energised.
    if (box.store === undefined) return problem(c, 503, box.faults[0] ?? "There is no database");
    const { name, pin } = await jsonBody(c);
    const origin = panelAsker(c).origin ?? "unknown";
    if (typeof name === "string" && typeof pin === "string") {
      const checked = await access.check(c, name, pin);
      if (checked.kind !== "ok") return pinProblem(c, checked);
      const { role } = checked.person;
      if (role === "operator" && !box.guard.rules.fullView)
        return problem(c, 403, "Reset needs a supervisor here: the panel does not overlook every zone");
      return { type: "user", id: checked.person.name, role, origin };
    }
    const person = access.person(c);
    if (person !== undefined && (person.role !== "operator" || box.guard.rules.fullView))
      return { type: "user", id: person.name, role: person.role, origin };
    if (box.guard.rules.fullView) return panelAsker(c);
    return problem(c, 401, "Reset needs a supervisor's name and PIN: the panel does not overlook every zone");
  };
  return new Hono<Env>()
    .get("/api/alarms", (c) => c.json(listedAlarms(box)))
    .post("/api/alarms/:id/acknowledge", async (c) => {
      const { version } = await jsonBody(c);
      if (version !== undefined && typeof version !== "number")
        return problem(c, 400, '"version" must be the number that the alarm list gave');
      const answer = box.commands.acknowledge(c.req.param("id"), version, panelAsker(c));
      if (answer.ok) return answered(c, answer);
      return problem(c, answer.status, answer.detail, { alarms: listedAlarms(box) });
    })
    .post("/api/silence", (c) => answered(c, box.commands.silence(panelAsker(c))))
    .post("/api/stop-request", (c) => answered(c, box.commands.requestStop(panelAsker(c))))
    .post("/api/reset", async (c) => {
      const asker = await resetter(c);
      return asker instanceof Response ? asker : answered(c, await box.commands.reset(asker));
    })
    .post("/api/demonstration/end", async (c) => answered(c, await box.endDemonstration(panelAsker(c))));
};
