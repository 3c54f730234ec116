/** One zone added, changed or removed in a configuration, held against the same rules as a provisioning file. */
import type { Config, OutputConfig, ZoneConfig } from "./config.ts";
import { type Draft, type Edited, held, idFor, merged, wrongId } from "./edit.ts";
import type { ZoneId } from "./units.ts";

/** With one zone more; its id is made of its name where the draft has none. */
export function addZone(config: Config, given: Draft): Edited<ZoneConfig> {
  const taken = config.zones.map(({ id }) => id);
  const name = typeof given.name === "string" ? given.name : "";
  const draft = { ...merged({}, given), id: given.id ?? idFor(name, taken, "zone") };
  return held(config, "zones", [...config.zones, draft], config.zones.length);
}

/** With the zone of this id as the draft has it; what the draft leaves out stays, null takes it out. */
export function changeZone(config: Config, id: ZoneId, given: Draft): Edited<ZoneConfig> {
  const index = config.zones.findIndex((zone) => zone.id === id);
  const before = config.zones[index];
  if (before === undefined) return wrongId(`names no zone: "${id}"`);
  if (given.id !== undefined && given.id !== id) return wrongId("cannot be changed: its outputs go by it");
  const zones: readonly Draft[] = config.zones;
  return held(config, "zones", zones.with(index, merged(before, given)), index);
}

export function outputsFollowing(config: Config, id: ZoneId): readonly OutputConfig[] {
  return config.outputs.filter(({ zones }) => zones.includes(id));
}

/** Without the zone; refused while outputs follow it, which are named. */
export function removeZone(config: Config, id: ZoneId): Edited<ZoneConfig> {
  const zone = config.zones.find((candidate) => candidate.id === id);
  if (zone === undefined) return wrongId(`names no zone: "${id}"`);
  const follow = outputsFollowing(config, id).map(({ id: own, name }) => name ?? own);
  if (follow.length > 0)
    return wrongId(`is still followed by outputs: ${follow.join(", ")}; bind them to other zones first`);
  return { ok: true, item: zone, config: { ...config, zones: config.zones.filter((one) => one !== zone) } };
}
