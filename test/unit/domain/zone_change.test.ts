import assert from "node:assert/strict";
import { test } from "node:test";
import type { Config } from "../../../server/domain/config.ts";
import { zoneChanges } from "../../../server/domain/zone_change.ts";
import { configOf } from "./scenario.ts";

const changed = (change: (zones: Config["zones"]) => Config["zones"]) => {
  const before = configOf();
  return { before, changes: zoneChanges(before, { ...before, zones: change(before.zones) }) };
};

test("a publication that moves no outline changes no picture", () => {
  const { changes } = changed((zones) => zones.map((zone) => ({ ...zone, name: "Other", minHeight: 0.1 })));
  assert.deepEqual(changes, []);
});

test("moved, new, removed and re-purposed zones are told with the outlines of their camera before and after", () => {
  const { before, changes } = changed((zones) =>
    zones.map((zone, i) =>
      i === 0
        ? {
            ...zone,
            polygon: [
              [0, 0],
              [1, 0],
              [1, 1],
            ] as const,
          }
        : zone,
    ),
  );
  const [first] = before.zones;
  assert.equal(changes.length, 1);
  assert.equal(changes[0]?.camera, first?.camera);
  assert.deepEqual(changes[0]?.before.find(({ id }) => id === first?.id)?.polygon, first?.polygon);
  assert.deepEqual(changes[0]?.after.find(({ id }) => id === first?.id)?.polygon, [
    [0, 0],
    [1, 0],
    [1, 1],
  ]);
  const gone = changed((zones) => zones.slice(1));
  assert.equal(gone.changes[0]?.after.length, (gone.changes[0]?.before.length ?? 0) - 1);
  const kind = changed((zones) =>
    zones.map((zone, i) => (i === 0 ? { ...zone, kind: "warn" as const } : zone)),
  );
  assert.deepEqual(
    kind.changes.map(({ camera }) => camera),
    [first?.camera],
  );
});
