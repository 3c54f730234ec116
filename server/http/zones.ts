/** The zones, for people with a session: listed with their planning values, drawn, changed, removed. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { Box } from "../box.ts";
import type { Config, ZoneConfig } from "../domain/config.ts";
import { addZone, changeZone, type EditedZone, outputsFollowing, removeZone } from "../domain/edit_zones.ts";
import { calibrate, type Grid, gridOf } from "../domain/ground.ts";
import type { Plan } from "../domain/planning.ts";
import type { Access, Env } from "./access.ts";
import { askerOf, bodyAs, publishEdit, unchangeable } from "./fields.ts";
import { problem } from "./problem.ts";

/** A zone as it is configured, with how far from the hazard it should reach. */
export type ListedZone = ZoneConfig & { readonly plan?: Plan };
export type GroundAnswer = Grid;

const draft = z.looseObject({});

function listed(box: Box, zone: ZoneConfig): ListedZone {
  const plan = box.view().zones.find(({ id }) => id === zone.id)?.plan;
  return { ...zone, ...(plan === undefined ? {} : { plan }) };
}

export const zones = (box: Box, access: Access) => {
  const find = (id: string): ZoneConfig | undefined => box.guard.config.zones.find((zone) => zone.id === id);
  const missing = (c: Context<Env>, id: string): Response => problem(c, 404, `No zone "${id}" is configured`);

  const publish = async (
    c: Context<Env>,
    edit: (config: Config) => EditedZone,
    done: "added" | "changed" | "removed",
  ) =>
    await publishEdit(c, { box, by: askerOf(c, access) }, (config) => {
      const edited = edit(config);
      if (!edited.ok) return edited;
      const { zone: item } = edited;
      return { ...edited, item, reason: `Zone ${item.name} was ${done}` };
    });

  return new Hono<Env>()
    .get("/api/zones", access.may("setup.look"), (c) =>
      c.json(box.guard.config.zones.map((zone) => listed(box, zone))),
    )
    .post("/api/zones", access.may("zones.change"), async (c) => {
      const given = await bodyAs(c, draft);
      if (given instanceof Response) return given;
      const now = unchangeable(c, box);
      if (now !== undefined) return now;
      const published = await publish(c, (config) => addZone(config, given), "added");
      if (published instanceof Response) return published;
      return c.json({ ...listed(box, published.item), changed: published.changed }, 201);
    })
    .put("/api/zones/:id", access.may("zones.change"), async (c) => {
      const id = c.req.param("id");
      const given = await bodyAs(c, draft);
      if (given instanceof Response) return given;
      if (find(id) === undefined) return missing(c, id);
      const now = unchangeable(c, box);
      if (now !== undefined) return now;
      const published = await publish(c, (config) => changeZone(config, id, given), "changed");
      if (published instanceof Response) return published;
      return c.json({ ...listed(box, published.item), changed: published.changed });
    })
    .delete("/api/zones/:id", access.may("zones.change"), async (c) => {
      const id = c.req.param("id");
      if (find(id) === undefined) return missing(c, id);
      const now = unchangeable(c, box);
      if (now !== undefined) return now;
      const outputs = outputsFollowing(box.guard.config, id).map((output) => ({
        id: output.id,
        name: output.name ?? output.id,
      }));
      if (outputs.length > 0) {
        const names = outputs.map(({ name }) => name).join(", ");
        return problem(c, 409, `Outputs follow zone ${id}: ${names}; bind them to other zones first`, {
          outputs,
        });
      }
      const published = await publish(c, (config) => removeZone(config, id), "removed");
      return published instanceof Response ? published : c.body(null, 204);
    })
    .get("/api/cameras/:id/ground", access.may("setup.look"), (c) => {
      const id = c.req.param("id");
      const camera = box.guard.config.cameras.find((candidate) => candidate.id === id);
      if (camera === undefined) return problem(c, 404, `No camera "${id}" is configured`);
      if (camera.ground === undefined)
        return problem(c, 404, `The floor of camera "${id}" is not measured; give it its ground`);
      const grid: GroundAnswer = gridOf(calibrate(camera.ground));
      return c.json(grid);
    });
};
