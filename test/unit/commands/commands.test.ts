/** Orders that take something out of the rules: recorded first, asked again after, and not carried out otherwise. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { monotonicMs, wallMs } from "../../../server/base/clock.ts";
import { Commands } from "../../../server/commands.ts";
import { normalAlarm } from "../../../server/domain/alarm.ts";
import { compileRules } from "../../../server/domain/rules.ts";
import { shiftAt } from "../../../server/domain/shift.ts";
import { DEFAULT_SHIFTS } from "../../../server/domain/shift_config.ts";
import { initialSupervision, type Supervision } from "../../../server/domain/supervision.ts";
import type { Guard } from "../../../server/guard.ts";
import type { Journal, JournalEntry } from "../../../server/journal.ts";
import type { Told } from "../../../server/pipeline.ts";
import type { Upkeep } from "../../../server/upkeep.ts";
import { configOf, PROVISION } from "../domain/scenario.ts";

const SAM = { type: "user", id: "Sam", role: "supervisor", origin: "panel-1" } as const;
const CONFIG = configOf(PROVISION);
const RULES = compileRules(CONFIG, 0.45);
const ZONE = RULES.zones[0]?.id ?? "";
const ORDER = { zone: ZONE, reason: "cleaning", minutes: 10, role: "supervisor" } as const;

/** Commands over a guard that only writes down what it is fed. */
function desk(
  commit: (entry: JournalEntry) => Promise<void> = async () => undefined,
  kept: () => Promise<boolean> = async () => true,
) {
  const done: string[] = [];
  const fed: Told[] = [];
  const pipeline = {
    state: {
      ...initialSupervision(RULES, monotonicMs()),
      detector: { kind: "ready", warmupMs: 1 },
    } as Supervision,
    rules: RULES,
    feed: (input: Told) => {
      done.push(`fed ${input.kind}`);
      fed.push(input);
    },
  };
  const journal = {
    tell: ({ action, result = "ok" }: JournalEntry) => void done.push(`told ${action} ${result}`),
    commit: async (entry: JournalEntry) => {
      await commit(entry);
      done.push(`committed ${entry.action}`);
    },
  };
  const commands = new Commands({
    guard: () => ({ pipeline, rules: RULES, config: CONFIG }) as unknown as Guard,
    journal: journal as unknown as Journal,
    upkeep: { kept } as unknown as Upkeep,
  });
  return { commands, done, fed, pipeline };
}

test("a bypass is recorded with who, why and how long before it begins", async () => {
  const rows: JournalEntry[] = [];
  const { commands, done, fed } = desk(async (entry) => void rows.push(entry));
  assert.deepEqual(await commands.bypass(ORDER, SAM), { ok: true });
  assert.deepEqual(done, ["committed command.bypass", "fed bypass"]);
  const { actor, object, reason, after, origin } = rows[0] ?? {};
  assert.deepEqual(
    { actor, object, reason, after, origin },
    {
      actor: { type: "user", id: "Sam", role: "supervisor" },
      object: { type: "zone", id: ZONE },
      reason: "cleaning",
      after: { minutes: 10 },
      origin: "panel-1",
    },
  );
  const [input] = fed;
  assert.ok(input?.kind === "bypass" && input.by === "Sam" && input.role === "supervisor");
  assert.ok(Math.abs(input.untilAt - monotonicMs() - 600_000) < 5_000);
});

test("what cannot be recorded is not carried out", async () => {
  const full = async (): Promise<void> => {
    throw new Error("the disk is full; make room on it");
  };
  for (const order of ["bypass", "testOutput"] as const) {
    const { commands, fed, pipeline } = desk(full);
    const held = { ...pipeline.state, ...holding() };
    pipeline.state = held;
    const answer =
      order === "bypass"
        ? await commands.bypass(ORDER, SAM)
        : await commands.testOutput({ output: "horn", drive: "energised", seconds: 2 }, SAM);
    assert.ok(
      !answer.ok && answer.status === 503 && /the disk is full/.test(answer.detail),
      JSON.stringify(answer),
    );
    assert.deepEqual(fed, []);
  }
});

