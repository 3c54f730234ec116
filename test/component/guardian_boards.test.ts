/** A real guardian over second channels, feedback contacts, boards that drop by themselves, and boards that hang. */
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { signalChild } from "../../server/base/child.ts";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import type { GuardianConfig } from "../../server/domain/relay.ts";
import { FEEDBACK_MS } from "../../server/relay/feedback.ts";
import { simulatedInputs } from "../../server/relay/simulated.ts";
import {
  Bare,
  type Bench,
  bench,
  coils,
  energised,
  judge,
  setCoils,
  timeToDrop,
} from "../fakes/guardian-bench.ts";
import { ModbusTcpRig } from "../rigs/modbus.ts";
import { until } from "../support/until.ts";

/** Board b's input 1 is a mirror contact of its channel 1, as long as nobody wires it otherwise. */
const TWO_CHANNELS: GuardianConfig["outputs"] = [
  {
    id: "permit",
    board: "a",
    channel: 1,
    permit: true,
    second: { board: "b", channel: 1 },
    feedback: { board: "b", input: 1, closed: "dropped" },
  },
];

/** What the contact of the permit says, whatever its coils do; undefined takes the wire away again. */
function wire(it: Bench, says: "energised" | "dropped" | undefined): void {
  const file = simulatedInputs(it.config.dataFolder, "b");
  if (says === undefined) rmSync(file);
  else writeFileSync(file, JSON.stringify([says === "dropped", true]));
}

test("guardian drives both channels of a permit, tells them and its contact, and how long its drop took", async (t) => {
  const it = await bench(t, TWO_CHANNELS);
  await using guardian = new Bare(it.config);
  await guardian.energise(it);
  const on = await guardian.reported(
    "the contact follows",
    ({ outputs }) => outputs.permit?.feedback === "energised",
  );
  const { second, feedbackMismatch, dropMs } = on.outputs.permit ?? {};
  assert.deepEqual([second, feedbackMismatch, dropMs], ["energised", false, undefined]);
  guardian.stopHolding();
  guardian.hold("dropped");
  const off = await guardian.reported(
    "the drop is proven",
    ({ outputs }) => outputs.permit?.dropMs !== undefined,
  );
  const took = off.outputs.permit?.dropMs ?? Number.NaN;
  assert.ok(took > 0 && took < FEEDBACK_MS, `${took} ms`);
  assert.deepEqual(
    [off.outputs.permit?.readback, off.outputs.permit?.second, off.outputs.permit?.feedback],
    ["dropped", "dropped", "dropped"],
  );
});

test("guardian tells the inputs of a board that carries conditions: at once when one moves, and none it cannot read", async (t) => {
  const it = await bench(t, [{ id: "permit", board: "a", channel: 1, permit: true }]);
  const file = simulatedInputs(it.config.dataFolder, "b");
  const put = (closed: unknown): void => writeFileSync(file, JSON.stringify(closed));
  put([false, true]);
  await using guardian = new Bare({ ...it.config, conditions: ["b"] });
  const first = await guardian.reported("the inputs are told", ({ inputs }) => inputs?.b !== undefined);
  assert.deepEqual(Object.keys(first.inputs ?? {}), ["b"]);
  assert.deepEqual(first.inputs?.b?.closed, [false, true]);
  put([true, true]);
  const moved = await guardian.reported("the contact moves", ({ inputs }) => inputs?.b?.closed[0] === true);
  assert.ok(monotonicMs() - (moved.inputs?.b?.at ?? 0) < 1_000, "the age is that of the reading");
  put("broken");
  const gone = await guardian.reported("the board is lost", ({ boards }) => boards.b?.kind === "lost");
  assert.equal(gone.inputs?.b, undefined);
});

