/** The link over a real guardian: server and guardian killed and stopped, each drop timed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { killGroup, signalChild } from "../../server/base/child.ts";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import { HOLD_EVERY_MS, LEASE_MS, RelayLink } from "../../server/relay/link.ts";
import {
  bench,
  coils,
  energised,
  judge,
  openLink,
  RUNS,
  SLOW_RUNS,
  startParent,
  timeToDrop,
} from "../fakes/guardian-bench.ts";
import { runs } from "../support/processes.ts";
import { until } from "../support/until.ts";

test("guardian drops every permit and ends when its server is killed", async (t) => {
  const it = await bench(t);
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const { child, guardian } = await startParent(t, it);
    const since = monotonicMs();
    signalChild(child, "SIGKILL");
    times.push(await timeToDrop(it, since));
    await until({ what: "the guardian is gone", ms: 2000, check: () => !runs(guardian) });
  }
  judge(t, "kill -9 of the server", times);
});

test("guardian drops every permit within the lease when its server is stopped, and none comes back", async (t) => {
  const it = await bench(t);
  const times: number[] = [];
  for (let i = 0; i < SLOW_RUNS; i++) {
    const { child, guardian } = await startParent(t, it);
    const since = monotonicMs();
    signalChild(child, "SIGSTOP");
    times.push(await timeToDrop(it, since));
    if (i === 0) {
      signalChild(child, "SIGCONT");
      await until({ what: "the horn follows the holds again", ms: 2000, check: () => coils(it.file)[1] });
      await wait(HOLD_EVERY_MS * 2);
      assert.deepEqual([coils(it.file)[0], coils(it.other)[0]], [false, false]);
    }
    killGroup(child);
    await until({ what: "the guardian is gone", ms: 2000, check: () => !runs(guardian) });
  }
  judge(t, "SIGSTOP of the server", times, LEASE_MS + 50 + 100);
});

for (const [name, what, count] of [
  ["SIGKILL", "killed", RUNS],
  ["SIGSTOP", "stopped", SLOW_RUNS],
] as const) {
  test(`link starts a guardian that drops every permit when the last one is ${what}`, async (t) => {
    const it = await bench(t);
    await using linked = openLink(it);
    const { link, states } = linked;
    const times: number[] = [];
    for (let i = 0; i < count; i++) {
      await linked.energise();
      const pid = link.pid;
      assert.ok(pid !== undefined);
      states.length = 0;
      const since = monotonicMs();
      process.kill(pid, name);
      times.push(await timeToDrop(it, since));
      assert.ok(
        states.some(({ kind }) => kind === "lost"),
        "the loss is told",
      );
      assert.notEqual(link.pid, pid);
      await until({ what: "the old guardian is gone", ms: 2000, check: () => !runs(pid) });
      await wait(HOLD_EVERY_MS * 2);
      assert.equal(energised(it), false, "nothing comes back without a new arm");
    }
    assert.equal(link.starts, count + 1);
    judge(t, `${name} of the guardian`, times);
  });
}

test("link drops everything before it is disposed, within its deadline", async (t) => {
  const it = await bench(t);
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    const linked = openLink(it);
    await linked.energise();
    const pid = linked.link.pid;
    const since = monotonicMs();
    await linked[Symbol.asyncDispose]();
    times.push(monotonicMs() - since);
    assert.deepEqual(
      [coils(it.file), coils(it.other)],
      [
        [false, false, false, false],
        [false, false],
      ],
    );
    assert.equal(pid !== undefined && runs(pid), false);
    assert.equal(linked.link.starts, 1);
    assert.deepEqual(linked.logged, ["Guardian started"]);
    assert.equal(linked.link.state.kind, "lost");
    linked.link.hold({ permit: "energised" });
    assert.equal(linked.link.arm(1, ["permit"]), false);
  }
  judge(t, "dispose", times, 500);
});

test("link that is disposed while its guardian is stopped makes certain with another", async (t) => {
  const it = await bench(t);
  const linked = openLink(it);
  await linked.energise();
  process.kill(linked.link.pid ?? 0, "SIGSTOP");
  await linked[Symbol.asyncDispose]();
  assert.deepEqual(
    [coils(it.file), coils(it.other)],
    [
      [false, false, false, false],
      [false, false],
    ],
  );
});

test("link gives up on no guardian, and starts them more slowly while they die young", async (t) => {
  const it = await bench(t);
  // A configuration that the guardian refuses: it ends at once, with code 2.
  const [permit] = it.config.outputs;
  assert.ok(permit !== undefined);
  const config = { ...it.config, outputs: [{ ...permit, channel: 99 }] };
  await using linked = openLink({ ...it, config });
  const since = monotonicMs();
  await until({ what: "four guardians were tried", ms: 8000, check: () => linked.link.starts >= 4 });
  assert.ok(monotonicMs() - since >= 300, "the third and fourth waited 100 and 200 ms");
  assert.ok(linked.states.every(({ kind }) => kind === "lost"));
  assert.match(linked.states.at(-1)?.kind === "lost" ? linked.link.state.kind : "", /lost/);
});

test("link does not let an answer bring the next hold, and sends a change out of an answer", async (t) => {
  const it = await bench(t);
  let answers = 0;
  let horn: "energised" | "dropped" = "dropped";
  await using link = RelayLink.open({
    config: it.config,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    onChange: () => {
      answers++;
      link.hold({ horn });
    },
  });
  await until({ what: "the guardian is there", ms: 8000, check: () => link.state.kind === "held" });
  answers = 0;
  for (let i = 0; i < 5; i++) {
    link.hold({ horn });
    await wait(HOLD_EVERY_MS);
  }
  assert.ok(answers >= 5 && answers <= 15, `${answers} answers to 5 holds`);
  horn = "energised";
  link.hold({ horn: "dropped" });
  await until({ what: "the horn is energised", ms: 2000, check: () => coils(it.file)[1] });
});
