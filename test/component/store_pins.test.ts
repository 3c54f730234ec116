/** People and their PINs, with the real hashing. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import type { UserConfig } from "../../server/domain/config.ts";
import { actions, CONFIG, Folder, person, SAM } from "../fakes/store_folder.ts";

test("people come by a file with their PINs, stay by hand, and go when a later file drops them", async () => {
  using folder = new Folder();
  await using store = await folder.open();
  const publish = (provisionHash: string | undefined, ...people: UserConfig[]) =>
    store.publishConfig({
      config: CONFIG,
      demonstration: false,
      author: SAM,
      reason: "r",
      people,
      ...(provisionHash === undefined ? {} : { provisionHash }),
    });
  assert.equal(
    (await publish("a", person("Sam", "730146"), person("Kim", "4711", "operator"))).changed,
    true,
  );
  assert.equal(
    (await publish("a", person("Sam", "730146"), person("Kim", "4711", "operator"))).changed,
    false,
  );
  assert.equal((await publish(undefined, person("Lee", "902107", "maintenance"))).changed, true);
  const checked = await store.checkPin("Sam", "730146");
  assert.ok(checked.ok);
  const { proof, ...known } = checked.person;
  const id = (await store.people()).find((row) => row.name === "Sam")?.id;
  assert.deepEqual(known, { id, name: "Sam", role: "supervisor" });
  assert.ok(proof !== "");
  assert.equal((await store.checkPin(" SAM ", "730146")).ok, true);
  assert.deepEqual(await store.checkPin("Sam", "730147"), { ok: false });
  assert.deepEqual(await store.checkPin("Nobody", "730146"), { ok: false });

  assert.equal((await publish("b", person("Sam", "518273"))).changed, true);
  const state = (await store.people()).map(({ name, active, provisioned }) => [name, active, provisioned]);
  assert.deepEqual(state, [
    ["Kim", false, true],
    ["Lee", true, false],
    ["Sam", true, true],
  ]);
  assert.deepEqual(await store.checkPin("Kim", "4711"), { ok: false });
  assert.deepEqual(await store.checkPin("Sam", "730146"), { ok: false });
  assert.equal((await store.checkPin("Sam", "518273")).ok, true);
  const rows = await store.audit({ limit: 100 });
  assert.deepEqual(actions(rows), [
    "config.published",
    "user.added",
    "user.added",
    "user.added",
    "config.published",
    "user.changed",
    "user.removed",
  ]);
  const told = JSON.stringify(rows) + JSON.stringify(await store.people());
  const held = Buffer.concat(readdirSync(folder.path).map((name) => readFileSync(join(folder.path, name))));
  for (const pin of ["730146", "518273", "902107"]) {
    assert.ok(!told.includes(`"${pin}"`), "a PIN is in an answer");
    assert.ok(!held.includes(pin), "a PIN is in a file");
  }
  assert.ok(!/"(hash|salt)":"[^"]*"/.test(JSON.stringify(await store.people())), "a hash is in an answer");
  assert.equal(statSync(join(folder.path, "pepper")).mode & 0o777, 0o600);
});

test("a wrong PIN, an unknown name and a person who left take the same time", async (t) => {
  using folder = new Folder();
  await using store = await folder.open();
  const told = { config: CONFIG, demonstration: false, author: SAM, reason: "r" };
  await store.publishConfig({
    ...told,
    provisionHash: "a",
    people: [person("Sam", "730146"), person("Kim", "518273")],
  });
  await store.publishConfig({ ...told, provisionHash: "b", people: [person("Sam", "730146")] });
  const times: Record<string, number[]> = { Sam: [], Nobody: [], Kim: [] };
  for (let i = 0; i < 3; i++) {
    for (const [name, list] of Object.entries(times)) {
      const start = monotonicMs();
      assert.equal((await store.checkPin(name, "111222")).ok, false);
      list.push(monotonicMs() - start);
      // Past the pause after a wrong one, which is as long for all of them.
      await wait(2.2 * (monotonicMs() - start));
    }
  }
  const best = Object.values(times).map((list) => Math.min(...list));
  t.diagnostic?.(`PIN check, fastest of 3, ms: ${best.map((ms) => ms.toFixed(0)).join(", ")}`);
  // The smallest of three is what the machine can do without its other work; the work is the same to a tenth.
  assert.ok(Math.max(...best) / Math.min(...best) < 1.5, best.join());
  assert.ok(Math.min(...best) > 20, "a check this quick is no scrypt");
});

test("a replaced pepper lets nobody in, is logged once, and a broken one is told with its cure", async () => {
  using folder = new Folder();
  const told = {
    config: CONFIG,
    demonstration: false,
    author: SAM,
    reason: "r",
    people: [person("Sam", "730146")],
  };
  {
    await using store = await folder.open();
    await store.publishConfig(told);
  }
  rmSync(join(folder.path, "pepper"));
  {
    await using store = await folder.open();
    assert.equal((await store.checkPin("Sam", "730146")).ok, false);
    assert.equal((await store.checkPin("Sam", "730146")).ok, false);
    assert.equal(folder.logged.filter((line) => line.includes("pepper")).length, 1);
    assert.equal((await store.publishConfig(told)).changed, true, "a new PIN is set with the new pepper");
    assert.equal((await store.checkPin("Sam", "730146")).ok, true);
  }
  writeFileSync(join(folder.path, "pepper"), "abc");
  await using store = await folder.open();
  await assert.rejects(store.checkPin("Sam", "730146"), /it has 3 bytes, needs 32; restore it from a backup/);
});

test("more than ten PIN checks at once are refused", async () => {
  using folder = new Folder();
  await using store = await folder.open();
  const people = [person("Sam", "730146")];
  await store.publishConfig({ config: CONFIG, demonstration: false, author: SAM, reason: "r", people });
  const checks = Array.from({ length: 12 }, () =>
    store.checkPin("Sam", "730146").then(
      () => "ok",
      (e: Error) => e.message,
    ),
  );
  const refused = (await Promise.all(checks)).filter((text) => text !== "ok");
  assert.equal(refused.length, 2);
  assert.match(refused[0] ?? "", /10 checks are waiting; try again/);
});

test("wrong PINs, however many at once, have at most a third of one core; a right one is followed by no pause", async (t) => {
  using folder = new Folder();
  await using store = await folder.open();
  const people = [person("Sam", "730146")];
  await store.publishConfig({ config: CONFIG, demonstration: false, author: SAM, reason: "r", people });
  const cpuMs = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  };
  const [start, cpu] = [monotonicMs(), cpuMs()];
  await Promise.all(Array.from({ length: 3 }, (_, i) => store.checkPin(`Guess ${i}`, "111222")));
  const pauseMs = monotonicMs();
  assert.equal((await store.checkPin("Sam", "730146")).ok, true);
  const share = (cpuMs() - cpu) / (monotonicMs() - start);
  t.diagnostic?.(
    `share of a core: ${share.toFixed(2)}; ${Math.round(monotonicMs() - pauseMs)} ms for a right one behind`,
  );
  assert.ok(share < 0.6, `${share}`);
  const right = monotonicMs();
  assert.equal((await store.checkPin("Sam", "730146")).ok, true);
  const first = monotonicMs() - right;
  const second = monotonicMs();
  assert.equal((await store.checkPin("Sam", "730146")).ok, true);
  assert.ok(monotonicMs() - second < 2.5 * first, "no pause lies between right ones");
});
