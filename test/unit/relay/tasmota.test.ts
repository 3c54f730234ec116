/** Tasmota boards: commands, both shapes of answers, the device's own timer, and what each refusal says. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { GuardianBoard } from "../../../server/domain/relay.ts";
import type { RelayDriver } from "../../../server/relay/driver.ts";
import { openTasmota, powerCommand, powerStates, pulseTimes } from "../../../server/relay/tasmota.ts";
import { TasmotaRig } from "../../rigs/relays_http.ts";

async function rigOf(t: TestContext, channels: number, password = ""): Promise<TasmotaRig> {
  const rig = new TasmotaRig({ channels, password });
  t.after(() => rig[Symbol.asyncDispose]());
  await rig.plugIn();
  return rig;
}

async function open(rig: TasmotaRig, more: Partial<GuardianBoard> = {}): Promise<RelayDriver> {
  const channels = rig.pulseTimes.length;
  const board = { id: "a", driver: "tasmota", channels, address: rig.address(), ...more } as const;
  return await openTasmota({ dataFolder: "", board });
}

test("all channels go in one command, what drops first", () => {
  assert.equal(powerCommand([true, false, true]), "Backlog0 Power2 0;Power1 1;Power3 1");
  assert.equal(powerCommand([false]), "Backlog0 Power1 0");
});

test("states are read from every shape that the firmware has, and nothing else passes for one", () => {
  assert.deepEqual(powerStates({ POWER1: "ON", POWER2: "OFF", Uptime: "1" }, 2), [true, false]);
  assert.deepEqual(powerStates({ POWER: "ON" }, 1), [true]);
  assert.deepEqual(powerStates({ POWER1: "OFF" }, 1), [false]);
  for (const wrong of [{}, { POWER1: "ON" }, { POWER: "ON" }, { POWER1: "ON", POWER2: "BLINK ON" }])
    assert.equal(powerStates(wrong, 2), undefined, JSON.stringify(wrong));
});

test("PulseTimes are read from both shapes", () => {
  const objects = { PulseTime1: { Set: 30, Remaining: 0 }, PulseTime2: { Set: 0, Remaining: 0 } };
  assert.deepEqual(pulseTimes(objects, 2), [30, 0]);
  assert.deepEqual(pulseTimes({ PulseTime: { Set: [30, 0, 0], Remaining: [0, 0, 0] } }, 2), [30, 0]);
  assert.deepEqual(pulseTimes({ Command: "Unknown" }, 2), [undefined, undefined]);
});

test("opening sets the timer of each channel once, and not at all without selfTimedMs", async (t) => {
  for (const lists of [false, true]) {
    const rig = await rigOf(t, 2);
    rig.lists = lists;
    rig.relays.setAll([true, true]);
    await using plain = await open(rig);
    assert.deepEqual([rig.pulseTimes, plain.renewEveryMs], [[0, 0], undefined]);
    await using timed = await open(rig, { selfTimedMs: 3_000 });
    assert.deepEqual([rig.pulseTimes, timed.renewEveryMs], [[30, 30], 1_000]);
    const { settings } = rig;
    await using again = await open(rig, { selfTimedMs: 3_000 });
    assert.equal(again.channels, 2);
    assert.equal(rig.settings, settings, "flash wears: what is set already is not written");
    assert.deepEqual(rig.relays.states, [true, true], "opening switches nothing");
  }
});

test("a firmware without PulseTime is refused where it is needed", async (t) => {
  const rig = await rigOf(t, 1);
  rig.fault = "garbage";
  await assert.rejects(
    open(rig, { selfTimedMs: 3_000 }),
    /^Error: Cannot open board "a": .+ as a Tasmota relay/,
  );
});

test("with the right password it switches, with a wrong one it says so", async (t) => {
  const rig = await rigOf(t, 1, "geheim&1 x");
  await using driver = await open(rig);
  await driver.write([true]);
  assert.deepEqual(await driver.read(), [true]);
  await using wrong = await open(rig, { address: rig.address("wrong") });
  await assert.rejects(wrong.read(), /^Error: Cannot read board "a": 127.+ refuses the password; correct it/);
});

test("channels that the device does not have say what to correct", async (t) => {
  await using driver = await open(await rigOf(t, 2), { channels: 3 });
  await driver.write([false, false, false]);
  await assert.rejects(driver.read(), /does not tell 3 channels; correct channels or the address$/);
});