/** Every board answers. */
function holding(): Pick<Supervision, "relay"> {
  const state = { demand: "dropped", readback: "dropped", mismatch: false } as const;
  const report = {
    ...{ kind: "state", seq: 1, at: 0, epoch: 1, armed: [], lastDrop: { cause: "start", at: 0 } },
    boards: Object.fromEntries(RULES.boards.map(({ id }) => [id, { kind: "ok" }])),
    outputs: Object.fromEntries(RULES.outputs.map(({ id }) => [id, state])),
  } as const;
  return { relay: { kind: "held", report } as unknown as Supervision["relay"] };
}

test("what became impossible while it was recorded is refused, and both are in the trail", async () => {
  const made = desk(async () => {
    made.pipeline.state = { ...made.pipeline.state, ended: true };
  });
  const answer = await made.commands.bypass(ORDER, SAM);
  assert.ok(!answer.ok && answer.status === 409 && (answer.refusals?.length ?? 0) > 0);
  assert.deepEqual(made.done, ["committed command.bypass", "told command.bypass denied"]);
});

test("a bypass is told when the shift ends, a second early, so that its end stands in that shift's report", async () => {
  const box = desk();
  const before = monotonicMs();
  await box.commands.bypass(ORDER, SAM);
  const { untilWallAt } = shiftAt(DEFAULT_SHIFTS, CONFIG.site.timezone, wallMs());
  const [input] = box.fed;
  assert.ok(input?.kind === "bypass" && input.shiftEndsAt !== undefined);
  const wrongBy = input.shiftEndsAt - (before + untilWallAt - wallMs() - 1_000);
  assert.ok(wrongBy > -1_000 && wrongBy < 1_000, String(wrongBy));
});

test("ending a bypass or a test waits for nothing, and one that is not there is not found", () => {
  const { commands, done, pipeline } = desk();
  for (const answer of [commands.endBypass(ZONE, SAM), commands.endTest("horn", SAM)])
    assert.ok(!answer.ok && answer.status === 404);
  assert.deepEqual(done, []);
  const bypass = { by: "Sam", reason: "cleaning", since: 0, untilAt: 1 } as const;
  pipeline.state = { ...pipeline.state, bypasses: new Map([[ZONE, bypass]]) };
  assert.deepEqual(commands.endBypass(ZONE, { type: "panel", id: "panel" }), { ok: true });
  assert.deepEqual(done, ["fed bypass-end", "told command.bypass-end ok"]);
});

test("an alarm leaves the list only after its row, asked again after it, and comes back at once, answered after its row", async () => {
  const raised = { ...normalAlarm("zone.warn.occupied", "aisle", 4), state: "unacknowledged" } as const;
  const { id } = raised;
  const track = { alarm: raised, presentSince: 1, goneSince: undefined, raises: [] };
  const order = { alarm: id, as: "shelved", reason: "known", minutes: 10, version: 4 } as const;
  const rows: JournalEntry[] = [];
  const box = desk(async (entry) => void rows.push(entry));
  assert.equal((await box.commands.hideAlarm(order, SAM)).ok, false, "nothing is listed");
  box.pipeline.state = { ...box.pipeline.state, alarms: new Map([[id, track]]) };
  assert.deepEqual(await box.commands.hideAlarm(order, SAM), { ok: true });
  assert.deepEqual(box.done, ["committed command.shelve", "fed hide-alarm"]);
  const [{ reason, after, correlation } = {} as JournalEntry] = rows;
  assert.deepEqual([reason, after, correlation], ["known", { minutes: 10 }, `${id}@4`]);
  const stale = await box.commands.hideAlarm({ ...order, version: 3 }, SAM);
  assert.ok(!stale.ok && stale.status === 409);

  const changing = desk(async () => {
    const alarm = { ...raised, version: 5 };
    changing.pipeline.state = { ...changing.pipeline.state, alarms: new Map([[id, { ...track, alarm }]]) };
  });
  changing.pipeline.state = { ...changing.pipeline.state, alarms: new Map([[id, track]]) };
  const answer = await changing.commands.hideAlarm(order, SAM);
  assert.ok(!answer.ok && answer.status === 409, "it changed while the row was written");
  assert.deepEqual(changing.fed, []);

  const hiding = { as: "shelved", by: "Sam", reason: "known", since: 1, untilAt: 9e9 } as const;
  box.pipeline.state = { ...box.pipeline.state, hidden: new Map([[id, hiding]]) };
  box.done.length = 0;
  const wrong = await box.commands.bringBackAlarm(id, "out-of-service", SAM);
  assert.ok(!wrong.ok && wrong.status === 409);
  assert.deepEqual(await box.commands.bringBackAlarm(id, "shelved", SAM), { ok: true });
  assert.deepEqual(box.commands.commentAlarm(id, { code: "nothing-found" }, SAM), { ok: true });
  assert.deepEqual(box.done, [
    ...["fed bring-back-alarm", "committed command.unshelve", "fed comment", "told command.comment ok"],
  ]);
  const said = box.fed.at(-1);
  assert.equal(said?.kind === "comment" && said.text, "Looked at it, nothing found");
});