test("guardian drops the first channel when the second one is dropped by another hand", async (t) => {
  const it = await bench(t, TWO_CHANNELS);
  await using guardian = new Bare(it.config);
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    await guardian.energise(it);
    const before = guardian.last?.epoch ?? 0;
    const since = monotonicMs();
    setCoils(it.other, [false, false]);
    times.push(await timeToDrop(it, since));
    const report = await guardian.reported("the drop is told", ({ epoch }) => epoch > before);
    assert.equal(report.lastDrop.cause, "mismatch");
  }
  judge(t, "a second channel that falls out", times, 500);
});

test("guardian drops everything when a contact does not follow its output, and says so until it does", async (t) => {
  const it = await bench(t, TWO_CHANNELS);
  await using guardian = new Bare(it.config);
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    await guardian.energise(it);
    await guardian.reported("the contact follows", ({ outputs }) => outputs.permit?.feedback === "energised");
    const since = monotonicMs();
    wire(it, "dropped");
    times.push(await timeToDrop(it, since));
    await guardian.reported(
      "it is told",
      ({ lastDrop }) => lastDrop.cause === "feedback" && lastDrop.at > since,
    );
    assert.ok(guardian.reports.some(({ outputs, at }) => at > since && outputs.permit?.feedbackMismatch));
    // Now it agrees: everything is dropped.
    await guardian.reported("it agrees", ({ outputs }) => outputs.permit?.feedbackMismatch === false);
    wire(it, undefined);
  }
  // Seen at the latest by the second poll of 100 ms, and then it may last for 300 ms.
  judge(t, "a contact that falls out", times, FEEDBACK_MS + 300);
  assert.ok(Math.min(...times) > FEEDBACK_MS);
});

test("guardian refuses to arm what a welded contact says is energised, until the contact opens", async (t) => {
  const it = await bench(t, TWO_CHANNELS);
  await using guardian = new Bare(it.config);
  await guardian.energise(it);
  const since = monotonicMs();
  wire(it, "energised");
  guardian.stopHolding();
  guardian.hold("dropped");
  await guardian.reported("the weld is told", ({ outputs }) => outputs.permit?.feedbackMismatch === true);
  assert.ok(monotonicMs() - since > FEEDBACK_MS);
  assert.equal(guardian.last?.lastDrop.cause, "feedback");
  for (let i = 0; i < 5; i++) {
    guardian.hold("dropped");
    guardian.order({ kind: "arm", epoch: guardian.last?.epoch ?? 0, outputs: ["permit"] });
    guardian.hold("energised");
    await wait(50);
    assert.deepEqual([coils(it.file)[0], coils(it.other)[0]], [false, false]);
  }
  wire(it, undefined);
  await guardian.energise(it);
});

const WIRE = { id: "wire", driver: "modbus-tcp", channels: 4 } as const;

/** The permit on a Modbus board, and nothing else but what is given. */
async function modbus(
  t: TestContext,
  more: object,
): Promise<{ rig: ModbusTcpRig; config: GuardianConfig; it: Bench }> {
  const rig = new ModbusTcpRig({ channels: 4 });
  await rig.plugIn();
  t.after(() => rig[Symbol.asyncDispose]());
  const it = await bench(t);
  const board = { ...WIRE, address: rig.address, ...more };
  const outputs = [{ id: "permit", board: "wire", channel: 2, permit: true }];
  return { rig, it, config: { ...it.config, boards: [board], outputs } };
}

const SELF_TIMED_MS = 600;

