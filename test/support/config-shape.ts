/** The members of a configuration, by their paths; run, it writes them down for the shape of today. */
import { writeFileSync } from "node:fs";
import { z } from "zod";
import { provision } from "../../server/domain/config.ts";
import { CONFIG_SHAPE } from "../../server/domain/config_shape.ts";
import { ROOT } from "./runtime.ts";

export const GOLDEN = `${ROOT}test/golden/config-shape.json`;

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
}

function pathsOf({ properties = {}, items }: Node, path: string): readonly string[] {
  const inside = Object.entries(properties).flatMap(([name, node]) => {
    const place = path === "" ? name : `${path}.${name}`;
    return [place, ...pathsOf(node, place)];
  });
  return [...inside, ...(items === undefined ? [] : pathsOf(items, `${path}[]`))];
}

/** Without people, who are not stored with it. */
export function membersOfConfig(): readonly string[] {
  const { users: _, ...properties } = (
    z.toJSONSchema(provision, { io: "input", unrepresentable: "any" }) as Node
  ).properties as Record<string, Node>;
  return pathsOf({ properties }, "").toSorted();
}

if (import.meta.main)
  writeFileSync(GOLDEN, `${JSON.stringify({ shape: CONFIG_SHAPE, members: membersOfConfig() }, null, 2)}\n`);
