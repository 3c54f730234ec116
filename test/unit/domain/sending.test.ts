/** What became of what was sent to others, and the settings of the network. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { EMPTY_CONFIG, parseProvision } from "../../../server/domain/config.ts";
import { sendingOf } from "../../../server/domain/sending.ts";
import { limitsOf, withSettings } from "../../../server/domain/setting_config.ts";

const SYSLOG = "syslog udp 192.0.2.7:514";
const MQTT = "mqtt mqtts://192.0.2.8:8883 palisade/v1/press-4/audit/head";
const at = (hour: number): string => `2026-11-22T0${hour}:00:00.000Z`;

test("each place has its own last time and its own failure since then", () => {
  const told = [
    { wallAt: at(5), sent: null },
    { wallAt: at(4), sent: `failed: ${MQTT}: it did not answer; try later: yes; ${SYSLOG}` },
    { wallAt: at(3), sent: `failed: ${MQTT}: Connection refused` },
    { wallAt: at(2), sent: `${SYSLOG}; ${MQTT}` },
  ];
  assert.deepEqual(sendingOf(told, "syslog"), { sentAt: at(4) });
  assert.deepEqual(sendingOf(told, "mqtt"), {
    sentAt: at(2),
    failedAt: at(4),
    why: "it did not answer; try later: yes",
  });
  assert.deepEqual(sendingOf(told.slice(0, 1), "syslog"), {});
  const code = [{ wallAt: at(1), sent: `failed: ${SYSLOG}: connect ECONNREFUSED 192.0.2.7:514` }];
  assert.match(sendingOf(code, "syslog").why ?? "", /^nobody listens there; check/);
  assert.deepEqual(sendingOf(told.slice(2, 3), "mqtt"), { failedAt: at(3), why: "Connection refused" });
});

test("other panels connect only where somebody wants it, at an address and a port that can be", () => {
  assert.deepEqual(EMPTY_CONFIG.network, { lan: { on: false, port: 8443 } });
  const wrong = (lan: object): readonly string[] => {
    const parsed = parseProvision({ network: { lan } });
    return parsed.ok ? [] : parsed.errors.map(({ path, message }) => `${path} ${message}`);
  };
  assert.deepEqual(wrong({ on: true, address: "192.0.2.10", port: 9443 }), []);
  assert.deepEqual(wrong({ address: "2001:db8::7" }), []);
  assert.match(wrong({ address: "press-4" }).join(), /^network.lan.address must be an address of this box/);
  for (const port of [443, 70_000])
    assert.match(wrong({ port }).join(), /^network.lan.port must be 1024 to 65535/);
  assert.match(wrong({ port: 8443.5 }).join(), /whole number/);
  assert.deepEqual(limitsOf("network.lan.port"), { type: "number", min: 1024, max: 65_535, default: 8443 });
  assert.deepEqual(limitsOf("network.lan.on"), { type: "yes-no", default: false });
});

test("a broker needs its topic, and without its address the rest of it means nothing", () => {
  const half = withSettings(EMPTY_CONFIG, { "record.mqtt.address": "mqtt://192.0.2.8:1883" });
  assert.ok(!half.ok && half.errors[0]?.path === "record.mqtt.topic");
  const whole = withSettings(EMPTY_CONFIG, {
    "record.mqtt.address": "mqtt://192.0.2.8:1883",
    "record.mqtt.topic": "palisade/v1/press-4",
  });
  assert.ok(whole.ok);
  const none = withSettings(whole.config, { "record.mqtt.address": null });
  assert.ok(none.ok && none.config.record.mqtt === undefined);
});
