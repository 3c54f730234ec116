/** People changed one at a time, in the real database with the real hashing. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { PersonAnswer, PersonOrder } from "../../server/store/person_order.ts";
import type { Store } from "../../server/store/store.ts";
import { actions, CONFIG, Folder, person } from "../fakes/store_folder.ts";

const MAX = { type: "user", id: "Max", role: "maintenance" } as const;

function changing(store: Store) {
  return async (order: PersonOrder) =>
    await store.crew.change({ order, by: MAX, origin: "127.0.0.1", reason: "new" });
}

function done(answer: PersonAnswer) {
  assert.ok(answer.ok, JSON.stringify(answer));
  return answer.person;
}

/** Status, member and sentence of what speaks against it. */
function against(answer: PersonAnswer): string {
  assert.ok(!answer.ok, "it was carried out");
  return `${answer.status} ${answer.errors.map(({ path, message }) => `${path} ${message}`).join("; ")}`;
}

test("the first person is made once, adds others, and cannot leave as the last who may set up the box", async () => {
  using folder = new Folder();
  await using store = await folder.open();
  const change = changing(store);
  assert.match(
    against(await change({ kind: "first", name: "Max", pin: "123456" })),
    /^400 pin is easy to guess/,
  );
  assert.match(
    against(await change({ kind: "first", name: "Max", pin: "7301" })),
    /^400 pin has 4 digits, needs 6/,
  );
  // Two at once: the second finds the first.
  const both = await Promise.all([
    change({ kind: "first", name: "Max", pin: "918273" }),
    change({ kind: "first", name: "Eve", pin: "918274" }),
  ]);
  assert.deepEqual(
    both.map(({ ok }) => ok),
    [true, false],
  );
  const max = done(both[0] as PersonAnswer);
  assert.deepEqual([max.role, max.active, max.provisioned, max.badge], ["maintenance", true, false, false]);

  for (const members of [{ active: false }, { role: "supervisor" }] as const)
    assert.match(
      against(await change({ kind: "change", id: max.id, ...members })),
      /^409 .* is the last who may set up/,
    );
  const kim = done(await change({ kind: "add", name: "Kim", role: "operator", pin: "2580" }));
  assert.match(
    against(await change({ kind: "add", name: " kIM", role: "operator", pin: "2581" })),
    /^409 name is Kim's/,
  );
  assert.match(
    against(await change({ kind: "change", id: kim.id, role: "maintenance" })),
    /^400 pin is needed: a PIN for role maintenance has 6 to 8 digits/,
  );
  assert.match(
    against(await change({ kind: "change", id: kim.id, role: "maintenance", pin: "2580" })),
    /^400 pin has 4 digits/,
  );
  assert.match(against(await change({ kind: "change", id: "nobody", active: true })), /^404 id names nobody/);
  done(await change({ kind: "change", id: kim.id, role: "maintenance", pin: "564738", name: "Kim L" }));
  done(await change({ kind: "change", id: max.id, active: false }));
  assert.equal((await store.checkPin("Max", "918273")).ok, false);
  assert.equal((await store.checkPin("Kim L", "564738")).ok, true);
  // A PIN that somebody else has is taken: to refuse it would tell it.
  done(await change({ kind: "add", name: "Twin", role: "supervisor", pin: "564738" }));

  const rows = await store.audit({ limit: 100 });
  assert.deepEqual(actions(rows), ["user.added", "user.added", "user.changed", "user.removed", "user.added"]);
  const [, left, changed] = rows;
  assert.deepEqual([left?.actor, left?.reason, left?.origin], ["Max", "new", "127.0.0.1"]);
  assert.deepEqual(changed?.before, { name: "Kim", role: "operator", active: true });
  assert.deepEqual(changed?.after, { name: "Kim L", role: "maintenance", active: true, pinChanged: true });
  assert.ok((await store.verifyAudit()).ok);
});

test("what proves somebody ends with another PIN and with their leaving, and not with another role", async () => {
  using folder = new Folder();
  await using store = await folder.open();
  const change = changing(store);
  const max = done(await change({ kind: "first", name: "Max", pin: "918273" }));
  const sam = done(await change({ kind: "add", name: "Sam", role: "supervisor", pin: "730146" }));
  const prove = async (pin: string) => {
    const checked = await store.checkPin("Sam", pin);
    assert.ok(checked.ok);
    return checked.person;
  };
  const proven = await prove("730146");
  done(await change({ kind: "change", id: sam.id, role: "maintenance", name: "Samuel" }));
  assert.deepEqual(await store.crew.standing(proven), { ...proven, name: "Samuel", role: "maintenance" });
  done(await change({ kind: "change", id: sam.id, name: "Sam" }));
  done(await change({ kind: "change", id: sam.id, pin: "518273" }));
  assert.equal(await store.crew.standing(proven), undefined);
  const again = await prove("518273");
  done(await change({ kind: "change", id: sam.id, active: false }));
  assert.equal(await store.crew.standing(again), undefined);
  // Nothing changed is nothing written.
  const before = (await store.audit({ limit: 100 })).length;
  const same = await change({ kind: "change", id: max.id, name: "Max" });
  assert.ok(same.ok && !same.changed);
  assert.equal((await store.audit({ limit: 100 })).length, before);
});

test("a badge is one person's, kept as a hash alone, and can be taken away and given to another", async () => {
  using folder = new Folder();
  await using store = await folder.open();
  const change = changing(store);
  const max = done(await change({ kind: "first", name: "Max", pin: "918273" }));
  const kim = done(
    await change({ kind: "add", name: "Kim", role: "operator", pin: "2580", badge: "0009148825" }),
  );
  assert.equal(kim.badge, true);
  assert.equal((await store.crew.ofBadge("0009148825"))?.name, "Kim");
  assert.equal(await store.crew.ofBadge("0009148826"), undefined);
  assert.match(
    against(await change({ kind: "change", id: max.id, badge: "0009148825" })),
    /^409 badge is Kim's/,
  );
  const held = Buffer.concat(readdirSync(folder.path).map((name) => readFileSync(join(folder.path, name))));
  assert.ok(!held.includes("0009148825"), "a badge is in a file");
  assert.ok(!JSON.stringify(await store.people()).match(/[0-9a-f]{32}/), "a hash is in an answer");
  done(await change({ kind: "change", id: kim.id, badge: null }));
  assert.equal(await store.crew.ofBadge("0009148825"), undefined);
  done(await change({ kind: "change", id: max.id, badge: "0009148825" }));
  assert.equal((await store.crew.ofBadge("0009148825"))?.name, "Max");
});

test("a provisioning file changes the people it named and keeps the badge, and none of those made by hand", async () => {
  using folder = new Folder();
  await using store = await folder.open();
  const change = changing(store);
  const publish = async (provisionHash: string, pin: string) =>
    await store.publishConfig({
      ...{ config: CONFIG, demonstration: false, author: MAX, reason: "r", provisionHash },
      people: [person("Sam", pin)],
    });
  await publish("a", "730146");
  done(await change({ kind: "first", name: "Max", pin: "918273" }));
  const [, sam] = await store.people();
  done(await change({ kind: "change", id: sam?.id ?? "", badge: "AB12-77" }));
  await publish("b", "518273");
  assert.equal((await store.crew.ofBadge("AB12-77"))?.name, "Sam");
  assert.deepEqual(
    (await store.people()).map(({ name, active, provisioned }) => [name, active, provisioned]),
    [
      ["Max", true, false],
      ["Sam", true, true],
    ],
  );
});
