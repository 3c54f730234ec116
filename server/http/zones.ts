/** The zones, for people with a session: listed with their planning values, drawn, changed, removed. */
import { Hono } from "hono";
import type { Box } from "../box.ts";
import type { ZoneConfig } from "../domain/config.ts";
import { addZone, changeZone, outputsFollowing, removeZone } from "../domain/edit_zones.ts";
import { calibrate, type Grid, gridOf } from "../domain/ground.ts";
import type { Plan } from "../domain/planning.ts";
import type { Access, Env } from "./access.ts";
import { editing } from "./editing.ts";
import { problem } from "./problem.ts";

/** A zone as it is configured, with how far from the hazard it should reach. */
export type ListedZone = ZoneConfig & { readonly plan?: Plan };
export type GroundAnswer = Grid;

function listed(box: Box, zone: ZoneConfig): ListedZone {
  const plan = box.view().zones.find(({ id }) => id === zone.id)?.plan;
  return { ...zone, ...(plan === undefined ? {} : { plan }) };
}

export const zones = (box: Box, access: Access) => {
  const edits = editing<ZoneConfig>(
    { box, access },
    {
      ...{ thing: "zone", list: (config) => config.zones },
      ...{ add: addZone, change: changeZone, remove: removeZone },
      needed: {
        by: outputsFollowing,
        say: (id, names) => `Outputs follow zone ${id}: ${names}; bind them to other zones first`,
      },
      reason: ({ name: item }, done) => `Zone ${item} was ${done}`,
      shown: (zone) => listed(box, zone),
    },
  );

  return new Hono<Env>()
    .get("/api/zones", access.may("setup.look"), (c) =>
      c.json(box.guard.config.zones.map((zone) => listed(box, zone))),
    )
    .post("/api/zones", access.may("zones.change"), (c) => edits.added(c))
    .put("/api/zones/:id", access.may("zones.change"), (c) => edits.changed(c, c.req.param("id")))
    .delete("/api/zones/:id", access.may("zones.change"), (c) => edits.removed(c, c.req.param("id")))
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
