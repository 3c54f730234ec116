/** Settings by their paths: limits of the configuration's own shape, changes, and everything wrong with one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { EMPTY_CONFIG } from "../../../server/domain/config.ts";
import { limitsOf, memberAt, SETTING_PATHS, withSettings } from "../../../server/domain/setting_config.ts";

test("limits and defaults are those that the configuration is held against", () => {
  assert.deepEqual(limitsOf("record.keepRows"), {
    ...{ type: "number", min: 10_000, max: 5_000_000, default: 250_000 },
  });
  assert.deepEqual(limitsOf("tests.demandWalk"), { type: "yes-no", default: false });
  assert.deepEqual(limitsOf("record.syslog.transport"), {
    ...{ type: "choice", options: ["udp", "tcp"], default: "udp" },
  });
  assert.deepEqual(limitsOf("site.name"), { type: "text", maxLength: 80, default: "Palisade" });
  assert.equal(limitsOf("shifts").type, "list");
  for (const path of SETTING_PATHS) {
    const { type, min, max } = limitsOf(path);
    if (type !== "number" || min === undefined || max === undefined) continue;
    assert.ok(withSettings(EMPTY_CONFIG, { [path]: min }).ok, `${path} takes its least`);
    assert.ok(withSettings(EMPTY_CONFIG, { [path]: max }).ok, `${path} takes its most`);
    assert.ok(!withSettings(EMPTY_CONFIG, { [path]: max + 1 }).ok, `${path} takes no more`);
  }
});

test("changes are one new configuration, null brings a default back, and the old one stays as it was", () => {
  const before = JSON.stringify(EMPTY_CONFIG);
  const changed = withSettings(EMPTY_CONFIG, {
    "site.name": "Press 4",
    "record.keepDays": 30,
    "record.syslog.address": "192.0.2.7:514",
    shifts: [{ name: "Day", from: "07:00" }],
  });
  assert.ok(changed.ok);
  const { config } = changed;
  assert.equal(memberAt(config, "site.name"), "Press 4");
  assert.equal(memberAt(config, "record.syslog.transport"), "udp");
  assert.equal(JSON.stringify(EMPTY_CONFIG), before);
  const back = withSettings(config, {
    ...{ "record.keepDays": null, "record.syslog.address": null, shifts: null },
  });
  assert.ok(back.ok);
  assert.deepEqual(back.config, { ...EMPTY_CONFIG, site: { ...EMPTY_CONFIG.site, name: "Press 4" } });
});

test("everything wrong is told at once, by the path of its setting", () => {
  const wrong = withSettings(EMPTY_CONFIG, {
    "site.timezone": "Mars/Olympus",
    "tests.walkDays": 0,
    "record.syslog.transport": "tcp",
  });
  assert.ok(!wrong.ok);
  assert.deepEqual(
    wrong.errors.map(({ path }) => path),
    ["record.syslog.address", "site.timezone", "tests.walkDays"],
  );
});