test("a shelf is confirmed only once it would outlast a restart, and taken back where it would not", async () => {
  const raised = { ...normalAlarm("zone.warn.occupied", "aisle", 4), state: "unacknowledged" } as const;
  const { id } = raised;
  const track = { alarm: raised, presentSince: 1, goneSince: undefined, raises: [] };
  const order = { alarm: id, as: "shelved", reason: "known", minutes: 10 } as const;
  const disk = Promise.withResolvers<boolean>();
  const box = desk(
    async () => undefined,
    () => disk.promise,
  );
  box.pipeline.state = { ...box.pipeline.state, alarms: new Map([[id, track]]) };
  let answered = false;
  const answer = box.commands.hideAlarm(order, SAM).finally(() => {
    answered = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(box.done, ["committed command.shelve", "fed hide-alarm"]);
  assert.equal(answered, false, "a kill now loses the shelf, and nobody was told of it");
  const hiding = { as: "shelved", by: "Sam", reason: "known", since: 1, untilAt: 9e9 } as const;
  box.pipeline.state = { ...box.pipeline.state, hidden: new Map([[id, hiding]]) };
  disk.resolve(false);
  const refused = await answer;
  assert.ok(!refused.ok && refused.status === 503);
  assert.match(refused.detail, /^Shelving is refused: it could not be written down for a restart/);
  assert.deepEqual(box.done.slice(2), ["fed bring-back-alarm", "committed command.unshelve"]);
});

test("what comes back to the list does so at once, and is answered only once its row and the shelves are kept", async () => {
  const raised = { ...normalAlarm("zone.warn.occupied", "aisle", 4), state: "shelved" } as const;
  const { id } = raised;
  const hiding = { as: "shelved", by: "Sam", reason: "known", since: 1, untilAt: 9e9 } as const;
  const withShelf = (box: ReturnType<typeof desk>): void => {
    box.pipeline.state = { ...box.pipeline.state, hidden: new Map([[id, hiding]]) };
  };
  const disk = Promise.withResolvers<void>();
  const slow = desk(() => disk.promise);
  withShelf(slow);
  let answered = false;
  const answer = slow.commands.bringBackAlarm(id, "shelved", SAM).finally(() => {
    answered = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(slow.done, ["fed bring-back-alarm"], "who is warned again waits for no disk");
  assert.equal(answered, false);
  disk.resolve();
  assert.deepEqual(await answer, { ok: true });

  const full = desk(async () => {
    throw new Error("disk full");
  });
  const lost = desk(
    async () => undefined,
    async () => false,
  );
  for (const box of [full, lost]) {
    withShelf(box);
    const refused = await box.commands.bringBackAlarm(id, "shelved", SAM);
    assert.ok(!refused.ok && refused.status === 503);
    assert.match(refused.detail, /^It is listed again, but that could not be written down/);
    assert.equal(box.done[0], "fed bring-back-alarm");
  }
  assert.equal(full.done[1], "told command.unshelve ok", "the row is tried again");
});