test("guardian renews a board that drops by itself, which drops when nobody does so and stays dropped", async (t) => {
  const { rig, config } = await modbus(t, { selfTimedMs: SELF_TIMED_MS });
  await using guardian = new Bare(config);
  const energised = () => rig.relays.states[1] === true;
  const times: number[] = [];
  for (const signal of ["SIGSTOP", "SIGKILL"] as const) {
    await guardian.energise();
    const end = monotonicMs() + 4 * SELF_TIMED_MS;
    while (monotonicMs() < end) {
      assert.ok(energised(), "it stays energised over its own time");
      await wait(2);
    }
    const since = monotonicMs();
    signalChild(guardian.child, signal);
    times.push(
      await until({
        what: "it drops",
        ms: 3000,
        everyMs: 2,
        check: () => !energised() && monotonicMs() - since,
      }),
    );
    if (signal === "SIGKILL") break;
    await wait(SELF_TIMED_MS);
    signalChild(guardian.child, "SIGCONT");
    // The holds that waited meanwhile, and the renewal that was due, energise nothing.
    const calm = monotonicMs() + 1000;
    while (monotonicMs() < calm) {
      assert.equal(energised(), false, "nothing comes back without a new arm");
      await wait(1);
    }
  }
  judge(t, "a guardian that no longer renews", times, SELF_TIMED_MS + 50);
});

/** Permits on their boards, and a lamp alone on the Modbus board. */
async function lampOnModbus(t: TestContext): Promise<{ rig: ModbusTcpRig; both: GuardianConfig; it: Bench }> {
  const { rig, config, it } = await modbus(t, {});
  const lamp = { id: "lamp", board: "wire", channel: 1, permit: false };
  const boards = [...it.config.boards, ...config.boards];
  return { rig, it, both: { ...config, boards, outputs: [...it.config.outputs, lamp] } };
}

/** A board that hangs is opened again for this long: several tries, each of which hangs as well. */
const HUNG_MS = 2_000;

test("guardian holds its permits while a board of lamps hangs, and no answer waits for that board", async (t) => {
  const { rig, both, it } = await lampOnModbus(t);
  await using guardian = new Bare(both);
  await guardian.energise(it);
  const epoch = guardian.last?.epoch;
  rig.fault = "hang";
  await guardian.reported("the lamps are told lost", ({ boards }) => boards.wire?.kind === "lost");
  const since = monotonicMs();
  let [carried, carriedAt, longest] = [0, since, 0];
  while (monotonicMs() - since < HUNG_MS) {
    assert.ok(energised(it), "the permits stay energised");
    const seq = guardian.last?.seq ?? 0;
    longest = Math.max(longest, monotonicMs() - carriedAt);
    if (seq !== carried) [carried, carriedAt] = [seq, monotonicMs()];
    await wait(5);
  }
  assert.equal(guardian.last?.epoch, epoch);
  assert.equal(guardian.last?.outputs.lamp?.readback, "unknown");
  t.diagnostic(`holds were told as carried out every ${longest.toFixed(0)} ms at most`);
  // They come every 100 ms; a try to open a board that hangs takes several times as long.
  assert.ok(longest < 250, `${longest.toFixed(0)} ms`);
  rig.fault = "none";
  const lit = await guardian.reported(
    "the lamp is lit again",
    ({ outputs }) => outputs.lamp?.readback === "energised",
  );
  assert.equal(lit.outputs.lamp?.dropMs, undefined, "the time it was away is no time of a relay");
  assert.equal(guardian.last?.epoch, epoch);
});

test("guardian drops one board at once while another one hangs, and goes on without that one", async (t) => {
  const { rig, both, it } = await lampOnModbus(t);
  await using guardian = new Bare(both);
  const times: number[] = [];
  for (let i = 0; i < 10; i++) {
    await guardian.energise(it);
    guardian.stopHolding();
    rig.fault = "hang";
    guardian.hold("energised");
    await wait(i * 10);
    const since = monotonicMs();
    guardian.hold("dropped");
    times.push(await timeToDrop(it, since));
    await guardian.reported("the hung board is told lost", ({ boards }) => boards.wire?.kind === "lost");
    rig.fault = "none";
    await guardian.reported("it is back", ({ boards }) => boards.wire?.kind === "ok");
  }
  assert.equal(rig.relays.states[0], false);
  // A few ms of writing and looking; the hung call lasts for 200.
  judge(t, "a drop beside a board that hangs", times, 100);
});
